"""Kinds: the picture files that are read."""

from __future__ import annotations

__all__ = ["FORMATS"]

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""The only formats that are opened. Pillow knows more, some of which run other programs."""
