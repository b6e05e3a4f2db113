"""The Debian root of the other programs: palette readers, shells, a browser and checkers.

The root's own npm installs the versions of package-lock.json, with this machine's settings for npm.
Standard library only.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.provisioning.debian import Extra, Root, chroot_environment, mounts, run

__all__ = ["NODE_FOLDER", "root"]

PACKAGES = (
    "ca-certificates",
    "chromium",
    "fish",
    "fonts-dejavu-core",
    "krita",
    "libreoffice-calc",
    "librsvg2-bin",
    "nodejs",
    "npm",
    "python3-pyqt5",
    "python3-uno",
    "zsh",
)

NODE_FOLDER = "opt/node"
"""The folder with the packages of Node.js, relative to the root."""

HERE = Path(__file__).parent
NODE_FILES = ("package.json", "package-lock.json")


def root() -> Root:
    """Return the root, ready or not."""
    packages = Extra("node", tuple((HERE / n).read_text() for n in NODE_FILES), install_packages)
    return Root("Krita, LibreOffice and others", "readers-trixie", "trixie", PACKAGES, packages)


def install_packages(root: Root, log: Path) -> None:
    """Install the packages of Node.js with the root's npm."""
    folder = root.path / NODE_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in NODE_FILES:
        shutil.copy(HERE / name, folder)
    # This machine's settings for npm: where packages come from, and which certificates are trusted.
    settings = {n: v for n, v in os.environ.items() if n.lower().startswith("npm_config_")}
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    run(
        *("bwrap", *mounts(root), "--bind", str(folder), f"/{NODE_FOLDER}"),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/root"),
        *("--ro-bind-try", str(Path.home() / ".npmrc"), "/root/.npmrc"),
        *("--ro-bind-try", bundle, bundle, "--setenv", "NODE_EXTRA_CA_CERTS", bundle),
        *("--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"),
        *("--ro-bind-try", "/etc/hosts", "/etc/hosts"),
        *("--chdir", f"/{NODE_FOLDER}", "npm", "ci", "--ignore-scripts", "--no-audit"),
        log=log,
        env={**chroot_environment(), **settings},
    )
