"""Source: a picture that was found, or why something could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from palette_engine.collections.picture import Entry
from palette_engine.pictures.file_types import FILE_TYPES

__all__ = ["SUFFIXES", "Source", "is_hidden", "is_named"]

SUFFIXES = tuple(suffix for row in FILE_TYPES.values() for suffix in row.suffixes)
"""What the names of pictures end with, in folders and archives."""


@dataclass(frozen=True)
class Source:
    """A picture that was found, or why something could not be read.

    `read` returns the bytes of a member of an archive; it may be called before the next source is
    taken. If there is an `error`, it is a sentence, and `reason` is its code; a source that
    `is_container` may have had pictures in it.
    """

    entry: Entry
    read: Callable[[], bytes] | None = None
    error: str = ""
    reason: str = ""
    is_container: bool = False


def is_named(path: str) -> bool:
    """Return whether a file is named as pictures are."""
    return path.lower().endswith(SUFFIXES)


def is_hidden(name: str) -> bool:
    """Return whether a name in a folder is hidden."""
    return name.startswith(".") and name not in (".", "..")
