"""Inks: the colors of lettering and thin strokes, before anything smeared them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.extraction.busy_patches import BusyPatches
from palette_engine.extraction.equal_keys import starts
from palette_engine.extraction.grounds import LUMA_CHROMA, MAX_COLORS, SIGNIFICANT, Grounds, Rgb

__all__ = ["cosine", "inks_on", "of_one_direction"]


def cosine(degrees: float) -> float:
    """Return the cosine of an angle."""
    return float(np.cos(np.radians(degrees)))


FAINT = 1.5
"""A patch whose mean is less than this many levels from its ground says nothing of its ink."""

CONE = cosine(12)
"""Patches within this angle, seen from the ground, have the same ink."""

FITTED, STRAIGHT = 8, 20.0
"""A line is fitted to at least `FITTED` patches, and used if their variance along it is at least
`STRAIGHT` times that across it."""

MANY_HUES = 0.1
"""The part of the energy of an ink's pixels that is at most in another hue."""

SAME, SAME_DIRECTION, BEYOND = 5.0, cosine(5), 1.15
"""An ink is the color of a ground if it is within this ΔE2000; or within this angle, seen from the
ground, and at most this many times as far: thin letters do not reach their color, and edges ring.
"""

ON_LINE = 0.002
"""Pixels are on a line if at most this part of their energy is off it."""

EXACT, AT_END = 0.25, 0.9
"""Without a codec, an ink is the most frequent color of its pixels, if at least the part `EXACT` of
them have it, and it is at least `AT_END` times as far from the ground as the farthest pixel."""

FRINGE, OVERSHOOT = 16.0, 0.1
"""With subpixels, a channel counts if the ink is more than `FRINGE` levels from the ground in it.
Each pixel's part of the ink is then at most `OVERSHOOT` below 0 or above 1."""

TIP = 3
"""Without noise, a row ends at its third farthest pixel."""

LOW, HIGH, PLATEAU = 0.4, 0.9, 0.72
"""Strokes have a core if the quantiles `LOW` and `HIGH` of a row have at least this ratio."""

AT_PLATEAU, AT_TIP = 0.7, 0.97
"""The quantiles of a row at which its ink is, with and without a core."""

LEAST_LUMA, SURE_LUMA = 5.0, 20.0
"""Below the one difference in luma, in levels, luma says nothing of where a row ends; from the
other on it alone is believed, as codecs keep its resolution."""

MOST_SPREAD = 1.35
"""Chroma alone is at most so many times too short."""

WEAK, LITTLE = 70.0, 0.01
"""What a codec leaves is weaker than this many levels, and this share of the area at most."""

RINGING, LITTLE_RINGING, VERY_LITTLE = 0.32, 0.45, 0.003
"""What a codec leaves along an edge is off it by at most this part of its height; the larger part
if it is at most this share of the area."""

SATELLITE, NEARBY = 0.05, cosine(35)
"""An ink with less than this part of the area of another within this angle is a part of it, cut
by the sides of patches."""


@dataclass(frozen=True, eq=False)
class Ink:
    """A color, seen from its ground, and its area in patches."""

    offset: Rgb
    area: float


def inks_on(patches: BusyPatches, grounds: Grounds, ground: int, picture: float) -> Rgb:
    """Return the inks on a ground, `(n, 3)`; `picture` is the area of the picture in patches.

    The means of patches with the same ink are on a line from their ground, which gives the
    direction of the ink; how far it is, the pixels say.
    """
    chosen = patches.without_others(ground) & patches.has_ground[:, ground] & (patches.inner > 0)
    left = np.flatnonzero(chosen)
    offset = patches.offsets(grounds, ground, left)
    strong = np.linalg.norm(offset, axis=1) > FAINT
    left, offset = left[strong], offset[strong]
    found: list[Ink] = []
    for _ in range(2 * MAX_COLORS):
        if not len(left) or len(found) == MAX_COLORS:
            break
        members, toward = of_one_direction(offset)
        samples = patches.loose(left[members])
        toward = _fitted(offset[members], toward)
        end = _end(samples, grounds.rgb[ground], toward, patches.is_clean)
        if end.any():
            area = float((offset[members] @ end).sum() / (end @ end))
            ink = Ink(
                np.clip(grounds.rgb[ground] + end, 0, 255) - grounds.rgb[ground], area / picture
            )
            if _is_drawn(ink, grounds, ground, patches.is_clean):
                found.append(ink)
        left, offset = left[~members], offset[~members]
    inks = [ink.offset + grounds.rgb[ground] for ink in found if not _is_satellite(ink, found)]
    return np.array(inks, np.float64).reshape(-1, 3)


def of_one_direction(offset: Rgb) -> tuple[NDArray[np.bool_], Rgb]:
    """Return which offsets, `(n, 3)`, have the direction of the longest one, and their mean one."""
    length = np.linalg.norm(offset, axis=1)
    longest = int(length.argmax())
    toward, members = offset[longest], np.zeros(len(offset), bool)
    for _ in range(3):
        toward = toward / np.linalg.norm(toward)
        members = offset @ toward >= CONE * length
        members[longest] = True
        toward = offset[members].sum(axis=0)
    return members, toward / np.linalg.norm(toward)


def _fitted(offset: Rgb, toward: Rgb) -> Rgb:
    """Return the direction of the line that offsets are on, if they are on one, else `toward`.

    Codecs round a ground by a level or two, and then the line does not begin at it.
    """
    if len(offset) < FITTED:
        return toward
    centered = offset - offset.mean(axis=0)
    spread, axes = np.linalg.eigh(centered.T @ centered)
    axis: Rgb = axes[:, -1] * np.sign(axes[:, -1] @ toward)
    return axis if spread[-1] >= STRAIGHT * spread[-2] and axis @ toward >= CONE else toward


def _end(samples: NDArray[np.uint8], ground: Rgb, toward: Rgb, is_clean: bool) -> Rgb:
    """Return where a row of mixtures, seen from its ground, ends; 0 if it is of many hues."""
    row = samples - ground
    if is_clean and len(row):
        color, count = _commonest(samples)
        exact = color - ground
        if count >= EXACT * len(row):
            if exact @ toward >= AT_END * (row @ toward).max():
                return exact
            if exact @ toward < SAME_DIRECTION * np.linalg.norm(exact):
                return np.zeros(3)  # there is more than one ink
    energy = (row**2).sum()
    if not energy or _across(row, toward) > MANY_HUES * energy:
        return np.zeros(3)
    along = row @ toward
    if 1 - (along**2).sum() / energy <= ON_LINE:
        length = _tip(along)
    elif is_clean:
        length = _subpixel_length(row, toward)
    else:
        length = _smeared_length(row, toward)
    return length * toward


def _commonest(samples: NDArray[np.uint8]) -> tuple[Rgb, int]:
    """Return the color that most samples have, of equals the one with the least code."""
    red, green, blue = samples.T.astype(np.uint32)
    codes = np.sort(red << np.uint32(16) | green << np.uint32(8) | blue)
    first = starts(codes)
    counts = np.diff(first, append=len(codes))
    code = int(codes[first[counts.argmax()]])
    color: Rgb = np.array([code >> 16, code >> 8 & 255, code & 255], np.float64)
    return color, int(counts.max())


def _subpixel_length(row: Rgb, toward: Rgb) -> float:
    """Return the length of a row of which each channel is smoothed on its own.

    It is 0 if some pixels are no such mixtures: then there is more than one ink.
    """
    ends = np.array(
        [_tip(row[:, channel] * np.sign(toward[channel])) for channel in range(3)], np.float64
    )
    differs = ends > FRINGE
    part = row[:, differs] * np.sign(toward[differs]) / ends[differs]
    if not differs.any() or part.min() < -OVERSHOOT or part.max() > 1 + OVERSHOOT:
        return 0.0
    if (np.abs(row[:, ~differs]) > FRINGE).any():
        return 0.0
    return float(ends @ np.abs(toward))


def _across(row: Rgb, toward: Rgb) -> float:
    """Return the energy of chroma that is not in a direction's hue."""
    chroma, direction = row @ LUMA_CHROMA[1:].T, LUMA_CHROMA[1:] @ toward
    size = float(np.linalg.norm(direction))
    if size < 0.02:
        return float((chroma**2).sum())
    across = (chroma[:, 1] * direction[0] - chroma[:, 0] * direction[1]) / size
    return float((across**2).sum())


def _tip(along: NDArray[np.float64]) -> float:
    return float(np.sort(along)[-TIP:][0])


def _smeared_length(row: Rgb, toward: Rgb) -> float:
    """Return the length of a row that a codec has smeared, chroma more than luma."""
    direct = _typical(row @ toward)
    luma = float(LUMA_CHROMA[0] @ toward)
    height = abs(luma) * direct
    if height <= LEAST_LUMA:
        return direct
    measured = _typical(row @ LUMA_CHROMA[0] / luma)
    if height >= SURE_LUMA:
        return measured
    trust = (height - LEAST_LUMA) / (SURE_LUMA - LEAST_LUMA)
    return (1 - trust) * direct + trust * float(np.clip(measured, direct, MOST_SPREAD * direct))


def _typical(along: NDArray[np.float64]) -> float:
    """Return where the pixels along a row end: on its plateau, if it has one."""
    low, high, core, tip = _quantiles(along, (LOW, HIGH, AT_PLATEAU, AT_TIP))
    return core if low >= PLATEAU * high else tip


def _quantiles(values: NDArray[np.float64], parts: tuple[float, ...]) -> list[float]:
    """Return quantiles of values that are weighted by themselves: ends count most."""
    ordered = np.sort(values)
    sums = np.cumsum(np.maximum(ordered, 0))
    quantiles: list[float] = np.interp(
        np.array(parts, np.float64) * sums[-1], sums, ordered
    ).tolist()
    return quantiles


def _is_drawn(ink: Ink, grounds: Grounds, ground: int, is_clean: bool) -> bool:
    """Return whether an ink was drawn: it is no ground's color, nor what a codec leaves."""
    length = float(np.linalg.norm(ink.offset))
    steps = np.delete(grounds.rgb, ground, axis=0) - grounds.rgb[ground]
    heights = np.linalg.norm(steps, axis=1)
    color = lab_of(ink.offset + grounds.rgb[ground])
    if ink.area < SIGNIFICANT or delta_e(color, lab_of(grounds.rgb)).min() <= SAME:
        return False
    along = steps @ ink.offset >= SAME_DIRECTION * heights * length
    if (along & (length <= BEYOND * heights)).any():
        return False
    if is_clean:
        return True
    if ink.area < LITTLE and length < WEAK:
        return False
    ringing = LITTLE_RINGING if ink.area < VERY_LITTLE else RINGING
    return bool((np.linalg.norm(steps - ink.offset, axis=1) > ringing * heights).all())


def _is_satellite(ink: Ink, found: list[Ink]) -> bool:
    """Return whether an ink is a part of a much larger one."""
    length = np.linalg.norm(ink.offset)
    return any(
        ink.area < SATELLITE * other.area
        and ink.offset @ other.offset >= NEARBY * length * np.linalg.norm(other.offset)
        for other in found
    )
