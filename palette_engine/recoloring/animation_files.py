"""Animation files: recolored frames as one file, in the file types that keep colors exactly.

Pillow encodes each frame as a file of its own, whose pixels are then put together: its own writers
keep all frames in memory, merge equal ones, and leave out the colors of invisible pixels. See
docs/decisions.md#animations.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.color.srgb import Color
from palette_engine.errors import DAMAGE, InputError, OptionError, OutputError, Reason, cause_of
from palette_engine.palette.value import Palette
from palette_engine.pictures.array_decoder import rows_of
from palette_engine.pictures.file_types import GET_PILLOW, readable_formats
from palette_engine.pictures.png_file import SIGNATURE, chunk_of, chunks_of
from palette_engine.pictures.region import Box
from palette_engine.recoloring.raster import MAX_ENTRIES
from palette_engine.recoloring.recolor import RecoloredFrame

__all__ = ["ANIMATION_WRITERS", "dumps_frames"]

Codes: TypeAlias = NDArray[np.uint32]
"""The color and alpha of each pixel of a frame in one number, uint32 `(h, w)`: 0xAARRGGBB."""

STEADY = Fraction(100)
"""The milliseconds for which a frame is shown if nothing says it."""

MAX_SHORT, MAX_MEDIUM = 2**16 - 1, 2**24 - 1
"""The largest numbers of two and of three bytes."""

SHIFTS = (16, 8, 0, 24)
"""Where red, green, blue and alpha are in a code."""

SRGB = chunk_of(b"sRGB", b"\1")
"""Says that a PNG is sRGB, relative colorimetric."""


@dataclass(frozen=True, eq=False)
class _Film:
    """All frames of an animation: its size, the colors with alpha, and how often it is shown.

    `packed` are the compressed codes of each frame, and `durations` in milliseconds. `table`,
    `(k,)`, is all codes, the colors of the palette first; None if there are more than 256.
    """

    size: tuple[int, int]
    packed: tuple[bytes, ...]
    durations: tuple[Fraction, ...]
    table: Codes | None
    is_opaque: bool
    plays: int

    def frames(self) -> Iterator[Codes]:
        """Yield the codes of each frame."""
        width, height = self.size
        for packed in self.packed:
            yield np.frombuffer(zlib.decompress(packed), np.uint32).reshape(height, width)

    def changes(self) -> Iterator[tuple[Codes, Box]]:
        """Yield each frame, and the box of its pixels that are others than before; at least one."""
        before: Codes | None = None
        for codes in self.frames():
            changed = np.ones(codes.shape, np.bool_) if before is None else codes != before
            yield codes, _box_of(changed)
            before = codes

    def image(self, codes: Codes) -> Image.Image:
        """Return codes as an image: indexed if there is a table, else RGB or RGBA."""
        if self.table is None:
            shifts = SHIFTS[:3] if self.is_opaque else SHIFTS
            return Image.fromarray(_levels(codes, shifts))
        sorter = np.argsort(self.table, kind="stable")
        index = sorter[np.searchsorted(self.table[sorter], codes)]
        image = Image.fromarray(index.astype(np.uint8))
        image.putpalette(_levels(self.table, SHIFTS[:3]).tobytes())
        if not self.is_opaque:
            image.info["transparency"] = _levels(self.table, SHIFTS[3:]).tobytes()
        return image


def dumps_frames(
    frames: Iterable[RecoloredFrame], suffix: str, palette: Palette | None, plays: int = 0
) -> bytes:
    """Return recolored frames, at least one, as a file that a suffix of `ANIMATION_WRITERS` names.

    `palette` is the one of all frames; its colors come first in an indexed file. It is None if the
    frames have other colors, as `swap_colors_of_frames` yields them. `plays` is how often the
    animation is shown, 0 for ever. One frame is in memory at a time, and all compressed.

    Raises `OptionError` for another suffix, `OutputError` if that file type cannot hold them, and
    `InputError` if they have different sizes, or what the frames raise.
    """
    if suffix not in ANIMATION_WRITERS:
        raise OptionError(f"An animation is written as {', '.join(ANIMATION_WRITERS)}.")
    if palette is not None and not palette.swatches:
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    colors = () if palette is None else tuple(swatch.color for swatch in palette.swatches)
    film = _film_of(frames, colors, plays)
    try:
        return ANIMATION_WRITERS[suffix](film)
    except OutputError:
        raise
    except DAMAGE as error:
        raise OutputError(
            f"A {suffix} file cannot hold this animation ({cause_of(error)}); write a .png."
        ) from error


def _film_of(frames: Iterable[RecoloredFrame], first: tuple[Color, ...], plays: int) -> _Film:
    colors = _codes_of(np.array(first, np.uint8).reshape(1, -1, 3))[0]
    clear = colors[0] & np.uint32(0xFFFFFF) if len(colors) else np.uint32(0)
    known: Codes | None = np.unique(colors)
    size: tuple[int, int] | None = None
    packed, durations, is_opaque = [], [], True
    for frame in frames:
        size = size or frame.image.size
        if frame.image.size != size:
            raise InputError(
                "The frames have different sizes, which an animation cannot have; choose one, such "
                "as --frames 1 (in Python: frames=1)."
            )
        codes = _codes_of(np.asarray(frame.image.convert("RGBA")))
        codes[codes >> np.uint32(24) == 0] = clear
        found = np.unique(codes)
        is_opaque = is_opaque and bool((found >> np.uint32(24) == 255).all())
        if known is not None:
            known = np.union1d(known, found)
            known = known if len(known) <= MAX_ENTRIES else None
        packed.append(zlib.compress(codes.tobytes(), 1))
        durations.append(STEADY if frame.duration is None else frame.duration)
    if size is None:
        raise InputError("There are no frames; give at least one.")
    table = None
    if known is not None:
        table = np.concatenate([colors, np.setdiff1d(known, colors)])
    if table is not None and len(table) > MAX_ENTRIES:
        table = None
    return _Film(size, tuple(packed), tuple(durations), table, is_opaque, plays)


def _codes_of(pixels: NDArray[np.uint8]) -> Codes:
    """Return the codes of RGB or RGBA, `(h, w, channels)`."""
    codes = np.full(pixels.shape[:2], 0xFF000000, np.uint32)
    if pixels.shape[2] == 4:
        codes = pixels[..., 3].astype(np.uint32) << np.uint32(24)
    for channel, shift in enumerate(SHIFTS[:3]):
        codes |= pixels[..., channel].astype(np.uint32) << np.uint32(shift)
    return codes


def _levels(codes: Codes, shifts: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the channels of codes, `(..., channels)`."""
    parts = [codes >> np.uint32(shift) & np.uint32(255) for shift in shifts]
    return np.stack(parts, axis=-1).astype(np.uint8)


def _box_of(chosen: NDArray[np.bool_]) -> Box:
    """Return the box of the chosen pixels, `(h, w)`; that of the first pixel if there are none."""
    rows, columns = (np.flatnonzero(np.any(chosen, axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Box(0, 0, 1, 1)
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _encoded(image: Image.Image, kind: str, **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file


def _png(film: _Film) -> bytes:
    """Return an APNG (PNG, third edition, section 11.3.6), whose first frame is its picture."""
    parts, number = [SIGNATURE], 0
    timed = zip(film.changes(), film.durations, strict=True)
    for order, ((codes, box), duration) in enumerate(timed):
        file = _encoded(film.image(rows_of(codes, box)), "PNG")
        chunks = {chunk.name: chunk for chunk in chunks_of(file)}
        if order == 0:
            parts.append(chunks[b"IHDR"].whole(file))
            parts.append(chunk_of(b"acTL", struct.pack(">II", len(film.packed), film.plays)))
            parts.append(SRGB)
            parts += [chunks[name].whole(file) for name in (b"PLTE", b"tRNS") if name in chunks]
        delay = _fraction(duration / 1000)
        control = (number, *box.size, box.left, box.top, *delay, KEEP, REPLACE)
        parts.append(chunk_of(b"fcTL", struct.pack(">IIIIIHHBB", *control)))
        number += 1
        for chunk in chunks_of(file):
            if chunk.name == b"IDAT" and order == 0:
                parts.append(chunk.whole(file))
            elif chunk.name == b"IDAT":
                parts.append(chunk_of(b"fdAT", number.to_bytes(4, "big") + chunk.data(file)))
                number += 1
    return b"".join([*parts, chunk_of(b"IEND", b"")])


KEEP, REPLACE = 0, 0
"""What an APNG does with a frame: it stays, and replaces what was in its box."""


def _fraction(seconds: Fraction) -> tuple[int, int]:
    """Return the fraction of two bytes each that is nearest to a duration."""
    if seconds >= MAX_SHORT:
        return MAX_SHORT, 1
    limit = MAX_SHORT if seconds <= 1 else max(1, int(MAX_SHORT / seconds))
    nearest = seconds.limit_denominator(limit)
    return nearest.numerator, nearest.denominator


def _gif(film: _Film) -> bytes:
    """Return a GIF with one color table. If it has transparency, each frame is cleared again."""
    if film.table is None or {*_levels(film.table, SHIFTS[3:]).ravel().tolist()} - {0, 255}:
        raise OutputError(
            "A .gif file has at most 256 colors for all frames, one of them transparent, and no "
            "partial transparency; write a .png."
        )
    clear = int(np.flatnonzero(film.table >> np.uint32(24) == 0)[0]) if not film.is_opaque else 0
    flags = (CLEARED << 2 | 1) if not film.is_opaque else KEPT << 2
    parts: list[bytes] = []
    for (codes, changed), duration in zip(film.changes(), film.durations, strict=True):
        box = changed if film.is_opaque else _box_of(codes >> np.uint32(24) > 0)
        image = film.image(rows_of(codes, box))
        image.info.pop("transparency", None)
        still = _encoded(image, "GIF", optimize=False, interlace=0).getvalue()
        table = 13 + (3 << (still[10] & 7) + 1)
        if not parts:
            size = struct.pack("<HH", *film.size)
            parts += [b"GIF89a", size, still[10:table], _loops(film.plays)]
        delay = struct.pack("<H", _hundredths(duration))
        place = struct.pack("<HHHH", box.left, box.top, *box.size)
        parts += [b"!\xf9\4", bytes((flags,)), delay, bytes((clear, 0)), b",", place, b"\0"]
        pixels = still.index(b",", table) + 10
        parts.append(still[pixels:-1])
    return b"".join([*parts, b";"])


KEPT, CLEARED = 1, 2
"""The disposal of a frame of a GIF."""


def _loops(plays: int) -> bytes:
    """Return the extension that says how often a GIF starts again; none if it is shown once."""
    if plays == 1:
        return b""
    loops = struct.pack("<H", min(max(0, plays - 1), MAX_SHORT))
    return b"!\xff\x0bNETSCAPE2.0\3\1" + loops + b"\0"


def _hundredths(duration: Fraction) -> int:
    """Return a duration in hundredths of a second.

    It is not rounded to one of them, for which browsers show a frame for ten.
    """
    return min(max(round(duration / 10), 2 if duration > 10 else 0), MAX_SHORT)


def _webp(film: _Film) -> bytes:
    """Return an animated WebP without loss (RFC 9649, section 2.7.1)."""
    if "WEBP" not in readable_formats():
        raise OutputError(
            f"The installed Pillow cannot write .webp files; {GET_PILLOW}, or write a .png."
        )
    parts: list[bytes] = []
    for (codes, box), duration in zip(film.changes(), film.durations, strict=True):
        even = Box(box.left // 2 * 2, box.top // 2 * 2, box.right, box.bottom)
        image = film.image(rows_of(codes, even))
        mode = "RGB" if film.is_opaque else "RGBA"
        still = _encoded(image.convert(mode), "WEBP", lossless=True, exact=True).getvalue()
        # Browsers show a frame of ten milliseconds for a hundred.
        milliseconds = min(max(round(duration), 11 if duration > 10 else 0), MAX_MEDIUM)
        width, height = even.size
        numbers = (even.left // 2, even.top // 2, width - 1, height - 1, milliseconds)
        head = b"".join(number.to_bytes(3, "little") for number in numbers)
        parts.append(_riff(b"ANMF", head + bytes((NOT_BLENDED,)) + _lossless_chunk(still)))
    flags = ANIMATED if film.is_opaque else ANIMATED | WITH_ALPHA
    size = b"".join((side - 1).to_bytes(3, "little") for side in film.size)
    header = _riff(b"VP8X", bytes((flags, 0, 0, 0)) + size)
    control = _riff(b"ANIM", bytes(4) + struct.pack("<H", min(film.plays, MAX_SHORT)))
    return _riff(b"RIFF", b"".join([b"WEBP", header, control, *parts]))


ANIMATED, WITH_ALPHA, NOT_BLENDED = 0x02, 0x10, 0x02
"""The flags of a WebP, and of a frame that replaces what was in its box."""


def _riff(name: bytes, body: bytes) -> bytes:
    """Return a chunk, with a byte to an even length."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _lossless_chunk(still: bytes) -> bytes:
    """Return the chunk of the pixels of a WebP."""
    place = 12
    while still[place : place + 4] != b"VP8L":
        size = int.from_bytes(still[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    size = int.from_bytes(still[place + 4 : place + 8], "little")
    return still[place : place + 8 + size + size % 2]


ANIMATION_WRITERS: Mapping[str, Callable[[_Film], bytes]] = {
    ".png": _png,
    ".webp": _webp,
    ".gif": _gif,
}
"""The function that writes each file type of animations, by suffix; none loses colors."""
