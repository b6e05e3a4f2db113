"""Swatches: the colors of a palette document, as the widgets show them.

Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from extract_palette.translation import _, decimal

NARROWEST = 4
"""The least width of a share in a bar, in pixels, if the bar is wide enough for all."""


class Swatch(NamedTuple):
    """One color of a palette, with its share as a number and as text."""

    hex: str
    name: str
    text: str
    share: float
    is_edited: bool = False

    @property
    def words(self) -> str:
        """The color in words."""
        return " ".join(filter(None, (self.hex, self.name, self.text)))

    @property
    def marks(self) -> list[str]:
        """What else is to be said about it."""
        return [_("Changed by hand.")] if self.is_edited else []


def swatches_of(document: dict[str, Any]) -> list[Swatch]:
    """Return the swatches of a palette document."""
    return [
        Swatch(
            row["hex"],
            row["name"],
            percent(row["share"]),
            row["share"],
            is_edited=bool(row.get("edited")),
        )
        for row in document["swatches"]
    ]


def percent(share: float) -> str:
    """Return a share as the user writes it, and never zero for a share above zero."""
    if 0 < share < 0.001:
        return _("<{share} %").format(share=decimal(0.1))
    return _("{share} %").format(share=decimal(100 * share))


def widths(shares: Sequence[float], width: int) -> list[int]:
    """Return the widths of shares in a bar, in which even the smallest is visible."""
    least = min(NARROWEST, width // max(1, len(shares)))
    rest, total = width - least * len(shares), sum(shares) or 1.0
    ends, done = [0], 0.0
    for share in shares:
        done += share
        ends.append(least * len(ends) + round(rest * done / total))
    return [end - start for start, end in pairwise(ends)]


def channels(code: str) -> tuple[float, float, float]:
    """Return the red, green and blue of a hex value, 0 to 1."""
    red, green, blue = bytes.fromhex(code[1:])
    return red / 255, green / 255, blue / 255


def is_light(code: str) -> bool:
    """Return whether dark marks are easier to see on a color than light ones."""
    red, green, blue = channels(code)
    return 0.3 * red + 0.59 * green + 0.11 * blue > 0.55


def hexes(document: dict[str, Any]) -> list[str]:
    """Return the hex values of a palette document."""
    return [swatch["hex"] for swatch in document["swatches"]]


def colors_in(text: str) -> list[str]:
    """Return the hex values in a list that the user typed, as the engine reads it."""
    digits = re.findall(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![^\s,])", text)
    long = (code if len(code) == 6 else "".join(2 * digit for digit in code) for code in digits)
    return list(dict.fromkeys(f"#{code.lower()}" for code in long))
