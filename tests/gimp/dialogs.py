"""The plug-in's dialogs, used by keys and clicks, and the processes behind them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine import extract
from tests.gimp.gimps import Gimp
from tests.gimp.screen import Screen, wait_for

EXTRACT = "^Extract Palette$"
RECOLOR = "^Recolor with Palette$"
SEPARATE = "^Separate Colors$"
CHANGE = "^Change Colors$"
LAYER_PALETTES = "^Palettes of Layers$"

RETRY = "alt+g"
"""The key for Try Again, while that is offered."""

STATUS = 126
"""The distance of the sentence from the dialog's lower edge, in pixels."""

OPAQUE = 3
"""A run of fewer pixels of one color is a line or a letter, and no swatch."""


@dataclass(frozen=True)
class Dialog:
    """A dialog of the plug-in that is open."""

    screen: Screen
    id: str

    @property
    def is_open(self) -> bool:
        found = self.screen.gimp.call(
            "xdotool", "getwindowname", self.id, check=False, env=self.screen.env
        )
        return found.returncode == 0

    def focus(self) -> None:
        self.screen.gimp.call("xdotool", "windowactivate", "--sync", self.id, env=self.screen.env)

    def press(self, *keys: str) -> None:
        self.focus()
        self.screen.press(*keys)

    def reset(self) -> None:
        """Choose the second way to reset in the menu of Reset: the defaults."""
        closed = self.screen.picture(self.id)
        self.press("alt+r")
        wait_for(lambda: not np.array_equal(closed, self.screen.picture(self.id)))
        self.screen.settle(EXTRACT)
        self.screen.press("Down", "Return")

    def fill_in(self, mnemonic: str, text: str) -> None:
        """Type a text into the entry of a mnemonic, and leave the entry."""
        self.press(mnemonic, "ctrl+a")
        self.screen.type(text)
        self.screen.press("Tab")

    def sentence(self) -> str:
        """Return the error that the dialog shows, by selecting its sentence."""
        self.focus()
        height = len(self.screen.picture(self.id))
        self.screen.click(self.id, 60, height - STATUS, times=3)
        return self.screen.selected_text()

    def wait_for_sentence(self, part: str) -> str:
        """Wait until the dialog shows a sentence with a text; return the sentence."""
        return wait_for(lambda: said if part in (said := self.sentence()) else "")

    def bar(self, colors: Sequence[str]) -> dict[str, Place] | None:
        """Return the position of each color, if the bar shows these colors in this order."""
        self.focus()
        return bar_in(self.screen.picture(self.id), colors)

    def wait_for_bar(self, colors: Sequence[str]) -> dict[str, Place]:
        """Wait until the bar shows exactly these colors in this order."""
        return wait_for(lambda: self.bar(colors)) or {}

    def shows(self, colors: Sequence[str]) -> bool:
        """Return whether all colors are visible in the dialog."""
        self.focus()
        codes = _codes(self.screen.picture(self.id))
        return all((codes == _code(color)).any() for color in colors)

    def keep(self, colors: Sequence[str], color: str) -> None:
        """Click on a color in the bar, which shows these ones."""
        place = self.wait_for_bar(colors)[color]
        self.screen.click(self.id, place.x, place.y)
        # A tooltip would appear over the bar after a moment, and look like a lock.
        self.screen.gimp.call("xdotool", "mousemove", "0", "0", env=self.screen.env)

    def wait_for_locks(self, colors: Sequence[str], kept: Sequence[str]) -> None:
        """Wait until the bar shows exactly these colors, with locks on those that are kept."""

        def is_shown() -> bool:
            bar = self.bar(colors)
            return bar is not None and all(bar[color].kept == (color in kept) for color in colors)

        wait_for(is_shown)

    def wait_until_gone(self) -> None:
        wait_for(lambda: not self.is_open)

    def shoot(self, path: Path) -> None:
        self.screen.shoot(path, self.id)


@dataclass(frozen=True)
class Place:
    """The position of a color in a window, and whether a lock is drawn on it."""

    x: int
    y: int
    kept: bool


def bar_in(picture: NDArray[np.uint8], colors: Sequence[str]) -> dict[str, Place] | None:
    """Return the position of each color in the first bar that has exactly these colors."""
    wanted = [tuple(bytes.fromhex(color[1:])) for color in colors]
    codes = _codes(picture)
    possible = np.logical_and.reduce([(codes == _code(color)).any(axis=1) for color in colors])
    for y in np.flatnonzero(possible).tolist():
        runs = runs_of(picture[y])
        shown = [color for color, _start, _end in runs]
        for first in range(1, len(runs) - len(wanted)):
            last = first + len(wanted)
            around = shown[first - 1], shown[last]
            if shown[first:last] == wanted and around[0] == around[1]:
                return {
                    code: _place(picture, y, start, end)
                    for code, (_color, start, end) in zip(colors, runs[first:last], strict=True)
                }
    return None


def _codes(picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return each pixel as one number."""
    codes: NDArray[np.int64] = picture.astype(np.int64) @ np.array([2**16, 2**8, 1])
    return codes


def _code(color: str) -> int:
    """Return the number of a color such as #e6194b."""
    return int(color[1:], 16)


def runs_of(row: NDArray[np.uint8]) -> list[tuple[tuple[int, ...], int, int]]:
    """Return the color, start and end of each run of one color in a row of pixels."""
    runs, start = [], 0
    for color, pixels in groupby(map(tuple, row.tolist())):
        end = start + len(list(pixels))
        if end - start >= OPAQUE:
            runs.append((color, start, end))
        start = end
    return runs


def _place(picture: NDArray[np.uint8], top: int, left: int, right: int) -> Place:
    """Return the middle of an area below its upper edge, and whether it has a lock."""
    x = (left + right) // 2
    column = picture[top:, x]
    same = (column == column[0]).all(axis=1)
    # The bar is 44 pixels high, and so is the plain column; a lock takes 18 in the middle.
    plain = int(np.argmin(same))
    return Place(x, top + 5, kept=plain < 30)


def engines(gimp: Gimp) -> set[int]:
    """Return the numbers of the running engines of a GIMP's profile."""
    return processes(gimp.engine_python, "palette_engine.session")


def plug_ins(gimp: Gimp) -> set[int]:
    """Return the numbers of the running procedures of a GIMP's plug-in."""
    return processes(gimp.plug_in / "extract-palette.py", "-run")


def processes(*words: object) -> set[int]:
    """Return the numbers of the processes that have all words among their arguments."""
    wanted = {str(word).encode() for word in words}
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if wanted <= set(arguments):
            found.add(int(folder.name))
    return found


OPENING = 20
"""For at most this many seconds, a command that was chosen may not have opened its window."""


@dataclass(frozen=True)
class Tab:
    """A picture file that is open in a tab, with the numbers of its image and its display.

    The display is 0 for the only tab of another GIMP.
    """

    screen: Screen
    path: Path
    image: int
    display: int

    def focus(self) -> None:
        """Have GIMP show this picture, and give its window the keyboard."""
        if self.display:  # for what is run in GIMP may have taken its first tab to the front
            self.screen.run(f"Gimp.Display.get_by_id({self.display}).present()")
        self.screen.focus(rf"^\*?\[{self.path.stem}\].*-{self.image}\.0 .*GIMP$")

    def run(self, code: str) -> Any:
        """Run Python in GIMP, where `image` is this one; return what it put into `result`."""
        return self.screen.run(f"image = Gimp.Image.get_by_id({self.image})\n{code}")

    def state(self) -> list[Any]:
        """Return what a canceled dialog must not change in the image and the palettes."""
        found: list[Any] = self.run(
            "names = [palette.get_name() for palette in Gimp.palettes_get_list('')]\n"
            "images = [other.get_id() for other in Gimp.get_images()]\n"
            "result = [layers(image), image.is_dirty(), images, sorted(names)]"
        )
        return found


def open_dialog(tab: Tab, *keys: str, title: str = EXTRACT) -> Dialog:
    """Choose a command in the menu by the keyboard; return the dialog it opens."""
    before = set(tab.screen.windows(title))

    def opened() -> set[str]:
        return set(tab.screen.windows(title)) - before

    def is_chosen() -> bool:
        tab.focus()
        tab.screen.press(*(keys or ("alt+c", "n", "x")))
        until = time.monotonic() + OPENING
        while not opened() and time.monotonic() < until:
            time.sleep(0.3)
        if not opened():  # a busy GIMP loses keys; what is left of its menu is closed
            tab.screen.press("Escape", "Escape")
        return bool(opened())

    wait_for(is_chosen)
    dialog = Dialog(tab.screen, opened().pop())
    dialog.focus()
    return dialog


def open_with_defaults(tab: Tab) -> Dialog:
    """Open the dialog that extracts, after GIMP was made to forget the last values."""
    for remembered in (tab.screen.gimp.profile / "plug-in-settings").glob("*.last"):
        remembered.unlink()
    return open_dialog(tab)


@contextmanager
def tab(screen: Screen, path: Path) -> Iterator[Tab]:
    """Open a picture, and afterwards close it with all dialogs."""
    before = screen.run("result = newest()")

    def newest() -> list[int]:
        found: list[int] = screen.run("result = newest()")
        return found if all(map(int.__gt__, found, before)) else []

    screen.gimp.call("gimp", path, env=screen.env)
    image, display = wait_for(newest)
    try:
        yield Tab(screen, path, image, display)
    finally:
        for title in (EXTRACT, RECOLOR, SEPARATE, CHANGE, LAYER_PALETTES):
            for left in screen.windows(title):
                Dialog(screen, left).press("Escape")
        # A test may have closed it.
        valid = f"Gimp.Display.id_is_valid({display})"
        screen.run(f"if {valid}:\n    Gimp.Display.get_by_id({display}).delete()")


def hexes(path: Path, **options: Any) -> list[str]:
    """Return the colors that the engine of the tests finds."""
    return [swatch.hex for swatch in extract(path, **options).swatches]


def palette_of(photo: Tab, dialog: Dialog) -> dict[str, Any]:
    """Wait until a dialog, after OK, has made its palette; return the palette."""
    dialog.wait_until_gone()
    wait_for(lambda: not plug_ins(dialog.screen.gimp))
    made: dict[str, Any] = photo.run("result = look(Gimp.context_get_palette())")
    return made
