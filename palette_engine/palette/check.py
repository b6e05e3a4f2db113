"""Check: the contrast of every two colors of a palette, and which are hard to tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from palette_engine.color.color_vision import CONFUSION_LIMIT, VISIONS, View, view_of
from palette_engine.color.contrast import Pair, pairs_of
from palette_engine.color.hex_code import format_hex
from palette_engine.errors import InputError
from palette_engine.palette.value import Palette

__all__ = ["MAX_COLORS", "SCHEMA", "Check", "checked", "to_object"]

MAX_COLORS = 256
"""The largest number of swatches that are compared; they have 32,640 pairs."""

SCHEMA = 1
"""The version of the object; grows if programs that read it have to change."""


@dataclass(frozen=True)
class Check:
    """A palette, its pairs from high to low contrast, and one view for each of `VISIONS`.

    Two colors whose ΔE2000 is below `hard` are hard to tell apart.
    """

    palette: Palette
    pairs: tuple[Pair, ...]
    views: tuple[View, ...]
    hard: float = CONFUSION_LIMIT


def checked(palette: Palette) -> Check:
    """Return the contrast and the confusions of every two of a palette's colors.

    Contrast is that of WCAG 2.2; color vision is simulated after Brettel, Viénot and Mollon
    (1997). Raises `InputError` for more than `MAX_COLORS` colors.
    """
    colors = [swatch.color for swatch in palette.swatches]
    if len(colors) > MAX_COLORS:
        raise InputError(
            f"The palette has {len(colors)} colors; at most {MAX_COLORS} can be compared, "
            "so check a smaller palette."
        )
    views = tuple(view_of(colors, vision) for vision in VISIONS)
    return Check(palette, pairs_of(colors), views)


def to_object(check: Check) -> dict[str, Any]:
    """Return a check as a JSON object; pairs hold the indexes of swatches, from 0."""
    palette = check.palette
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
            for pair in check.pairs
        ],
        "hard_below": check.hard,
        "vision": {
            view.vision: {
                "seen": [format_hex(color) for color in view.colors],
                "hard_to_tell_apart": [
                    {
                        "swatches": [pair.first, pair.second],
                        "usual": pair.usual,
                        "seen": pair.seen,
                    }
                    for pair in view.confusions
                ],
            }
            for view in check.views
        },
    }
