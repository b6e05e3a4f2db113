"""Order: in which sequence a palette's swatches stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from palette_engine.cielab import Lab, delta_e, lab_of
from palette_engine.errors import OptionError
from palette_engine.palette import Palette, Swatch
from palette_engine.path import shortest_path

__all__ = ["ORDERS", "ordered"]

Key: TypeAlias = tuple[float, ...]

Order: TypeAlias = Callable[[Sequence[Swatch], Lab], Sequence[int]]
"""Takes swatches and their colors in CIELAB, and returns the places they come from in turn."""

GRAY_CHROMA = 6.0
"""Below this chroma (CIELAB C*ab) a color reads as gray and its hue angle means nothing."""


def by_share(swatch: Swatch, _lab: Sequence[float]) -> Key:
    """Rank larger shares first."""
    return (-swatch.share,)


def by_lightness(_swatch: Swatch, lab: Sequence[float]) -> Key:
    """Rank lighter colors (CIELAB L*) first."""
    return (-lab[0],)


def by_hue(_swatch: Swatch, lab: Sequence[float]) -> Key:
    """Rank by hue angle from red (CIELAB h_ab from 0°), then the grays from light to dark."""
    lightness, a, b = lab
    if math.hypot(a, b) < GRAY_CHROMA:
        return (1, -lightness)
    return (0, math.degrees(math.atan2(b, a)) % 360)


def by_place(swatch: Swatch, _lab: Sequence[float]) -> Key:
    """Rank by where in the picture a color first matters, from top left to bottom right.

    Raises `OptionError` if that is not known.
    """
    if swatch.place is None:
        raise OptionError("The order image needs the picture; extract the palette in that order.")
    return (swatch.place,)


def _ranked(key: Callable[[Swatch, Sequence[float]], Key]) -> Order:
    """Return the order by rising keys; equal ones are settled by the color."""

    def order(swatches: Sequence[Swatch], lab: Lab) -> Sequence[int]:
        rows = lab.tolist()
        return sorted(
            range(len(swatches)),
            key=lambda place: (*key(swatches[place], rows[place]), *swatches[place].color),
        )

    return order


def smooth(swatches: Sequence[Swatch], lab: Lab) -> Sequence[int]:
    """Return the shortest path through the colors in ΔE2000, from its lighter end."""
    # From the same start whatever the order was.
    start = sorted(range(len(swatches)), key=lambda place: swatches[place].color)
    lab = lab[start]
    path = [int(step) for step in shortest_path(delta_e(lab[:, np.newaxis], lab))]
    first, last = path[0], path[-1]
    # Of equally light ends, that of the lesser color.
    if (-lab[last, 0], last) < (-lab[first, 0], first):
        path.reverse()
    return [start[step] for step in path]


ORDERS: Mapping[str, Order] = {
    "share": _ranked(by_share),
    "lightness": _ranked(by_lightness),
    "hue": _ranked(by_hue),
    "image": _ranked(by_place),
    "smooth": smooth,
}
"""Every order by its name."""


def ordered(palette: Palette, order: str) -> Palette:
    """Return the palette with its swatches in the order of that name in `ORDERS`.

    Raises `OptionError` for the order ``image`` if the palette does not come from a picture.
    """
    if not palette.swatches:
        return palette
    lab = lab_of(np.array([swatch.color for swatch in palette.swatches]))
    places = ORDERS[order](palette.swatches, lab)
    return replace(palette, swatches=tuple(palette.swatches[place] for place in places))
