"""Thumbnail: a picture in a widget, of which a part is seen, with a caption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import gi

from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.pictures.viewport import Box, Viewport

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk, Pango  # noqa: E402  (after require_version)

NEAREST = 3
"""Cairo's filter CAIRO_FILTER_NEAREST, without the module of its names."""

ALIKE = 1.5
"""Pixels that are drawn larger or smaller than they are by no more than this stay as they are."""

LEAST = (150, 112)
"""The least width and height of the widget."""


class Drawn(NamedTuple):
    """Pixels of a part of the picture."""

    pixbuf: GdkPixbuf.Pixbuf
    box: Box


class Placement(NamedTuple):
    """Where pixels are drawn: their top left corner, and their scales, in pixels of the screen."""

    left: float
    top: float
    across: float
    down: float


class Thumbnail:
    """A picture as large as there is room, or a part of it.

    `resized` is called when the room for it changes. Until what is seen is read, it is drawn from
    the pixels that are there.
    """

    def __init__(self, caption: str, resized: Callable[[], None]) -> None:
        self.viewport = Viewport()
        self._drawn: Drawn | None = None
        self._whole: Drawn | None = None
        self._over: GdkPixbuf.Pixbuf | None = None
        self.area = Gtk.DrawingArea(hexpand=True, vexpand=True)
        self.area.set_size_request(*LEAST)
        self.area.connect("draw", self._draw)
        self.area.connect("size-allocate", lambda *_allocated: resized())
        self.label = Gtk.Label(label=caption, ellipsize=Pango.EllipsizeMode.END)
        self.label.set_max_width_chars(1)  # never wider than the picture

    @property
    def caption(self) -> str:
        """The caption."""
        caption: str = self.label.get_text()
        return caption

    @property
    def room(self) -> tuple[int, int]:
        """The width and height of the picture, at most, in pixels of the screen."""
        scale = self.area.get_scale_factor()
        return (
            max(1, self.area.get_allocated_width() * scale),
            max(1, self.area.get_allocated_height() * scale),
        )

    def lay_over(self, pixbuf: GdkPixbuf.Pixbuf | None) -> None:
        """Draw another picture over this one, until the next one is shown.

        One of another size belongs to another picture, and is not drawn.
        """
        shown = self._drawn and self._drawn.pixbuf
        self._over = pixbuf if pixbuf and _size(pixbuf) == _size(shown) else None
        self.area.queue_draw()

    def look(self, viewport: Viewport) -> None:
        """Show another part of the picture."""
        self.viewport = viewport
        self.area.queue_draw()

    def pixel(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the pixel that is drawn at a position in the widget, with its fraction."""
        if self._drawn is None:
            return None
        left, top, across, down = self._place(self._drawn)
        device = self.area.get_scale_factor()
        found = (x * device - left) / across, (y * device - top) / down
        pixbuf = self._drawn.pixbuf
        inside = 0 <= found[0] < pixbuf.get_width() and 0 <= found[1] < pixbuf.get_height()
        return found if inside else None

    def point(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the point of the picture at a position in the widget, in its pixels."""
        pixel = self.pixel(x, y)
        if pixel is None or self._drawn is None:
            return None
        box, (wide, high) = self._drawn.box, _size(self._drawn.pixbuf) or (1, 1)
        return box.left + pixel[0] * box.width / wide, box.top + pixel[1] * box.height / high

    def show_pixels(self, small: SmallPicture, rgba: bytes, caption: str) -> None:
        """Show R'G'B'A u8 pixels of a small picture, transparent ones over a checkerboard."""
        space, size = GdkPixbuf.Colorspace.RGB, (small.width, small.height)
        pixbuf = GdkPixbuf.Pixbuf.new_from_bytes(
            GLib.Bytes.new(rgba), space, True, 8, *size, 4 * small.width
        )
        nearest = GdkPixbuf.InterpType.NEAREST
        opaque = pixbuf.composite_color_simple(*size, nearest, 255, 8, 0x999999, 0x666666)
        self._drawn = Drawn(opaque, small.box)
        if small.box[2:] == self.viewport.size:
            self._whole = self._drawn
        self._over = None
        self.label.set_text(caption)
        self.area.get_accessible().set_name(caption)
        self.area.queue_draw()

    def forget_whole(self) -> None:
        """Show only what is known of another picture from now on."""
        self._whole = None

    def draw_on(self, area: Gtk.Widget, context: Any) -> None:
        """Draw the picture, as if into its own widget, into one of the same room."""
        device = area.get_scale_factor()
        context.save()
        context.scale(1 / device, 1 / device)  # to pixels of the screen
        if self._whole is not self._drawn:
            self._paint(context, self._whole)
        self._paint(context, self._drawn, self._over)
        context.restore()

    def draw_over_on(self, area: Gtk.Widget, context: Any) -> None:
        """Draw only what is laid over the picture, as `draw_on` does."""
        if self._drawn and self._over:
            device = area.get_scale_factor()
            context.save()
            context.scale(1 / device, 1 / device)
            self._paint(context, Drawn(self._over, self._drawn.box))
            context.restore()

    def _draw(self, area: Gtk.Widget, context: Any) -> bool:
        self.draw_on(area, context)
        return False

    def _paint(
        self, context: Any, drawn: Drawn | None, over: GdkPixbuf.Pixbuf | None = None
    ) -> None:
        if drawn is None:
            return
        left, top, across, down = self._place(drawn)
        context.save()
        context.translate(left, top)
        context.scale(across, down)
        for pixbuf in filter(None, (drawn.pixbuf, over)):
            Gdk.cairo_set_source_pixbuf(context, pixbuf, 0, 0)
            if across >= 1:
                context.get_source().set_filter(NEAREST)
            context.paint()
        context.restore()

    def _place(self, drawn: Drawn) -> Placement:
        """Return where pixels are drawn; those that were read for this view are not scaled."""
        scale, (x, y), box = self.viewport.scale, self.viewport.origin, drawn.box
        wide, high = _size(drawn.pixbuf) or (1, 1)
        across, down = box.width * scale / wide, box.height * scale / high
        left, top = x + box.left * scale, y + box.top * scale
        if abs(box.width * scale - wide) <= ALIKE and abs(box.height * scale - high) <= ALIKE:
            return Placement(round(left), round(top), 1.0, 1.0)
        return Placement(left, top, across, down)


def _size(pixbuf: GdkPixbuf.Pixbuf | None) -> tuple[int, int] | None:
    return pixbuf and (pixbuf.get_width(), pixbuf.get_height())
