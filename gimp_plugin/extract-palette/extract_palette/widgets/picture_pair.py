"""Picture pair: the pictures before and after, side by side or as one that is split.

Both show the same part: see docs/decisions.md#zoom-in-previews.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import gi

from extract_palette.pictures.viewport import Size, Viewport
from extract_palette.translation import _
from extract_palette.widgets.picture_pointer import PicturePointer
from extract_palette.widgets.thumbnail import Thumbnail

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GimpUi, Gtk, Pango  # noqa: E402  (after require_version)

GAP = 12
"""The distance between the pictures, in pixels."""

SPACING = 6

NEAR = 6
"""The greatest distance from the dividing line at which it can be dragged, in pixels."""


class PicturePair:
    """Two thumbnails with what is seen of both.

    `changed` is called when they show another part, or have another room.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.viewport = Viewport()
        self.before = Thumbnail(_("Before"), self._resize)
        self.after = Thumbnail(_("After"), self._resize)
        self.split = Gtk.Adjustment(
            value=50, lower=0, upper=100, step_increment=2, page_increment=10
        )
        self.split.connect("value-changed", lambda _split: self.before.area.queue_draw())
        self._pictures = Gtk.Grid(column_spacing=GAP, column_homogeneous=True, row_spacing=2)
        for column, thumbnail in enumerate((self.before, self.after)):
            for row, widget in enumerate((thumbnail.area, thumbnail.label)):
                self._pictures.attach(widget, column, row, 1, 1)
        self._pointers = [
            PicturePointer(thumbnail, self._move, self._zoom)
            for thumbnail in (self.before, self.after)
        ]
        self._percent = Gtk.Label(width_chars=6, xalign=0.5)
        self._switch = Gtk.CheckButton(label=_("Split vie_w"), use_underline=True)
        self._switch.set_tooltip_text(_("Show before and after as one picture with a line to drag"))
        self._switch.connect("toggled", self._set_split)
        self._note = Gtk.Label(ellipsize=Pango.EllipsizeMode.END, xalign=0)
        self._note.get_style_context().add_class("dim-label")
        self._slider = Gtk.Scale(adjustment=self.split, draw_value=False)
        self._middle = Gtk.Stack()
        """The note, or the slider if there is a line to move."""
        self._buttons: dict[str, Gtk.Button] = {}
        self.box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=2)
        self.box.pack_start(self._pictures, True, True, 0)
        self.box.pack_start(self._controls(), False, False, 0)
        self.before.area.connect_after("draw", self._draw_other)
        self.pointer = self._pointers[0]
        self.pointer.hold(self._grip, self._drag)
        self._look(self.viewport)

    @property
    def is_split(self) -> bool:
        """Whether both are one picture."""
        return bool(self._switch.get_active())

    def take_size(self, size: Size) -> None:
        """Show pictures of a size from now on: those of another picture if it is another size."""
        if size != self.viewport.size:
            for thumbnail in (self.before, self.after):
                thumbnail.forget_whole()
        self._look(self.viewport.of(size))

    def _controls(self) -> Gtk.Widget:
        """Return the buttons below the pictures."""
        row = Gtk.Box(spacing=SPACING)
        add = self._add_button
        add(row, GimpUi.ICON_ZOOM_OUT, _("Zoom out"), lambda: self.viewport.farther())
        row.pack_start(self._percent, False, False, 0)
        add(row, GimpUi.ICON_ZOOM_IN, _("Zoom in"), lambda: self.viewport.nearer())
        add(row, GimpUi.ICON_ZOOM_ORIGINAL, _("Zoom to 100 %"), lambda: self.viewport.scaled(1.0))
        add(
            row,
            GimpUi.ICON_ZOOM_FIT_BEST,
            _("Show the whole picture"),
            lambda: self.viewport.whole(),
        )
        row.pack_end(self._switch, False, False, 0)
        row.pack_end(self._middle, True, True, 0)
        for widget in (self._note, self._slider):
            widget.show()
            self._middle.add(widget)
        words = _("How much of the picture is shown before, at the left")
        self._slider.set_tooltip_text(words)
        self._slider.get_accessible().set_name(words)
        return row

    def show_note(self, note: str) -> None:
        """Say what the caption of the picture before does not."""
        self._note.set_text(note)
        for widget in (self._note, self.before.label):  # where the slider may be in its place
            widget.set_tooltip_text(note or None)

    def _add_button(
        self, row: Gtk.Box, icon: str, words: str, view: Callable[[], Viewport]
    ) -> None:
        button = Gtk.Button.new_from_icon_name(icon, Gtk.IconSize.MENU)
        button.set_relief(Gtk.ReliefStyle.NONE)
        button.set_tooltip_text(words)
        button.get_accessible().set_name(words)
        button.connect("clicked", lambda _button: self._show(view()))
        self._buttons[icon] = button
        row.pack_start(button, False, False, 0)

    def _resize(self) -> None:
        room = self.before.room
        if not self.is_split:
            others = self.after.room
            room = min(room[0], others[0]), min(room[1], others[1])
        self._show(self.viewport.within(room))

    def _show(self, viewport: Viewport) -> None:
        if viewport != self.viewport:
            self._look(viewport)
            self._changed()

    def _look(self, viewport: Viewport) -> None:
        self.viewport = viewport
        for thumbnail in (self.before, self.after):
            thumbnail.look(viewport)
        self._percent.set_text(_("{share} %").format(share=round(100 * viewport.scale) or "<1"))
        can_grow, is_whole = viewport.nearer() != viewport, not viewport.zoom
        self._buttons[GimpUi.ICON_ZOOM_IN].set_sensitive(can_grow)
        self._buttons[GimpUi.ICON_ZOOM_OUT].set_sensitive(not is_whole)
        self._buttons[GimpUi.ICON_ZOOM_FIT_BEST].set_sensitive(not is_whole)
        self._buttons[GimpUi.ICON_ZOOM_ORIGINAL].set_sensitive(viewport.fit < 1)

    def _move(self, across: float, down: float) -> bool:
        """Move the pictures; return whether there is more of them than is seen."""
        if not self.viewport.zoom:
            return False
        self._show(self.viewport.moved(across, down))
        return True

    def _zoom(self, view: Callable[[Viewport], Viewport]) -> None:
        self._show(view(self.viewport))

    def _set_split(self, _switch: Gtk.CheckButton) -> None:
        """Show one picture instead of two, or two again."""
        self.after.area.set_visible(not self.is_split)
        columns = 2 if self.is_split else 1
        self._pictures.child_set_property(self.before.area, "width", columns)
        self._middle.set_visible_child(self._slider if self.is_split else self._note)
        self._percent.set_visible(not self.is_split)  # the slider needs the room

    def _line(self) -> float:
        """Return where the line between before and after is, in the widget's own pixels."""
        device = self.before.area.get_scale_factor()
        left, wide = self._extent(0)
        part = self.split.get_value() / 100
        line: float = (left + wide * part) / device
        return line

    def _extent(self, axis: int) -> tuple[float, float]:
        """Return where the picture begins in the widget, and its length there.

        Across for axis 0, down for 1; both in pixels of the screen.
        """
        view = self.viewport
        start = max(0.0, view.origin[axis] + view.box[axis] * view.scale)
        return start, min(view.room[axis] - start, view.box[axis + 2] * view.scale)

    def _grip(self, x: float) -> bool:
        return self.is_split and abs(x - self._line()) <= NEAR

    def _drag(self, x: float) -> None:
        left, wide = self._extent(0)
        self.split.set_value(100 * (x * self.before.area.get_scale_factor() - left) / wide)

    def _draw_other(self, area: Gtk.Widget, context: Any) -> bool:
        if not self.is_split:
            return False
        line = self._line()
        context.save()
        context.rectangle(line, 0, area.get_allocated_width() - line, area.get_allocated_height())
        context.clip()
        self.after.draw_on(area, context)
        self.before.draw_over_on(area, context)
        context.restore()
        device = area.get_scale_factor()
        top, height = (length / device for length in self._extent(1))
        for level, width, radius in ((0.0, 3, 5.5), (1.0, 1, 4.5)):
            context.set_source_rgb(level, level, level)
            context.rectangle(round(line) - width / 2, top, width, height)
            context.fill()
            context.arc(round(line), top + height / 2, radius, 0, 2 * math.pi)
            context.fill()
        return False
