"""What the tests of the installation share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.setup.plugin_folders import make_source


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a small folder with the plug-in's files."""
    return make_source(tmp_path / "source")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return the empty folder of a profile of GIMP 3.0."""
    folder = tmp_path / "GIMP" / "3.0"
    folder.mkdir(parents=True)
    return folder
