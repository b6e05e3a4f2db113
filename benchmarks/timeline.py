"""Timeline: runs in a copy of the plug-in that `benchmarks.gimp` installs, and records events.

A plan in its folder says what to do when the dialog shows its first preview, and where to write the
events. A preview counts as shown when GTK has painted it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from extract_palette.dialogs import preview_window
from extract_palette.engine import session
from extract_palette.images import results
from extract_palette.widgets import picture_view
from gi.repository import Gimp, GLib, Gtk

PLAN = Path(__file__).with_name("plan.json")

PAUSE = 300
"""Milliseconds between a painted preview and the next action, like a user who looks at it."""

PATIENCE = 10.0
"""Seconds after which a palette must be on disk."""


class Timeline:
    """Records events, and carries out the plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._log = Path(plan["log"])
        self._property: str = plan["property"]
        self._values: list[Any] = plan["values"]
        self._unseen: list[str] = []
        self._window: Any = None
        self._points = 0
        """How often a swatch was pointed at."""
        self._is_pointing = False
        self._timer = 0

    def mark(self, event: str, **values: Any) -> None:
        """Record an event."""
        with self._log.open("a") as log:
            log.write(json.dumps({"event": event, "time": time.time(), **values}) + "\n")

    def watch_engine(self) -> None:
        """Record the peak memory of the engine when it is stopped."""
        stop = session.Engine.stop

        def stopped(running: session.Engine) -> None:
            if running._process.poll() is None:
                held = peak(running._process.pid)
                self.mark("memory", engine=held, plug_in=peak(os.getpid()))
            stop(running)

        self._replace(session.Engine, stop=stopped)

    def watch_results(self) -> None:
        """Mark when a palette is on disk, and when a layer is in the image."""
        make, insert = results.make_palette, results.insert

        def made(document: dict[str, Any]) -> Gimp.Palette:
            palette = make(document)
            wait_for_file(palette.get_name(), palette.get_color_count())
            self.mark("palette on disk", plug_in=peak(os.getpid()))
            return palette

        def inserted(*arguments: Any) -> None:
            insert(*arguments)
            self.mark("layer inserted", plug_in=peak(os.getpid()))

        self._replace(results, make_palette=made, insert=inserted)

    def watch_windows(self, dialog: ModuleType) -> None:
        """Mark when the dialogs show something, and go through the plan in them."""
        window_class = preview_window.PreviewWindow
        begin, fill = window_class.__init__, window_class.fill

        def began(window: Any, *arguments: Any) -> None:
            self._window = window
            begin(window, *arguments)
            show = window.after.show_pixels
            window.after.show_pixels = self._following(show, "picture")

        def filled(window: Any, *arguments: Any) -> None:
            fill(window, *arguments)
            self._unseen.append("window")
            window.dialog.connect("realize", self._realized)

        self._replace(window_class, __init__=began, fill=filled)
        if shown := getattr(dialog, "ExtractionDialog", None):
            self._replace(shown, _show_palette=self._following(shown._show_palette, "palette"))
            self._watch_places(picture_view.PictureView)

    def _watch_places(self, view: type[picture_view.PictureView]) -> None:
        """Mark when the places of the swatches are known."""
        show = view.show_places

        def shown(picture: picture_view.PictureView, places: Any) -> None:
            show(picture, places)
            if places is not None:
                self.mark("places")

        self._replace(view, show_places=shown)

    def _replace(self, owner: Any, **functions: Callable[..., Any]) -> None:
        for name, function in functions.items():
            setattr(owner, name, function)

    def _following(self, function: Callable[..., None], what: str) -> Callable[..., None]:
        """Return the function, extended to record when its result is painted."""

        def followed(*arguments: Any) -> None:
            function(*arguments)
            self.mark(f"{what} there")
            self._unseen.append(what)

        return followed

    def _realized(self, dialog: Any) -> None:
        dialog.get_window().get_frame_clock().connect("after-paint", self._painted)

    def _painted(self, _clock: Any) -> None:
        unseen, self._unseen = self._unseen, []
        for what in unseen:
            self.mark(what)
        if "picture" in unseen:
            self._is_pointing = hasattr(self._window, "_view")
        if "picture" in unseen or "light" in unseen:
            if self._timer:  # that was a coarse one
                GLib.source_remove(self._timer)
            self._timer = GLib.timeout_add(PAUSE, self._go_on)

    def _go_on(self) -> bool:
        """Do what comes next: point at a swatch, change an option, or say OK."""
        if self._window.preview.is_busy:
            return True
        self._timer = 0
        if self._is_pointing:
            self._is_pointing = False
            self._points += 1
            self.mark("point")
            self._unseen.append("light")
            self._window._point(self._points % 2)
        elif self._values:
            value = self._values.pop(0)
            self.mark("change", value=value)
            self._window._config.set_property(self._property, value)
        else:
            self.mark("OK")
            self._window.dialog.response(Gtk.ResponseType.OK)
        return False


def peak(process: int) -> float:
    """Return the peak megabytes of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def process_start() -> float:
    """Return when this process was started, to a hundredth of a second."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - age


def wait_for_file(name: str, count: int) -> None:
    """Return when the file of a palette has all colors."""
    until = time.monotonic() + PATIENCE
    while rows_of(name, Path(os.environ["GIMP3_DIRECTORY"], "palettes").glob("*.gpl")) != count:
        if time.monotonic() > until:
            raise TimeoutError(f"the palette {name} is not on disk")
        time.sleep(0.002)


def rows_of(name: str, files: Iterable[Path]) -> int:
    """Return how many colors the file of a palette has."""
    for file in files:
        _magic, title, *lines = file.read_text().splitlines()
        if title == f"Name: {name}":
            return len(lines) - 2
    return 0


def follow(dialog: ModuleType) -> None:
    """Start recording if there is a plan; called when the plug-in has imported its dialog."""
    if not PLAN.exists():
        return
    timeline = Timeline(json.loads(PLAN.read_text()))
    timeline.mark("process", start=process_start())
    timeline.watch_engine()
    timeline.watch_results()
    timeline.watch_windows(dialog)
