"""Find: pictures of a collection by color, by family, and by likeness; and counts of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine import libraries
from palette_engine.collections.families import FAMILIES
from palette_engine.collections.index import Index
from palette_engine.collections.sketch import distances, sketch_of
from palette_engine.color.cielab import LARGEST_SL, Lab, delta_e, lab_of
from palette_engine.color.srgb import Color
from palette_engine.errors import OptionError
from palette_engine.palette.names import css_names
from palette_engine.palette.value import Palette

__all__ = ["Found", "Query", "describe", "find", "find_facets", "transport_distance"]

CANDIDATES = 200
"""The pictures with the nearest sketches are compared by their swatches."""

UNITS = 64
"""Palettes are compared in this many parts of equal area."""

CHUNK = 2**13
"""The number of colors that are compared at a time, so that they fit into a processor's cache."""

ROUNDING = 0.005
"""Lightness, a* and b* in tables have three digits, by which ΔE2000 may be wrong by this much."""


@dataclass(frozen=True)
class Query:
    """What is looked for; all of it must be there.

    Each of `colors`, with all within `within` ΔE2000 of it, has at least the share `least` of the
    picture's area, and so has each of `families`. Each of `without`, a color or the name of a
    family, has less than the share beside it. `monochrome`, if it is not None, is whether the
    picture is. Those like the palette `like` come first, if there is one; else those with the
    largest area of `colors`, or of `families` if there is no color.
    """

    colors: tuple[Color, ...] = ()
    within: float = 10.0
    least: float = 0.01
    families: tuple[str, ...] = ()
    without: tuple[tuple[Color | str, float], ...] = ()
    monochrome: bool | None = None
    like: Palette | None = None


@dataclass(frozen=True)
class Found:
    """A picture that was found: its index, the area of what was looked for, and any distance."""

    picture: int
    area: float
    distance: float | None = None


def find(index: Index, query: Query, count: int, start: int = 0) -> list[Found]:
    """Return the best `count` pictures after the first `start`, best first.

    Equal ones keep the order of the table. Raises `OptionError` if a family has another name.
    """
    allowed = np.ones(len(index), bool)
    area = np.zeros(len(index), np.float64)
    if query.monochrome is not None:
        allowed &= index.monochrome == query.monochrome
    for name in query.families:
        share = index.families[:, _family(name)]
        allowed &= share >= query.least
        if not query.colors:
            area += share
    # Colors take the longest, so they are only compared in pictures that have all else.
    near_any = np.zeros(len(index.share), bool)
    for color in query.colors:
        near = _near(index, color, query.within, allowed)
        allowed &= _area(index, near) >= query.least
        near_any |= near
    if query.colors:
        # Of several colors that are near each other, an area counts once.
        area = _area(index, near_any)
    for what, most in sorted(query.without, key=lambda each: isinstance(each[0], tuple)):
        allowed &= _share_of(index, what, query.within, allowed) < most
    chosen = np.flatnonzero(allowed)
    if query.like is not None:
        return _alike(index, query.like, chosen, area, count, start)
    order = np.argsort(-np.round(area[chosen], 6), kind="stable")[start : start + count]
    return [Found(int(each), round(float(area[each]), 6)) for each in chosen[order]]


def find_facets(index: Index, least: float) -> Mapping[str, Mapping[str, int]]:
    """Return how many pictures have at least a share of each family, and of each CSS color.

    Families keep their order; CSS colors that no picture has are left out, the commonest first.
    """
    families = (index.families >= least).sum(axis=0, dtype=np.int64).tolist()
    names = css_names()
    pair = index.picture * (len(names) + 1) + index.css
    pairs, where = np.unique(pair, return_inverse=True)
    area = np.bincount(where, index.share, len(pairs))
    counts = np.bincount(pairs[area >= least - 1e-6] % (len(names) + 1), minlength=len(names) + 1)
    css = {name: int(number) for name, number in zip(names, counts, strict=False) if number}
    return {
        "pictures": {
            "with colors": len(index),
            "with errors": int(index.errors[0]),
            "monochrome": int(index.monochrome.sum(dtype=np.int64)),
        },
        "families": dict(zip(FAMILIES, families, strict=True)),
        "css": dict(sorted(css.items(), key=lambda each: (-each[1], each[0]))),
    }


def transport_distance(left: Palette, right: Palette) -> float:
    """Return the earth mover's distance of two palettes in ΔE2000 (Rubner et al. 2000).

    Areas are rounded to parts of 1/64, so that it is an assignment, which is solved exactly.
    Palettes without shares have equal ones.
    """
    cost = delta_e(_lab(left)[:, np.newaxis], _lab(right))
    return _assigned(cost, _units(_shares(left)), _units(_shares(right)))


def _near(
    index: Index, color: Color, within: float, allowed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which swatches of allowed pictures, `(n,)`, are within a ΔE2000 of a color, `(m,)`."""
    target = lab_of(np.array([color], np.uint8))[0]
    reach = within + ROUNDING
    # ΔE2000 is at least ΔL* / S_L, which excludes most swatches without computing it.
    lightness = np.abs(index.lab[:, 0] - np.float32(target[0])) <= LARGEST_SL * reach
    candidates = np.flatnonzero(lightness & allowed[index.picture])
    near = np.zeros(len(index.share), bool)
    for start in range(0, len(candidates), CHUNK):
        some = candidates[start : start + CHUNK]
        near[some] = delta_e(index.lab[some].astype(np.float64), target) <= reach
    return near


def _area(index: Index, swatches: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of each picture that some swatches have, `(n,)`."""
    chosen = np.flatnonzero(swatches)
    area: NDArray[np.float64] = np.bincount(
        index.picture[chosen], index.share[chosen], len(index)
    ).astype(np.float64)
    return area


def _share_of(
    index: Index, what: Color | str, within: float, allowed: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the share of a color or a family in each allowed picture."""
    if isinstance(what, str):
        return index.families[:, _family(what)].astype(np.float64)
    return _area(index, _near(index, what, within, allowed))


def _family(name: str) -> int:
    """Return the index of a family, or raise `OptionError`."""
    name = {"grey": "gray"}.get(name, name)
    if name not in FAMILIES:
        raise OptionError(f"There is no family {name!r}; the families are {', '.join(FAMILIES)}.")
    return FAMILIES.index(name)


def _alike(
    index: Index,
    palette: Palette,
    chosen: NDArray[np.intp],
    area: NDArray[np.float64],
    count: int,
    start: int,
) -> list[Found]:
    """Return the pictures among the chosen ones that are most like a palette.

    In the order of their sketches, so many as there are candidates are compared at a time.
    """
    far = distances(index.sketches[chosen], sketch_of(_lab(palette), _shares(palette)))
    order = chosen[np.argsort(far, kind="stable")]
    size = max(CANDIDATES, count)
    first = start // size * size
    blocks = [order[at : at + size] for at in range(first, min(start + count, len(order)), size)]
    found = [each for block in blocks for each in _compared(index, palette, block, area)]
    return found[start - first : start - first + count]


def _compared(
    index: Index, palette: Palette, best: NDArray[np.intp], area: NDArray[np.float64]
) -> list[Found]:
    """Return pictures in the order of the distances of their swatches from a palette."""
    lab, shares = _lab(palette), _shares(palette)
    slices = [index.swatches(int(each)) for each in best]
    others = np.concatenate([index.lab[each] for each in slices]).astype(np.float64)
    costs = delta_e(lab[:, np.newaxis], others)
    units, start, found = _units(shares), 0, []
    for each, part in zip(best.tolist(), slices, strict=True):
        stop = start + part.stop - part.start
        theirs = _units(index.share[part].astype(np.float64))
        distance = _assigned(costs[:, start:stop], units, theirs)
        found.append(Found(each, round(float(area[each]), 6), distance))
        start = stop
    return sorted(found, key=lambda each: (each.distance, each.picture))


def _lab(palette: Palette) -> Lab:
    return lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))


def _shares(palette: Palette) -> NDArray[np.float64]:
    """Return the shares of a palette, `(k,)`; equal ones if it has none."""
    shares = np.array([swatch.share for swatch in palette.swatches], np.float64)
    if not shares.sum(dtype=np.float64) > 0:
        shares = np.ones(len(shares))
    normal: NDArray[np.float64] = shares / shares.sum(dtype=np.float64)
    return normal


def _units(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return shares as whole numbers that sum to `UNITS`, by the largest remainders."""
    exact = shares / shares.sum(dtype=np.float64) * UNITS
    units: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = UNITS - int(units.sum(dtype=np.int64))
    units[np.argsort(units - exact, kind="stable")[:missing]] += 1
    return units


def _assigned(
    cost: NDArray[np.float64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> float:
    """Return the least mean cost of moving units, `(k,)` and `(l,)`, at a cost of `(k, l)` each."""
    between = np.repeat(np.repeat(cost, left, axis=0), right, axis=1)
    rows, columns = libraries.load().linear_sum_assignment(between)
    return round(float(between[rows, columns].mean()), 3)


def describe(index: Index, found: Sequence[Found]) -> list[dict[str, Any]]:
    """Return what was found as JSON objects."""
    objects = []
    for each in found:
        source, raw = index.name(each.picture)
        part = index.swatches(each.picture)
        objects.append(
            {
                "source": source,
                "raw": raw,
                "area": each.area,
                "distance": each.distance,
                "swatches": [
                    {"hex": f"#{bytes(rgb).hex()}", "share": round(float(share), 6)}
                    for rgb, share in zip(
                        index.rgb[part].tolist(), index.share[part].tolist(), strict=True
                    )
                ],
            }
        )
    return objects
