"""What an artist does with a poster, by the keyboard alone, from the picture to its layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine import Palette, extract
from palette_engine.palette.edit import remove_swatch
from tests.gimp.dialogs import (
    SEPARATE,
    Dialog,
    Tab,
    engines,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
    plug_ins,
    tab,
)
from tests.gimp.screen import Screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

POSTER = ["#f4ead5", "#d5462f", "#1f3a5f", "#f0b429", "#2a7f62", "#111318", "#8c2f6b"]
"""The colors of the stripes of the poster, from the top."""

HEIGHTS = (60, 50, 40, 35, 30, 25, 20)

INTO_LIST = ("alt+n", "shift+Tab", "Home")

INK = "#fff4e4"
"""The color that takes the place of one of the poster's."""


@pytest.fixture
def poster(window: Screen) -> Iterator[Tab]:
    """Return a poster of seven flat colors in a tab."""
    path = window.gimp.folder / "poster.png"
    rows = [
        np.full((height, 240, 3), [*bytes.fromhex(color[1:])], np.uint8)
        for color, height in zip(POSTER, HEIGHTS, strict=True)
    ]
    Image.fromarray(np.concatenate(rows)).save(path)
    with tab(window, path) as opened:
        yield opened
    wait_for(lambda: not (plug_ins(window.gimp) or engines(window.gimp)))


def codes(palette: Palette) -> list[str]:
    return [swatch.hex for swatch in palette.swatches]


def above(dialog: Dialog) -> bytes:
    """Return the pixels of the picture before."""
    dialog.focus()
    return dialog.screen.picture(dialog.id)[20:260, 12:315].tobytes()


def test_six_colors_become_a_palette_and_layers_without_the_pointer(
    poster: Tab, shots: Path
) -> None:
    screen, series = poster.screen, poster.screen.gimp.series
    screen.gimp.call("xdotool", "mousemove", "0", "0", env=screen.env)
    dialog = open_with_defaults(poster)
    dialog.press("alt+n", "ctrl+a")
    screen.type("6")
    screen.press("Tab")
    found = extract(poster.path, colors=6)
    dialog.wait_for_bar(codes(found))

    dialog.press(*INTO_LIST, "Down", "Down", "Delete")  # throws the third one out
    fewer = remove_swatch(found, 2)
    dialog.wait_for_bar(codes(fewer))

    dialog.press(*INTO_LIST, "Down", "ctrl+r")  # takes another one for the second
    screen.focus("^Replace the Color$")
    screen.settle("^Replace the Color$")
    screen.press("alt+n", "ctrl+a")
    screen.type(INK[1:])
    screen.press("Tab", "alt+o")
    swatches = [*fewer.swatches]
    swatches[1] = replace(swatches[1], color=(0xFF, 0xF4, 0xE4))
    expected = codes(replace(fewer, swatches=tuple(swatches)))
    dialog.wait_for_locks(expected, [INK])

    dialog.press(*INTO_LIST)  # sees where each of them is
    lit = []
    for _ in expected:
        screen.settle("^Extract Palette$")
        lit.append(above(dialog))
        screen.press("Down")
    assert len({*lit}) == len(expected)
    dialog.shoot(shots / f"tour-{series}.png")

    dialog.press("alt+o")
    made = palette_of(poster, dialog)
    assert made["colors"] == expected
    assert made["active"]
    assert made["file"]

    dialog = open_dialog(poster, "alt+c", "m", "t", title=SEPARATE)  # Colors > Map > Separate
    wait_for(lambda: dialog.shows(expected))
    dialog.press("alt+o")
    dialog.wait_until_gone()
    wait_for(lambda: not plug_ins(screen.gimp))
    layers, inside = poster.run("""
group = image.get_layers()[0]
result = [layers(image), [child.get_name()[:7] for child in group.get_children()]]
""")
    assert len(layers) == 2
    assert sorted(inside) == sorted(expected)

    poster.focus()
    screen.press("ctrl+z")
    wait_for(lambda: poster.run("result = layers(image)") == ["poster.png"])


def test_a_section_with_something_in_it_is_open_and_says_so(photo: Tab, shots: Path) -> None:
    screen = photo.screen
    screen.gimp.call("xdotool", "mousemove", "0", "0", env=screen.env)
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("alt+t", "alt+a", "alt+o")  # Also create, Recolored layer
    palette_of(photo, dialog)
    assert len(photo.run("result = layers(image)")) == 2

    dialog = open_dialog(photo)
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("alt+t")  # folds it
    screen.settle("^Extract Palette$")
    dialog.shoot(shots / f"section-{screen.gimp.series}.png")
    counted = sections(dialog)
    dialog.press("alt+t", "alt+a", "alt+t")  # off
    screen.settle("^Extract Palette$")
    assert not np.array_equal(counted, sections(dialog))
    dialog.press("alt+t", "alt+a", "alt+o")
    palette_of(photo, dialog)
    assert len(photo.run("result = layers(image)")) == 3

    dialog = open_dialog(photo)
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("alt+a", "alt+o")  # off again: the section is open, or the key would do nothing
    palette_of(photo, dialog)
    assert len(photo.run("result = layers(image)")) == 3


def sections(dialog: Dialog) -> NDArray[np.uint8]:
    """Return the pixels of the column of options below the first ones."""
    dialog.focus()
    shown = dialog.screen.picture(dialog.id)
    return shown[200:500, shown.shape[1] - 350 :]
