"""Swatch widgets: a palette as a bar and as a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import gi

from extract_palette.pictures.swatches import Swatch, channels, is_light, widths
from extract_palette.translation import _

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk, Pango  # noqa: E402  (after require_version)

Toggle = Callable[[str], None]


class SwatchBar(Gtk.DrawingArea):
    """Colors side by side, each as wide as its share; a click toggles whether one is kept."""

    def __init__(self, toggle: Toggle) -> None:
        super().__init__(has_tooltip=True)
        self._toggle = toggle
        self._swatches: Sequence[Swatch] = ()
        self._kept: Collection[str] = ()
        self.set_size_request(-1, 44)
        self.add_events(Gdk.EventMask.BUTTON_PRESS_MASK)
        self.connect("draw", self._draw)
        self.connect("button-press-event", self._press)
        self.connect("query-tooltip", self._explain)
        self.get_accessible().set_name(_("The palette, each color as wide as its share"))

    def show_palette(self, swatches: Sequence[Swatch], kept: Collection[str]) -> None:
        """Draw the colors of a palette."""
        self._swatches, self._kept = swatches, kept
        self.queue_draw()

    def _positions(self) -> list[tuple[int, int, Swatch]]:
        """Return the left edge and the width of each swatch."""
        positions, x = [], 0
        shares = [swatch.share for swatch in self._swatches]
        for width, swatch in zip(
            widths(shares, self.get_allocated_width()), self._swatches, strict=True
        ):
            positions.append((x, width, swatch))
            x += width
        return positions

    def _at(self, x: float) -> Swatch | None:
        return next((s for left, width, s in self._positions() if left <= x < left + width), None)

    def _draw(self, _area: Gtk.Widget, context: Any) -> bool:
        height = self.get_allocated_height()
        for left, width, swatch in self._positions():
            context.set_source_rgb(*channels(swatch.hex))
            context.rectangle(left, 0, width, height)
            context.fill()
            if swatch.hex in self._kept:
                _draw_lock(context, left + width / 2, height / 2, min(width - 2, 18), swatch.hex)
        return False

    def _press(self, _area: Gtk.Widget, event: Gdk.EventButton) -> bool:
        swatch = self._at(event.x)
        # GTK reports a quick second click as a press, and then as a double click as well.
        if swatch and event.button == 1 and event.type == Gdk.EventType.BUTTON_PRESS:
            self._toggle(swatch.hex)
        return True

    def _explain(
        self, _area: Gtk.Widget, x: int, _y: int, _keyboard: bool, tooltip: Gtk.Tooltip
    ) -> bool:
        swatch = self._at(x)
        if swatch is None:
            return False
        tooltip.set_text("\n".join([swatch.words, *swatch.marks, *self._hints(swatch)]))
        return True

    def _hints(self, swatch: Swatch) -> list[str]:
        """Return what can be done to a swatch."""
        if swatch.hex in self._kept:
            return [_("Click to let it go; right-click to change it.")]
        return [_("Click to keep it; right-click to change it.")]


def _draw_lock(context: Any, x: float, y: float, size: float, code: str) -> None:
    """Draw a padlock around a point, light on dark or dark on light."""
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


class SwatchList(Gtk.ScrolledWindow):
    """The colors in a table; choosing a row toggles whether its color is kept."""

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
        self.set_overlay_scrolling(False)  # it would cover the shares
        self._view.get_accessible().set_name(_("Choose a color to keep it, and again to let it go"))
        self.add(self._view)

    def show_palette(self, swatches: Sequence[Swatch], kept: Collection[str]) -> None:
        """List the colors of a palette; rows that stay keep the focus and the scroll position."""
        named = any(swatch.name for swatch in swatches)
        self._name.set_visible(named)
        self._share.set_expand(not named)  # one column takes the remaining width
        fill(
            self._store,
            [[s.hex in kept, chip(s.hex), s.hex, s.name, s.text] for s in swatches],
        )

    def _activated(self, _view: Gtk.TreeView, path: Gtk.TreePath, _column: object) -> None:
        self._toggle(self._store[path][2])


def fill(store: Gtk.ListStore, rows: Sequence[list[Any]]) -> None:
    """Have a table show some rows; those that stay keep the focus and the scroll position."""
    while len(store) > len(rows):
        store.remove(store[-1].iter)
    for number, row in enumerate(rows):
        if number < len(store):
            store[number] = row
        else:
            store.append(row)


def chip(code: str) -> GdkPixbuf.Pixbuf:
    """Return a small image of one color."""
    pixbuf = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 44, 16)
    pixbuf.fill(int(code[1:] + "ff", 16))
    return pixbuf
