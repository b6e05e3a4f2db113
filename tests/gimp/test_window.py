"""The command as a person uses it: GIMP's windows, menus and keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from palette_engine import extract
from tests.gimp.gimps import Gimp
from tests.gimp.screen import Screen, needs_screen, screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]


@pytest.fixture(scope="module")
def window(gimp: Gimp) -> Iterator[Screen]:
    """Return a GIMP that shows the photo, with the Palettes dialog in its dock."""
    needs_screen(gimp)
    with screen(gimp, gimp.folder / "astronaut.png") as opened:
        opened.maximize("astronaut")
        opened.focus("astronaut")
        opened.press("slash")
        opened.focus("Search Actions")
        opened.type("palettes dialog")
        time.sleep(1.5)
        opened.press("Return")
        yield opened


def palettes(window: Screen) -> list[str]:
    names: list[str] = window.run(
        "result = [p.get_name() for p in Gimp.palettes_get_list('') if 'astro' in p.get_name()]"
    )
    return names


def open_the_dialog(window: Screen) -> None:
    """Choose Colors > Info > Extract Palette… by the keyboard."""
    window.focus("astronaut")
    window.press("alt+c", "n", "x")
    window.focus("^Extract Palette$")


def test_from_the_menu_to_a_palette_in_the_dock(window: Screen, shots: Path) -> None:
    before = palettes(window)

    open_the_dialog(window)
    window.press("Escape")
    wait_for(lambda: not window.window("^Extract Palette$"))
    assert palettes(window) == before

    open_the_dialog(window)
    window.press("alt+n")
    window.type("6")
    window.shoot(shots / f"dialog-{window.gimp.series}.png")
    window.press("Tab", "alt+o")
    wait_for(lambda: len(palettes(window)) > len(before))
    time.sleep(1.5)
    window.shoot(shots / f"dock-{window.gimp.series}.png")
    made = window.run("result = look(Gimp.context_get_palette())")
    expected = extract(window.gimp.folder / "astronaut.png", colors=6)
    assert made["name"].startswith("astronaut")
    assert made["colors"] == [swatch.hex for swatch in expected.swatches]
    assert made["labels"] == [swatch.label for swatch in expected.swatches]
    assert made["file"]

    again = window.run("""
procedure = Gimp.get_pdb().lookup_procedure("plug-in-extract-palette")
config = procedure.create_config()
config.set_property("run-mode", Gimp.RunMode.WITH_LAST_VALS)
config.set_property("image", Gimp.get_images()[0])
config.set_core_object_array("drawables", [Gimp.get_images()[0].get_layers()[0]])
result = look(procedure.run(config).index(1))
""")
    assert again["colors"] == made["colors"]
    assert again["name"] not in (made["name"], *before)
