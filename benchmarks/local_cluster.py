"""Local cluster: a scheduler of Dask and its workers on this machine, and what they have used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tools.environments import REPOSITORY
from tests.web.processes import tree

__all__ = ["LocalCluster", "local_cluster"]


@dataclass(frozen=True)
class LocalCluster:
    """The scheduler's file, and the processes."""

    file: Path
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]

    @property
    def seconds(self) -> float:
        """The processor seconds that all have used."""
        return sum(map(_seconds, (self.scheduler, *self.workers)))

    @property
    def scheduler_seconds(self) -> float:
        """The processor seconds that the scheduler has used."""
        return _seconds(self.scheduler)


@contextmanager
def local_cluster(folder: Path, workers: int) -> Iterator[LocalCluster]:
    """Run a cluster whose workers have one thread each, for the body of ``with``."""
    file = folder / "scheduler.json"
    known = ("--scheduler-file", str(file))
    started = [_started("scheduler", folder, *known, "--port", "0", "--host", "127.0.0.1")]
    started += [_started("worker", folder, *known, "--nthreads", "1") for _ in range(workers)]
    try:
        while not file.exists() or not file.read_bytes().endswith(b"}"):
            time.sleep(0.05)
        yield LocalCluster(file, started[0], tuple(started[1:]))
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGINT)
            process.wait()
        file.unlink(missing_ok=True)


def _started(kind: str, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    code = f"from distributed.cli.dask_{kind} import main; main()"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, "--no-dashboard", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},  # functions of benchmarks run in it
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _seconds(process: subprocess.Popen[bytes]) -> float:
    """Return the processor seconds of a process, of those it has, and of those that have ended."""
    ticks = 0
    for each in tree(process.pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime and cstime
    return ticks / os.sysconf("SC_CLK_TCK")
