"""Limits: how long a picture of a collection may take, and how large a packed one may be."""

from __future__ import annotations

__all__ = ["MEMBER_BYTES", "SECONDS"]

SECONDS = 60.0
"""A picture may take this long unless the caller says otherwise."""

MEMBER_BYTES = 2**28
"""A member of an archive has at most this many bytes, as it is unpacked into memory."""
