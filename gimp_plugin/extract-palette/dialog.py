"""Dialog: GIMP's own dialog for a procedure, with a palette in it that is always up to date."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import arguments
import form
import gi
import layer
import products
import talks
from arguments import FOLDER
from call import Call
from engine import Engine, Talk
from live import Live, Question, State
from swatches import Bar, List, Picture, swatches_of
from texts import _, decimal, ngettext

gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GimpUi, GLib, GObject, Gtk  # noqa: E402  (after require_version)

THUMBNAIL = (232, 180)
"""How large the pictures before and after are at the most."""

BORDER = 12

TALLEST = 560
"""How tall all options are at the most, in pixels; small screens must hold the dialog."""


class Window:
    """What the dialogs have in common: pictures before and after, a sentence, and an engine."""

    def __init__(self, call: Call, running: Engine | None, title: str) -> None:
        self._call = call
        self._config = call.config
        self._running = running
        self.dialog = GimpUi.ProcedureDialog.new(call.procedure, call.config, title)
        self.before = Picture(_("Before"), *THUMBNAIL)
        self.after = Picture(_("After"), *THUMBNAIL)
        self._spinner = Gtk.Spinner()
        self._sentence = Gtk.Label(xalign=0, wrap=True)
        self._sentence.set_max_width_chars(40)
        self._retry = Gtk.Button(label=_("Try A_gain"), use_underline=True)
        self._retry.set_no_show_all(True)
        self._retry.set_valign(Gtk.Align.CENTER)
        self._progress = Gtk.ProgressBar()
        self._progress.set_no_show_all(True)
        self._lead_to_help()
        self._was_left = False
        self._is_stale = False
        self.dialog.connect("focus-out-event", self._leave)
        self.dialog.connect("focus-in-event", self._return)
        self.live = Live(self._start, self._show_state)
        self._retry.connect("clicked", lambda _button: self._ask_anew())
        self.dialog.connect("response", self._take_what_is_typed)
        self._sent: tuple[Engine, str] | None = None
        self._thumbnail: tuple[list[str], tuple[int, int, bytes]] | None = None

    def pictures(self) -> Gtk.Widget:
        """Return the pictures before and after, side by side."""
        box = Gtk.Box(spacing=BORDER, homogeneous=True)
        box.pack_start(self.before, True, True, 0)
        box.pack_start(self.after, True, True, 0)
        return box

    def status(self) -> Gtk.Widget:
        """Return the line that says how it stands."""
        box = Gtk.Box(spacing=form.SPACING)
        box.pack_start(self._spinner, False, False, 0)
        box.pack_start(self._sentence, True, True, 0)
        box.pack_end(self._retry, False, False, 0)
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=4)
        whole.pack_start(box, False, False, 0)
        whole.pack_start(self._progress, False, False, 0)
        return whole

    def fill(self, left: Sequence[Gtk.Widget], right: Gtk.Widget) -> None:
        """Lay the dialog out in two columns."""
        column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER)
        for widget in left:
            column.pack_start(widget, isinstance(widget, List), True, 0)
        box = Gtk.Box(spacing=2 * BORDER, border_width=BORDER)
        box.pack_start(column, True, True, 0)
        scrolled = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True
        )
        scrolled.set_max_content_height(TALLEST)
        scrolled.add(right)
        box.pack_start(scrolled, False, False, 0)
        box.show_all()
        self.dialog.get_content_area().pack_start(box, True, True, 0)

    def begin(self, question: Question) -> None:
        """Ask the first question, as soon as the window is there to be looked at."""

        def ask() -> bool:
            self.live.ask(question)
            return False

        GLib.idle_add(ask)

    def said_ok(self) -> bool:
        """Run the dialog until there is an answer that is taken; tell whether it was."""
        while self.dialog.run():
            if not self._answered():
                return False
            if self.live.state is State.DONE:
                self.dialog.hide()
                return True
        return False

    def _answered(self) -> bool:
        """Wait for the latest answer; False if the user does not wait for it."""
        left = []

        def respond(_dialog: Gtk.Dialog, response: int) -> None:
            if response in (Gtk.ResponseType.CANCEL, Gtk.ResponseType.DELETE_EVENT):
                left.append(response)

        handlers = [
            self.dialog.connect("response", respond),
            self.dialog.connect("delete-event", lambda *_closed: True),
        ]
        while self.live.is_busy and not left:
            GLib.MainContext.default().iteration(True)
        for handler in handlers:
            self.dialog.disconnect(handler)
        return not left

    def engine(self) -> Engine:
        """Return the engine that gave the answer, for more."""
        engine = self.live.leave()
        assert engine
        return engine

    def _leave(self, *_event: object) -> bool:
        self._was_left = True
        return False

    def _return(self, *_event: object) -> bool:
        """See what was done to the image meanwhile: it can be painted on, and parts selected."""
        if self._was_left:
            self._was_left = False
            self._ask_anew()
        return False

    def _ask_anew(self) -> None:
        self._sent = None
        self.live.retry()

    def close(self) -> None:
        """Take the dialog away, and the engine if nobody took it over."""
        for engine in (self.live.leave(), self._running):
            if engine:
                engine.stop()
        self.dialog.destroy()

    def read(
        self, engine: Engine, send: Callable[[Engine, layer.Source], Talk[None]]
    ) -> Talk[None]:
        """Show what is meant, and send it to the engine, unless that is done."""
        scope = arguments.value(self._config, arguments.SCOPE)
        if self._sent == (engine, scope):
            return
        self._sent = None
        self.say(_("Reading the picture…"))
        with layer.opened(self._call.image, self._call.drawables, scope) as source:
            self._thumbnail = (source.planes, source.thumbnail(*THUMBNAIL))
            self.show_before(source)
            yield from send(engine, source)
        self._sent = (engine, scope)

    def show_before(self, source: layer.Source) -> None:
        """Show the picture as it is."""
        assert self._thumbnail
        width, height, planes = self._thumbnail[1]
        self.before.show_pixels(width, height, weighed(width * height, planes), source.title)

    def tell(self, done: float) -> None:
        """Show how much of the picture is sent."""
        self._progress.set_fraction(done)
        self._progress.set_visible(done < 1)

    def recolored(self, engine: Engine, colors: list[str], dither: str) -> Talk[talks.Recolored]:
        """Return the thumbnail in colors."""
        assert self._thumbnail
        planes, thumbnail = self._thumbnail
        result = yield from talks.recolor_thumbnail(engine, planes, thumbnail, colors, dither)
        return result

    def say(self, sentence: str) -> None:
        """Show a sentence about what is seen."""
        self._sentence.set_text(sentence)
        self._is_stale = False

    def _start(self, wake: Callable[[], None]) -> Engine:
        """Return the engine that is running already, the first time; then a new one."""
        engine, self._running = self._running, None
        if engine is None:
            return Engine(FOLDER, wake)
        engine.wake = wake
        return engine

    def _take_what_is_typed(self, *_responded: object) -> None:
        # A number counts when its entry is left, which the keys for OK do not do.
        entry = self.dialog.get_focus()
        if isinstance(entry, Gtk.SpinButton):
            entry.update()

    def _lead_to_help(self) -> None:
        """Have the help button and F1 open our own page; GIMP's open its manual."""
        button = self.dialog.get_widget_for_response(Gtk.ResponseType.HELP)
        if button is None:  # which the user's preferences may leave out
            return
        area = button.get_parent()
        area.remove(button)
        ours = Gtk.Button(label=_("_Help"), use_underline=True)
        ours.connect("clicked", lambda _button: self._open_help())
        ours.show()
        area.pack_start(ours, False, False, 0)
        area.set_child_secondary(ours, True)
        self.dialog.connect("key-press-event", self._pressed)

    def _pressed(self, _dialog: Gtk.Widget, event: Gdk.EventKey) -> bool:
        if event.keyval != Gdk.KEY_F1:
            return False
        self._open_help()
        return True

    def _open_help(self) -> None:
        page = help_page()
        try:
            Gtk.show_uri_on_window(self.dialog, page.as_uri(), Gtk.get_current_event_time())
        except GLib.Error:
            self.say(_("No browser can be opened. The help is in {path}").format(path=page))

    def _show_state(self, state: State, sentence: str) -> None:
        working = state in (State.STARTING, State.WORKING, State.SLOW)
        self._spinner.set_visible(working)
        (self._spinner.start if working else self._spinner.stop)()
        self._retry.set_visible(state in (State.SLOW, State.REFUSED, State.FAILED))
        self._progress.set_visible(False)
        bad = state in (State.REFUSED, State.FAILED)
        self._is_stale = bad or state in (State.STARTING, State.SLOW) or self._is_stale
        self._sentence.set_selectable(bad)  # it may have a command to copy
        self.dialog.set_response_sensitive(Gtk.ResponseType.OK, not bad)
        if bad:
            self.say(sentence)
        elif state is State.STARTING:
            self.say(_("Starting the engine…"))
        elif state is State.WORKING and self._is_stale:
            self.say(_("Looking at the colors…"))
        elif state is State.SLOW:
            self.say(_("The engine has not answered for a while. Wait, or try again."))


class ExtractionDialog(Window):
    """The dialog that shows a palette before it is made."""

    def __init__(self, call: Call, running: Engine | None) -> None:
        super().__init__(call, running, _("Extract Palette"))
        self.document: dict[str, Any] | None = None
        self._bar = Bar(self._toggle)
        self._list = List(self._toggle)
        self._list.set_size_request(-1, 190)
        self.fill([self.pictures(), self._bar, self._list, self.status()], self._options())
        for row in arguments.extraction_rows():
            if row is not arguments.PALETTE_NAME:
                self._config.connect(f"notify::{row.name}", self._changed)
        self.begin(self._talk)

    def run(self) -> tuple[Engine, dict[str, Any]] | None:
        """Return the engine and the palette document, or None if the user wants none."""
        if not self.said_ok():
            return None
        assert self.document
        return self.engine(), self.document

    def _options(self) -> Gtk.Widget:
        rows = {row.name: row for row in arguments.extraction_rows()}

        def some(*names: str) -> list[form.Line]:
            return [(rows.pop(name),) for name in names if name in rows]

        def together(*names: str) -> list[form.Line]:
            return [tuple(rows.pop(name) for name in names)] if names[0] in rows else []

        first = together("colors", "auto-colors")
        first += some("emphasis", "order", "scope", "palette-name")
        also = some("recolored-layer", "dither", "swatch-strip")
        near = together("ignore-white", "ignore-black")
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER)
        box.pack_start(form.grid_of(self._config, first), False, False, 0)
        more = [*some(*rows), *near]
        for title, lines in ((_("_More options"), more), (_("Also ma_ke"), also)):
            grid = form.grid_of(self._config, lines)
            expander = Gtk.Expander(label=title, use_underline=True)
            grid.set_margin_start(BORDER)
            grid.set_margin_top(form.SPACING)
            # Or GTK would count the keys of what is folded away, and a key that is there twice
            # would only move the focus.
            grid.show_all()
            grid.set_no_show_all(True)
            expander.bind_property("expanded", grid, "visible", GObject.BindingFlags.SYNC_CREATE)
            expander.add(grid)
            box.pack_start(expander, False, False, 0)
        return box

    def _changed(self, *_notified: object) -> None:
        self.live.ask(self._talk)

    def _talk(self, engine: Engine) -> Talk[None]:
        arguments.check(self._config, arguments.extraction_rows())
        yield from self.read(engine, self._send)
        if self.live.is_outdated:
            return
        options = arguments.chosen_options(self._config)
        self.document = yield from talks.get_palette(engine, options)
        self._show_palette()
        if self.live.is_outdated:
            return
        colors = products.hexes(self.document)
        if arguments.wants_layer(self._config):
            products.check_image(self._call.image, colors)
        dithered = self._config.get_property("recolored-layer")
        dither = arguments.value(self._config, arguments.DITHER) if dithered else "none"
        after = yield from self.recolored(engine, colors, dither)
        self.after.show_pixels(after.width, after.height, after.data, caption_of(len(colors)))

    def _send(self, engine: Engine, source: layer.Source) -> Talk[None]:
        yield from talks.send_picture(engine, source, self.tell)

    def _show_palette(self) -> None:
        assert self.document
        swatches, kept = swatches_of(self.document), self._kept()
        self._bar.show_palette(swatches, kept)
        self._list.show_palette(swatches, kept)
        self.say(judgment(self.document))

    def _kept(self) -> list[str]:
        return kept_colors(self._config.get_property("keep") or "")

    def _toggle(self, code: str) -> None:
        """Keep a color, or let it go."""
        kept = self._kept()
        others = [other for other in kept if other != code]
        wanted = others if code in kept else [*kept, code]
        self._config.set_property("keep", ", ".join(wanted))


class RecoloringDialog(Window):
    """The dialog that shows a layer in the colors of a palette."""

    def __init__(self, call: Call, running: Engine | None) -> None:
        super().__init__(call, running, _("Recolor with Palette"))
        chooser = self.dialog.get_widget("palette", GObject.TYPE_NONE)
        lines = [(row,) for row in arguments.recoloring_rows()]
        grid = form.grid_of(self._config, lines)
        labels = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        for label in (chooser.get_label(), *(grid.get_child_at(0, y) for y in range(len(lines)))):
            labels.add_widget(label)
        right = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=form.SPACING)
        right.pack_start(chooser, False, False, 0)
        right.pack_start(grid, False, False, 0)
        self.fill([self.pictures(), self.status()], right)
        for name in ("palette", "scope", "dither"):
            self._config.connect(f"notify::{name}", lambda *_notified: self.live.ask(self._talk))
        self.begin(self._talk)

    def run(self) -> Engine | None:
        """Return the engine, or None if the user wants nothing."""
        return self.engine() if self.said_ok() else None

    def _talk(self, engine: Engine) -> Talk[None]:
        arguments.check(self._config, arguments.recoloring_rows())
        yield from self.read(engine, send_nothing)
        palette = self._config.get_property("palette")
        colors = products.colors_of(palette)
        products.check_image(self._call.image, colors)
        dither = arguments.value(self._config, arguments.DITHER)
        after = yield from self.recolored(engine, colors, dither)
        self.after.show_pixels(after.width, after.height, after.data, palette.get_name())
        self.say(caption_of(len(colors), after.difference))


def weighed(count: int, planes: bytes) -> bytes:
    """Return R'G'B'A u8 pixels with masks, one byte a pixel each, multiplied into their alpha."""
    pixels = bytearray(planes[: 4 * count])
    for start in range(4 * count, len(planes), count):
        mask = planes[start : start + count]
        pixels[3::4] = bytes(
            (alpha * weight + 127) // 255 for alpha, weight in zip(pixels[3::4], mask, strict=True)
        )
    return bytes(pixels)


def send_nothing(_engine: Engine, _source: layer.Source) -> Talk[None]:
    """Send no more than the thumbnail."""
    yield from ()


def help_page() -> Path:
    """Return the page of help in the user's language, or else in English."""
    # TRANSLATORS: the name of the page of help in your language, such as de.html.
    page = FOLDER / "help" / _("en.html")
    return page if page.is_file() else FOLDER / "help" / "en.html"


def caption_of(count: int, difference: float | None = None) -> str:
    """Return how many colors there are, and how far the picture's are from them."""
    words = ngettext("{count} color", "{count} colors", count).format(count=count)
    if difference is None:
        return words
    return _("{colors}, mean ΔE {mean}").format(colors=words, mean=decimal(difference))


def judgment(document: dict[str, Any]) -> str:
    """Return how well a palette represents its picture, and whether it lacks colors."""
    count, asked = len(document["swatches"]), document["asked"]
    fit = document["difference"]
    sentences = [caption_of(count, fit and fit["mean"])]
    if fit:
        p95 = decimal(fit["p95"])
        sentences.append(_("95 % of the area within ΔE {p95}").format(p95=p95))
    if count < asked:
        lacking = ngettext(
            "only {count} was found, {asked} were asked for",
            "only {count} were found, {asked} were asked for",
            count,
        )
        sentences.append(lacking.format(count=count, asked=asked))
    return "; ".join(sentences)


def kept_colors(text: str) -> list[str]:
    """Return the colors in a list that somebody wrote, as the engine reads it."""
    digits = re.findall(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![^\s,])", text)
    long = (code if len(code) == 6 else "".join(2 * digit for digit in code) for code in digits)
    return list(dict.fromkeys(f"#{code.lower()}" for code in long))
