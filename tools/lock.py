"""Lock: resolves the exact versions to install, with hashes, and writes requirements/.

Usage, in the repository: ``make lock``, or ``make lock PACKAGES="pillow numpy"`` to update only
these; it runs ``python -m tools.lock [PACKAGE ...]``. Each file is for all supported Pythons and
systems; see ``LOCKS``. uv resolves the versions, and then checks that each has a wheel everywhere.

Exit code 0 if the locks are written; 1 if they cannot be, and then none is changed.

See docs/decisions.md#locks-for-pip.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.lock_file import packages_in

__all__ = ["LOCKS", "PYTHONS", "SYSTEMS", "Lock", "resolve"]

REPOSITORY = Path(__file__).resolve().parents[1]

FOLDER = REPOSITORY / "requirements"

PYTHONS = ("3.11", "3.12", "3.13", "3.14")

SYSTEMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
)
"""The systems, by uv's names: Linux with glibc 2.28 or newer, macOS and Windows."""


@dataclass(frozen=True)
class Lock:
    """How a lock is resolved: uv's sources of requirements, and its choice of versions.

    `agrees` is the name of a lock that must have the same versions; `requires` are further
    requirements.
    """

    sources: tuple[str, ...]
    agrees: str = ""
    requires: tuple[str, ...] = ()
    resolution: str = "highest"
    pythons: tuple[str, ...] = PYTHONS
    systems: tuple[str, ...] = SYSTEMS


LOCKS = {
    "bench": Lock(("setup.cfg", "--extra=test", "--extra=check", "--extra=bench")),
    "check": Lock(("setup.cfg", "--extra=test", "--extra=check"), agrees="bench"),
    "test": Lock(("setup.cfg", "--extra=test"), agrees="bench"),
    "web": Lock(("setup.cfg", "--extra=web"), agrees="bench"),
    "engine": Lock(("setup.cfg",), agrees="bench"),
    "tools": Lock((), requires=("pip-audit>=2.10", "uv>=0.13")),
    # The lowest versions have no wheels for the newest Pythons, nor for Windows on ARM.
    "lowest": Lock(
        ("setup.cfg", "--extra=test"),
        resolution="lowest-direct",
        pythons=("3.11", "3.12"),
        systems=SYSTEMS[:-1],
    ),
}
"""The locks by name; a lock comes after the one it agrees with."""


class Unresolved(Exception):
    """uv finds no versions that fit; the message is that of uv."""


def main(*packages: str) -> int:
    """Write all locks, or none if one cannot be resolved."""
    upgrade = [f"--upgrade-package={package}" for package in packages] or ["--upgrade"]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try:
            for name, lock in LOCKS.items():
                path = folder / f"{name}.txt"
                if packages:  # uv keeps the versions of a file that exists
                    shutil.copy(FOLDER / path.name, path)
                agreed = [f"--constraints={folder / lock.agrees}.txt"] if lock.agrees else []
                resolve(lock, path, *upgrade, *agreed)
                if not lock.agrees:  # otherwise it is part of a lock that was checked
                    check_wheels(lock, path)
                count = len([*packages_in(path.read_text())])
                print(f"{path.name}: {count} versions", file=sys.stderr)
        except Unresolved as reason:
            print(f"The locks are not changed: {reason}", file=sys.stderr)
            return 1
        for path in folder.glob("*.txt"):
            shutil.copy(path, FOLDER)
    print("The locks are written. Run “make test-all” before you commit them.", file=sys.stderr)
    return 0


def resolve(lock: Lock, path: Path, *options: str) -> None:
    """Resolve a lock and write it, with hashes, to a path; raises `Unresolved`."""
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    # This package is built without a network, so its build requirements are locked, too.
    required = [*pyproject["build-system"]["requires"], *lock.requires]
    uv(
        *("compile", *lock.sources, "-", "--output-file", path, *options),
        *("--universal", "--python-version", lock.pythons[0], "--resolution", lock.resolution),
        *("--generate-hashes", "--no-annotate", "--custom-compile-command", "make lock"),
        given="\n".join(required),
    )


def check_wheels(lock: Lock, path: Path) -> None:
    """Raise `Unresolved` if a version of a lock lacks a wheel for a Python or a system."""
    with tempfile.TemporaryDirectory() as nowhere:
        for python in lock.pythons:
            for system in lock.systems:
                uv(
                    *("install", "--dry-run", "--no-deps", "--no-build", "--require-hashes"),
                    *("--python-version", python, "--python-platform", system),
                    *("--target", nowhere, "--requirements", path),
                )


def uv(*arguments: object, given: str = "") -> None:
    """Run one of uv's pip commands in the repository; raises `Unresolved` if it fails."""
    command = [sys.executable, "-m", "uv", "--quiet", "pip", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=REPOSITORY, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unresolved(f"{' '.join(command[2:])}\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
