"""GIF decoder: the frames of a GIF as browsers show them; Pillow decodes what each one stores.

GIF89a (CompuServe 1990). See docs/decisions.md#animations.
"""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import IO

import numpy as np

from palette_engine.errors import InputError
from palette_engine.pictures import pillow_decoder
from palette_engine.pictures.channels import channels_of
from palette_engine.pictures.composition import BYTES_PER_PIXEL, Patch, composed, headers_of
from palette_engine.pictures.decoded import Animation, Decoded, Header
from palette_engine.pictures.limits import MAX_FRAMES
from palette_engine.pictures.region import Box

__all__ = ["header_of"]

TABLE, INTERLACED = 0x80, 0x40
"""The flags of an image's descriptor: it has a color table of its own, and is interlaced."""

BLOCK = 2**16
"""The bytes that are read at a time between frames."""

EXTENSION, IMAGE, END = b"!", b",", b";"

CONTROL = 0xF9
"""The label of an extension with the times of a frame."""

LOOPS = (b"!\xff\x0bNETSCAPE2.0", b"!\xff\x0bANIMEXTS1.0")
"""How the extension begins that says how often all frames are shown."""

DISPOSALS = {2: "clear", 3: "restore", 4: "restore"}
"""What is done with a frame after it was shown; else it is kept. Some programs write 4 for 3."""

LARGEST_HIDDEN = 2**22
"""A frame that is larger than the screen has at most this many pixels; most are hidden."""


@dataclass(frozen=True)
class _Control:
    """What a graphic control extension says: hundredths of a second, and a transparent index."""

    disposal: str = "keep"
    delay: int = 0
    transparent: bytes | None = None


@dataclass(frozen=True)
class _Stored:
    """A frame as it is stored: its box, its color table, and where its pixels begin."""

    box: Box
    flags: int
    table: bytes
    control: _Control
    start: int


@dataclass(frozen=True)
class _Screen:
    """The size of a GIF, its color table and flags, how often it plays, and its first frame."""

    width: int
    height: int
    table: bytes
    first: _Stored
    plays: int


def header_of(data: IO[bytes], name: str, damaged: str) -> Header | None:
    """Return the header of a GIF, or None if it is none, or has no frame.

    `data` must stay open until the picture is read.
    """
    data.seek(0)
    if data.read(6) not in (b"GIF87a", b"GIF89a"):
        return None
    screen = _screen_of(data)
    if screen is None:
        return None
    pixels = screen.width * screen.height
    frames = partial(_frames, data, name, damaged, screen)
    header = Header(
        screen.width,
        screen.height,
        lambda: next(frames()),
        pixels if screen.first.box == Box(0, 0, screen.width, screen.height) else 16 * pixels,
    )
    animation = Animation(
        count=lambda: sum(1 for _ in islice(_stored(data, screen.table), MAX_FRAMES + 1)),
        headers=lambda: headers_of(header, frames()),
        memory=BYTES_PER_PIXEL // 2 * pixels,
        plays=screen.plays,
    )
    return replace(header, animation=animation)


def _screen_of(data: IO[bytes]) -> _Screen | None:
    """Return the screen of a GIF, or None if there is no first frame.

    A screen that is smaller than its first frame grows, as in browsers.
    """
    data.seek(6)
    head = data.read(7)
    if len(head) < 7:
        return None
    table = _table(data, head[4])
    first = next(_stored(data, table), None)
    if first is None:
        return None
    width = max(int.from_bytes(head[:2], "little"), first.box.right)
    height = max(int.from_bytes(head[2:4], "little"), first.box.bottom)
    return _Screen(width, height, table, first, _plays(data, len(table), first))


def _table(data: IO[bytes], flags: int) -> bytes:
    """Return the color table at a place in a file; empty if the flags say that there is none."""
    return data.read(3 << (flags & 7) + 1) if flags & TABLE else b""


def _plays(data: IO[bytes], table: int, first: _Stored) -> int:
    """Return how often a GIF is shown: once more than its loops, 0 for ever."""
    data.seek(13 + table)
    begin = data.read(min(first.start - data.tell(), 2**16))
    for application in LOOPS:
        block = begin.find(application + b"\3\1")
        if block >= 0:
            number = block + len(application) + 2
            loops = int.from_bytes(begin[number : number + 2], "little")
            return loops + 1 if loops else 0
    return 1


def _stored(data: IO[bytes], table: bytes) -> Generator[_Stored, None, bool]:
    """Yield the frames of a GIF with this global color table, to its end or to what is no block.

    Returns whether the file says that it ends there.
    """
    place = 13 + len(table)
    control = _Control()
    size = data.seek(0, os.SEEK_END)
    while place < size:
        data.seek(place)
        kind = data.read(1)
        if kind == EXTENSION:
            label = data.read(1)
            if label and label[0] == CONTROL:
                control = _control_of(data.read(5))
                data.seek(place + 2)
            place = _after_blocks(data)
        elif kind == IMAGE:
            head = data.read(9)
            if len(head) < 9:
                return False
            left, top, width, height = (
                int.from_bytes(head[at : at + 2], "little") for at in (0, 2, 4, 6)
            )
            own = _table(data, head[8])
            start = data.tell()
            yield _Stored(
                Box(left, top, left + width, top + height),
                head[8],
                own if head[8] & TABLE else table,
                control,
                start,
            )
            data.seek(start + 1)
            place, control = _after_blocks(data), _Control()
        elif kind == b"\0":  # as some programs write between blocks
            data.seek(place)
            while (block := data.read(BLOCK)) and not block.strip(b"\0"):
                place += len(block)
            place += len(block) - len(block.lstrip(b"\0"))
        else:
            return kind == END
    return False


def _control_of(block: bytes) -> _Control:
    if len(block) < 5 or block[0] != 4:
        return _Control()
    return _Control(
        DISPOSALS.get(block[1] >> 2 & 7, "keep"),
        int.from_bytes(block[2:4], "little"),
        block[4:5] if block[1] & 1 else None,
    )


def _after_blocks(data: IO[bytes]) -> int:
    """Return the place behind blocks of data, the last of which is empty."""
    while size := data.read(1):
        if not size[0]:
            break
        data.seek(size[0], os.SEEK_CUR)
    return data.tell()


def _frames(data: IO[bytes], name: str, damaged: str, screen: _Screen) -> Iterator[Decoded]:
    """Yield the frames as they are shown; raise `InputError` if the file does not end there."""

    def patches() -> Iterator[Patch]:
        stored = _stored(data, screen.table)
        while True:
            try:
                each = next(stored)
            except StopIteration as end:
                if end.value:
                    return
                raise InputError(f"{name} is cut short: its frames have no end.") from None
            yield _patch(data, name, damaged, screen, each)

    return composed(screen.width, screen.height, patches())


def _patch(data: IO[bytes], name: str, damaged: str, screen: _Screen, stored: _Stored) -> Patch:
    """Return what a frame draws; what is beyond the screen is not shown."""
    box = stored.box
    shown = Box(
        min(box.left, screen.width),
        min(box.top, screen.height),
        min(box.right, screen.width),
        min(box.bottom, screen.height),
    )
    return Patch(
        shown,
        partial(_decode, data, name, damaged, screen, stored),
        "over",
        stored.control.disposal,
        Fraction(10 * stored.control.delay),
    )


def _decode(data: IO[bytes], name: str, damaged: str, screen: _Screen, stored: _Stored) -> Decoded:
    """Return the pixels of one frame, which Pillow decodes as a GIF of its own."""
    width, height = stored.box.size
    if not width * height:
        return Decoded(lambda _: np.zeros((height, width, 4), np.uint8), channels_of, is_deep=False)
    if width * height > max(screen.width * screen.height, LARGEST_HIDDEN):
        raise InputError(
            f"{name} is damaged: a frame of {width:,} x {height:,} pixels does not fit into it."
        )
    image = pillow_decoder.opened(io.BytesIO(_still(data, stored)), name, "GIF")
    if image is None:
        raise InputError(f"{name} is damaged: a frame cannot be read.")
    return pillow_decoder.header_of(image, name, damaged).decode()


def _still(data: IO[bytes], stored: _Stored) -> bytes:
    """Return one frame as a GIF, without its place and times."""
    data.seek(stored.start + 1)
    end = _after_blocks(data)
    data.seek(stored.start)
    pixels = data.read(end - stored.start)
    size = b"".join(side.to_bytes(2, "little") for side in stored.box.size)
    depth = (len(stored.table) // 3).bit_length() - 2 if stored.table else 0
    control = b""
    if stored.control.transparent is not None:
        control = b"!\xf9\4\1\0\0" + stored.control.transparent + b"\0"
    return b"".join(
        [
            *(b"GIF89a", size, bytes(((TABLE if stored.table else 0) | max(0, depth), 0, 0))),
            *(stored.table, control, IMAGE, bytes(4), size),
            *(bytes((stored.flags & INTERLACED,)), pixels, b";"),
        ]
    )
