"""Colors of other color_models as sRGB."""

from __future__ import annotations

from itertools import product
from math import inf, nan

import pytest

from palette_engine.color.srgb import Color
from palette_engine.formats import color_models


@pytest.mark.parametrize("value", range(256))
def test_a_byte_is_the_same_byte_again(value: int) -> None:
    assert color_models.rgb(value / 255, 0, 1) == (value, 0, 255)
    assert color_models.gray(value / 255) == (value,) * 3


@pytest.mark.parametrize(
    ("lab", "color"),
    [
        # The examples of CSS Color 4 for sRGB's own colors, CIELAB under D50.
        ((54.2905, 80.8049, 69.8910), (255, 0, 0)),
        ((46.2775, -47.5621, 48.5837), (0, 128, 0)),
        ((29.5683, 68.2874, -112.0297), (0, 0, 255)),
        ((97.6071, -15.7503, 93.3880), (255, 255, 0)),
        ((100, 0, 0), (255, 255, 255)),
        ((53.5850, 0, 0), (128, 128, 128)),
        ((0, 0, 0), (0, 0, 0)),
    ],
)
def test_cielab_has_the_white_of_print(lab: tuple[float, ...], color: Color) -> None:
    assert color_models.lab(*lab) == color


def test_every_neutral_of_cielab_is_gray() -> None:
    for lightness in range(1001):
        red, green, blue = color_models.lab(lightness / 10, 0, 0)
        assert red == green == blue


def test_xyz_under_d50_has_its_white_and_its_gray() -> None:
    assert color_models.xyz(0.9643, 1, 0.8251) == (255, 255, 255)
    assert color_models.xyz(0.9643 * 0.2159, 0.2159, 0.8251 * 0.2159) == (128, 128, 128)


@pytest.mark.parametrize(
    ("inks", "color"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 1), (0, 0, 0)),
        ((1, 0, 0, 0), (0, 255, 255)),
        ((0, 1, 1, 0.5), (128, 0, 0)),
    ],
)
def test_inks_take_light_away(inks: tuple[float, ...], color: Color) -> None:
    assert color_models.cmyk(*inks) == color


@pytest.mark.parametrize(
    ("hsb", "color"),
    [((0, 1, 1), (255, 0, 0)), ((1, 1, 1), (255, 0, 0)), ((1 / 3, 0.5, 1), (128, 255, 128))],
)
def test_a_hue_goes_around_once(hsb: tuple[float, ...], color: Color) -> None:
    assert color_models.hsb(*hsb) == color


@pytest.mark.parametrize(("light", "value"), [(0, 0), (0.2158605, 128), (1, 255)])
def test_linear_light_is_encoded(light: float, value: int) -> None:
    assert color_models.linear_rgb(light, 0, light) == (value, 0, value)


@pytest.mark.parametrize("name", [name for name in color_models.__all__ if name.islower()])
def test_numbers_out_of_all_reason_are_still_a_color(name: str) -> None:
    color_of = getattr(color_models, name)
    count = {"gray": 1, "cmyk": 4}.get(name, 3)
    for values in product((nan, inf, -inf, 1e300, -1e300, 0.5), repeat=count):
        color = color_of(*values)
        assert len(color) == 3
        assert all(isinstance(channel, int) and 0 <= channel <= 255 for channel in color)
