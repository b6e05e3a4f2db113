"""A folder of pictures, and the program in the test's own process."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from palette_engine import cli
from tests.cli.program import Ended, Main
from tests.cli.samples import samples

collect_ignore_glob = ["test_*.py"] if os.name == "nt" else []
"""Terminals, pipes and devices are those of Unix."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with every picture of `samples`."""
    for name, data in samples().items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def main(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Iterator[Main]:
    """Return a function that runs the command line in the folder, in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    for name in ("NO_COLOR", "PALETTE_ENGINE_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run_here(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["palette-engine", *map(str, arguments)])
        with pytest.raises(SystemExit) as ending:
            cli.main()
        out, said = capfdbinary.readouterr()
        assert isinstance(ending.value.code, int)
        return Ended(ending.value.code, out, said.decode())

    yield run_here
    logging.disable(logging.NOTSET)
