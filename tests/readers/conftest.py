"""Fixtures that need real programs; see provision.py for where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from palette_engine.formats import FORMATS
from tests.debian import in_ci
from tests.readers.palettes import PALETTES, written
from tests.readers.programs import MISSING, Programs, available


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """Return the programs, with a home and a folder of their own."""
    found = available(tmp_path_factory.mktemp("readers"))
    if found is None:
        if in_ci():
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def files(programs: Programs) -> Path:
    """Return a folder with each of the palettes in each of the formats."""
    folder = programs.folder / "files"
    folder.mkdir()
    written(folder, PALETTES, (name for name, row in FORMATS.items() if row.dumps))
    return folder


@pytest.fixture(scope="session")
def packages(programs: Programs, files: Path) -> dict[str, dict[str, Any]]:
    """Return what the packages of Node.js, all loaded once, see in each file."""
    look = programs.folder / "inside" / "node_look.mjs"
    found: dict[str, dict[str, Any]] = programs.look("node", look, files)
    return found
