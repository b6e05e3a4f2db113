"""Palette chooser: GIMP's widget for a palette, in line with the other options of a dialog."""

from __future__ import annotations

import gi

from extract_palette.widgets.option_widgets import SPACING

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GimpUi, GObject, Gtk  # noqa: E402  (after require_version)


def with_chooser(dialog: GimpUi.ProcedureDialog, grid: Gtk.Grid) -> Gtk.Widget:
    """Return the dialog's chooser of a palette above a grid of labels and widgets.

    It is a grid in GIMP 3.2, and a box in 3.0; its button is as wide as the widgets below it.
    """
    chooser = dialog.get_widget("palette", GObject.TYPE_NONE)
    label = chooser.get_label()
    spacing = grid.get_column_spacing()
    if isinstance(chooser, Gtk.Grid):
        chooser.set_column_spacing(spacing)
    else:
        chooser.set_spacing(spacing)
    for child in chooser.get_children():
        if child is label:
            child.set_xalign(0)
            continue
        child.set_hexpand(True)
        child.set_halign(Gtk.Align.FILL)
        if isinstance(chooser, Gtk.Box):
            chooser.set_child_packing(child, True, True, 0, Gtk.PackType.START)
    labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
    for each in (label, *grid.get_children()):
        if isinstance(each, Gtk.Label):
            labels.add_widget(each)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING)
    box.pack_start(chooser, False, False, 0)
    box.pack_start(grid, False, False, 0)
    return box
