"""Decoded: what every decoder returns, and what `read_pixels` makes pixels of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from palette_engine.pictures.channels import Channels
from palette_engine.pictures.orientation import UPRIGHT
from palette_engine.pictures.region import Box
from palette_engine.pictures.rgb_space import RgbSpace

__all__ = ["Animation", "Decoded", "Header"]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded picture, as it is stored: not cut, turned, sampled or converted yet.

    `rows` returns the numbers in a box, `(h, w)` or `(h, w, channels)`; `channels` says what any of
    these numbers, `(n,)` or `(n, channels)`, mean, and raises `InputError` if they cannot be used.
    `is_deep` is whether they have more than 8 bits. `profile` is what colors mean: an
    embedded ICC profile, or a space by its numbers; without one, colors are sRGB. `orientation`
    is that of EXIF, 1 to 8. `duration` is how many milliseconds a frame is shown, as the file says;
    None if it says nothing.
    """

    rows: Callable[[Box], NDArray[Any]]
    channels: Callable[[NDArray[Any]], Channels]
    is_deep: bool
    profile: bytes | RgbSpace | None = None
    orientation: int = UPRIGHT
    duration: Fraction | None = None


@dataclass(frozen=True, eq=False)
class Animation:
    """The frames of a file that may have several, as they are shown.

    `count` returns how many there are, and `headers` their headers in order; each one has to be
    decoded, and its rows read, before the next is asked for. `memory` is the number of bytes that
    this takes at most. `is_timed` is whether the file says how long each is shown; pages of a
    document have no times. `plays` is how often the frames are shown, 0 for ever.

    `headers` raises `InputError` where the file is damaged. See docs/decisions.md#animations.
    """

    count: Callable[[], int]
    headers: Callable[[], Iterator[Header]]
    memory: int
    is_timed: bool = True
    plays: int = 0


@dataclass(frozen=True, eq=False)
class Header:
    """A picture whose header was read: its size as stored, and the function that decodes it.

    `memory` is the number of bytes that decoding and reading rows take at most, but for a strip of
    rows. `passes` is how often decoding goes over all pixels. `limits.check_header` checks all of
    it, so a decoder may return what a damaged file says.
    `decode` raises `InputError` if the picture is damaged or of a kind that is not read. See
    docs/decisions.md#one-reader-for-all-decoders.

    `reduce` is for files that can be decoded at a part of their size in less time. It takes 2, 4 or
    8, and returns the picture with one pixel for each square of that side, from the top left; None
    if it has to be decoded as a whole, such as a damaged one.
    """

    width: int
    height: int
    decode: Callable[[], Decoded]
    memory: int = 0
    passes: int = 1
    animation: Animation | None = None
    reduce: Callable[[int], Decoded | None] | None = None
