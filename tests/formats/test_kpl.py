"""Krita's palette."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import kpl
from palette_engine.formats.zip_file import pack
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))


def file(xml: str | bytes) -> bytes:
    """Return a KPL file with some XML in it."""
    return pack({"colorset.xml": xml.encode() if isinstance(xml, str) else xml})


def entry(name: str, color: str, position: str = "") -> str:
    return f'<ColorSetEntry name="{name}" bitdepth="U8">{color}{position}</ColorSetEntry>'


def at(row: int, column: int) -> str:
    return f'<Position row="{row}" column="{column}"/>'


def rows(xml: str | bytes) -> list[tuple[tuple[int, int, int], str]]:
    return [(swatch.color, swatch.name) for swatch in kpl.loads(file(xml)).swatches]


POSITION = f'<Position row="{"9" * 5000}" column="0"/>'
RED = '<sRGB r="1" g="0" b="0"/>'


def test_the_type_of_the_file_stands_first_and_stored(flag: Palette) -> None:
    data = kpl.dumps(flag)
    assert data[30:65] == b"mimetypeapplication/x-krita-palette"
    with ZipFile(BytesIO(data)) as zip_file:
        assert zip_file.namelist() == ["mimetype", "colorset.xml", "profiles.xml"]
        assert {info.compress_type for info in zip_file.infolist()} == {ZIP_STORED}


@pytest.mark.parametrize(
    ("count", "columns", "height", "last"),
    [(0, 1, 1, None), (1, 1, 1, (0, 0)), (12, 12, 1, (0, 11)), (13, 4, 4, (3, 0))],
)
def test_colors_stand_in_rows(
    count: int, columns: int, height: int, last: tuple[int, int] | None
) -> None:
    with ZipFile(BytesIO(kpl.dumps(Palette((Swatch((1, 2, 3)),) * count)))) as zip_file:
        root = ElementTree.fromstring(zip_file.read("colorset.xml"))
    assert (root.get("columns"), root.get("rows")) == (str(columns), str(height))
    positions = [(int(p.attrib["row"]), int(p.attrib["column"])) for p in root.iter("Position")]
    assert len({*positions}) == count
    assert positions == sorted(positions)
    assert (positions[-1] if positions else None) == last


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_adds_an_element(name: str) -> None:
    with ZipFile(BytesIO(kpl.dumps(Palette((Swatch((0, 0, 255), 0.5, name),), name)))) as zip_file:
        root = ElementTree.fromstring(zip_file.read("colorset.xml"))
        assert ElementTree.fromstring(zip_file.read("profiles.xml")).tag == "Profiles"
    assert [element.tag for element in root.iter()] == [
        "ColorSet",
        "ColorSetEntry",
        "sRGB",
        "Position",
    ]
    assert root.attrib["name"].isprintable()
    assert root[0].attrib["name"]
    assert root[0][0].attrib == {"r": "0.0", "g": "0.0", "b": "1.0"}


def test_colors_are_read_group_by_group_and_row_by_row() -> None:
    names = {"a": at(0, 0), "c": at(1, 0), "b": at(0, 1), "d": at(1, 1)}
    first = "".join(entry(name, RED, position) for name, position in names.items())
    second = f'<Group name="g">{entry("f", RED, at(1, 0))}{entry("e", RED, at(0, 0))}</Group>'
    found = rows(f'<Colorset name="x">{first}{second}</Colorset>')
    assert [name for _, name in found] == ["a", "b", "c", "d", "e", "f"]


def test_colors_without_positions_are_read_as_they_stand() -> None:
    found = rows(f"<Colorset>{entry('b', RED)}{entry('a', RED)}{entry('b', RED)}</Colorset>")
    assert [name for _, name in found] == ["b", "a", "b"]


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ('<sRGB r="1" g="0.5" b="0"/>', (255, 128, 0)),
        ('<sRGB r="1e999" g="-1" b="nan"/>', (255, 0, 0)),
        ('<RGB space="sRGB-elle-V2-srgbtrc.icc" r="1" g="0.2159" b="0"/>', (255, 55, 0)),
        ('<RGB space="sRGB-elle-V2-g10.icc" r="1" g="0.2159" b="0"/>', (255, 128, 0)),
        ('<Gray g="0.5"/>', (128, 128, 128)),
        ('<CMYK c="0" m="1" y="1" k="0"/>', (255, 0, 0)),
        ('<Lab L="54.2905" a="80.8049" b="69.8910"/>', (255, 0, 0)),
        ('<XYZ x="0.9643" y="1" z="0.8251"/>', (255, 255, 255)),
    ],
)
def test_every_model_is_read(color: str, expected: tuple[int, int, int]) -> None:
    assert rows(f"<Colorset>{entry('x', color)}</Colorset>") == [(expected, "x")]


def test_names_and_other_encodings_are_read() -> None:
    xml = f'<?xml version="1.0" encoding="utf-16"?><ColorSet name="é">{entry("日", RED)}</ColorSet>'
    assert rows(xml.encode("utf-16")) == [((255, 0, 0), "日")]
    assert kpl.loads(file(xml.encode("utf-16"))).name == "é"


def test_a_name_is_clean_whatever_the_file_has() -> None:
    assert rows(f"<Colorset>{entry('a&#10;b&#x202e;c', RED)}</Colorset>")[0][1] == "a b c"


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ("", "XML of the palette is damaged"),
        ("<Colorset>", "XML of the palette is damaged"),
        ("<Colorset a='&e;'/>", "XML of the palette is damaged"),
        ('<?xml version="1.0" encoding="no-such"?><a/>', "XML of the palette is damaged"),
        (f'<!DOCTYPE a [<!ENTITY e0 "x">{ENTITIES}]><a b="&e12;"/>', "has a document type"),
        (f'<!DOCTYPE a [<!ENTITY e "{"x" * 9999}">]><a>{"&e;" * 9999}</a>', "has a document type"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "has a document type"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "has a document type"),
        (f"<Colorset>{entry('x', '')}</Colorset>", "No color .* known color model"),
        (f"<Colorset>{entry('x', '<YCbCr/>')}</Colorset>", "No color .* known color model"),
        (f"<Colorset>{entry('x', '<sRGB/>')}</Colorset>", "No color .* known color model"),
        (
            f"<Colorset>{entry('x', RED.replace('1', 'one'))}</Colorset>",
            "No color .* known color model",
        ),
    ],
)
def test_xml_that_is_no_such_palette_is_refused(xml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        kpl.loads(file(xml))


@pytest.mark.parametrize("position", ["<Position/>", POSITION])
def test_a_position_that_is_none_is_passed_over(position: str) -> None:
    assert rows(f"<Colorset>{entry('x', RED, position)}</Colorset>") == [((255, 0, 0), "x")]


def test_a_color_that_cannot_be_read_is_left_out_with_a_remark() -> None:
    xml = f"<Colorset>{entry('x', '<YCbCr/>')}{entry('y', RED)}</Colorset>"
    palette = kpl.loads(file(xml))
    assert [swatch.name for swatch in palette.swatches] == ["y"]
    assert [remark.count for remark in palette.remarks] == [1]


def test_groups_are_read_and_written() -> None:
    swatches = (Swatch((1, 2, 3), name="a"), Swatch((4, 5, 6), name="b", group="Two & more"))
    assert kpl.loads(kpl.dumps(Palette(swatches, "x"))) == Palette(swatches, "x")


def test_elements_as_deep_as_a_file_can_have_them_are_passed_over() -> None:
    assert rows("<a>" * 200_000 + "</a>" * 200_000) == []


def test_members_outside_are_passed_over() -> None:
    members = {
        "../evil": b"x",
        "/etc/evil": b"x",
        "colorset.xml": f"<a>{entry('x', RED)}</a>".encode(),
    }
    assert len(kpl.loads(pack(members)).swatches) == 1
