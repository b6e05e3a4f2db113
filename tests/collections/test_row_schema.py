"""The JSON Schema that is shipped says what rows are."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib.resources import files
from typing import Any

import pytest

from palette_engine.collections.families import FAMILIES
from palette_engine.collections.row import SCHEMA, Row, RowSwatch
from palette_engine.errors import InputError

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "object": (dict,),
    "array": (list,),
}


def schema() -> dict[str, Any]:
    text = (files("palette_engine.collections") / "row.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def faults(value: Any, rule: dict[str, Any], path: str = "row") -> list[str]:
    """Return where a value breaks a rule of the kinds that our schema has."""
    found = []
    names = rule.get("type", [])
    names = [names] if isinstance(names, str) else names
    allowed = tuple(kind for name in names for kind in TYPES[name])
    if allowed and (not isinstance(value, allowed) or (value is True and bool not in allowed)):
        return [f"{path} is {value!r}"]
    if "const" in rule and value != rule["const"]:
        found.append(f"{path} is {value!r}")
    if "pattern" in rule and not re.search(rule["pattern"], value):
        found.append(f"{path} is {value!r}")
    if isinstance(value, int | float) and value < rule.get("minimum", value):
        found.append(f"{path} is {value!r}")
    if isinstance(value, int | float) and value > rule.get("maximum", value):
        found.append(f"{path} is {value!r}")
    if isinstance(value, dict):
        missing = {*rule.get("required", ())} - {*value}
        found += [f"{path}.{each} is missing" for each in sorted(missing)]
        for name, each in value.items():
            inner = rule.get("properties", {}).get(name, rule.get("additionalProperties", {}))
            inner = {"const": "nothing"} if inner is False else inner
            found += faults(each, inner, f"{path}.{name}")
    if isinstance(value, list):
        for each in value:
            found += faults(each, rule["items"], f"{path}[]")
    return found


def test_it_has_the_fields_of_rows_in_their_order() -> None:
    rules = schema()["properties"]
    assert [*rules] == ["schema", *(each.name for each in fields(Row))]
    assert [*rules["swatches"]["items"]["properties"]] == [each.name for each in fields(RowSwatch)]
    assert rules["schema"] == {"const": SCHEMA}
    assert rules["families"]["propertyNames"]["enum"] == [*FAMILIES]


def test_rows_are_as_it_says() -> None:
    swatch = RowSwatch("#e6194b", 1, 50, 73.6, 29.9, "crimson")
    good = Row("a.png", width=1, height=1, swatches=(swatch,), families={"red": 1.0})
    assert not faults(json.loads(good.to_line()), schema())
    assert not faults(json.loads(Row("b.png", error="It is empty.").to_line()), schema())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"width": "1"}, "row.width is '1'"),
        ({"extra": 1}, "row.extra is 1"),
        ({"gray": 1.5}, "row.gray is 1.5"),
        ({"bytes": -1}, "row.bytes is -1"),
        ({"id": "XYZ"}, "row.id is 'XYZ'"),
    ],
)
def test_it_does_not_take_everything(change: dict[str, Any], fault: str) -> None:
    assert faults(Row("a.png").to_object() | change, schema()) == [fault]


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"schema": 1}', b'{"source": 1}'])
def test_a_line_that_is_no_row_is_an_error(line: bytes) -> None:
    with pytest.raises(InputError):
        Row.from_line(line)


def test_a_row_of_another_version_is_an_error_that_says_what_to_do() -> None:
    line = json.dumps(Row("a.png").to_object() | {"schema": 2}).encode()
    with pytest.raises(InputError, match="version 2, and this program reads 1; collect into a new"):
        Row.from_line(line)
