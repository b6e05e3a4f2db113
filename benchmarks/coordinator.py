"""Coordinator: what a run of many pictures takes beside the pictures, for a simulation."""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import Executor, Future
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cluster_simulation import Costs
from benchmarks.made_rows import made_rows
from palette_engine.collections.collect import CHUNK_PICTURES, collect, journal_of
from palette_engine.collections.picture import Entry
from palette_engine.collections.reader import Chunk
from palette_engine.collections.row import Row

if TYPE_CHECKING:
    from benchmarks.local_cluster import LocalCluster

__all__ = ["measured_costs"]

FILES = 6400

CHUNKS = 400

SYNCED_BYTES = 10**7
"""About what a coordinator writes between two times that it brings the journal to the disk."""

SYNCS = 9


def measured_costs(folder: Path, cluster: LocalCluster, picture: float, memory: float) -> Costs:
    """Return the costs of a simulation.

    `picture` are the processor seconds of a picture, and `memory` the bytes that the coordinator
    holds for a row. What else there is is measured here, in a folder and on a cluster.
    """
    row, finishing, row_bytes = _of_rows(folder)
    scheduling, sending = _of_chunks(cluster)
    return Costs(
        picture, scheduling, sending, row, row_bytes, _sync(folder / "sync"), finishing, memory
    )


class _Instant(Executor):
    """An executor whose workers take no time; `seconds` is what it takes itself."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._rows = made_rows(CHUNK_PICTURES)

    def submit(self, _: Any, /, *arguments: Any, **__: Any) -> Future[Any]:
        """Return a chunk of rows for the entries that are the first argument."""
        begun = time.process_time()
        entries: tuple[Entry, ...] = arguments[0]
        pairs = zip(self._rows, entries, strict=False)
        rows = [_named(row, entry) for row, entry in pairs]
        future: Future[Chunk] = Future()
        future.set_result(Chunk(rows, 0.07 * len(rows)))
        self.seconds += time.process_time() - begun
        return future


def _named(row: Row, entry: Entry) -> Row:
    return replace(row, source=entry.path, bytes=entry.size, mtime=entry.mtime)


def _of_rows(folder: Path) -> tuple[float, float, float]:
    """Return the seconds of a row until it is in the journal, and after that, and its bytes."""
    for number in range(FILES):
        path = folder / "empty" / f"{number // 1000}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    pool, table = _Instant(), folder / "instant.jsonl"
    last = begun = time.process_time()

    def note(_: object) -> None:
        nonlocal last
        last = time.process_time()

    with chdir(folder):
        collect(["empty"], table, pool=pool, workers=CHUNK_PICTURES, report=note)
    ended = time.process_time()
    size = journal_of(table).stat().st_size
    return (last - begun - pool.seconds) / FILES, (ended - last) / FILES, size / FILES


def _of_chunks(cluster: LocalCluster) -> tuple[float, float]:
    """Return the seconds of a scheduler, and those of its client, for a chunk."""
    from distributed import Client

    entries = [Entry(f"{'x' * 60}/{number}.jpg", 1, 1.0) for number in range(CHUNK_PICTURES)]
    with Client(scheduler_file=str(cluster.file), set_as_default=False) as client:  # type: ignore[no-untyped-call]
        executor = client.get_executor(pure=False)
        executor.submit(made_rows, CHUNK_PICTURES).result()
        scheduler, own = cluster.scheduler_seconds, time.process_time()
        for future in [executor.submit(_returned, entries, number) for number in range(CHUNKS)]:
            future.result()
        own = time.process_time() - own
        scheduler = cluster.scheduler_seconds - scheduler
    return scheduler / CHUNKS, own / CHUNKS


_made: list[Row] = []


def _returned(entries: list[Entry], _: int) -> Chunk:
    """Return a chunk of rows; runs in a worker."""
    if not _made:
        _made.extend(made_rows(len(entries)))
    return Chunk(_made, 1.0)


def _sync(path: Path) -> float:
    """Return the seconds, of the clock, in which rows are brought to the disk."""
    taken = []
    for _ in range(SYNCS):
        with path.open("ab") as file:
            file.write(os.urandom(SYNCED_BYTES))
            file.flush()
            begun = time.monotonic()
            os.fsync(file.fileno())
            taken.append(time.monotonic() - begun)
    path.unlink()
    return statistics.median(taken)
