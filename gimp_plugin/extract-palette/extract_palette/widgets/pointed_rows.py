"""Pointed rows: the rows of a table that the pointer or the keys point at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402  (after require_version)

Point: TypeAlias = Callable[[int | None], None]
"""Takes the index of the swatch that is pointed at, if there is one."""


def connect_pointing(view: Gtk.TreeView, point: Point) -> None:
    """Call `point` with the row under the pointer, or the one to which keys give the focus."""

    def moved(_view: Gtk.TreeView, event: Gdk.EventMotion) -> bool:
        point(row_at(view, event))
        return False

    def focused(_view: Gtk.TreeView, *_event: object) -> bool:
        event = Gtk.get_current_event()
        by_keys = event is not None and event.type == Gdk.EventType.KEY_PRESS
        if by_keys and view.has_focus():
            point(focused_row(view))
        return False

    view.add_events(Gdk.EventMask.POINTER_MOTION_MASK | Gdk.EventMask.LEAVE_NOTIFY_MASK)
    view.connect("motion-notify-event", moved)
    view.connect("leave-notify-event", lambda *_event: point(None))
    view.connect("cursor-changed", focused)
    view.connect("focus-in-event", focused)
    view.connect("focus-out-event", lambda *_event: point(None))


def focused_row(view: Gtk.TreeView) -> int | None:
    """Return the index of the row that has the focus within a table."""
    path, _column = view.get_cursor()
    return path.get_indices()[0] if path else None


def is_on_rows(view: Gtk.TreeView, event: Gdk.EventButton | Gdk.EventMotion) -> bool:
    """Return whether an event is where rows can be, and not on the titles of the columns."""
    return bool(event.window == view.get_bin_window())


def row_at(view: Gtk.TreeView, event: Gdk.EventButton | Gdk.EventMotion) -> int | None:
    """Return the index of the row on which an event is."""
    found = view.get_path_at_pos(int(event.x), int(event.y)) if is_on_rows(view, event) else None
    return found[0].get_indices()[0] if found else None
