"""A GIMP with windows, on a virtual screen of its own."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.gimp.gimps import INSIDE, Gimp
from tests.patience import PATIENCE
from tools.provisioning.debian import in_ci

T = TypeVar("T")

SIZE = ("1280", "780")

TOOLS = ("Xvfb", "dbus-daemon", "import", "openbox", "xdotool", "xdpyinfo")

START = """
Xvfb $DISPLAY -screen 0 1280x800x24 -nolisten tcp & screen=$!
dbus-daemon --session --nofork --nopidfile --address=$DBUS_SESSION_BUS_ADDRESS & bus=$!
until xdpyinfo >/dev/null 2>&1 && test -S "${DBUS_SESSION_BUS_ADDRESS#unix:path=}"; do
    kill -0 $screen && kill -0 $bus || exit 1
    sleep 0.1
done
openbox &
exec gimp --no-splash "$@"
"""

SELECTED = """
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
print(Gtk.Clipboard.get(Gdk.SELECTION_PRIMARY).wait_for_text() or "")
"""


@dataclass(frozen=True)
class Screen:
    """A running GIMP with windows: presses keys, runs code, takes screenshots."""

    gimp: Gimp
    env: dict[str, str]

    def run(self, code: str) -> Any:
        """Run Python in the running GIMP, after inside.py; return what it put into `result`.

        A second GIMP hands the code to the first over D-Bus.
        """
        job, outcome = self.gimp.folder / "window-job.py", self.gimp.folder / "window-outcome.json"
        outcome.unlink(missing_ok=True)
        job.write_text(f"{INSIDE.read_text()}\nperform({code!r}, {str(outcome)!r})\n")
        self.gimp.call(
            *("gimp", "--batch-interpreter=python-fu-eval"),
            *("-b", f"exec(open({str(job)!r}).read())"),
            check=False,
            env=self.env,
        )
        wait_for(outcome.exists)
        answer = json.loads(outcome.read_text())
        assert "failure" not in answer, answer["failure"]
        return answer["result"]

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.gimp.call("xdotool", "key", key, env=self.env)
            time.sleep(0.4)

    def type(self, text: str) -> None:
        self.gimp.call("xdotool", "type", "--delay", "60", text, env=self.env)

    def windows(self, name: str) -> list[str]:
        """Return the ids of the visible windows whose titles match."""
        found = self.gimp.call(
            "xdotool", "search", "--onlyvisible", "--name", name, check=False, env=self.env
        )
        return found.stdout.split()

    def window(self, name: str) -> str | None:
        """Return the id of a visible window whose title matches, if there is one."""
        found = self.windows(name)
        return found[-1] if found else None

    def focus(self, name: str) -> None:
        """Wait for a window and give it the keyboard."""
        wait_for(lambda: self.window(name))
        self._activate(name)

    def _activate(self, name: str) -> None:
        self.gimp.call(
            *("xdotool", "search", "--onlyvisible", "--name", name),
            *("windowactivate", "--sync", "%@"),
            check=False,
            env=self.env,
        )
        time.sleep(0.5)

    def choose(self, words: str, title: str = "Search Actions") -> None:
        """Choose a command by some of its words, in GIMP's search for actions."""
        self.press("slash")
        self.focus(title)
        self.type(words)

        def is_chosen() -> bool:
            self.press("Return")  # which does nothing until the command is found
            until = time.monotonic() + 5
            # Not at once again: that could be meant for the window that opens.
            while self.window(title) and time.monotonic() < until:
                time.sleep(0.3)
            if self.window(title):  # a busy GIMP loses what is typed before its window is ready
                self._activate(title)
                self.press("ctrl+a")
                self.type(words)
            return not self.window(title)

        wait_for(is_chosen)

    def click(self, window: str, x: int, y: int, times: int = 1, button: int = 1) -> None:
        """Click on a place in a window."""
        move = ("mousemove", "--window", window, str(x))
        self.gimp.call(
            # A hint that is in the way goes when the pointer is in it, and would take the click.
            *("xdotool", *move, str(y + 1), "sleep", "0.2", *move, str(y)),
            *("click", "--repeat", str(times), "--delay", "40", str(button)),
            env=self.env,
        )

    def selected_text(self) -> str:
        """Return the selected text, of any window."""
        return self.gimp.call(self.gimp.python, "-c", SELECTED, env=self.env).stdout.strip()

    def maximize(self, name: str) -> None:
        """Let a window fill the screen."""
        window = wait_for(lambda: self.window(name)) or ""
        self.gimp.call("xdotool", "windowmove", window, "0", "0", env=self.env)
        self.gimp.call("xdotool", "windowsize", "--sync", window, *SIZE, check=False, env=self.env)

    def settle(self, window: str) -> None:
        """Wait until a window, by its title, looks the same twice in a row."""
        last: NDArray[np.uint8] | None = None

        def is_still() -> bool:
            nonlocal last
            before, last = last, self.picture(self.window(window) or "root")
            return before is not None and np.array_equal(before, last)

        wait_for(is_still)

    def shoot(self, path: Path, window: str = "root") -> Path:
        """Save a picture of the screen, or of one window by its id."""
        inside = self.gimp.folder / "screen.png"
        self.gimp.call("import", "-window", window, inside, env=self.env)
        path.write_bytes(inside.read_bytes())
        return path

    def picture(self, window: str) -> NDArray[np.uint8]:
        """Return a screenshot of a window, by its id, as rows of sRGB pixels."""
        inside = self.gimp.folder / "window.png"
        self.gimp.call("import", "-window", window, inside, env=self.env)
        with Image.open(inside) as picture:
            return np.asarray(picture.convert("RGB"))


DISPLAYS = itertools.count()
"""Each screen has a display of its own: the server of one that was killed may still hold its."""

ATTEMPTS = 3


@contextlib.contextmanager
def screen(gimp: Gimp, picture: Path, *options: str) -> Iterator[Screen]:
    """Open a picture in a GIMP with windows and some options, which ends with the block."""
    with contextlib.ExitStack() as running:
        yield _shown(gimp, picture, options, running)


def _shown(
    gimp: Gimp, picture: Path, options: Sequence[str], running: contextlib.ExitStack
) -> Screen:
    """Start GIMPs until one shows the picture: on a busy machine, one in hundreds never does."""
    for _ in range(ATTEMPTS):
        opened = running.enter_context(_started(gimp, picture, options))
        with contextlib.suppress(AssertionError):
            wait_for(functools.partial(opened.window, picture.stem), PATIENCE / ATTEMPTS)
            wait_for(functools.partial(opened.run, "result = len(Gimp.get_images())"))
            return opened
        running.close()
    log = (gimp.folder / "window.log").read_text(errors="replace")
    raise AssertionError(f"GIMP {gimp.series} showed no window {ATTEMPTS} times; it said:\n{log}")


@contextlib.contextmanager
def _started(gimp: Gimp, picture: Path, options: Sequence[str]) -> Iterator[Screen]:
    """Start a GIMP on a virtual screen; kill both with the block."""
    first = 200 + os.getpid() % 700 + (0 if gimp.series == "3.0" else 1000)
    display = first + 2000 * next(DISPLAYS)
    bus = gimp.folder / "bus"
    # Left over by an earlier screen that was killed.
    for left in (bus, gimp.folder / "tmp" / f".X{display}-lock"):
        left.unlink(missing_ok=True)
    env = {"DISPLAY": f":{display}", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}"}
    with (gimp.folder / "window.log").open("wb") as log:
        process = subprocess.Popen(
            gimp.command("sh", "-c", START, "gimp", *options, picture, env=env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Screen(gimp, env)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def needs_screen(gimp: Gimp) -> None:
    """Skip the test, or fail in CI, if this machine has no virtual screen."""
    lacking = [] if gimp.prefix else [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        sentence = f"a virtual screen needs {', '.join(lacking)}"
        (pytest.fail if in_ci() else pytest.skip)(sentence)


def wait_for(probe: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Return the first true result of a probe."""
    until = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.3)
    return answer
