"""Collect: the pictures of a collection become rows of its journal, and then its table.

Each thread has a reader, whose process reads one picture at a time. They take sources in turn from
one walk, and one thread, the caller's, writes what they have found. With an executor, its workers
read chunks of pictures in place of our threads.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from queue import Empty, Queue, SimpleQueue
from typing import IO, TYPE_CHECKING, TypeAlias

from palette_engine import __version__
from palette_engine.collections.cluster import Disconnected, connected
from palette_engine.collections.download import has_address
from palette_engine.collections.iiif import IIIF_SIZE
from palette_engine.collections.index import write_index
from palette_engine.collections.journal import Journal, fingerprint
from palette_engine.collections.limits import SECONDS
from palette_engine.collections.lock import locked
from palette_engine.collections.picture import (
    LOST,
    UNCHANGED,
    UNUSABLE,
    Entry,
    Reading,
    chosen_options,
    empty_row,
    read_alone,
    read_summed,
)
from palette_engine.collections.reader import Chunk, Reader, read_chunk
from palette_engine.collections.remote import Remote
from palette_engine.collections.row import Row, readable
from palette_engine.collections.source import Source
from palette_engine.collections.sources import Walk
from palette_engine.collections.table import table_of, write_table
from palette_engine.collections.tally import Tally, tally_of
from palette_engine.errors import InputError, OptionError, OutputError, SetupError
from palette_engine.option_kinds import ColorList, Region
from palette_engine.options import Options

if TYPE_CHECKING:
    from palette_engine.extraction.summary import Summary
    from palette_engine.palette.value import Palette

__all__ = ["Progress", "collect", "journal_of"]

AHEAD = 64
"""For each reader, the number of rows that may wait to be written."""

CHUNK_PICTURES, CHUNK_BYTES = 64, 64 * 10**6
"""A worker of an executor gets at most so many pictures at once, or bytes and one picture."""

CHUNK_DATA = 8 * 10**6
"""And of members of archives, which travel to it, at most so many bytes and one member."""

CHUNK_SECONDS = 5.0
"""A chunk has as many pictures as are read in this time, as far as that is known."""

FIRST_PICTURES = 8
"""The size of a chunk as long as nothing is known."""

CHUNKS = 4
"""For each worker of an executor, the number of chunks that it may have before it."""

POLL_SECONDS = 2.0
"""How often the number of workers is looked at if nothing else happens."""

Report: TypeAlias = "Callable[[Progress], None]"


@dataclass(frozen=True)
class Progress:
    """How far a run is: pictures read, of these with errors, and done before.

    `skipped` files are not named as pictures, `pruned` rows were dropped, and `rows` are in the
    table, `failed` of them with errors. `palette` is that of all pictures together, if it was asked
    for and there are some.
    """

    read: int = 0
    errors: int = 0
    before: int = 0
    skipped: int = 0
    pruned: int = 0
    rows: int = 0
    failed: int = 0
    palette: Palette | None = None


def journal_of(table: Path) -> Path:
    """Return the path of the journal of a table."""
    return table.with_name(f"{table.name}.journal")


def collect(
    sources: Iterable[str | os.PathLike[str]],
    table: str | os.PathLike[str],
    options: Options | None = None,
    *,
    pool: Executor | None = None,
    on: str = "",
    workers: int = 1,
    seconds: float = SECONDS,
    iiif_size: int = IIIF_SIZE,
    prune: bool = False,
    together: bool = False,
    compress_journal: bool = False,
    stdin: IO[bytes] | None = None,
    report: Report = lambda _: None,
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
) -> Progress:
    """Read the pictures that sources lead to, write their table, and return what was done.

    `sources` are files, folders, patterns, archives, addresses, lists as ``@LIST``, and ``-``, a
    list in `stdin`. Pictures of IIIF manifests have at most `iiif_size` pixels on a side. The
    options are those of `extract`, as a value or as keywords. Pictures are read by `workers`
    processes of our own, or by an executor `pool` that has so many workers, each of which then has
    a child process, or by the Dask cluster whose scheduler has the address `on`, or has written the
    file `on`. A picture whose row in the journal has the same source, size, time, version, options
    and engine is not read again. If `prune`, rows of sources that were not found are
    dropped. If `together`, the result has the one palette of all pictures, each of which counts the
    same; a picture that was read before, but not for that, is read again. With `compress_journal`,
    a new journal is compressed by Zstandard; one that is there stays as it is. `report` is called
    as rows come. If this is interrupted, the same call continues it.

    Raises `OptionError` for options that do not fit, `OutputError` if the table or its journal
    cannot be written, another process collects into it, or it is not one of this program, and
    `InputError` if the journal is damaged or has another version, and `SetupError` if the cluster
    cannot be used, or what is needed is not installed.
    """
    chosen = Options.of_call(options, locals())
    places = [sources] if isinstance(sources, str | os.PathLike) else sources
    table = Path(table)
    path = journal_of(table)
    table_of(table)
    _check_folder(table)
    with locked(f"{path}.lock", str(table)):
        if table.exists() and not path.exists():
            raise OutputError(
                f"{table} exists, and its journal {path} does not; choose another name, or remove "
                "it to collect anew."
            )
        with Journal(path, compress_journal) as journal:
            plan = _Plan([*places] if together else places, stdin, iiif_size)
            tally = Tally(tally_of(table), journal, chosen_options(chosen)) if together else None
            reading = _Reading(pool, on, workers, seconds, prune, report)
            done = _run(plan, reading, journal, chosen, tally)
            if tally is not None and tally.is_stale:
                plan.check_again()
                tally.clear()
                done = _run(plan, reading, journal, chosen, tally)
            write_table(journal.rows(), table)
            write_index(journal.rows(), table)
            done = replace(done, rows=len(journal), failed=journal.failures)
            if tally is None or tally.total is None:
                return done
            return replace(done, palette=_palette_of(tally, chosen, table))


@dataclass(frozen=True)
class _Plan:
    """The sources of a run, from which walks start."""

    names: Iterable[str | os.PathLike[str]]
    stdin: IO[bytes] | None
    iiif_size: int

    def walk(self) -> Walk:
        """Return a new walk through the sources."""
        names = (os.fspath(each) for each in self.names)
        return Walk(names, self.stdin, Remote(self.iiif_size).sources)

    def check_again(self) -> None:
        """Raise `InputError` if the sources cannot be walked through again."""
        if "-" in (os.fspath(each) for each in self.names):
            raise InputError(
                "Pictures that the palette of all had counted have changed; run the same command "
                "again, which counts all anew."
            )


@dataclass(frozen=True)
class _Reading:
    """How pictures are read, and what is done with the rows of others."""

    pool: Executor | None
    on: str
    workers: int
    seconds: float
    prune: bool
    report: Report


def _run(
    plan: _Plan, reading: _Reading, journal: Journal, options: Options, tally: Tally | None
) -> Progress:
    """Bring the journal, and the tally, up to date, and return what was done."""
    run = _Run(plan.walk(), journal, options, tally)
    try:
        with ExitStack() as opened:
            if reading.on:
                cluster = opened.enter_context(connected(reading.on))
                steps = run.in_pool(cluster, cluster.slots, reading.seconds)
            elif reading.pool:
                steps = run.in_pool(reading.pool, lambda: reading.workers, reading.seconds)
            else:
                steps = run.here(reading.workers, reading.seconds)
            for progress in opened.enter_context(closing(steps)):
                reading.report(progress)
        pruned = journal.keep(run.is_found) if reading.prune else 0
        if tally is None:
            journal.compact()
        else:
            if pruned:
                tally.spoil()
            tally.compact()
    finally:
        if tally is not None and not tally.is_stale:
            tally.save()
    return replace(run.done, pruned=pruned)


def _palette_of(tally: Tally, options: Options, table: Path) -> Palette:
    from palette_engine.extraction.pipeline import palette_of

    assert tally.total is not None
    source = f"{tally.count} pictures"
    return palette_of(tally.total, options, name=table.stem, source=source)


def _check_folder(table: Path) -> None:
    if not table.parent.is_dir():
        raise OutputError(f"There is no folder {table.parent}; create it first.")
    if table.is_dir():
        raise OutputError(f"{table} is a folder; name a file in it.")
    if not os.access(table.parent, os.W_OK) or (table.exists() and not os.access(table, os.W_OK)):
        raise OutputError(f"{table} is not writable; choose another name or folder.")


@dataclass(frozen=True)
class _Work:
    """Pictures that a worker of an executor reads together, and rows that need none.

    `was_lost` is whether the only picture was lost before.
    """

    entries: tuple[Entry, ...] = ()
    rows: tuple[Row, ...] = ()
    was_lost: bool = False


def _check_lost(error: BaseException | None) -> None:
    """Raise the error of a chunk again if another worker would not do better."""
    if isinstance(error, OptionError | SetupError | BrokenExecutor):
        raise error


class _Run:
    """One run: a walk whose sources threads take in turn, and what has become of them."""

    def __init__(
        self, walk: Walk, journal: Journal, options: Options, tally: Tally | None = None
    ) -> None:
        self.done = Progress()
        self._tally = tally
        self._read = read_summed if tally is not None else read_alone
        self._journal = journal
        self._options = options
        self._chosen = chosen_options(options)
        self._walk = walk
        self._sources = iter(self._walk)
        self._taking = threading.Lock()
        self._found: set[bytes] = set()
        self._unread: list[bytes] = []
        self._before = 0
        self._unchanged = 0
        self._folder = os.getcwd()  # noqa: PTH109  its name may be no text
        self._picture_seconds: float | None = None
        self._stopped = False

    def here(self, workers: int, seconds: float) -> Generator[Progress, None, None]:
        """Read all pictures, write their rows, and yield how far that is after each."""
        readers = [Reader(self._options, seconds, self._read) for _ in range(workers)]
        results: Queue[Reading | BaseException | None] = Queue(AHEAD * workers)
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
                    yield self._write([result.row], result.summary)
        finally:
            self._stop(readers, threads, results)
        self._count()

    def in_pool(
        self, pool: Executor, slots: Callable[[], int], seconds: float
    ) -> Generator[Progress, None, None]:
        """Do what `here` does, with the workers of an executor; `slots` returns their number.

        A chunk that is lost, with its worker, is halved and read again; a picture that is lost
        twice on its own has a row that says so.
        """
        reading: dict[Future[Chunk], _Work] = {}
        ended: SimpleQueue[Future[Chunk]] = SimpleQueue()
        again: deque[_Work] = deque()
        try:
            while True:
                while len(reading) < CHUNKS * slots():
                    work = again.popleft() if again else self._next_work()
                    if work.rows:
                        yield self._write(work.rows)
                    if not work.entries and not work.rows:
                        break
                    if not work.entries:
                        continue
                    future = pool.submit(
                        read_chunk, work.entries, self._options, seconds, self._read
                    )
                    reading[future] = work
                    future.add_done_callback(ended.put)
                if not reading:
                    break  # and so there is nothing to read again
                try:
                    future = ended.get(timeout=POLL_SECONDS)
                except Empty:
                    continue
                work = reading.pop(future)
                error = None if future.cancelled() else future.exception()
                if error is None and not future.cancelled():
                    chunk = future.result()
                    self._picture_seconds = chunk.seconds / len(work.entries)
                    yield self._write(chunk.rows, chunk.summary)
                elif isinstance(error, Disconnected):
                    again.append(work)
                else:
                    _check_lost(error)
                    again += self._lost(work)
        finally:
            for future in reading:
                future.cancel()
        self._count()

    def _write(self, rows: Iterable[Row], summary: Summary | None = None) -> Progress:
        """Write rows and add their summary, count them, and return how far the run is."""
        good = 0
        for row in rows:
            if row.reason == UNCHANGED:
                self._unchanged += 1
                continue
            if self._tally is not None:
                self._tally.forget(row.key)
            self._journal.append(row)
            good += not row.error
            self._count(failed=bool(row.error))
        if self._tally is not None:
            self._tally.add(summary, good)
        self._count()
        return self.done

    def _next_work(self) -> _Work:
        """Return the next pictures to read, and the rows of what cannot be; both may be none."""
        entries: list[Entry] = []
        rows: list[Row] = []
        size = data = 0
        most = FIRST_PICTURES
        if self._picture_seconds is not None:
            most = int(min(CHUNK_PICTURES, CHUNK_SECONDS / max(self._picture_seconds, 1e-6)))
        while (
            len(entries) < max(1, most)
            and size < CHUNK_BYTES
            and data < CHUNK_DATA
            and len(rows) < CHUNK_PICTURES
        ):
            taken = self._take()
            if taken is None:
                break
            if isinstance(taken, Row):
                rows.append(taken)
            else:
                entries.append(replace(taken, folder=self._folder))
                size += taken.size or 0
                data += len(taken.data or b"")
        return _Work(tuple(entries), tuple(rows))

    def _lost(self, work: _Work) -> list[_Work]:
        """Return what is to be read or written in place of pictures that were lost."""
        entries = work.entries
        if len(entries) > 1:
            middle = len(entries) // 2
            return [_Work(entries[:middle]), _Work(entries[middle:])]
        if not work.was_lost:
            return [replace(work, rows=(), was_lost=True)]
        row = empty_row(entries[0], self._options)
        said = f"{row.source} was lost twice with the worker that read it; collect it again."
        return [_Work(rows=(replace(row, error=said, reason=LOST),))]

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
            before=self._before + self._unchanged,
            skipped=self._walk.skipped,
        )

    def _stop(
        self,
        readers: list[Reader],
        threads: list[threading.Thread],
        results: Queue[Reading | BaseException | None],
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

    def _work(self, reader: Reader, results: Queue[Reading | BaseException | None]) -> None:
        """Read pictures until there is none left; runs in a thread."""
        try:
            with reader:
                while (taken := self._take()) is not None:
                    results.put(Reading(taken) if isinstance(taken, Row) else reader.reading(taken))
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
        mark = fingerprint(entry.size, entry.mtime, self._chosen, __version__, entry.etag)
        if self._journal.has(key, mark) and self._is_counted(key):
            self._before += 1
            return None
        if source.read is None:
            return self._with_version(entry, key) if has_address(entry.path) else entry
        try:
            return replace(entry, data=source.read())
        except InputError as error:
            said = f"{readable(entry.path)[0]} {error}."
            return replace(empty_row(entry, self._options), error=said, reason=UNUSABLE)

    def _is_counted(self, key: bytes) -> bool:
        """Return whether what is in the journal is enough, and in the palette of all."""
        return self._tally is None or self._tally.counts(key)

    def _with_version(self, entry: Entry, key: bytes) -> Entry:
        """Return an address with what is known of it, so that it is read only if it changed."""
        row = self._journal.row(key)
        if entry.size is not None or row is None or row.error or not self._is_counted(key):
            return entry
        if (dict(row.options), row.engine) != (dict(self._chosen), __version__):
            return entry
        return replace(entry, etag=row.etag, mtime=row.mtime)


def _short(key: bytes) -> bytes:
    """Return 8 bytes for a source; two of a billion that have the same are one in 37."""
    return blake2b(key, digest_size=8).digest()
