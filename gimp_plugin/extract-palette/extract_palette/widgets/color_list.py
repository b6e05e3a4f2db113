"""Color list: colors that the user adds by GIMP's color dialog, and removes by a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gi

from extract_palette.images.gimp_colors import code_of, color_of
from extract_palette.pictures.swatches import channels, colors_in
from extract_palette.translation import _

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GimpUi, GObject, Gtk  # noqa: E402  (after require_version)

SIZE = (30, 22)
"""The width and height of a color in the list, in pixels."""


class ColorList(Gtk.FlowBox):  # type: ignore[misc]
    """The colors of an argument that is a list, with a button that adds one."""

    text = GObject.Property(type=str, default="")
    """The colors as the argument has them: hex values, separated by commas."""

    def __init__(self, explanation: str) -> None:
        super().__init__(
            selection_mode=Gtk.SelectionMode.NONE,
            max_children_per_line=20,
            column_spacing=2,
            row_spacing=2,
            homogeneous=False,
        )
        self._adder = GimpUi.ColorButton.new(
            _("Add a color"), *SIZE, color_of("#808080"), GimpUi.ColorAreaType.FLAT
        )
        self._adder.set_no_show_all(True)
        self._adder.connect("color-changed", self._add)
        self._button = Gtk.Button(label=_("Add a color…"))
        self._button.set_tooltip_text(explanation)
        self._button.connect("clicked", lambda _button: self._adder.clicked())
        self._shown: Sequence[str] = ()
        box = Gtk.Box()
        box.pack_start(self._button, False, False, 0)
        box.pack_start(self._adder, False, False, 0)  # never visible, but it knows the window
        self._last = _child(box)
        self.add(self._last)
        self.connect("notify::text", self._show)

    def _add(self, button: GimpUi.ColorButton) -> None:
        code = code_of(button.get_color())
        if code not in self._shown:
            self.set_property("text", ", ".join([*self._shown, code]))

    def _show(self, *_changed: object) -> None:
        codes = colors_in(self.text or "")
        if codes == self._shown:
            return
        for child in self.get_children():
            if child is not self._last:
                self.remove(child)
        for number, code in enumerate(codes):
            self.insert(_child(self._color_button(code)), number)
        self._shown = codes
        self.show_all()

    def _color_button(self, code: str) -> Gtk.Widget:
        area = Gtk.DrawingArea()
        area.set_size_request(*SIZE)
        area.connect("draw", _draw, code)
        button = Gtk.Button(tooltip_text=_("{color}: click to remove it").format(color=code))
        button.get_accessible().set_name(code)
        button.add(area)
        button.connect("clicked", lambda _button: self._remove(code))
        return button

    def _remove(self, code: str) -> None:
        self.set_property("text", ", ".join(other for other in self._shown if other != code))


def _child(widget: Gtk.Widget) -> Gtk.FlowBoxChild:
    child = Gtk.FlowBoxChild(can_focus=False)
    plain = Gtk.CssProvider()
    plain.load_from_data(b"flowboxchild { padding: 0; }")
    child.get_style_context().add_provider(plain, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
    child.add(widget)
    return child


def _draw(_area: Gtk.Widget, context: Any, code: str) -> bool:
    context.set_source_rgb(*channels(code))
    context.paint()
    return False
