"""Palette JSON: a palette as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from palette_engine import formats
from palette_engine.color.contrast import text_color_on
from palette_engine.color.hex_code import format_hex
from palette_engine.formats.json_palette import to_object
from palette_engine.palette.value import Difference, Palette, Swatch, percent

__all__ = ["NOTATIONS", "difference_sentence", "palette_json"]

NOTATIONS = {
    "hex": "Hex values",
    "css": "CSS properties",
    "tailwind": "Tailwind theme",
    "json": "JSON",
}
"""The formats in which all colors can be copied, with their titles."""

JUDGMENTS = (
    (1.0, "Hardly anybody could tell the picture in these colors from the original."),
    (2.0, "Only a trained eye sees where the colors differ from the picture."),
    (3.5, "Most colors are very close to the picture."),
    (5.0, "The colors are close to the picture; side by side, differences show."),
    (10.0, "The colors give the picture's main tones; finer ones are lost."),
)
"""Sentences for mean differences, each for at most its first number.

The steps to 5 are those of Mokrzycki and Tatol, Color difference Delta E: a survey (2011), 3.
"""

BEYOND = "The picture has many more colors than these; ask for more of them to come closer."


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
        "fit": difference_sentence(palette.difference) if palette.difference else "",
        "note": " ".join(filter(None, (*notes, palette.note))),
        "texts": {name: formats.dumps(palette, name).decode() for name in NOTATIONS},
    }


def difference_sentence(difference: Difference) -> str:
    """Return how well a palette fits its picture, in words and numbers."""
    words = next((words for most, words in JUDGMENTS if difference.mean <= most), BEYOND)
    return (
        f"{words} The difference (ΔE2000) is {difference.mean:.1f} on average, and at most "
        f"{difference.p95:.1f} for 95 % of the picture."
    )


def _swatch(swatch: Swatch) -> dict[str, Any]:
    return {
        "hex": swatch.hex,
        "name": swatch.name,
        "share": swatch.share,
        "percent": percent(swatch.share) if swatch.share else "",
        "ink": format_hex(text_color_on(swatch.color)),
    }
