"""Picture view: a thumbnail that shows where a swatch is, and which swatch is where.

The light is drawn from the index map alone, without the engine, so that it follows the pointer.
See docs/decisions.md#places-without-requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gi

from extract_palette.places import Places
from extract_palette.swatch_widgets import Thumbnail
from extract_palette.swatches import channels
from extract_palette.translation import _

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402  (after require_version)

DARK, LIGHT = b"\x28\x28\x28", b"\xe0\xe0\xe0"
"""The veil over a picture of which light, or dark, places are seen."""

DIM = 0.35
"""Colors with less luma than this are seen better on a light veil."""


class PictureView:
    """The picture of a thumbnail, with its pixels to be pointed at.

    `point` is called with the index of the swatch under the pointer, or None, and `pick` with the
    pixel that is clicked.
    """

    def __init__(
        self,
        thumbnail: Thumbnail,
        point: Callable[[int | None], None],
        pick: Callable[[float, float], None],
        explain: Callable[[int], str],
    ) -> None:
        box = Gtk.EventBox(has_tooltip=True)
        self._image = thumbnail.image
        frame = self._image.get_parent()
        frame.remove(self._image)
        box.add(self._image)
        frame.add(box)
        self._point, self._pick, self._explain = point, pick, explain
        self._plain: GdkPixbuf.Pixbuf | None = None
        self._places: Places | None = None
        self._lit: tuple[int, str] | None = None
        box.add_events(
            Gdk.EventMask.POINTER_MOTION_MASK
            | Gdk.EventMask.LEAVE_NOTIFY_MASK
            | Gdk.EventMask.BUTTON_PRESS_MASK
        )
        box.connect("realize", _show_crosshair)
        box.connect("motion-notify-event", self._move)
        box.connect("leave-notify-event", lambda *_event: point(None))
        box.connect("button-press-event", self._press)
        box.connect("query-tooltip", self._query)
        words = _("Point at the picture to see which color is there; click to keep it.")
        box.get_accessible().set_description(words)

    def show_places(self, places: Places | None) -> None:
        """Take the places of the swatches in the picture that is shown now."""
        self._plain, self._places = self._shown(), places
        self._draw()

    def forget_picture(self) -> None:
        """Forget the places, before another picture is shown."""
        self._plain = self._places = None

    def light(self, index: int | None, code: str) -> None:
        """Light the places of a swatch, which has a color, and dim the rest; or dim nothing."""
        self._lit = None if index is None else (index, code)
        self._draw()

    @property
    def has_places(self) -> bool:
        """Whether the places in the picture that is shown are known."""
        return self._places is not None

    def _shown(self) -> GdkPixbuf.Pixbuf | None:
        return self._plain or self._image.get_pixbuf()

    def _draw(self) -> None:
        plain, places = self._plain, self._places
        if plain is None:
            return
        if self._lit is None or places is None:
            self._image.set_from_pixbuf(plain)
            return
        index, code = self._lit
        self._image.set_from_pixbuf(veiled(plain, places, index, code))

    def _pixel(self, event_x: float, event_y: float) -> tuple[float, float] | None:
        """Return the pixel of the picture, with its fraction, at a position in the widget."""
        plain, places = self._plain, self._places
        if plain is None or places is None:
            return None
        size = self._image.get_allocation()
        scale = places.width / plain.get_width()
        x = (event_x - (size.width - plain.get_width()) // 2) * scale
        y = (event_y - (size.height - plain.get_height()) // 2) * scale
        inside = 0 <= x < places.width and 0 <= y < places.height
        return (x, y) if inside else None

    def _at(self, x: float, y: float) -> int | None:
        pixel = self._pixel(x, y)
        if pixel is None or self._places is None:
            return None
        return self._places.at(int(pixel[0]), int(pixel[1]))

    def _move(self, _box: Gtk.Widget, event: Gdk.EventMotion) -> bool:
        self._point(self._at(event.x, event.y))
        return False

    def _press(self, _box: Gtk.Widget, event: Gdk.EventButton) -> bool:
        pixel, index = self._pixel(event.x, event.y), self._at(event.x, event.y)
        is_click = event.button == 1 and event.type == Gdk.EventType.BUTTON_PRESS
        if pixel and index is not None and is_click:  # where the picture has colors that count
            self._pick(*pixel)
        return True

    def _query(
        self, _box: Gtk.Widget, x: int, y: int, _keyboard: bool, tooltip: Gtk.Tooltip
    ) -> bool:
        index = self._at(x, y)
        if index is None:
            return False
        tooltip.set_text(self._explain(index))
        return True


def veiled(plain: GdkPixbuf.Pixbuf, places: Places, index: int, code: str) -> GdkPixbuf.Pixbuf:
    """Return a picture with a veil over all that is not a place of a swatch."""
    width, height = places.width, places.height
    veil = bytearray((LIGHT if _is_dark(code) else DARK) + b"\0") * (width * height)
    veil[3::4] = places.veil(index)
    over = GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(bytes(veil)), GdkPixbuf.Colorspace.RGB, True, 8, width, height, 4 * width
    )
    shown: Any = plain.copy()
    size = plain.get_width(), plain.get_height()
    scale = size[0] / width, size[1] / height
    over.composite(shown, 0, 0, *size, 0, 0, *scale, GdkPixbuf.InterpType.NEAREST, 255)
    return shown


def _is_dark(code: str) -> bool:
    red, green, blue = channels(code)
    return 0.3 * red + 0.59 * green + 0.11 * blue < DIM


def _show_crosshair(widget: Gtk.Widget) -> None:
    widget.get_window().set_cursor(Gdk.Cursor.new_from_name(widget.get_display(), "crosshair"))
