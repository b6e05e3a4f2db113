"""Order: the orders that a palette's swatches can have."""

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
"""Takes n swatches and their colors in CIELAB, `(n, 3)`; returns their indexes in the new order."""

GRAY_CHROMA = 6.0
"""Below this chroma (CIELAB C*ab) a color looks gray, and its hue angle is meaningless."""

MAX_SMOOTH_COLORS = 1024
"""The largest number of different colors in the order smooth; they take some seconds."""


def by_share(swatch: Swatch, _lab: Sequence[float]) -> Key:
    """Return a key that puts larger shares first."""
    return (-swatch.share,)


def by_lightness(_swatch: Swatch, lab: Sequence[float]) -> Key:
    """Return a key that puts lighter colors (CIELAB L*) first."""
    return (-lab[0],)


def by_hue(_swatch: Swatch, lab: Sequence[float]) -> Key:
    """Return a key by hue angle (CIELAB h_ab from 0°, red), then grays from light to dark."""
    lightness, a, b = lab
    if math.hypot(a, b) < GRAY_CHROMA:
        return (1, -lightness)
    return (0, math.degrees(math.atan2(b, a)) % 360)


def by_first_seen(swatch: Swatch, _lab: Sequence[float]) -> Key:
    """Return a key by the position in the picture, from the top left to the bottom right.

    Raises `OptionError` if the position is unknown.

    See docs/decisions.md#order-by-picture.
    """
    if swatch.first_seen is None:
        raise OptionError("The order image needs the picture; extract the palette in that order.")
    return (swatch.first_seen,)


def _order_by(key: Callable[[Swatch, Sequence[float]], Key]) -> Order:
    """Return the order by increasing keys; the color decides between equal keys."""

    def order(swatches: Sequence[Swatch], lab: Lab) -> Sequence[int]:
        rows = lab.tolist()
        return sorted(
            range(len(swatches)),
            key=lambda index: (*key(swatches[index], rows[index]), *swatches[index].color),
        )

    return order


def smooth(swatches: Sequence[Swatch], lab: Lab) -> Sequence[int]:
    """Return the shortest path through the colors in ΔE2000, from its lighter end.

    Swatches of equal color keep their order. Raises `InputError` for more than
    `MAX_SMOOTH_COLORS` different colors. See docs/decisions.md#smooth-order.
    """
    groups: dict[Color, list[int]] = {}
    for index in sorted(range(len(swatches)), key=lambda index: swatches[index].color):
        groups.setdefault(swatches[index].color, []).append(index)
    if len(groups) > MAX_SMOOTH_COLORS:
        raise InputError(
            f"The order smooth takes at most {MAX_SMOOTH_COLORS:,} different colors, and these "
            f"are {len(groups):,}; choose another order, such as hue."
        )
    equal = list(groups.values())
    lab = lab[[indexes[0] for indexes in equal]]
    path = shortest_path(delta_e(lab[:, np.newaxis], lab))
    first, last = path[0], path[-1]
    # Equally light ends are decided by the color.
    if (-lab[last, 0], last) < (-lab[first, 0], first):
        path.reverse()
    return [index for step in path for index in equal[step]]


ORDERS: Mapping[str, Order] = {
    "share": _order_by(by_share),
    "lightness": _order_by(by_lightness),
    "hue": _order_by(by_hue),
    "image": _order_by(by_first_seen),
    "smooth": smooth,
}
"""Every order by its name, in the order of the option's choices."""


def ordered(palette: Palette, order: str) -> Palette:
    """Return the palette with its swatches in an order, a key of `ORDERS`.

    Raises `OptionError` if there is no such order, or for ``image`` if the palette was not
    extracted from a picture, and `InputError` for ``smooth`` with more than `MAX_SMOOTH_COLORS`
    different colors.
    """
    order = OPTIONS["order"].read(order)
    if not palette.swatches:
        return palette
    lab = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))
    indexes = ORDERS[order](palette.swatches, lab)
    return replace(palette, swatches=tuple(palette.swatches[index] for index in indexes))
