"""Palettes as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import json_palette as json_format
from palette_engine.formats.json_palette import SCHEMA, dumps, loads, to_object
from palette_engine.palette.value import Difference, Palette, Remark, Swatch


def test_the_object_says_everything_about_a_palette(flag: Palette) -> None:
    content = to_object(
        Palette(
            flag.swatches[:1],
            flag.name,
            flag.source,
            asked=3,
            min_distance=7.5,
            difference=Difference(1.25, 4.5),
            needed=4,
            kept=1,
        )
    )
    assert content == {
        "schema": 1,
        "name": "Tricolore",
        "source": "flag.png",
        "asked": 3,
        "needed": 4,
        "kept": 1,
        "note": "Beside the kept color, no other at least 7.5 apart (ΔE2000) was found in the "
        "picture; at least 3 were asked for in all.",
        "columns": 1,
        "min_distance": 7.5,
        "difference": {"mean": 1.25, "p95": 4.5},
        "remarks": [],
        "swatches": [
            {
                "hex": "#e6194b",
                "share": 0.5,
                "name": "Crème “brûlée” 🍮",
                "label": "Crème “brûlée” 🍮",
            }
        ],
    }


def test_a_palette_of_no_picture_has_no_difference(flag: Palette) -> None:
    assert to_object(flag)["difference"] is None


def test_written_and_read_it_is_the_same_palette(flag: Palette) -> None:
    assert loads(dumps(flag)) == flag


def test_shares_are_read_back_to_the_last_bit() -> None:
    palette = Palette((Swatch((1, 2, 3), 1 / 3), Swatch((4, 5, 6), 2 / 3)))
    assert loads(dumps(palette)) == palette


def test_the_file_is_utf_8_with_characters_as_they_are(flag: Palette) -> None:
    assert "Crème “brûlée” 🍮".encode() in dumps(flag)
    assert dumps(flag).endswith(b"}\n")


def test_a_name_that_is_not_text_is_written_with_a_mark_in_its_place() -> None:
    name = b"caf\xe9".decode(errors="surrogateescape")
    read = json.loads(dumps(Palette((Swatch((1, 2, 3), name=name),), name, name)))
    assert read["name"] == read["source"] == read["swatches"][0]["name"] == "caf?"


def test_only_the_schema_and_the_colors_must_be_there() -> None:
    read = loads(b'{"schema": 1, "swatches": [{"hex": "#E6194b"}]}')
    assert read == Palette((Swatch((230, 25, 75)),), "")


def test_what_is_unknown_is_passed_over() -> None:
    read = loads(b'{"schema": 1, "new": 1, "swatches": [{"hex": "#000000", "new": {}}]}')
    assert len(read.swatches) == 1


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"nan", b"[" * 100_000, b"9" * 9999])
def test_what_is_not_json_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not valid JSON"):
        loads(data)


@pytest.mark.parametrize(
    "content",
    [{"schema": 2, "swatches": []}, {"schema": "1"}, {"schema": None, "hex": "#000000"}],
)
def test_json_that_is_no_palette_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match=f'no "schema": {SCHEMA}'):
        loads(json.dumps(content).encode())


@pytest.mark.parametrize(
    "content", [[], "x", None, 5, {}, {"swatches": []}, {"a": 1, "b": ["tan", "facade", [1, 2, 3]]}]
)
def test_json_without_colors_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match="has no colors"):
        loads(json.dumps(content).encode())


def test_remarks_are_in_the_note_too() -> None:
    remark = Remark("1 color was left out.", 1)
    content = to_object(Palette((Swatch((0, 0, 0)),), remarks=(remark,)))
    assert content["note"] == "1 color was left out."
    assert content["remarks"] == [{"sentence": "1 color was left out.", "count": 1}]


@pytest.mark.parametrize("rows", [None, {}, "#000000", 5])
def test_swatches_that_are_no_list_are_refused(rows: Any) -> None:
    with pytest.raises(InputError, match='no list of "swatches"'):
        loads(json.dumps({"schema": 1, "swatches": rows}).encode())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("#000000", 'Swatch 2 of the JSON palette has no "hex"'),
        ({}, 'Swatch 2 of the JSON palette has no "hex"'),
        ({"hex": 0}, 'Swatch 2 of the JSON palette has no "hex"'),
        ({"hex": "#000"}, "Swatch 2 of the JSON palette is not a color"),
        ({"hex": "#00000g"}, "Swatch 2 of the JSON palette is not a color"),
        ({"hex": "000000"}, "Swatch 2 of the JSON palette is not a color"),
        ({"hex": "#000000\n"}, "Swatch 2 of the JSON palette is not a color"),
        ({"hex": "#000000", "share": -0.1}, 'The "share" of swatch 2'),
        ({"hex": "#000000", "share": 1.1}, 'The "share" of swatch 2'),
        ({"hex": "#000000", "share": "1"}, 'The "share" of swatch 2'),
        ({"hex": "#000000", "share": None}, 'The "share" of swatch 2'),
        ({"hex": "#000000", "share": float("nan")}, 'The "share" of swatch 2'),
        ({"hex": "#000000", "share": 10**400}, 'The "share" of swatch 2'),
    ],
)
def test_a_wrong_swatch_is_refused_with_its_number(row: Any, message: str) -> None:
    content = {"schema": 1, "swatches": [{"hex": "#000000"}, row]}
    with pytest.raises(InputError, match=message):
        loads(json.dumps(content).encode())


@pytest.mark.parametrize("value", [None, 5, [], {}])
def test_a_text_that_is_no_text_is_left_out(value: Any) -> None:
    row = {"hex": "#000000", "name": value}
    content = {"schema": 1, "name": value, "source": value, "asked": "5", "swatches": [row]}
    assert loads(json.dumps(content).encode()) == Palette((Swatch((0, 0, 0)),), "")


@pytest.mark.parametrize("value", [10**400, -1, float("nan"), float("inf"), "5", None, []])
def test_a_number_out_of_all_reason_is_left_out(value: Any) -> None:
    difference = {"mean": value, "p95": value}
    content = {"schema": 1, "asked": value, "min_distance": value, "difference": difference}
    read = loads(json.dumps(content | {"swatches": []}).encode())
    assert read == Palette((), "")


def test_the_module_is_the_registered_format() -> None:
    assert json_format.loads is loads
