"""Layer list: the colors that a picture is separated into, of which one can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import gi

from extract_palette.images.separated_items import Swatch
from extract_palette.pictures.swatches import percent
from extract_palette.translation import _
from extract_palette.widgets.swatch_widgets import chip

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GdkPixbuf, Gtk, Pango  # noqa: E402  (after require_version)

ALL = -1
"""The index of the row that stands for all layers."""

HEIGHT = 112
"""The least height of the list in pixels."""


class ListedLayer(NamedTuple):
    """A row of the list: a color, its number in the palette, and its share, 0 to 1."""

    number: int
    swatch: Swatch
    share: float


class LayerList(Gtk.ScrolledWindow):
    """The colors from dark to light, below a row for all of them; `show` gets the chosen index."""

    def __init__(self, show: Callable[[int], None]) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN)
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self.set_size_request(-1, HEIGHT)
        self._show = show
        self._store = Gtk.ListStore(int, GdkPixbuf.Pixbuf, str, str)
        view = Gtk.TreeView(model=self._store, headers_visible=False)
        text = Gtk.CellRendererText(ellipsize=Pango.EllipsizeMode.END)
        name = Gtk.TreeViewColumn("", text, text=2)
        name.set_expand(True)
        view.append_column(Gtk.TreeViewColumn("", Gtk.CellRendererPixbuf(), pixbuf=1))
        view.append_column(name)
        view.append_column(Gtk.TreeViewColumn("", Gtk.CellRendererText(xalign=1), text=3))
        view.get_accessible().set_name(_("The colors from dark to light"))
        view.set_tooltip_text(_("Choose a color to see its layer alone."))
        self._selection = view.get_selection()
        self._selection.set_mode(Gtk.SelectionMode.BROWSE)
        self._handler = self._selection.connect("changed", self._choose)
        self.add(view)

    @property
    def chosen(self) -> int:
        """The index of the chosen color, or `ALL`."""
        store, row = self._selection.get_selected()
        return int(store[row][0]) if row else ALL

    def show_layers(self, layers: Sequence[ListedLayer]) -> None:
        """Show colors; the one that was chosen stays chosen if it is still there."""
        chosen = self.chosen
        with self._selection.handler_block(self._handler):
            self._store.clear()
            self._store.append([ALL, None, _("All together"), ""])
            for layer in layers:
                swatch = layer.swatch
                row = [layer.number, chip(swatch.hex), swatch.name, percent(layer.share)]
                self._store.append(row)
            indexes = [row[0] for row in self._store]
            self._selection.select_path(indexes.index(chosen) if chosen in indexes else 0)

    def _choose(self, _selection: Gtk.TreeSelection) -> None:
        self._show(self.chosen)
