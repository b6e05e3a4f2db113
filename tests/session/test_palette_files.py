"""Palette files in a session: read from bytes, and written as bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from palette_engine.formats import FORMATS, dumps, loads
from palette_engine.formats.json_palette import to_object
from palette_engine.palette.names import named
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette, Swatch
from tests.session.test_server import line, served

BRAND = Palette(
    (
        Swatch((213, 99, 62), name="Flame", group="Warm"),
        Swatch((78, 60, 37), name="#4e3c25"),
        Swatch((220, 211, 209), name="#dcd3d1 41.3%"),
    ),
    name="Brand",
)

PLAIN = Palette((Swatch((213, 99, 62), name="Flame"), Swatch((78, 60, 37))), name="Brand")


def reading(data: bytes, **values: Any) -> bytes:
    return line(id=12, read_palette={"bytes": len(data), **values}) + data


def writing(palette: Palette, format_name: object, **values: Any) -> bytes:
    data = json.dumps(to_object(palette)).encode()
    return line(id=13, write_palette={"format": format_name, "bytes": len(data), **values}) + data


@pytest.mark.parametrize("name", [name for name, row in FORMATS.items() if row.dumps and row.loads])
def test_a_file_is_read_as_the_library_reads_it(name: str) -> None:
    data = dumps(PLAIN, name)
    file = f"brand{FORMATS[name].suffixes[0]}"
    (answer,) = served(reading(data, file=file))
    assert answer["read_palette"] == {"format": name}
    assert json.loads(answer["data"]) == to_object(loads(data, file))


@pytest.mark.parametrize("name", [name for name, row in FORMATS.items() if row.dumps])
def test_a_file_is_written_as_the_library_writes_it(name: str) -> None:
    (answer,) = served(writing(PLAIN, name))
    assert answer["write_palette"] == {"remarks": []}
    assert answer["data"] == dumps(PLAIN, name)


def test_what_is_left_out_is_told_with_the_palette() -> None:
    data = b"GIMP Palette\nName: Odd\n1 2 3\tOne\nnonsense\n4 5 6\tTwo\n"
    (answer,) = served(reading(data, file="odd.gpl"))
    document = json.loads(answer["data"])
    assert [row["hex"] for row in document["swatches"]] == ["#010203", "#040506"]
    assert document["note"] == "Line 4 is not a color and was left out."
    assert document["remarks"] == [{"sentence": document["note"], "count": 1}]


def test_labels_that_stand_for_names_are_not_written_as_names() -> None:
    (answer,) = served(writing(BRAND, "ase"))
    read = loads(answer["data"])
    assert read.swatches[0].group == "Warm"
    assert [each.name for each in read.swatches] == ["Flame", "", ""]


def test_order_and_names_are_chosen_as_in_the_options() -> None:
    (answer,) = served(writing(PLAIN, "hex", order="lightness", names="css"))
    assert answer["data"] == dumps(ordered(named(PLAIN, "css"), "lightness"), "hex")
    (answer,) = served(writing(PLAIN, "gpl", names="css"))
    assert [each.name for each in loads(answer["data"]).swatches] != ["Flame", ""]


def test_a_program_that_takes_fewer_colors_is_told() -> None:
    many = Palette(tuple(Swatch((number, 0, 0)) for number in range(97)))
    (answer,) = served(writing(many, "paintnet"))
    (remark,) = answer["write_palette"]["remarks"]
    assert remark == "The program that it is for takes only the first 96 colors."


REFUSED = [
    (reading(b"no palette", file="a.txt"), "is not a palette that can be read", "not-a-palette"),
    (reading(b"", file="a.txt"), "is not a palette", "not-a-palette"),
    (reading(b"", file="a.gpl"), "This is not a GIMP palette", None),
    (reading(b"GIMP Palette\n#\n", file="a.gpl"), "a.gpl has no colors", "no-colors"),
    (reading(b"x" * (4 * 2**20 + 1), file="a.gpl"), "at most 4 MB", "palette-too-large"),
    (reading(b"1", file=7), "must be texts", None),
    (reading(b"1", format="docx"), "cannot be read as docx", None),
    (writing(PLAIN, "docx"), "cannot be written as docx", None),
    (writing(PLAIN, "act"), "cannot be written as act", None),
    (writing(PLAIN, ["gpl"]), "cannot be written as", None),
    (writing(PLAIN, "gpl", order="loud"), "loud", None),
    (writing(PLAIN, "gpl", names=["css"]), "must be texts", None),
    (writing(Palette(()), "gpl"), "The palette has no colors", "no-colors"),
    (line(id=1, write_palette={"format": "gpl", "bytes": 2}) + b"{]", "must be JSON", None),
    (line(id=1, write_palette={"format": "gpl", "bytes": 2}) + b"{}", "is not a palette", None),
]


@pytest.mark.parametrize(("request_", "said", "reason"), REFUSED)
def test_what_cannot_be_done_is_refused_and_the_session_goes_on(
    request_: bytes, said: str, reason: str | None
) -> None:
    refused, answer = served(request_, writing(PLAIN, "hex"))
    assert said in refused["error"]
    assert refused.get("reason") == reason
    assert answer["data"] == dumps(PLAIN, "hex")


@pytest.mark.parametrize("count", [-1, 1.5, "7", None, 2**40])
def test_a_wrong_number_of_bytes_ends_the_session(count: object) -> None:
    (answer,) = served(line(id=1, read_palette={"bytes": count}), writing(PLAIN, "hex"))
    assert "bytes must be a whole number" in answer["error"]
