"""GIMP colors: hex values as GIMP's colors, its window to choose one, and its two active colors."""

from __future__ import annotations

import gi

from extract_palette.translation import _

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Babl, Gegl, GimpUi, GLib, Gtk  # noqa: E402  (after require_version)

FORMAT = "R'G'B' u8"
"""Encoded sRGB. Gegl.Color's own setters and strings take linear light."""


def color_of(code: str) -> Gegl.Color:
    """Return a hex value as a color."""
    color = Gegl.Color.new("black")
    color.set_bytes(Babl.format(FORMAT), GLib.Bytes.new(bytes.fromhex(code[1:])))
    return color


def code_of(color: Gegl.Color) -> str:
    """Return the hex value of a color."""
    return f"#{bytes(color.get_bytes(Babl.format(FORMAT)).get_data()).hex()}"


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
