"""Shown swatches: a palette as a bar and as a list that can be pointed at, but not changed."""

from __future__ import annotations

from collections.abc import Sequence

import gi

from extract_palette.pictures.swatches import Swatch
from extract_palette.translation import _
from extract_palette.widgets.editable_swatches import PointedBar
from extract_palette.widgets.pointed_rows import Point, connect_pointing
from extract_palette.widgets.swatch_widgets import chip, fill

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GdkPixbuf, Gtk, Pango  # noqa: E402  (after require_version)

HEIGHT = 112
"""The least height of the list in pixels."""


class ShownBar(PointedBar):
    """A bar whose swatches are pointed at, and nothing else."""

    def __init__(self, point: Point) -> None:
        super().__init__(lambda _code: None, point)

    def _hints(self, _swatch: Swatch) -> list[str]:
        return []


class ShownList(Gtk.ScrolledWindow):
    """The colors in a table; `point` is called with the row under the pointer or the focus."""

    def __init__(self, point: Point) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN)
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self.set_overlay_scrolling(False)  # it would cover the shares
        self.set_size_request(-1, HEIGHT)
        self._store = Gtk.ListStore(GdkPixbuf.Pixbuf, str, str, str)
        self._view = view = Gtk.TreeView(model=self._store)
        name = Gtk.CellRendererText(ellipsize=Pango.EllipsizeMode.END)
        for title, cell, values in (
            (_("Color"), Gtk.CellRendererPixbuf(), {"pixbuf": 0}),
            (_("Hex"), Gtk.CellRendererText(family="monospace"), {"text": 1}),
            (_("Name"), name, {"text": 2}),
            (_("Share"), Gtk.CellRendererText(xalign=1), {"text": 3}),
        ):
            column = Gtk.TreeViewColumn(title, cell, **values)
            view.append_column(column)
        self._name, self._share = view.get_columns()[2:]
        self._name.set_expand(True)
        self._share.set_alignment(1)
        view.set_search_column(1)
        view.get_accessible().set_name(_("The colors of the palette"))
        connect_pointing(view, point)
        self.add(view)

    def show_palette(self, swatches: Sequence[Swatch]) -> None:
        """List the colors of a palette; rows that stay keep the focus and the scroll position."""
        named = any(swatch.name for swatch in swatches)
        self._name.set_visible(named)
        self._share.set_expand(not named)  # one column takes the remaining width
        fill(self._store, [[chip(s.hex), s.hex, s.name, s.text] for s in swatches])

    def light(self, index: int | None) -> None:
        """Mark the row of a swatch, or none, and have it seen."""
        selection = self._view.get_selection()
        if index is None or index >= len(self._store):
            selection.unselect_all()
            return
        path = Gtk.TreePath(index)
        selection.select_path(path)
        if not self._view.has_focus():
            self._view.scroll_to_cell(path, None, False, 0, 0)
