"""The layout of the dialogs: on small screens, with large fonts, and while it is scrolled."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.gimp.dialogs import EXTRACT, Tab, hexes, open_with_defaults, palette_of, tab
from tests.gimp.held import Held
from tests.gimp.screen import wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]


def resize(photo: Tab, window: str, width: int, height: int) -> None:
    gimp, env = photo.screen.gimp, photo.screen.env
    gimp.call("xdotool", "windowsize", "--sync", window, str(width), str(height), env=env)


def test_a_window_keeps_its_size_and_can_be_low(photo: Tab) -> None:
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    before = photo.screen.picture(dialog.id).shape
    assert before[0] <= 800
    assert before[1] <= 1280
    dialog.fill_in("alt+n", "1")  # with a kept color that does not fit: a long sentence
    dialog.press("alt+i", "alt+t", "alt+u")
    photo.screen.settle(EXTRACT)
    assert photo.screen.picture(dialog.id).shape == before
    dialog.press("alt+u")
    resize(photo, dialog.id, 820, 420)
    wait_for(lambda: photo.screen.picture(dialog.id).shape[:2] == (420, 820))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=1)


def test_the_wheel_over_a_drop_down_changes_it_only_if_it_has_the_focus(
    photo: Tab, held: Held
) -> None:
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    held.wait_for("answers", "coarse", "palette")
    screen = photo.screen
    screen.settle(EXTRACT)
    held.forget()
    width = screen.picture(dialog.id).shape[1]
    x, y = width - 130, 130  # on the drop-down “Sort by”
    dialog.press("alt+p")  # elsewhere
    screen.click(dialog.id, x, y, times=2, button=5)
    dialog.press("alt+n", "Up")
    dialog.wait_for_bar(hexes(photo.path, colors=11))
    assert held.noted("requests") == ["preview"]
    dialog.press("alt+y")
    screen.click(dialog.id, x, y, button=5)
    dialog.wait_for_bar(hexes(photo.path, colors=11, order="lightness"))
    dialog.press("Escape")


def test_a_larger_window_sends_another_thumbnail_but_not_the_picture(
    photo: Tab, held: Held
) -> None:
    path = photo.path.with_name("wide.png")
    with Image.open(photo.path) as picture:
        picture.crop((0, 150, 512, 300)).save(path)
    with tab(photo.screen, path) as wide:
        dialog = open_with_defaults(wide)
        dialog.wait_for_bar(hexes(path))
        held.wait_for("answers", "coarse", "palette")
        photo.screen.settle(EXTRACT)
        held.forget()
        resize(wide, dialog.id, 1270, 750)
        held.wait_for("requests", "thumbnail", "preview")
        held.wait_for("answers", "palette")
        assert "picture" not in held.noted("requests")
        dialog.press("Escape")
