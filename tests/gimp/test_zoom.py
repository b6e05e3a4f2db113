"""Zooming into the previews, and before and after as one picture, in GIMP's dialogs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.color.hex_code import format_hex
from palette_engine.recoloring.spot import spot_color
from tests.gimp.dialogs import EXTRACT, Dialog, Tab, hexes, open_with_defaults, palette_of
from tests.gimp.held import Held
from tests.gimp.screen import wait_for
from tests.gimp.test_dialog_places import Pictures, bar_edges, crop, look, point

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

WHEEL_UP, WHEEL_DOWN = 4, 5

PATCH = 48
"""The side of the part of a picture that is looked for, in pixels."""


def turn(dialog: Dialog, x: int, y: int, button: int, key: str = "") -> None:
    """Turn the wheel by a step over a place in the window, with a key held down."""
    screen = dialog.screen
    held = [("keydown", key)] if key else []
    released = [("keyup", key)] if key else []
    move = ("mousemove", "--window", dialog.id, str(x), str(y))
    words = [word for step in (move, *held, ("click", str(button)), *released) for word in step]
    screen.gimp.call("xdotool", *words, env=screen.env)


def drag(dialog: Dialog, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag with the first button, in a few steps as a hand does."""
    steps = [
        tuple(round(a + (b - a) * part / 4) for a, b in zip(start, end, strict=True))
        for part in range(5)
    ]
    moves = [("mousemove", "--window", dialog.id, str(x), str(y)) for x, y in steps]
    words = [*moves[0], "mousedown", "1"]
    for move in moves[1:]:
        words += [*move, "sleep", "0.05"]
    words += ["mouseup", "1"]
    dialog.screen.gimp.call("xdotool", *words, env=dialog.screen.env)


def place_of(patch: NDArray[np.uint8], picture: NDArray[np.uint8]) -> tuple[int, int] | None:
    """Return x and y of a patch that a picture has, pixel by pixel, in one place."""
    height, width = patch.shape[:2]
    rows, columns = np.nonzero((picture == patch[0, 0]).all(axis=2))
    for y, x in zip(rows.tolist(), columns.tolist(), strict=True):
        if np.array_equal(picture[y : y + height, x : x + width], patch):
            return x, y
    return None


def seen_at(
    dialog: Dialog, pictures: Pictures, picture: NDArray[np.uint8], scale: int
) -> tuple[int, int] | None:
    """Return the point of a picture at the middle of the first one that is seen in a scale."""
    shown = crop(dialog, pictures)
    y, x = (length // 2 for length in shown.shape[:2])
    for shift in range(scale**2):
        top, left = y + shift // scale, x + shift % scale
        part = shown[top : top + scale * PATCH, left : left + scale * PATCH]
        patch = part[::scale, ::scale]
        if np.array_equal(patch.repeat(scale, axis=0).repeat(scale, axis=1), part):
            return place_of(patch, picture)
    return None


def blocks(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the means of blocks of 16 x 16 pixels."""
    height, width = (length // 16 for length in picture.shape[:2])
    parts = picture[: 16 * height, : 16 * width].reshape(height, 16, width, 16, 3)
    means: NDArray[np.float64] = parts.mean(axis=(1, 3))
    return means


def test_what_is_zoomed_into_is_read_sharply_from_the_layer_and_not_sent_as_a_picture(
    photo: Tab, held: Held, shots: Path
) -> None:
    with Image.open(photo.path) as opened:
        picture = np.asarray(opened.convert("RGB"))
    series = photo.screen.gimp.series
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    bar = dialog.wait_for_bar(colors)
    held.wait_for("answers", "coarse", "palette")
    pictures = look(dialog, colors, bar)
    held.forget()
    height, width = pictures.before.shape[:2]
    x, y = pictures.left + width // 2, pictures.top + height // 2
    for _ in range(4):
        turn(dialog, x, y, WHEEL_UP, "ctrl")
    point(dialog, 5, 5)
    wait_for(lambda: seen_at(dialog, pictures, picture, 2))
    dialog.shoot(shots / f"zoomed-{series}.png")
    held.wait_for("answers", "palette")
    assert "picture" not in held.noted("requests")
    assert "thumbnail" in held.noted("requests")

    # The pictures fill their areas now; what is lit is what has the color beside it.
    zoomed = look(dialog, colors, bar)
    code = colors[2]
    point(dialog, bar[code].x, bar[code].y)
    wait_for(lambda: not np.array_equal(crop(dialog, zoomed), zoomed.before))
    lit = (crop(dialog, zoomed) == zoomed.before).all(axis=2)
    assert (lit == zoomed.places(code)).mean() > 0.998
    dialog.shoot(shots / f"zoomed-lit-{series}.png")
    point(dialog, 5, 5)
    wait_for(lambda: np.array_equal(crop(dialog, zoomed), zoomed.before))

    # A drag moves the picture, and keeps no color.
    before = seen_at(dialog, zoomed, picture, 2)
    assert before
    drag(dialog, (x, y), (x + 40, y + 24))
    point(dialog, 5, 5)
    wait_for(lambda: seen_at(dialog, zoomed, picture, 2) == (before[0] - 20, before[1] - 12))
    dialog.wait_for_locks(colors, [])

    # A click keeps the color that is under the pointer in the layer.
    moved = look(dialog, colors, bar)
    across, down = moved.middle(colors[2])
    middle = seen_at(dialog, moved, picture, 2)
    assert middle
    rows, columns = moved.before.shape[:2]
    at = [
        start + (position + 0.5 - length // 2) / 2
        for start, position, length in zip(middle, (across, down), (columns, rows), strict=True)
    ]
    dialog.screen.click(dialog.id, moved.left + across, moved.top + down)
    expected = {
        format_hex(spot_color(picture, at[0] + dx, at[1] + dy, 1.5))
        for dx in (-0.5, 0, 0.5)
        for dy in (-0.5, 0, 0.5)
    }
    palettes = {spot: hexes(photo.path, start=colors, keep=[spot]) for spot in expected}
    point(dialog, 5, 5)
    shown = wait_for(lambda: [spot for spot, found in palettes.items() if dialog.bar(found)])
    dialog.wait_for_locks(palettes[shown[0]], shown[:1])
    # A second click on it, in another scale, lets it go.
    turn(dialog, moved.left + across, moved.top + down, WHEEL_UP, "ctrl")
    photo.screen.settle(EXTRACT)
    dialog.screen.click(dialog.id, moved.left + across, moved.top + down)
    point(dialog, 5, 5)
    dialog.wait_for_locks(palettes[shown[0]], [])
    dialog.press("Escape")


def test_keys_zoom_and_move_the_picture_that_has_the_focus(photo: Tab) -> None:
    with Image.open(photo.path) as opened:
        picture = np.asarray(opened.convert("RGB"))
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    bar = dialog.wait_for_bar(colors)
    pictures = look(dialog, colors, bar)
    # The first picture is what Tab comes to first.
    dialog.press("alt+w", "alt+w", *["shift+Tab"] * 4, "1")
    wait_for(lambda: seen_at(dialog, pictures, picture, 1))
    dialog.press("plus")
    middle = wait_for(lambda: seen_at(dialog, pictures, picture, 2))
    dialog.press("Right")
    left = middle[0] if middle else 0
    wait_for(lambda: (seen_at(dialog, pictures, picture, 2) or (0, 0))[0] > left)
    dialog.press("0", "alt+n")  # and elsewhere, for the focus is drawn around the picture
    point(dialog, 5, 5)

    def is_whole() -> bool:
        # Not pixel by pixel: at first, it was read for a room that was estimated.
        return bool(np.abs(blocks(crop(dialog, pictures)) - blocks(pictures.before)).max() < 25)

    wait_for(is_whole)
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == colors


def recolored_columns(dialog: Dialog, colors: list[str], bar_top: int) -> NDArray[np.bool_]:
    """Return for each column of the picture above the bar whether it has only palette colors."""
    shown = dialog.screen.picture(dialog.id)
    left, right = bar_edges(shown, bar_top)
    above = shown[40 : bar_top - 110, left:right]
    listed = np.array([list(bytes.fromhex(color[1:])) for color in colors], np.uint8)
    has = (above[:, :, np.newaxis] == listed).all(axis=3).any(axis=2)
    result: NDArray[np.bool_] = has.mean(axis=0) > 0.97
    return result


def test_before_and_after_are_one_picture_with_a_line_that_is_dragged(
    photo: Tab, shots: Path
) -> None:
    series = photo.screen.gimp.series
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    bar = dialog.wait_for_bar(colors)
    top = bar[colors[0]].y
    dialog.press("alt+w")
    point(dialog, 5, 5)
    photo.screen.settle(EXTRACT)

    def columns() -> NDArray[np.intp]:
        return np.flatnonzero(recolored_columns(dialog, colors, top))

    wait_for(lambda: len(columns()) > 50)
    dialog.shoot(shots / f"split-{series}.png")
    left, right = bar_edges(dialog.screen.picture(dialog.id), top)
    half = columns()
    assert abs(left + half[0] - (left + right) / 2) < 9  # in the middle of the picture
    y = top - 180
    line = left + int(half[0]) - 6  # on which there is a disc
    drag(dialog, (line, y), (line - 60, y))
    point(dialog, 5, 5)
    wait_for(lambda: abs(half[0] - columns()[0] - 60) < 4)
    dialog.wait_for_locks(colors, [])  # a drag is no click

    dialog.press("alt+w", "alt+w", "shift+Tab", "Home")  # the slider beside the switch
    wait_for(lambda: columns()[0] < half[0] - 90)
    dialog.press("End")
    wait_for(lambda: len(columns()) < 4)
    for _ in range(5):
        dialog.press("Prior")
    wait_for(lambda: len(columns()) and abs(columns()[0] - half[0]) < 6)
    dialog.press("alt+w")
    point(dialog, 5, 5)
    look(dialog, colors, bar)  # two pictures again
    dialog.press("Escape")
