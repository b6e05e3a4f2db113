"""Environments: where each tool is installed, once, in the cache.

Only Debian's programs are installed in the system itself, if they are missing, and only by root.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from benchmarks.cache import cache_path
from benchmarks.tools.drivers.gimp import gimp

__all__ = ["REPOSITORY", "Debian", "Environment", "Gimp", "Here", "Installed", "Npm", "PyPI"]

REPOSITORY = Path(__file__).resolve().parents[2]

DRIVERS = "benchmarks.tools.drivers"

PATIENCE = 900
"""Seconds that an installation may take."""


@dataclass(frozen=True)
class Installed:
    """An installed tool: the command that starts its driver, and its version."""

    command: tuple[str, ...]
    version: str


class Environment(Protocol):
    """Where a tool is installed."""

    def install(self, tool: str) -> Installed:
        """Return the tool's driver; the first call installs its packages.

        Raises `OSError` or `subprocess.SubprocessError` if that is not possible.
        """


@dataclass(frozen=True)
class Here:
    """The repository's own environment, for the engine and for recipes with the same libraries."""

    driver: str
    package: str

    def install(self, tool: str) -> Installed:
        """Return the driver; nothing needs to be installed."""
        command = (sys.executable, "-m", f"{DRIVERS}.{self.driver}", tool)
        return Installed(command, f"{self.package} {version(self.package)}")


@dataclass(frozen=True)
class PyPI:
    """A virtual environment with the given versions; the first is that of the tool."""

    pins: tuple[str, ...]

    def install(self, tool: str) -> Installed:
        """Return the driver in an environment that is named after the first package."""
        name, _, number = self.pins[0].partition("==")
        folder = cache_path(f"tools/pypi-{name}")
        python = folder / "bin" / "python"
        if not _is_stamped(folder, self.pins):
            shutil.rmtree(folder, ignore_errors=True)
            _run(sys.executable, "-m", "venv", folder)
            _run(python, "-m", "pip", "install", "--quiet", *self.pins)
            _stamp(folder, self.pins)
        return Installed((str(python), "-m", f"{DRIVERS}.pypi", tool), f"{name} {number}")


@dataclass(frozen=True)
class Npm:
    """A folder with the given packages; the first is the tool."""

    pins: tuple[str, ...]

    def install(self, tool: str) -> Installed:
        """Return the driver in a folder that is named after the tool."""
        name, _, number = self.pins[0].rpartition("@")
        folder = cache_path(f"tools/npm-{name.rpartition('/')[2]}")
        if not _is_stamped(folder, self.pins):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "package.json").write_text('{"private": true}')
            _run("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", *self.pins)
            _stamp(folder, self.pins)
        # Node.js searches packages in the folder of the module, not in that of the caller.
        driver = shutil.copy(Path(__file__).with_name("drivers") / "npm.mjs", folder)
        return Installed((_program("node"), str(driver), tool), f"{name} {number}")


@dataclass(frozen=True)
class Debian:
    """A package of Debian, and the names that its program may have."""

    package: str
    programs: tuple[str, ...]

    def install(self, tool: str) -> Installed:
        """Return the driver; an installed program is used if there is one."""
        if not any(map(_find, self.programs)) and os.geteuid() == 0:
            _run("apt-get", "install", "-y", "-q", "--no-install-recommends", self.package)
        program = _program(*self.programs)
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        words = done.stdout.split("\n")[0].split("http")[0].removeprefix("Version: ")
        number = next((word for word in words.split() if word[0].isdigit()), None)
        if number is None:
            raise OSError(f"{program} is not that of {self.package}: it tells no version")
        command = (sys.executable, "-m", f"{DRIVERS}.debian", tool, program)
        return Installed(command, f"{self.package} {number}")


@dataclass(frozen=True)
class Gimp:
    """A real GIMP: that of the machine, or one from `make gimp`."""

    series: str

    def install(self, tool: str) -> Installed:  # noqa: ARG002  one driver for all tools
        """Return the driver; nothing is installed."""
        with gimp(self.series) as found:
            number = found.call("gimp-console", "--version").stdout.split()[-1]
        command = (sys.executable, "-m", f"{DRIVERS}.gimp", self.series)
        return Installed(command, f"GIMP {number}")


def _run(*command: str | Path) -> None:
    """Run a command; raise `OSError` with its last line if it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().split("\n")
        raise OSError(f"{Path(command[0]).name}: {lines[-1]}")


def _find(program: str) -> str | None:
    """Return the path of a program; one in /usr/bin comes first."""
    return shutil.which(program, path=f"/usr/bin{os.pathsep}{os.environ.get('PATH', '')}")


def _program(*names: str) -> str:
    for name in names:
        if path := _find(name):
            return path
    raise FileNotFoundError(f"there is no {' or '.join(names)} on this machine")


def _is_stamped(folder: Path, pins: Sequence[str]) -> bool:
    stamp = folder / "stamp.json"
    return stamp.exists() and json.loads(stamp.read_text()) == list(pins)


def _stamp(folder: Path, pins: Sequence[str]) -> None:
    """Mark an environment as complete."""
    (folder / "stamp.json").write_text(json.dumps(list(pins)))
