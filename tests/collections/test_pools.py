"""Collections that are read by an executor, which may lose what it is given."""

from __future__ import annotations

import multiprocessing
import os
import random
import zipfile
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
from palette_engine.collections.cluster import Disconnected
from palette_engine.collections.collect import collect
from palette_engine.collections.picture import Entry, empty_row
from palette_engine.collections.reader import Chunk, read_chunk
from palette_engine.collections.table import read_table

pytestmark = pytest.mark.skipif(os.name == "nt", reason="tested on Unix")


class Lossy(Executor):
    """An executor that runs at once, and loses chunks as `is_lost` says.

    Each picture counts as read in `each` seconds.
    """

    def __init__(self, is_lost: Callable[[tuple[Entry, ...]], bool], each: float = 0.0) -> None:
        self.is_lost = is_lost
        self.each = each
        self.sizes: list[int] = []

    def submit(self, function: Any, /, *arguments: Any, **__: Any) -> Future[Any]:
        """Return the rows of the first argument without reading them, or an error."""
        entries, options, *_ = arguments
        assert function is read_chunk
        self.sizes.append(len(entries))
        future: Future[Chunk] = Future()
        if self.is_lost(entries):
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            rows = [empty_row(entry, options) for entry in entries]
            future.set_result(Chunk(rows, self.each * len(entries)))
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
    assert pool.sizes == [8, 8, 8, 8, 64, 64, 40]  # four before the first is known
    monkeypatch.setattr(module, "CHUNK_BYTES", 1000)
    pool = Lossy(lambda _: False)
    collect("a", "u.csv", pool=pool)
    assert max(pool.sizes) < 64
    assert pool.sizes[-1] < 8
    assert sum(pool.sizes) == 200
    assert (folder / "u.csv").read_bytes() == (folder / "t.csv").read_bytes()


def test_chunks_take_about_five_seconds(folder: Path) -> None:
    slow = Lossy(lambda _: False, 0.5)
    collect("a", folder / "t.csv", pool=slow)
    assert slow.sizes == [8] * 4 + [10] * 16 + [8]
    one = Lossy(lambda _: False, 30)
    collect("a", folder / "u.csv", pool=one)
    assert one.sizes == [8] * 4 + [1] * 168


@pytest.mark.usefixtures("folder")
def test_members_of_archives_travel_in_small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile("a.zip", "w") as archive:
        for number in range(20):
            archive.writestr(f"{number:02}.png", bytes(300))
    monkeypatch.setattr(module, "CHUNK_DATA", 1000)
    pool = Lossy(lambda _: False)
    collect("a.zip", "t.csv", pool=pool)
    assert pool.sizes == [4] * 5


def test_a_link_that_breaks_blames_no_picture(folder: Path) -> None:
    class Cut(Lossy):
        def submit(self, function: Any, /, *arguments: Any, **keywords: Any) -> Future[Any]:
            if len(self.sizes) % 3:
                return super().submit(function, *arguments, **keywords)
            self.sizes.append(0)
            future: Future[Chunk] = Future()
            future.set_exception(Disconnected())
            return future

    pool = Cut(lambda _: False, 30)
    done = collect(["a"], folder / "t.csv", pool=pool)
    assert (done.rows, done.failed) == (200, 0)
    assert pool.sizes.count(0) > 50


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
    with pytest.raises(OptionError, match="colors must be a whole number from 1 to 256"):
        collect(["a"], folder / "t.csv", colors=0)


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
