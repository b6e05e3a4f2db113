"""The Debian roots that hold real GIMPs, one for each GIMP series.

trixie has GIMP 3.0, forky has GIMP 3.2. Beside GIMP a root holds a virtual environment with
the engine's dependencies as they are locked, for the root's own Python, so the tests install the
engine there as a user would. A GIMP 3 of the machine's own is used as it is, in place of the root
of its series.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from tests.patience import PATIENCE
from tools.provisioning.debian import REPOSITORY, Extra, Root, chroot_environment, run

__all__ = ["ENGINE_ENVIRONMENT", "SUITES", "own_gimp", "roots"]

SUITES = {"3.0": "trixie", "3.2": "forky"}
"""The Debian suite that ships each GIMP series."""

PACKAGES = (
    "ca-certificates",
    "dbus-daemon",
    "fonts-dejavu-core",
    "gimp",
    "gir1.2-gtk-3.0",
    "imagemagick",
    "openbox",
    "procps",
    "python3-gi",
    "python3-gi-cairo",
    "python3-venv",
    "x11-utils",
    "xdotool",
    "xvfb",
)

LOCK = REPOSITORY / "requirements" / "engine.txt"

ENGINE_ENVIRONMENT = "opt/engine"
"""The virtual environment inside a root, relative to it."""


def own_gimp() -> str | None:
    """Return the series of this machine's own GIMP, if it is 3.0 or newer and can be scripted."""
    if shutil.which("gimp-console") is None:
        return None
    said = subprocess.run(
        ["gimp-console", "--version"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    version = re.search(r"(\d+)\.(\d+)\.\d+", said.stdout)
    return f"{version[1]}.{version[2]}" if version and int(version[1]) >= 3 else None


def roots() -> dict[str, Root]:
    """Return the root of each series, ready or not, that this machine does not have itself."""
    dependencies = Extra("requirements", (LOCK.read_text(),), install_dependencies)
    return {
        series: Root(f"GIMP {series}", f"gimp-{series}-{suite}", suite, PACKAGES, dependencies)
        for series, suite in SUITES.items()
        if series != own_gimp()
    }


def pinned(python: str) -> Iterator[str]:
    """Yield the versions of the lock, with hashes, that are for a Python, such as 3.13.5.

    pip asks the Python that runs it for markers, even if it downloads for another one.
    """
    for entry in re.split(r"(?<!\\)\n", LOCK.read_text()):
        if entry and not entry.startswith("#"):
            wanted, *hashes = entry.split("\\\n")
            requirement = Requirement(wanted)
            marker = requirement.marker
            if marker is None or marker.evaluate({"python_full_version": python}):
                yield " ".join([f"{requirement.name}{requirement.specifier}", *hashes])


def install_dependencies(root: Root, log: Path) -> None:
    """Install the engine's dependencies for the root's Python, downloaded by the host's pip."""
    asked = subprocess.run(
        [
            *("chroot", root.path),
            *("python3", "-c"),
            "import platform as p; print(p.python_version())",
        ],
        env=chroot_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    python = asked.stdout.strip()
    wheels = root.path / "tmp/wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir()
    requirements = wheels / "requirements.txt"
    requirements.write_text("\n".join(pinned(python)))
    run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"),
        *("--python-version", python, "--dest", wheels),
        *("--require-hashes", "--no-deps", "--requirement", requirements),
        log=log,
    )
    shutil.rmtree(root.path / ENGINE_ENVIRONMENT, ignore_errors=True)
    root.run("python3", "-m", "venv", f"/{ENGINE_ENVIRONMENT}", log=log)
    root.run(
        *(f"/{ENGINE_ENVIRONMENT}/bin/pip", "install", "--quiet", "--no-index", "--require-hashes"),
        *("--find-links", "/tmp/wheels", "--requirement", "/tmp/wheels/requirements.txt"),
        log=log,
    )
    shutil.rmtree(wheels)
