"""Changed colors: the dialog, used by the pointer and by keys, in real GIMP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from palette_engine import extract
from palette_engine.recoloring.swap import swap_colors
from palette_engine.recoloring.swaps import with_swaps
from tests.gimp.dialogs import CHANGE, Dialog, Tab, open_dialog, plug_ins, runs_of, tab
from tests.gimp.screen import Screen, wait_for
from tests.gimp.test_color_change import assert_same_where_visible
from tests.gimp.test_menus import finish, pixels_of_layer

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

CHOOSER = "^Change the Color$"

NEW = "#2050d0"

WIDE = 40
"""A color in the list, or on a button, is wider than this, in pixels."""


@pytest.fixture
def photo(window: Screen) -> Iterator[Tab]:
    """Return the photo in a tab of its own."""
    with tab(window, window.gimp.folder / "astronaut.png") as opened:
        yield opened


def test_a_color_that_is_clicked_on_becomes_another_in_one_step(photo: Tab, shots: Path) -> None:
    before, series = photo.state(), photo.screen.gimp.series
    dialog = open_dialog(photo, "alt+c", "m", "h", title=CHANGE)
    dialog.fill_in("alt+n", "4")
    palette = extract(photo.path, colors=4)
    colors = [swatch.hex for swatch in palette.swatches]
    wait_for(lambda: dialog.shows(colors))
    wait_for(lambda: button_of(dialog, colors[2]))
    dialog.shoot(shots / f"change-{series}.png")
    change_to(dialog, colors[2], NEW, shots / f"chooser-{series}.png")
    dialog.shoot(shots / f"changed-{series}.png")
    finish(dialog)
    assert photo.run("result = layers(image)") == [
        "astronaut.png with changed colors",
        "astronaut.png",
    ]
    edited = with_swaps(palette, [f"{colors[2]}={NEW}"])
    expected = swap_colors(photo.path, edited.before, edited.after).convert("RGBA")
    _box, pixels = pixels_of_layer(photo, 0)
    assert_same_where_visible(pixels, np.asarray(expected))
    photo.focus()
    photo.screen.press("ctrl+z")
    wait_for(lambda: photo.state() == before)


def test_cancel_leaves_nothing(photo: Tab) -> None:
    before = photo.state()
    dialog = open_dialog(photo, "alt+c", "m", "h", title=CHANGE)
    dialog.fill_in("alt+n", "4")
    colors = [swatch.hex for swatch in extract(photo.path, colors=4).swatches]
    wait_for(lambda: dialog.shows(colors))
    dialog.press("alt+o")  # which can do nothing yet
    assert dialog.is_open
    wait_for(lambda: button_of(dialog, colors[0]))
    change_to(dialog, colors[0], NEW)
    dialog.press("Escape")
    dialog.wait_until_gone()
    wait_for(lambda: not plug_ins(photo.screen.gimp))
    assert photo.state() == before


def change_to(dialog: Dialog, old: str, new: str, path: Path | None = None) -> None:
    """Click on the button of a color, type another one, and wait until the dialog shows it."""
    x, y = button_of(dialog, old) or (0, 0)
    dialog.screen.click(dialog.id, x, y)
    dialog.screen.focus(CHOOSER)
    dialog.screen.settle(CHOOSER)
    dialog.screen.press("alt+n", "ctrl+a")
    dialog.screen.type(new[1:])
    dialog.screen.press("Tab")
    if path:
        dialog.screen.shoot(path)
    dialog.screen.press("alt+o")
    wait_for(lambda: not dialog.screen.window(CHOOSER))
    wait_for(lambda: dialog.shows([old, new]))


def button_of(dialog: Dialog, color: str) -> tuple[int, int] | None:
    """Return the middle of the button of a color, if that is not changed."""
    code = tuple(bytes.fromhex(color[1:]))
    for y, row in enumerate(dialog.screen.picture(dialog.id)):
        wide = [(a, b) for shown, a, b in runs_of(row) if shown == code and b - a > WIDE]
        if len(wide) == 2:
            return sum(wide[1]) // 2, y + 3
    return None
