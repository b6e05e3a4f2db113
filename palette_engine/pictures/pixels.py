"""Pixels: sRGB colors with weights, and which pixels of a picture are sampled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from palette_engine.pictures.orientation import UPRIGHT, shown_size
from palette_engine.pictures.rgb_space import RgbSpace

__all__ = [
    "LEAST_ALPHA",
    "SAMPLES",
    "STRIP",
    "Draft",
    "Frame",
    "Pixels",
    "sample_positions",
    "sampled",
    "seen",
    "spread_positions",
    "strip_rows",
    "uniform",
]

SAMPLES = 1_000_000
"""At most this many pixels of a picture are sampled.

With a million, a color's share is within 0.05 percentage points (one standard deviation), and a
large picture takes little longer than decoding it. See docs/decisions.md#a-million-samples.
"""

LEAST_ALPHA = 8
"""Pixels with less alpha than this, of 255, do not count: nobody sees them.

See docs/decisions.md#invisible-pixels.
"""

STRIP = 2**18
"""The number of pixels that are processed at a time, so that they fit into a cache."""


@dataclass(frozen=True)
class Frame:
    """The size of a picture in pixels as it is stored, and its EXIF orientation, 1 to 8.

    If it was decoded at a part of its size, `full` is the number of pixels in the file.
    """

    width: int
    height: int
    orientation: int = UPRIGHT
    full: int = 0

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as the picture is shown."""
        return shown_size((self.width, self.height), self.orientation)

    @property
    def total(self) -> int:
        """The number of pixels."""
        return self.width * self.height

    @property
    def area(self) -> int:
        """The number of pixels in the file."""
        return self.full or self.total


@dataclass(frozen=True)
class Draft:
    """How many pixels of a picture are enough, if all others are like them.

    `suits` returns whether that is so, by the colors of visible pixels, uint8 `(n, channels)` in
    whatever the file has. See docs/decisions.md#quick-palettes.
    """

    samples: int
    suits: Callable[[NDArray[np.uint8]], bool]


@dataclass(frozen=True, eq=False)
class Pixels:
    """Colors with weights.

    `rgb` is uint8 `(n, 3)`, sRGB. `weight` is uint8 `(n,)`: alpha times selection, 0 to 255.
    A pixel of weight 0 does not exist. `frame` is the picture that the pixels are from, in rows
    from its top left, as `sample_positions` chooses them; None if their positions are not known.
    `space` is what they were converted from, if the picture told it by numbers, not by a profile.
    `duration` is how many milliseconds the frame of an animation is shown, None if that is not
    told. `frame_count` is how many frames there are, if they were counted. `size` is the width and
    height of the whole picture as it is stored, None if that is not known.
    """

    rgb: NDArray[np.uint8]
    weight: NDArray[np.uint8]
    frame: Frame | None = None
    space: RgbSpace | None = None
    duration: Fraction | None = None
    frame_count: int = 1
    size: tuple[int, int] | None = None

    @classmethod
    def joined(cls, parts: Sequence[Pixels]) -> Pixels:
        """Return the pixels of all parts, in order."""
        if not parts:
            return cls(np.empty((0, 3), np.uint8), np.empty(0, np.uint8))
        return cls(
            np.concatenate([part.rgb for part in parts]),
            np.concatenate([part.weight for part in parts]),
        )


def sample_positions(start: int, stop: int, total: int, limit: int = SAMPLES) -> NDArray[np.int64]:
    """Return the sampled positions among the pixels `start` to `stop` of a picture of `total`.

    Positions count in rows from the top left and rise, int64 `(m,)`. If the picture has at most
    `limit` pixels, all are sampled. Otherwise it is cut into `limit` runs of equal length, and one
    pixel of each run is sampled, at an offset that is a hash of the run's number. So regular
    patterns never alias, and the sample does not depend on how the picture is cut into strips. See
    docs/decisions.md#sampling.
    """
    if total <= limit:
        return np.arange(start, stop, dtype=np.int64)
    step = total / limit
    first = max(0, int(start / step) - 1)
    last = min(limit, int(stop / step) + 2)
    runs = np.arange(first, last, dtype=np.uint32)
    positions = ((runs + uniform(runs)) * step).astype(np.int64)
    np.minimum(positions, total - 1, out=positions)
    return positions[(positions >= start) & (positions < stop)]


def spread_positions(count: int, step: int) -> NDArray[np.int64]:
    """Return one position in each of `count` runs of `step`, int64 `(count,)`.

    Its offset is a hash of the run's number, as in `sample_positions`.
    """
    runs = np.arange(count, dtype=np.uint32)
    return runs * np.int64(step) + (uniform(runs) * step).astype(np.int64)


def sampled(
    strip: NDArray[np.generic], start: int, total: int, limit: int = SAMPLES
) -> NDArray[np.generic]:
    """Return the sampled pixels of a strip that begins at pixel `start` of `total`."""
    flat = strip.reshape(-1, *strip.shape[2:])
    positions = sample_positions(start, start + len(flat), total, limit)
    return flat if len(positions) == len(flat) else flat.take(positions - start, axis=0)


def seen(
    weight: NDArray[np.uint8], alpha: NDArray[np.uint8], least_alpha: int = LEAST_ALPHA
) -> NDArray[np.uint8]:
    """Return the weights of a picture's pixels, 0 where alpha is below the least that counts.

    If no other pixel has a weight, they are returned unchanged.
    """
    if alpha.min(initial=255) >= least_alpha:
        return weight
    visible = np.where(alpha >= least_alpha, weight, np.uint8(0))
    return visible if visible.any() else weight


def strip_rows(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each strip of a picture, and the row after its last."""
    rows = max(1, STRIP // max(1, width))
    for top in range(0, height, rows):
        yield top, min(height, top + rows)


def uniform(numbers: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Return a hash of each number, evenly spread over [0, 1), float64 `(n,)`.

    The finalizer of MurmurHash3 (Appleby 2011), in integers until the last step, so that all
    machines agree.
    """
    mixed = numbers * np.uint32(0x9E3779B9) + np.uint32(1)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    spread: NDArray[np.float64] = mixed * np.float64(2**-32)
    return spread
