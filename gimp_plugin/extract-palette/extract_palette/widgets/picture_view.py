"""Picture view: a thumbnail that shows where a swatch is, and which swatch is where.

The light is drawn from the index map alone, without the engine, so that it follows the pointer.
See docs/decisions.md#places-without-requests.
"""

from __future__ import annotations

from collections.abc import Callable

import gi

from extract_palette.pictures.places import Places
from extract_palette.pictures.swatches import channels
from extract_palette.widgets.picture_pair import PicturePair

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402  (after require_version)

DARK, LIGHT = b"\x28\x28\x28", b"\xe0\xe0\xe0"
"""The veil over a picture of which light, or dark, places are seen."""

DIM = 0.35
"""Colors with less luma than this are seen better on a light veil."""


class PictureView:
    """The first picture of a pair, with its pixels to be pointed at.

    `point` is called with the index of the swatch under the pointer, or None, and `pick` with the
    point of the picture that is clicked, in its pixels. `explain` gives the tooltip of a swatch.
    """

    def __init__(
        self,
        pair: PicturePair,
        point: Callable[[int | None], None],
        pick: Callable[[float, float], None] | None,
        explain: Callable[[int], str],
    ) -> None:
        self._thumbnail = pair.before
        self._point, self._pick, self._explain = point, pick, explain
        self._places: Places | None = None
        self._lit: tuple[int, str] | None = None
        area = self._thumbnail.area
        area.set_has_tooltip(True)
        area.add_events(Gdk.EventMask.LEAVE_NOTIFY_MASK)
        area.connect("motion-notify-event", self._move)
        area.connect("leave-notify-event", lambda *_event: point(None))
        pair.pointer.on_click(self._click)
        area.connect("query-tooltip", self._query)

    def show_places(self, places: Places | None) -> None:
        """Take the places of the swatches in the picture that is shown now, or forget them."""
        self._places = places
        self._draw()

    def light(self, index: int | None, code: str) -> None:
        """Light the places of a swatch, which has a color, and dim the rest; or dim nothing."""
        self._lit = None if index is None else (index, code)
        self._draw()

    @property
    def has_places(self) -> bool:
        """Whether the places in the picture that is shown are known."""
        return self._places is not None

    def _draw(self) -> None:
        if self._lit is None or self._places is None:
            self._thumbnail.lay_over(None)
        else:
            self._thumbnail.lay_over(veil_over(self._places, *self._lit))

    def _at(self, x: float, y: float) -> int | None:
        pixel = self._thumbnail.pixel(x, y)
        if pixel is None or self._places is None:
            return None
        return self._places.at(int(pixel[0]), int(pixel[1]))

    def _move(self, _box: Gtk.Widget, event: Gdk.EventMotion) -> bool:
        is_dragged = event.state & (Gdk.ModifierType.BUTTON1_MASK | Gdk.ModifierType.BUTTON2_MASK)
        self._point(None if is_dragged else self._at(event.x, event.y))
        return False

    def _click(self, x: float, y: float) -> None:
        point = self._thumbnail.point(x, y)
        # Only where the picture has colors that count.
        if self._pick and point and self._at(x, y) is not None:
            self._pick(*point)

    def _query(
        self, _box: Gtk.Widget, x: int, y: int, _keyboard: bool, tooltip: Gtk.Tooltip
    ) -> bool:
        index = self._at(x, y)
        if index is None:
            return False
        tooltip.set_text(self._explain(index))
        return True


def veil_over(places: Places, index: int, code: str) -> GdkPixbuf.Pixbuf:
    """Return a veil over all that is not a place of a swatch, which has a color."""
    width, height = places.width, places.height
    veil = bytearray((LIGHT if _is_dark(code) else DARK) + b"\0") * (width * height)
    veil[3::4] = places.veil(index)
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(bytes(veil)), GdkPixbuf.Colorspace.RGB, True, 8, width, height, 4 * width
    )


def _is_dark(code: str) -> bool:
    red, green, blue = channels(code)
    return 0.3 * red + 0.59 * green + 0.11 * blue < DIM
