"""OKLCH of single colors, and colors outside of sRGB."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.color.oklch import color_of, oklch_of
from palette_engine.color.srgb import Color

levels = st.integers(0, 255)
colors = st.tuples(levels, levels, levels)


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        # From CSS Color 4: https://www.w3.org/TR/css-color-4/#named-colors converted by ColorJS.
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.25768, 29.234)),
        ((0, 255, 0), (0.86644, 0.29483, 142.495)),
        ((0, 0, 255), (0.45201, 0.31321, 264.052)),
        ((128, 128, 128), (0.59987, 0.0, 0.0)),
    ],
)
def test_known_colors(color: Color, expected: tuple[float, float, float]) -> None:
    assert oklch_of(color) == pytest.approx(expected, abs=0.005)


@given(colors)
def test_the_way_back_gives_the_same_color(color: Color) -> None:
    assert color_of(oklch_of(color)) == color


@pytest.mark.parametrize("level", range(256))
def test_grays_have_no_chroma_and_come_back(level: int) -> None:
    assert oklch_of((level, level, level))[1:] == (0.0, 0.0)
    assert color_of(oklch_of((level, level, level))) == (level, level, level)


@given(colors, st.floats(0.33, 10))
def test_a_color_that_is_too_vivid_keeps_its_hue_and_lightness(color: Color, chroma: float) -> None:
    lightness, old, hue = oklch_of(color)
    if old < 0.05 or not 0.2 < lightness < 0.95:
        return
    mapped = oklch_of(color_of((lightness, chroma, hue)))
    # Clipping may change both by what is just noticeable, and 8 bits by a little more.
    assert mapped[0] == pytest.approx(lightness, abs=0.03)
    assert mapped[1] >= old - 0.03
    turned = abs((mapped[2] - hue + 180) % 360 - 180)
    assert turned * mapped[1] * 3.1416 / 180 < 0.04


@pytest.mark.parametrize("lightness", [1.0, 1.5, 9e9])
def test_beyond_white_is_white(lightness: float) -> None:
    assert color_of((lightness, 0.2, 30)) == (255, 255, 255)


@pytest.mark.parametrize("lightness", [0.0, -0.5, -9e9])
def test_below_black_is_black(lightness: float) -> None:
    assert color_of((lightness, 0.2, 30)) == (0, 0, 0)


def test_a_negative_chroma_is_gray() -> None:
    red, green, blue = color_of((0.5, -0.2, 30))
    assert red == green == blue
