"""Workers: processes that run jobs, and are ended if a job takes too long.

See docs/decisions.md#decoding-in-processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from palette_engine.errors import InputError, PaletteError, Reason
from palette_engine.web.worker_process import PROTOCOL, READY, Job, Outcome, kill, run_jobs

__all__ = ["JobTimeout", "Workers", "WorkersBusy"]

T = TypeVar("T")

START_SECONDS = 120.0
"""A process may take this long to start, as its imports come from a disk."""


class WorkersBusy(PaletteError):
    """No process can take the job."""


class JobTimeout(PaletteError):
    """A job took longer than it may."""


class Workers:
    """`count` processes that run one job at a time each; at most `waiting` callers wait for one.

    A process whose job takes longer than `seconds` is ended and replaced. Each process calls
    `prepare` before its first job.
    """

    def __init__(
        self, count: int, waiting: int, seconds: float, prepare: Callable[[], object]
    ) -> None:
        self._workers = [_Worker(prepare) for _ in range(count)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._threads = ThreadPoolExecutor(count, "worker", _block_interrupts)
        self._most_waiting = waiting
        self._waiting = 0
        self._seconds = seconds
        self._stopped = False

    def start(self) -> None:
        """Begin to start the processes; callers wait until one is ready."""
        for worker in self._workers:
            self._threads.submit(worker.start)

    async def run(self, job: Callable[..., T], *arguments: Any, seconds: float | None = None) -> T:
        """Return the result of a job that runs in one of the processes.

        `job` is a function at the top of a module; arguments and result can be pickled. Raises the
        `PaletteError` that the job raises, `RuntimeError` with the text of any other error,
        `WorkersBusy` if too many callers wait already, `JobTimeout` if the job took longer than
        `seconds`, and `InputError` with the reason ``memory`` if the process ended by itself.

        The job of a canceled caller goes on until it is done or takes too long: most jobs are
        short, and a new process takes longer to start.
        """
        # Some of the waiting callers may have been given a worker and not know it yet.
        if self._waiting >= self._idle.qsize() + self._most_waiting:
            raise WorkersBusy(
                "There is too much to do already; try again in a moment.", Reason.BUSY
            )
        self._waiting += 1
        try:
            worker = await self._idle.get()
        finally:
            self._waiting -= 1
        if self._stopped:
            self._idle.put_nowait(worker)
            raise _stopped()
        limit = self._seconds if seconds is None else seconds
        loop = asyncio.get_running_loop()
        work = self._threads.submit(worker.run, (job, arguments), limit)
        # Not after the await below, which ends early if the caller is canceled.
        work.add_done_callback(lambda _: self._give_back(worker, loop))
        result: T = await asyncio.wrap_future(work)
        return result

    def stop(self) -> None:
        """End all processes in the middle of their jobs; waiting callers get `WorkersBusy`."""
        self._stopped = True
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def _give_back(self, worker: _Worker, loop: asyncio.AbstractEventLoop) -> None:
        """Make a worker idle again; called in the worker's thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, so there are no callers
            loop.call_soon_threadsafe(self._idle.put_nowait, worker)


class _Worker:
    """A process and its replacements; used by one thread at a time, except for `stop`."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._ready = False
        self._stopped = False
        self._lock = threading.Lock()

    def start(self) -> Connection[Any, Any]:
        """Start the process unless it runs, and return the pipe to it."""
        with self._lock:
            if self._process and self._pipe and self._process.is_alive():
                return self._pipe
            self.close()
            if self._stopped:
                raise _stopped()
            try:
                self._pipe, other = multiprocessing.Pipe()
                with other:
                    process = multiprocessing.get_context("spawn").Process(
                        target=run_jobs, args=(other, self._prepare), daemon=True
                    )
                    process.start()
            except OSError as error:  # there are too many processes or open files
                self.close()
                raise WorkersBusy(
                    "The engine cannot start now; try again in a moment.", Reason.BUSY
                ) from error
            self._process = process
            return self._pipe

    def run(self, job: Job, seconds: float) -> Any:
        """Return the result of a job; see `Workers.run`."""
        message = pickle.dumps(job, PROTOCOL)
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
                raise _stopped() from broken
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
        with self._lock:
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
        with self._lock:
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


def _stopped() -> WorkersBusy:
    return WorkersBusy("The page has been closed; start it again.", Reason.BUSY)


def _block_interrupts() -> None:
    """Keep Ctrl+C, which is for the server alone, from a thread and the processes it starts."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
