"""Preview window: what the dialogs of both procedures share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import gi

from extract_palette.calls import arguments
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_picture import THUMBNAIL, SentPicture, send_view
from extract_palette.dialogs.absence import Absence
from extract_palette.dialogs.help_page import replace_help
from extract_palette.dialogs.preview import Preview, State
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import Recolored, recolor_thumbnail
from extract_palette.engine.session import Engine
from extract_palette.errors import Problem
from extract_palette.images.scope import check_there, explained
from extract_palette.pictures.masks import masked
from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.pictures.viewport import LARGEST, Size
from extract_palette.translation import _
from extract_palette.widgets import option_widgets
from extract_palette.widgets.picture_pair import PicturePair
from extract_palette.widgets.thumbnail import ALIKE

gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GimpUi, GLib, Gtk  # noqa: E402  (after require_version)

BORDER = 12

UNSEEN = 300
"""Milliseconds of work without a spinner, which would flicker."""

SIZE = (1000, 760)
"""The width and height of a dialog that has never been resized, if the screen is large enough."""

AROUND = 48
"""Pixels of the screen's height that are left for the window's title."""

LOWEST = 120
"""The least height of the options and of the pictures, in pixels; they scroll then."""

RESTING = 120
"""Milliseconds after which a view that does not change any more is read."""


class PreviewWindow:
    """GIMP's dialog for a procedure, with pictures before and after and an engine."""

    def __init__(self, call: Call, engine: Engine | None, title: str) -> None:
        self._call = call
        self._config = call.config
        self._first_engine = engine
        self.dialog = GimpUi.ProcedureDialog.new(call.procedure, call.config, title)
        self._pair = PicturePair(self._view_changed)
        self.before, self.after = self._pair.before, self._pair.after
        self._labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        self._view_timer = 0
        # Where nothing is shown, its place stays free: the rest must not move.
        self._spinner = Gtk.Spinner(opacity=0)
        self._sentence = Gtk.Label(xalign=0, wrap=True)
        self._sentence.set_max_width_chars(1)  # as wide as the column, and the window stays
        self._sentence.set_hexpand(True)
        self._retry = Gtk.Button(label=_("Try A_gain"), use_underline=True)
        self._retry.set_no_show_all(True)
        self._retry.set_valign(Gtk.Align.CENTER)
        self._progress = Gtk.ProgressBar(opacity=0)
        replace_help(self.dialog, self.say)
        self._is_stale = False
        # The user may have painted on the image, or selected a part.
        self._absence = Absence(self.dialog, self._update_again)
        self.preview = Preview(self._start_engine, self._show_state, self._explain)
        self._retry.connect("clicked", lambda _button: self._update_again())
        self.dialog.connect("response", self._take_typed_number)
        self._sent: tuple[Engine, object] | None = None
        self._sending: tuple[Engine, object] | None = None
        self._thumbnail: SmallPicture | None = None
        self._spin_timer = 0

    def pictures(self) -> Gtk.Widget:
        """Return the pictures before and after."""
        return self._pair.box

    def status(self) -> Gtk.Widget:
        """Return the sentence, with a spinner, the button to try again and the progress."""
        box = Gtk.Box(spacing=option_widgets.SPACING)
        box.pack_start(self._sentence, True, True, 0)
        box.pack_end(self._spinner, False, False, 0)
        box.pack_end(self._retry, False, False, 0)
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        whole.pack_start(self._progress, False, False, 0)
        whole.pack_start(box, False, False, 0)
        return whole

    def fill(self, left: Sequence[Gtk.Widget], right: Gtk.Widget) -> None:
        """Fill the dialog with two columns."""
        column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER)
        for widget in left:
            grows = isinstance(widget, (Gtk.ScrolledWindow, Gtk.Box)) and widget is not left[-1]
            column.pack_start(widget, grows, True, 0)
        box = Gtk.Box(spacing=2 * BORDER, margin_top=BORDER, margin_bottom=BORDER)
        right.set_margin_end(BORDER)  # where a scrollbar may be
        box.pack_start(_scrolled(column), True, True, 0)
        options = _scrolled(right)
        options.set_hexpand(False)  # all further width is for the pictures
        box.pack_start(options, False, False, 0)
        box.show_all()
        self.dialog.get_content_area().pack_start(box, True, True, 0)
        self.dialog.set_default_size(*_fitting())
        # GIMP's rows of buttons begin at different edges.
        buttons = self.dialog.get_action_area()
        buttons.set_border_width(0)
        buttons.set_margin_top(BORDER)

    def align(self, grid: Gtk.Grid, *labels: Gtk.Widget) -> None:
        """Give the labels of a grid the width of all others, so that the widgets are aligned."""
        for label in (*labels, *grid.get_children()):
            if isinstance(label, Gtk.Label):
                self._labels.add_widget(label)

    def size(self) -> Size:
        """Return the size of the thumbnails for which there is room."""
        wide, high = self._pair.viewport.room
        if wide <= 1:  # not drawn yet
            return THUMBNAIL
        return min(wide, LARGEST[0]), min(high, LARGEST[1])

    def _view_changed(self) -> None:
        """Read what is seen then, after a while."""
        if self._view_timer:
            GLib.source_remove(self._view_timer)
        self._view_timer = GLib.timeout_add(RESTING, self._use_view)

    def _use_view(self) -> bool:
        self._view_timer = 0
        if self._is_view_unread():
            self.preview.again()
        return False

    def _is_view_unread(self) -> bool:
        """Return whether another part is seen than was read, or in another size."""
        small, viewport = self._thumbnail, self._pair.viewport
        if small is None:
            return False
        if small.box != viewport.box:
            return True
        wanted = zip(viewport.pixels, (small.width, small.height), strict=True)
        return any(abs(length - read) > ALIKE for length, read in wanted)

    def run_until_ok(self) -> bool:
        """Run the dialog, and return whether the user said OK to what it shows."""
        while self.dialog.run():
            if not self._wait_for_update():
                return False
            if self.preview.state is State.DONE and self._can_finish():
                self.dialog.hide()
                return True
        return False

    def _can_finish(self) -> bool:
        """Return whether the result can be made; otherwise say why not."""
        try:
            self.check()
        except Problem as problem:
            self._show_state(State.LACKING, str(problem))
            self.dialog.set_response_sensitive(Gtk.ResponseType.OK, True)
            return False
        return True

    def check(self) -> None:
        """Raise `Problem` if what the dialog shows cannot be made."""
        check_there(self._call.image, self._call.drawables)

    @property
    def call(self) -> Call:
        """The call, with what the user has selected since."""
        return self._call

    def _wait_for_update(self) -> bool:
        """Wait for the latest update; return False if the user closes the dialog first."""
        closed = []

        def respond(_dialog: Gtk.Dialog, response: int) -> None:
            if response in (Gtk.ResponseType.CANCEL, Gtk.ResponseType.DELETE_EVENT):
                closed.append(response)

        handlers = [
            self.dialog.connect("response", respond),
            self.dialog.connect("delete-event", lambda *_event: True),
        ]
        while self.preview.is_busy and not closed:
            GLib.MainContext.default().iteration(True)
        for handler in handlers:
            self.dialog.disconnect(handler)
        return not closed

    def engine(self) -> Engine:
        """Return the engine of the preview, for further requests."""
        engine = self.preview.release()
        assert engine
        return engine

    def _explain(self, error: Exception) -> Problem | None:
        return explained(error, self._call.image, self._call.drawables)

    def _update_again(self) -> None:
        """Look at the image again, and at what is selected in it if something was missing.

        See docs/decisions.md#try-again-looks-anew.
        """
        is_lacking = self.preview.state is State.LACKING
        self._call = self._call.at_selection() if is_lacking else self._call.looked_anew()
        self._sent = None
        self.preview.retry()

    def close(self) -> None:
        """Close the dialog, and stop the engine unless the caller has taken it."""
        self._spin(False)
        self._absence.end()
        if self._view_timer:
            GLib.source_remove(self._view_timer)
        for engine in (self.preview.release(), self._first_engine):
            if engine:
                engine.stop()
        self.dialog.destroy()

    def read(
        self, engine: Engine, send: Callable[[Engine, str], Exchange[SentPicture]]
    ) -> Exchange[Collection[int]]:
        """Send the chosen part of the image, and show it, unless that is done already.

        `send` sends a scope. Returns the numbers of the requests, for `arrived`.
        """
        scope = self.scope()
        self._sending = (engine, self.what())
        if self._sent != self._sending:
            self._sent = None
            self.say(_("Reading the picture…"))
            sent = yield from send(engine, scope)
        elif self._is_view_unread():
            sent = yield from self.send_view(engine, scope)
        else:
            return ()
        self._thumbnail = small = sent.small
        self._pair.take_size(sent.size)
        pixels = masked(small.width * small.height, small.planes)
        self.before.show_pixels(small, pixels, sent.title)
        self._pair.show_note(sent.note)
        return sent.numbers

    def send_view(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send a thumbnail of what is seen, with as many pixels as there is room for."""
        return (yield from send_view(engine, self._call, scope, self._pair.viewport))

    def what(self) -> object:
        """Return what `read` reads: it reads again if this is another value."""
        return self.scope()

    def scope(self) -> str:
        """Return the part of the image that is read."""
        return str(arguments.value(self._config, arguments.SCOPE))

    def arrived(self, numbers: Collection[int]) -> Exchange[None]:
        """Wait until the engine has everything that was sent to it."""
        for number in numbers:
            answer = yield number
            assert answer
        # Not what is chosen by now: the user may have changed that while pixels were sent.
        self._sent = self._sending

    @property
    def thumbnail(self) -> SmallPicture:
        """The picture before, as it was read last."""
        assert self._thumbnail
        return self._thumbnail

    def show_after(self, small: SmallPicture, pixels: bytes, caption: str) -> None:
        """Show a thumbnail after recoloring, unless there is a later one."""
        if small is self._thumbnail:
            self.after.show_pixels(small, pixels, caption)

    def show_progress(self, done: float) -> None:
        """Show the part of the picture that is sent."""
        self._progress.set_fraction(done)
        self._progress.set_opacity(float(done < 1))

    def locate(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the pixel of the thumbnail at a point of the picture, or None if it has none."""
        small = self.thumbnail
        left, top, width, height = small.box
        # Rounded, so that a pixel's edge stays one there and back.
        found = (
            round((x - left) * small.width / width, 6),
            round((y - top) * small.height / height, 6),
        )
        inside = 0 <= found[0] < small.width and 0 <= found[1] < small.height
        return found if inside else None

    def recolored(
        self, engine: Engine, colors: list[str], options: dict[str, Any]
    ) -> Exchange[Recolored]:
        """Return the thumbnail in some colors."""
        result = yield from recolor_thumbnail(engine, self.thumbnail, colors, options)
        return result

    def say(self, sentence: str, explanation: str = "") -> None:
        """Show a sentence, with a tooltip that explains it."""
        self._sentence.set_text(sentence)
        self._sentence.set_tooltip_text(explanation or None)
        self._is_stale = False

    def _start_engine(self, wake: Callable[[], None]) -> Engine:
        """Return the first time the engine that is running already, then a new one."""
        engine, self._first_engine = self._first_engine, None
        if engine is None:
            return Engine(wake)
        engine.wake = wake
        return engine

    def _take_typed_number(self, *_response: object) -> None:
        # GTK takes a number when its entry loses the focus, which the keys for OK do not cause.
        entry = self.dialog.get_focus()
        if isinstance(entry, Gtk.SpinButton):
            entry.update()

    def _spin(self, working: bool) -> None:
        """Show the spinner if work takes a while, and hide it as soon as the work is done."""
        if working and not (self._spin_timer or self._spinner.get_opacity()):
            self._spin_timer = GLib.timeout_add(UNSEEN, self._show_spinner)
        if not working:
            if self._spin_timer:
                GLib.source_remove(self._spin_timer)
            self._spin_timer = 0
            self._spinner.stop()
            self._spinner.set_opacity(0)

    def _show_spinner(self) -> bool:
        self._spin_timer = 0
        self._spinner.set_opacity(1)
        self._spinner.start()
        return False

    def _show_state(self, state: State, sentence: str) -> None:
        if state is State.DONE and self._is_view_unread():
            self._view_changed()
        self._spin(state in (State.STARTING, State.WORKING, State.SLOW))
        self._retry.set_visible(state in (State.SLOW, State.LACKING, State.FAILED))
        self._progress.set_opacity(0)
        bad = state in (State.REFUSED, State.LACKING, State.FAILED)
        self._is_stale = bad or state in (State.STARTING, State.SLOW) or self._is_stale
        self._sentence.set_selectable(bad)  # it may contain a command to copy
        self.dialog.set_response_sensitive(Gtk.ResponseType.OK, not bad)
        if bad:
            self.say(sentence)
        elif state is State.STARTING:
            self.say(_("Starting the engine…"))
        elif state is State.WORKING and self._is_stale:
            self.say(_("Looking at the colors…"))
        elif state is State.SLOW:
            self.say(_("The engine has not answered for a while. Wait, or try again."))


def _scrolled(widget: Gtk.Widget) -> Gtk.ScrolledWindow:
    """Return a widget that can be scrolled if the window is too low for it."""
    scrolled = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER, overlay_scrolling=False)
    scrolled.set_min_content_height(LOWEST)
    scrolled.add(widget)
    return scrolled


def _fitting() -> tuple[int, int]:
    """Return the size of a dialog that fits on the screen."""
    display = Gdk.Display.get_default()
    monitor = display.get_primary_monitor() or display.get_monitor(0)
    if monitor is None:
        return SIZE
    area = monitor.get_workarea()
    return min(SIZE[0], area.width), min(SIZE[1], area.height - AROUND)
