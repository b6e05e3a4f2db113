"""Preview window: what the dialogs of both procedures share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import gi

from extract_palette import arguments, option_widgets
from extract_palette.absence import Absence
from extract_palette.engine import Engine
from extract_palette.engine_requests import Recolored, recolor_thumbnail
from extract_palette.errors import Problem
from extract_palette.exchange import Exchange
from extract_palette.help_page import replace_help
from extract_palette.masks import masked
from extract_palette.preview import Preview, State
from extract_palette.procedure_call import Call
from extract_palette.scope import check_there, explained
from extract_palette.sent_picture import LARGEST, THUMBNAIL, SentPicture, Size, send_thumbnail
from extract_palette.small_picture import SmallPicture
from extract_palette.swatch_widgets import SwatchList, Thumbnail
from extract_palette.translation import _

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

RESIZING = 200
"""Milliseconds without a change of size after which a window counts as resized."""

ENOUGH = 1.1
"""Thumbnails are read again if they could be larger by this factor."""


class PreviewWindow:
    """GIMP's dialog for a procedure, with pictures before and after and an engine."""

    def __init__(self, call: Call, engine: Engine | None, title: str) -> None:
        self._call = call
        self._config = call.config
        self._first_engine = engine
        self.dialog = GimpUi.ProcedureDialog.new(call.procedure, call.config, title)
        self.before = Thumbnail(_("Before"), *THUMBNAIL, self._room_changed)
        self.after = Thumbnail(_("After"), *THUMBNAIL, self._room_changed)
        self._labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        self._room_timer = 0
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
        """Return the pictures before and after, side by side."""
        box = Gtk.Box(spacing=BORDER, homogeneous=True)
        box.pack_start(self.before, True, True, 0)
        box.pack_start(self.after, True, True, 0)
        return box

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
            grows = isinstance(widget, (SwatchList, Gtk.Box)) and widget is not left[-1]
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
        rooms = (self.before.room, self.after.room)
        wide, high = (min(lengths) for lengths in zip(*rooms, strict=True))
        if wide <= 1:  # not drawn yet
            return THUMBNAIL
        return min(wide, LARGEST[0]), min(high, LARGEST[1])

    def _room_changed(self) -> None:
        """Show more pixels after a while, if there is more room then."""
        if self._room_timer:
            GLib.source_remove(self._room_timer)
        self._room_timer = GLib.timeout_add(RESIZING, self._use_room)

    def _use_room(self) -> bool:
        self._room_timer = 0
        if self._has_room():
            self.preview.again()
        return False

    def _has_room(self) -> bool:
        """Return whether the thumbnails could have many more pixels."""
        small = self._thumbnail
        if small is None or small.is_whole:
            return False
        scale = min(
            r / length for r, length in zip(self.size(), (small.width, small.height), strict=True)
        )
        return scale > ENOUGH

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
        """Look at the image again, and at what is selected in it if that was missing."""
        self._call = self._call.looked_anew()
        self._sent = None
        self.preview.retry()

    def close(self) -> None:
        """Close the dialog, and stop the engine unless the caller has taken it."""
        self._spin(False)
        self._absence.end()
        if self._room_timer:
            GLib.source_remove(self._room_timer)
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
        elif self._has_room():
            sent = yield from self.send_larger(engine, scope)
        else:
            return ()
        self._thumbnail = small = sent.small
        pixels = masked(small.width * small.height, small.planes)
        self.before.show_pixels(small.width, small.height, pixels, sent.title, sent.note)
        return sent.numbers

    def send_larger(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send a thumbnail with as many pixels as there is room for."""
        return (yield from send_thumbnail(engine, self._call, scope, self.size()))

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

    def show_after(self, pixels: bytes, caption: str) -> None:
        """Show the picture after recoloring, unless it is of an earlier thumbnail."""
        assert self._thumbnail
        if len(pixels) != 4 * self._thumbnail.width * self._thumbnail.height:
            return
        self.after.show_pixels(self._thumbnail.width, self._thumbnail.height, pixels, caption)

    def show_progress(self, done: float) -> None:
        """Show the part of the picture that is sent."""
        self._progress.set_fraction(done)
        self._progress.set_opacity(float(done < 1))

    def recolored(
        self, engine: Engine, colors: list[str], options: dict[str, Any]
    ) -> Exchange[Recolored]:
        """Return the thumbnail in some colors."""
        assert self._thumbnail
        result = yield from recolor_thumbnail(engine, self._thumbnail, colors, options)
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
