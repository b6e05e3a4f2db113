"""GIMP's palette file."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL.GimpPaletteFile import GimpPaletteFile

from palette_engine.errors import InputError
from palette_engine.formats import gpl
from palette_engine.palette.value import Palette, Swatch


def rows(data: bytes) -> list[tuple[tuple[int, int, int], str]]:
    return [(swatch.color, swatch.name) for swatch in gpl.loads(data).swatches]


def test_a_palette_is_written_as_gimp_writes_it(flag: Palette) -> None:
    assert gpl.dumps(flag).decode() == (
        "GIMP Palette\n"
        "Name: Tricolore\n"
        "Columns: 3\n"
        "#\n"
        "230  25  75\tCrème “brûlée” 🍮\n"
        "255 255 255\tWhite\n"
        "  0   0   9\t#000009 6.2%\n"
    )


def test_a_palette_without_a_name_or_swatches_is_still_a_palette_file() -> None:
    assert gpl.dumps(Palette((), name="")) == b"GIMP Palette\nName: Palette\nColumns: 0\n#\n"


HOSTILE_NAMES = [
    "x\n  1   2   3\tX",
    "x\r1 2 3",
    "x\r\n1 2 3\r\n",
    "x\u20281 2 3",
    "x\u20291 2 3",
    "x\x851 2 3",
    "x\x0b1 2 3\x0c4 5 6",
    "x\x1c1 2 3",
    "x\0",
    "\n",
    "\t",
    "1 2 3",
    "# no comment",
    "Columns: 99",
    "Name: other\nColumns: 99",
    "GIMP Palette",
    "\u202eesrever",
    "\ufeff",
    "half \ud83d",
    "long " * 1000,
    "🍮" * 1000,
    "",
    "Untitled",
    "</style><script>alert(1)</script>",
    "*/ } :root { --color-x: #010203; } /*",
    "x; } @import 'evil.css'; @theme {",
    "color: #010203",
    "#{1 + 1} $color-1: #010203;",
    "//\\",
    "\"'`",
    "'/><draw:color draw:name='x' draw:color='#010203'/>",
    '"/><ColorSetEntry name="x',
    "&lt; &#10; &amp; ]]> <!-- -->",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "x;=1+1",
    "x,=1+1",
    'x",=1+1,"',
    '"=1+1',
    "＝1+1",
    "$type",
    "$value",
    "{palette.1}",
    "a.b",
    "__proto__",
    "constructor",
    "\n; FF010203",
    "\r\n#010203",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_adds_a_color_or_a_header(name: str) -> None:
    palette = Palette((Swatch((9, 8, 7), 0.5, name), Swatch((6, 5, 4), 0.5, name)), name=name)
    lines = gpl.dumps(palette).decode().split("\n")
    assert lines[0] == "GIMP Palette"
    assert lines[1].startswith("Name: ")
    assert lines[2:4] == ["Columns: 2", "#"]
    assert [line[:12] for line in lines[4:]] == ["  9   8   7\t", "  6   5   4\t", ""]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_every_line_is_one_that_every_known_reader_takes(name: str) -> None:
    data = gpl.dumps(Palette((Swatch((255, 255, 255), 1.0, name),), name=name))
    *lines, end = data.split(b"\n")
    assert end == b""
    for line in lines:
        assert 0 < len(line) <= 100
        assert line.decode().rstrip() == line.decode()
        assert all(character.isprintable() or character == "\t" for character in line.decode())
    assert lines[-1].split(b"\t")[1].strip()


def test_pillow_reads_the_same_colors(flag: Palette) -> None:
    read, _ = GimpPaletteFile(BytesIO(gpl.dumps(flag))).getpalette()
    colors = b"".join(bytes(swatch.color) for swatch in flag.swatches)
    assert read[: len(colors)] == colors


def test_a_name_is_read_back(flag: Palette) -> None:
    read = gpl.loads(gpl.dumps(flag))
    assert read.name == "Tricolore"
    assert [swatch.name for swatch in read.swatches] == [s.label for s in flag.swatches]


def test_windows_line_ends_a_byte_order_mark_and_empty_lines_are_read() -> None:
    data = (
        b"\xef\xbb\xbfGIMP Palette\r\nName: a b\r\nColumns: 3\r\n#\r\n\r\n1 2 3\tx y\r\n4 5 6\r\n"
    )
    assert gpl.loads(data).name == "a b"
    assert rows(data) == [((1, 2, 3), "x y"), ((4, 5, 6), "")]


@pytest.mark.parametrize(
    ("row", "color", "name"),
    [
        ("1 2 3", (1, 2, 3), ""),
        ("  1   2   3\tRed", (1, 2, 3), "Red"),
        ("1\t2\t3\tRed", (1, 2, 3), "Red"),
        ("1 2 3 Red", (1, 2, 3), "Red"),
        ("1 2 3\t255", (1, 2, 3), "255"),
        ("300 999999999 0\tx", (255, 255, 0), "x"),
        ("001 002 003\t", (1, 2, 3), ""),
        ("1 2 3\ta\u20284 5 6", (1, 2, 3), "a\u20284 5 6"),
        ("1 2 3\ta\x0c4 5 6\x85", (1, 2, 3), "a\x0c4 5 6"),
    ],
)
def test_rows_of_other_writers_are_read(row: str, color: tuple[int, ...], name: str) -> None:
    assert rows(f"GIMP Palette\n{row}\n".encode()) == [(color, name)]


def test_the_alpha_of_aseprite_is_left_out() -> None:
    data = b"GIMP Palette\nChannels: RGBA\n#\n1 2 3 255\tRed\n  4 5 6   0 255\n7 8 9 9\n"
    assert rows(data) == [((1, 2, 3), "Red"), ((4, 5, 6), "255"), ((7, 8, 9), "")]


def test_what_gimp_calls_untitled_has_no_name() -> None:
    assert rows(b"GIMP Palette\n1 2 3\tUntitled\n") == [((1, 2, 3), "")]


def test_headers_are_read_in_any_order() -> None:
    data = b"GIMP Palette\n# by hand\nColumns: 3\nName: a b\n\n1 2 3\n"
    assert gpl.loads(data) == Palette((Swatch((1, 2, 3)),), "a b")


def test_an_old_file_without_headers_is_read() -> None:
    assert rows(b"GIMP Palette\n# by hand\n255 0 0") == [((255, 0, 0), "")]


@pytest.mark.parametrize(
    "row", ["1 2", "1 2 x", "-1 2 3", "1.5 2 3", "1,2,3", "#ff0000", "1 2 3x", "1" * 5000]
)
def test_a_row_that_is_not_a_color_is_refused_with_its_number(row: str) -> None:
    with pytest.raises(InputError, match="Line 2 of the GIMP palette") as caught:
        gpl.loads(f"GIMP Palette\n{row if row[0] != '#' else ' ' + row}\n".encode())
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"gimp palette\n", b"\x89PNG", b"JASC-PAL\n", b"\xff"]
)
def test_what_is_not_a_gimp_palette_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not a GIMP palette"):
        gpl.loads(data)


def test_lines_that_are_not_colors_are_left_out_with_a_remark() -> None:
    palette = gpl.loads(b"GIMP Palette\n1 2 3\tRed\nWidth: 4\n1 2\n")
    assert [swatch.name for swatch in palette.swatches] == ["Red"]
    assert [remark.count for remark in palette.remarks] == [2]
    assert palette.note == "2 lines are not colors and were left out, as line 3."


def test_the_alpha_that_is_left_out_is_told() -> None:
    palette = gpl.loads(b"GIMP Palette\nChannels: RGBA\n#\n1 2 3 255\tRed\n")
    assert palette.note == "The alpha of 1 color was left out."


def test_other_header_lines_are_passed_over() -> None:
    data = b"GIMP Palette\nName: Two\nAuthor: somebody\nLicense: CC0\n#\n1 2 3\tRed\n"
    assert gpl.loads(data) == Palette((Swatch((1, 2, 3), name="Red"),), "Two")
    assert gpl.loads(data).remarks == ()


def test_a_name_in_a_comment_counts_if_there_is_no_other() -> None:
    comment = b"#Palette Name: Sunny\n"
    assert gpl.loads(b"GIMP Palette\n" + comment + b"1 2 3\n").name == "Sunny"
    assert gpl.loads(b"GIMP Palette\nName: Own\n" + comment + b"1 2 3\n").name == "Own"


def test_carriage_returns_alone_end_lines() -> None:
    data = b"GIMP Palette\rName: Two\r#\r1 2 3\tRed\r4 5 6\tGreen\r"
    assert rows(data) == [((1, 2, 3), "Red"), ((4, 5, 6), "Green")]


def test_a_name_that_is_not_utf_8_is_read_as_windows_1252() -> None:
    assert rows(b"GIMP Palette\n1 2 3\tcaf\xe9 \x80") == [((1, 2, 3), "café €")]
