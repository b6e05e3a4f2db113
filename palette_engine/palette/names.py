"""Names: swatches are named after the nearest colors of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np

from palette_engine.color.cielab import LARGEST_SL, Lab, delta_e, lab_of
from palette_engine.color.hex_code import parse_hex
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.options import OPTIONS
from palette_engine.palette.value import Palette

__all__ = ["LISTS", "css_names", "named", "read_list"]

MAX_COLORS = 4096
"""The largest number of colors that are named; they take some seconds."""

MAX_DISTANCE = 8.0
"""The largest ΔE2000 to a name that is not the nearest.

See docs/decisions.md#second-choice-names.
"""

MAX_PAIRS = 2**18
"""At most this many colors and names, or the names of one color, are compared at once."""

LISTS: Mapping[str, str] = {"css": "css.txt", "xkcd": "xkcd.txt", "meodai": "meodai.txt"}
"""The file in data/ of every list by the list's name; data/README.md has the sources."""


def css_names() -> Sequence[str]:
    """Return the names of the CSS colors, in the order of their list."""
    return [line.split("\t")[1] for line in _lines(LISTS["css"])]


@cache
def read_list(file: str) -> tuple[Sequence[str], Lab]:
    """Return the n names in a file of data/, and their colors in CIELAB, `(n, 3)`, read-only."""
    codes, names = zip(*(line.split("\t") for line in _lines(file)), strict=True)
    lab = lab_of(np.array([parse_hex(code) for code in codes], np.uint8))
    lab.flags.writeable = False
    return names, lab


def _lines(file: str) -> Sequence[str]:
    """Return the lines of a file of data/, each a hex code, a tab and a name."""
    text = (files("palette_engine") / "data" / file).read_text(encoding="utf-8")
    return text.splitlines()


def named(palette: Palette, names: str) -> Palette:
    """Return the palette with a different name on every swatch, from a list in `LISTS`.

    ``none`` removes all names. The swatch and the name with the least ΔE2000 are matched first,
    then the nearest two of those that remain, and so on, so a color of the list gets its own
    name. If no unused name is within `MAX_DISTANCE` of a swatch, it gets the nearest name with a
    number, such as ``teal 2``; so do repeated colors. The order of the swatches matters only
    between equal colors.

    Raises `OptionError` if there is no such list, and `InputError` for more than `MAX_COLORS`
    colors.
    """
    if not palette.swatches:
        return palette
    names = OPTIONS["names"].read(names)
    if names == "none":
        return replace(palette, swatches=tuple(replace(s, name="") for s in palette.swatches))
    colors = [swatch.color for swatch in palette.swatches]
    if len(colors) > MAX_COLORS:
        raise InputError(
            f"The palette has {len(colors):,} colors; at most {MAX_COLORS:,} can be named, so "
            "name a smaller palette."
        )
    unique = number_repeats(colors, match_names(sorted({*colors}), LISTS[names]))
    pairs = zip(palette.swatches, unique, strict=True)
    return replace(palette, swatches=tuple(replace(swatch, name=name) for swatch, name in pairs))


def match_names(colors: Sequence[Color], file: str) -> dict[Color, str]:
    """Return the name in a list for each of different colors.

    Colors with a name of their own come first, then colors that share one; both by the distance
    from their name.
    """
    names, listed = read_list(file)
    nearest: dict[int, int] = {}
    own: dict[int, int] = {}
    taken: set[int] = set()
    for _, color, name in sorted(candidates(lab_of(np.array(colors, np.uint8)), listed)):
        nearest.setdefault(color, name)
        if color not in own and name not in taken:
            own[color] = name
            taken.add(name)
    shared = {color: name for color, name in nearest.items() if color not in own}
    return {colors[color]: names[name] for color, name in (own | shared).items()}


def candidates(lab: Lab, listed: Lab) -> Iterator[tuple[float, int, int]]:
    """Yield the ΔE2000, the index of a color, and the index of a listed color that it may take.

    Those are the nearest, and all within `MAX_DISTANCE`. Both arrays are CIELAB, `(n, 3)`.
    """
    nearest = np.array([((listed - color) ** 2).sum(axis=1).argmin() for color in lab], np.intp)
    reach = np.maximum(MAX_DISTANCE, delta_e(lab, listed[nearest]))[:, np.newaxis]
    step = max(1, MAX_PAIRS // len(listed))
    for first in range(0, len(lab), step):
        part = slice(first, first + step)
        # ΔE2000 is at least ΔL* / S_L, which excludes most names without computing it.
        is_near = abs(listed[:, 0] - lab[part, :1]) / LARGEST_SL <= reach[part]
        colors, names = np.nonzero(is_near)
        # Rounded, so that the last digits cannot decide a tie.
        distances = np.round(delta_e(lab[part][colors], listed[names]), 6)
        begins = np.flatnonzero(np.diff(colors, prepend=-1))
        limits = np.maximum(MAX_DISTANCE, np.minimum.reduceat(distances, begins))
        fits = distances <= limits[colors]
        found = (distances[fits].tolist(), (first + colors[fits]).tolist(), names[fits].tolist())
        yield from zip(*found, strict=True)


def number_repeats(colors: Sequence[Color], names: Mapping[Color, str]) -> list[str]:
    """Return the name of each color, with a number from 2 if it has been used before.

    Numbers are given to the first of equal colors in the order of `names`, then to the second,
    and so on.
    """
    rank = {color: index for index, color in enumerate(names)}
    before: Counter[Color] = Counter()
    turns = []
    for index, color in enumerate(colors):
        turns.append((before[color], rank[color], index))
        before[color] += 1
    used: Counter[str] = Counter()
    unique = [""] * len(colors)
    for _, _, index in sorted(turns):
        name = names[colors[index]]
        used[name] += 1
        unique[index] = name if used[name] == 1 else f"{name} {used[name]}"
    return unique
