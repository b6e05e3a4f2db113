"""Document: a palette as versioned JSON, for other programs and for ourselves."""

from __future__ import annotations

import json
import re
from typing import Any

from palette_engine.errors import InputError
from palette_engine.palette.value import Fit, Palette, Swatch

__all__ = ["SCHEMA", "document", "dumps", "loads", "palette_in"]

SCHEMA = 1
"""Grows when a reader of the document would have to change."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def document(palette: Palette) -> dict[str, Any]:
    """Return the palette as values that JSON knows."""
    return {
        "schema": SCHEMA,
        "name": palette.name,
        "source": palette.source,
        "asked": palette.asked,
        "note": palette.note,
        "columns": palette.columns,
        "min_distance": palette.min_distance,
        "difference": palette.fit and {"mean": palette.fit.mean, "p95": palette.fit.p95},
        "swatches": [
            {
                "hex": swatch.hex,
                "share": swatch.share,
                "name": swatch.name,
                "label": swatch.label,
            }
            for swatch in palette.swatches
        ],
    }


def dumps(palette: Palette) -> bytes:
    """Return the palette as an indented JSON document."""
    text = json.dumps(document(palette), indent=2, ensure_ascii=False)
    # The names of files that are not UTF-8 have surrogates in them, which cannot be written.
    return f"{text}\n".encode(errors="replace")


def loads(data: bytes) -> Palette:
    """Return the palette of a document; raises `InputError` if it is not JSON, as `palette_in`."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("The palette is not valid JSON.") from error
    return palette_in(content)


def palette_in(content: object) -> Palette:
    """Return the palette of a document; only ``schema`` and each swatch's ``hex`` must be there.

    Raises `InputError` if it is not of this schema, or a value is not as it should be.
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
        _fit(content.get("difference")),
    )


def _swatch(row: object, number: int) -> Swatch:
    """Return one swatch of a document."""
    if not isinstance(row, dict) or not isinstance(code := row.get("hex"), str):
        raise InputError(f'Swatch {number} of the JSON palette has no "hex".')
    if not _HEX.fullmatch(code):
        raise InputError(f"Swatch {number} of the JSON palette is not a color like #e6194b.")
    share = row.get("share", 0.0)
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise InputError(f'The "share" of swatch {number} of the JSON palette is not from 0 to 1.')
    red, green, blue = bytes.fromhex(code[1:])
    return Swatch((red, green, blue), float(share), _text(row, "name"))


def _fit(row: object) -> Fit | None:
    """Return how well a palette fits its picture, if the document says so."""
    if not isinstance(row, dict):
        return None
    mean, p95 = _number(row, "mean"), _number(row, "p95")
    return None if mean is None or p95 is None else Fit(mean, p95)


def _number(row: dict[str, Any], key: str) -> float | None:
    """Return a number that may be missing; one out of all reason is missing too."""
    value = row.get(key)
    if isinstance(value, int | float) and 0 <= value <= 1_000_000:
        return float(value)
    return None


def _text(row: dict[str, Any], key: str) -> str:
    """Return a text that may be missing; half a character, which cannot be written, is a “?”."""
    value = row.get(key)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
