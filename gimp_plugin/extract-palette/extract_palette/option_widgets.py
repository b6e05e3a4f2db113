"""Option widgets: labels and widgets for arguments, bound to a procedure's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import gi

from extract_palette.arguments import Row
from extract_palette.translation import _

gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GObject, Gtk  # noqa: E402  (after require_version)

Line: TypeAlias = tuple[Row, ...]
"""Arguments side by side, behind the label of the first one."""

SPACING = 6

ENDS = {"emphasis": (_("area"), _("variety"))}
"""The words at the two ends of a slider."""

BOTH = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE

NEEDS = {
    "colors": ("auto-colors", GObject.BindingFlags.INVERT_BOOLEAN),
    "tolerance": ("auto-colors", GObject.BindingFlags.DEFAULT),
    "dither": ("recolored-layer", GObject.BindingFlags.DEFAULT),
}
"""Arguments that are sensitive only if another one is on, or off."""


def grid_of(config: Gimp.ProcedureConfig, lines: Sequence[Line]) -> Gtk.Grid:
    """Return labels and widgets, line by line."""
    grid = Gtk.Grid(row_spacing=SPACING, column_spacing=2 * SPACING)
    for top, rows in enumerate(lines):
        widgets = [widget_of(config, row) for row in rows]
        box = Gtk.Box(spacing=2 * SPACING, hexpand=True)
        for number, widget in enumerate(widgets):
            box.pack_start(widget, number == 0, True, 0)
        grid.attach(box, 1, top, 1, 1)
        if not isinstance(widgets[0], Gtk.CheckButton):  # which contains its label
            grid.attach(label_of(rows[0], widgets[0]), 0, top, 1, 1)
    return grid


def label_of(row: Row, widget: Gtk.Widget) -> Gtk.Label:
    """Return an argument's label, with the mnemonic of its widget."""
    label = Gtk.Label(label=row.label, use_underline=True, xalign=0)
    label.set_mnemonic_widget(widget)
    return label


def widget_of(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    """Return the widget for an argument, bound to its value."""
    widget = WIDGETS[row.kind](config, row)
    if not widget.get_tooltip_text():
        widget.set_tooltip_text(row.help)
    need, how = NEEDS.get(row.name, ("", GObject.BindingFlags.DEFAULT))
    if need and config.find_property(need):
        flags = how | GObject.BindingFlags.SYNC_CREATE
        config.bind_property(need, widget, "sensitive", flags)
    return widget


def _whole_number(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    spin = _spin(config, row, digits=0)
    spin.connect("changed", _take_typed_number, spin.get_adjustment())
    return spin


def _spin(config: Gimp.ProcedureConfig, row: Row, digits: int) -> Gtk.SpinButton:
    adjustment = Gtk.Adjustment(
        lower=row.minimum, upper=row.maximum, step_increment=1, page_increment=10
    )
    spin = Gtk.SpinButton(adjustment=adjustment, digits=digits)
    spin.set_activates_default(True)
    config.bind_property(row.name, adjustment, "value", BOTH)
    return spin


def _take_typed_number(spin: Gtk.SpinButton, adjustment: Gtk.Adjustment) -> None:
    """Take a number while it is typed, and not only when its entry loses the focus."""
    text = spin.get_text()
    if text.isdecimal() and adjustment.get_lower() <= int(text) <= adjustment.get_upper():
        adjustment.set_value(int(text))


def _number(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    if row.maximum > 1:
        return _spin(config, row, digits=1)
    adjustment = Gtk.Adjustment(
        lower=row.minimum, upper=row.maximum, step_increment=0.05, page_increment=0.25
    )
    scale = Gtk.Scale(adjustment=adjustment, digits=2, value_pos=Gtk.PositionType.RIGHT)
    for value, word in zip((row.minimum, row.maximum), ENDS.get(row.name, ()), strict=False):
        scale.add_mark(value, Gtk.PositionType.BOTTOM, f"<small>{word}</small>")
    config.bind_property(row.name, adjustment, "value", BOTH)
    return scale


def _choice(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    combo = Gtk.ComboBoxText()
    for choice in row.choices:
        combo.append(choice.name, choice.label)
    config.bind_property(row.name, combo, "active-id", BOTH)
    helps = {choice.name: choice.help for choice in row.choices}

    def explain(*_changed: object) -> None:
        combo.set_tooltip_text(f"{row.help}\n{helps.get(combo.get_active_id() or '', '')}".strip())

    combo.connect("changed", explain)
    explain()
    return combo


def _flag(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    check = Gtk.CheckButton(label=row.label, use_underline=True)
    config.bind_property(row.name, check, "active", BOTH)
    return check


def _colors(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    entry = _entry(config, row)
    entry.set_placeholder_text(_("colors like #e6194b"))
    return entry


def _entry(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Entry:
    entry = Gtk.Entry(activates_default=True)
    config.bind_property(row.name, entry, "text", BOTH)
    return entry


WIDGETS: Mapping[str, Callable[[Gimp.ProcedureConfig, Row], Gtk.Widget]] = {
    "count": _whole_number,
    "integer": _whole_number,
    "number": _number,
    "choice": _choice,
    "flag": _flag,
    "text": _entry,
    "colors": _colors,
    "ignored": _colors,
}
"""The widget for each kind of argument."""
