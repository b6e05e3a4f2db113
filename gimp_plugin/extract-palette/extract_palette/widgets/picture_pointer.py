"""Picture pointer: zooms and moves a thumbnail by the pointer, by fingers and by keys.

A press of the first button that does not become a drag is a click, for `PictureView`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import gi

from extract_palette.pictures.viewport import Viewport
from extract_palette.translation import _
from extract_palette.widgets.thumbnail import Thumbnail

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402  (after require_version)

View = Callable[[Viewport], Viewport]
"""Returns another view than the one that is seen."""

STILL = 4
"""A press that moves by more than this becomes a drag, in pixels."""

STEP = 1 / 8
"""The part of the room by which an arrow key, or a step of the wheel, moves the picture."""

ZOOMS: Mapping[str, View] = {
    "plus": Viewport.nearer,
    "equal": Viewport.nearer,
    "KP_Add": Viewport.nearer,
    "minus": Viewport.farther,
    "KP_Subtract": Viewport.farther,
    "0": Viewport.whole,
    "KP_0": Viewport.whole,
    "1": lambda view: view.scaled(1.0),
    "KP_1": lambda view: view.scaled(1.0),
}
"""The keys that zoom."""

MOVES = {"Left": (STEP, 0.0), "Right": (-STEP, 0.0), "Up": (0.0, STEP), "Down": (0.0, -STEP)}
"""The keys that move the picture, by parts of its room."""

WHEEL = {
    Gdk.ScrollDirection.UP: (0.0, 1.0),
    Gdk.ScrollDirection.DOWN: (0.0, -1.0),
    Gdk.ScrollDirection.LEFT: (1.0, 0.0),
    Gdk.ScrollDirection.RIGHT: (-1.0, 0.0),
}
"""How far a step of the wheel moves the picture, across and down."""


class PicturePointer:
    """What the pointer and the keys do to the view of a thumbnail.

    `move` moves the picture by pixels of the screen, and returns False if all of it is seen; `zoom`
    takes another view.
    """

    def __init__(
        self,
        thumbnail: Thumbnail,
        move: Callable[[float, float], bool],
        zoom: Callable[[View], None],
    ) -> None:
        self._thumbnail, self._area = thumbnail, thumbnail.area
        self._move, self._zoom = move, zoom
        self._click: Callable[[float, float], None] | None = None
        self._grip: Callable[[float], bool] = lambda _x: False
        self._drag: Callable[[float], None] | None = None
        self._pressed: tuple[float, float] | None = None
        self._is_dragging = self._is_gripping = False
        self._turned, self._scale = 0.0, 1.0
        area = self._area
        area.set_can_focus(True)
        area.add_events(
            Gdk.EventMask.POINTER_MOTION_MASK
            | Gdk.EventMask.BUTTON_PRESS_MASK
            | Gdk.EventMask.BUTTON_RELEASE_MASK
            | Gdk.EventMask.SCROLL_MASK
            | Gdk.EventMask.SMOOTH_SCROLL_MASK
            | Gdk.EventMask.TOUCHPAD_GESTURE_MASK
        )
        area.connect("key-press-event", self._press_key)
        area.connect("button-press-event", self._press)
        area.connect("button-release-event", self._release)
        area.connect("motion-notify-event", self._moved)
        area.connect("scroll-event", self._scroll)
        area.connect_after("draw", self._draw_focus)
        self._pinch = Gtk.GestureZoom.new(area)
        self._pinch.connect("begin", self._begin_pinch)
        self._pinch.connect("scale-changed", self._pinched)
        words = _("Keys + and − zoom, 0 shows all of it, 1 shows it at 100 %, and arrows move it.")
        area.get_accessible().set_description(words)

    def on_click(self, click: Callable[[float, float], None]) -> None:
        """Call a function with the position of each click."""
        self._click = click

    def hold(self, grip: Callable[[float], bool], drag: Callable[[float], None]) -> None:
        """Let something be dragged across that is at the positions for which `grip` is true."""
        self._grip, self._drag = grip, drag

    def _device(self, x: float, y: float) -> tuple[float, float]:
        scale = self._area.get_scale_factor()
        return x * scale, y * scale

    def _press_key(self, _area: Gtk.Widget, event: Gdk.EventKey) -> bool:
        if event.state & Gtk.accelerator_get_default_mod_mask() & ~Gdk.ModifierType.SHIFT_MASK:
            return False
        name = Gdk.keyval_name(event.keyval)
        if name in ZOOMS:
            self._zoom(ZOOMS[name])
            return True
        if name in MOVES:
            across, down = MOVES[name]
            wide, high = self._thumbnail.room
            return self._move(across * wide, down * high)
        return False

    def _press(self, area: Gtk.Widget, event: Gdk.EventButton) -> bool:
        if event.type != Gdk.EventType.BUTTON_PRESS:  # a double click is two presses as well
            return True
        if event.button in (Gdk.BUTTON_PRIMARY, Gdk.BUTTON_MIDDLE):
            area.grab_focus()
            self._pressed = event.x, event.y
            self._is_dragging = event.button == Gdk.BUTTON_MIDDLE
            self._is_gripping = event.button == Gdk.BUTTON_PRIMARY and self._grip(event.x)
        return True

    def _release(self, _area: Gtk.Widget, event: Gdk.EventButton) -> bool:
        is_click = self._pressed and not (self._is_dragging or self._is_gripping)
        if is_click and event.button == Gdk.BUTTON_PRIMARY and self._click and self._pressed:
            self._click(*self._pressed)
        self._pressed = None
        self._is_dragging = self._is_gripping = False
        return True

    def _moved(self, area: Gtk.Widget, event: Gdk.EventMotion) -> bool:
        if self._pressed is None:
            _show_cursor(area, "col-resize" if self._grip(event.x) else "crosshair")
            return False
        if self._is_gripping:
            if self._drag:
                self._drag(event.x)
            return True
        across, down = event.x - self._pressed[0], event.y - self._pressed[1]
        if not self._is_dragging and max(abs(across), abs(down)) <= STILL:
            return False
        self._is_dragging = True
        self._move(*self._device(across, down))
        self._pressed = event.x, event.y
        return True

    def _scroll(self, _area: Gtk.Widget, event: Gdk.EventScroll) -> bool:
        across, down = _steps(event)
        if event.state & Gdk.ModifierType.CONTROL_MASK:
            self._turn(down, self._device(event.x, event.y))
            return True
        if event.state & Gdk.ModifierType.SHIFT_MASK and not across:
            across, down = down, 0.0
        wide, high = self._thumbnail.room
        return self._move(STEP * across * wide, STEP * down * high)

    def _turn(self, steps: float, at: tuple[float, float]) -> None:
        """Zoom by whole steps of the wheel, around a position."""
        self._turned += steps
        if abs(self._turned) >= 1:
            view = Viewport.nearer if self._turned > 0 else Viewport.farther
            self._turned = 0.0
            self._zoom(lambda viewport: view(viewport, at))

    def _begin_pinch(self, *_began: object) -> None:
        self._scale = self._thumbnail.viewport.scale

    def _pinched(self, gesture: Gtk.GestureZoom, factor: float) -> None:
        is_known, x, y = gesture.get_bounding_box_center()
        at = self._device(x, y) if is_known else None
        self._zoom(lambda view: view.scaled(self._scale * factor, at))

    def _draw_focus(self, area: Gtk.Widget, context: object) -> bool:
        if area.has_visible_focus():
            size = area.get_allocated_width(), area.get_allocated_height()
            Gtk.render_focus(area.get_style_context(), context, 0, 0, *size)
        return False


def _steps(event: Gdk.EventScroll) -> tuple[float, float]:
    """Return how far the wheel was turned, across and down; a touchpad turns it by fractions."""
    if event.direction == Gdk.ScrollDirection.SMOOTH:
        _known, across, down = event.get_scroll_deltas()
        return -across, -down
    return WHEEL.get(event.direction, (0.0, 0.0))


def _show_cursor(area: Gtk.Widget, name: str) -> None:
    area.get_window().set_cursor(Gdk.Cursor.new_from_name(area.get_display(), name))
