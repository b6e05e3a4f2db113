"""Index: the colors of a table as arrays, beside it, so that a search does not read all rows.

It is made of the table, and made anew if it is missing or the table has changed.
"""

from __future__ import annotations

import base64
import contextlib
import zipfile
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.collections.families import FAMILIES
from palette_engine.collections.row import SCHEMA, Row
from palette_engine.collections.sketch import SIZE
from palette_engine.collections.table import read_table

__all__ = ["Index", "index_of", "path_of", "write_index"]

VERSION = 1
"""Grows if the arrays change."""

NO_SKETCH = base64.b64encode(bytes(SIZE)).decode("ascii")


@dataclass(frozen=True, eq=False)
class Index:
    """The n pictures of a table that have colors, in its order, and their m swatches.

    `names` has the JSON of `source` and `raw` of each picture, one after the other, uint8, and
    `name_ends` where each ends, int64 `(n,)`. `ends` is int64 `(n,)`: where the swatches of each
    end. `rgb` is uint8 `(m, 3)`, `lab` float32 `(m, 3)`, `share` float32 `(m,)`, and `css` uint8
    `(m,)`, the positions of names in the list “css”. `families` is float32 `(n, 12)`, `gray`
    float32 `(n,)`, `monochrome` bool `(n,)`, `sketches` uint8 `(n, 64)`. `stamp` is int64 `(4,)`:
    versions, and the size and time of the table. `errors` is int64 `(1,)`, the number of pictures
    without colors.
    """

    names: NDArray[np.uint8]
    name_ends: NDArray[np.int64]
    ends: NDArray[np.int64]
    rgb: NDArray[np.uint8]
    lab: NDArray[np.float32]
    share: NDArray[np.float32]
    css: NDArray[np.uint8]
    families: NDArray[np.float32]
    gray: NDArray[np.float32]
    monochrome: NDArray[np.bool_]
    sketches: NDArray[np.uint8]
    errors: NDArray[np.int64]
    stamp: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def picture(self) -> NDArray[np.intp]:
        """The picture of each swatch, `(m,)`."""
        counts = np.diff(self.ends, prepend=np.int64(0))
        return np.repeat(np.arange(len(self.ends), dtype=np.intp), counts)

    def swatches(self, picture: int) -> slice:
        """Return where the swatches of a picture are."""
        return slice(int(self.ends[picture - 1]) if picture else 0, int(self.ends[picture]))

    def name(self, picture: int) -> tuple[str, str]:
        """Return `source` and `raw` of a picture."""
        start = int(self.name_ends[picture - 1]) if picture else 0
        text = self.names[start : int(self.name_ends[picture])].tobytes().decode()
        source, _, raw = text.rpartition("\0")
        return source, raw


def path_of(table: Path) -> Path:
    """Return the path of the index of a table."""
    return table.with_name(f"{table.name}.index")


def index_of(table: Path) -> Index:
    """Return the index of a table, which is made if there is none; raises as `read_table` does."""
    path = path_of(table)
    with contextlib.suppress(OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        with np.load(path, allow_pickle=False) as stored:
            index = Index(**{each.name: stored[each.name] for each in fields(Index)})
        if np.array_equal(index.stamp, _stamp(table)):
            return index
    return write_index(read_table(table), table)


def write_index(rows: Iterable[Row], table: Path) -> Index:
    """Return the index of the rows of a table, and write it beside that, if that is possible."""
    index = _made(rows, table)
    path = path_of(table)
    # If two searches write it at once, the sums in it are wrong, and the next makes it anew.
    new = path.with_name(f".{path.name}.new")
    # A search in a folder that may not be written takes longer, and that is all.
    with contextlib.suppress(OSError):
        try:
            with new.open("wb") as file:
                np.savez(file, **_arrays(index))  # type: ignore[arg-type]
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    return index


def _arrays(index: Index) -> dict[str, NDArray[Any]]:
    """Return the arrays of an index by their names."""
    return {each.name: getattr(index, each.name) for each in fields(Index)}


def _stamp(table: Path) -> NDArray[np.int64]:
    """Return what tells whether an index belongs to a table as it is now."""
    try:
        status = table.stat()
    except OSError:
        return np.array([VERSION, SCHEMA, -1, -1], np.int64)
    return np.array([VERSION, SCHEMA, status.st_size, status.st_mtime_ns], np.int64)


def _made(rows: Iterable[Row], table: Path) -> Index:
    """Return the index of rows."""
    from palette_engine.palette.names import css_names

    position = {name: index for index, name in enumerate(css_names())}
    names, name_ends, ends = bytearray(), array("q"), array("q")
    rgb, lab, share, css = bytearray(), array("f"), array("f"), bytearray()
    families, gray, monochrome, sketches = array("f"), array("f"), bytearray(), bytearray()
    errors = 0
    for row in rows:
        if not row.swatches:
            errors += 1
            continue
        names += f"{row.source}\0{row.raw}".encode()
        name_ends.append(len(names))
        for swatch in row.swatches:
            rgb += bytes.fromhex(swatch.hex[1:])
            lab.extend((swatch.L, swatch.a, swatch.b))
            share.append(swatch.share)
            css.append(position.get(swatch.css, len(position)))
        ends.append(len(share))
        families.extend(row.families.get(name, 0.0) for name in FAMILIES)
        gray.append(row.gray or 0.0)
        monochrome.append(bool(row.monochrome))
        sketches += base64.b64decode(row.sketch or NO_SKETCH)
    return Index(
        np.frombuffer(names, np.uint8),
        np.frombuffer(name_ends, np.int64),
        np.frombuffer(ends, np.int64),
        np.frombuffer(rgb, np.uint8).reshape(-1, 3),
        np.frombuffer(lab, np.float32).reshape(-1, 3),
        np.frombuffer(share, np.float32),
        np.frombuffer(css, np.uint8),
        np.frombuffer(families, np.float32).reshape(-1, len(FAMILIES)),
        np.frombuffer(gray, np.float32),
        np.frombuffer(monochrome, np.bool_),
        np.frombuffer(sketches, np.uint8).reshape(-1, SIZE),
        np.array([errors], np.int64),
        _stamp(table),
    )
