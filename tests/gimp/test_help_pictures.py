"""Pictures of the help pages: the dialogs in each language; see CONTRIBUTING.md."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from palette_engine import extract
from tests.gimp.dialogs import Dialog
from tests.gimp.german import GermanGimp
from tests.gimp.gimps import Gimp
from tests.gimp.screen import Screen, needs_screen, screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui, pytest.mark.newest_gimp]

COLORS = 8

SEEN = 6
"""Of the list, at least this many rows are seen without scrolling."""

SEARCHES = {"en": "Search Actions", "de": "Aktionen suchen"}

DIALOGS = {
    "en": {"extract": "Extract Palette", "separate": "Separate Colors", "change": "Change Colors"},
    "de": {
        "extract": "Palette extrahieren",
        "separate": "Farben trennen",
        "change": "Farben ändern",
    },
}

NUMBERS = {"en": "alt+n", "de": "alt+a"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_dialog_of_the_help_opens_and_shows_the_picture(
    gimp: Gimp, germany: GermanGimp, language: str, shots: Path
) -> None:
    chosen = germany if language == "de" else gimp
    needs_screen(chosen)
    path = gimp.folder / "astronaut.png"
    colors = [swatch.hex for swatch in extract(path, colors=COLORS).swatches]
    with screen(chosen, path) as window:
        window.maximize("astronaut")
        for name, title in DIALOGS[language].items():
            dialog = opened(window, title, SEARCHES[language])
            if name != "separate":  # which has the palette that was made before
                dialog.fill_in(NUMBERS[language], str(COLORS))
            wait_for(partial(dialog.shows, colors[:SEEN]))
            window.settle(f"^{title}$")
            window.shoot(shots / f"{name}-{language}.png", dialog.id)
            dialog.press("alt+o" if name == "extract" else "Escape")
            dialog.wait_until_gone()


def opened(window: Screen, title: str, search: str) -> Dialog:
    """Choose a command by its words, and return its dialog."""
    window.focus("astronaut")
    window.choose(title, search)
    window.focus(f"^{title}$")
    # A tooltip would be a black rectangle in the picture.
    window.gimp.call("xdotool", "mousemove", "0", "0", env=window.env)
    return Dialog(window, window.window(f"^{title}$") or "")
