"""Cache: what takes long to make and never changes, kept outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cached"]


def cached(name: str) -> Path:
    """Return where the file of that name is kept, in a folder that exists."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "palette-engine" / "benchmarks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
