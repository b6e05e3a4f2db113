"""WebP files: the size of the canvas, for which libwebp takes memory when a file is opened."""

from __future__ import annotations

from typing import IO

__all__ = ["canvas_of"]


def canvas_of(file: IO[bytes]) -> tuple[int, int] | None:
    """Return the width and height of an extended WebP's canvas (RFC 9649, section 2.7).

    None for a simple WebP, whose size is in the data of its picture, and for other files.
    """
    file.seek(0)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X":
        return None
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    return width, height
