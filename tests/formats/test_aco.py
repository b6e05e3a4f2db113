"""Photoshop's color swatches."""

from __future__ import annotations

import struct

import pytest

from palette_engine.errors import InputError, OptionError
from palette_engine.formats import aco
from palette_engine.palette.value import Palette, Swatch


def words(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def name(text: str) -> bytes:
    units = f"{text}\0".encode("utf-16-be")
    return struct.pack(">I", len(units) // 2) + units


def rows(data: bytes) -> list[tuple[tuple[int, int, int], str]]:
    return [(swatch.color, swatch.name) for swatch in aco.loads(data).swatches]


def test_a_palette_has_a_section_without_names_and_one_with() -> None:
    palette = Palette((Swatch((255, 0, 1), name="Red"), Swatch((0, 2, 0))))
    first, second = words(0, 65535, 0, 257, 0), words(0, 0, 514, 0, 0)
    assert aco.dumps(palette) == (
        words(1, 2) + first + second + words(2, 2) + first + name("Red") + second + name("#000200")
    )


def test_either_section_alone_is_read() -> None:
    row = words(0, 257, 514, 771, 0)
    assert rows(words(1, 1) + row) == [((1, 2, 3), "")]
    assert rows(words(2, 1) + row + name("x")) == [((1, 2, 3), "x")]
    assert rows(words(2, 1) + row + struct.pack(">I", 0)) == [((1, 2, 3), "")]


def test_bytes_after_the_sections_are_passed_over() -> None:
    row = words(0, 257, 514, 771, 0)
    assert rows(words(1, 1) + row + b"more") == [((1, 2, 3), "")]
    assert rows(words(2, 1) + row + name("x") + b"\0\2") == [((1, 2, 3), "x")]


@pytest.mark.parametrize(
    ("row", "color"),
    [
        ((0, 0xE6E6, 0x1919, 0x4B4B, 0), (230, 25, 75)),
        ((0, 0xE600, 0x1900, 0x4B00, 0), (230, 25, 75)),
        ((1, 0, 65535, 65535, 0), (255, 0, 0)),
        ((1, 21845, 65535, 65535, 0), (0, 255, 0)),
        ((2, 65535, 0, 0, 65535), (255, 0, 0)),
        ((2, 65535, 65535, 65535, 0), (0, 0, 0)),
        ((7, 5429, 8080, 6989, 0), (255, 0, 0)),
        ((7, 4628, 65536 - 4756, 4858, 0), (0, 128, 0)),
        ((8, 10000, 0, 0, 0), (255, 255, 255)),
        ((8, 0, 0, 0, 0), (0, 0, 0)),
        ((9, 0, 10000, 10000, 0), (255, 0, 0)),
    ],
)
def test_every_space_is_read(row: tuple[int, ...], color: tuple[int, int, int]) -> None:
    ((found, _),) = rows(words(1, 1) + words(*row))
    assert all(abs(a - b) <= (row[0] == 7) for a, b in zip(found, color, strict=True))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "version is not 1 or 2"),
        (words(3, 0), "version is not 1 or 2"),
        (words(1), "damaged or cut short"),
        (words(1, 1), "damaged or cut short"),
        (words(1, 1) + words(3, 0, 0, 0, 0), "No color .* known color space"),
        (words(2, 1) + words(0, 0, 0, 0, 0) + b"\xff\xff\xff\xff", "damaged or cut short"),
    ],
)
def test_lengths_and_counts_that_lie_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        aco.loads(data)


def test_colors_of_a_color_book_are_left_out_with_a_remark() -> None:
    data = words(1, 3) + words(0, 257, 514, 771, 0) + words(3000, 5, 0, 0, 0) + words(8, 0, 0, 0, 0)
    palette = aco.loads(data)
    assert [swatch.color for swatch in palette.swatches] == [(1, 2, 3), (0, 0, 0)]
    (remark,) = palette.remarks
    assert remark.count == 1
    assert remark.sentence.startswith("1 color was left out: of a color book")


@pytest.mark.parametrize(
    "second", [words(2), words(2, 1), words(2, 2) + words(0, 1, 2, 3, 0) + name("x"), words(2, 0)]
)
def test_a_second_section_that_is_damaged_is_left_out_with_a_remark(second: bytes) -> None:
    palette = aco.loads(words(1, 1) + words(0, 257, 514, 771, 0) + second)
    assert [swatch.color for swatch in palette.swatches] == [(1, 2, 3)]
    assert [remark.count for remark in palette.remarks] == [1]
    assert "is damaged and was left out" in palette.note


def test_what_is_there_of_a_file_that_is_cut_short_is_read_with_a_remark() -> None:
    palette = aco.loads(words(1, 65535) + words(0, 257, 514, 771, 0))
    assert [swatch.color for swatch in palette.swatches] == [(1, 2, 3)]
    assert [remark.count for remark in palette.remarks] == [65534]


def test_more_colors_than_can_be_counted_are_not_written() -> None:
    with pytest.raises(OptionError, match="at most 65,535"):
        aco.dumps(Palette((Swatch((0, 0, 0)),) * 65536))
