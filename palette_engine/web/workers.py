"""Workers: processes that do the heavy work, and can be ended when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from palette_engine.errors import InputError, PaletteError, Reason

__all__ = ["Busy", "TooSlow", "Workers"]

T = TypeVar("T")

Task: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]
Answer: TypeAlias = tuple[Any, PaletteError | RuntimeError | None]

PROTOCOL = 5
"""That of pickle which does not copy a bytearray twice."""

BEGINNING = 120.0
"""How many seconds a process may take until it can work; the imports are from a disk."""

READY = b"ready"

EXPENDABLE = "500"
"""What Linux adds to a process's score when memory runs out and one has to end; the most is 1000.

It must be a worker's, which is replaced, and not the server's.
"""


class Busy(PaletteError):
    """There is too much to do already."""


class TooSlow(PaletteError):
    """Something took longer than it may."""


class Workers:
    """Processes that do what they are given, one thing at a time each.

    There are `count` of them. At most `waiting` callers wait for one. What takes a process longer
    than `seconds` ends with the process, and another one takes its place. `prepare` is what each
    process does before it can work.
    """

    def __init__(
        self, count: int, waiting: int, seconds: float, prepare: Callable[[], object]
    ) -> None:
        self._workers = [_Worker(prepare) for _ in range(count)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._threads = ThreadPoolExecutor(count, "worker", _leave_interrupts)
        self._most_waiting = waiting
        self._waiting = 0
        self._seconds = seconds
        self._stopped = False

    def start(self) -> None:
        """Begin to start the processes; whoever comes before they are ready waits for them."""
        for worker in self._workers:
            self._threads.submit(worker.begin)

    async def run(self, job: Callable[..., T], *arguments: Any, seconds: float | None = None) -> T:
        """Return what a job returns in one of the processes.

        `job` is a function at the top of a module; arguments and result can be pickled. Raises the
        `PaletteError` that the job raises, `RuntimeError` with the text of any other error,
        `Busy` if too many callers wait already, `TooSlow` if the job has taken its `seconds` and
        was ended, and `InputError` with the reason ``memory`` if the process has ended by itself.

        A caller who is canceled need not wait, but the job goes on until it is done or takes too
        long: what is given up is mostly short, and a new process takes longer to start.
        """
        # Some of those who wait may have a worker already and not know it yet.
        if self._waiting >= self._idle.qsize() + self._most_waiting:
            raise Busy("There is too much to do already; try again in a moment.", Reason.BUSY)
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
        work = self._threads.submit(worker.do, job, arguments, limit)
        # Not when the caller has the answer, as it may have been canceled.
        work.add_done_callback(lambda _: self._give_back(worker, loop))
        return await asyncio.wrap_future(work)

    def stop(self) -> None:
        """End all processes, whatever they do; those who wait get `Busy`."""
        self._stopped = True
        for worker in self._workers:
            worker.end()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.drop()

    def _give_back(self, worker: _Worker, loop: asyncio.AbstractEventLoop) -> None:
        """Let the next one have a worker; called by the worker's thread."""
        with contextlib.suppress(RuntimeError):  # the loop has been closed: there is no next one
            loop.call_soon_threadsafe(self._idle.put_nowait, worker)


class _Worker:
    """A process, or the next that takes its place; used by one thread at a time, but for `end`."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._ready = False
        self._ended = False
        self._changing = threading.Lock()

    def begin(self) -> Connection[Any, Any]:
        """Start the process unless it runs, and return the pipe to it."""
        with self._changing:
            if self._process and self._pipe and self._process.is_alive():
                return self._pipe
            self.drop()
            if self._ended:
                raise _stopped()
            try:
                self._pipe, other = multiprocessing.Pipe()
                with other:
                    process = multiprocessing.get_context("spawn").Process(
                        target=_work, args=(other, self._prepare), daemon=True
                    )
                    process.start()
            except OSError as error:  # there are too many processes, or open files
                self.drop()
                raise Busy(
                    "The engine cannot start now; try again in a moment.", Reason.BUSY
                ) from error
            self._process = process
            return self._pipe

    def do(self, job: Callable[..., T], arguments: tuple[Any, ...], seconds: float) -> T:
        """Return what a job returns; see `Workers.run`."""
        task: Task = (job, arguments)
        value, error = self._answer(pickle.dumps(task, PROTOCOL), seconds)
        if error is not None:
            raise error
        result: T = value
        return result

    def end(self) -> None:
        """End the process, for good, even while another thread waits for it."""
        with self._changing:
            self._ended = True
            if self._process:
                self._process.kill()

    def drop(self) -> None:
        """End the process and wait until it has ended; nobody may use it meanwhile."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe:
            self._pipe.close()
        self._process = self._pipe = None
        self._ready = False

    def _answer(self, message: bytes, seconds: float) -> Answer:
        """Return the answer to a message, or put another process in the place of this one."""
        pipe = self.begin()
        was_ready = False
        try:
            self._wait_until_ready(pipe)
            was_ready = True
            pipe.send_bytes(message)
            del message  # the process has its own, and both may be large
            if not pipe.poll(seconds):
                raise TooSlow(
                    f"This takes longer than {seconds:g} seconds; make the picture smaller, or "
                    "save it anew in another format.",
                    Reason.TOO_SLOW,
                    seconds=seconds,
                )
            answer: Answer = pickle.loads(pipe.recv_bytes())
        except TooSlow:
            self._replace()
            raise
        except (EOFError, OSError) as error:
            self._replace()
            if self._ended:
                raise _stopped() from error
            if not was_ready:
                raise RuntimeError("the engine cannot start; see what is said above") from error
            raise InputError(
                "The picture needs more memory than there is, or is damaged; make it smaller, or "
                "save it anew.",
                Reason.MEMORY,
            ) from error
        return answer

    def _wait_until_ready(self, pipe: Connection[Any, Any]) -> None:
        if self._ready:
            return
        if not pipe.poll(BEGINNING):
            raise TooSlow("The engine takes too long to start; try again.", Reason.TOO_SLOW)
        self._ready = pipe.recv_bytes() == READY

    def _replace(self) -> None:
        """End the process and start another one, unless all are to end."""
        with self._changing:
            self.drop()
        with contextlib.suppress(Busy):
            self.begin()


def _stopped() -> Busy:
    return Busy("The page has been closed; start it again.", Reason.BUSY)


def _leave_interrupts() -> None:
    """Keep a thread, and the processes it starts, from Ctrl+C, which is for the server alone."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def _work(pipe: Connection[Any, Any], prepare: Callable[[], object]) -> None:
    """Do, in a process of its own, what comes through a pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not end up in the server's output.
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    logging.disable()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(EXPENDABLE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare()
    # Libraries have much to say of damaged files, which is nothing to whoever started the server.
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(READY)
        while True:
            pipe.send_bytes(_answer(pipe.recv_bytes()))


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, also in the middle of a job."""
    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)


def _answer(message: bytes) -> bytes:
    """Return the answer to a task, or what went wrong."""
    answer: Answer
    try:
        job, arguments = pickle.loads(message)
        del message  # it may be large
        answer = (job(*arguments), None)
        return pickle.dumps(answer, PROTOCOL)
    except PaletteError as error:
        answer = (None, error)
    except MemoryError:
        sentence = "The picture does not fit into memory; make it smaller."
        answer = (None, InputError(sentence, Reason.MEMORY))
    except Exception as error:  # noqa: BLE001  the outermost boundary of this process
        told = RuntimeError(f"{type(error).__name__}: {error}")
        told.add_note(traceback.format_exc())
        answer = (None, told)
    return pickle.dumps(answer, PROTOCOL)
