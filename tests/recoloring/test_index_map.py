"""Which swatch each pixel belongs to, and where each swatch is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, OptionError
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.pixels import STRIP
from palette_engine.recoloring.index_map import IndexMap, Place, Places, index_map
from palette_engine.recoloring.recolor import recolor
from tests.sample_pictures import encoded, noise, u8

RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)


def palette_of(*colors: tuple[int, int, int]) -> Palette:
    return Palette(tuple(map(Swatch, colors)))


def slow_places(found: IndexMap, alpha: NDArray[np.uint8]) -> list[Place]:
    """Return the places in the plainest way."""
    result, total = [], 0
    for swatch in range(found.none):
        y, x = np.nonzero((found.index == swatch) & (alpha >= 8))
        weight = alpha[y, x].astype(float)
        total += int(weight.sum())
        result.append((y, x, weight))
    return [
        Place(
            len(x),
            int(weight.sum()),
            weight.sum() / total,
            (int(x.min()), int(y.min()), int(np.ptp(x)) + 1, int(np.ptp(y)) + 1),
            ((weight @ (x + 0.5)) / weight.sum(), (weight @ (y + 0.5)) / weight.sum()),
        )
        if len(x)
        else Place()
        for y, x, weight in result
    ]


def assert_same(found: tuple[Place, ...], expected: list[Place]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.pixels, one.area, one.box) == (other.pixels, other.area, other.box)
        assert one.share == pytest.approx(other.share, rel=1e-12)
        assert one.center == (other.center and pytest.approx(other.center, rel=1e-9))


def test_a_small_picture_by_hand() -> None:
    picture = u8([[RED, WHITE, (250, 5, 5)], [WHITE, WHITE, RED]])
    found = index_map(picture, palette_of(WHITE, RED, BLACK))
    assert found.index.tolist() == [[1, 0, 1], [0, 0, 1]]
    assert found.index.dtype == np.uint8
    assert found.none == 3
    assert found.places == (
        Place(3, 765, 0.5, (0, 0, 2, 2), (3.5 / 3, 3.5 / 3)),
        Place(3, 765, 0.5, (0, 0, 3, 2), (5.5 / 3, 2.5 / 3)),
        Place(),
    )


@pytest.mark.parametrize("colors", [1, 7, 255, 256, 300])
def test_it_is_the_swatch_that_recoloring_gives(colors: int) -> None:
    picture = noise(0, 40, 60)
    palette = palette_of(*map(tuple, noise(1, 1, colors)[0].tolist()))
    found = index_map(picture, palette)
    assert found.index.dtype == (np.uint8 if colors <= 255 else np.uint16)
    swatches = u8([swatch.color for swatch in palette.swatches])
    recolored = np.asarray(recolor(picture, palette).convert("RGB"))
    np.testing.assert_array_equal(swatches[found.index], recolored)
    assert_same(found.places, slow_places(found, np.full((40, 60), 255, np.uint8)))


def test_pictures_of_several_strips_are_measured_as_one() -> None:
    width = 1000
    height = 3 * STRIP // width
    picture = np.tile(noise(3, 50, 50, top=256), (height // 50 + 1, width // 50, 1))[:height]
    alpha = np.random.default_rng(4).integers(0, 256, (height, width), np.uint8)
    found = index_map(np.dstack([picture, alpha]), palette_of(WHITE, RED, BLACK, (0, 99, 0)))
    assert_same(found.places, slow_places(found, alpha))


def test_the_height_of_strips_does_not_matter() -> None:
    index = np.random.default_rng(0).integers(0, 4, (17, 9), np.uint8)
    alpha = np.random.default_rng(1).integers(0, 256, (17, 9), np.uint8)
    results = []
    for height in (1, 2, 5, 17):
        places = Places(3)
        for top in range(0, 17, height):
            places.add(index[top : top + height], alpha[top : top + height], top)
        results.append(places.found)
    assert results == [results[0]] * 4


def test_transparent_pixels_belong_to_none_and_faint_ones_are_not_measured() -> None:
    alpha = u8([[0, 7, 8, 255]])
    picture = np.dstack([np.full((1, 4, 3), 255, np.uint8), alpha])
    found = index_map(picture, palette_of(WHITE))
    assert found.index.tolist() == [[1, 0, 0, 0]]
    assert found.places == (Place(2, 263, 1.0, (2, 0, 2, 1), ((8 * 2.5 + 255 * 3.5) / 263, 0.5)),)


def test_a_picture_of_faint_pixels_only_is_measured() -> None:
    picture = np.dstack([np.full((1, 2, 3), 255, np.uint8), u8([[0, 7]])])
    found = index_map(picture, palette_of(WHITE))
    assert found.places == (Place(1, 7, 1.0, (1, 0, 1, 1), (1.5, 0.5)),)


def test_a_transparent_picture_has_no_places() -> None:
    found = index_map(np.zeros((2, 2, 4), np.uint8), palette_of(WHITE, RED))
    assert found.places == (Place(), Place())
    assert (found.index == 2).all()


def test_ignored_colors_belong_to_none() -> None:
    picture = u8([[WHITE, (254, 254, 254), RED, BLACK]])
    found = index_map(picture, palette_of(WHITE, RED), ignore="white, black", ignore_distance=2)
    assert found.index.tolist() == [[2, 2, 1, 2]]
    assert [place.share for place in found.places] == [0.0, 1.0]


def test_a_region_is_a_picture_of_its_own() -> None:
    picture = u8([[RED, WHITE, RED], [WHITE, RED, RED]])
    found = index_map(picture, palette_of(WHITE, RED), region=(0, 0, 2, 2))
    assert found.index.tolist() == [[1, 0], [0, 1]]


def test_a_file_is_seen_as_it_is_shown() -> None:
    image = Image.fromarray(u8([[RED, WHITE, WHITE]]))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter, clockwise
    turned = index_map(encoded(image, "PNG", exif=exif), palette_of(WHITE, RED))
    assert turned.index.tolist() == [[1], [0], [0]]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"palette": Palette(())}, InputError),
        ({"ignore": "red"}, OptionError),
        ({"ignore_distance": 101}, OptionError),
        ({"region": (0, 0, 9, 9)}, InputError),
        ({"max_pixels": 3}, InputError),
        ({"frames": "all"}, OptionError),
        ({"frames": "1-2"}, OptionError),
        ({"frames": 2}, InputError),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    given: dict[str, Any] = {"source": noise(0, 2, 2), "palette": palette_of(WHITE)}
    with pytest.raises(error):
        index_map(**given | arguments)


def test_progress_is_told() -> None:
    told: list[float] = []
    index_map(noise(0, 4, 4), palette_of(WHITE), progress=told.append)
    assert told == [0.0]
