"""Palette files: the bytes of a client's file become a palette, and a palette those of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from palette_engine import formats
from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.formats import FORMATS, MAX_BYTES, without_label
from palette_engine.formats.json_palette import from_object
from palette_engine.palette.arrangement import arranged
from palette_engine.palette.value import Palette
from palette_engine.session.strips import Strips

__all__ = ["file_of", "palette_in"]

MAX_DOCUMENT_BYTES = 2**26
"""The size of the largest document that is written, far more than `MAX_COLORS` colors take."""


def palette_in(values: Mapping[str, Any], strips: Strips) -> tuple[str, Palette]:
    """Return the name of the format of a request's file, and the palette in it.

    Raises what `formats.loads` raises.
    """
    name, chosen = values.get("file", ""), values.get("format")
    if not isinstance(name, str) or not isinstance(chosen, str | None):
        raise OptionError("A palette's file and format must be texts.")
    if strips.layout.bytes > MAX_BYTES:  # not read into memory
        raise formats.too_large()
    data = strips.content()
    palette = formats.loads(data, name, chosen)
    return chosen or formats.detect_format(data, name) or "", palette


def file_of(values: Mapping[str, Any], strips: Strips) -> tuple[bytes, list[str]]:
    """Return the file of a request's palette, and sentences about what is left out.

    Raises what `formats.dumps` raises, `InputError` for a document that is none or has no colors,
    and `OptionError` for an order or a list of names that does not exist.
    """
    if strips.layout.bytes > MAX_DOCUMENT_BYTES:
        raise InputError(f"A palette's document has at most {MAX_DOCUMENT_BYTES >> 20} MB.")
    try:
        document = json.loads(strips.content())
    except (ValueError, RecursionError) as error:
        raise InputError("A palette's document must be JSON in UTF-8.") from error
    palette = from_object(document)
    if not palette.swatches:
        raise InputError("The palette has no colors.", Reason.NO_COLORS)
    palette = replace(palette, swatches=tuple(map(without_label, palette.swatches)))
    order, names, name = (values.get(key) for key in ("order", "names", "format"))
    if not (isinstance(order, str | None) and isinstance(names, str | None)):
        raise OptionError("An order and a list of names must be texts.")
    palette, name = arranged(palette, order, names), str(name)
    data = formats.dumps(palette, name)
    most, count = FORMATS[name].most_colors, len(palette.swatches)
    if count > most:
        return data, [f"The program that it is for takes only the first {most:,} colors."]
    return data, []
