"""Names: what people call the colors nearest to a palette's swatches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.options import OPTIONS
from palette_engine.palette.value import Palette

__all__ = ["LISTS", "named"]

MOST_COLORS = 4096
"""How many colors are named; that takes some seconds."""

FAR = 8.0
"""Beyond this ΔE2000 a second choice misleads: in palettes of photos, grays became pinks."""

LARGEST_SL = 1.75
"""SL, which divides ΔL* in ΔE2000, is less than this: at most 1.7471, for black and white."""

LISTS: Mapping[str, str] = {"css": "css.txt", "xkcd": "xkcd.txt", "meodai": "meodai.txt"}
"""The file of every list by the list's name; data/README.md says where they come from."""


@cache
def listed_in(file: str) -> tuple[Sequence[str], Lab]:
    """Return the names in a file of the package's data, and their colors in CIELAB."""
    text = (files("palette_engine") / "data" / file).read_text(encoding="utf-8")
    codes, names = zip(*(line.split("\t") for line in text.splitlines()), strict=True)
    lab = lab_of(np.array([[*bytes.fromhex(code)] for code in codes], np.uint8))
    lab.flags.writeable = False
    return names, lab


def named(palette: Palette, names: str) -> Palette:
    """Return the palette with a name from the list of that name in `LISTS` on every swatch.

    With ``none``, no swatch has a name; otherwise no name is given twice. Of all swatches and
    names the two nearest in ΔE2000 come together first, then the two nearest of the rest, and so
    on: a color of the list has its own name. A swatch for which no name within `FAR` is left gets
    its nearest name with a number, such as ``teal 2``; a color that comes again, a number behind
    the name it has. The order of the swatches makes no difference, except between equal colors.

    Raises `OptionError` if there is no such list, and `InputError` for more than `MOST_COLORS`.
    """
    if not palette.swatches:
        return palette
    names = OPTIONS["names"].read(names)
    if names == "none":
        return replace(palette, swatches=tuple(replace(s, name="") for s in palette.swatches))
    colors = [swatch.color for swatch in palette.swatches]
    if len(colors) > MOST_COLORS:
        raise InputError(
            f"The palette has {len(colors):,} colors; up to {MOST_COLORS:,} can be named, so name "
            "a smaller palette."
        )
    unique = numbered(colors, choices(sorted({*colors}), LISTS[names]))
    pairs = zip(palette.swatches, unique, strict=True)
    return replace(palette, swatches=tuple(replace(swatch, name=name) for swatch, name in pairs))


def choices(colors: Sequence[Color], file: str) -> dict[Color, str]:
    """Return the list's name for each of different colors.

    Those that have a name to themselves come first, then those that must share one; in each
    part the nearest to their names come first.
    """
    names, listed = listed_in(file)
    nearest: dict[int, int] = {}
    own: dict[int, int] = {}
    taken: set[int] = set()
    for _, color, name in sorted(fitting(lab_of(np.array(colors, np.uint8)), listed)):
        nearest.setdefault(color, name)
        if color not in own and name not in taken:
            own[color] = name
            taken.add(name)
    shared = {color: name for color, name in nearest.items() if color not in own}
    return {colors[color]: names[name] for color, name in (own | shared).items()}


def fitting(lab: Lab, listed: Lab) -> Iterator[tuple[float, int, int]]:
    """Yield the ΔE2000 and the places of each color and each listed color that fits it.

    The nearest one fits, and so do all within `FAR`.
    """
    for place, color in enumerate(lab):
        some = listed[((listed - color) ** 2).sum(axis=1).argmin()]
        reach = max(FAR, float(delta_e(color, some)))
        # ΔE2000 is never less than ΔL* / SL, so most need no closer look.
        names = np.flatnonzero(abs(listed[:, 0] - color[0]) / LARGEST_SL <= reach)
        # On a grid, so that the last digits cannot tip a tie.
        distances = np.round(delta_e(color, listed[names]), 6)
        fits = distances <= max(FAR, distances.min())
        for distance, name in zip(distances[fits].tolist(), names[fits].tolist(), strict=True):
            yield distance, place, name


def numbered(colors: Sequence[Color], names: Mapping[Color, str]) -> list[str]:
    """Return the name of each color, and with a number if it has been used before.

    First come the first of equal colors, in the order of the names, then the second, and so on.
    """
    rank = {color: place for place, color in enumerate(names)}
    before: Counter[Color] = Counter()
    turns = []
    for place, color in enumerate(colors):
        turns.append((before[color], rank[color], place))
        before[color] += 1
    used: Counter[str] = Counter()
    unique = [""] * len(colors)
    for _, _, place in sorted(turns):
        name = names[colors[place]]
        used[name] += 1
        unique[place] = name if used[name] == 1 else f"{name} {used[name]}"
    return unique
