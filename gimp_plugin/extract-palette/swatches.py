"""Swatches: a palette to look at, as a bar of areas and as a list, and a picture beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk, Pango  # noqa: E402  (after require_version)
from texts import _, decimal  # noqa: E402

LEAST = 4
"""How many pixels wide the smallest share is in the bar, if there is room."""

Toggle = Callable[[str], None]


class Swatch(NamedTuple):
    """One color: its hex value, name and share as text, its share as a number."""

    hex: str
    name: str
    text: str
    share: float

    @property
    def words(self) -> str:
        """The color in words."""
        return " ".join(filter(None, (self.hex, self.name, self.text)))


def swatches_of(document: dict[str, Any]) -> list[Swatch]:
    """Return the swatches of a palette document."""
    return [
        Swatch(row["hex"], row["name"], percent(row["share"]), row["share"])
        for row in document["swatches"]
    ]


def percent(share: float) -> str:
    """Return a share in words."""
    if 0 < share < 0.001:
        return _("<{share} %").format(share=decimal(0.1))
    return _("{share} %").format(share=decimal(100 * share))


def widths(shares: Sequence[float], width: int) -> list[int]:
    """Return how wide each share is in a bar, so that even the smallest can be seen."""
    least = min(LEAST, width // max(1, len(shares)))
    rest, total = width - least * len(shares), sum(shares) or 1.0
    ends, done = [0], 0.0
    for share in shares:
        done += share
        ends.append(least * len(ends) + round(rest * done / total))
    return [end - start for start, end in pairwise(ends)]


def channels(code: str) -> tuple[float, float, float]:
    """Return red, green and blue, 0 to 1, of a hex value."""
    red, green, blue = bytes.fromhex(code[1:])
    return red / 255, green / 255, blue / 255


def is_light(code: str) -> bool:
    """Tell whether dark marks are seen better on a color."""
    red, green, blue = channels(code)
    return 0.3 * red + 0.59 * green + 0.11 * blue > 0.55


class Bar(Gtk.DrawingArea):
    """Colors side by side, each as wide as its share; a click keeps one or lets it go."""

    def __init__(self, toggle: Toggle) -> None:
        super().__init__(has_tooltip=True)
        self._toggle = toggle
        self._swatches: Sequence[Swatch] = ()
        self._kept: Collection[str] = ()
        self.set_size_request(-1, 56)
        self.add_events(Gdk.EventMask.BUTTON_PRESS_MASK)
        self.connect("draw", self._draw)
        self.connect("button-press-event", self._press)
        self.connect("query-tooltip", self._explain)
        self.get_accessible().set_name(_("The palette, each color as wide as its share"))

    def show_palette(self, swatches: Sequence[Swatch], kept: Collection[str]) -> None:
        """Draw other colors."""
        self._swatches, self._kept = swatches, kept
        self.queue_draw()

    def _places(self) -> list[tuple[int, int, Swatch]]:
        """Return where each swatch begins and how wide it is."""
        places, x = [], 0
        shares = [swatch.share for swatch in self._swatches]
        for width, swatch in zip(
            widths(shares, self.get_allocated_width()), self._swatches, strict=True
        ):
            places.append((x, width, swatch))
            x += width
        return places

    def _at(self, x: float) -> Swatch | None:
        return next((s for left, width, s in self._places() if left <= x < left + width), None)

    def _draw(self, _area: Gtk.Widget, context: Any) -> bool:
        height = self.get_allocated_height()
        for left, width, swatch in self._places():
            context.set_source_rgb(*channels(swatch.hex))
            context.rectangle(left, 0, width, height)
            context.fill()
            if swatch.hex in self._kept:
                _draw_lock(context, left + width / 2, height / 2, min(width - 2, 18), swatch.hex)
        return False

    def _press(self, _area: Gtk.Widget, event: Gdk.EventButton) -> bool:
        swatch = self._at(event.x)
        # A quick second click comes as a press and then as a double click, too.
        if swatch and event.button == 1 and event.type == Gdk.EventType.BUTTON_PRESS:
            self._toggle(swatch.hex)
        return True

    def _explain(
        self, _area: Gtk.Widget, x: int, _y: int, _keyboard: bool, tooltip: Gtk.Tooltip
    ) -> bool:
        swatch = self._at(x)
        if swatch is None:
            return False
        kept = swatch.hex in self._kept
        deed = _("Click to let it go.") if kept else _("Click to keep it.")
        tooltip.set_text(f"{swatch.words}\n{deed}")
        return True


def _draw_lock(context: Any, x: float, y: float, size: float, code: str) -> None:
    """Draw a padlock about a point, light on dark or dark on light."""
    if size < 4:
        return
    level = 0.0 if is_light(code) else 1.0
    context.set_source_rgba(level, level, level, 0.85)
    width, height = size * 0.7, size * 0.5
    context.rectangle(x - width / 2, y - height * 0.1, width, height)
    context.fill()
    context.set_line_width(max(1.0, size * 0.12))
    context.arc(x, y - height * 0.1, width * 0.32, 3.14159, 0)
    context.stroke()


class List(Gtk.ScrolledWindow):
    """The colors in words, one a row; choosing a row keeps its color or lets it go."""

    def __init__(self, toggle: Toggle) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN)
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self._toggle = toggle
        self._store = Gtk.ListStore(bool, GdkPixbuf.Pixbuf, str, str, str)
        self._view = Gtk.TreeView(model=self._store)
        self._view.set_activate_on_single_click(True)
        self._view.connect("row-activated", self._activated)
        keep = Gtk.CellRendererToggle(activatable=False)
        columns = (
            Gtk.TreeViewColumn(_("Keep"), keep, active=0),
            Gtk.TreeViewColumn(_("Color"), Gtk.CellRendererPixbuf(), pixbuf=1),
            Gtk.TreeViewColumn(_("Hex"), Gtk.CellRendererText(family="monospace"), text=2),
            Gtk.TreeViewColumn(
                _("Name"), Gtk.CellRendererText(ellipsize=Pango.EllipsizeMode.END), text=3
            ),
            Gtk.TreeViewColumn(_("Share"), Gtk.CellRendererText(xalign=1), text=4),
        )
        for column in columns:
            self._view.append_column(column)
        self._name, self._share = columns[3:]
        self._name.set_expand(True)
        self._share.set_alignment(1)
        self._view.set_search_column(2)
        self._view.get_accessible().set_name(_("Choose a color to keep it, and again to let it go"))
        self.add(self._view)

    def show_palette(self, swatches: Sequence[Swatch], kept: Collection[str]) -> None:
        """List other colors; rows that stay keep the keyboard and the place on screen."""
        named = any(swatch.name for swatch in swatches)
        self._name.set_visible(named)
        self._share.set_expand(not named)  # one column takes the room that is left
        while len(self._store) > len(swatches):
            self._store.remove(self._store[-1].iter)
        for place, swatch in enumerate(swatches):
            row = [swatch.hex in kept, chip(swatch.hex), swatch.hex, swatch.name, swatch.text]
            if place < len(self._store):
                self._store[place] = row
            else:
                self._store.append(row)

    def _activated(self, _view: Gtk.TreeView, path: Gtk.TreePath, _column: object) -> None:
        self._toggle(self._store[path][2])


def chip(code: str) -> GdkPixbuf.Pixbuf:
    """Return a small area of one color."""
    pixbuf = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 44, 16)
    pixbuf.fill(int(code[1:] + "ff", 16))
    return pixbuf


class Picture(Gtk.Box):
    """A small picture with a caption."""

    def __init__(self, caption: str, width: int, height: int) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        self._image = Gtk.Image()
        self._image.set_size_request(width, height)
        self._caption = Gtk.Label(label=caption, ellipsize=Pango.EllipsizeMode.END)
        self._caption.set_max_width_chars(1)  # as wide as the picture, however long it is
        frame = Gtk.Frame()
        frame.add(self._image)
        self.pack_start(frame, True, True, 0)
        self.pack_start(self._caption, False, False, 0)

    def show_pixels(self, width: int, height: int, rgba: bytes, caption: str) -> None:
        """Show R'G'B'A u8 pixels, on a checkerboard where they are transparent."""
        space = GdkPixbuf.Colorspace.RGB
        pixbuf = GdkPixbuf.Pixbuf.new_from_bytes(
            GLib.Bytes.new(rgba), space, True, 8, width, height, 4 * width
        )
        nearest = GdkPixbuf.InterpType.NEAREST
        flat = pixbuf.composite_color_simple(width, height, nearest, 255, 8, 0x999999, 0x666666)
        self._image.set_from_pixbuf(flat)
        self._caption.set_text(caption)
        self._image.get_accessible().set_name(caption)
