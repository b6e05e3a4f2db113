"""Photos: files of photographs as a camera writes them, for measuring time."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from benchmarks.cache import cached
from benchmarks.pictures import photograph

__all__ = ["photo"]

QUALITY = 95
"""What the photographs are compressed with: 0.3 MB a megapixel, as from a camera."""


def photo(width: int, height: int) -> Path:
    """Return the JPEG file of a photograph, made at the first call."""
    path = cached(f"photograph-{width}x{height}-{QUALITY}.jpg")
    if not path.exists():
        part = path.with_suffix(".part")
        Image.fromarray(photograph(width, height)).save(part, "JPEG", quality=QUALITY)
        part.replace(path)
    return path
