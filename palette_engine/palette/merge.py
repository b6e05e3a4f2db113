"""Merge: several palettes become one, with or without colors that look the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.errors import InputError
from palette_engine.palette.value import Palette, Remark, Swatch

__all__ = ["MAX_COLORS", "merged", "without_duplicates"]

MAX_COLORS = 4096
"""The largest number of colors that are compared by how they look; they take some seconds."""


def merged(palettes: Sequence[Palette]) -> Palette:
    """Return the swatches of one or more palettes, one palette after the other.

    If all palettes have shares, those of each count equally, else there are none. The name is made
    of the different names.
    """
    if len(palettes) == 1:
        return palettes[0]
    has_shares = all(sum(swatch.share for swatch in each.swatches) > 0 for each in palettes)
    swatches = [
        replace(swatch, share=swatch.share / len(palettes) if has_shares else 0.0)
        for each in palettes
        for swatch in each.swatches
    ]
    names = dict.fromkeys(each.name for each in palettes if each.name)
    remarks = tuple(remark for each in palettes for remark in each.remarks)
    return Palette(tuple(swatches), " and ".join(names), remarks=remarks)


def without_duplicates(palette: Palette, distance: float) -> Palette:
    """Return the palette without swatches that are within a ΔE2000 of an earlier one.

    A distance of 0 drops only equal colors. An earlier swatch gets the share of those that are
    dropped for it. A remark tells how many were dropped. Raises `InputError` for more than
    `MAX_COLORS` colors.
    """
    if len(palette.swatches) > MAX_COLORS:
        raise InputError(
            f"At most {MAX_COLORS:,} colors can be compared; the palette has "
            f"{len(palette.swatches):,}."
        )
    lab = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8).reshape(-1, 3))
    kept: list[int] = []
    shares: dict[int, float] = {}
    for index, swatch in enumerate(palette.swatches):
        distances = delta_e(lab[kept], lab[index]) if kept else np.empty(0)
        if kept and distances.min() <= distance:
            shares[kept[int(distances.argmin())]] += swatch.share
        else:
            kept.append(index)
            shares[index] = swatch.share
    swatches: list[Swatch] = [
        replace(palette.swatches[index], share=shares[index]) for index in kept
    ]
    remarks = palette.remarks
    if count := len(palette.swatches) - len(kept):
        were = "1 color was" if count == 1 else f"{count:,} colors were"
        sentence = f"{were} dropped, within a ΔE2000 of {distance:g} of an earlier one."
        remarks += (Remark(sentence, count),)
    return replace(palette, swatches=tuple(swatches), remarks=remarks)
