"""Where a color is, in GIMP's dialog: swatches and pictures that are pointed at."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.color.hex_code import format_hex
from palette_engine.recoloring.spot import spot_color
from tests.gimp.dialogs import (
    RECOLOR,
    Dialog,
    Place,
    Tab,
    engines,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
)
from tests.gimp.screen import wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

MAKE = """
palette = Gimp.Palette.new("Shown")
for code in CODES:
    palette.add_entry(code, Gegl.Color.new(code))
Gimp.context_set_palette(palette)
"""

BAR = 5
"""The distance of a place in the bar from the bar's upper edge, in pixels."""


@dataclass(frozen=True)
class Pictures:
    """The two pictures in a dialog, as rows of sRGB pixels, and where the first one is."""

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    left: int
    top: int

    def places(self, color: str) -> NDArray[np.bool_]:
        """Return where the second picture has a color."""
        found: NDArray[np.bool_] = np.all(self.after == [*bytes.fromhex(color[1:])], axis=2)
        return found

    def middle(self, color: str) -> tuple[int, int]:
        """Return a pixel around which both pictures have places of a color, x and y."""
        places = self.places(color)
        inside = places[1:-1, 1:-1].copy()
        for y, x in ((0, 1), (2, 1), (1, 0), (1, 2)):
            inside &= places[y : y + inside.shape[0], x : x + inside.shape[1]]
        found = np.argwhere(inside)
        y, x = found[len(found) // 2] + 1
        return int(x), int(y)


def look(dialog: Dialog, colors: list[str], bar: dict[str, Place]) -> Pictures:
    """Return the pictures above the bar: the second one has only the palette's colors."""
    dialog.screen.gimp.call("xdotool", "mousemove", "0", "0", env=dialog.screen.env)
    dialog.screen.settle("^Extract Palette$")
    shown = dialog.screen.picture(dialog.id)
    above = shown[: bar[colors[0]].y - BAR - 30]
    listed = np.array([list(bytes.fromhex(color[1:])) for color in colors], np.uint8)
    has = (above[:, :, np.newaxis] == listed).all(axis=3).any(axis=2)
    rows, columns = np.flatnonzero(has.mean(axis=1) > 0.15), np.flatnonzero(has.mean(axis=0) > 0.6)
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    # Both pictures are in the middle of areas of the same width, or nearly, side by side.
    edges = bar_edges(shown, bar[colors[0]].y)
    shifts = [(edges[1] - edges[0] + 12) // 2 + more for more in range(-2, 3)]
    after = shown[top:bottom, left:right]

    def difference(shift: int) -> float:
        before = shown[top:bottom, left - shift : right - shift].astype(np.int16)
        return float(np.abs(before - after).mean())

    shift = min(shifts, key=difference)
    before = shown[top:bottom, left - shift : right - shift]
    return Pictures(before, after, int(left - shift), int(top))


def bar_edges(shown: NDArray[np.uint8], y: int) -> tuple[int, int]:
    """Return where the bar begins and ends: it is as wide as both pictures."""
    row = shown[y]
    ground = row[2]
    other = np.flatnonzero((row != ground).any(axis=1))
    run = np.split(other, np.flatnonzero(np.diff(other) > 1) + 1)
    longest = max(run, key=len)
    return int(longest[0]), int(longest[-1]) + 1


def point(dialog: Dialog, x: int, y: int) -> None:
    dialog.screen.gimp.call(
        "xdotool", "mousemove", "--window", dialog.id, str(x), str(y), env=dialog.screen.env
    )


def crop(dialog: Dialog, pictures: Pictures) -> NDArray[np.uint8]:
    """Return the first picture as it is shown now."""
    height, width = pictures.before.shape[:2]
    top, left = pictures.top, pictures.left
    return dialog.screen.picture(dialog.id)[top : top + height, left : left + width]


def test_pointing_at_a_swatch_lights_its_places_without_the_engine(photo: Tab, shots: Path) -> None:
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    bar = dialog.wait_for_bar(colors)
    pictures = look(dialog, colors, bar)
    (engine,) = engines(photo.screen.gimp)
    os.kill(engine, signal.SIGSTOP)
    for number in (0, 4, 7):
        code = colors[number]
        point(dialog, bar[code].x, bar[code].y)
        wait_for(lambda: not np.array_equal(crop(dialog, pictures), pictures.before))
        dialog.shoot(shots / f"lit-{number}-{photo.screen.gimp.series}.png")
        lit = (crop(dialog, pictures) == pictures.before).all(axis=2)
        assert (lit == pictures.places(code)).mean() > 0.998
    point(dialog, 5, 5)
    wait_for(lambda: np.array_equal(crop(dialog, pictures), pictures.before))
    os.kill(engine, signal.SIGCONT)

    dialog.press("alt+n", "shift+Tab", "Home", "Down", "Down")  # into the list
    wait_for(lambda: not np.array_equal(crop(dialog, pictures), pictures.before))
    lit = (crop(dialog, pictures) == pictures.before).all(axis=2)
    assert (lit == pictures.places(colors[2])).mean() > 0.998
    dialog.press("Tab")
    wait_for(lambda: np.array_equal(crop(dialog, pictures), pictures.before))
    dialog.press("Escape")


def test_a_click_in_the_picture_keeps_the_color_there_and_a_second_one_lets_it_go(
    photo: Tab, shots: Path
) -> None:
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    bar = dialog.wait_for_bar(colors)
    pictures = look(dialog, colors, bar)
    x, y = pictures.middle(colors[2])
    point(dialog, pictures.left + x, pictures.top + y)

    def outlined() -> bool:
        shown = dialog.screen.picture(dialog.id)
        edge = {code: shown[place.y - BAR, place.x].tolist() for code, place in bar.items()}
        plain = {code: [*bytes.fromhex(code[1:])] for code in bar}
        return [code for code in bar if edge[code] != plain[code]] == [colors[2]]

    wait_for(outlined)
    dialog.shoot(shots / f"pointed-{photo.screen.gimp.series}.png")

    dialog.screen.click(dialog.id, pictures.left + x, pictures.top + y)
    spot = format_hex(spot_color(np.ascontiguousarray(pictures.before), x, y, 1.5))
    kept = hexes(photo.path, start=colors, keep=[spot])
    assert len(set(colors) - set(kept)) == 1
    point(dialog, 5, 5)
    dialog.wait_for_locks(kept, [spot])
    dialog.shoot(shots / f"picked-{photo.screen.gimp.series}.png")
    dialog.screen.click(dialog.id, pictures.left + x + 2, pictures.top + y)
    point(dialog, 5, 5)
    dialog.wait_for_locks(kept, [])
    dialog.screen.click(dialog.id, pictures.left + x, pictures.top + y)
    point(dialog, 5, 5)
    dialog.wait_for_locks(kept, [spot])
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == kept


def test_recoloring_shows_the_palette_and_the_places_of_its_colors(photo: Tab, shots: Path) -> None:
    colors = hexes(photo.path)[::-1]
    photo.run(f"CODES = {colors!r}\n{MAKE}")
    dialog = open_dialog(photo, "alt+c", "m", "w", title=RECOLOR)
    bar = dialog.wait_for_bar(colors)
    pictures = look(dialog, colors, bar)
    for code in colors[5:7]:
        point(dialog, bar[code].x, bar[code].y)
        wait_for(lambda: not np.array_equal(crop(dialog, pictures), pictures.before))
        lit = (crop(dialog, pictures) == pictures.before).all(axis=2)
        assert (lit == pictures.places(code)).mean() > 0.998
    dialog.shoot(shots / f"recolor-lit-{photo.screen.gimp.series}.png")
    point(dialog, 5, 5)
    wait_for(lambda: np.array_equal(crop(dialog, pictures), pictures.before))
    dialog.press("alt+w", "alt+w", "Tab", "Home", "Down")  # the switch, and then the list
    wait_for(lambda: not np.array_equal(crop(dialog, pictures), pictures.before))
    lit = (crop(dialog, pictures) == pictures.before).all(axis=2)
    assert (lit == pictures.places(colors[1])).mean() > 0.998
    dialog.press("Escape")
    photo.run("Gimp.Palette.get_by_name('Shown').delete()")
