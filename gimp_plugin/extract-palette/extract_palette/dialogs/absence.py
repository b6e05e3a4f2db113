"""Absence: notices when the user comes back to a dialog from a window that is not ours.

Popups (drop-downs, menus) and our own further windows (GIMP's color dialog) take the focus from the
dialog, too, but nobody can change an image in them.
See docs/decisions.md#refresh-on-return.
"""

from __future__ import annotations

from collections.abc import Callable

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402  (after require_version)

PASSING = 150
"""Milliseconds in which the focus may be nowhere while it moves between windows of ours."""


class Absence:
    """Calls a function each time that the user comes back to a dialog from elsewhere."""

    def __init__(self, dialog: Gtk.Window, come_back: Callable[[], None]) -> None:
        self._dialog = dialog
        self._come_back = come_back
        self._is_away = False
        self._timer = 0
        self._watched = {dialog}
        dialog.connect("focus-out-event", self._lost)
        dialog.connect("focus-in-event", self._gained)

    def end(self) -> None:
        """Notice nothing any more."""
        self._wait(0)

    def _lost(self, *_event: object) -> bool:
        # A popup holds GTK's grab before the dialog gets the event.
        if Gtk.grab_get_current() is None or not _is_popup(Gtk.grab_get_current()):
            self._wait(PASSING)
        return False

    def _gained(self, *_event: object) -> bool:
        self._wait(0)
        if self._is_away:
            self._is_away = False
            self._come_back()
        return False

    def _wait(self, milliseconds: int) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = GLib.timeout_add(milliseconds, self._judge) if milliseconds else 0

    def _judge(self) -> bool:
        """Note whether the focus is in another window of ours, which is watched then."""
        self._timer = 0
        ours = [window for window in Gtk.Window.list_toplevels() if window.is_active()]
        self._is_away = not ours
        for window in ours:
            if window not in self._watched:
                self._watched.add(window)
                window.connect("focus-out-event", self._lost)
                window.connect("destroy", self._watched.discard)
        return False


def _is_popup(widget: Gtk.Widget) -> bool:
    """Return whether a widget is in a window that goes away by itself."""
    window = widget.get_toplevel()
    return isinstance(window, Gtk.Window) and window.get_window_type() == Gtk.WindowType.POPUP
