"""Isolated: work of libraries that may crash or hang, done in a process of its own.

See docs/decisions.md#decoders-in-a-process-of-their-own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from palette_engine.errors import InputError

__all__ = ["output_of"]

ROOT = Path(__file__).resolve().parents[2]
"""The folder that has this package, which need not be one that Python knows."""

START = """
import sys
sys.path.append(sys.argv.pop(1))
from palette_engine.pictures.isolated_process import main
sys.exit(main(*sys.argv[1:]))
"""
"""Not `python -m`, which would import modules from the folder that the user is in."""


def output_of(task: tuple[str, ...], data: bytes, name: str, seconds: float) -> bytes:
    """Return what a task of `isolated_process` makes of the bytes of a file.

    Raises `InputError` if it takes longer, ends or refuses the file; `name` is that of the file.
    """
    command = [sys.executable, "-P", "-c", START, str(ROOT), *task]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"{name} takes more than {seconds:g} seconds to decode; export it as PNG."
        ) from error
    if done.returncode or not done.stdout:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        reason = f": {told[0].rstrip('.')}" if told and done.returncode == 1 else ""
        raise InputError(f"{name} cannot be decoded{reason}; export it as PNG.")
    return done.stdout
