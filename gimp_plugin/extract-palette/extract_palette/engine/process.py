"""Engine process: starts the engine, as early as possible.

Standard library only.
"""

from __future__ import annotations

import contextlib
import subprocess

from extract_palette.engine.command import (
    EngineError,
    clean_environment,
    engine_command,
    install_advice,
)
from extract_palette.translation import _

PIPE_BYTES = 2**20
"""Bytes that the engine's input holds, if the system allows: each time that it is full costs."""


def start_engine() -> subprocess.Popen[bytes]:
    """Start the engine, with a pipe for each of its streams, or raise `EngineError`."""
    command = engine_command()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=clean_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise EngineError(
            _(
                "The engine at {program} cannot be started ({reason}). "
                "Install Palette Engine again. {advice}"
            ).format(program=command[0], reason=error.strerror, advice=install_advice())
        ) from error
    _widen(process)
    return process


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let the engine's input hold more, on systems that can."""
    # Windows lacks the module, macOS the command, and a user's pipes may hold enough already.
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        assert process.stdin
        fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class EarlyEngine:
    """An engine that is started before the plug-in has loaded anything else, for its first user.

    If it cannot be started, there is none: its first user tries again, and shows the error. See
    docs/decisions.md#the-engine-before-gtk.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it if possible."""
        try:
            self._process = start_engine()
        except EngineError:
            self._process = None

    def take(self) -> subprocess.Popen[bytes] | None:
        """Return the process the first time, if there is one; the caller ends it."""
        process, self._process = self._process, None
        return process

    def stop(self) -> None:
        """End the process, unless it was taken."""
        process = self.take()
        if process:
            with process:  # closes its pipes, and waits
                process.kill()
