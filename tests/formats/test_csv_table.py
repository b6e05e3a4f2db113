"""CSV."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import csv_table
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    '"=1',
    '""=1',
    "'=1",
]


def rows(palette: Palette) -> list[list[str]]:
    return list(csv.reader(StringIO(csv_table.dumps(palette).decode(), newline=""), strict=True))


def one(name: str) -> Palette:
    return Palette((Swatch((9, 8, 7), 0.5, name),), name)


def test_a_palette_is_a_row_of_headings_and_one_a_color(flag: Palette) -> None:
    assert rows(flag) == [
        ["name", "hex", "red", "green", "blue", "share"],
        ["Crème “brûlée” 🍮", "#e6194b", "230", "25", "75", "0.5"],
        ["White", "#ffffff", "255", "255", "255", "0.4375"],
        ["", "#000009", "0", "0", "9", "0.0625"],
    ]


def test_lines_end_as_the_standard_says(flag: Palette) -> None:
    data = csv_table.dumps(flag)
    assert data.count(b"\r\n") == data.count(b"\n") == 4


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'=1"),
        ('"=1', "\"'=1"),
        ("＝1", "'＝1"),
        ("x;=1", "x;'=1"),
        ("x, -y", "x, '-y"),
        ("sea-green", "sea-green"),
        ("1+1=2", "1+1=2"),
        ("me@home", "me@home"),
        ('5" nail', '5" nail'),
    ],
)
def test_a_formula_is_written_as_text(name: str, written: str) -> None:
    assert rows(one(name))[1][0] == written


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, *FORMULAS])
def test_no_name_adds_a_row_or_a_cell_or_a_formula(name: str) -> None:
    heading, row = rows(one(name))
    assert len(heading) == len(row) == 6
    assert row[1:] == ["#090807", "9", "8", "7", "0.5"]
    text = csv_table.dumps(one(name)).decode()
    # Whatever a program takes for the separator, with or without a thought for quotes.
    for cell in [*row, *re.split(r"[;,\t|\r\n]", text)]:
        assert cell.strip("\"' ")[:1] not in {*"=+-@＝＋－＠"} or "'" in cell


@pytest.mark.parametrize(
    "text",
    [
        "name,hex\nRed,#e6194b\nGreen,#3cb44b\n",
        "Hex;Name\r\ne6194b;Red\r\n3cb44b;Green\r\n",
        "Name\tRed\tGreen\tBlue\nRed\t230\t25\t75\nGreen\t60\t180\t75",
        "\ufeffname,r,g,b\nRed,230,25,75\nGreen,60,180,75",
        'Name,Color\nRed,"rgb(230, 25, 75)"\nGreen,"rgb(60, 180, 75)"',
        "Red,#e6194b\nGreen,#3cb44b",
        "#e6194b;Red\n#3cb44b;Green",
    ],
)
def test_tables_of_others_are_read(text: str) -> None:
    swatches = csv_table.loads(text.encode()).swatches
    assert [(each.hex, each.name) for each in swatches] == [
        ("#e6194b", "Red"),
        ("#3cb44b", "Green"),
    ]


def test_rows_without_a_color_are_told() -> None:
    palette = csv_table.loads(b"name,hex\nRed,#e6194b\nTotal,2\n,\n")
    assert palette.note == "Line 3 is not a color and was left out."


@pytest.mark.parametrize("data", [b"", b"name,hex\n", b"name,hex\na,b\n", b"a,b\n1,2\n", b"\xff\0"])
def test_a_table_without_colors_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        csv_table.loads(data)


@pytest.mark.parametrize("formula", ["=1+1", "-x", "@y", "a;=1"])
def test_the_apostrophe_before_a_formula_is_not_read(formula: str) -> None:
    assert csv_table.loads(csv_table.dumps(one(formula))).swatches[0].name == formula
