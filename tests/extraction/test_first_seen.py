"""Where in a picture a color first matters."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from palette_engine.errors import OptionError
from palette_engine.extraction.first_seen import Tiles
from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.pixels import Pixels
from tests.sample_pictures import clearly_different, encoded, u8

SKY, SUN, SEA, SAND = (90, 160, 230), (250, 210, 40), (10, 60, 120), (220, 190, 140)


def beach(height: int = 160, width: int = 240) -> NDArray[np.uint8]:
    """Return sky with a sun at the right, the sea below, and sand at the bottom."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = SKY
    picture[height // 8 : height // 4, -width // 8 :] = SUN
    picture[height // 2 :] = SEA
    picture[-height // 10 :] = SAND
    return picture


def in_the_order_of_the_image(picture: object, **options: object) -> list[tuple[int, int, int]]:
    palette = extract(picture, order="image", **options)  # type: ignore[arg-type]
    return [swatch.color for swatch in palette.swatches]


@pytest.mark.parametrize("size", [(160, 240), (31, 47), (9, 8), (2000, 1000)])
def test_colors_come_from_the_top_left_to_the_bottom_right(size: tuple[int, int]) -> None:
    assert in_the_order_of_the_image(beach(*size), colors=4) == [SKY, SUN, SEA, SAND]


def test_the_size_of_the_area_does_not_matter() -> None:
    picture = np.full((100, 100, 3), SEA, np.uint8)
    picture[:8, :8] = SAND
    assert in_the_order_of_the_image(picture, colors=2) == [SAND, SEA]


def test_a_few_pixels_before_are_not_where_a_color_begins_to_matter() -> None:
    picture = beach()
    picture[0, :3] = SAND
    assert in_the_order_of_the_image(picture, colors=4) == [SKY, SUN, SEA, SAND]


def test_a_color_that_never_has_a_quarter_of_a_tile_comes_where_it_has_most() -> None:
    picture = np.full((160, 160, 3), SKY, np.uint8)
    picture[80:] = SEA
    picture[75::10, ::10] = SUN
    picture[40:42, 40:42] = SUN
    assert in_the_order_of_the_image(picture, colors=3, keep=[SUN]) == [SKY, SUN, SEA]


def test_of_two_colors_that_begin_together_the_one_with_more_comes_first() -> None:
    picture = np.full((64, 64, 3), SEA, np.uint8)
    picture[::3] = SAND
    assert in_the_order_of_the_image(picture, colors=2) == [SEA, SAND]


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_turned_picture_is_read_as_it_is_shown(turn: int) -> None:
    exif = Image.Exif()
    exif[274] = turn
    stored = encoded(Image.fromarray(beach()), "PNG", exif=exif)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(stored)))
    expected = in_the_order_of_the_image(np.asarray(shown), colors=4)
    assert in_the_order_of_the_image(stored, colors=4) == expected


@pytest.mark.parametrize("seed", range(5))
def test_a_row_of_colors_comes_in_its_order(seed: int) -> None:
    colors = clearly_different(12, seed)
    picture = np.repeat(u8([colors]), 40, axis=0).repeat(20, axis=1)
    assert in_the_order_of_the_image(picture, colors=12) == colors
    assert in_the_order_of_the_image(picture[:, ::-1], colors=12) == colors[::-1]


def test_transparent_pixels_are_nowhere() -> None:
    picture = np.dstack([beach(), np.full((160, 240), 255, np.uint8)])
    picture[:40, :, 3] = 0
    picture[:40, :, :3] = SAND
    assert in_the_order_of_the_image(picture, colors=3) == [SKY, SEA, SAND]


def test_a_kept_color_that_is_not_in_the_picture_comes_last() -> None:
    colors = in_the_order_of_the_image(beach(), colors=5, keep=["#ff00ff"])
    assert colors == [SKY, SUN, SEA, SAND, (255, 0, 255)]


@pytest.mark.parametrize("weighting", ["equal", "area"])
def test_several_pictures_are_laid_over_each_other(weighting: str) -> None:
    small, large = np.full((10, 10, 3), SEA, np.uint8), np.full((90, 90, 3), SAND, np.uint8)
    small[:1], large[:45] = SUN, SKY
    palette = extract_together([small, large], weighting=weighting, colors=4, order="image")
    first = SUN if weighting == "equal" else SKY
    assert palette.swatches[0].color == first
    assert palette.swatches[-1].color == SAND


def test_the_swatches_are_those_of_every_other_order(photo: NDArray[np.uint8]) -> None:
    by_image, by_share = (extract(photo, order=order) for order in ("image", "share"))
    assert {*by_image.swatches} == {*by_share.swatches}
    assert ordered(by_image, "share") == by_share


def test_a_palette_without_its_picture_cannot_be_in_that_order() -> None:
    with pytest.raises(OptionError, match="needs the picture"):
        ordered(Palette((Swatch(SEA), Swatch(SUN))), "image")


def test_just_colors_have_no_places() -> None:
    with pytest.raises(ValueError, match="no frame"):
        Tiles.of(Pixels(u8([SEA]), u8([255])))
