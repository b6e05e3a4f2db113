"""Cache: files that take long to make and never change, in a folder outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_path"]


def cache_path(name: str) -> Path:
    """Return the path of a file in the cache; its folder exists."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "palette-engine" / "benchmarks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
