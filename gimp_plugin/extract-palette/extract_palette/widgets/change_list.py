"""Change list: the colors of a picture, each with a button for the color that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import gi

from extract_palette.images.gimp_colors import code_of, color_of
from extract_palette.translation import _
from extract_palette.widgets.swatch_widgets import chip

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GimpUi, Gtk  # noqa: E402  (after require_version)

Change = Callable[[str, str], None]
"""Called with a color and the one that it becomes, which is itself if it is set back."""

HEIGHT = 112
"""The least height of the list in pixels."""

BUTTON = (56, 18)
"""The width and height of the color on a button, in pixels."""

SPACING = 6


class ListedColor(NamedTuple):
    """A row of the list: a color as a hex value, and its share as text, if it has one."""

    hex: str
    share: str


class ChangeList(Gtk.ScrolledWindow):
    """The colors below each other; rows stay as they are while their colors do."""

    def __init__(self, change: Change) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN)
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self.set_size_request(-1, HEIGHT)
        self._change = change
        self._rows: list[_Row] = []
        self._grid = Gtk.Grid(
            row_spacing=SPACING // 2, column_spacing=SPACING, border_width=SPACING
        )
        self.add(self._grid)

    def show_colors(self, colors: Sequence[ListedColor], swaps: Mapping[str, str]) -> None:
        """Show colors, and what those in `swaps` become."""
        while len(self._rows) > len(colors):
            self._rows.pop()
            self._grid.remove_row(len(self._rows))
        while len(self._rows) < len(colors):
            row = _Row(self._change)
            for column, widget in enumerate(row.widgets):
                self._grid.attach(widget, column, len(self._rows), 1, 1)
            self._rows.append(row)
        for row, color in zip(self._rows, colors, strict=True):
            row.show_color(color, swaps.get(color.hex, color.hex))


class _Row:
    """The widgets of a color."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._old = ""
        self._chip = Gtk.Image()
        self._code = Gtk.Label(xalign=0)
        self._share = Gtk.Label(xalign=1, hexpand=True)
        arrow = Gtk.Image.new_from_icon_name("go-next-symbolic", Gtk.IconSize.MENU)
        self._button = GimpUi.ColorButton.new(
            _("Change the Color"), *BUTTON, color_of("#808080"), GimpUi.ColorAreaType.FLAT
        )
        # While a color is dragged in its window, the preview follows.
        self._button.set_update(True)
        self._handler = self._button.connect("color-changed", self._changed)
        self._new = Gtk.Label(xalign=0)
        self._back = Gtk.Button(relief=Gtk.ReliefStyle.NONE)
        icon = Gtk.Image.new_from_icon_name(GimpUi.ICON_RESET, Gtk.IconSize.MENU)
        self._back.add(icon)
        self._back.connect("clicked", lambda _button: change(self._old, self._old))
        self.widgets = (
            *(self._chip, self._code, self._share),
            *(arrow, self._button, self._new, self._back),
        )
        for label in (self._code, self._new):
            label.get_style_context().add_class("monospace")
            label.set_width_chars(len("#rrggbb"))
        for widget in self.widgets:
            widget.show_all()

    def show_color(self, color: ListedColor, new: str) -> None:
        """Show a color, and what it becomes."""
        if color.hex != self._old:
            self._old = color.hex
            self._chip.set_from_pixbuf(chip(color.hex))
            self._code.set_text(color.hex)
            self._button.set_tooltip_text(
                _("Choose the color that {color} becomes.").format(color=color.hex)
            )
            back = _("Set {color} back").format(color=color.hex)
            self._back.set_tooltip_text(back)
            self._back.get_accessible().set_name(back)
        self._share.set_text(color.share)
        if code_of(self._button.get_color()) != new:
            with self._button.handler_block(self._handler):
                self._button.set_color(color_of(new))
        self._show_new(new)

    def _show_new(self, new: str) -> None:
        is_changed = new != self._old
        self._new.set_text(new if is_changed else "")
        self._back.set_sensitive(is_changed)
        name = _("{old} becomes {new}") if is_changed else _("{old} stays as it is")
        self._button.get_accessible().set_name(name.format(old=self._old, new=new))

    def _changed(self, button: GimpUi.ColorButton) -> None:
        new = code_of(button.get_color())
        self._show_new(new)
        self._change(self._old, new)
