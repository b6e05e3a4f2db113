"""Worker process: runs the jobs that come through a pipe, one after the other.

See docs/decisions.md#the-pages-own-server-code.
"""

from __future__ import annotations

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
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias

from palette_engine.errors import InputError, PaletteError, Reason

__all__ = ["PROTOCOL", "READY", "Job", "Outcome", "kill", "run_jobs"]

Job: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function at the top of a module, and its arguments."""

Outcome: TypeAlias = tuple[Any, PaletteError | RuntimeError | None]
"""What a job returned, or what it raised."""

PROTOCOL = 5
"""The version of the pickle protocol that does not copy a bytearray twice."""

READY = b"ready"
"""The message of a process that can take jobs."""

OOM_SCORE_ADJUSTMENT = "500"
"""Makes Linux end a worker, which is replaced, before the server if memory runs out.

The kernel adds it to the score of the process; the maximum is 1000.
"""


def run_jobs(pipe: Connection[Any, Any], prepare: Callable[[], object]) -> None:
    """Call `prepare`, and then run the jobs from a pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # a group of its own, for `kill`
    # What a library prints must not get into the server's output.
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    logging.disable()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE_ADJUSTMENT)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare()
    # Libraries print much about damaged files that does not help the user.
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    with contextlib.suppress(EOFError, OSError):
        pipe.send_bytes(READY)
        while True:
            pipe.send_bytes(_outcome(pipe.recv_bytes()))


def kill(process: BaseProcess) -> None:
    """End a process that runs jobs, with the processes that it has started to decode a picture."""
    process.kill()
    if hasattr(os, "killpg") and process.pid:
        # There is no group yet if it is about to start, and none any more if all have ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """End this process as soon as its parent has ended, even in the middle of a job."""
    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _outcome(message: bytes) -> bytes:
    """Return the pickled outcome of a pickled job."""
    outcome: Outcome
    try:
        job, arguments = pickle.loads(message)
        del message  # it may be large
        outcome = (job(*arguments), None)
        return pickle.dumps(outcome, PROTOCOL)
    except PaletteError as error:
        outcome = (None, error)
    except MemoryError:
        sentence = "The picture does not fit into memory; make it smaller."
        outcome = (None, InputError(sentence, Reason.MEMORY))
    except Exception as error:  # noqa: BLE001  the outermost boundary of this process
        defect = RuntimeError(f"{type(error).__name__}: {error}")
        defect.add_note(traceback.format_exc())
        outcome = (None, defect)
    return pickle.dumps(outcome, PROTOCOL)
