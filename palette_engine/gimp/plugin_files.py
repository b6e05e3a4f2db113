"""Plug-in files: what is installed in a profile, or packed into a zip file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from palette_engine.drawing.swatch_strip import MAX_WIDTH
from palette_engine.errors import SetupError
from palette_engine.formats import FORMATS, Format
from palette_engine.option_kinds import KINDS, Option
from palette_engine.options import DITHER, OPTIONS
from palette_engine.recoloring.recolor import MAX_COLORS

__all__ = [
    "CACHES",
    "ENTRY",
    "MANIFEST",
    "OPTIONS_FILE",
    "PLUGIN",
    "PLUGINS",
    "paths_in",
    "plugin_files",
    "plugin_source",
]

PLUGIN = "extract-palette"
"""The name of the plug-in's folder; GIMP starts the program of the same name in it."""

ENTRY = f"{PLUGIN}.py"
"""The file that GIMP starts."""

PLUGINS = "plug-ins"
"""The folder of a profile that GIMP searches for plug-ins."""

MANIFEST = "engine.json"
"""The record of the installed files, and of the Python that runs the engine.

The zip file's manifest names no Python. See docs/decisions.md#two-files-beside-the-plug-in.
"""

OPTIONS_FILE = "options.json"
"""The engine's options, formats and limits, from which the plug-in declares its arguments.

See docs/decisions.md#two-files-beside-the-plug-in.
"""

CACHES = "__pycache__"


def plugin_source() -> Path:
    """Return the folder with the plug-in's files, in the package or in the source checkout."""
    packaged = Path(__file__).parent / "plugin"
    if (packaged / ENTRY).is_file():
        return packaged
    return Path(__file__).parents[2] / "gimp_plugin" / PLUGIN


def plugin_files(source: Path) -> dict[str, bytes]:
    """Return the plug-in's files by their relative paths, with the table of options.

    `source` is the folder to read. Raises `SetupError` if a file cannot be read.
    """
    try:
        contents = {
            name: (source / name).read_bytes()
            for name in sorted(paths_in(source))
            if name not in ("__init__.py", MANIFEST)
            and not any(part == CACHES or part[0] == "." for part in PurePosixPath(name).parts)
        }
    except OSError as error:
        raise SetupError(
            f"The plug-in's own files in {source} cannot be read ({error.strerror}); "
            "install Palette Engine again."
        ) from error
    if ENTRY not in contents:
        raise SetupError(f"There is no {ENTRY} in {source}; install Palette Engine again.")
    return {**contents, OPTIONS_FILE: _table()}


def paths_in(folder: Path) -> Iterator[str]:
    """Yield the relative paths of all files and links in a folder and its folders."""
    for parent, folders, names in os.walk(folder, onerror=_raise):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in [*names, *links]:
            yield Path(parent, name).relative_to(folder).as_posix()


def _raise(error: OSError) -> NoReturn:
    raise error


def _table() -> bytes:
    """Return the options, formats and limits that the plug-in reads, as JSON."""
    table = {
        "extraction": [_row(option) for option in OPTIONS.values() if option.scope == "any"],
        "recoloring": [_row(DITHER)],
        "formats": [_format_row(name, row) for name, row in FORMATS.items()],
        "limits": {"recoloring_colors": MAX_COLORS, "strip_width": MAX_WIDTH},
    }
    return f"{json.dumps(table, indent=2)}\n".encode()


def _format_row(name: str, row: Format) -> Mapping[str, Any]:
    """Return a palette format as the plug-in reads it."""
    return {
        "name": name,
        "title": row.title,
        "suffixes": row.suffixes,
        "is_read": row.loads is not None,
        "is_written": row.dumps is not None,
    }


def _row(option: Option) -> Mapping[str, Any]:
    """Return an option as the plug-in reads it, with the words and the type of its kind."""
    keys = ("name", "kind", "default", "label", "help", "minimum", "maximum", "choices")
    kind, values = KINDS[option.kind], asdict(option)
    return {key: values[key] for key in keys} | {"named": kind.named, "is_list": kind.is_list}
