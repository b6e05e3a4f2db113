"""LibreOffice's color table."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from palette_engine.formats import soc
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

DRAW = "{http://openoffice.org/2000/drawing}"


def rows(palette: Palette) -> list[dict[str, str]]:
    root = ElementTree.fromstring(soc.dumps(palette))
    assert root.tag == "{http://openoffice.org/2000/office}color-table"
    assert {element.tag for element in root} <= {f"{DRAW}color"}
    assert not any(len(element) for element in root)
    return [{key.removeprefix(DRAW): value for key, value in e.attrib.items()} for e in root]


def test_a_palette_is_a_table_of_names_and_colors(flag: Palette) -> None:
    assert rows(flag) == [
        {"name": "Crème “brûlée” 🍮", "color": "#e6194b"},
        {"name": "White", "color": "#ffffff"},
        {"name": "#000009 6.2%", "color": "#000009"},
    ]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_adds_a_color(name: str) -> None:
    (row,) = rows(Palette((Swatch((9, 8, 7), 0.5, name),), name))
    assert row["color"] == "#090807"
    assert row["name"]
    assert row["name"].isprintable()


def test_no_two_names_are_equal_as_one_color_would_be_lost() -> None:
    swatches = [Swatch((n, 0, 0), name=name) for n, name in enumerate(("x", "x (2)", "x", "x"))]
    names = [row["name"] for row in rows(Palette(tuple(swatches)))]
    assert names == ["x", "x (2)", "x (3)", "x (4)"]


def test_tables_with_other_prefixes_are_read() -> None:
    data = (
        b'<?xml version="1.0"?><!-- x -->'
        b'<ooo:color-table xmlns:ooo="http://openoffice.org/2004/office"'
        b' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
        b'<draw:color draw:name="Red &amp; more" draw:color="#E6194B"/>'
        b'<draw:color draw:name="x" draw:color="red-ish"/></ooo:color-table>'
    )
    palette = soc.loads(data)
    assert palette.swatches == (Swatch((230, 25, 75), name="Red & more"),)
    assert palette.note == "1 color not written like #e6194b was left out."
