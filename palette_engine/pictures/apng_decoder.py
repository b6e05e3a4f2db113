"""APNG decoder: the frames of an animated PNG; Pillow decodes what each one stores.

PNG (third edition), sections 11.3.6 and 13.16. See docs/decisions.md#animations.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import IO

from palette_engine.errors import InputError
from palette_engine.pictures import pillow_decoder
from palette_engine.pictures.composition import BYTES_PER_PIXEL, Patch, composed, headers_of
from palette_engine.pictures.damaged_png import KEPT
from palette_engine.pictures.decoded import Animation, Decoded, Header
from palette_engine.pictures.limits import MAX_FRAMES
from palette_engine.pictures.png_file import SIGNATURE, Chunk, chunk_of, chunks_of
from palette_engine.pictures.region import Box

__all__ = ["TICKS", "animated"]

TICKS = 705_600_000
"""Durations are whole numbers of this part of a second, into which rates of films divide it.

(Facebook's "flick".) A PNG may have 65,535 other fractions, whose common unit has no limit.
"""

BLENDS = ("replace", "over")
DISPOSALS = ("keep", "clear", "restore")

CONTROL = struct.Struct(">IIIIIHHBB")
"""A frame's number, width, height, left, top, delay as a fraction, disposal and blend."""

DATA = (b"IDAT", b"fdAT")


@dataclass(frozen=True)
class _Stored:
    """A frame as it is stored: its control chunk, and the chunks of its pixels."""

    control: bytes
    pixels: tuple[Chunk, ...]


@dataclass(frozen=True, eq=False)
class _File:
    """An animated PNG: its header, the chunks that each frame needs, and what it says of itself."""

    data: IO[bytes]
    name: str
    damaged: str
    width: int
    height: int
    ihdr: bytes
    common: bytes
    declared: int
    plays: int
    is_separate: bool


def animated(header: Header, data: IO[bytes], name: str, damaged: str) -> Header:
    """Return the header of a PNG with all of its frames, if it is animated; else the same one.

    If the picture beside the animation is not one of its frames, the first frame takes its place.
    """
    place = data.tell()
    try:
        file = _file_of(data, name, damaged)
        is_animated = file is not None and any(True for _ in _stored(file))
    finally:
        data.seek(place)
    if file is None or not is_animated:
        return header
    pixels = file.width * file.height
    one = replace(header, width=file.width, height=file.height)
    animation = Animation(
        count=lambda: _count(file),
        headers=lambda: headers_of(one, _frames(file)),
        memory=BYTES_PER_PIXEL * pixels,
        plays=file.plays,
    )
    if not file.is_separate:
        return replace(header, animation=animation)
    return replace(
        header,
        decode=lambda: next(_frames(file)),
        memory=BYTES_PER_PIXEL // 2 * pixels,
        animation=animation,
    )


def _file_of(data: IO[bytes], name: str, damaged: str) -> _File | None:
    """Return the file of a PNG that is animated, or else None."""
    ihdr, control, is_separate, has_frames = b"", b"", True, False
    common = [b""]
    for chunk in chunks_of(data):
        if chunk.name == b"IHDR":
            ihdr = chunk.data(data)
        elif chunk.name == b"acTL":
            control = chunk.data(data)
        elif chunk.name == b"fcTL":
            has_frames = True
        elif chunk.name == b"IDAT":
            is_separate = is_separate and not has_frames
            if not control:
                return None
        elif chunk.name in (b"PLTE", *KEPT):
            common.append(chunk.whole(data))
    if len(ihdr) != 13 or len(control) != 8 or not has_frames:
        return None
    width, height = struct.unpack(">II", ihdr[:8])
    declared, plays = struct.unpack(">II", control)
    if not declared:
        return None
    return _File(
        data, name, damaged, width, height, ihdr, b"".join(common), declared, plays, is_separate
    )


def _stored(file: _File) -> Iterator[_Stored]:
    """Yield the frames that are there, at most as many as the file says."""
    control, count = b"", 0
    pixels: list[Chunk] = []
    for chunk in chunks_of(file.data):
        if chunk.name == b"fcTL":
            if control and pixels:
                yield _Stored(control, tuple(pixels))
                count += 1
            if count == file.declared:
                return
            control, pixels = chunk.data(file.data), []
        elif chunk.name in DATA and control:
            pixels.append(chunk)
    if control and pixels:
        yield _Stored(control, tuple(pixels))


def _count(file: _File) -> int:
    """Return how many frames there are, at most one more than may be read."""
    return sum(1 for _ in islice(_stored(file), MAX_FRAMES + 1))


def _frames(file: _File) -> Iterator[Decoded]:
    """Yield the frames as they are shown, and raise `InputError` at the first that is missing."""

    def patches() -> Iterator[Patch]:
        found, told = 0, pillow_decoder.remembered()
        for stored in _stored(file):
            found += 1
            yield _patch(file, stored, told)
        if found < file.declared:
            raise InputError(
                f"{file.name} is damaged or cut short: it has {found:,} of the "
                f"{file.declared:,} frames that it says it has."
            )

    return composed(file.width, file.height, patches())


def _patch(
    file: _File,
    stored: _Stored,
    told: pillow_decoder.Remember,
) -> Patch:
    if len(stored.control) != CONTROL.size:
        raise InputError(f"{file.name} is damaged: it has a frame without a size.")
    _, width, height, left, top, *delay, disposal, blend = CONTROL.unpack(stored.control)
    box = Box(left, top, left + width, top + height)
    if not width * height or box.right > file.width or box.bottom > file.height:
        raise InputError(
            f"{file.name} is damaged: a frame of {width:,} x {height:,} pixels does not fit into "
            "it."
        )
    if disposal >= len(DISPOSALS) or blend >= len(BLENDS):
        raise InputError(f"{file.name} is damaged: it does not say how a frame is drawn.")
    return Patch(
        box,
        partial(_decode, file, stored, box.size, told),
        BLENDS[blend],
        DISPOSALS[disposal],
        _milliseconds(*delay),
    )


def _milliseconds(numerator: int, denominator: int) -> Fraction:
    """Return a delay; without a denominator, it is in hundredths of a second."""
    seconds = Fraction(numerator, denominator or 100)
    return Fraction(1000 * round(seconds * TICKS), TICKS)


def _decode(
    file: _File,
    stored: _Stored,
    size: tuple[int, int],
    told: pillow_decoder.Remember,
) -> Decoded:
    """Return the pixels of one frame, which Pillow decodes as a PNG of its own."""
    image = pillow_decoder.opened(io.BytesIO(_still(file, stored, size)), file.name, "PNG")
    if image is None:
        raise InputError(f"{file.name} is damaged: a frame cannot be read.")
    return pillow_decoder.header_of(image, file.name, file.damaged, told=told).decode()


def _still(file: _File, stored: _Stored, size: tuple[int, int]) -> bytes:
    """Return one frame as a PNG, without its place and times.

    Where a checksum is wrong, it is wrong in that PNG, too.
    """
    header = struct.pack(">II", *size) + file.ihdr[8:]
    parts = [SIGNATURE, chunk_of(b"IHDR", header), file.common]
    for chunk in stored.pixels:
        body = chunk.data(file.data)
        whole = chunk_of(b"IDAT", body[4:] if chunk.name == b"fdAT" else body)
        if len(body) < chunk.length:  # the file ends here
            return b"".join([*parts, whole[:-4]])
        parts.append(whole if chunk.is_intact(file.data) else whole[:-4] + bytes(4))
    return b"".join([*parts, chunk_of(b"IEND", b"")])
