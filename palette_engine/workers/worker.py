"""Worker: a process that runs jobs, and is ended and replaced if a job takes too long.

It does not need asyncio, so that the first process can start before the server's own libraries are
imported. See docs/decisions.md#decoding-in-processes.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from palette_engine.errors import InputError, PaletteError, Reason
from palette_engine.workers import job_pipe
from palette_engine.workers.pickled import Pickled, outside
from palette_engine.workers.worker_process import READY, Job, Outcome, kill

__all__ = ["JobTimeout", "StartError", "Worker", "WorkerEnded", "WorkersBusy", "stopped"]

START_SECONDS = 120.0
"""A process may take this long to start, as its imports come from a disk."""

START = """
import sys
sys.path[:] = sys.argv[1:]
del sys.argv[1:]
from palette_engine.workers.worker_process import main
main()
"""
"""Not `python -m`, which would import modules from the folder that the user is in."""

SETTINGS = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**26)}
"""Settings for glibc: the least free memory that it gives back, whatever the environment says.

To give back what a job has used, and to get it again for the next, takes 8 ms each time. The nanny
of a Dask worker sets another threshold for all that it starts, which costs 70 ms for a picture.
"""

Process = subprocess.Popen[bytes]


class WorkersBusy(PaletteError):
    """No process can take the job."""


class JobTimeout(PaletteError):
    """A job took longer than it may."""


class StartError(RuntimeError):
    """A process has ended before it could take a job."""


class WorkerEnded(InputError):
    """The process has ended in the middle of a job; `code` is its exit code, as subprocess has it.

    If a signal ended it, that is the negative number of the signal.
    """

    def __init__(self, message: str, reason: Reason, code: int) -> None:
        super().__init__(message, reason)
        self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return WorkerEnded, (str(self), self.reason, self.code)


class Worker:
    """A process and its replacements, which call `prepare` before their first job.

    Several threads may use it; their jobs run one after the other. As a context manager it stops at
    the end.
    """

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._process: Process | None = None
        self._ready = False
        self._has_begun = False
        self._stopped = False
        self._changing = threading.Lock()
        """Held while the process is started or ended."""
        self._using = threading.Lock()
        """Held while something is sent or received."""

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self.close()

    @property
    def is_ready(self) -> bool:
        """Whether the process has told that it can take jobs."""
        return self._ready

    def start(self) -> Process:
        """Start the process unless it runs, and return it."""
        with self._changing:
            if self._process and self._process.poll() is None:
                return self._process
            self.close()
            if self._stopped:
                raise stopped()
            self._has_begun = True
            try:
                self._process = _started(self._prepare)
            except OSError as error:  # there are too many processes or open files
                raise WorkersBusy(
                    "The engine cannot start now; try again in a moment.", Reason.BUSY
                ) from error
            return self._process

    def begin(self) -> None:
        """Start the first process unless that has been done; another thread may use it already."""
        if not self._has_begun:
            with contextlib.suppress(WorkersBusy):
                self.start()

    def get_ready(self) -> None:
        """Start the process unless it runs, and wait until it can take jobs or has ended."""
        # The first job fails for the same reason, and tells it.
        with contextlib.suppress(PaletteError, EOFError, OSError), self._using:
            self._wait_until_ready(self.start())

    def run(self, job: Job, seconds: float) -> Any:
        """Return the result of a job; see `Workers.run`."""
        function, arguments = job
        message = Pickled.of((function, tuple(map(outside, arguments))))
        with self._using:
            value, error = self._outcome(message, seconds)
        if error is not None:
            raise error
        return value

    def stop(self) -> None:
        """End the process for good, even while another thread waits for it."""
        with self._changing:
            self._stopped = True
            if self._process:
                kill(self._process)

    def close(self) -> None:
        """End the process and wait until it has ended; no other thread may use it meanwhile."""
        process, self._process, self._ready = self._process, None, False
        if process:
            kill(process)
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    # What was not written is written now, to nobody.
                    with contextlib.suppress(OSError):
                        stream.close()

    def _outcome(self, message: Pickled, seconds: float) -> Outcome:
        """Send a job, and return its outcome."""
        process = self.start()
        try:
            self._wait_until_ready(process)
            assert process.stdin
            assert process.stdout
            with _deadline(process, seconds):
                job_pipe.send(process.stdin, message)
                answer = job_pipe.receive(process.stdout)
        except JobTimeout:
            self._restart()
            raise
        except (EOFError, OSError) as broken:
            was_ready = self._ready
            self._restart()
            if self._stopped:
                raise stopped() from broken
            if not was_ready:
                raise StartError("the engine cannot start; see what is said above") from broken
            raise WorkerEnded(
                "The picture needs more memory than there is, or is damaged; make it smaller, or "
                "save it anew.",
                Reason.MEMORY,
                process.returncode,
            ) from broken
        outcome: Outcome = answer.value()
        return outcome

    def _wait_until_ready(self, process: Process) -> None:
        if self._ready:
            return
        assert process.stdout
        try:
            with _deadline(process, START_SECONDS):
                # Some installations of Python print something when it starts.
                while not (line := process.stdout.readline()).endswith(READY):
                    if not line:
                        raise EOFError
            self._ready = True
        except JobTimeout as error:
            raise JobTimeout(
                "The engine takes too long to start; try again.", Reason.TOO_SLOW
            ) from error

    def _restart(self) -> None:
        """End the process and start another one, unless the worker was stopped."""
        with self._changing:
            self.close()
        with contextlib.suppress(WorkersBusy):
            self.start()


def _started(prepare: Callable[[], object]) -> Process:
    """Return a new process that runs jobs after it has called `prepare`."""
    flags = ["-I"] if sys.flags.isolated else []
    paths = [path or os.getcwd() for path in sys.path]  # noqa: PTH109  pathlib takes longer
    process = subprocess.Popen(
        [sys.executable, *flags, "-c", START, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **SETTINGS},
        **_own_group(),
    )
    assert process.stdin
    # If it ends meanwhile, that shows as soon as something is received.
    with contextlib.suppress(OSError):
        job_pipe.send(process.stdin, Pickled.of(prepare))
    return process


def _own_group() -> dict[str, Any]:
    """Return how a process gets a group of its own, as Ctrl+C is for the server alone."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


@contextlib.contextmanager
def _deadline(process: Process, seconds: float) -> Iterator[None]:
    """Kill a process after some seconds, and then raise `JobTimeout`."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        kill(process)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (EOFError, OSError):
        if not expired.is_set():
            raise
    finally:
        timer.cancel()
        timer.join()
    if expired.is_set():
        raise JobTimeout(
            f"This takes longer than {seconds:g} seconds; make the picture smaller, or save it "
            "anew in another format.",
            Reason.TOO_SLOW,
            seconds=seconds,
        )


def stopped() -> WorkersBusy:
    """Return the error of a job that comes too late."""
    return WorkersBusy("The page has been closed; start it again.", Reason.BUSY)
