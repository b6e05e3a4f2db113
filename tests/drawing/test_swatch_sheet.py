"""The swatch sheet: its cards, its contrast table and its color vision section."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from palette_engine.color.contrast import contrast_ratio
from palette_engine.color.srgb import Color
from palette_engine.drawing.check_sheet import MAX_COMPARED, check_sheet_of
from palette_engine.drawing.shapes import Drawing, Rectangle, Text
from palette_engine.drawing.swatch_sheet import MAX_SWATCHES, swatch_sheet_of
from palette_engine.errors import InputError
from palette_engine.palette.check import checked
from palette_engine.palette.value import Difference, Palette, Swatch

COUNTS = [0, 1, 2, 3, 5, 6, 10, 12, 16, 25, 64, 256]

NAMES = ["", "Moss", "A name that is much longer than its card is wide", "🍮" * 40]


def palette_of(count: int, names: list[str] = NAMES, shared: bool = True) -> Palette:
    swatches = (
        Swatch(
            (n * 37 % 256, n * 101 % 256, (255 - n) % 256),
            1 / count if shared else 0.0,
            names[n % len(names)],
        )
        for n in range(count)
    )
    return Palette(tuple(swatches), "Harbor", "harbor.jpg", difference=Difference(1.93, 4.2))


def swatches_of(sheet: Drawing) -> list[Rectangle]:
    return [each for each in sheet.shapes if isinstance(each, Rectangle) and each.title]


def texts_of(sheet: Drawing) -> list[Text]:
    return [each for each in sheet.shapes if isinstance(each, Text)]


def contents_of(sheet: Drawing) -> list[str]:
    return [text.content for text in texts_of(sheet)]


def edges(text: Text) -> tuple[int, int]:
    """Return the left and right limits of a text."""
    start = {"start": 0, "middle": text.max_width // 2, "end": text.max_width}[text.anchor]
    return text.x - start, text.x - start + text.max_width


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


SHEETS = {
    **{f"{count}": swatch_sheet_of(palette_of(count)) for count in COUNTS},
    **{f"{count} checked": check_sheet_of(checked(palette_of(count))) for count in (0, 1, 2, 7)},
    "40 checked": check_sheet_of(checked(palette_of(40))),
    "no shares": swatch_sheet_of(palette_of(20, shared=False)),
    "no names": swatch_sheet_of(palette_of(20, names=[""])),
    "long": swatch_sheet_of(Palette(palette_of(3).swatches, "W" * 999, "m" * 999)),
}

each_sheet = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)


@each_sheet
def test_everything_is_on_the_sheet(sheet: Drawing) -> None:
    for shape in sheet.shapes:
        if isinstance(shape, Rectangle):
            assert 0 <= shape.x <= shape.x + shape.width <= sheet.width
            assert 0 <= shape.y <= shape.y + shape.height <= sheet.height
        else:
            left, right = edges(shape)
            assert 0 <= left < right <= sheet.width
            assert shape.size < shape.y < sheet.height


@each_sheet
def test_texts_stay_in_their_width_in_the_font_of_pictures(sheet: Drawing) -> None:
    for text in texts_of(sheet):
        ascii_ = "".join(character for character in text.content if character.isascii())
        assert ImageFont.load_default(text.size).getlength(ascii_) <= text.max_width


@each_sheet
def test_texts_can_be_read_on_what_they_stand_on(sheet: Drawing) -> None:
    for index, shape in enumerate(sheet.shapes):
        if not isinstance(shape, Text):
            continue
        left, right = edges(shape)
        below = [
            each
            for each in sheet.shapes[:index]
            if isinstance(each, Rectangle)
            and each.x <= (left + right) // 2 < each.x + each.width
            and each.y <= shape.y - shape.size // 4 < each.y + each.height
        ]
        ratio = contrast_ratio(shape.color, below[-1].color)
        is_sample = below[-1].color != sheet.shapes[0].color and below[-1].color != (255, 255, 255)
        assert ratio >= (3 if is_sample else 4.5)


@pytest.mark.parametrize("count", COUNTS)
def test_every_swatch_is_on_its_sheet_once_in_the_palettes_order(count: int) -> None:
    palette = palette_of(count)
    tiles = swatches_of(swatch_sheet_of(palette))
    assert [tile.color for tile in tiles] == [swatch.color for swatch in palette.swatches]
    assert [tile.title[:7] for tile in tiles] == [swatch.hex for swatch in palette.swatches]
    corners = [(tile.y, tile.x) for tile in tiles]
    assert corners == sorted(corners)
    assert all(tile.width >= 80 and tile.height >= 60 for tile in tiles)
    assert not any(overlap(one, other) for one, other in pairwise(tiles))


def test_a_checked_palette_has_no_more_swatches_than_its_own() -> None:
    palette = palette_of(7)
    tiles = swatches_of(check_sheet_of(checked(palette)))
    assert [tile.color for tile in tiles] == [swatch.color for swatch in palette.swatches]


def test_the_header_says_what_is_known() -> None:
    contents = contents_of(swatch_sheet_of(palette_of(10)))
    assert contents[:2] == ["Harbor", "harbor.jpg · 10 colors · CIEDE2000 1.9 on average"]
    plain = Palette((Swatch((1, 2, 3)),), name="", source="")
    assert contents_of(swatch_sheet_of(plain)) == ["Palette", "1 color", "#010203"]


def test_a_card_says_name_hex_value_and_share() -> None:
    palette = Palette((Swatch((1, 2, 3), 0.25, "Night"), Swatch((4, 5, 6), 0.75)))
    assert contents_of(swatch_sheet_of(palette))[2:] == [
        *("Night", "#010203", "25.0%"),
        *("", "#040506", "75.0%"),
    ]


def test_the_bar_is_as_wide_as_the_cards_and_divided_by_the_shares() -> None:
    palette = Palette((Swatch((1, 2, 3), 0.25), Swatch((4, 5, 6), 0.75)))
    bar = [
        each
        for each in swatch_sheet_of(palette).shapes
        if isinstance(each, Rectangle) and not each.title
    ][1:3]
    assert [(each.color, each.width) for each in bar] == [((1, 2, 3), 280), ((4, 5, 6), 840)]


def test_too_many_swatches_are_refused() -> None:
    assert len(swatches_of(swatch_sheet_of(palette_of(MAX_SWATCHES)))) == MAX_SWATCHES
    with pytest.raises(InputError, match="has 1025 colors; a swatch sheet shows up to 1024"):
        swatch_sheet_of(palette_of(MAX_SWATCHES + 1))


def test_every_ratio_is_shown_with_its_mark_on_both_backgrounds() -> None:
    palette = Palette(tuple(map(Swatch, [(0, 0, 0), (255, 255, 255), (119, 119, 119)])))
    contents = contents_of(check_sheet_of(checked(palette)))
    assert contents.count("21.00") == contents.count("AAA") == 2
    assert contents.count("4.47") == contents.count("4.68") == 2
    assert (contents.count("AA large"), contents.count("AA")) == (2, 2)


def test_a_table_of_many_colors_shows_the_first_and_says_so() -> None:
    contents = contents_of(check_sheet_of(checked(palette_of(40))))
    assert any(f"of the first {MAX_COMPARED} colors" in content for content in contents)
    ratios = [content for content in contents if re.fullmatch(r"\d+\.\d\d", content)]
    assert len(ratios) == MAX_COMPARED * (MAX_COMPARED - 1)


def test_what_is_hard_to_tell_apart_is_shown_for_each_kind_of_vision() -> None:
    palette = Palette((Swatch((230, 25, 75)), Swatch((60, 180, 75))))
    found = checked(palette)
    sheet = check_sheet_of(found)
    contents = contents_of(sheet)
    assert "Protan, without red-sensitive cones: no pairs hard to tell apart" in contents
    assert "Deutan, without green-sensitive cones: 1 pair hard to tell apart" in contents
    index = contents.index("#e6194b #3cb44b")
    assert contents[index + 1] == found.views[1].confusions[0].words
    drawn = {each.color for each in sheet.shapes if isinstance(each, Rectangle)}
    assert {color for view in found.views for color in view.colors} <= drawn


colors: st.SearchStrategy[Color] = st.tuples(*[st.integers(0, 255)] * 3)
palettes = st.builds(
    Palette,
    st.lists(st.builds(Swatch, colors, st.floats(0, 1), st.text(max_size=30)), max_size=20).map(
        tuple
    ),
    st.text(max_size=40),
    st.text(max_size=40),
)


@given(palettes)
def test_any_palette_has_a_sheet_with_clean_text(palette: Palette) -> None:
    sheet = swatch_sheet_of(palette)
    texts = [*contents_of(sheet), sheet.title, *(tile.title for tile in swatches_of(sheet))]
    assert all(character.isprintable() for text in texts for character in text)
    assert len(swatches_of(sheet)) == len(palette.swatches)
