"""Process: a tool's driver, asked again and again, or started for one picture and measured."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from benchmarks.tools.drivers.protocol import Color
from benchmarks.tools.environments import REPOSITORY

__all__ = ["PATIENCE", "Answer", "Driver", "Whole", "whole_process"]

PATIENCE = 120
"""Seconds that one answer may take."""

LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Answer:
    """What a tool made of one picture: colors and seconds, or an error.

    `clear` says whether it refused the picture in its own words, or stumbled over it.
    """

    colors: tuple[Color, ...] = ()
    seconds: float = 0.0
    peak: float = 0.0
    error: str = ""
    clear: bool = False

    @classmethod
    def of(cls, line: bytes) -> Answer:
        """Return what a driver's line says."""
        said = json.loads(line)
        if "error" in said:
            return cls(error=said["error"], clear=said["clear"])
        colors = tuple(map(tuple, said["colors"]))
        return cls(colors=colors, seconds=said["seconds"], peak=said.get("peak", 0.0))


@dataclass(frozen=True)
class Whole:
    """One picture from the start of a process to its end: megabytes at most, and seconds."""

    answer: Answer
    seconds: float
    peak: float


class Driver:
    """A tool's driver, started at the first question and again after a crash."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed on exit

    def __enter__(self) -> Driver:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._end()
        self.log.close()

    def ask(self, path: Path, colors: int) -> Answer:
        """Return what the tool makes of one picture."""
        process = self.process = self.process or self._start()
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(_request(path, colors))
            process.stdin.flush()
        line = _line(process)
        if line is None:
            self._kill()
            return Answer(error=f"no answer in {PATIENCE} s")
        if not line:
            process.wait()
            self.process = None
            return Answer(error=f"crashed: {self._last_words()}")
        return Answer.of(line)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            cwd=REPOSITORY,
            start_new_session=True,
        )

    def _end(self) -> None:
        if self.process is None:
            return
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._kill()

    def _kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _last_words(self) -> str:
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").strip().split("\n")
        return lines[-1]


def whole_process(command: tuple[str, ...], path: Path, colors: int) -> Whole:
    """Run a driver for one picture, from the start of the process to its end."""
    process = subprocess.Popen(
        [sys.executable, "-IS", LAUNCH, _request(path, colors), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=REPOSITORY,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Whole(Answer(error=f"no answer in {PATIENCE} s"), 0, 0)
    *answers, measured = output.splitlines()
    said = json.loads(measured)
    answer = Answer.of(answers[0]) if answers else Answer(error="crashed")
    return Whole(answer, said["seconds"], max(said["peak"], answer.peak))


def _request(path: Path, colors: int) -> bytes:
    return json.dumps({"path": str(path), "colors": colors}).encode() + b"\n"


def _line(process: subprocess.Popen[bytes]) -> bytes | None:
    """Return the next line, an empty one if the process ended, or None if it takes too long."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(PATIENCE):
            return None
    return process.stdout.readline()
