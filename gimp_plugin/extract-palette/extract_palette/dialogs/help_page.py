"""Help page: our own page of help, opened from a dialog's button and by F1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gi

from extract_palette.installed_files import FOLDER
from extract_palette.translation import _

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402  (after require_version)


def help_page() -> Path:
    """Return the page of help in the user's language, or else in English."""
    # TRANSLATORS: the name of the page of help in your language, such as de.html.
    page = FOLDER / "help" / _("en.html")
    return page if page.is_file() else FOLDER / "help" / "en.html"


def replace_help(dialog: Gtk.Dialog, report: Callable[[str], None]) -> None:
    """Have the help button and F1 open our page; GIMP's own would open its manual.

    `report` is called with a sentence if no browser can be opened.
    """
    button = dialog.get_widget_for_response(Gtk.ResponseType.HELP)
    if button is None:  # the user's preferences may hide it
        return

    def open_page(*_clicked: object) -> None:
        page = help_page()
        try:
            Gtk.show_uri_on_window(dialog, page.as_uri(), Gtk.get_current_event_time())
        except GLib.Error:
            report(_("No browser can be opened. The help is in {path}").format(path=page))

    def open_by_key(_dialog: Gtk.Widget, event: Gdk.EventKey) -> bool:
        if event.keyval != Gdk.KEY_F1:
            return False
        open_page()
        return True

    area = button.get_parent()
    area.remove(button)
    ours = Gtk.Button(label=_("_Help"), use_underline=True)
    ours.connect("clicked", open_page)
    ours.show()
    area.pack_start(ours, False, False, 0)
    area.set_child_secondary(ours, True)
    dialog.connect("key-press-event", open_by_key)
