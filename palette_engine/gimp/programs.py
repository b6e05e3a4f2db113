"""Programs: other programs that the doctor starts, such as GIMP and the engine's Python."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from palette_engine.errors import SetupError

__all__ = ["PATIENCE", "clean_environment", "is_program", "last_error", "run_program"]

PATIENCE = 60.0
"""Seconds after which a program that was started counts as stuck."""

FOREIGN = ("PYTHON", "LD_", "DYLD_")
FOREIGN_NAMES = ("GI_TYPELIB_PATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
"""Variables that would reach from one Python into another; the plug-in removes the same."""


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what would reach into another Python."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }


def is_program(path: str) -> bool:
    """Return whether a path is that of a file that can be executed."""
    return os.access(path, os.X_OK) and Path(path).is_file()


def run_program(
    command: Sequence[str], environment: Mapping[str, str], patience: float, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, or raise `SetupError` if it cannot be started or hangs."""
    try:
        return subprocess.run(
            command,
            input=data,
            capture_output=True,
            env=environment,
            timeout=patience,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be started ({error.strerror}).") from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{command[0]} did not end within {patience:g} seconds.") from error


def last_error(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the last line of a program's errors in brackets; empty if there are none."""
    lines = done.stderr.decode(errors="replace").split("\n")
    reason = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f" ({reason[:200]})" if reason else ""
