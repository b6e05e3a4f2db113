"""A palette that is edited in GIMP's dialog, by keys, by the menu and by dragging."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from palette_engine import Palette, extract
from palette_engine.palette.edit import (
    merge_swatches,
    move_swatch,
    nudge_color,
    remove_swatch,
    rename_swatch,
)
from tests.gimp.dialogs import (
    EXTRACT,
    RETRY,
    Dialog,
    Place,
    Tab,
    engines,
    hexes,
    open_with_defaults,
    palette_of,
)
from tests.gimp.screen import Screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

COPIED = """
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or "")
"""

F2 = "68"
"""The key by its code: xdotool presses Alt, too, to type the symbol F2."""

BUTTON = 34
"""The height of a button beside the list, in pixels."""

INTO_LIST = ("alt+n", "shift+Tab", "Home")


def codes(palette: Palette) -> list[str]:
    return [swatch.hex for swatch in palette.swatches]


def wait_for_colors(dialog: Dialog, palette: Palette) -> None:
    """Wait until all colors of a palette are in the bar, whatever their shares are."""
    dialog.wait_for_bar(codes(palette))


def drag(screen: Screen, window: str, *points: tuple[int, int]) -> None:
    """Drag with the first button, from point to point in a window."""
    moves: list[str] = []
    for number, (x, y) in enumerate(points):
        moves += ["mousemove", "--window", window, str(x), str(y), "sleep", "0.2"]
        moves += ["mousedown", "1", "sleep", "0.2"] if number == 0 else []
    screen.gimp.call("xdotool", *moves, "mouseup", "1", env=screen.env)


def test_colors_are_removed_changed_moved_and_named_by_keys(photo: Tab, shots: Path) -> None:
    dialog = open_with_defaults(photo)
    found = extract(photo.path)
    wait_for_colors(dialog, found)
    dialog.press(*INTO_LIST, "Down", "Delete")
    without = remove_swatch(found, 1)
    wait_for_colors(dialog, without)
    photo.screen.press("Menu", "v")  # Remove, of the next one, which has its row now
    fewer = remove_swatch(without, 1)
    wait_for_colors(dialog, fewer)

    dialog.press("ctrl+z")
    wait_for_colors(dialog, without)
    dialog.press("ctrl+z")
    wait_for_colors(dialog, found)
    dialog.press("ctrl+shift+z", "ctrl+y")
    wait_for_colors(dialog, fewer)

    dialog.press("plus", "ctrl+minus")
    lighter = nudge_color(nudge_color(fewer, 1, lightness=0.03), 1, chroma=-0.02)
    wait_for_colors(dialog, lighter)
    dialog.press("alt+Down", "alt+Down")
    moved = move_swatch(lighter, 1, 3)
    wait_for_colors(dialog, moved)
    dialog.press(F2)
    dialog.screen.type("Helmet")
    dialog.press("Return")
    named = rename_swatch(moved, 3, "Helmet")
    dialog.screen.settle(EXTRACT)
    dialog.shoot(shots / f"edited-{photo.screen.gimp.series}.png")

    dialog.press("ctrl+c")
    copied = photo.screen.gimp.call(photo.screen.gimp.python, "-c", COPIED, env=photo.screen.env)
    assert copied.stdout.strip() == codes(named)[3]

    dialog.press("alt+o")
    made = palette_of(photo, dialog)
    assert made["colors"] == codes(named)
    assert made["labels"][3].startswith("Helmet")


def test_what_was_changed_stays_when_the_number_changes(photo: Tab, shots: Path) -> None:
    dialog = open_with_defaults(photo)
    found = extract(photo.path)
    wait_for_colors(dialog, found)
    dialog.press(*INTO_LIST, "Down", "Down", "ctrl+m")
    # Merging weighs by the shares that are seen, which the first palette has exactly.
    merged = merge_swatches(found, 2, 3)
    wait_for_colors(dialog, merged)
    dialog.shoot(shots / f"merged-{photo.screen.gimp.series}.png")
    kept = codes(merged)[2]
    dialog.fill_in("alt+n", "5")
    around = hexes(photo.path, colors=5, keep=[kept])
    dialog.wait_for_locks(around, [kept])

    dialog.press(*INTO_LIST, "ctrl+z")
    wait_for_colors(dialog, merged)
    dialog.press("ctrl+z")
    wait_for_colors(dialog, found)
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == codes(found)


@pytest.mark.newest_gimp
def test_the_buttons_beside_the_list_remove_a_color_and_bring_it_back(
    photo: Tab, shots: Path
) -> None:
    dialog = open_with_defaults(photo)
    found = extract(photo.path)
    wait_for_colors(dialog, found)
    dialog.press(*INTO_LIST, "Down")
    dialog.shoot(shots / f"buttons-{photo.screen.gimp.series}.png")
    x = bar_end(dialog, codes(found)) - 14
    top = row_of(dialog, codes(found)[0])[1] - 50
    dialog.screen.click(dialog.id, x, top + 3 * BUTTON // 2)
    wait_for_colors(dialog, remove_swatch(found, 1))
    dialog.screen.click(dialog.id, x, top + 5 * BUTTON // 2)
    wait_for_colors(dialog, found)
    dialog.press("Escape")


def bar_end(dialog: Dialog, colors: list[str]) -> int:
    """Return the right edge of the bar."""
    place = dialog.wait_for_bar(colors)[colors[-1]]
    row: Any = dialog.screen.picture(dialog.id)[place.y]
    return int((row == [*bytes.fromhex(colors[-1][1:])]).all(axis=1).nonzero()[0][-1])


def open_menu(dialog: Dialog, place: Place) -> None:
    """Open the menu of a swatch in the bar."""
    dialog.screen.click(dialog.id, place.x, place.y, button=3)
    dialog.screen.settle("root")


def test_the_menu_sets_the_active_colors_and_a_row_is_dragged(photo: Tab, shots: Path) -> None:
    dialog = open_with_defaults(photo)
    found = extract(photo.path)
    bar = dialog.wait_for_bar(codes(found))
    for number, key in ((3, "f"), (4, "b")):
        open_menu(dialog, bar[codes(found)[number]])
        photo.screen.shoot(shots / f"menu-{photo.screen.gimp.series}.png")
        photo.screen.press(key)
    active = photo.run(
        "encoding = Babl.format(\"R'G'B' u8\")\n"
        "colors = Gimp.context_get_foreground(), Gimp.context_get_background()\n"
        "result = ['#' + bytes(c.get_bytes(encoding).get_data()).hex() for c in colors]"
    )
    assert active == codes(found)[3:5]

    rows = [row_of(dialog, code) for code in codes(found)[:4]]
    middle = [(x, y) for x, y in rows]
    drag(photo.screen, dialog.id, middle[0], (middle[1][0], middle[1][1]), middle[3], middle[3])
    moved = {0: 2, 1: 3}
    seen = wait_for(
        lambda: [to for to in moved.values() if dialog.bar(codes(move_swatch(found, 0, to)))]
    )
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == codes(move_swatch(found, 0, seen[0]))


def row_of(dialog: Dialog, code: str) -> tuple[int, int]:
    """Return the middle of a color's chip in the list."""
    shown: Any = dialog.screen.picture(dialog.id)
    same = (shown == [*bytes.fromhex(code[1:])]).all(axis=2)
    same[: len(shown) // 2] = False  # the pictures and the bar
    rows = same[:, 72:114].sum(axis=1) > 30
    return 92, int(rows.nonzero()[0].mean())


def test_a_color_is_replaced_by_another_one(photo: Tab, shots: Path) -> None:
    dialog = open_with_defaults(photo)
    found = extract(photo.path)
    wait_for_colors(dialog, found)
    dialog.press(*INTO_LIST, "Down", "Down", "Down", "ctrl+r")
    photo.screen.focus("^Replace the Color$")
    photo.screen.shoot(shots / f"replace-{photo.screen.gimp.series}.png")
    photo.screen.press("alt+n", "ctrl+a")
    photo.screen.type("2050a0")
    photo.screen.press("Tab", "alt+o")
    swatches = list(found.swatches)
    swatches[3] = replace(swatches[3], color=(0x20, 0x50, 0xA0))
    replaced = replace(found, swatches=tuple(swatches))
    dialog.wait_for_locks(codes(replaced), ["#2050a0"])
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == codes(replaced)


@pytest.mark.newest_gimp
def test_an_edit_waits_for_another_engine_if_one_dies(photo: Tab) -> None:
    dialog = open_with_defaults(photo)
    found = extract(photo.path)
    wait_for_colors(dialog, found)
    (engine,) = engines(photo.screen.gimp)
    os.kill(engine, signal.SIGKILL)
    dialog.press(*INTO_LIST, "Delete")
    dialog.wait_for_sentence("The engine stopped unexpectedly")
    dialog.press(RETRY)
    wait_for_colors(dialog, remove_swatch(found, 0))
    dialog.press("Escape")
