"""Write the locks: exactly which packages are installed, with hashes, for what purpose.

Usage, in the repository: ``make lock``, or ``make lock PACKAGES="pillow numpy"`` to move only
these. Each file in ``requirements/`` holds for every supported Python and system; see ``LOCKS``.
uv resolves them, and then makes sure that every package has a wheel everywhere.

Exit code 0 when the locks are written; 1 when they cannot be, and then all are as they were.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

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
"""The systems, as uv names them: Linux with glibc 2.28 or newer, macOS and Windows."""


@dataclass(frozen=True)
class Lock:
    """One lock: where uv reads what is required, and how it chooses versions.

    `agrees` names a lock whose versions it takes; `requires` is required besides.
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
"""The locks by name, the largest first."""


class Unresolved(Exception):
    """uv finds no versions that fit; the message is what it says."""


def main(*packages: str) -> int:
    """Write all locks, or nothing if one cannot be written."""
    upgrade = [f"--upgrade-package={package}" for package in packages] or ["--upgrade"]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try:
            for name, lock in LOCKS.items():
                path = folder / f"{name}.txt"
                if packages:  # uv keeps the versions that it finds there
                    shutil.copy(FOLDER / path.name, path)
                agreed = [f"--constraints={folder / lock.agrees}.txt"] if lock.agrees else []
                resolve(lock, path, *upgrade, *agreed)
                if not lock.agrees:  # else it is a part of one that was checked
                    check_wheels(lock, path)
                print(f"{path.name}: {path.read_text().count('==')} versions", file=sys.stderr)
        except Unresolved as reason:
            print(f"The locks stay as they were: {reason}", file=sys.stderr)
            return 1
        for path in folder.glob("*.txt"):
            shutil.copy(path, FOLDER)
    print("The locks are written. Run “make test-all” before you commit them.", file=sys.stderr)
    return 0


def resolve(lock: Lock, path: Path, *options: str) -> None:
    """Write the versions of a lock, with hashes, to a path; raises `Unresolved`."""
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    # This package is installed without a network, by what builds it.
    required = [*pyproject["build-system"]["requires"], *lock.requires]
    uv(
        *("compile", *lock.sources, "-", "--output-file", path, *options),
        *("--universal", "--python-version", lock.pythons[0], "--resolution", lock.resolution),
        *("--generate-hashes", "--no-annotate", "--custom-compile-command", "make lock"),
        given="\n".join(required),
    )


def check_wheels(lock: Lock, path: Path) -> None:
    """Make sure that every version has a wheel everywhere; raises `Unresolved` if not."""
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
