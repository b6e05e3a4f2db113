"""The swatch strip that is laid on a picture."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from palette_engine.color.contrast import contrast_ratio
from palette_engine.drawing.shapes import Drawing, Rectangle, Text
from palette_engine.drawing.swatch_sheet import BACKGROUND, MAX_SWATCHES
from palette_engine.drawing.swatch_strip import MAX_WIDTH, MIN_TEXT_SIZE, swatch_strip_of
from palette_engine.errors import InputError
from palette_engine.formats.png import rasterize
from palette_engine.palette.value import Palette, Swatch

NAMES = ["Moss", "Forgotten Mosque", "A name that is much longer than its swatch is wide", ""]


def palette_of(count: int, names: list[str] = NAMES, shared: bool = True) -> Palette:
    swatches = (
        Swatch(
            (n * 37 % 256, n * 101 % 256, (255 - n) % 256),
            1 / count if shared else 0.0,
            names[n % len(names)],
        )
        for n in range(count)
    )
    return Palette(tuple(swatches), "Harbor")


def tiles_of(strip: Drawing) -> list[Rectangle]:
    return [each for each in strip.shapes if isinstance(each, Rectangle) and each.title]


def texts_of(strip: Drawing) -> list[Text]:
    return [each for each in strip.shapes if isinstance(each, Text)]


def inside(x: int, y: int, tile: Rectangle) -> bool:
    return tile.x <= x < tile.x + tile.width and tile.y <= y < tile.y + tile.height


def labels(strip: Drawing) -> list[list[str]]:
    """Return the lines of text on each swatch, from top to bottom."""
    return [
        [text.content for text in reversed(texts_of(strip)) if inside(middle(text), text.y, tile)]
        for tile in tiles_of(strip)
    ]


def ends(text: Text) -> tuple[int, int]:
    """Return the left and right limits of a text."""
    return (
        (text.x, text.x + text.max_width)
        if text.anchor == "start"
        else (text.x - text.max_width, text.x)
    )


def middle(text: Text) -> int:
    return sum(ends(text)) // 2


PICTURES = [(64, 64), (300, 200), (1024, 683), (683, 1024), (6000, 4000), (10_000, 500)]
STRIPS = {
    f"{count} on {width} x {height}": swatch_strip_of(palette_of(count), width, height)
    for count in (1, 3, 10, 24, 100)
    for width, height in PICTURES
} | {
    "no names": swatch_strip_of(palette_of(10, [""]), 1024, 683),
    "no shares": swatch_strip_of(palette_of(10, shared=False), 1024, 683),
    "most": swatch_strip_of(palette_of(MAX_SWATCHES), 4000, 4000),
    "more than pixels in a row": swatch_strip_of(palette_of(MAX_SWATCHES), 64, 64),
    "widest": swatch_strip_of(palette_of(10), MAX_WIDTH, MAX_WIDTH),
}

each_strip = pytest.mark.parametrize("strip", STRIPS.values(), ids=STRIPS)


@each_strip
def test_every_text_is_on_its_swatch_below_some_color(strip: Drawing) -> None:
    for text in texts_of(strip):
        (tile,) = (tile for tile in tiles_of(strip) if inside(middle(text), text.y, tile))
        left, right = ends(text)
        assert tile.x < left < right < tile.x + tile.width
        assert tile.y + text.size < text.y - text.size < text.y < tile.y + tile.height


@each_strip
def test_texts_stay_in_their_width_in_the_font_of_pictures(strip: Drawing) -> None:
    for text in texts_of(strip):
        ascii_ = "".join(character for character in text.content if character.isascii())
        assert ImageFont.load_default(text.size).getlength(ascii_) <= text.max_width


@each_strip
def test_lines_do_not_overlap(strip: Drawing) -> None:
    for one, other in combinations(texts_of(strip), 2):
        (left, right), (start, end) = ends(one), ends(other)
        if left < end and start < right:
            assert abs(one.y - other.y) >= min(one.size, other.size)


@each_strip
def test_texts_can_be_read_on_their_swatches(strip: Drawing) -> None:
    for text in texts_of(strip):
        assert text.size >= MIN_TEXT_SIZE
        (tile,) = (tile for tile in tiles_of(strip) if inside(middle(text), text.y, tile))
        assert contrast_ratio(text.color, tile.color) >= 4.5


@pytest.mark.parametrize(("width", "height"), PICTURES)
@pytest.mark.parametrize("count", [1, 3, 10, 24, 100])
def test_a_strip_is_as_wide_as_its_picture_and_up_to_half_as_tall(
    count: int, width: int, height: int
) -> None:
    strip = swatch_strip_of(palette_of(count), width, height)
    assert strip.width == width
    assert strip.height <= height // 2


@pytest.mark.parametrize(("width", "height"), [(1024, 683), (6000, 4000), (800, 800)])
def test_ten_colors_take_about_a_sixth_of_a_picture(width: int, height: int) -> None:
    strip = swatch_strip_of(palette_of(10), width, height)
    assert height / 7 < strip.height < height / 4.9
    assert all(len(label) >= 2 for label in labels(strip))


def test_text_grows_with_the_picture() -> None:
    small, large = (
        max(text.size for text in texts_of(swatch_strip_of(palette_of(10), *size)))
        for size in [(1024, 683), (6000, 4000)]
    )
    assert large == pytest.approx(small * 6000 / 1024, rel=0.2)


def test_what_does_not_fit_is_left_out_shares_first_then_names_then_hex_values() -> None:
    palette = palette_of(5, ["Moss"])
    found: list[list[str]] = []
    for height in range(400, 0, -1):
        first = labels(swatch_strip_of(palette, 260, height))[0]
        if not found or found[-1] != first:
            found.append(first)
    code = palette.swatches[0].hex
    assert found == [["Moss", code, "20.0%"], ["Moss", code], [code], []]


def test_what_is_not_known_is_not_shown() -> None:
    plain = Palette((Swatch((1, 2, 3)), Swatch((4, 5, 6))))
    assert labels(swatch_strip_of(plain, 1024, 683)) == [["#010203"], ["#040506"]]


def test_a_long_name_has_two_lines_if_it_needs_them() -> None:
    strip = swatch_strip_of(palette_of(8, ["Forgotten Mosque"]), 1024, 683)
    assert {tuple(label[:2]) for label in labels(strip)} <= {("Forgotten", "Mosque")} | {
        ("Forgotten Mosque", swatch.hex) for swatch in palette_of(8).swatches
    }


@each_strip
def test_the_background_is_around_labeled_swatches(strip: Drawing) -> None:
    background = strip.shapes[0]
    assert isinstance(background, Rectangle)
    assert (background.width, background.height, background.color) == (
        strip.width,
        strip.height,
        BACKGROUND,
    )
    tiles = tiles_of(strip)
    assert (min(tile.x for tile in tiles) > 0) == bool(texts_of(strip))


def test_every_pixel_of_a_swatch_without_a_label_has_its_color() -> None:
    palette = palette_of(100)
    strip = swatch_strip_of(palette, 300, 200)
    image = rasterize(strip, 1)
    for tile, swatch in zip(tiles_of(strip), palette.swatches, strict=True):
        part = image.crop((tile.x, tile.y, tile.x + tile.width, tile.y + tile.height))
        assert part.getcolors() == [(tile.width * tile.height, swatch.color)]


colors = st.tuples(*[st.integers(0, 255)] * 3)
palettes = st.builds(
    Palette,
    st.lists(
        st.builds(Swatch, colors, st.floats(0, 1), st.text(max_size=30)), min_size=1, max_size=40
    ).map(tuple),
    st.text(max_size=40),
)


@pytest.mark.slow
@given(palettes, st.integers(1, 5000), st.integers(1, 5000))
def test_every_swatch_of_any_palette_is_on_any_picture_once_in_order(
    palette: Palette, width: int, height: int
) -> None:
    strip = swatch_strip_of(palette, width, height)
    tiles = tiles_of(strip)
    assert [tile.color for tile in tiles] == [swatch.color for swatch in palette.swatches]
    corners = [(tile.y, tile.x) for tile in tiles]
    assert corners == sorted({*corners})
    for tile in tiles:
        assert tile.width > 0 < tile.height
        assert 0 <= tile.x < tile.x + tile.width <= strip.width == width
        assert 0 <= tile.y < tile.y + tile.height <= strip.height
    assert all(text.content.isprintable() for text in texts_of(strip))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputError, match="has no colors"):
        swatch_strip_of(palette_of(0), 100, 100)
    with pytest.raises(InputError, match="has 1025 colors"):
        swatch_strip_of(palette_of(MAX_SWATCHES + 1), 100, 100)
    with pytest.raises(InputError, match="at most 32,768 pixels wide"):
        swatch_strip_of(palette_of(1), MAX_WIDTH + 1, 100)
