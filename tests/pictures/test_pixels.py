"""Which pixels of a picture are looked at."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine import extract, recolor
from palette_engine.pictures.pixels import SAMPLES, Pixels, sample_positions
from palette_engine.pictures.reading import read_pixels
from tests.sample_pictures import png_of, u8


@pytest.mark.parametrize("total", [0, 1, 99, 100])
def test_up_to_the_limit_every_pixel_is_looked_at(total: int) -> None:
    assert sample_positions(0, total, total, limit=100).tolist() == list(range(total))


@pytest.mark.parametrize("total", [101, 150, 199, 200, 201, 1000, 12_345, 10**9, 2**62])
def test_beyond_the_limit_as_many_pixels_as_the_limit_are_looked_at(total: int) -> None:
    positions = sample_positions(0, total, total, limit=100)
    assert len(positions) == 100
    assert positions.min() >= 0
    assert positions.max() < total


@given(total=st.integers(101, 5000), where=st.data())
def test_samples_are_spread_evenly_one_in_each_run(total: int, where: st.DataObject) -> None:
    limit = where.draw(st.integers(1, 100))
    positions = sample_positions(0, total, total, limit=limit)
    runs = np.arange(limit)
    assert np.all(positions >= np.floor(runs * total / limit))
    assert np.all(positions <= np.ceil((runs + 1) * total / limit))


@given(total=st.integers(0, 5000), limit=st.integers(1, 700), cuts=st.lists(st.integers(0, 5000)))
def test_samples_do_not_depend_on_how_the_picture_is_cut(
    total: int, limit: int, cuts: list[int]
) -> None:
    edges = [0, *sorted(min(cut, total) for cut in cuts), total]
    parts = [sample_positions(start, stop, total, limit=limit) for start, stop in pairwise(edges)]
    whole = sample_positions(0, total, total, limit=limit)
    assert np.concatenate(parts).tolist() == whole.tolist()


def test_samples_rise() -> None:
    positions = sample_positions(0, 3_000_000, 3_000_000)
    assert len(positions) == SAMPLES
    assert np.all(np.diff(positions) >= 0)


@pytest.mark.parametrize("period", [2, 3, 4, 7, 8, 16, 64, 1000])
@pytest.mark.parametrize("total", [2_000_001, 2_880_000, 4_000_000, 2**23])
def test_samples_hit_every_column_of_a_pattern_equally_often(total: int, period: int) -> None:
    phases = np.bincount(sample_positions(0, total, total) % period, minlength=period)
    expected = SAMPLES / period
    assert np.abs(phases - expected).max() < 6 * expected**0.5


def test_no_parts_join_to_no_pixels() -> None:
    nothing = Pixels.joined([])
    assert nothing.rgb.shape == (0, 3)
    assert nothing.weight.shape == (0,)


def test_parts_join_in_their_order() -> None:
    parts = [Pixels(u8([[n, n, n]]), u8([n])) for n in (3, 1, 2)]
    joined = Pixels.joined(parts)
    assert joined.rgb[:, 0].tolist() == [3, 1, 2]
    assert joined.weight.tolist() == [3, 1, 2]


# Alpha that nobody sees


def halo(alpha: int) -> NDArray[np.uint8]:
    """Return a blue square in a large halo of magenta."""
    picture = np.tile(u8([255, 0, 255, alpha]), (60, 60, 1))
    picture[20:30, 20:30] = (30, 90, 160, 255)
    return picture


@pytest.mark.parametrize("alpha", [1, 2, 5, 7])
@pytest.mark.parametrize("emphasis", [0, 0.25, 1])
def test_a_halo_that_nobody_sees_is_no_swatch(alpha: int, emphasis: float) -> None:
    palette = extract(halo(alpha), colors=4, emphasis=emphasis)
    assert [(swatch.hex, swatch.share) for swatch in palette.swatches] == [("#1e5aa0", 1.0)]


def test_a_halo_in_a_file_of_16_bits_is_no_swatch() -> None:
    deep = halo(3).astype(np.uint16) * np.uint16(257)
    assert [swatch.hex for swatch in extract(png_of(deep), colors=4).swatches] == ["#1e5aa0"]


def test_what_can_be_seen_counts_by_its_alpha() -> None:
    weight = read_pixels(halo(8)).weight
    assert np.unique(weight).tolist() == [8, 255]


def test_a_weight_hides_nothing_that_alpha_shows() -> None:
    picture = halo(2)
    weight = np.ones(picture.shape[:2], np.uint8)
    weight[25, 25] = 255
    assert np.unique(read_pixels(picture, weight=weight).weight).tolist() == [0, 1, 255]


def test_recoloring_keeps_the_alpha_of_what_nobody_sees() -> None:
    image = recolor(halo(2), extract(halo(2), colors=2))
    assert np.unique(np.asarray(image.convert("RGBA"))[..., 3]).tolist() == [2, 255]


def test_if_nothing_else_is_there_what_nobody_sees_counts() -> None:
    assert [swatch.hex for swatch in extract(halo(2)[:10], colors=4).swatches] == ["#ff00ff"]
