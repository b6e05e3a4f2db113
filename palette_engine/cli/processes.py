"""Processes: pictures are read in several of them, ahead of the caller who takes them in order.

See docs/decisions.md#processes-for-many-pictures.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Literal, TypeAlias

from palette_engine.cli.process_count import is_shared
from palette_engine.errors import InputError, Reason
from palette_engine.extraction.jobs import Report, prepare
from palette_engine.workers.worker_process import PROTOCOL, READY, Job, Outcome, kill, run_jobs

__all__ = ["reports_of"]

AHEAD = 4
"""For each process, the number of pictures that may be read before the caller takes them."""

WAIT_SECONDS = 1.0
"""Python may sleep through a Ctrl+C that comes just before it waits, so it does not wait longer."""

Status: TypeAlias = Literal["starting", "idle", "busy", "ended"]


@contextlib.contextmanager
def reports_of(
    pictures: Sequence[str], count: int, job: Callable[[str], Report]
) -> Iterator[Callable[[int], Report | None]]:
    """Yield a function that returns the report of the picture with an index.

    `job` makes a report of a path; it can be pickled. At most `count` processes run it, ahead of
    the caller. They end with the body of ``with``, and take no Ctrl+C.
    """
    processes = _Processes(pictures, count, job)
    try:
        processes.start()
        yield processes.report
    finally:
        processes.close()


class _Processes:
    """Processes that read pictures; see `reports_of`."""

    def __init__(self, pictures: Sequence[str], count: int, job: Callable[[str], Report]) -> None:
        self._job = job
        self._pictures = pictures
        self._waiting = deque(n for n, path in enumerate(pictures) if is_shared(path))
        self._shared = {*self._waiting}
        self._reports: dict[int, Report] = {}
        self._workers = [_Worker() for _ in range(min(count, len(self._waiting)))]

    def start(self) -> None:
        """Begin to start the processes."""
        for worker in self._workers:
            worker.start()

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()

    def report(self, number: int) -> Report | None:
        """Return the report of the picture with this index, as soon as there is one.

        None if the caller has to read it: only this process has it, as it is not a regular file; no
        process can start; or the job has failed with a defect, which will appear here.
        """
        while number in self._shared and number not in self._reports and self._are_there():
            self._give_work(number + AHEAD * len(self._workers))
            self._receive()
        return self._reports.pop(number, None)

    def _are_there(self) -> bool:
        return any(worker.status != "ended" for worker in self._workers)

    def _give_work(self, last: int) -> None:
        """Give the next pictures, up to an index, to the processes that have none."""
        for worker in self._workers:
            if worker.status == "idle" and self._waiting and self._waiting[0] <= last:
                index = self._waiting.popleft()
                worker.send(index, (self._job, (self._pictures[index],)))

    def _receive(self) -> None:
        """Wait for at least one process for a while, and receive what it says, or its end."""
        ready = connection.wait([w.pipe for w in self._workers if w.pipe], WAIT_SECONDS)
        for worker in [w for w in self._workers if w.pipe in ready]:
            index = worker.index
            try:
                outcome = worker.receive()
            except (EOFError, OSError):
                self._replace(worker)
                continue
            if outcome is not None and index is not None:
                self._finish(index, outcome)

    def _finish(self, index: int, outcome: Outcome) -> None:
        """Keep the report of a job; a job that failed is left to the caller."""
        report, error = outcome
        if error is None:
            self._reports[index] = report
        else:
            self._shared.discard(index)

    def _replace(self, worker: _Worker) -> None:
        """Say that a process has ended while it read a picture, and start another if needed."""
        index, status = worker.index, worker.status
        worker.close()
        if index is not None:
            self._reports[index] = Report(error=_ended(self._pictures[index]))
        if self._waiting and status != "starting":
            worker.start()


class _Worker:
    """A process and the pipe to it; `index` is that of the picture that it reads."""

    def __init__(self) -> None:
        self.status: Status = "ended"
        self.index: int | None = None
        self.pipe: Connection[Any, Any] | None = None
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Begin to start the process; it stays ended if the system has too many."""
        with contextlib.suppress(OSError), _interrupts_blocked():
            self.pipe, other = multiprocessing.Pipe()
            with other:
                process = multiprocessing.get_context("spawn").Process(
                    target=run_jobs, args=(other, prepare), daemon=True
                )
                process.start()
            self._process = process
            self.status = "starting"
            return
        self.close()

    def send(self, index: int, job: Job) -> None:
        """Give the process a job."""
        assert self.pipe is not None
        self.index, self.status = index, "busy"
        with contextlib.suppress(OSError):  # it has ended, as `receive` will find
            self.pipe.send_bytes(pickle.dumps(job, PROTOCOL))

    def receive(self) -> Outcome | None:
        """Return the outcome of the job, or None if the process can take its first one.

        Raises `EOFError` or `OSError` if the process has ended.
        """
        assert self.pipe is not None
        message = self.pipe.recv_bytes()
        self.index, self.status = None, "idle"
        return None if message == READY else pickle.loads(message)

    def close(self) -> None:
        """End the process, and wait until it has ended."""
        self.index, self.status = None, "ended"
        if self._process:
            kill(self._process)
            self._process.join()
            self._process.close()
        if self.pipe:
            self.pipe.close()
        self._process = self.pipe = None


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let a process that starts in the body of ``with`` take no Ctrl+C."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ended(path: str) -> InputError:
    return InputError(
        f"The process that read {path} has ended, perhaps because memory ran out; use fewer "
        "--jobs, make the picture smaller, or save it anew.",
        Reason.MEMORY,
    )
