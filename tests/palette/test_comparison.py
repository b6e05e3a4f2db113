"""Comparisons: matches between two palettes, and two measures of their difference."""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.errors import InputError
from palette_engine.option_kinds import rgb_of
from palette_engine.palette.comparison import Match, compared, to_object
from palette_engine.palette.order import MAX_SMOOTH_COLORS
from palette_engine.palette.value import Palette, Swatch

COLORS = st.tuples(*[st.integers(0, 255)] * 3)
PALETTES = st.lists(COLORS, min_size=1, max_size=6).map(
    lambda colors: Palette(tuple(map(Swatch, colors)))
)


def palette(*codes: str) -> Palette:
    """Return a palette of texts such as “#e6194b Red”."""
    rows = (code.partition(" ") for code in codes)
    return Palette(tuple(Swatch(rgb_of(code), name=name) for code, _, name in rows))


def changes(first: Palette, second: Palette) -> list[tuple[str, int | None, int | None]]:
    return [(each.change, each.first, each.second) for each in compared(first, second).matches]


def test_what_is_new_gone_moved_and_the_same_is_told() -> None:
    before = palette("#e6194b", "#000080", "#ffffff")
    after = palette("#101018", "#000088", "#e6194b")
    assert changes(before, after) == [
        ("same", 0, 2),
        ("moved", 1, 1),
        ("gone", 2, None),
        ("new", None, 0),
    ]
    moved = compared(before, after).matches[1].distance
    lab = lab_of(np.array([(0, 0, 128), (0, 0, 136)], np.uint8))
    assert moved == pytest.approx(float(delta_e(lab[0], lab[1])))


def test_a_name_holds_a_color_that_moved_far() -> None:
    before, after = palette("#e6194b Brand", "#ffffff"), palette("#ffffff", "#0b57d0 Brand")
    assert changes(before, after) == [("moved", 0, 1), ("same", 1, 0)]


def test_a_name_that_comes_twice_holds_nothing() -> None:
    before = palette("#e6194b Brand", "#000000 Brand")
    after = palette("#0b57d0 Brand", "#00ff00 Brand")
    assert {each.change for each in compared(before, after).matches} == {"gone", "new"}


def test_the_nearest_of_several_is_the_one_that_moved() -> None:
    before, after = palette("#808080", "#848484"), palette("#858585")
    assert changes(before, after) == [("gone", 0, None), ("moved", 1, 0)]


def test_equal_colors_match_by_name_first() -> None:
    before = palette("#000000 Ink", "#000000 Night")
    after = palette("#000000 Night", "#000000 Ink")
    assert changes(before, after) == [("same", 0, 1), ("same", 1, 0)]


def test_grays_have_the_differences_that_can_be_computed_by_hand() -> None:
    """Of grays, ΔE*ab is the difference of L*, and the sorted colors are one straight line."""
    black, white = palette("#000000"), palette("#ffffff")
    found = compared(black, white)
    assert found.dccw == pytest.approx(100, abs=1e-3)
    # ΔE2000 of black and white is 100 as well: S_L is 1 at the mean L* of 50.
    assert found.minimum_difference == pytest.approx(100, abs=1e-3)
    ends, middle = palette("#000000", "#ffffff"), palette("#777777")
    level = lab_of(np.array([(119, 119, 119)], np.uint8))[0, 0]
    # The middle is on the line between the ends, and each end has the middle as its nearest point.
    expected = (0 + level + (100 - level)) / 3
    assert compared(ends, middle).dccw == pytest.approx(expected, abs=1e-2)


def distance_to_segment(point: list[float], start: list[float], end: list[float]) -> float:
    """Return the distance of a point from a segment, by many points on it."""
    steps = [number / 2000 for number in range(2001)]
    return min(
        math.dist(point, [a + step * (b - a) for a, b in zip(start, end, strict=True)])
        for step in steps
    )


def test_dccw_is_the_mean_distance_from_the_line_through_the_other_colors() -> None:
    # Along the lightness, both are sorted as they stand.
    before = palette("#101010", "#903030", "#f0f0f0")
    after = palette("#202038", "#d0c0c0")
    lines = [
        lab_of(np.array([each.color for each in one.swatches], np.uint8)).tolist()
        for one in (before, after)
    ]
    total = 0.0
    for points, line in (lines, lines[::-1]):
        for point in points:
            total += min(distance_to_segment(point, *pair) for pair in pairwise(line))
    assert compared(before, after).dccw == pytest.approx(total / 5, abs=1e-3)


@given(PALETTES, PALETTES)
def test_every_swatch_is_in_one_match_and_measures_are_symmetric(
    first: Palette, second: Palette
) -> None:
    found, back = compared(first, second), compared(second, first)
    firsts = [each.first for each in found.matches if each.first is not None]
    seconds = [each.second for each in found.matches if each.second is not None]
    assert firsts == [*range(len(first.swatches))]
    assert sorted(seconds) == [*range(len(second.swatches))]
    assert found.minimum_difference == pytest.approx(back.minimum_difference)
    assert found.dccw == pytest.approx(back.dccw)
    json.dumps(to_object(found))


@given(PALETTES)
def test_a_palette_does_not_differ_from_itself(one: Palette) -> None:
    found = compared(one, one)
    assert (found.minimum_difference, found.dccw) == (0, 0)
    assert {each.change for each in found.matches} == {"same"}


def test_the_object_has_the_indexes_of_swatches() -> None:
    found = to_object(compared(palette("#000000 Ink"), palette("#000000 Ink", "#ffffff")))
    assert found["matches"] == [
        {"change": "same", "swatches": [0, 0], "delta_e": 0.0},
        {"change": "new", "swatches": [None, 1], "delta_e": None},
    ]
    assert found["palettes"][0]["swatches"] == [{"hex": "#000000", "name": "Ink"}]


def test_what_cannot_be_compared_is_told() -> None:
    one = palette("#000000")
    with pytest.raises(InputError, match="no colors"):
        compared(one, Palette(()))
    many = tuple(Swatch((number // 256, number % 256, 1)) for number in range(MAX_SMOOTH_COLORS))
    with pytest.raises(InputError, match=r"at most 1,024 different"):
        compared(one, Palette(many))


def test_a_match_of_one_side_has_no_distance() -> None:
    assert Match(None, 3).change == "new"
    assert Match(3, None).change == "gone"
