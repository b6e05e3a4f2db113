"""What the command line makes of the same file, to compare a page with."""

from __future__ import annotations

from pathlib import Path

from click import Command
from click.testing import CliRunner

from palette_engine.cli.extract import extract
from palette_engine.cli.recolor import recolor
from palette_engine.formats import loads
from palette_engine.palette import Palette

__all__ = ["extracted", "printed", "recolored"]


def extracted(picture: Path, *options: str) -> Palette:
    """Return what ``palette-engine extract --format json`` prints."""
    return loads(_printed(extract, str(picture), "--format", "json", *options))


def printed(picture: Path, format_name: str) -> bytes:
    """Return what ``palette-engine extract`` prints in a format."""
    return _printed(extract, str(picture), "--format", format_name)


def recolored(picture: Path, output: Path, *options: str) -> None:
    """Write what ``palette-engine recolor`` writes."""
    _printed(recolor, str(picture), "--output", str(output), *options)


def _printed(command: Command, *arguments: str) -> bytes:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes
