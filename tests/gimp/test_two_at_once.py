"""Two dialogs in one GIMP: none takes what is the other's."""

from __future__ import annotations

import pytest
from PIL import Image

from palette_engine.formats import gpl
from tests.gimp.dialogs import (
    Tab,
    engines,
    hexes,
    open_dialog,
    open_with_defaults,
    plug_ins,
    tab,
)
from tests.gimp.gimps import Gimp
from tests.gimp.screen import Screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui, pytest.mark.newest_gimp]


def colors_in(gimp: Gimp, name: str) -> list[str]:
    """Return the colors of a palette file as soon as it has some."""

    def read() -> list[str]:
        for path in gimp.palettes.glob(f"{name}*.gpl"):
            if path.stat().st_size:
                return [swatch.hex for swatch in gpl.loads(path.read_bytes()).swatches]
        return []

    return wait_for(read)


def test_two_dialogs_make_the_palettes_of_two_images(window: Screen, photo: Tab) -> None:
    path = window.gimp.folder / "ramp.png"
    Image.linear_gradient("L").convert("RGB").save(path)
    with tab(window, path) as ramp:
        first = open_with_defaults(photo)
        second = open_dialog(ramp)
        assert len(engines(window.gimp)) == 2
        first.fill_in("alt+n", "5")
        second.fill_in("alt+n", "3")
        first.fill_in("alt+p", "Two one")
        second.fill_in("alt+p", "Two other")
        first.wait_for_bar(hexes(photo.path, colors=5))
        second.wait_for_bar(hexes(path, colors=3))
        second.press("alt+o")
        second.wait_until_gone()
        first.press("alt+o")
        first.wait_until_gone()
        assert colors_in(window.gimp, "Two-one") == hexes(photo.path, colors=5)
        assert colors_in(window.gimp, "Two-other") == hexes(path, colors=3)
        wait_for(lambda: not (plug_ins(window.gimp) or engines(window.gimp)))
