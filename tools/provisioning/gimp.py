"""The Debian roots that hold real GIMPs, one for each GIMP series.

trixie has GIMP 3.0, forky has GIMP 3.2. A root also holds a virtual environment of its own Python
with the locked dependencies of the engine, where the tests install the engine like a user. If a
GIMP 3 is installed on this machine, it replaces the root of its series.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker

from tests.patience import PATIENCE
from tools.lock_file import packages_in
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
    """Return the series of the GIMP on this machine, if it is 3.0 or newer and has a console."""
    if shutil.which("gimp-console") is None:
        return None
    done = subprocess.run(
        ["gimp-console", "--version"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    version = re.search(r"(\d+)\.(\d+)\.\d+", done.stdout)
    return f"{version[1]}.{version[2]}" if version and int(version[1]) >= 3 else None


def roots() -> dict[str, Root]:
    """Return the root of each series, ready or not, except that of this machine's own GIMP."""
    dependencies = Extra("requirements", (LOCK.read_text(),), install_dependencies)
    return {
        series: Root(f"GIMP {series}", f"gimp-{series}-{suite}", suite, PACKAGES, dependencies)
        for series, suite in SUITES.items()
        if series != own_gimp()
    }


def requirements_for(python: str) -> Iterator[str]:
    """Yield a line, with hashes, for each locked package that is for a Python, such as 3.13.5.

    The markers are evaluated here, because pip evaluates them for the Python that runs it even if
    it downloads for another one.
    """
    for package in packages_in(LOCK.read_text()):
        marker = package.marker
        if not marker or Marker(marker).evaluate({"python_full_version": python}):
            hashes = (f"--hash={digest}" for digest in package.hashes)
            yield " ".join([f"{package.name}=={package.version}", *hashes])


def install_dependencies(root: Root, log: Path) -> None:
    """Download the engine's dependencies with this machine's pip, and install them in the root."""
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
    requirements.write_text("\n".join(requirements_for(python)))
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
