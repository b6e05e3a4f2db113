"""Check: what a palette's colors can be used for, and who cannot tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from palette_engine.color.color_vision import CONFUSION_LIMIT, VISIONS, View, view_of
from palette_engine.color.contrast import Pair, pairs_of
from palette_engine.errors import InputError
from palette_engine.palette.value import Palette

__all__ = ["MOST", "SCHEMA", "Check", "checked", "document"]

MOST = 256
"""How many swatches are compared at most; their pairs are 32,640."""

SCHEMA = 1
"""Grows when a reader of the document would have to change."""


@dataclass(frozen=True)
class Check:
    """A palette, its pairs from high to low contrast, and one view for each of `VISIONS`.

    `hard` is the ΔE2000 below which two colors are hard to tell apart.
    """

    palette: Palette
    pairs: tuple[Pair, ...]
    views: tuple[View, ...]
    hard: float = CONFUSION_LIMIT


def checked(palette: Palette) -> Check:
    """Return what there is to say about every two of a palette's colors.

    Raises `InputError` if there are more than `MOST`.
    """
    colors = [swatch.color for swatch in palette.swatches]
    if len(colors) > MOST:
        raise InputError(
            f"The palette has {len(colors)} colors; every two are compared for up to {MOST}, "
            "so check a smaller palette."
        )
    views = tuple(view_of(colors, vision) for vision in VISIONS)
    return Check(palette, pairs_of(colors), views)


def document(found: Check) -> dict[str, Any]:
    """Return a check as values that JSON knows; pairs name swatches by their places, from 0."""
    palette = found.palette
    return {
        "schema": SCHEMA,
        "name": palette.name,
        "source": palette.source,
        "swatches": [{"hex": swatch.hex, "name": swatch.name} for swatch in palette.swatches],
        "contrast": [
            {
                "swatches": [pair.first, pair.second],
                "ratio": pair.ratio,
                "text": pair.grade.text or None,
                "large_text": pair.grade.large_text or None,
                "graphics": pair.grade.graphics or None,
            }
            for pair in found.pairs
        ],
        "hard_below": found.hard,
        "vision": {
            view.vision: {
                "seen": ["#{:02x}{:02x}{:02x}".format(*color) for color in view.colors],
                "hard_to_tell_apart": [
                    {
                        "swatches": [pair.first, pair.second],
                        "usual": pair.usual,
                        "seen": pair.seen,
                    }
                    for pair in view.confusions
                ],
            }
            for view in found.views
        },
    }
