"""Processes that do the heavy work."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from palette_engine.errors import InputError, OptionError, PaletteWarning, Reason
from palette_engine.web.jobs import load_libraries
from palette_engine.web.workers import JobTimeout, Workers, WorkersBusy

FOREVER = 600.0


def nothing() -> None:
    """Prepare nothing, which is done sooner."""


def echo(*values: object) -> tuple[int, tuple[object, ...]]:
    """Return the process's number and what was given."""
    return os.getpid(), values


def process() -> int:
    return os.getpid()


def refuse() -> NoReturn:
    raise OptionError("Keep 3 colors of 2.", Reason.TOO_MANY_KEPT, kept=3, colors=2)


def fail() -> NoReturn:
    raise KeyError("a defect")


def leave() -> NoReturn:
    os._exit(7)


def run_out_of_memory() -> NoReturn:
    raise MemoryError


def unsendable() -> object:
    return lambda: None


def warn() -> str:
    warnings.warn("A profile is broken.", PaletteWarning, stacklevel=1)
    return "warned"


def chatter() -> None:
    print("printed")  # to standard output, which is the server's
    print("complained", file=sys.stderr)
    for stream in (1, 2):
        os.write(stream, b"written")


def begin_and_wait(folder: Path) -> int:
    """Say that this has begun, and wait for a word."""
    (folder / "begun").write_text(str(os.getpid()))
    wait_for(folder / "go")
    return os.getpid()


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.005)


def interrupt() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "went on"


async def begun(folder: Path) -> int:
    """Wait until a job has begun, and return the number of its process."""
    while not (path := folder / "begun").exists() or not path.read_text():
        await asyncio.sleep(0.005)
    return int(path.read_text())


def ended(number: int) -> bool:
    """Tell whether there is no such process, or only its exit code."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z"
    return True


@contextlib.contextmanager
def started(count: int = 1, waiting: int = 100, seconds: float = FOREVER) -> Iterator[Workers]:
    workers = Workers(count, waiting, seconds, nothing)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


def test_a_job_runs_in_another_process_with_its_arguments() -> None:
    async def main(workers: Workers) -> None:
        number, values = await workers.run(echo, b"\0\xff" * 10**6, {"a": (1, None)}, "é")
        assert number != os.getpid()
        assert values == (b"\0\xff" * 10**6, {"a": (1, None)}, "é")

    with started() as workers:
        asyncio.run(main(workers))


def test_as_many_jobs_run_side_by_side_as_there_are_workers(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        first = asyncio.create_task(workers.run(begin_and_wait, tmp_path))
        one = await begun(tmp_path)
        other = await workers.run(process)
        (tmp_path / "go").touch()
        assert await first == one != other

    with started(count=2) as workers:
        asyncio.run(main(workers))


def test_what_the_user_did_wrong_comes_back_as_it_was() -> None:
    async def main(workers: Workers) -> None:
        with pytest.raises(OptionError, match=r"Keep 3 colors of 2\.") as caught:
            await workers.run(refuse)
        assert caught.value.reason == "too-many-kept"
        assert caught.value.values == {"kept": 3, "colors": 2}

    with started() as workers:
        asyncio.run(main(workers))


@pytest.mark.parametrize(
    ("job", "text"), [(fail, "KeyError: 'a defect'"), (unsendable, "unsendable")]
)
def test_a_defect_comes_back_with_its_text_and_place(job: Any, text: str) -> None:
    async def main(workers: Workers) -> None:
        with pytest.raises(RuntimeError, match=text) as caught:
            await workers.run(job)
        assert "Traceback" in caught.value.__notes__[0]
        await workers.run(process)

    with started() as workers:
        asyncio.run(main(workers))


def test_what_cannot_be_sent_costs_no_process() -> None:
    async def main(workers: Workers) -> None:
        before = await workers.run(process)
        with pytest.raises(TypeError, match="cannot pickle"):
            await workers.run(echo, threading.Lock())
        assert await workers.run(process) == before

    with started() as workers:
        asyncio.run(main(workers))


def test_too_little_memory_is_the_pictures_fault() -> None:
    async def main(workers: Workers) -> None:
        with pytest.raises(InputError, match="make it smaller") as caught:
            await workers.run(run_out_of_memory)
        assert caught.value.reason == "memory"

    with started() as workers:
        asyncio.run(main(workers))


def test_a_process_that_takes_too_long_is_killed_and_replaced(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        with pytest.raises(JobTimeout, match=r"longer than 0\.2 seconds") as caught:
            await workers.run(begin_and_wait, tmp_path, seconds=0.2)
        assert caught.value.reason == "too-slow"
        other = await workers.run(process)
        assert not ended(other)
        # It may have been too slow to begin at all.
        with contextlib.suppress(FileNotFoundError):
            assert ended(int((tmp_path / "begun").read_text() or 0))

    with started() as workers:
        asyncio.run(main(workers))


def test_every_workers_seconds_count_unless_a_job_has_its_own(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        with pytest.raises(JobTimeout):
            await workers.run(begin_and_wait, tmp_path)
        assert await workers.run(process, seconds=FOREVER)

    with started(seconds=0.05) as workers:
        asyncio.run(main(workers))


def test_a_process_that_ends_by_itself_is_replaced() -> None:
    async def main(workers: Workers) -> None:
        before = await workers.run(process)
        with pytest.raises(InputError, match="more memory than there is") as caught:
            await workers.run(leave)
        assert caught.value.reason == "memory"
        assert await workers.run(process) != before

    with started() as workers:
        asyncio.run(main(workers))


def test_nobody_notices_that_an_idle_process_was_killed() -> None:
    async def main(workers: Workers) -> None:
        before = await workers.run(process)
        os.kill(before, signal.SIGKILL)
        os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)
        assert await workers.run(process) != before

    with started() as workers:
        asyncio.run(main(workers))


def test_of_fifty_callers_as_many_are_served_as_may_wait() -> None:
    async def main(workers: Workers) -> None:
        calls = [workers.run(echo, number) for number in range(50)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        served = [answer for answer in answers if isinstance(answer, tuple)]
        refused = [answer for answer in answers if isinstance(answer, WorkersBusy)]
        assert [values for _, values in served] == [(number,) for number in range(12)]
        assert {error.reason for error in refused} == {"busy"}
        assert len(refused) == 38
        # And then all is as before.
        again = await asyncio.gather(*(workers.run(echo, number) for number in range(12)))
        assert [values for _, values in again] == [(number,) for number in range(12)]

    with started(count=2, waiting=10) as workers:
        asyncio.run(main(workers))


def test_with_nobody_allowed_to_wait_every_worker_is_still_used(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        first = asyncio.create_task(workers.run(begin_and_wait, tmp_path))
        await begun(tmp_path)
        assert await workers.run(process)
        second = asyncio.create_task(workers.run(begin_and_wait, tmp_path))
        await asyncio.sleep(0)
        with pytest.raises(WorkersBusy):
            await workers.run(process)
        (tmp_path / "go").touch()
        assert await first != await second

    with started(count=2, waiting=0) as workers:
        asyncio.run(main(workers))


def test_what_a_canceled_caller_wanted_is_nobody_elses_answer(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        canceled = asyncio.create_task(workers.run(begin_and_wait, tmp_path))
        number = await begun(tmp_path)
        canceled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await canceled
        following = [asyncio.create_task(workers.run(echo, index)) for index in range(3)]
        await asyncio.sleep(0)
        (tmp_path / "go").touch()
        assert await asyncio.gather(*following) == [(number, (index,)) for index in range(3)]

    with started() as workers:
        asyncio.run(main(workers))


def test_a_canceled_callers_job_still_ends_when_its_time_is_over(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        number = await workers.run(process)
        canceled = asyncio.create_task(workers.run(begin_and_wait, tmp_path, seconds=0.5))
        # It may be too slow to begin at all.
        beginning = asyncio.create_task(begun(tmp_path))
        await asyncio.wait([canceled, beginning], return_when=asyncio.FIRST_COMPLETED)
        for task in (canceled, beginning):
            task.cancel()
        other = await workers.run(process)
        assert ended(number)
        assert other != number

    with started() as workers:
        asyncio.run(main(workers))


def test_who_is_canceled_while_waiting_makes_room(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        first = asyncio.create_task(workers.run(begin_and_wait, tmp_path))
        await begun(tmp_path)
        canceled = asyncio.create_task(workers.run(process))
        await asyncio.sleep(0)
        with pytest.raises(WorkersBusy):
            await workers.run(process)
        canceled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await canceled
        waiting = asyncio.create_task(workers.run(process))
        await asyncio.sleep(0)
        (tmp_path / "go").touch()
        assert await waiting == await first

    with started(waiting=1) as workers:
        asyncio.run(main(workers))


def test_stopping_ends_a_job_and_all_who_wait(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        calls = [asyncio.create_task(workers.run(begin_and_wait, tmp_path)) for _ in range(3)]
        number = await begun(tmp_path)
        workers.stop()
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(answer) for answer in answers] == [WorkersBusy] * 3
        assert ended(number)
        with pytest.raises(WorkersBusy, match="closed"):
            await workers.run(process)

    with started() as workers:
        asyncio.run(main(workers))


def test_nobody_has_to_wait_for_processes_to_start(tmp_path: Path) -> None:
    async def main(workers: Workers) -> None:
        call = asyncio.create_task(workers.run(process))
        await asyncio.sleep(0)
        (tmp_path / "go").touch()
        assert await call

    workers = Workers(1, 1, FOREVER, partial(wait_for, tmp_path / "go"))
    workers.start()  # this would never end if it waited
    try:
        asyncio.run(main(workers))
    finally:
        workers.stop()


def test_stopping_does_not_wait_for_processes_to_start(tmp_path: Path) -> None:
    workers = Workers(2, 1, FOREVER, partial(begin_and_wait, tmp_path))
    workers.start()
    number = asyncio.run(begun(tmp_path))
    workers.stop()
    assert ended(number)


def test_workers_have_the_heavy_libraries_before_they_are_asked() -> None:
    async def main() -> None:
        workers = Workers(1, 1, FOREVER, load_libraries)
        workers.start()
        try:
            modules = await workers.run(loaded)
        finally:
            workers.stop()
        assert {"sklearn", "skimage", "numpy"} <= modules

    asyncio.run(main())


def loaded() -> set[str]:
    return {name.split(".")[0] for name in sys.modules}


@contextlib.contextmanager
def no_more_files() -> Iterator[None]:
    """Let this process open no file beyond those that it has open."""
    gc.collect()  # files of earlier tests that would be closed meanwhile
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken[0] + 1, before[1]))
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for number in taken:
            os.close(number)


@pytest.mark.skipif(sys.platform != "linux", reason="reads there which processes have ended")
def test_a_worker_that_cannot_start_starts_later() -> None:
    async def main(workers: Workers) -> None:
        number = await workers.run(process)
        os.kill(number, signal.SIGKILL)
        while not ended(number):
            await asyncio.sleep(0.005)
        with no_more_files():
            for _ in range(2):
                with pytest.raises((WorkersBusy, InputError)):
                    await workers.run(process)
        assert await workers.run(process) != number

    with started() as workers:
        asyncio.run(main(workers))


def test_workers_that_cannot_prepare_do_not_blame_the_picture() -> None:
    async def main(workers: Workers) -> None:
        with pytest.raises(RuntimeError, match="the engine cannot start"):
            await workers.run(process)

    workers = Workers(1, 1, FOREVER, partial(os._exit, 3))
    workers.start()
    try:
        asyncio.run(main(workers))
    finally:
        workers.stop()


def test_interrupts_and_warnings_are_not_for_workers() -> None:
    async def main(workers: Workers) -> None:
        assert await workers.run(interrupt) == "went on"
        assert await workers.run(warn) == "warned"

    with started() as workers:
        asyncio.run(main(workers))


PROGRAM = """
import asyncio
from pathlib import Path
from tests.web.test_workers import begin_and_wait, chatter, nothing
from palette_engine.web.workers import Workers

async def main():
    await workers.run(chatter)
    print("data", flush=True)
    await workers.run(begin_and_wait, Path({folder!r}))

if __name__ == "__main__":
    workers = Workers(2, 1, 600, nothing)
    workers.start()
    asyncio.run(main())
"""


def test_workers_print_nothing_and_end_when_their_server_was_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(folder=str(tmp_path)))
    root = str(Path(__file__).parents[2])
    server = subprocess.Popen(
        [sys.executable, program],
        env=os.environ | {"PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with server:
        number = asyncio.run(begun(tmp_path))
        server.kill()
        assert server.communicate() == (b"data\n", b"")
    while not ended(number):
        time.sleep(0.005)
