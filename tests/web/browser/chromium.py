"""Chromium, in its Debian root, driven by Playwright."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tools.provisioning.debian import command_inside
from tools.provisioning.readers import NODE_FOLDER, root

__all__ = ["axe", "is_available", "launched"]

FLAGS = (
    *("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--no-first-run", "--force-color-profile=srgb"),
)


def is_available() -> bool:
    """Return whether there is a Chromium that can be entered."""
    return root().is_ready() and shutil.which("bwrap") is not None


def axe() -> str:
    """Return the source of axe-core."""
    return (root().path / NODE_FOLDER / "node_modules/axe-core/axe.min.js").read_text()


@contextmanager
def launched(folder: Path) -> Iterator[Browser]:
    """Run a Chromium to which only a folder is visible and writable, besides its Debian.

    Playwright talks to it through two pipes, which pass bwrap, and keeps its files in the folder.
    """
    program = _program(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        driver = sync_playwright().start()
    try:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
    finally:
        driver.stop()


def _program(folder: Path) -> Path:
    """Write a program that enters the root and runs Chromium there, with a home of its own."""
    home = folder / "home"
    home.mkdir()
    command = (
        *command_inside(root(), folder, "--tmpfs", "/dev/shm"),
        *("env", "-i", "PATH=/usr/bin:/bin", f"HOME={home}", "LANG=C.UTF-8", "chromium"),
    )
    program = folder / "chromium"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    program.chmod(0o755)
    return program
