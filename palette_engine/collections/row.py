"""Row: what is known of one picture of a collection, as an immutable value and as JSON.

Standard library only. docs/collections.md describes the fields, and row.schema.json is their JSON
Schema.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, TypeAlias

from palette_engine.errors import InputError

__all__ = ["SCHEMA", "Row", "RowSwatch", "readable"]

Data: TypeAlias = bytes
"""The type, as a field of `Row` has its name."""

SCHEMA = 1
"""The version of the object; grows if programs that read it have to change."""


@dataclass(frozen=True)
class RowSwatch:
    """A color of a picture: hex value, share, CIELAB (D65), and names.

    `css` is the nearest CSS color; `name` is that of the option `names`, if it was chosen.
    """

    hex: str
    share: float
    L: float
    a: float
    b: float
    css: str
    name: str = ""


@dataclass(frozen=True)
class Row:
    """One picture of a collection, or what is wrong with it.

    `source` is the name as it was found, readable; `raw` is base64 of its bytes if those are not
    UTF-8. `id` is BLAKE2b-128 of the file in hex, the same for copies. `bytes` and `mtime`, in
    seconds since 1970, are those of the file, and `etag` is the version that a server told.
    `width` and `height` are those of the picture as it is shown. `families` has the share of each
    basic color that is there, `gray` the share of colors almost without chroma. `sketch` is base64
    of 64 bytes. `note` has what was worked around.

    If the picture cannot be used, `error` is a sentence, `reason` a code, and there is no swatch.
    `engine` is the version of this program, and `options` are those that differ from the defaults.
    """

    source: str
    raw: str = ""
    id: str = ""
    bytes: int | None = None
    mtime: float | None = None
    etag: str = ""
    width: int | None = None
    height: int | None = None
    format: str = ""
    swatches: tuple[RowSwatch, ...] = ()
    families: Mapping[str, float] = field(default_factory=dict)
    gray: float | None = None
    monochrome: bool | None = None
    difference: Mapping[str, float] | None = None
    sketch: str = ""
    note: str = ""
    error: str = ""
    reason: str = ""
    engine: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def key(self) -> Data:
        """The bytes of the source's name, which order the rows of a table."""
        return base64.b64decode(self.raw) if self.raw else self.source.encode()

    @property
    def path(self) -> str:
        """The source as Python names files."""
        return os.fsdecode(self.key)

    def to_object(self) -> dict[str, Any]:
        """Return the row as a JSON object: dicts, lists, strings, numbers and None."""
        # Not `asdict`, which copies all parts, and takes most of the time of a large table.
        found = {"schema": SCHEMA, **{each.name: getattr(self, each.name) for each in fields(self)}}
        found["swatches"] = [dict(vars(each)) for each in self.swatches]
        return found

    def to_line(self) -> Data:
        """Return the row as one line of JSON in UTF-8, without the line feed."""
        text = json.dumps(self.to_object(), ensure_ascii=False, separators=(",", ":"))
        return text.encode(errors="backslashreplace")

    @classmethod
    def from_line(cls, line: Data) -> Row:
        """Return the row of a line of JSON; raises `InputError` if it is none of this version."""
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError("The line is not valid JSON.") from error
        return cls.from_object(content)

    @classmethod
    def from_object(cls, content: object) -> Row:
        """Return the row of a JSON object; raises `InputError` if it is none of this version."""
        if not isinstance(content, dict) or not isinstance(content.get("source"), str):
            raise InputError("This is not a row of a collection: it has no source.")
        if content.get("schema") != SCHEMA:
            raise InputError(
                f"The row has version {content.get('schema')!r}, and this program reads {SCHEMA}; "
                "collect into a new table."
            )
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in content.items() if name in known}
        try:
            values["swatches"] = tuple(RowSwatch(**each) for each in values.get("swatches", ()))
            return cls(**values)
        except TypeError as error:
            raise InputError(f"The row of {content['source']} is damaged: {error}.") from error


def readable(path: str) -> tuple[str, str]:
    """Return `source` and `raw` of a file name, which may have bytes that are not UTF-8."""
    data = os.fsencode(path)
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        return data.decode(errors="backslashreplace"), base64.b64encode(data).decode("ascii")
