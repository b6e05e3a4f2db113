"""Journal: rows as lines of JSON, appended as they come, so that a run can be continued.

Of several rows with the same source, the last one counts.
See docs/decisions.md#a-journal-before-the-table.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from palette_engine.collections.journal_file import opened
from palette_engine.collections.row import Row
from palette_engine.errors import OutputError

__all__ = ["Journal", "fingerprint"]

SYNC_SECONDS = 3.0
"""What is not on the disk yet is written at least this often, in seconds, while rows come."""


DIGESTED = 2**16
"""How many bytes tell whether a journal has changed."""


class _Place(NamedTuple):
    """Where a line is, the fingerprint of its row, and whether that has an error."""

    start: int
    length: int
    fingerprint: bytes
    failed: bool


def fingerprint(
    size: int | None, mtime: float | None, options: Any, engine: str, etag: str = ""
) -> bytes:
    """Return 8 bytes that differ if a picture has to be read again; empty if it always has."""
    if size is None:
        return b""
    version = [etag] if etag else []
    text = json.dumps([size, mtime, options, engine, *version], sort_keys=True)
    return blake2b(text.encode(), digest_size=8).digest()


class Journal:
    """The rows of a collection, in a file to which only this process writes.

    A new one is compressed if `compress`; one that has rows stays as it is. As a context manager it
    is closed at the end. Raises `OutputError` if the file cannot be written, `InputError` if it is
    damaged or has rows of another version, and `SetupError` if what it needs is not installed.
    """

    def __init__(self, path: Path, compress: bool = False) -> None:
        self._path = path
        self._places: dict[bytes, _Place] = {}
        self._stale = False
        self._synced = time.monotonic()
        try:
            self._file = opened(path, compress)
        except OSError as error:
            raise self._failed(error) from error
        try:
            self._read()
        except BaseException:
            with suppress(OSError):
                self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # If a line could not be written, its rest cannot be either; it is torn, and cut off later.
        with suppress(OSError):
            self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    @property
    def failures(self) -> int:
        """The number of rows with errors."""
        return sum(place.failed for place in self._places.values())

    def has(self, key: bytes, mark: bytes) -> bool:
        """Return whether the source with a key has a row with this fingerprint."""
        place = self._places.get(key)
        return bool(mark) and place is not None and place.fingerprint == mark

    @property
    def end(self) -> int:
        """Where the next line will be."""
        return self._file.end

    def start_of(self, key: bytes) -> int | None:
        """Return where the line of the source with a key is, if it has one."""
        place = self._places.get(key)
        return None if place is None else place.start

    def failed(self, key: bytes) -> bool:
        """Return whether the row of a source has an error."""
        place = self._places.get(key)
        return place is not None and place.failed

    def count_between(self, begin: int, end: int) -> int:
        """Return how many rows that count are between two positions and have no error."""
        places = self._places.values()
        return sum(begin <= each.start < end and not each.failed for each in places)

    def digest_before(self, position: int) -> bytes:
        """Return 16 bytes that tell whether the lines before a position are other ones.

        They depend on the position and on what is just before it, as lines are only appended.
        """
        data = self._file.read(max(0, position - DIGESTED), min(position, DIGESTED))
        return blake2b(b"%d %d " % (position, len(data)) + data, digest_size=16).digest()

    def row(self, key: bytes) -> Row | None:
        """Return the row of the source with a key, if there is one."""
        place = self._places.get(key)
        return None if place is None else Row.from_line(self._line(place))

    def append(self, row: Row) -> None:
        """Write a row."""
        line = row.to_line() + b"\n"
        start = self._file.end
        try:
            self._file.append(line)
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self.sync()
        except OSError as error:
            raise self._failed(error) from error
        self._note(row, start, len(line))

    def sync(self) -> None:
        """Bring what was written to the disk."""
        try:
            self._file.sync()
        except OSError as error:
            raise self._failed(error) from error
        self._synced = time.monotonic()

    def keep(self, wanted: Callable[[bytes], bool]) -> int:
        """Drop the rows whose key is not wanted, and return their number."""
        dropped = [key for key in self._places if not wanted(key)]
        for key in dropped:
            del self._places[key]
        self._stale = self._stale or bool(dropped)
        return len(dropped)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of all rows that count, with line feeds, sorted by source."""
        self.sync()
        for key in sorted(self._places):
            yield self._line(self._places[key])

    def rows(self) -> Iterator[Row]:
        """Yield all rows that count, sorted by source."""
        return map(Row.from_line, self.lines())

    def compact(self, begin: int = 0) -> int:
        """Write the file anew if it has lines that do not count.

        Rows before a position `begin` stay before the others; returns where those begin then.
        """
        if not self._stale:
            return begin
        is_after = {key: place.start >= begin for key, place in self._places.items()}
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            new.unlink(missing_ok=True)
            file = opened(new, self._file.is_compressed)
            try:
                places = {}
                for key in sorted(self._places, key=lambda key: (is_after[key], key)):
                    places[key] = self._places[key]._replace(start=file.end)
                    file.append(self._line(self._places[key]))
                file.sync()
            finally:
                file.close()
            self._file.close()
            new.replace(self._path)
            self._file = opened(self._path)
            for _ in self._file.lines():
                pass
        except OSError as error:
            new.unlink(missing_ok=True)
            raise self._failed(error) from error
        self._places, self._stale = places, False
        return sum(place.length for key, place in places.items() if not is_after[key])

    def _line(self, place: _Place) -> bytes:
        return self._file.read(place.start, place.length)

    def _read(self) -> None:
        """Note the rows that are there; what is torn at the end is cut off."""
        start = 0
        try:
            for line in self._file.lines():
                self._note(Row.from_line(line), start, len(line))
                start += len(line)
        except OSError as error:
            raise self._failed(error) from error

    def _note(self, row: Row, start: int, length: int) -> None:
        self._stale = self._stale or row.key in self._places
        mark = fingerprint(row.bytes, row.mtime, row.options, row.engine, row.etag)
        self._places[row.key] = _Place(start, length, mark, bool(row.error))

    def _failed(self, error: OSError) -> OutputError:
        told = f"{self._path} cannot be written: {error.strerror or error}"
        if isinstance(error, PermissionError):
            return OutputError(f"{told}; make it writable, or name another table.")
        return OutputError(f"{told}. What it has is kept; run the same command again to continue.")
