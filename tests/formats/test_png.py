"""The swatch sheet as a picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageFont

from palette_engine.drawing.check_sheet import check_sheet_of
from palette_engine.drawing.shapes import Drawing, Rectangle
from palette_engine.drawing.swatch_sheet import swatch_sheet_of
from palette_engine.errors import InputError
from palette_engine.formats import png
from palette_engine.palette.check import checked
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_svg import HOSTILE


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def swatches_in(picture: Image.Image, drawing: Drawing) -> list[set[tuple[int, ...] | float]]:
    """Return which colors there are where each swatch is drawn."""
    areas = []
    for shape in drawing.shapes:
        if isinstance(shape, Rectangle) and shape.title:
            edges = (shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
            left, top, right, bottom = (png.SCALE * edge for edge in edges)
            colors = picture.crop((left, top, right, bottom)).getcolors() or []
            areas.append({color for _, color in colors})
    return areas


@pytest.mark.parametrize("count", [1, 3, 10, 256])
def test_every_pixel_of_a_swatch_has_its_color(count: int) -> None:
    palette = Palette(
        tuple(Swatch((n, 255 - n, n * 7 % 256), 1 / count, "Moss") for n in range(count))
    )
    areas = swatches_in(opened(png.dumps(palette)), swatch_sheet_of(palette))
    assert areas == [{swatch.color} for swatch in palette.swatches]


def test_the_picture_is_opaque_srgb_at_twice_the_size(flag: Palette) -> None:
    picture, drawing = opened(png.dumps(flag)), swatch_sheet_of(flag)
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    assert picture.size == (2 * drawing.width, 2 * drawing.height)
    assert picture.info["srgb"] == 0
    assert "transparency" not in picture.info
    assert picture.info["dpi"] == pytest.approx((192, 192), abs=0.1)


def test_the_same_palette_is_the_same_file(flag: Palette) -> None:
    assert png.dumps(flag) == png.dumps(flag)


def test_a_palette_without_swatches_is_a_picture() -> None:
    assert opened(png.dumps(Palette(()))).width == 2 * swatch_sheet_of(Palette(())).width


def test_a_checked_palette_shows_its_swatches_too(flag: Palette) -> None:
    drawing = check_sheet_of(checked(flag))
    areas = swatches_in(opened(png.encode(drawing)), drawing)
    assert areas == [{swatch.color} for swatch in flag.swatches]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_changes_a_swatch(name: str) -> None:
    palette = Palette((Swatch((9, 8, 7), 0.5, name), Swatch((6, 5, 4), 0.5, name)), name, name)
    areas = swatches_in(opened(png.dumps(palette)), swatch_sheet_of(palette))
    assert areas == [{(9, 8, 7)}, {(6, 5, 4)}]


def test_names_are_drawn_in_the_letters_that_the_font_has() -> None:
    def drawn(name: str) -> bytes:
        return opened(png.dumps(Palette((Swatch((9, 8, 7)),), name))).tobytes()

    assert drawn("Crème brûlée 🍮") == drawn("Creme brulee")
    assert drawn("Moss") != drawn("Rust")


def test_the_font_has_the_characters_that_are_drawn() -> None:
    font = ImageFont.load_default(40)

    def glyph(character: str) -> bytes:
        mask = font.getmask(character)
        return repr(mask.size).encode() + bytes(mask)

    characters = png.BEYOND_ASCII + "".join(map(chr, range(33, 127)))
    assert glyph("\U0010fffd") not in {glyph(character) for character in characters}


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", png.encode(Drawing("", 1, 1, ()))])
def test_another_picture_is_no_sheet(data: bytes) -> None:
    with pytest.raises(InputError, match="not a swatch sheet"):
        png.loads(data)


def test_the_name_of_the_picture_is_not_in_the_file(flag: Palette) -> None:
    assert b"flag.png" not in png.dumps(flag)
