"""Swatches and palettes as values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from palette_engine.palette.value import Palette, Swatch, percent, plain_text


def palette_of_size(count: int, asked: int = 0) -> Palette:
    return Palette(tuple(Swatch((index, 0, 0)) for index in range(count)), asked=asked)


@pytest.mark.parametrize(
    ("color", "code"), [((0, 0, 0), "#000000"), ((255, 10, 171), "#ff0aab"), ((1, 2, 3), "#010203")]
)
def test_hex_has_two_digits_for_each_channel(color: tuple[int, int, int], code: str) -> None:
    assert Swatch(color).hex == code


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0.0%"),
        (1e-12, "<0.1%"),
        (0.000999, "<0.1%"),
        (0.001, "0.1%"),
        (0.4126, "41.3%"),
        (1.0, "100.0%"),
    ],
)
def test_a_share_in_words_is_never_zero_for_what_is_there(share: float, words: str) -> None:
    assert percent(share) == words


def test_a_label_is_the_name_or_else_the_color_and_any_share() -> None:
    assert Swatch((255, 0, 0), 0.25, "Red").label == "Red"
    assert Swatch((255, 0, 0), 0.25).label == "#ff0000 25.0%"
    assert Swatch((255, 0, 0), 1e-9).label == "#ff0000 <0.1%"
    assert Swatch((255, 0, 0)).label == "#ff0000"


@pytest.mark.parametrize(
    ("count", "columns"),
    [(0, 0), (1, 1), (12, 12), (13, 4), (16, 4), (17, 5), (64, 8), (65, 9), (255, 16), (256, 16)],
)
def test_columns_are_one_row_or_nearly_a_square(count: int, columns: int) -> None:
    assert palette_of_size(count).columns == columns


def test_a_very_long_palette_stays_sixteen_wide() -> None:
    assert palette_of_size(5000).columns == 16


@pytest.mark.parametrize(
    ("count", "asked", "needed", "kept", "distance", "note"),
    [
        (5, 5, 0, 0, 0, ""),
        (5, 0, 0, 0, 0, ""),
        (5, 1, 5, 0, 30, ""),
        (4, 1, 5, 0, 0, ""),
        (1, 5, 0, 0, 0, "Only 1 color was found in the picture; 5 were asked for."),
        (2, 5, 0, 0, 0, "Only 2 colors were found in the picture; 5 were asked for."),
        (2, 3, 3, 0, 0, "Only 2 colors were found in the picture; at least 3 were asked for."),
        (
            *(5, 1, 13, 0, 40.5),
            "Only 5 colors at least 40.5 apart (ΔE2000) were found in the picture; it needs 13.",
        ),
        (
            *(3, 5, 0, 1, 0),
            "Beside the kept color, only 2 colors were found in the picture; 5 were asked for in "
            "all.",
        ),
        (
            *(3, 1, 5, 2, 40),
            "Beside the 2 kept colors, only 1 color at least 40 apart (ΔE2000) was found in the "
            "picture; it needs 5 in all.",
        ),
        (
            *(1, 5, 0, 1, 0),
            "Beside the kept color, no other was found in the picture; 5 were asked for in all.",
        ),
    ],
)
def test_a_note_says_when_there_are_fewer_than_asked_or_needed(
    count: int, asked: int, needed: int, kept: int, distance: float, note: str
) -> None:
    palette = palette_of_size(count, asked)
    assert replace(palette, needed=needed, kept=kept, min_distance=distance).note == note


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("photo", "photo"),
        ("", ""),
        ("  a \t  b  ", "a b"),
        ("line\nbreak\r\nand\x0bmore\x0c", "line break and more"),
        ("nul\0 bell\a escape\x1b[31m", "nul bell escape [31m"),
        ("next\x85line", "next line"),
        ("separate\u2028lines\u2029here", "separate lines here"),
        ("\ufeffmark", "mark"),
        ("gpj.\u202eexe", "gpj. exe"),
        ("isolate\u2066d\u2069", "isolate d"),
        ("arabic\u061cmark", "arabic mark"),
        ("zero\u200bwidth", "zero width"),
        ("half\ud83d", "half"),
        ("\udce9t\udce9", "t"),
        ("no\u00a0break", "no break"),
        ("crème 日本 🍮", "crème 日本 🍮"),
    ],
)
def test_plain_text_is_one_clean_line(text: str, plain: str) -> None:
    assert plain_text(text, 60) == plain


@pytest.mark.parametrize(
    ("text", "limit", "plain"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("ab cd", 3, "ab"),
        ("ééé", 5, "éé"),
        ("🍮🍮", 7, "🍮"),
        ("🍮", 3, ""),
        ("abc", 0, ""),
    ],
)
def test_plain_text_is_cut_between_characters(text: str, limit: int, plain: str) -> None:
    assert plain_text(text, limit) == plain
