"""Installed files: what an installation wrote beside the plug-in.

Standard library only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1]
"""The plug-in's folder, which GIMP searches for the executable."""

MANIFEST = "engine.json"
"""Which Python runs the engine, unless the plug-in was unpacked by hand."""

OPTIONS = "options.json"
"""The engine's options and palette formats, and the limits of what it does."""


def recorded_interpreter(folder: Path = FOLDER) -> str | None:
    """Return the Python that the installation recorded; None if it recorded none."""
    try:
        interpreter = json.loads((folder / MANIFEST).read_bytes())["interpreter"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return interpreter if isinstance(interpreter, str) else None


def installed_options(group: str) -> list[dict[str, Any]]:
    """Return the rows of “extraction” or “recoloring”; empty if nothing was installed."""
    rows: list[dict[str, Any]] = _table().get(group, [])
    return rows


def installed_formats() -> list[dict[str, Any]]:
    """Return the rows of the palette formats; empty if nothing was installed."""
    rows: list[dict[str, Any]] = _table().get("formats", [])
    return rows


def limit(name: str) -> int | None:
    """Return a limit of the engine; None if nothing was installed."""
    limits: dict[str, int] = _table().get("limits", {})
    return limits.get(name)


def _table() -> dict[str, Any]:
    try:
        table = json.loads((FOLDER / OPTIONS).read_bytes())
    except (OSError, ValueError):
        return {}
    return table if isinstance(table, dict) else {}
