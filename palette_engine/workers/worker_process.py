"""Worker process: runs the jobs that come through pipes, one after the other.

The page's server starts it with `main`, over standard input and output; the command line runs
`run_jobs` in processes of `multiprocessing`.

See docs/decisions.md#the-pages-own-server-code.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import pickle
import signal
import subprocess
import threading
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, TypeAlias, TypeVar

from palette_engine.errors import InputError, PaletteError, Reason
from palette_engine.workers import job_pipe
from palette_engine.workers.pickled import PROTOCOL, Pickled

if TYPE_CHECKING:
    # Importing it takes as long as starting a worker of the page.
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

__all__ = ["PROTOCOL", "READY", "Job", "Outcome", "kill", "main", "run_jobs"]

T = TypeVar("T")

Job: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function at the top of a module, and its arguments."""

Outcome: TypeAlias = tuple[Any, PaletteError | RuntimeError | None]
"""What a job returned, or what it raised."""

READY = b"palette-engine: ready\n"
"""The message of a process that can take jobs; a line of its own."""

OOM_SCORE_ADJUSTMENT = "500"
"""Makes Linux end a worker, which is replaced, before the server if memory runs out.

The kernel adds it to the score of the process; the maximum is 1000.
"""


def run_jobs(pipe: Connection[Any, Any], prepare: Callable[[], object]) -> None:
    """Call `prepare`, and then run the jobs from a pipe until it is closed."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # a group of its own, for `kill`
    _keep_quiet()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare()
    _silence(1, 2)
    dump = partial(pickle.dumps, protocol=PROTOCOL)
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(READY)
        while True:
            pipe.send_bytes(_outcome(partial(pickle.loads, pipe.recv_bytes()), dump))


def main() -> None:
    """Run the jobs that come over standard input, and write their outcomes to standard output.

    The first message is the function to call before the first job. The process has a group of its
    own, for `kill`. It ends as soon as standard input does, even in the middle of a job.
    """
    requests, answers = (os.fdopen(os.dup(number), mode) for number, mode in ((0, "rb"), (1, "wb")))
    _silence(0)
    _keep_quiet()
    messages: SimpleQueue[Pickled] = SimpleQueue()
    threading.Thread(target=_receive_all, args=(requests, messages), daemon=True).start()
    # Imports leave hardly any garbage, and nothing that they have made has to be looked at again.
    gc.disable()
    messages.get().value()()
    gc.freeze()
    gc.enable()
    _silence(1, 2)
    with contextlib.suppress(OSError):
        answers.write(READY)
        answers.flush()
        while True:
            job_pipe.send(answers, _outcome(messages.get().value, Pickled.of))


def kill(process: BaseProcess | subprocess.Popen[bytes]) -> None:
    """End a process that runs jobs, with the processes that it has started to decode a picture."""
    process.kill()
    if hasattr(os, "killpg") and process.pid:
        # There is no group yet if it is about to start, and none any more if all have ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _keep_quiet() -> None:
    """Ignore Ctrl+C, and print nothing to standard output, which is the server's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    logging.disable()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE_ADJUSTMENT)


def _silence(*streams: int) -> None:
    """Connect streams to nothing.

    Libraries print much about damaged files that does not help the user.
    """
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in streams:
        os.dup2(silence, stream)
    os.close(silence)


def _receive_all(requests: IO[bytes], messages: SimpleQueue[Pickled]) -> None:
    """Put all messages into a queue; when there are no more, end this process."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            messages.put(job_pipe.receive(requests))
    _end()


def _end_with_parent() -> None:
    """End this process as soon as its parent has ended, even in the middle of a job."""
    import multiprocessing
    from multiprocessing import connection

    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        _end()


def _end() -> None:
    """End this process and those that it has started."""
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _outcome(load: Callable[[], Any], dump: Callable[[Outcome], T]) -> T:
    """Return the outcome, as `dump` returns it, of the job that `load` returns."""
    outcome: Outcome
    try:
        job, arguments = load()
        del load  # it may be large
        outcome = (job(*arguments), None)
        return dump(outcome)
    except PaletteError as error:
        outcome = (None, error)
    except MemoryError:
        sentence = "The picture does not fit into memory; make it smaller."
        outcome = (None, InputError(sentence, Reason.MEMORY))
    except Exception as error:  # noqa: BLE001  the outermost boundary of this process
        defect = RuntimeError(f"{type(error).__name__}: {error}")
        defect.add_note(traceback.format_exc())
        outcome = (None, defect)
    return dump(outcome)
