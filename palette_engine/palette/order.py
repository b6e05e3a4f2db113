"""Order: in which sequence a palette's swatches stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError
from palette_engine.options import OPTIONS
from palette_engine.palette.shortest_path import shortest_path
from palette_engine.palette.value import Palette, Swatch

__all__ = ["ORDERS", "ordered"]

Key: TypeAlias = tuple[float, ...]

Order: TypeAlias = Callable[[Sequence[Swatch], Lab], Sequence[int]]
"""Takes swatches and their colors in CIELAB, and returns the places they come from in turn."""

GRAY_CHROMA = 6.0
"""Below this chroma (CIELAB C*ab) a color reads as gray and its hue angle means nothing."""

MOST_SMOOTH = 1024
"""The most different colors whose shortest path is worth its time: some seconds."""


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
    """Return the shortest path through the colors in ΔE2000, from its lighter end.

    Swatches of one color stay in the sequence they have. Raises `InputError` if there are more
    than `MOST_SMOOTH` different colors.
    """
    groups: dict[Color, list[int]] = {}
    for place in sorted(range(len(swatches)), key=lambda place: swatches[place].color):
        groups.setdefault(swatches[place].color, []).append(place)
    places = list(groups.values())
    if len(places) > MOST_SMOOTH:
        raise InputError(
            f"The order smooth takes at most {MOST_SMOOTH:,} different colors, and these are "
            f"{len(places):,}; choose another order, such as hue."
        )
    lab = lab[[group[0] for group in places]]
    path = shortest_path(delta_e(lab[:, np.newaxis], lab))
    first, last = path[0], path[-1]
    # Of equally light ends, that of the lesser color.
    if (-lab[last, 0], last) < (-lab[first, 0], first):
        path.reverse()
    return [place for step in path for place in places[step]]


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

    Raises `OptionError` for another order, or for ``image`` if the palette does not come from a
    picture, and `InputError` for ``smooth`` if there are more than `MOST_SMOOTH` colors.
    """
    order = OPTIONS["order"].read(order)
    if not palette.swatches:
        return palette
    lab = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))
    places = ORDERS[order](palette.swatches, lab)
    return replace(palette, swatches=tuple(palette.swatches[place] for place in places))
