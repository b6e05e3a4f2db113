"""The program as people run it, in a process of its own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from tests.patience import PATIENCE

__all__ = [
    "MODULE",
    "Argument",
    "Ended",
    "Main",
    "changed",
    "command",
    "environment",
    "run",
    "run_in_terminal",
]

MODULE = (sys.executable, "-m", "palette_engine")

Argument = str | bytes | Path
"""An argument of a command line."""


class Ended(NamedTuple):
    """The exit code of the program, and what it printed to standard output and standard error."""

    code: int
    out: bytes
    said: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard error, without the program name that each must begin with."""
        lines = self.said.splitlines()
        assert self.said == "".join(f"{line}\n" for line in lines)
        assert all(line.startswith("palette-engine: ") for line in lines), self.said
        return [line.removeprefix("palette-engine: ") for line in lines]

    @property
    def line(self) -> str:
        """The only line that was said."""
        (line,) = self.lines
        return line

    @property
    def colors(self) -> list[str]:
        """The lines of the output, each of which must be a hex color."""
        lines = self.out.decode("ascii").splitlines()
        assert all(len(line) == 7 and line[0] == "#" and int(line[1:], 16) >= 0 for line in lines)
        return lines


Main = Callable[..., Ended]
"""The command line in the test's own process: arguments in, `Ended` out."""


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment without variables that affect the program."""
    own = ("NO_COLOR", "PALETTE_ENGINE_DEBUG", "COLUMNS")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in own and not name.startswith("PYTHON")
    }
    return kept | changes


def changed(code: str) -> list[str]:
    """Return the program, in whose process Python code runs first, to set a constant."""
    start = "import runpy\nrunpy.run_module('palette_engine', run_name='__main__')"
    return [sys.executable, "-c", f"{code}\n{start}"]


def command(
    *arguments: Argument, first: str = "", program: Sequence[str] = MODULE
) -> list[Argument]:
    """Return a command line of the program; `first` is Python code to run in its process before."""
    if not first:
        return [*program, *arguments]
    code = f"import os, sys\n{first}\nos.execv(sys.argv[1], sys.argv[1:])"
    return [sys.executable, "-c", code, *program, *arguments]


def run(
    *arguments: Argument,
    folder: Path,
    first: str = "",
    program: Sequence[str] = MODULE,
    stdin: bytes = b"",
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Run the program in a folder and return how it ended."""
    ended = subprocess.run(
        command(*arguments, first=first, program=program),
        cwd=folder,
        input=stdin,
        stdout=stdout,
        stderr=stderr,
        env=environment(**(env or {})),
        timeout=PATIENCE,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout or b"", (ended.stderr or b"").decode())


def run_in_terminal(*arguments: Argument, folder: Path, **env: str) -> Ended:
    """Run the program with a real terminal as its output."""
    ours, theirs = pty.openpty()
    ended = run(*arguments, folder=folder, stdout=theirs, env=env)
    out = b""
    while select.select([ours], [], [], 0)[0]:
        out += os.read(ours, 2**16)
    os.close(theirs)
    os.close(ours)
    return ended._replace(out=out.replace(b"\r\n", b"\n"))
