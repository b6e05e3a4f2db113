"""A process that runs jobs: what it is started with, and how its end is told."""

from __future__ import annotations

import os
import pickle
import signal
import sys

import pytest

from palette_engine.errors import Reason
from palette_engine.workers.worker import Worker, WorkerEnded
from tests.patience import PATIENCE


def do_nothing() -> None:
    """Prepare for nothing."""


def test_it_keeps_free_memory_whatever_dask_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
    with Worker(do_nothing) as worker:
        found = worker.run((os.getenv, ("MALLOC_TRIM_THRESHOLD_",)), PATIENCE)
    assert found == str(2**26)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_the_signal_that_ended_it_is_told_and_the_next_job_runs() -> None:
    with Worker(do_nothing) as worker:
        with pytest.raises(WorkerEnded) as caught:
            worker.run((signal.raise_signal, (signal.SIGABRT,)), PATIENCE)
        assert (caught.value.code, caught.value.reason) == (-signal.SIGABRT, Reason.MEMORY)
        assert worker.run((len, ("four",)), PATIENCE) == 4
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.code) == (str(caught.value), -signal.SIGABRT)
