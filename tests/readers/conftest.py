"""Fixtures that need real programs; see tools/provisioning for where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from palette_engine.formats import FORMATS
from tests.readers.palettes import PALETTES, write_palettes
from tests.readers.programs import Programs


@pytest.fixture(scope="session")
def files(programs: Programs) -> Path:
    """Return a folder with each of the palettes in each of the formats."""
    folder = programs.folder / "files"
    folder.mkdir()
    write_palettes(folder, PALETTES, (name for name, row in FORMATS.items() if row.dumps))
    return folder


@pytest.fixture(scope="session")
def packages(programs: Programs, files: Path) -> dict[str, dict[str, Any]]:
    """Return what the packages of Node.js, all loaded once, see in each file."""
    look = programs.folder / "inside" / "node_look.mjs"
    found: dict[str, dict[str, Any]] = programs.look("node", look, files)
    return found
