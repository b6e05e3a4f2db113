"""Paint Shop Pro's palette."""

from __future__ import annotations

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import jasc
from palette_engine.palette.value import Palette, Swatch


def colors(data: bytes) -> list[tuple[int, int, int]]:
    return [swatch.color for swatch in jasc.loads(data).swatches]


def test_a_palette_is_written_as_paint_shop_pro_writes_it(flag: Palette) -> None:
    assert jasc.dumps(flag) == (b"JASC-PAL\r\n0100\r\n3\r\n230 25 75\r\n255 255 255\r\n0 0 9\r\n")


def test_256_colors_are_few_enough_for_gimp_which_reads_4095_bytes() -> None:
    assert len(jasc.dumps(Palette((Swatch((255, 255, 255)),) * 256))) <= 4095


@pytest.mark.parametrize(
    "data",
    [
        b"JASC-PAL\n0100\n1\n1 2 3\n",
        b"JASC-PAL\r\n0100\r\n1\r\n1 2 3",
        b"JASC-PAL\n0100\n1 \n  1\t2  3  \n",
        b"JASC-PAL\n0100\n1\n1 2 3 255\n",
        b"JASC-PAL\n0100\n1\n1 2 3\nmore\n",
    ],
)
def test_files_of_other_writers_are_read(data: bytes) -> None:
    assert colors(data) == [(1, 2, 3)]


def test_values_are_clamped() -> None:
    assert colors(b"JASC-PAL\n0100\n1\n256 999999999 0\n") == [(255, 255, 0)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "does not begin with JASC-PAL"),
        (b"JASC-PAL\n0100\nmany\n", "Line 3 .* not a color"),
        (b"JASC-PAL\n0100\n" + b"9" * 5000, "Line 3 .* not a color"),
        (b"JASC-PAL\n0100\n-1\n", "Line 3 .* not a color"),
        (b"JASC-PAL\n0100\n1\n1 2 x\n", "Line 4 .* not a color"),
        (b"JASC-PAL\n0100\n1\n1 2 -3\n", "Line 4 .* not a color"),
        ("JASC-PAL\n0100\n1\n١ ٢ ٣\n".encode(), "Line 4 .* not a color"),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        jasc.loads(data)


@pytest.mark.parametrize(
    ("data", "count", "sentence"),
    [
        (b"JASC-PAL\n0100\n1\n1 2 3\n4 5 6\n", 2, "has 2 colors, though it says 1"),
        (b"JASC-PAL\n0100\n0\n1 2 3\n", 1, "has 1 color, though it says 0"),
        (b"JASC-PAL\n0100\n999999999\n1 2 3\n", 1, "has 1 color, though it says 999,999,999"),
        (b"JASC-PAL\n0100\n2\n1 2 3\n1 2\n", 1, "Line 5 is not a color and was left out"),
        (b"JASC-PAL\n0100\n1\n1 2 3 255\n", 1, "The alpha of 1 color was left out"),
        (b"JASC-PAL\r0100\r1\r1 2 3\r", 1, ""),
        (b"JASC-PAL\n0100\n1 2 3\n", 1, ""),
    ],
)
def test_all_rows_are_read_with_a_remark_if_they_are_not_as_told(
    data: bytes, count: int, sentence: str
) -> None:
    palette = jasc.loads(data)
    assert len(palette.swatches) == count
    assert sentence in palette.note
    assert bool(sentence) == bool(palette.remarks)
