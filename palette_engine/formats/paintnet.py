"""Paint.NET: a text file of ``aarrggbb`` lines and comments, without names of colors.

Paint.NET takes the first 96 colors, and adds white if there are fewer.

https://www.getpaint.net/doc/latest/WorkingWithPalettes.html
"""

from __future__ import annotations

from palette_engine.palette.value import Palette, plain_text

__all__ = ["MAX_COLORS", "dumps"]

MAX_COLORS = 96
"""How many colors of a file Paint.NET takes."""

NAME_BYTES = 200


def dumps(palette: Palette) -> bytes:
    """Return a palette as a Paint.NET file."""
    lines = ["; Paint.NET Palette File", f"; {plain_text(palette.name, NAME_BYTES) or 'Palette'}"]
    lines += [f"FF{swatch.hex[1:].upper()}" for swatch in palette.swatches]
    # Paint.NET writes a byte order mark too, and needs it if the name is not ASCII.
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")
