"""Limits: what a picture may be, checked in one place for every decoder before it decodes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from palette_engine.errors import InputError, Reason
from palette_engine.options import OPTIONS
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box

__all__ = [
    "MAX_FRAMES",
    "MEGABYTE",
    "Limits",
    "check_decoded",
    "check_frames",
    "check_header",
    "check_rows",
]

MEGABYTE = 10**6

FREE_PASSES = 20
"""So many passes a picture of any size may need; progressive JPEGs have about ten."""

MAX_WORK = 2 * 10**9
"""The largest number of pixels in all passes, if there are more; some seconds of work."""

MAX_FRAMES = 10_000
"""The largest number of frames that are read; each takes some milliseconds, however small."""


@dataclass(frozen=True)
class Limits:
    """The largest picture that is read: its pixels, and the megabytes that decoding takes.

    See docs/decisions.md#limits-on-decoding.
    """

    pixels: int = OPTIONS["max_pixels"].default
    megabytes: int = OPTIONS["max_memory"].default

    @property
    def stream(self) -> int:
        """The largest number of bytes that is read of a file that cannot be read in parts.

        Half of the memory, as the decoded picture needs some, too.
        """
        return self.megabytes * MEGABYTE // 2


def check_header(header: Header, name: str, limits: Limits) -> None:
    """Raise `InputError` if a header is damaged, or its picture has no pixels or exceeds a limit.

    A damaged header may have any value where a number is due.
    """
    width, height, memory = header.width, header.height, header.memory
    numbers = (width, height, memory, header.passes)
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise InputError(f"{name} is damaged: its size is no number.")
    if width * height == 0:
        raise InputError(f"{name} has no pixels: it is {width:,} x {height:,}.")
    if width * height > limits.pixels:
        raise InputError(
            f"{name} has {width:,} x {height:,} = {width * height:,} pixels, more than the limit "
            f"of {limits.pixels:,}; raise it with --max-pixels (in Python: max_pixels).",
            Reason.TOO_MANY_PIXELS,
            width=width,
            height=height,
            most=limits.pixels,
        )
    if memory > limits.megabytes * MEGABYTE:
        raise InputError(
            f"{name} takes {memory / MEGABYTE:,.0f} MB of memory to decode, more than the limit of "
            f"{limits.megabytes:,} MB; raise it with --max-memory (in Python: max_memory).",
            Reason.TOO_MUCH_MEMORY,
            memory=round(memory / MEGABYTE),
            most=limits.megabytes,
        )
    if header.passes > FREE_PASSES and header.passes * width * height > MAX_WORK:
        raise InputError(
            f"{name} is stored in {header.passes:,} scans, which take too long to decode; save it "
            "as a baseline JPEG or as PNG."
        )


def check_frames(header: Header, first: int, last: int | None, name: str, limits: Limits) -> int:
    """Return the number of the last frame that is to be read, from 1.

    Raises `InputError` if there is no frame `first` or `last`, or they are too many to read. See
    docs/decisions.md#animations.
    """
    animation = header.animation
    count = max(1, animation.count()) if animation else 1
    end = count if last is None else last
    if end > count and end <= MAX_FRAMES:
        frames = "1 frame" if count == 1 else f"{count:,} frames"
        raise InputError(
            f"{name} has no frame {max(first, count + 1):,}: it has {frames}; choose one of them."
        )
    pixels = header.width * header.height
    most = max(1, min(MAX_FRAMES, MAX_WORK // pixels))
    if end > most:
        raise InputError(
            f"{name} has more than {most:,} frames of {header.width:,} x {header.height:,} pixels, "
            f"the most that are read; choose some of them, such as --frames 1-{most} (in Python: "
            f'frames="1-{most}").'
        )
    if animation:
        check_header(replace(header, memory=animation.memory), name, limits)
    return end


def check_decoded(decoded: Decoded, name: str) -> None:
    """Raise `InputError` if what a decoder says beside the pixels is of a wrong kind."""
    if type(decoded.orientation) is not int or not 1 <= decoded.orientation <= 8:
        raise InputError(f"{name} is damaged: there is no orientation {decoded.orientation}.")


def check_rows(shape: tuple[int, ...], box: Box, name: str) -> None:
    """Raise `InputError` if decoded rows are not those of a box, which the header promised."""
    width, height = box.size
    if shape[:2] != (height, width):
        raise InputError(f"{name} is damaged: its pixels are not as many as its header says.")
