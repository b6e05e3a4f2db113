"""The Debian roots that hold real GIMPs, one for each GIMP series.

trixie has GIMP 3.0, forky has GIMP 3.2. Beside GIMP a root holds a virtual environment with
the engine's dependencies, built for the root's own Python, so the tests install the engine
there as a user would. A GIMP 3 of the machine's own is used as it is, in place of the root of
its series. Standard library only.
"""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.debian import REPOSITORY, Extra, Root, chroot_environment, run

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
        timeout=60,
        check=False,
    )
    version = re.search(r"(\d+)\.(\d+)\.\d+", said.stdout)
    return f"{version[1]}.{version[2]}" if version and int(version[1]) >= 3 else None


def roots() -> dict[str, Root]:
    """Return the root of each series, ready or not, that this machine does not have itself."""
    dependencies = Extra("requirements", requirements(), install_dependencies)
    return {
        series: Root(f"GIMP {series}", f"gimp-{series}-{suite}", suite, PACKAGES, dependencies)
        for series, suite in SUITES.items()
        if series != own_gimp()
    }


def requirements() -> tuple[str, ...]:
    """Return the engine's dependencies as setup.cfg states them."""
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg")
    return tuple(setup["options"]["install_requires"].split("\n")[1:])


def install_dependencies(root: Root, log: Path) -> None:
    """Install the engine's dependencies for the root's Python, downloaded by the host's pip."""
    asked = subprocess.run(
        ["chroot", root.path, "python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        env=chroot_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    wheels = root.path / "tmp/wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"),
        *("--python-version", asked.stdout.strip(), "--dest", wheels),
        *requirements(),
        log=log,
    )
    shutil.rmtree(root.path / ENGINE_ENVIRONMENT, ignore_errors=True)
    root.run("python3", "-m", "venv", f"/{ENGINE_ENVIRONMENT}", log=log)
    root.run(
        *(f"/{ENGINE_ENVIRONMENT}/bin/pip", "install", "--quiet"),
        *("--no-index", "--find-links", "/tmp/wheels", *requirements()),
        log=log,
    )
    shutil.rmtree(wheels)
