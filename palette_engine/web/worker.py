"""Worker: a process that runs jobs, and is ended and replaced if a job takes too long.

It does not need asyncio, so that the first process can start before the server's own libraries are
imported. See docs/decisions.md#decoding-in-processes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any

from palette_engine.errors import InputError, PaletteError, Reason
from palette_engine.web.worker_process import PROTOCOL, READY, Job, Outcome, kill, run_jobs

__all__ = ["JobTimeout", "Worker", "WorkersBusy", "stopped"]

START_SECONDS = 120.0
"""A process may take this long to start, as its imports come from a disk."""


class WorkersBusy(PaletteError):
    """No process can take the job."""


class JobTimeout(PaletteError):
    """A job took longer than it may."""


class Worker:
    """A process and its replacements, which call `prepare` before their first job.

    Several threads may use it; their jobs run one after the other. As a context manager it stops at
    the end.
    """

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._ready = False
        self._stopped = False
        self._changing = threading.Lock()
        """Held while the process is started or ended."""
        self._using = threading.Lock()
        """Held while the pipe is used."""

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

    def start(self) -> Connection[Any, Any]:
        """Start the process unless it runs, and return the pipe to it."""
        with self._changing:
            if self._process and self._pipe and self._process.is_alive():
                return self._pipe
            self.close()
            if self._stopped:
                raise stopped()
            try:
                self._pipe, other = multiprocessing.Pipe()
                with other:
                    process = multiprocessing.get_context("spawn").Process(
                        target=run_jobs, args=(other, self._prepare), daemon=True
                    )
                    with _interrupts_blocked():
                        process.start()
            except OSError as error:  # there are too many processes or open files
                self.close()
                raise WorkersBusy(
                    "The engine cannot start now; try again in a moment.", Reason.BUSY
                ) from error
            self._process = process
            return self._pipe

    def get_ready(self) -> None:
        """Start the process unless it runs, and wait until it can take jobs or has ended."""
        # The first job fails for the same reason, and tells it.
        with contextlib.suppress(PaletteError, EOFError, OSError), self._using:
            self._wait_until_ready(self.start())

    def run(self, job: Job, seconds: float) -> Any:
        """Return the result of a job; see `Workers.run`."""
        message = pickle.dumps(job, PROTOCOL)
        with self._using:
            return self._run(message, seconds)

    def _run(self, message: bytes, seconds: float) -> Any:
        pipe = self.start()
        try:
            self._wait_until_ready(pipe)
            pipe.send_bytes(message)
            del message  # the process has a copy, and both may be large
            value, error = _receive(pipe, seconds)
        except JobTimeout:
            self._restart()
            raise
        except (EOFError, OSError) as broken:
            was_ready = self._ready
            self._restart()
            if self._stopped:
                raise stopped() from broken
            if not was_ready:
                raise RuntimeError("the engine cannot start; see what is said above") from broken
            raise InputError(
                "The picture needs more memory than there is, or is damaged; make it smaller, or "
                "save it anew.",
                Reason.MEMORY,
            ) from broken
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
        if self._process:
            kill(self._process)
            self._process.join()
            self._process.close()
        if self._pipe:
            self._pipe.close()
        self._process = self._pipe = None
        self._ready = False

    def _wait_until_ready(self, pipe: Connection[Any, Any]) -> None:
        if self._ready:
            return
        if not pipe.poll(START_SECONDS):
            raise JobTimeout("The engine takes too long to start; try again.", Reason.TOO_SLOW)
        self._ready = pipe.recv_bytes() == READY

    def _restart(self) -> None:
        """End the process and start another one, unless the worker was stopped."""
        with self._changing:
            self.close()
        with contextlib.suppress(WorkersBusy):
            self.start()


def _receive(pipe: Connection[Any, Any], seconds: float) -> Outcome:
    """Return the outcome of the job that a process runs, or raise `JobTimeout`."""
    if not pipe.poll(seconds):
        raise JobTimeout(
            f"This takes longer than {seconds:g} seconds; make the picture smaller, or save it "
            "anew in another format.",
            Reason.TOO_SLOW,
            seconds=seconds,
        )
    outcome: Outcome = pickle.loads(pipe.recv_bytes())
    return outcome


def stopped() -> WorkersBusy:
    """Return the error of a job that comes too late."""
    return WorkersBusy("The page has been closed; start it again.", Reason.BUSY)


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl+C, which is for the server alone, from processes that are started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
