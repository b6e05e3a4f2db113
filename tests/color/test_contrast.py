"""Contrast ratios, grades and text colors by WCAG 2.2."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.color.contrast import (
    GRADES,
    Pair,
    contrast_ratio,
    pairs_of,
    ratio_text,
    text_color_on,
)
from palette_engine.color.srgb import LINEAR, Color

BLACK, WHITE, GRAY = (0, 0, 0), (255, 255, 255), (119, 119, 119)

colors = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        (BLACK, BLACK, 1.0),
        ((255, 0, 0), WHITE, 3.998476771),
        ((0, 0, 255), WHITE, 8.592471358),
        (GRAY, WHITE, 4.478089454),
    ],
)
def test_known_ratios(first: Color, second: Color, ratio: float) -> None:
    assert contrast_ratio(first, second) == ratio
    assert contrast_ratio(second, first) == ratio


@given(colors, colors)
def test_ratios_are_those_of_another_librarys_luminance(first: Color, second: Color) -> None:
    from skimage.color import rgb2xyz

    dark, light = sorted(rgb2xyz(np.array([first, second]) / 255)[:, 1])
    # Its coefficients have more digits than those of WCAG.
    assert contrast_ratio(first, second) == pytest.approx((light + 0.05) / (dark + 0.05), rel=5e-4)
    assert 1 <= contrast_ratio(first, second) <= 21


def test_linear_light_rises_from_none_to_all() -> None:
    assert (LINEAR[0], LINEAR[255], len(LINEAR)) == (0, 1, 256)
    assert list(LINEAR) == sorted({*LINEAR})


@pytest.mark.parametrize(
    ("ratio", "mark", "text", "large_text", "graphics"),
    [
        (21.0, "AAA", "AAA", "AAA", "AA"),
        (7.0, "AAA", "AAA", "AAA", "AA"),
        (6.999999999, "AA", "AA", "AAA", "AA"),
        (4.5, "AA", "AA", "AAA", "AA"),
        (4.499999999, "AA large", "", "AA", "AA"),
        (3.0, "AA large", "", "AA", "AA"),
        (2.999999999, "", "", "", ""),
        (1.0, "", "", "", ""),
    ],
)
def test_a_ratio_has_the_grade_whose_least_it_reaches(
    ratio: float, mark: str, text: str, large_text: str, graphics: str
) -> None:
    grade = Pair(0, 1, ratio).grade
    assert (grade.mark, grade.text) == (mark, text)
    assert (grade.large_text, grade.graphics) == (large_text, graphics)


@given(st.floats(1, 21))
def test_the_text_of_a_ratio_is_never_rounded_up(ratio: float) -> None:
    shown = float(ratio_text(ratio))
    assert shown <= ratio < shown + 0.0101
    assert Pair(0, 1, shown).grade == Pair(0, 1, ratio).grade


def test_gray_that_is_often_rounded_up_does_not_pass() -> None:
    (pair,) = pairs_of([GRAY, WHITE])
    assert (ratio_text(pair.ratio), pair.grade.mark) == ("4.47", "AA large")


@given(st.lists(colors, max_size=12))
def test_every_pair_is_there_once_with_the_highest_contrast_first(palette: list[Color]) -> None:
    pairs = pairs_of(palette)
    indexes = [(pair.first, pair.second) for pair in pairs]
    assert sorted(indexes) == list(combinations(range(len(palette)), 2))
    assert pairs == tuple(sorted(pairs, key=lambda pair: (-pair.ratio, pair.first, pair.second)))
    for pair in pairs:
        assert pair.ratio == contrast_ratio(palette[pair.first], palette[pair.second])


@given(colors)
def test_black_or_white_is_always_readable(background: Color) -> None:
    assert contrast_ratio(text_color_on(background), background) >= GRADES[1].ratio
