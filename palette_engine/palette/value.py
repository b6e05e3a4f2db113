"""The palette value: swatches in an order, each with its share of a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from palette_engine.color.hex_code import format_hex
from palette_engine.color.srgb import Color

__all__ = ["Difference", "Palette", "Swatch", "percent", "plain_text"]


def plain_text(text: str, limit: int) -> str:
    """Return text as one printable line of at most `limit` bytes of UTF-8; may be empty.

    Control, bidirectional and invisible characters become spaces, and consecutive white space
    becomes one space. Text is cut between characters.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode()[:limit].decode(errors="ignore").strip()


@dataclass(frozen=True)
class Swatch:
    """One color of a palette.

    `color` is sRGB, 8 bits a channel. `share` is the part of the picture's visible area that
    the color stands for, 0 to 1; 0 if there was no picture. `name` may be empty. `first_seen`
    grows from the top left to the bottom right of the picture with the position at which the
    color first matters; None if that is unknown. It does not count when swatches are compared.
    `is_edited` is true if the color or the name was changed by hand (`palette.edit`).
    """

    color: Color
    share: float = 0.0
    name: str = ""
    first_seen: float | None = field(default=None, compare=False)
    is_edited: bool = False

    @property
    def hex(self) -> str:
        """The color as ``#rrggbb``."""
        return format_hex(self.color)

    @property
    def label(self) -> str:
        """The text that programs show for the color: its name, or else hex value and any share."""
        return self.name or (f"{self.hex} {percent(self.share)}" if self.share else self.hex)


@dataclass(frozen=True)
class Difference:
    """The difference of a picture's colors from their swatches, in ΔE2000.

    `mean` is the mean over the picture's visible area; `p95` is the value that 95 % of the area
    does not exceed.
    """

    mean: float
    p95: float


@dataclass(frozen=True)
class Palette:
    """Swatches in an order.

    Guarantees for an extracted palette: no two swatches have the same color; their shares sum
    to 1; there are `asked` of them, or fewer if the picture has fewer colors, and then `note`
    says so. `source` is the name of the picture or file, and may be empty. `min_distance` is the
    ΔE2000 that was required between any two swatches. `difference` is None if there was no
    picture. If the picture decided the number of colors, `asked` is the least that was allowed,
    and `needed` the number that the picture needs; else that is 0. `kept` is the number of
    swatches that the user wanted, whatever is in the picture.
    """

    swatches: tuple[Swatch, ...]
    name: str = "Palette"
    source: str = ""
    asked: int = 0
    min_distance: float = 0.0
    difference: Difference | None = None
    needed: int = 0
    kept: int = 0

    @property
    def columns(self) -> int:
        """The number of swatches in a row of a palette view: all up to 12, else nearly a square."""
        count = len(self.swatches)
        return count if count <= 12 else min(16, math.ceil(math.sqrt(count)))

    @property
    def note(self) -> str:
        """A sentence if there are fewer colors than asked for or needed, else an empty string.

        That fewer fit than the picture needs is only said if a minimum distance was required. See
        docs/decisions.md#fewer-colors-than-asked-for.
        """
        count = len(self.swatches)
        if count < self.asked:
            least = "at least " if self.needed else ""
            were = "was" if self.asked == 1 else "were"
            return f"{self._found}; {least}{self.asked} {were} asked for{self._in_all}."
        if self.min_distance and count < self.needed:
            return f"{self._found}; it needs {self.needed}{self._in_all}."
        return ""

    @property
    def _found(self) -> str:
        """What was found, beside colors that were kept."""
        count = max(len(self.swatches) - self.kept, 0)
        colors, were = ("color", "was") if count == 1 else ("colors", "were")
        apart = f" at least {self.min_distance:g} apart (ΔE2000)" if self.min_distance else ""
        found = f"{count} {colors}{apart} {were} found in the picture"
        if not self.kept:
            return f"Only {found}"
        kept = "kept color" if self.kept == 1 else f"{self.kept} kept colors"
        if not count:
            found = f"no other{apart} was found in the picture"
            return f"Beside the {kept}, {found}"
        return f"Beside the {kept}, only {found}"

    @property
    def _in_all(self) -> str:
        return " in all" if self.kept else ""


def percent(share: float) -> str:
    """Return a share from 0 to 1 as ``41.3%``, and as ``<0.1%`` if it is small but not 0."""
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{share:.1%}"
