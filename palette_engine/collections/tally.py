"""Tally: the exact sum of the summaries of a collection's pictures, and which rows it counts.

A file beside the table holds the sum and the two positions in the journal between which rows are
counted, so a continued run counts nothing twice, and nothing that it has not read.
See docs/decisions.md#one-palette-of-a-collection.
"""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine import __version__
from palette_engine.collections.journal import Journal
from palette_engine.errors import OutputError, cause_of

if TYPE_CHECKING:
    from palette_engine.extraction.summary import Summary

__all__ = ["Tally", "tally_of"]

VERSION = 2
"""Grows if the file changes."""

SAVE_SECONDS = 60.0
"""What is summed is written at least this often, while rows come."""

LIMB = 2**62
"""Whole numbers are written as two, as they may be larger than int64 holds."""

HISTOGRAMS = ("histogram", "named", "rest")


def tally_of(table: Path) -> Path:
    """Return the path of the tally of a table."""
    return table.with_name(f"{table.name}.together")


class Tally:
    """The sum of the summaries of a journal's rows; `options` are those they were made with.

    `is_stale` is whether a row that it counts does not count any more.
    """

    def __init__(self, path: Path, journal: Journal, options: Mapping[str, Any]) -> None:
        self.total: Summary | None = None
        self.count = 0
        self.is_stale = False
        self._path = path
        self._journal = journal
        self._identity = json.dumps([VERSION, __version__, dict(options)], sort_keys=True)
        self._begin = self._position = journal.end
        self._saved = time.monotonic()
        self._load()

    def counts(self, key: bytes) -> bool:
        """Return whether the row with a key, as it was when the run began, is counted."""
        start = self._journal.start_of(key)
        return start is not None and self._begin <= start < self._position

    def forget(self, key: bytes) -> None:
        """Make the sum stale if it has the picture of a row that is about to be replaced."""
        if self.counts(key) and not self._journal.failed(key):
            self.spoil()

    def spoil(self) -> None:
        """Make the sum stale, and drop its file, as another run must not continue it."""
        self.is_stale = True
        self._path.unlink(missing_ok=True)

    def add(self, summary: Summary | None, count: int) -> None:
        """Add the summary of some pictures whose rows have been written."""
        if summary is not None:
            self.total = summary if self.total is None else self.total + summary
            self.count += count
        if not self.is_stale and time.monotonic() - self._saved > SAVE_SECONDS:
            self.save()

    def save(self) -> None:
        """Write the sum, which has all rows of the journal; raises `OutputError`."""
        self._journal.sync()
        position = self._journal.end
        head = [self._identity, self.count, *self._place(self._begin, position)]
        arrays = {"head": np.frombuffer(json.dumps(head).encode(), np.uint8)}
        if self.total is not None:
            arrays |= _arrays(self.total)
        new = self._path.with_name(f".{self._path.name}.new")
        try:
            with new.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise OutputError(f"{self._path} cannot be written: {cause_of(error)}.") from error
        self._saved = time.monotonic()

    def clear(self) -> None:
        """Count nothing any more."""
        self.total, self.count, self.is_stale = None, 0, False
        self._begin = self._position = self._journal.end
        self._path.unlink(missing_ok=True)

    def compact(self) -> None:
        """Compact the journal, in which rows that are not counted stay before the others."""
        self._begin = self._journal.compact(self._begin)

    def _place(self, begin: int, end: int) -> list[int | str]:
        """Return what tells whether the journal has the same rows between two positions."""
        digest = self._journal.digest_before(end).hex()
        return [begin, end, self._journal.count_between(begin, end), digest]

    def _load(self) -> None:
        """Take the sum that is there, if it belongs to the journal and the options."""
        try:
            with np.load(self._path, allow_pickle=False) as stored:
                identity, count, begin, end, *place = json.loads(stored["head"].tobytes())
                if identity != self._identity or [begin, end, *place] != self._place(begin, end):
                    return
                self.total = _summary(stored) if count else None
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return  # all rows are counted again
        self.count, self._begin, self._position = count, begin, end


def _arrays(summary: Summary) -> dict[str, NDArray[Any]]:
    """Return a summary as arrays of plain types."""
    parts = (summary.histogram, summary.sharpened.named, summary.sharpened.rest)
    found: dict[str, NDArray[Any]] = {}
    for name, part in zip(HISTOGRAMS, parts, strict=True):
        found[f"{name}.bits"] = np.array([part.bits], np.int64)
        found[f"{name}.keys"] = part.keys
        found[f"{name}.sums"] = _limbs(part.sums)
        found[f"{name}.found"] = part.found
    if summary.tiles is not None:
        found["tiles"] = _limbs(summary.tiles.weight)
    return found


def _summary(stored: Mapping[str, NDArray[Any]]) -> Summary:
    """Return the summary of what `_arrays` has returned."""
    from palette_engine.extraction.first_seen import Tiles
    from palette_engine.extraction.histogram import Histogram
    from palette_engine.extraction.sharpened import Sharpened
    from palette_engine.extraction.summary import Summary

    histogram, named, rest = (
        Histogram(
            int(stored[f"{name}.bits"][0]),
            stored[f"{name}.keys"],
            _whole(stored[f"{name}.sums"]),
            stored[f"{name}.found"],
        )
        for name in HISTOGRAMS
    )
    tiles = Tiles(_whole(stored["tiles"])) if "tiles" in stored else None
    return Summary(histogram, Sharpened(named, rest), tiles)


def _limbs(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """Return whole numbers as int64 with one more axis, of two: the quotient by LIMB, the rest."""
    exact = numbers.astype(object)
    return np.stack([(exact // LIMB), (exact % LIMB)], axis=-1).astype(np.int64)


def _whole(limbs: NDArray[np.int64]) -> NDArray[Any]:
    """Return whole numbers of `_limbs`, in int64 if all fit, as sums have them."""
    from palette_engine.extraction.exact_sum import exact_integers

    high, low = limbs[..., 0].astype(object), limbs[..., 1].astype(object)
    exact: NDArray[Any] = high * LIMB + low
    return exact_integers(exact, int(exact.sum(dtype=object)) if exact.size else 0)
