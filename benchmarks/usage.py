"""Usage: what commands take, the processes that they have started included."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands import user_environment

__all__ = ["Used", "used"]

HOOK = """
import atexit, os, re
def tell():
    status = open("/proc/self/status").read()
    with open(os.environ["TELL"], "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
if "TELL" in os.environ:
    atexit.register(tell)
"""
"""What each Python that is measured runs first."""


@dataclass(frozen=True)
class Used:
    """What a process and those that it has started used: processor seconds, and megabytes."""

    seconds: float
    megabytes: float


def used(command: Sequence[str], folder: Path) -> Used:
    """Run Python with arguments in a folder, and return what it used."""
    # It tells its memory itself, as what the system tells begins with that of this process.
    with tempfile.TemporaryDirectory() as hooks:
        Path(hooks, "sitecustomize.py").write_text(HOOK)
        told = Path(hooks, "memory")
        paths = os.pathsep.join((hooks, *filter(None, [os.environ.get("PYTHONPATH")])))
        environment = {**user_environment(), "PYTHONPATH": paths, "TELL": str(told)}
        with subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}")
        return Used(usage.ru_utime + usage.ru_stime, int(told.read_text()) / 1024)
