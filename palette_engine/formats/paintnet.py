"""Paint.NET: its palette, a text of ``aarrggbb`` lines and comments.

Paint.NET takes the first 96 colors, and fills up with white if there are fewer. It holds no
names of colors.
"""

from __future__ import annotations

from palette_engine.palette.value import Palette, plain_text

__all__ = ["MOST_COLORS", "dumps"]

MOST_COLORS = 96
"""How many colors Paint.NET takes from a file."""

NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return the palette as a Paint.NET file."""
    lines = ["; Paint.NET Palette File", f"; {plain_text(palette.name, NAME_BYTES) or 'Palette'}"]
    lines += [f"FF{swatch.hex[1:].upper()}" for swatch in palette.swatches]
    # It writes the byte order mark itself, and needs it where the name is not ASCII.
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")
