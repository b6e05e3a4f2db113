"""Swaps: which colors of a palette become others, as users write it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from palette_engine.color.hex_code import format_hex
from palette_engine.color.srgb import Color
from palette_engine.errors import OptionError, Reason
from palette_engine.option_kinds import rgb_of
from palette_engine.palette.value import Palette, Swatch

__all__ = ["NEAR", "EditedPalette", "Swap", "parse_swap", "with_swaps"]

Swap: TypeAlias = tuple[Color, Color]
"""A color of a picture, and the one that it becomes."""

NEAR = 12.0
"""The ΔE2000 within which a color stands for the nearest swatch.

With a second swatch so near, half of an object would be changed. See
docs/decisions.md#palette-based-recoloring.
"""


@dataclass(frozen=True)
class EditedPalette:
    """A palette before and after some of its colors were swapped.

    Both have the same number of swatches. `notes` are sentences about colors that are no swatches.
    """

    before: Palette
    after: Palette
    notes: tuple[str, ...] = ()


def parse_swap(text: str) -> Swap:
    """Return the swap that ``OLD=NEW`` names, or raise `OptionError`.

    Colors are hex codes, with or without #, white or black.
    """
    old, equals, new = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return rgb_of(old.strip()), rgb_of(new.strip())
    except ValueError as error:
        raise OptionError(
            f"A swap is OLD=NEW with two colors, such as e6194b=2050d0, not {text!r}.",
            Reason.NOT_A_COLOR,
        ) from error


def with_swaps(palette: Palette, swaps: Iterable[str | Swap]) -> EditedPalette:
    """Return a palette in which the color of each swap is a swatch, and its edited form.

    `swaps` are texts, as `parse_swap` reads them, or pairs of colors. A color that is no swatch
    takes the place of the nearest one within `NEAR`, or else is added.
    Raises `OptionError` if a color is swapped twice, or for a text that is no swap.
    """
    chosen = tuple(parse_swap(each) if isinstance(each, str) else each for each in swaps)
    swatches = list(palette.swatches)
    index: dict[int, Swap] = {}
    notes = []
    for (old, new), nearest, distance in _by_distance(palette, chosen):
        if distance <= NEAR and nearest not in index:
            if distance:
                was = f"{swatches[nearest].hex} of the palette (ΔE2000 {distance:.1f})"
                notes.append(f"{format_hex(old)} stands for {was}")
                swatches[nearest] = replace(swatches[nearest], color=old, name="", wide=None)
            index[nearest] = (old, new)
        else:
            notes.append(f"{format_hex(old)} is far from all colors of the palette, and was added")
            index[len(swatches)] = (old, new)
            swatches.append(Swatch(old))
    edited = list(swatches)
    for number, (old, new) in index.items():
        if old != new:
            edited[number] = replace(swatches[number], color=new, name="", wide=None)
    return EditedPalette(
        replace(palette, swatches=tuple(swatches)),
        replace(palette, swatches=tuple(edited)),
        tuple(notes),
    )


def _by_distance(palette: Palette, swaps: tuple[Swap, ...]) -> Iterable[tuple[Swap, int, float]]:
    """Return swaps, each with its nearest swatch and ΔE2000, nearest first."""
    olds = [old for old, _ in swaps]
    for old in olds:
        if olds.count(old) > 1:
            raise OptionError(f"{format_hex(old)} is swapped twice; give it one new color.")
    if not olds or not palette.swatches:
        return [(swap, -1, float("inf")) for swap in swaps]
    import numpy as np

    from palette_engine.color.cielab import delta_e, lab_of

    colors, swatches = (
        lab_of(np.array(each, np.uint8))
        for each in (olds, [swatch.color for swatch in palette.swatches])
    )
    # Rounded to six digits, where processors agree.
    distance = np.round(delta_e(colors[:, np.newaxis], swatches), 6)
    nearest = distance.argmin(axis=1).tolist()
    found = zip(swaps, nearest, distance.min(axis=1).tolist(), strict=True)
    return sorted(found, key=lambda row: row[2])
