"""File types: the kinds of picture file that are read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec

__all__ = ["FILE_TYPES", "GET_PILLOW", "START", "may_be_picture", "readable_formats", "type_of"]

FILE_TYPES: Mapping[str, tuple[str, ...]] = {
    "AVIF": ("PIL.AvifImagePlugin", "PIL._avif"),
    "BMP": ("PIL.BmpImagePlugin",),
    "GIF": ("PIL.GifImagePlugin",),
    "JPEG": ("PIL.JpegImagePlugin",),
    "PNG": ("PIL.PngImagePlugin",),
    "PPM": ("PIL.PpmImagePlugin",),
    "TIFF": ("PIL.TiffImagePlugin",),
    "WEBP": ("PIL.WebPImagePlugin", "PIL._webp"),
}
"""The only formats that are opened, and the modules of Pillow that each needs, its plug-in first.

Pillow knows more formats, some of which run other programs. Pillow before 11.3 has no AVIF, and
some Linux distributions build it without AVIF or WebP.
"""

GET_PILLOW = "install Pillow 13 or newer from PyPI (pip install --upgrade --force-reinstall pillow)"
"""Advice if the installed Pillow lacks a format: Pillow's own builds have them all."""


START = 64
"""So many bytes at the beginning of a file tell its type."""

BEGINNINGS = (b"BM", b"GIF8", b"\xff\xd8", b"\x89PNG", b"P", b"II", b"MM", b"RIFF")
"""How pictures begin, but for AVIF, whose first bytes are a length."""


@cache
def readable_formats() -> tuple[str, ...]:
    """Return the file types that the installed Pillow can read, without loading Pillow."""
    return tuple(name for name, modules in FILE_TYPES.items() if all(map(find_spec, modules)))


def may_be_picture(start: bytes) -> bool:
    """Return whether a file may be of a type that is read, by its first `START` bytes."""
    return start.startswith(BEGINNINGS) or start[4:8] == b"ftyp"


def type_of(start: bytes) -> str:
    """Return ``AVIF`` or ``WEBP`` if a file begins as one, or else an empty string.

    `start` is at least the first 64 bytes, or the whole file. Only the formats that a Pillow may
    lack are recognized.
    """
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    if start[4:8] == b"ftyp":
        # The main brand, and behind four bytes of a version those that the file also complies with.
        end = min(len(start), int.from_bytes(start[:4], "big"))
        brands = {start[8:12], *(start[at : at + 4] for at in range(16, end, 4))}
        return "AVIF" if brands & {b"avif", b"avis"} else ""
    return ""
