"""Option widgets: labels and widgets for arguments, bound to a procedure's settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import gi

from extract_palette.calls.arguments import Row
from extract_palette.translation import _, decimal
from extract_palette.widgets.color_list import ColorList

gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GObject, Gtk, Pango  # noqa: E402  (after require_version)

Line: TypeAlias = tuple[Row, ...]
"""Arguments side by side, behind the label of the first one."""

SPACING = 6

ENDS = {
    "emphasis": (_("large areas"), _("small accents")),
    "tolerance": (_("coarse"), _("fine")),
}
"""The words at the two ends of a slider."""

TIPS = {
    "emphasis": _(
        "To the left, large areas get most of the colors. "
        "To the right, small but striking colors get some too."
    ),
    "tolerance": _("How close the colors must be to the picture; finer needs more colors."),
    "min-distance": _("Colors that look much alike are not both in the palette."),
}
"""What a widget does where the option's own help is about its numbers."""

APART = ((0.0, _("Off")), (5.0, _("A little")), (10.0, _("Clearly")))
"""Minimum differences between two colors, with their words."""

STEPS = 20
"""The steps of the slider for accuracy."""

BOTH = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE

NEEDS = {
    "colors": ("auto-colors", GObject.BindingFlags.INVERT_BOOLEAN),
    "dither": ("recolored-layer", GObject.BindingFlags.DEFAULT),
}
"""Arguments that are sensitive only if another one is on, or off."""


def grid_of(config: Gimp.ProcedureConfig, lines: Sequence[Line]) -> Gtk.Grid:
    """Return labels and widgets, line by line."""
    grid = Gtk.Grid(row_spacing=SPACING, column_spacing=2 * SPACING)
    for top, rows in enumerate(lines):
        widgets = [widget_of(config, row) for row in rows]
        is_list = isinstance(widgets[0], ColorList)
        box = Gtk.Box(spacing=SPACING if is_list else 2 * SPACING, hexpand=True)
        if is_list:  # which grows downward
            box.set_orientation(Gtk.Orientation.VERTICAL)
        for number, widget in enumerate(widgets):
            box.pack_start(widget, number == 0 and not is_list, True, 0)
            if is_list and number == 0:
                box.set_child_packing(widget, False, True, 0, Gtk.PackType.END)
        if isinstance(widgets[0], Gtk.CheckButton):  # which contains its label
            grid.attach(box, 0, top, 2, 1)
            continue
        grid.attach(box, 1, top, 1, 1)
        target = widgets[1] if is_list and len(widgets) > 1 else widgets[0]
        label = label_of(rows[0], target)
        if is_list:
            label.set_valign(Gtk.Align.START)
        grid.attach(label, 0, top, 1, 1)
        if rows[0].name == "tolerance":  # of which there is no use without Auto
            for widget in (label, box):
                widget.show_all()
                widget.set_no_show_all(True)
                flags = GObject.BindingFlags.SYNC_CREATE
                config.bind_property("auto-colors", widget, "visible", flags)
    return grid


def label_of(row: Row, widget: Gtk.Widget) -> Gtk.Label:
    """Return an argument's label, with the mnemonic of its widget."""
    label = Gtk.Label(label=row.label, use_underline=True, xalign=0)
    label.set_mnemonic_widget(widget)
    return label


def widget_of(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    """Return the widget for an argument, bound to its value."""
    widget = (OWN.get(row.name) or WIDGETS[row.kind])(config, row)
    if not widget.get_tooltip_text():
        widget.set_tooltip_text(TIPS.get(row.name, row.help))
    need, how = NEEDS.get(row.name, ("", GObject.BindingFlags.DEFAULT))
    if need and config.find_property(need):
        flags = how | GObject.BindingFlags.SYNC_CREATE
        config.bind_property(need, widget, "sensitive", flags)
    return widget


def is_set(config: Gimp.ProcedureConfig, row: Row) -> bool:
    """Return whether an argument has another value than its default."""
    default = "" if row.default in ((), None) else row.default
    return (config.get_property(row.name) or "") != (default or "")


def calm(widget: Gtk.Widget) -> Gtk.Widget:
    """Have the wheel scroll the page instead of a widget, unless the widget has the focus."""

    def scroll(_widget: Gtk.Widget, _event: object) -> bool:
        if not (widget.is_focus() or widget.get_focus_child()):
            widget.stop_emission_by_name("scroll-event")
        return False  # the parent gets the event, and scrolls

    widget.connect("scroll-event", scroll)
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
    return calm(spin)


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
    config.bind_property(row.name, adjustment, "value", BOTH)
    return _scale(row, adjustment)


def _scale(row: Row, adjustment: Gtk.Adjustment) -> Gtk.Widget:
    """Return a slider without a number; the words at its ends say what it does."""
    scale = Gtk.Scale(adjustment=adjustment, draw_value=False)
    ends = adjustment.get_lower(), adjustment.get_upper()
    for value, word in zip(ends, ENDS.get(row.name, ()), strict=False):
        scale.add_mark(value, Gtk.PositionType.BOTTOM, f"<small>{word}</small>")
    return calm(scale)


def _accuracy(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    """Return a slider from the greatest tolerance to the least, each step by the same factor."""
    factor = (row.maximum / row.minimum) ** (1 / STEPS)
    adjustment = Gtk.Adjustment(lower=0, upper=STEPS, step_increment=1, page_increment=5)
    config.bind_property(
        row.name,
        adjustment,
        "value",
        BOTH,
        lambda _binding, tolerance: math.log(row.maximum / max(tolerance, row.minimum), factor),
        lambda _binding, step: row.maximum / factor**step,
    )
    return _scale(row, adjustment)


def _apart(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    """Return a drop-down for the minimum difference; a script's or a preset's own is listed."""
    combo = _combo()
    for distance, word in APART:
        combo.append(str(distance), word)

    def known(_binding: object, distance: float) -> str:
        if str(distance) not in {str(each) for each, _word in APART}:
            combo.append(str(distance), f"ΔE {decimal(distance)}")
        return str(distance)

    def distance_of(_binding: object, name: str | None) -> float:
        return float(name or 0)

    config.bind_property(row.name, combo, "active-id", BOTH, known, distance_of)
    return combo


def _combo() -> Gtk.ComboBoxText:
    """Return an empty drop-down that may be narrower than its longest text."""
    combo = Gtk.ComboBoxText()
    for cell in combo.get_cells():
        cell.set_property("ellipsize", Pango.EllipsizeMode.END)
        cell.set_property("width-chars", 20)
    calm(combo)
    return combo


def _choice(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Widget:
    combo = _combo()
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
    colors = ColorList(row.help)
    config.bind_property(row.name, colors, "text", BOTH)
    return colors


def _entry(config: Gimp.ProcedureConfig, row: Row) -> Gtk.Entry:
    entry = Gtk.Entry(activates_default=True)
    config.bind_property(row.name, entry, "text", BOTH)
    return entry


OWN: Mapping[str, Callable[[Gimp.ProcedureConfig, Row], Gtk.Widget]] = {
    "tolerance": _accuracy,
    "min-distance": _apart,
}
"""The widgets of arguments whose numbers say little to a user."""

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
