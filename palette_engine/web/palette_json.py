"""Palette JSON: a palette as the page shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from palette_engine import formats
from palette_engine.color.contrast import text_color_on
from palette_engine.color.hex_code import format_hex
from palette_engine.formats.json_palette import to_object
from palette_engine.palette.value import Difference, Palette, Swatch, percent

__all__ = ["NOTATIONS", "difference_sentence", "match_of", "palette_json"]

NOTATIONS = {
    "hex": "Hex values",
    "css": "CSS properties",
    "tailwind": "Tailwind theme",
    "json": "JSON",
}
"""The formats in which all colors can be copied, with their titles."""

MATCHES = (
    (3.0, "a very good match"),
    (6.0, "a good match"),
    (10.0, "a fair match"),
    (math.inf, "a rough match"),
)
"""The greatest mean ΔE2000 of each match, and its words, which are those of GIMP's dialog.

See docs/decisions.md#a-match-in-words.
"""


def palette_json(palette: Palette, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return a palette as JSON values for the page.

    `notes` are sentences about its picture. Beside the palette's document, each swatch has its
    share as text and a readable text color (black or white), and `texts` holds all colors in each
    notation.
    """
    return {
        "document": to_object(palette),
        "name": palette.name,
        "swatches": [_swatch(swatch) for swatch in palette.swatches],
        "match": match_of(palette.difference) if palette.difference else "",
        "fit": difference_sentence(palette.difference) if palette.difference else "",
        "note": " ".join(filter(None, (*notes, palette.note))),
        "texts": {name: formats.dumps(palette, name).decode() for name in NOTATIONS},
    }


def match_of(difference: Difference) -> str:
    """Return how well a palette fits its picture, in a few words."""
    return next(words for most, words in MATCHES if difference.mean <= most)


def difference_sentence(difference: Difference) -> str:
    """Return how well a palette fits its picture, in numbers."""
    return (
        f"Mean difference from the picture: ΔE {difference.mean:.1f}. 95% of the area is within "
        f"ΔE {difference.p95:.1f}. ΔE (CIEDE2000) is how different two colors look: 1 can hardly "
        "be seen, and above 10 they are clearly two colors."
    )


def _swatch(swatch: Swatch) -> dict[str, Any]:
    return {
        "hex": swatch.hex,
        "name": swatch.name,
        "share": swatch.share,
        "percent": percent(swatch.share) if swatch.share else "",
        "ink": format_hex(text_color_on(swatch.color)),
    }
