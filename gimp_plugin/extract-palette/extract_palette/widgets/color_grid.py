"""Color grid: the colors of a palette side by side, as many rows as there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import gi

from extract_palette.pictures.swatches import channels
from extract_palette.translation import _

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402  (after require_version)

HEIGHT = 48

LEAST = 4
"""The least width and height of a color, in pixels; a palette with more shows its beginning."""


class ColorGrid(Gtk.DrawingArea):
    """Colors as equal rectangles."""

    def __init__(self) -> None:
        super().__init__()
        self._colors: Sequence[str] = ()
        self.set_size_request(-1, HEIGHT)
        self.connect("draw", self._draw)
        self.get_accessible().set_name(_("The colors of the palette"))

    def show_colors(self, colors: Sequence[str]) -> None:
        """Draw hex values."""
        self._colors = colors
        self.queue_draw()

    def _draw(self, _area: Gtk.Widget, context: Any) -> bool:
        width, height = self.get_allocated_width(), self.get_allocated_height()
        columns, rows = layout_of(len(self._colors), width, height)
        for index, code in enumerate(self._colors[: columns * rows]):
            row, column = divmod(index, columns)
            left, right = column * width // columns, (column + 1) * width // columns
            top, bottom = row * height // rows, (row + 1) * height // rows
            context.set_source_rgb(*channels(code))
            context.rectangle(left, top, right - left, bottom - top)
            context.fill()
        return False


def layout_of(count: int, width: int, height: int) -> tuple[int, int]:
    """Return the columns and rows of some colors, each nearly a square if there are many."""
    if count * height <= width:
        return max(count, 1), 1
    most = max(height // LEAST, 1)
    rows = min(max(round(math.sqrt(count * height / width)), 1), most)
    return min(math.ceil(count / rows), max(width // LEAST, 1)), rows
