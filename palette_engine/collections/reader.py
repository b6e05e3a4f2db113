"""Reader: makes rows of pictures in a process of its own, which a picture may end.

See docs/decisions.md#pictures-one-at-a-time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from palette_engine.collections.limits import SECONDS
from palette_engine.collections.picture import (
    KILLED,
    LEFTOVER,
    Entry,
    Read,
    Reading,
    begin,
    empty_row,
    entry_of,
    hashed_row,
    read_alone,
)
from palette_engine.collections.row import Row
from palette_engine.errors import OptionError, PaletteError, Reason
from palette_engine.option_kinds import ColorList, Region
from palette_engine.options import Options
from palette_engine.workers.worker import JobTimeout, StartError, Worker, WorkerEnded, WorkersBusy

if TYPE_CHECKING:
    from palette_engine.extraction.summary import Summary

__all__ = ["Chunk", "Reader", "close_readers", "read_chunk", "read_rows", "rows"]


class Reader:
    """A process that reads pictures one at a time, and its replacements.

    A picture that takes longer than `seconds`, or ends the process, gets a row that says so, and
    the next one a new process. As a context manager it ends the process at the end.
    """

    def __init__(self, options: Options, seconds: float = SECONDS, read: Read = read_alone) -> None:
        self._options = options
        self._read = read
        self._seconds = seconds
        self._worker = Worker(partial(begin, options.max_memory))

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process; no other thread may wait for a row."""
        self._worker.stop()
        self._worker.close()

    def stop(self) -> None:
        """End the process, even while another thread waits for a row, which then raises."""
        self._worker.stop()

    def start(self) -> None:
        """Begin to start the process."""
        self._worker.start()

    def row(self, entry: Entry) -> Row:
        """Return the row of a picture, as `reading` does."""
        return self.reading(entry).row

    def reading(self, entry: Entry) -> Reading:
        """Return what `read` makes of a picture, or the row that says what the picture did.

        Raises `StartError` or `WorkersBusy` if no process can start, or the reader was stopped.
        """
        try:
            reading: Reading = self._worker.run((self._read, (entry, self._options)), self._seconds)
        except (StartError, WorkersBusy, OptionError):
            raise
        except JobTimeout as error:
            return self._failed(entry, _too_slow(entry, self._seconds), str(error.reason))
        except WorkerEnded as error:
            return self._failed(entry, _killed(entry, error.code), KILLED)
        except PaletteError as error:
            return self._failed(entry, str(error), str(error.reason or ""))
        except RuntimeError as error:
            said = f"{_name(entry)}: this is a defect, please report it: {error}"
            return self._failed(entry, said, LEFTOVER)
        if reading.row.reason == Reason.MEMORY:
            # The next picture should not suffer from what is left of this one.
            self._worker.close()
        return reading

    def _failed(self, entry: Entry, error: str, reason: str) -> Reading:
        """Return the row of a picture that the process could not answer for."""
        return Reading(replace(hashed_row(entry, self._options), error=error, reason=reason))


_idle: list[tuple[Options, float, Read, Reader]] = []
"""The readers of this process that nobody uses, with their options; all have the same."""

_taking = threading.Lock()

if hasattr(os, "register_at_fork"):
    # A fork of this process must not use its pipes.
    os.register_at_fork(after_in_child=_idle.clear)


class Chunk(NamedTuple):
    """Rows, how many seconds it took to read them, and the sum of any summaries."""

    rows: list[Row]
    seconds: float
    summary: Summary | None = None


def rows(
    sources: Iterable[str | PathLike[str]],
    options: Options | None = None,
    *,
    seconds: float = SECONDS,
    colors: int | str = 10,
    emphasis: float = 0.25,
    mood: str = "none",
    order: str = "share",
    names: str = "none",
    swatch: str = "auto",
    tolerance: float = 12.0,
    min_distance: float = 0.0,
    keep: ColorList = (),
    ignore: ColorList = (),
    ignore_distance: float = 5.0,
    effort: str = "full",
    region: str | Region | None = None,
    frames: int | str = "first",
    max_pixels: int = 100_000_000,
    max_memory: int = 1000,
    damaged: str = "read",
) -> list[dict[str, Any]]:
    """Return a row for each picture file, as a dict of the fields of docs/collections.md, in order.

    This is a function for `map`: of a process pool, of Dask, Ray, Spark or joblib. Pictures are
    read one at a time in a child process, which stays for the next call. It never raises for a
    picture: one that cannot be used, takes longer than `seconds`, or ends the child process has a
    row with `error` and `reason`. The other arguments are those of `extract`.

    Raises `OptionError` for options that do not fit, and `WorkersBusy` or `StartError` if no child
    process can start.
    """
    chosen = Options.of_call(options, locals())
    entries = [entry_of(os.fspath(each)) for each in sources]
    return [row.to_object() for row in read_rows(entries, chosen, seconds)]


def read_rows(entries: Iterable[Entry], options: Options, seconds: float) -> list[Row]:
    """Return the rows of entries, as `rows` does, read by a child of this process.

    Each thread that does this at the same time has a child of its own.
    """
    return read_chunk(entries, options, seconds).rows


def read_chunk(
    entries: Iterable[Entry], options: Options, seconds: float, read: Read = read_alone
) -> Chunk:
    """Return what `read` makes of entries, how long it took, and the sum of the summaries."""
    begun = time.monotonic()
    rows, total = [], None
    reader = _taken(options, seconds, read)
    try:
        for entry in entries:
            row, summary = reader.reading(entry)
            rows.append(row)
            if summary is not None:
                total = summary if total is None else total + summary
    finally:
        with _taking:
            _idle.append((options, seconds, read, reader))
    return Chunk(rows, time.monotonic() - begun, total)


def close_readers() -> None:
    """End the children of this process that nobody uses."""
    with _taking:
        while _idle:
            _idle.pop()[-1].close()


def _taken(options: Options, seconds: float, read: Read) -> Reader:
    """Return a reader that nobody else uses; those with other options are ended."""
    if any(each[:-1] != (options, seconds, read) for each in _idle):
        close_readers()
    with _taking:
        return _idle.pop()[-1] if _idle else Reader(options, seconds, read)


def _name(entry: Entry) -> str:
    return empty_row(entry, Options()).source


def _too_slow(entry: Entry, seconds: float) -> str:
    return (
        f"{_name(entry)} takes longer than {seconds:g} seconds; allow more time, make the picture "
        "smaller, or save it anew."
    )


def _killed(entry: Entry, code: int) -> str:
    cause = f"exit code {code}"
    with contextlib.suppress(ValueError):
        cause = signal.Signals(-code).name
    return (
        f"{_name(entry)} has ended the process that read it ({cause}), as it needs more memory "
        "than there is or is damaged; make it smaller, or save it anew."
    )
