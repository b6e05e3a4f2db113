"""The Debian root that holds the other programs which open palettes, shells, and checkers.

The packages of Node.js are installed by the root's own npm, exactly as package-lock.json says,
with the machine's settings for npm. Standard library only.
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
"""The folder inside the root with the packages of Node.js, relative to it."""

HERE = Path(__file__).parent
NODE_FILES = ("package.json", "package-lock.json")


def root() -> Root:
    """Return the root, ready or not."""
    packages = Extra("node", tuple((HERE / n).read_text() for n in NODE_FILES), install_packages)
    return Root("Krita, LibreOffice and others", "readers-trixie", "trixie", PACKAGES, packages)


def install_packages(root: Root, log: Path) -> None:
    """Install the packages of Node.js by the root's npm, with this machine's settings for it."""
    folder = root.path / NODE_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in NODE_FILES:
        shutil.copy(HERE / name, folder)
    # What npm was told by the one who set up this machine: where packages come from, and
    # which certificates to trust.
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
