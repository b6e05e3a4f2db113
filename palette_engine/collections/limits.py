"""Limits: how long pictures and films may take, and how large packed ones and strips may be."""

from __future__ import annotations

__all__ = [
    "FILM_SECONDS",
    "MEMBER_BYTES",
    "SECONDS",
    "STRIP_HEIGHT",
    "STRIP_SIZE",
    "STRIP_WIDTH",
]

SECONDS = 60.0
"""A picture may take this long unless the caller says otherwise."""

FILM_SECONDS = 3600.0
"""And a film, as it may have many hours."""

MEMBER_BYTES = 2**28
"""A member of an archive has at most this many bytes, as it is unpacked into memory."""

STRIP_WIDTH, STRIP_HEIGHT = 32_768, 4096
"""The most pixels of a strip; a column has at least one pixel of its width."""

STRIP_SIZE = (2000, 400)
"""The width and height of a strip unless the caller says otherwise."""
