"""Swatch buttons: the most frequent actions beside the list, for the row that has the focus.

They take no focus, as everything in them has a key.
"""

from __future__ import annotations

from collections.abc import Callable

import gi

from extract_palette.translation import _
from extract_palette.widgets.editable_swatches import EditableList, MakeMenu
from extract_palette.widgets.swatch_actions import SwatchActions

gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GimpUi, Gtk  # noqa: E402  (after require_version)


class SwatchButtons:
    """Buttons one below the other; `refresh` says which of them can do something now.

    They are so few that the list may be as low as the window needs it.
    """

    def __init__(self, actions: SwatchActions, swatches: EditableList, menu: MakeMenu) -> None:
        self.box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        self._actions, self._list, self._menu = actions, swatches, menu
        self._change = self._add(GimpUi.ICON_TOOL_PENCIL, _("Change this color"), self._open_menu)
        self._remove = self._add(GimpUi.ICON_EDIT_DELETE, _("Remove this color"), self._remove_row)
        self._undo = self._add(GimpUi.ICON_EDIT_UNDO, _("Undo the last step"), actions.undo)
        swatches.connect_focus(self.refresh)
        self.refresh()

    def _add(self, icon: str, words: str, do: Callable[[], None]) -> Gtk.Button:
        button = Gtk.Button.new_from_icon_name(icon, Gtk.IconSize.MENU)
        button.set_relief(Gtk.ReliefStyle.NONE)
        button.set_can_focus(False)
        button.set_tooltip_text(words)
        button.get_accessible().set_name(words)
        button.connect("clicked", lambda _button: do())
        self.box.pack_start(button, False, False, 0)
        return button

    def refresh(self) -> None:
        """Gray out what cannot be done."""
        count, has_row = len(self._actions.swatches), self._row() is not None
        self._change.set_sensitive(has_row)
        self._remove.set_sensitive(has_row and count > 1)
        self._undo.set_sensitive(self._actions.can_undo)

    def _row(self) -> int | None:
        index = self._list.index
        return index if index is not None and index < len(self._actions.swatches) else None

    def _open_menu(self) -> None:
        row = self._row()
        if row is not None:
            corners = Gdk.Gravity.NORTH_WEST, Gdk.Gravity.NORTH_EAST
            self._menu(row).popup_at_widget(self._change, *corners, None)

    def _remove_row(self) -> None:
        row = self._row()
        if row is not None:
            self._actions.remove(row)
