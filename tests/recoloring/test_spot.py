"""The average color under a spot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from palette_engine.errors import InputError, OptionError
from palette_engine.recoloring.spot import spot_color
from tests.sample_pictures import noise, u8

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def test_a_point_is_the_pixel_that_it_is_in() -> None:
    picture = noise(0, 3, 5)
    for y in range(3):
        for x in range(5):
            expected = tuple(picture[y, x].tolist())
            assert spot_color(picture, x, y, 0) == expected
            assert spot_color(picture, x + 0.99, y + 0.99, 0) == expected


def test_light_is_averaged_and_not_its_code() -> None:
    # Half of the light of white is 188 in sRGB.
    checks = u8([[BLACK, WHITE], [WHITE, BLACK]])
    assert spot_color(checks, 1, 1, 1) == (188, 188, 188)


def test_the_disc_is_round_and_ends_with_the_picture() -> None:
    picture = np.full((5, 5, 3), 255, np.uint8)
    picture[0, 0] = picture[4, 4] = picture[0, 4] = picture[4, 0] = 0  # the corners are outside
    assert spot_color(picture, 2.5, 2.5, 2.5) == WHITE
    assert spot_color(picture, 0, 0, 0.7) == BLACK


def test_alpha_weighs_the_pixels() -> None:
    picture = u8([[(*BLACK, 0), (*WHITE, 255)]])
    assert spot_color(picture, 1, 0.5, 1) == WHITE
    with pytest.raises(InputError, match="transparent there"):
        spot_color(picture, 0.2, 0.5, 0)


def test_it_is_a_picture_as_it_is_shown() -> None:
    image = Image.fromarray(u8([[WHITE, BLACK]]))
    image.getexif()[0x0112] = 2  # mirrored
    assert spot_color(np.asarray(image), 0.5, 0.5, 0) == WHITE
    assert spot_color(image, 0.5, 0.5, 0) == BLACK


@pytest.mark.parametrize(
    "arguments",
    [
        {"x": -0.1, "y": 0},
        {"x": 2, "y": 0},
        {"x": 0, "y": 2},
        {"x": float("nan"), "y": 0},
        {"x": "0", "y": 0},
        {"x": 10**400, "y": 0},
        {"x": 0, "y": 0, "radius": 10**400},
        {"x": 0, "y": 0, "radius": -1},
        {"x": 0, "y": 0, "radius": 1001},
        {"x": 0, "y": 0, "radius": float("inf")},
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        spot_color(noise(0, 2, 2), **arguments)
