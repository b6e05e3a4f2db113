"""Refusals: why a file of a kind that is read cannot be opened, as far as its bytes tell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from palette_engine.pictures.jpeg_file import ALONE, END_OF_IMAGE, FRAMES, START_OF_SCAN
from palette_engine.pictures.png_file import SIGNATURE, Chunk, chunks_of

__all__ = ["refusal_of"]

SAVE = "open it in another program and save it as PNG"

DEPTHS: Mapping[int, tuple[int, ...]] = {
    0: (1, 2, 4, 8, 16),
    2: (8, 16),
    3: (1, 2, 4, 8),
    4: (8, 16),
    6: (8, 16),
}
"""The bits of a channel that each color type of PNG may have (PNG, section 11.2.1)."""

JPEG_LS = 0xF7
"""The marker of the frame of a JPEG-LS (ITU-T T.87)."""

DIFFERENTIAL = {*range(0xC5, 0xC8), *range(0xCD, 0xD0)}
"""The markers of frames of hierarchical JPEGs."""

MAX_BOXES = 1000


def refusal_of(file: IO[bytes], kind: str) -> str:
    """Return the end of a sentence that says why a file cannot be opened; empty if unknown.

    `kind` is its file type, a key of `FILE_TYPES`. Moves the position in the file.
    """
    explain = _EXPLANATIONS.get(kind)
    if explain is None:
        return ""
    return explain(file) or f"is damaged, or {kind} of a kind that is not read; {SAVE}"


def _of_png(file: IO[bytes]) -> str:
    file.seek(0)
    if file.read(8) != SIGNATURE:
        return "is damaged: its first bytes are not those of a PNG, as if it was sent as text"
    chunks = {chunk.name: chunk for chunk in reversed([*chunks_of(file)])}
    header = chunks.get(b"IHDR")
    if header is None or header.length != 13:
        return "is damaged: its header (IHDR) is missing or has a wrong length"
    for name, title in ((b"IHDR", "header"), (b"PLTE", "palette")):
        chunk = chunks.get(name)
        if chunk is not None and not chunk.is_intact(file):
            return f"is damaged: its {title} ({name.decode('ascii')}) has a wrong checksum"
    return _of_png_header(header, file) or ("" if b"IDAT" in chunks else "has no pixels (IDAT)")


def _of_png_header(header: Chunk, file: IO[bytes]) -> str:
    bits, kind, compression, filters, interlaced = header.data(file)[8:]
    if bits not in DEPTHS.get(kind, ()):
        return f"is damaged: PNG has no {bits} bits with color type {kind}"
    if compression or filters or interlaced > 1:
        return "is damaged: its header names a method that PNG does not have"
    return ""


def _of_jpeg(file: IO[bytes]) -> str:
    for marker, body in _segments(file):
        if marker == 0:
            return "is damaged: there are bytes between its segments"
        if marker == JPEG_LS:
            return f"is JPEG-LS, which is not read; {SAVE}"
        if marker in DIFFERENTIAL:
            return f"is a hierarchical JPEG, which is not read; {SAVE}"
        if marker in FRAMES:
            return _of_frame(body)
        if marker in (START_OF_SCAN, END_OF_IMAGE):
            return "is damaged: it has no frame"
    return "is cut short: its header does not end"


def _of_frame(body: bytes) -> str:
    if len(body) < 6:
        return "is damaged: its frame is too short"
    bits, height, channels = body[0], int.from_bytes(body[1:3], "big"), body[5]
    if bits != 8:
        return f"is a JPEG of {bits} bits, of which only those of 8 bits are read; {SAVE}"
    if channels not in (1, 3, 4):
        return f"is a JPEG of {channels} channels, of which only 1, 3 and 4 are read; {SAVE}"
    if not height:
        return f"is a JPEG that tells its height behind its pixels, which is not read; {SAVE}"
    return ""


def _segments(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield marker and body of each segment, and 0 if there is something else."""
    file.seek(2)
    while len(head := file.read(2)) == 2:
        while head == b"\xff\xff":  # fill bytes
            head = head[1:] + file.read(1)
        if head[0] != 0xFF or len(head) < 2:
            yield 0, b""
            return
        if head[1] in ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        body = file.read(max(0, length - 2))
        if length - 2 > len(body) and head[1] != END_OF_IMAGE:
            return
        yield head[1], body


def _of_boxes(file: IO[bytes]) -> str:
    """Return why an AVIF cannot be opened: as far as is told, because it is cut short."""
    size, place = file.seek(0, os.SEEK_END), 0
    for _ in range(MAX_BOXES):
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            return "" if not head else "is cut short: its last part is not whole"
        length = int.from_bytes(head[:4], "big")
        length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - place
        if length < 8:
            return ""
        place += length
        if place > size:
            return f"is cut short: only {size:,} of at least {place:,} bytes are there"
    return ""


def _of_webp(file: IO[bytes]) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(4)
    expected = int.from_bytes(file.read(4), "little") + 8
    if size < expected:
        return f"is cut short: only {size:,} of {expected:,} bytes are there"
    return ""


def _of_gif(file: IO[bytes]) -> str:
    file.seek(10)
    flags = file.read(1)
    if not flags:
        return "is cut short: its header does not end"
    file.seek(13 + (3 << (flags[0] & 7) + 1 if flags[0] & 128 else 0))
    while (introducer := file.read(1)) == b"!":
        file.read(1)
        while size := int.from_bytes(file.read(1), "big"):
            file.seek(size, os.SEEK_CUR)
    if introducer == b";":
        return "has no picture in it"
    return "is cut short: it ends before its first picture" if not introducer else ""


_EXPLANATIONS: Mapping[str, Callable[[IO[bytes]], str]] = {
    "AVIF": _of_boxes,
    "GIF": _of_gif,
    "JPEG": _of_jpeg,
    "PNG": _of_png,
    "WEBP": _of_webp,
}
"""Returns the end of the sentence for each kind, or an empty string if nothing is told."""
