"""JSON: a palette as a versioned object, for other programs and for our own interfaces."""

from __future__ import annotations

import json
from typing import Any

from palette_engine.color.hex_code import parse_hex
from palette_engine.errors import InputError
from palette_engine.palette.value import Difference, Palette, Swatch

__all__ = ["SCHEMA", "dumps", "from_object", "loads", "to_object"]

SCHEMA = 1
"""The version of the object; grows if programs that read it have to change."""


def dumps(palette: Palette) -> bytes:
    """Return a palette as an indented JSON object in UTF-8."""
    text = json.dumps(to_object(palette), indent=2, ensure_ascii=False)
    # A file name that is not UTF-8 contains surrogates, which cannot be encoded.
    return f"{text}\n".encode(errors="replace")


def loads(data: bytes) -> Palette:
    """Return the palette in a JSON file.

    Raises `InputError` if it is not valid JSON, or not a palette by `from_object`.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("The palette is not valid JSON.") from error
    return from_object(content)


def to_object(palette: Palette) -> dict[str, Any]:
    """Return a palette as a JSON object: dicts, lists, strings and numbers."""
    difference = palette.difference
    return {
        "schema": SCHEMA,
        "name": palette.name,
        "source": palette.source,
        "asked": palette.asked,
        "needed": palette.needed,
        "kept": palette.kept,
        "note": palette.note,
        "columns": palette.columns,
        "min_distance": palette.min_distance,
        "difference": difference and {"mean": difference.mean, "p95": difference.p95},
        "swatches": [_row(swatch) for swatch in palette.swatches],
    }


def _row(swatch: Swatch) -> dict[str, Any]:
    """Return one swatch of the object; ``edited`` is there only if it is true."""
    edited = {"edited": True} if swatch.is_edited else {}
    row = {"hex": swatch.hex, "share": swatch.share, "name": swatch.name, "label": swatch.label}
    return row | edited


def from_object(content: object) -> Palette:
    """Return the palette in a JSON object; only ``schema`` and each swatch's ``hex`` are required.

    Raises `InputError` if it has another schema, or if a swatch is malformed. Other malformed
    values are ignored.
    """
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise InputError(f'The JSON is not a palette: it has no "schema": {SCHEMA}.')
    rows = content.get("swatches")
    if not isinstance(rows, list):
        raise InputError('The JSON palette has no list of "swatches".')
    return Palette(
        tuple(_swatch(row, number) for number, row in enumerate(rows, start=1)),
        _text(content, "name"),
        _text(content, "source"),
        int(_number(content, "asked") or 0),
        _number(content, "min_distance") or 0.0,
        _difference(content.get("difference")),
        int(_number(content, "needed") or 0),
        int(_number(content, "kept") or 0),
    )


def _swatch(row: object, number: int) -> Swatch:
    """Return one swatch of the object; `number` counts from 1, for the errors."""
    if not isinstance(row, dict) or not isinstance(code := row.get("hex"), str):
        raise InputError(f'Swatch {number} of the JSON palette has no "hex".')
    try:
        color = parse_hex(code, digits=(6,))
    except ValueError as error:
        raise _not_a_color(number) from error
    if not code.startswith("#"):
        raise _not_a_color(number)
    share = row.get("share", 0.0)
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise InputError(f'The "share" of swatch {number} of the JSON palette is not from 0 to 1.')
    return Swatch(color, float(share), _text(row, "name"), is_edited=row.get("edited") is True)


def _not_a_color(number: int) -> InputError:
    return InputError(f"Swatch {number} of the JSON palette is not a color like #e6194b.")


def _difference(row: object) -> Difference | None:
    """Return the difference of a palette from its picture if the object has both numbers."""
    if not isinstance(row, dict):
        return None
    mean, p95 = _number(row, "mean"), _number(row, "p95")
    return None if mean is None or p95 is None else Difference(mean, p95)


def _number(row: dict[str, Any], key: str) -> float | None:
    """Return an optional number; None if it is missing or not from 0 to 1,000,000."""
    value = row.get(key)
    if isinstance(value, int | float) and 0 <= value <= 1_000_000:
        return float(value)
    return None


def _text(row: dict[str, Any], key: str) -> str:
    """Return an optional text; surrogates, which cannot be encoded, become “?”."""
    value = row.get(key)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
