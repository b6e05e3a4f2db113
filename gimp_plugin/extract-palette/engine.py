"""Engine: finds, starts and talks to the engine, a child process in a Python of its own.

Standard library only: GIMP's Python often has nothing else. The protocol is documented in
palette_engine/session.py.
"""

from __future__ import annotations

import io
import json
import os
import queue
import subprocess
import threading
from pathlib import Path
from typing import IO, Any

PROTOCOL = 1
"""The version of the protocol that this plug-in speaks."""

RECORD = "engine.json"
"""Written beside this file at installation: which Python runs the engine."""

OPTIONS = "options.json"
"""Written beside this file at installation: the table of options."""

PATIENCE = 300.0
"""Seconds to wait for an answer before the engine counts as stuck."""

LAST_WORDS = 4096
"""How many bytes of the engine's error output are kept, for the message if it dies."""

COMMAND = "palette-engine"
"""What a terminal calls the engine, if it is on the PATH."""

FOREIGN = ("PYTHON", "LD_", "DYLD_")
FOREIGN_NAMES = ("GI_TYPELIB_PATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


class EngineError(Exception):
    """Why there is no palette: one sentence for the user, and what to do."""


def install(command: str = COMMAND) -> str:
    """Return what to do about an engine that is not there, or not the right one."""
    return f"Run “{command} gimp install” in a terminal, then start GIMP again."


def record(folder: Path) -> dict[str, Any]:
    """Return what the installation left beside the plug-in, or raise `EngineError`."""
    try:
        content = json.loads((folder / RECORD).read_bytes())
        if isinstance(content["interpreter"], str):
            return dict(content)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise EngineError(f"Extract Palette has no engine yet. {install()}")


def installed_options(folder: Path) -> list[dict[str, Any]]:
    """Return the engine's table of options; empty if it was never installed."""
    try:
        options: list[dict[str, Any]] = json.loads((folder / OPTIONS).read_bytes())
    except (OSError, ValueError):
        return []
    return options


def clean_environment() -> dict[str, str]:
    """Return GIMP's environment without what would reach into another Python."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }


class Engine:
    """A running engine; use it as a context manager, and it is gone afterwards."""

    def __init__(self, folder: Path) -> None:
        interpreter = record(folder)["interpreter"]
        # A virtual environment is seldom on the PATH; its Python can always be named.
        self._command = f'"{interpreter}" -m palette_engine'
        try:
            self._process = subprocess.Popen(
                [interpreter, "-I", "-m", "palette_engine.session"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=clean_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise EngineError(
                f"The engine’s Python at {interpreter} cannot be started "
                f"({error.strerror}). Install Palette Engine again. {install()}"
            ) from error
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._input = self._process.stdin
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._last_words = b""
        outputs = (self._process.stdout, self._process.stderr)
        listener = threading.Thread(target=self._listen, args=outputs[:1], daemon=True)
        self._overhearer = threading.Thread(target=self._overhear, args=outputs[1:], daemon=True)
        listener.start()
        self._overhearer.start()
        self._greeted = False
        self._requests = 0

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_exception: object) -> None:
        # Killed, because it may be computing; and its input closed, because a launcher (such
        # as that of a virtual environment on Windows) has a child, which ends by that. That
        # child may hold the other pipes open, so nothing here waits for their ends.
        self._process.kill()
        self._input.close()
        self._process.wait()

    def announce(self, **header: object) -> None:
        """Check that the engine is the right one, and say what picture will come."""
        self._greet()
        self.send(json.dumps(header).encode() + b"\n")

    def send(self, data: bytes) -> None:
        """Send bytes, or raise `EngineError` if the engine is gone."""
        try:
            unsent = memoryview(data)
            while unsent:
                unsent = unsent[self._input.write(unsent) :]
        except OSError as error:
            raise self._death() from error

    def ask(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the palette document for options, or raise `EngineError` with the reason."""
        self._requests += 1
        request = {"id": self._requests, "options": options}
        self.send(json.dumps(request).encode() + b"\n")
        while True:
            answer = self._answer()
            if isinstance(answer.get("error"), str):
                raise EngineError(answer["error"])
            if answer.get("id") == self._requests and isinstance(answer.get("palette"), dict):
                return dict(answer["palette"])

    def _greet(self) -> None:
        """Take the engine's greeting and compare versions."""
        greeting = self._answer()
        self._greeted = True
        protocol, version = greeting.get("protocol"), greeting.get("version")
        if not isinstance(protocol, int):
            raise self._nonsense()
        if protocol < PROTOCOL:
            raise EngineError(
                f"The engine (version {version}) is too old for this plug-in. "
                f"Update Palette Engine. {install(self._command)}"
            )
        if protocol > PROTOCOL:
            raise EngineError(
                f"The engine (version {version}) is too new for this plug-in. "
                f"{install(self._command)}"
            )

    def _answer(self) -> dict[str, Any]:
        """Return the engine's next line."""
        try:
            line = self._lines.get(timeout=PATIENCE)
        except queue.Empty as error:
            raise EngineError(
                f"The engine has not answered for {PATIENCE:.0f} seconds. "
                f"Try again; {self._examine()}"
            ) from error
        if not line:
            raise self._death()
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise self._nonsense() from error
        if not isinstance(answer, dict):
            raise self._nonsense()
        return answer

    def _examine(self) -> str:
        return f"“{self._command} gimp doctor” in a terminal finds out why."

    def _nonsense(self) -> EngineError:
        return EngineError(f"The engine answered nonsense. {install(self._command)}")

    def _death(self) -> EngineError:
        """Return why the engine is gone, with its own last line if there is one."""
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it shut its output, and yet it runs
            self._process.kill()
        self._overhearer.join(timeout=1)
        lines = self._last_words.decode(errors="replace").split("\n")
        reason = next((line.strip() for line in reversed(lines) if line.strip()), "")
        because = f" ({reason[:200]})" if reason else ""
        if not self._greeted:
            return EngineError(f"The engine does not start{because}. {install()}")
        return EngineError(
            f"The engine stopped unexpectedly{because}. Try again; {self._examine()}"
        )

    def _listen(self, pipe: io.RawIOBase) -> None:
        """Queue the engine's lines, and an empty one at the end."""
        for line in io.BufferedReader(pipe):
            self._lines.put(line)
        self._lines.put(b"")

    def _overhear(self, pipe: IO[bytes]) -> None:
        """Keep the end of the engine's error output; a full pipe would stop the engine."""
        while data := pipe.read(LAST_WORDS):
            self._last_words = (self._last_words + data)[-LAST_WORDS:]
