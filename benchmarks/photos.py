"""Photos: JPEG files like those of a camera, to measure time with."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from benchmarks.cache import cache_path
from benchmarks.pictures import photograph

__all__ = ["photo"]

QUALITY = 95
"""The JPEG quality: 0.3 MB per megapixel, as from a camera."""


def photo(width: int, height: int) -> Path:
    """Return the JPEG file of a photograph; the first call makes it."""
    path = cache_path(f"photograph-{width}x{height}-{QUALITY}.jpg")
    if not path.exists():
        part = path.with_suffix(".part")
        Image.fromarray(photograph(width, height)).save(part, "JPEG", quality=QUALITY)
        part.replace(path)
    return path
