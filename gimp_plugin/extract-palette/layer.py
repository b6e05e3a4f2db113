"""Layer: every call that reads pixels out of GIMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gi.repository import Gegl, Gimp

if TYPE_CHECKING:
    from engine import Engine

ROWS = 128
"""How many rows are read at a time: two of GIMP's tiles, so memory stays flat and fast."""

FORMAT = "R'G'B'A u8"
"""Always sRGB, converted from the image's profile, whatever its precision and mode."""


def send(drawable: Gimp.Drawable, engine: Engine, name: str) -> None:
    """Send a drawable's pixels to the engine, strip by strip, with progress."""
    width, height = drawable.get_width(), drawable.get_height()
    buffer = drawable.get_buffer()
    engine.announce(width=width, height=height, rows=ROWS, planes=["rgba"], name=name)
    for top in range(0, height, ROWS):
        rows = min(ROWS, height - top)
        strip = Gegl.Rectangle.new(0, top, width, rows)
        engine.send(buffer.get(strip, 1.0, FORMAT, Gegl.AbyssPolicy.NONE))
        Gimp.progress_update((top + rows) / height)
