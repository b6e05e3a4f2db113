"""Editable swatches: the bar and the list, with swatches that can be pointed at and changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import gi

from extract_palette.pictures.swatches import Swatch, is_light
from extract_palette.translation import _
from extract_palette.widgets.pointed_rows import (
    Point,
    connect_pointing,
    focused_row,
    is_on_rows,
    row_at,
)
from extract_palette.widgets.seen_palette import moved_to
from extract_palette.widgets.swatch_widgets import SwatchBar, SwatchList, Toggle

gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GimpUi, GLib, Gtk  # noqa: E402  (after require_version)

MakeMenu = Callable[[int], Gtk.Menu]
"""Returns the menu of a swatch."""

NAME = 3
"""The number of the list's column with the names."""


class PointedBar(SwatchBar):
    """A bar of which a swatch can be pointed at and lit."""

    def __init__(self, toggle: Toggle, point: Point) -> None:
        super().__init__(toggle)
        self._lit: int | None = None
        self.add_events(Gdk.EventMask.POINTER_MOTION_MASK | Gdk.EventMask.LEAVE_NOTIFY_MASK)
        self.connect("motion-notify-event", lambda _bar, event: point(self._index(event.x)))
        self.connect("leave-notify-event", lambda *_event: point(None))
        self.connect("draw", self._outline)

    def light(self, index: int | None) -> None:
        """Draw a line around a swatch, or around none."""
        self._lit = index
        self.queue_draw()

    def _index(self, x: float) -> int | None:
        found = enumerate(self._positions())
        return next((i for i, (left, width, _) in found if left <= x < left + width), None)

    def _outline(self, _area: Gtk.Widget, context: Any) -> bool:
        positions = self._positions()
        if self._lit is None or self._lit >= len(positions):
            return False
        left, width, swatch = positions[self._lit]
        level = 0.0 if is_light(swatch.hex) else 1.0
        context.set_source_rgb(level, level, level)
        context.set_line_width(2)
        context.rectangle(left + 1, 1, max(1, width - 2), self.get_allocated_height() - 2)
        context.stroke()
        return False


class EditableBar(PointedBar):
    """A bar of which a swatch can also be changed."""

    def __init__(self, toggle: Toggle, point: Point, menu: MakeMenu) -> None:
        super().__init__(toggle, point)
        self._menu = menu
        self.connect("button-press-event", self._press_second)

    def _press(self, area: Gtk.Widget, event: Gdk.EventButton) -> bool:
        if event.button == Gdk.BUTTON_SECONDARY:
            return False
        return super()._press(area, event)

    def _press_second(self, _area: Gtk.Widget, event: Gdk.EventButton) -> bool:
        index = self._index(event.x)
        if index is not None and event.button == Gdk.BUTTON_SECONDARY:
            self._menu(index).popup_at_pointer(event)
        return True


class EditableList(SwatchList):
    """A list of which a row can be pointed at, lit, changed, dragged and renamed.

    `move` is called with the index of a row that was dragged, and the one that it has now.
    """

    def __init__(
        self, toggle: Toggle, point: Point, menu: MakeMenu, move: Callable[[int, int], None]
    ) -> None:
        super().__init__(toggle)
        self._menu, self._move = menu, move
        self._swatches: Sequence[Swatch] = ()
        self._is_filling = False
        self._rename: Callable[[str], None] | None = None
        view = self._view
        view.set_reorderable(True)
        connect_pointing(view, point)
        view.connect("button-press-event", self._pressed)
        view.connect("popup-menu", self._popped_up)
        view.connect("query-tooltip", self._query)
        view.set_has_tooltip(True)
        words = _("The Menu key shows what can be done to a color.")
        view.get_accessible().set_description(words)
        self._store.connect("row-deleted", self._dragged)
        mark = Gtk.CellRendererPixbuf(icon_name=GimpUi.ICON_TOOL_PENCIL)
        self._marks = Gtk.TreeViewColumn("", mark)
        self._marks.set_cell_data_func(mark, self._mark)
        view.insert_column(self._marks, NAME)
        (self._text,) = self._name.get_cells()
        self._text.connect("edited", self._renamed)
        self._text.connect("editing-canceled", lambda *_canceled: self._end_renaming())

    @property
    def index(self) -> int | None:
        """The index of the row that has the focus."""
        return focused_row(self._view)

    def connect_focus(self, changed: Callable[[], None]) -> None:
        """Call a function whenever another row has the focus."""
        self._view.connect("cursor-changed", lambda _view: changed())

    @property
    def has_focus(self) -> bool:
        """Whether keys go to the rows."""
        return bool(self._view.has_focus())

    def show_palette(self, swatches: Sequence[Swatch], kept: Collection[str]) -> None:
        """List the colors of a palette, and mark those that were changed by hand."""
        self._swatches = swatches
        self._is_filling = True
        super().show_palette(swatches, kept)
        self._is_filling = False
        self._marks.set_visible(any(swatch.is_edited for swatch in swatches))

    def focus_row(self, index: int) -> None:
        """Give the focus within the list to a row."""
        if 0 <= index < len(self._store):
            self._view.set_cursor(Gtk.TreePath(index))

    def light(self, index: int | None) -> None:
        """Select a row, and have it visible; without an index, the row that has the focus."""
        selection = self._view.get_selection()
        shown = self.index if index is None else index
        if shown is None or shown >= len(self._store):
            selection.unselect_all()
            return
        path = Gtk.TreePath(shown)
        selection.select_path(path)
        if index is not None:
            self._view.scroll_to_cell(path)

    def rename(self, index: int, done: Callable[[str], None]) -> None:
        """Let the user type another name into a row; `done` is called with it."""
        self._rename = done
        self._name.set_visible(True)
        self._text.set_property("editable", True)
        # A column that was hidden has no place yet.
        GLib.idle_add(self._begin_typing, Gtk.TreePath(index), priority=GLib.PRIORITY_LOW)

    def _begin_typing(self, path: Gtk.TreePath) -> bool:
        self._view.grab_focus()
        self._view.set_cursor_on_cell(path, self._name, self._text, True)
        return False

    def _renamed(self, _cell: Gtk.CellRenderer, _path: str, name: str) -> None:
        done = self._rename
        self._end_renaming()
        if done:
            done(name)

    def _end_renaming(self) -> None:
        self._rename = None
        self._text.set_property("editable", False)
        self._name.set_visible(any(swatch.name for swatch in self._swatches))

    def _mark(
        self,
        _column: Gtk.TreeViewColumn,
        cell: Gtk.CellRenderer,
        model: Gtk.TreeModel,
        row: Gtk.TreeIter,
        _data: None,
    ) -> None:
        index = model.get_path(row).get_indices()[0]
        marked = index < len(self._swatches) and self._swatches[index].is_edited
        cell.set_property("visible", marked)

    def _pressed(self, view: Gtk.TreeView, event: Gdk.EventButton) -> bool:
        if event.button != Gdk.BUTTON_SECONDARY or not is_on_rows(view, event):
            return False
        index = row_at(view, event)
        if index is not None:
            view.grab_focus()
            self.focus_row(index)
            self._menu(index).popup_at_pointer(event)
        return True

    def _popped_up(self, view: Gtk.TreeView) -> bool:
        index = self.index
        if index is None:
            return False
        area = view.get_cell_area(Gtk.TreePath(index), view.get_column(0))
        window = view.get_bin_window()
        corners = Gdk.Gravity.SOUTH_WEST, Gdk.Gravity.NORTH_WEST
        self._menu(index).popup_at_rect(window, area, *corners, None)
        return True

    def _query(
        self, view: Gtk.TreeView, x: int, y: int, keyboard: bool, tooltip: Gtk.Tooltip
    ) -> bool:
        found, _x, _y, _model, path, _row = view.get_tooltip_context(x, y, keyboard)
        if not found or path.get_indices()[0] >= len(self._swatches):
            return False
        swatch = self._swatches[path.get_indices()[0]]
        hint = _("Click to keep it or let it go; right-click to change it.")
        tooltip.set_text("\n".join([swatch.words, *swatch.marks, hint]))
        view.set_tooltip_row(tooltip, path)
        return True

    def _dragged(self, store: Gtk.ListStore, _path: Gtk.TreePath) -> None:
        """Note a row that was dragged: GTK inserts it again, and then deletes it."""
        if self._is_filling or len(store) != len(self._swatches):
            return
        former = [swatch.hex for swatch in self._swatches]
        order = []
        for row in store:
            order.append(former.index(row[2]))
            former[order[-1]] = ""
        move = moved_to(order)
        if move:
            self._move(*move)
