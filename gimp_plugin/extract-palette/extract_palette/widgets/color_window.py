"""Color window: lets the user choose a color, with GIMP's own widget for that."""

from __future__ import annotations

import gi

from extract_palette.images.gimp_colors import code_of, color_of
from extract_palette.translation import _

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GimpUi, Gtk  # noqa: E402  (after require_version)


def choose_color(parent: Gtk.Window, code: str) -> str | None:
    """Let the user choose a color, beginning with one; None if there is no other."""
    dialog = Gtk.Dialog(title=_("Replace the Color"), transient_for=parent, modal=True)
    dialog.add_buttons(_("_Cancel"), Gtk.ResponseType.CANCEL, _("_OK"), Gtk.ResponseType.OK)
    dialog.set_default_response(Gtk.ResponseType.OK)
    selection = GimpUi.ColorSelection.new()
    selection.set_color(color_of(code))
    selection.set_old_color(color_of(code))
    selection.set_show_alpha(False)
    selection.set_border_width(12)
    dialog.get_content_area().pack_start(selection, True, True, 0)
    selection.show()  # not all that is in it: it hides the sliders for alpha
    response = dialog.run()
    chosen = code_of(selection.get_color())
    dialog.destroy()
    return chosen if response == Gtk.ResponseType.OK and chosen != code else None
