"""Edits: a client's request to change a palette by hand."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from palette_engine.errors import OptionError
from palette_engine.formats.json_palette import from_object
from palette_engine.palette.edit import EDITS
from palette_engine.palette.value import Palette

__all__ = ["edited"]


def edited(values: Mapping[str, Any]) -> Palette:
    """Return the palette of a request after its edit, by the session's protocol.

    Raises `OptionError` for an edit that does not exist or cannot be done, and `InputError` if
    there is no palette.
    """
    arguments = {name: value for name, value in values.items() if name not in ("palette", "do")}
    do = values.get("do")
    if not isinstance(do, str) or do not in EDITS:
        raise OptionError(f"do must be {', '.join(EDITS)}, not {do!r}.")
    palette = from_object(values.get("palette"))
    try:
        inspect.signature(EDITS[do]).bind(palette, **arguments)
    except TypeError as error:
        raise OptionError(f"The arguments do not fit {do}: {error}.") from error
    return EDITS[do](palette, **arguments)
