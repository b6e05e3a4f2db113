"""Palette: swatches in an order, with the share of the picture each stands for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from palette_engine.color.srgb import Color

__all__ = ["Fit", "Palette", "Swatch", "percent", "plain_text"]


def plain_text(text: str, limit: int) -> str:
    """Return text as one clean line of at most `limit` bytes of UTF-8.

    Control, bidirectional and invisible characters become spaces, and runs of white space
    one space. The cut never splits a character. The result may be empty.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode()[:limit].decode(errors="ignore").strip()


@dataclass(frozen=True)
class Swatch:
    """One color of a palette.

    `color` is sRGB, 8 bits a channel. `share` is the part of the picture's visible area
    the color stands for, 0 to 1. `name` may be empty. `place` rises with where the color first
    matters in its picture, from top left to bottom right; None if nobody looked.
    """

    color: Color
    share: float = 0.0
    name: str = ""
    place: float | None = field(default=None, compare=False)

    @property
    def hex(self) -> str:
        """The color as ``#rrggbb``."""
        return "#{:02x}{:02x}{:02x}".format(*self.color)

    @property
    def label(self) -> str:
        """What programs show beside the color: its name, or else its hex value and any share."""
        return self.name or (f"{self.hex} {percent(self.share)}" if self.share else self.hex)


@dataclass(frozen=True)
class Fit:
    """How far a picture's colors are from their swatches, in ΔE2000, over its area.

    `mean` is the mean, `p95` what 95 % of the area does not exceed.
    """

    mean: float
    p95: float


@dataclass(frozen=True)
class Palette:
    """Swatches in the order that was chosen.

    Guarantees: no two swatches of an extracted palette have the same color; their shares
    sum to 1; there are `asked` of them, or as many as the picture has, and then `note`
    says so. `source` names where the colors came from, and may be empty. `min_distance` is
    the ΔE2000 that was to be between any two. `fit` is None if there was no picture.
    """

    swatches: tuple[Swatch, ...]
    name: str = "Palette"
    source: str = ""
    asked: int = 0
    min_distance: float = 0.0
    fit: Fit | None = None

    @property
    def columns(self) -> int:
        """How many swatches a row of a palette view holds: one row if short, else near square."""
        count = len(self.swatches)
        return count if count <= 12 else min(16, math.ceil(math.sqrt(count)))

    @property
    def note(self) -> str:
        """A sentence when there are fewer colors than asked for, else an empty string."""
        count = len(self.swatches)
        if count >= self.asked:
            return ""
        colors, were = ("color", "was") if count == 1 else ("colors", "were")
        apart = f" at least {self.min_distance:g} apart (ΔE2000)" if self.min_distance else ""
        found = f"Only {count} {colors}{apart} {were} found in the picture"
        return f"{found}; {self.asked} were asked for."


def percent(share: float) -> str:
    """Return a share in words: ``41.3%``, and never ``0.0%`` for something that is there."""
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{share:.1%}"
