"""Collections that are read by an executor, which may lose what it is given."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_engine
from palette_engine import OptionError, Options
from palette_engine.collections import collect as module
from palette_engine.collections.collect import collect
from palette_engine.collections.picture import Entry, empty_row
from palette_engine.collections.reader import read_rows
from palette_engine.collections.row import Row
from palette_engine.collections.table import read_table

pytestmark = pytest.mark.skipif(os.name == "nt", reason="tested on Unix")


class Lossy(Executor):
    """An executor that runs at once, and loses chunks as `is_lost` says."""

    def __init__(self, is_lost: Callable[[tuple[Entry, ...]], bool]) -> None:
        self.is_lost = is_lost
        self.sizes: list[int] = []

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        """Return the rows of the first argument without reading them, or an error."""
        entries, options, _seconds = arguments
        assert function is read_rows
        self.sizes.append(len(entries))
        future: Future[list[Row]] = Future()
        if self.is_lost(entries):
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            future.set_result([empty_row(entry, options) for entry in entries])
        return future


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with 200 files, in which the test is."""
    (tmp_path / "a").mkdir()
    for number in range(200):
        (tmp_path / "a" / f"{number:03}.png").write_bytes(b"x" * number)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_chunks_have_at_most_64_pictures_and_64_megabytes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Lossy(lambda _: False)
    done = collect("a", "t.csv", pool=pool)
    assert (done.read, done.rows, done.errors) == (200, 200, 0)
    assert pool.sizes == [64, 64, 64, 8]
    monkeypatch.setattr(module, "CHUNK_BYTES", 1000)
    pool = Lossy(lambda _: False)
    collect("a", "u.csv", pool=pool)
    assert max(pool.sizes[3:]) < 64
    assert sum(pool.sizes) == 200
    assert (folder / "u.csv").read_bytes() == (folder / "t.csv").read_bytes()


def test_only_what_is_lost_twice_alone_has_an_error(folder: Path) -> None:
    poison = {"a/007.png", "a/150.png"}
    pool = Lossy(lambda entries: any(entry.path in poison for entry in entries))
    done = collect(["a"], folder / "t.csv", pool=pool, workers=2, colors=5)
    assert (done.rows, done.failed) == (200, 2)
    rows = {row.source: row for row in read_table(folder / "t.csv")}
    assert {source for source, row in rows.items() if row.error} == poison
    assert rows["a/007.png"].reason == "lost"
    assert rows["a/001.png"].options == {"colors": 5}
    # Each was lost alone twice.
    assert pool.sizes.count(1) >= 4


@pytest.mark.usefixtures("folder")
def test_many_sources_that_cannot_be_read_end_nothing() -> None:
    missing = [f"{number}.png" for number in range(500)]
    done = collect([*missing, "a"], "t.csv", pool=Lossy(lambda _: False))
    assert (done.rows, done.failed) == (700, 500)


def test_a_worker_that_goes_away_now_and_then_loses_nothing(folder: Path) -> None:
    chance = random.Random(1)
    pool = Lossy(lambda entries: len(entries) > 1 and chance.random() < 0.5)
    done = collect(["a", "nothing.png"], folder / "t.csv", pool=pool)
    assert (done.rows, done.failed, done.read) == (201, 1, 201)


def test_a_pool_that_has_ended_is_an_error_and_another_one_continues(folder: Path) -> None:
    class Ended(Lossy):
        def submit(self, function: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
            if len(self.sizes) == 2:
                raise BrokenExecutor("all workers are gone")
            return super().submit(function, *arguments, **keywords)

    with pytest.raises(BrokenExecutor, match="all workers are gone"):
        collect(["a"], "t.csv", pool=Ended(lambda _: False))
    assert not (folder / "t.csv").exists()
    done = collect(["a"], "t.csv", pool=Lossy(lambda _: False))
    assert done.rows == 200


def test_options_are_a_value_or_keywords(folder: Path) -> None:
    with pytest.raises(OptionError, match="one value or as keywords"):
        collect(["a"], folder / "t.csv", Options(), colors=5)
    with pytest.raises(OptionError, match="no option 'colour'"):
        collect(["a"], folder / "t.csv", colour=5)


@pytest.mark.slow
def test_a_process_pool_gives_the_same_table(folder: Path) -> None:
    (folder / "b").mkdir()
    chance = np.random.default_rng(2)
    for number in range(5):
        pixels = chance.integers(0, 256, (20, 20, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "b" / f"{number}.png")
    (folder / "b" / "bad.png").write_bytes(b"")
    palette_engine.collect("b", "own.sqlite", workers=2)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        done = palette_engine.collect("b", "pool.sqlite", pool=pool)
    assert (done.rows, done.failed) == (6, 1)
    assert (folder / "own.sqlite").read_bytes() == (folder / "pool.sqlite").read_bytes()
