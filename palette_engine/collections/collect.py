"""Collect: the pictures of a collection become rows of its journal, and then its table.

Each thread has a reader, whose process reads one picture at a time. They take sources in turn from
one walk, and one thread, the caller's, writes what they have found.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from queue import Queue
from typing import IO, TypeAlias

from palette_engine import __version__
from palette_engine.collections.index import write_index
from palette_engine.collections.journal import Journal, fingerprint
from palette_engine.collections.limits import SECONDS
from palette_engine.collections.lock import locked
from palette_engine.collections.picture import UNUSABLE, Entry, chosen_options, empty_row
from palette_engine.collections.reader import Reader
from palette_engine.collections.row import Row, readable
from palette_engine.collections.sources import Source, Walk
from palette_engine.collections.table import table_of, write_table
from palette_engine.errors import InputError, OutputError
from palette_engine.options import Options

__all__ = ["Progress", "collect", "journal_of"]

AHEAD = 64
"""For each reader, the number of rows that may wait to be written."""

Report: TypeAlias = "Callable[[Progress], None]"


@dataclass(frozen=True)
class Progress:
    """How far a run is: pictures read, of these with errors, and done before.

    `skipped` files are not named as pictures, `pruned` rows were dropped, and `rows` are in the
    table, `failed` of them with errors.
    """

    read: int = 0
    errors: int = 0
    before: int = 0
    skipped: int = 0
    pruned: int = 0
    rows: int = 0
    failed: int = 0


def journal_of(table: Path) -> Path:
    """Return the path of the journal of a table."""
    return table.with_name(f"{table.name}.journal")


def collect(
    names: Iterable[str],
    table: Path,
    options: Options,
    *,
    workers: int = 1,
    seconds: float = SECONDS,
    prune: bool = False,
    stdin: IO[bytes] | None = None,
    report: Report = lambda _: None,
) -> Progress:
    """Read the pictures that names lead to, write their table, and return what was done.

    `names` are files, folders, patterns, archives, lists as ``@LIST``, and ``-``, a list in
    `stdin`. A picture whose row in the journal has the same source, size, time, options and engine
    is not read again. If `prune`, rows of sources that were not found are dropped. `report` is
    called after each row. If this is interrupted, the same call continues it.

    Raises `OutputError` if the table or its journal cannot be written, another process collects
    into it, or it is not one of this program; and `InputError` if the journal has another version.
    """
    path = journal_of(table)
    table_of(table)
    _check_folder(table)
    with locked(f"{path}.lock", str(table)):
        if table.exists() and not path.exists():
            raise OutputError(
                f"{table} exists, and its journal {path} does not; choose another name, or remove "
                "it to collect anew."
            )
        with Journal(path) as journal:
            run = _Run(names, journal, options, stdin)
            for progress in run.progress(workers, seconds):
                report(progress)
            pruned = journal.keep(run.is_found) if prune else 0
            journal.compact()
            write_table(journal.rows(), table)
            write_index(journal.rows(), table)
            return replace(run.done, pruned=pruned, rows=len(journal), failed=journal.failures)


def _check_folder(table: Path) -> None:
    if not table.parent.is_dir():
        raise OutputError(f"There is no folder {table.parent}; create it first.")
    if table.is_dir():
        raise OutputError(f"{table} is a folder; name a file in it.")
    if not os.access(table.parent, os.W_OK) or (table.exists() and not os.access(table, os.W_OK)):
        raise OutputError(f"{table} is not writable; choose another name or folder.")


class _Run:
    """One run: a walk whose sources threads take in turn, and what has become of them."""

    def __init__(
        self, names: Iterable[str], journal: Journal, options: Options, stdin: IO[bytes] | None
    ) -> None:
        self.done = Progress()
        self._journal = journal
        self._options = options
        self._chosen = chosen_options(options)
        self._walk = Walk(names, stdin)
        self._sources = iter(self._walk)
        self._taking = threading.Lock()
        self._found: set[bytes] = set()
        self._unread: list[bytes] = []
        self._before = 0
        self._stopped = False

    def progress(self, workers: int, seconds: float) -> Iterator[Progress]:
        """Read all pictures, write their rows, and yield how far that is after each."""
        readers = [Reader(self._options, seconds) for _ in range(workers)]
        results: Queue[Row | BaseException | None] = Queue(AHEAD * workers)
        threads = [
            threading.Thread(target=self._work, args=(reader, results), daemon=True)
            for reader in readers
        ]
        try:
            for thread in threads:
                thread.start()
            working = len(threads)
            while working:
                result = results.get()
                if result is None:
                    working -= 1
                elif isinstance(result, BaseException):
                    raise result
                else:
                    self._journal.append(result)
                    self._count(failed=bool(result.error))
                    yield self.done
        finally:
            self._stop(readers, threads, results)
        self._count()

    def is_found(self, key: bytes) -> bool:
        """Return whether a source was found, or may be in a place that could not be read."""
        return _short(key) in self._found or any(
            key == each or key.startswith(each.rstrip(b"/") + b"/") for each in self._unread
        )

    def _count(self, failed: bool | None = None) -> None:
        """Count a picture that was read, if one was, and what the walk has met."""
        self.done = replace(
            self.done,
            read=self.done.read + (failed is not None),
            errors=self.done.errors + bool(failed),
            before=self._before,
            skipped=self._walk.skipped,
        )

    def _stop(
        self,
        readers: list[Reader],
        threads: list[threading.Thread],
        results: Queue[Row | BaseException | None],
    ) -> None:
        """End all processes and threads, in whatever they are."""
        self._stopped = True
        for reader in readers:
            reader.stop()
        for thread in threads:
            while thread.is_alive():
                while not results.empty():  # it may wait to put what nobody takes
                    results.get_nowait()
                thread.join(0.05)

    def _work(self, reader: Reader, results: Queue[Row | BaseException | None]) -> None:
        """Read pictures until there is none left; runs in a thread."""
        try:
            with reader:
                while (taken := self._take()) is not None:
                    results.put(taken if isinstance(taken, Row) else reader.row(taken))
            results.put(None)
        except BaseException as error:  # noqa: BLE001  it is raised in the caller's thread
            results.put(error)

    def _take(self) -> Entry | Row | None:
        """Return the next picture to read, or the row of what cannot be; None if there is none."""
        with self._taking:
            while not self._stopped:
                source = next(self._sources, None)
                if source is None:
                    return None
                if (taken := self._needed(source)) is not None:
                    return taken
        return None

    def _needed(self, source: Source) -> Entry | Row | None:
        """Return a source as `_take` does; None if its row is there, or it came before."""
        entry = source.entry
        key = os.fsencode(entry.path)
        if _short(key) in self._found:
            return None
        self._found.add(_short(key))
        if source.error:
            if source.is_container:
                self._unread.append(key)
            row = empty_row(entry, self._options)
            return replace(row, error=source.error, reason=source.reason)
        if self._journal.has(key, fingerprint(entry.size, entry.mtime, self._chosen, __version__)):
            self._before += 1
            return None
        if source.read is None:
            return entry
        try:
            return replace(entry, data=source.read())
        except InputError as error:
            said = f"{readable(entry.path)[0]} {error}."
            return replace(empty_row(entry, self._options), error=said, reason=UNUSABLE)


def _short(key: bytes) -> bytes:
    """Return 8 bytes for a source; two of a billion that have the same are one in 37."""
    return blake2b(key, digest_size=8).digest()
