"""The command line's results for the same file, to compare the page with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from palette_engine.cli import palette_engine
from palette_engine.formats import FORMATS, loads
from palette_engine.palette.value import Palette

__all__ = ["extracted", "recolored", "written"]


@cache
def extracted(picture: Path, *options: str) -> Palette:
    """Return what ``palette-engine extract --format json`` prints."""
    return loads(_printed("extract", str(picture), "--format", "json", *options))


@cache
def written(picture: Path) -> Mapping[str, bytes]:
    """Return the files that ``palette-engine extract --output`` writes, by their formats."""
    with TemporaryDirectory() as folder:
        files = {
            name: Path(folder, f"palette{row.suffixes[0]}")
            for name, row in FORMATS.items()
            if row.dumps
        }
        _printed("extract", str(picture), *(f"--output={file}" for file in files.values()))
        return {name: file.read_bytes() for name, file in files.items()}


def recolored(picture: Path, output: Path, *options: str) -> None:
    """Write what ``palette-engine recolor`` writes."""
    _printed("recolor", str(picture), "--output", str(output), *options)


def _printed(*arguments: str) -> bytes:
    result = CliRunner().invoke(palette_engine, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes
