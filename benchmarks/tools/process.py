"""Process: a tool's driver that answers many requests, or that is measured as a whole."""

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
    """A tool's result for one picture: colors, seconds and peak megabytes, or an error.

    `processor` is the seconds of processor time, of all threads and children.

    `clear` is true if the tool refused the picture with a message of its own, false if it crashed.
    """

    colors: tuple[Color, ...] = ()
    seconds: float = 0.0
    peak: float = 0.0
    processor: float = 0.0
    error: str = ""
    clear: bool = False

    @classmethod
    def of(cls, line: bytes) -> Answer:
        """Return the answer in a driver's line."""
        values = json.loads(line)
        if "error" in values:
            return cls(error=values["error"], clear=values["clear"])
        colors = tuple(map(tuple, values["colors"]))
        return cls(
            colors=colors,
            seconds=values["seconds"],
            peak=values.get("peak", 0.0),
            processor=values.get("processor", 0.0),
        )


@dataclass(frozen=True)
class Whole:
    """The answer, the seconds and the peak megabytes of a whole process for one picture."""

    answer: Answer
    seconds: float
    peak: float


class Driver:
    """A tool's driver, which is started by the first request and after a crash."""

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
        """Return the tool's answer for one picture."""
        return self._ask(_request(path, colors))

    def recolor(self, path: Path, colors: int, dither: bool, output: Path) -> Answer:
        """Return the tool's answer once it has written a recolored picture."""
        return self._ask(_request(path, colors, dither=dither, output=str(output)))

    def _ask(self, request: bytes) -> Answer:
        process = self.process = self.process or self._start()
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(request)
            process.stdin.flush()
        line = _line(process)
        if line is None:
            self._kill()
            return Answer(error=f"no answer in {PATIENCE} s")
        if not line:
            process.wait()
            self.process = None
            return Answer(error=f"crashed: {self._last_line()}")
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
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._kill()
        process.stdout.close()

    def _kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _last_line(self) -> str:
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").strip().split("\n")
        return lines[-1]


def whole_process(command: tuple[str, ...], path: Path, colors: int) -> Whole:
    """Run a driver for one picture, and measure the whole process."""
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
    *answers, usage = output.splitlines()
    values = json.loads(usage)
    answer = Answer.of(answers[0]) if answers else Answer(error="crashed")
    return Whole(answer, values["seconds"], max(values["peak"], answer.peak))


def _request(path: Path, colors: int, **more: object) -> bytes:
    return json.dumps({"path": str(path), "colors": colors, **more}).encode() + b"\n"


def _line(process: subprocess.Popen[bytes]) -> bytes | None:
    """Return the next line, an empty one if the process ended, or None if it takes too long."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(PATIENCE):
            return None
    return process.stdout.readline()
