"""Workers: processes that run jobs, and are ended if a job takes too long.

See docs/decisions.md#decoding-in-processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from palette_engine.errors import Reason
from palette_engine.workers.worker import JobTimeout, Worker, WorkersBusy, stopped

__all__ = ["JobTimeout", "Workers", "WorkersBusy"]

T = TypeVar("T")

ALONE_SECONDS = 1.0
"""The first process is alone for this long after it is ready, unless there is a job."""


class Workers:
    """`count` processes that run one job at a time each; at most `waiting` callers wait for one.

    A process whose job takes longer than `seconds` is ended and replaced. Each process calls
    `prepare` before its first job. Some workers may have been `started` with it already.
    """

    def __init__(
        self,
        count: int,
        waiting: int,
        seconds: float,
        prepare: Callable[[], object],
        started: Sequence[Worker] = (),
    ) -> None:
        self._workers = [*started, *(Worker(prepare) for _ in range(count - len(started)))]
        self._idle = _Idle()
        for worker in reversed(self._workers):
            self._idle.put_nowait(worker)
        # One more, which starts the processes.
        self._threads = ThreadPoolExecutor(count + 1, "worker", _block_interrupts)
        self._most_waiting = waiting
        self._waiting = 0
        self._seconds = seconds
        self._stopped = False
        self._has_worked = threading.Event()

    def start(self) -> None:
        """Begin to start the processes; callers wait until one is ready.

        Others than the first start after its first job, or if there is none for some time: what
        somebody waits for is ready sooner if it need not share the processors.
        """
        self._threads.submit(self._get_ready)

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
            raise stopped()
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
        self._has_worked.set()
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def _get_ready(self) -> None:
        self._workers[0].get_ready()
        self._has_worked.wait(ALONE_SECONDS)
        for worker in self._workers[1:]:
            worker.get_ready()

    def _give_back(self, worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
        """Make a worker idle again, and let all start; called in the worker's thread."""
        for each in self._workers:
            each.begin()
        self._has_worked.set()
        with contextlib.suppress(RuntimeError):  # the loop is closed, so there are no callers
            loop.call_soon_threadsafe(self._idle.put_nowait, worker)


class _Idle(asyncio.Queue[Worker]):
    """Idle workers: the last that was busy comes first, but none before those that are ready.

    Its caches are warm, and one person's pictures let one process grow.
    """

    _queue: deque[Worker]

    def _get(self) -> Worker:
        worker = next((each for each in reversed(self._queue) if each.is_ready), self._queue[-1])
        self._queue.remove(worker)
        return worker


def _block_interrupts() -> None:
    """Keep Ctrl+C, which is for the server alone, from a thread and the processes it starts."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
