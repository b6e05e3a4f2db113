"""Summaries add up exactly, however many there are."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.extraction.difference import QUANTILES
from palette_engine.extraction.pipeline import palette_of
from palette_engine.extraction.summary import (
    COMMON_TOTAL,
    SampledPicture,
    Summary,
    summary_of_frames,
)
from palette_engine.options import Options
from palette_engine.pictures.reading import read_pixels
from tests.sample_pictures import blocks, noise

WHITE, RED, NAVY = (255, 255, 255), (230, 25, 75), (0, 0, 128)

MANY = [2**15, 2**16, 2**23]
"""Numbers of pictures; the channel sums of 32,897 white ones are more than int64 holds."""


def summary_of(picture: NDArray[np.uint8], order: str = "image") -> Summary:
    return Summary.of(read_pixels(picture), order)


def doubled(summary: Summary, times: int) -> Summary:
    """Return the sum of 2**times equal summaries."""
    for _ in range(times):
        summary = summary + summary
    return summary


@pytest.mark.parametrize("count", MANY)
def test_equal_summaries_add_up_to_the_same_palette(count: int) -> None:
    one = summary_of(blocks((WHITE, 60), (RED, 30), (NAVY, 10))).equalized()
    many = doubled(one, count.bit_length() - 1)
    assert many.histogram.total == count * one.histogram.total
    for order in ("share", "image"):
        options = Options(colors=5, order=order)
        palettes = [palette_of(each, options).swatches for each in (one, many)]
        assert palettes[0] == palettes[1]


def test_colors_do_not_overflow_where_all_pictures_are_white() -> None:
    white = summary_of(blocks((WHITE, 9))).equalized()
    total = doubled(white, 16)
    assert total.points.rgb.tolist() == [[255, 255, 255]]
    assert palette_of(total, Options()).swatches[0].hex == "#ffffff"


@pytest.mark.parametrize("times", [0, 10, 16, 30])
def test_the_difference_of_many_colors_does_not_depend_on_the_number_of_pictures(
    times: int,
) -> None:
    one = summary_of(noise(3, 200, 200), "share").equalized()
    assert len(one.points.area) > QUANTILES
    found = [palette_of(each, Options(colors=5)).difference for each in (one, doubled(one, times))]
    assert found[0] == found[1]


@given(st.lists(st.integers(0, 20), min_size=2, max_size=5))
def test_the_order_and_the_grouping_of_sums_do_not_show_beyond_int64(
    exponents: list[int],
) -> None:
    pictures = [
        doubled(summary_of(noise(seed, 6, 5)).equalized(), times)
        for seed, times in enumerate(exponents)
    ]
    forward = reduce(add, pictures)
    backward = reduce(lambda total, each: each + total, pictures)
    grouped = pictures[0] + reduce(add, pictures[1:])
    for other in (backward, grouped):
        assert forward.histogram.sums.tolist() == other.histogram.sums.tolist()
        assert forward.histogram.keys.tolist() == other.histogram.keys.tolist()
        assert forward.tiles is not None
        assert other.tiles is not None
        assert np.array_equal(forward.tiles.weight, other.tiles.weight)


def test_a_sum_knows_where_colors_are_only_if_all_its_parts_do() -> None:
    located, plain = summary_of(noise(1, 5, 5)), summary_of(noise(2, 5, 5), "share")
    assert (located + located).tiles is not None
    assert (located + plain).tiles is None


durations = st.fractions(1, 10**6, max_denominator=1000) | st.just(Fraction(0))


@given(st.lists(durations, min_size=1, max_size=5))
def test_frames_count_exactly_by_their_durations(told: list[Fraction]) -> None:
    frames = [
        replace(read_pixels(noise(seed, 6, 5)), duration=duration)
        for seed, duration in enumerate(told)
    ]
    shown = [duration if duration > 10 else Fraction(100) for duration in told]
    unit = math.lcm(*(duration.denominator for duration in shown))
    whole = [int(duration * unit) for duration in shown]
    factors = [number // math.gcd(*whole) for number in whole]
    parts = [Summary.of(frame, "image") for frame in frames]
    expected = reduce(add, map(Summary.scaled, parts, factors))
    found = summary_of_frames(frames, "image")
    assert found.histogram.sums.tolist() == expected.histogram.sums.tolist()
    assert found.histogram.keys.tolist() == expected.histogram.keys.tolist()
    assert found.tiles is not None
    assert expected.tiles is not None
    assert np.array_equal(found.tiles.weight, expected.tiles.weight)


def test_there_is_no_summary_of_no_frames() -> None:
    with pytest.raises(ValueError, match="no frames"):
        summary_of_frames([])


@pytest.mark.parametrize("factor", [2, 2**23, 2**48])
def test_scaling_is_adding_the_summary_to_itself(factor: int) -> None:
    summary = summary_of(noise(4, 7, 5))
    scaled, added = summary.scaled(factor), doubled(summary, factor.bit_length() - 1)
    assert scaled.histogram.sums.tolist() == added.histogram.sums.tolist()
    assert scaled.tiles is not None
    assert added.tiles is not None
    assert np.array_equal(scaled.tiles.weight, added.tiles.weight)


def test_pictures_that_count_the_same_have_one_weight() -> None:
    small, large = (summary_of(noise(1, side, side), "share").equalized() for side in (3, 300))
    for summary in (small, large):
        assert summary.histogram.total == pytest.approx(COMMON_TOTAL, rel=1e-4)


def test_a_sampled_picture_works_out_what_palettes_have_in_common_once() -> None:
    picture = SampledPicture(read_pixels(noise(5, 9, 9)))
    assert picture.summary("share") is picture.summary("hue")
    assert picture.summary("image") is picture.summary("image")
    assert picture.summary("share").points is picture.summary("lightness").points
