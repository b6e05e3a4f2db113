"""What the page computes for a palette, and what it must not wait for."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from palette_engine.extraction.histogram import Histogram
from palette_engine.options import Options
from palette_engine.pictures import reading
from palette_engine.web import jobs
from palette_engine.web.workers import Workers
from palette_engine.workers.worker import Worker
from tests.web.processes import loaded_libraries, tree
from tests.web.serving import Server

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux tells them")

FOREVER = 600.0


def nothing() -> None:
    """Prepare nothing."""


def process() -> int:
    return os.getpid()


def wait_unless_first(folder: Path) -> None:
    """Be ready at once in the first process that calls this, and in others when there is a word."""
    try:
        (folder / "first").touch(exist_ok=False)
    except FileExistsError:
        (folder / "second").touch()
        while not (folder / "go").exists():
            time.sleep(0.005)


def wait_for_word(folder: Path) -> None:
    (folder / f"{os.getpid()}.begun").touch()
    while not (folder / "go").exists():
        time.sleep(0.005)


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def counted(calls: list[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def count(*arguments: Any, **named: Any) -> Any:
        calls.append(name)
        return function(*arguments, **named)

    return count


def test_a_picture_is_read_and_counted_once_for_all_its_palettes(
    portrait: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(reading, "read_pixels", counted(calls, "read", reading.read_pixels))
    monkeypatch.setattr(Histogram, "of", counted(calls, "count", Histogram.of))
    monkeypatch.setattr("palette_engine.extraction.histogram.lab_of", counted(calls, "lab", lab()))
    stored = jobs.read_picture(portrait, "a.png", Options()).summary
    assert calls.count("read") == 1
    calls.clear()
    for options in (Options(colors=5), Options(order="image"), Options(names="xkcd")):
        jobs.make_palette(stored.needed_for(options), "a.png", options)
    assert not calls


def lab() -> Callable[..., Any]:
    from palette_engine.color.cielab import lab_of

    return lab_of


def test_pixels_are_sent_only_for_the_order_that_needs_them(portrait: bytes) -> None:
    stored = jobs.read_picture(portrait, "a.png", Options()).summary
    assert len(stored.needed_for(Options(order="image"))) == len(stored) > 512 * 512 * 4
    assert len(stored.needed_for(Options(order="hue"))) < len(stored) - 512 * 512 * 4


@pytest.mark.parametrize("order", ["share", "image"])
def test_the_order_of_the_first_palette_does_not_change_the_next(
    portrait: bytes, order: str
) -> None:
    stored = jobs.read_picture(portrait, "a.png", Options(order=order)).summary
    for other in ("share", "image"):
        options = Options(order=other)
        taken = jobs.read_picture(portrait, "a.png", options)
        assert jobs.make_palette(stored.needed_for(options), "a.png", options) == taken.first


@linux
def test_the_server_itself_never_loads_what_the_workers_do(server: Server, portrait: bytes) -> None:
    path = f"/pictures/{server.take(portrait).json()['picture']}"
    for order in ("image", "hue"):
        assert server.post(f"{path}/palette?order={order}").status == 200
    own, *workers = tree(server.process.pid)
    assert not loaded_libraries(own) & {"numpy", "scipy", "sklearn", "skimage", "PIL"}
    assert any("sklearn" in loaded_libraries(worker) for worker in workers)


@linux
def test_a_server_has_no_processes_but_its_workers(server: Server, portrait: bytes) -> None:
    assert server.take(portrait).status == 201
    assert len(tree(server.process.pid)) <= 3


@linux
def test_the_first_process_is_alone_until_it_is_ready(tmp_path: Path) -> None:
    async def main() -> None:
        before = {*tree(os.getpid())}
        workers = Workers(2, 1, FOREVER, partial(wait_for_word, tmp_path))
        workers.start()
        try:
            await until(lambda: [*tmp_path.glob("*.begun")])
            assert len({*tree(os.getpid())} - before) == 1
            (tmp_path / "go").touch()
            await until(lambda: len([*tmp_path.glob("*.begun")]) == 2)
        finally:
            workers.stop()

    asyncio.run(main())


@linux
def test_all_processes_have_started_when_the_first_job_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palette_engine.web.workers.ALONE_SECONDS", FOREVER)

    async def main() -> None:
        before = {*tree(os.getpid())}
        workers = Workers(3, 1, FOREVER, nothing)
        workers.start()
        try:
            first = asyncio.create_task(workers.run(wait_for_word, tmp_path))
            await until(lambda: [*tmp_path.glob("*.begun")])
            assert len({*tree(os.getpid())} - before) == 1
            (tmp_path / "go").touch()
            await first
            assert len({*tree(os.getpid())} - before) == 3
        finally:
            workers.stop()

    asyncio.run(main())


def test_nobody_waits_for_a_process_while_another_is_ready(tmp_path: Path) -> None:
    async def main() -> None:
        workers = Workers(2, 1, FOREVER, partial(wait_unless_first, tmp_path))
        workers.start()
        try:
            first = await workers.run(process)
            await until((tmp_path / "second").exists)
            assert [await workers.run(process) for _ in range(3)] == [first] * 3
        finally:
            workers.stop()

    asyncio.run(main())


def test_what_python_prints_when_it_starts_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('welcome', end='\\n' * 3 + '...')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def main() -> None:
        workers = Workers(1, 1, FOREVER, nothing)
        workers.start()
        try:
            assert await workers.run(process) != os.getpid()
        finally:
            workers.stop()

    asyncio.run(main())


def test_a_worker_that_was_started_before_is_the_first_to_work() -> None:
    async def main(started: Worker) -> None:
        number = started.start().pid
        workers = Workers(2, 1, FOREVER, nothing, [started])
        workers.start()
        try:
            assert await workers.run(process) == number
        finally:
            workers.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)

    with Worker(nothing) as started:
        asyncio.run(main(started))
