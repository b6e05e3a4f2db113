"""Swatch transfer: where colors move if swatches of their palette are edited.

After H. Chang, O. Fried, Y. Liu, S. DiVerdi and A. Finkelstein, "Palette-based photo recoloring",
ACM Trans. Graph. 34 (4), 2015: each edited swatch moves all colors by a transfer of its own that
keeps them in the gamut, and a color is moved by the mean of these, weighted by how near the
swatches are. Transfers, weights and the color space are our own. See
docs/decisions.md#palette-based-recoloring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.oklab import Oklab, in_gamut, largest_chroma
from palette_engine.recoloring.lightness_curve import LightnessCurve

__all__ = ["NEUTRAL", "moved"]

NEUTRAL = 0.04
"""The chroma in Oklab below which a swatch is a gray: its hue means nothing."""

LIGHTNESS = 0.2
"""How much a difference in lightness counts beside one in hue and chroma.

Shades and highlights of a color belong to it.
"""

HALF_CHROMA = 0.25
"""The chroma that counts half. Differences between vivid colors count less than those near gray."""

ALIKE = 0.05
"""How far apart swatches of one lightness curve are, at most, beside their lightness."""

GAIN = 3.0
"""How many times chroma may grow, at most, unless that of the swatch grows more."""

END = 0.1
"""Black and white stay unless a gray that is edited is as near as this in lightness."""

REACH = 3.0
"""A swatch does not move colors of which another one is so many times as near."""

TOUCHING = 1e-6
"""A color that is nearer to a swatch than this has its color."""

Values: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Polar:
    """Colors in Oklab by lightness, chroma, hue in radians, and the part of the largest chroma."""

    lightness: Values
    chroma: Values
    hue: Values
    saturation: Values

    @classmethod
    def of(cls, lab: Oklab) -> _Polar:
        """Return colors, `(..., 3)`, in polar coordinates."""
        lightness, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
        chroma, hue = np.hypot(a, b), np.arctan2(b, a)
        most = largest_chroma(lightness, hue)
        return cls(lightness, chroma, hue, chroma / np.maximum(most, 1e-6))


def moved(lab: Oklab, old: Oklab, new: Oklab) -> Oklab:
    """Return where colors move if swatches `old` become `new`, all in Oklab.

    `lab` is float64 `(n, 3)`, `old` and `new` are `(k, 3)`. A swatch that is equal in both is not
    edited and holds the colors around it. So do all grays, or, if a gray is edited, black and
    white. The colors stay in the gamut of sRGB.
    """
    edited = (old != new).any(axis=1)
    if not edited.any():
        return lab
    place = _places(lab)
    grays = old[edited & _are_grays(old)]
    if len(grays):
        ends = [(end, 0, 0) for end in (0, 1) if (abs(grays[:, 0] - end) > END).all()]
        held = np.array(ends, np.float64).reshape(-1, 3)
        old, new = (np.concatenate([each, held]) for each in (old, new))
    places = _places(old)
    distance = np.stack([np.sqrt(((place - swatch) ** 2).sum(axis=-1)) for swatch in places])
    if not len(grays):
        gray = np.hypot(place[:, 1], place[:, 2])
        distance = np.concatenate([distance, gray[np.newaxis]])
    weight = _weights(distance)
    way = np.zeros_like(lab)
    for number in range(len(old)):
        members = _members(number, places, old, new)
        if (old[members] != new[members]).any():
            near = np.flatnonzero(weight[number])
            anchors = [(float(old[m, 0]), float(new[m, 0])) for m in members]
            curve = LightnessCurve.through(anchors)
            target = _transferred(lab[near], curve, old[number], new[number])
            way[near] += weight[number, near, np.newaxis] * (target - lab[near])
    return in_gamut(lab + way)


def _are_grays(lab: Oklab) -> NDArray[np.bool_]:
    """Return which colors, `(k, 3)`, are grays, `(k,)`."""
    gray: NDArray[np.bool_] = np.hypot(lab[:, 1], lab[:, 2]) < NEUTRAL
    return gray


def _places(lab: Oklab) -> Values:
    """Return colors, `(..., 3)`, in the space in which their distances are measured."""
    scale = 1 / (1 + np.hypot(lab[..., 1], lab[..., 2]) / HALF_CHROMA)
    return np.stack([LIGHTNESS * lab[..., 0], scale * lab[..., 1], scale * lab[..., 2]], axis=-1)


def _weights(distance: Values) -> Values:
    """Return the weights of swatches, `(k, n)`, by their distances from colors; they add up to 1.

    Those of the method of R. Franke and G. Nielson (1980), ((R - d) / (R d))³, where R is `REACH`
    times the distance of the nearest swatch.
    """
    nearest = np.maximum(distance.min(axis=0), TOUCHING)
    times = np.maximum(distance / nearest, 1)
    weight = np.maximum(REACH / times - 1, 0) ** 3
    weights: Values = weight / weight.sum(axis=0)
    return weights


def _members(number: int, places: Values, old: Oklab, new: Oklab) -> list[int]:
    """Return the swatches that share a lightness curve with one, which comes first.

    They have about its hue and chroma, and none is lighter than another before and darker after.
    """
    apart = ((places - places[number])[:, 1:] ** 2).sum(axis=1)
    apart[number] = -1
    members: list[int] = []
    for other in np.argsort(apart, kind="stable").tolist():
        if apart[other] > ALIKE**2:
            break
        before, after = (each[members, 0] - each[other, 0] for each in (old, new))
        if ((before != 0) & (before * after >= 0)).all():
            members.append(other)
    return members


def _transferred(lab: Oklab, curve: LightnessCurve, old: Oklab, new: Oklab) -> Oklab:
    """Return where colors, `(n, 3)`, would move if they belonged to one swatch, `(3,)`.

    A color's hue is turned by as much as the swatch's, and its saturation multiplied by as much,
    but remains below 1. Grays have no hue to be turned: of a gray swatch, colors get the hue and
    saturation of the new one, and keep what they differ.
    """
    colors, before, after = _Polar.of(lab), _Polar.of(old), _Polar.of(new)
    lightness = curve(colors.lightness)
    if (old[1:] == new[1:]).all():
        return np.concatenate([lightness[..., np.newaxis], lab[..., 1:]], axis=-1)
    if before.chroma < NEUTRAL:
        hue = np.full_like(lightness, after.hue)
        chroma = after.saturation * largest_chroma(lightness, hue)
        shift = lab[..., 1:] - old[1:]
    else:
        hue = colors.hue + (after.hue - before.hue)
        part = _saturated(colors.saturation, float(before.saturation), float(after.saturation))
        gain = max(GAIN, float(after.chroma / before.chroma))
        chroma = np.minimum(part * largest_chroma(lightness, hue), gain * colors.chroma)
        shift = np.zeros(2, np.float64)
    turned = chroma[..., np.newaxis] * np.stack([np.cos(hue), np.sin(hue)], axis=-1)
    return np.concatenate([lightness[..., np.newaxis], turned + shift], axis=-1)


def _saturated(values: Values, old: float, new: float) -> Values:
    """Return saturation, multiplied as the swatch's is; between it and 1 only up to 1."""
    below = new / old
    above = min(below, (1 - new) / (1 - old)) if old < 1 else 0.0
    return np.where(values <= old, below * values, new + above * (values - old))
