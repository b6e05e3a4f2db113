"""Which ways to leave the dialog have the image read again, counted at the engine."""

from __future__ import annotations

import pytest

from tests.gimp.dialogs import EXTRACT, Tab, hexes, open_with_defaults, palette_of
from tests.gimp.held import Held

pytestmark = [pytest.mark.gimp, pytest.mark.gui]


def test_popups_do_not_have_the_image_read_again_but_other_windows_do(
    photo: Tab, held: Held
) -> None:
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    held.wait_for("answers", "coarse", "palette")
    held.forget()

    screen = photo.screen
    dialog.press("alt+y")
    for _ in range(2):  # a drop-down that is left as it was
        screen.press("space", "Escape")
    dialog.press("alt+r")  # the menu of Reset
    screen.press("Escape")
    dialog.press("alt+y")
    screen.press("space", "Down", "Return")  # another order, from the list
    dialog.wait_for_bar(hexes(photo.path, order="lightness"))
    assert held.noted("requests") == ["preview"]
    held.forget()

    photo.run("""
layer = image.get_layers()[0]
layer.invert(False)
""")
    photo.focus()
    dialog.focus()
    held.wait_for("requests", "picture", "thumbnail", "preview")
    screen.settle(EXTRACT)
    dialog.press("alt+o")
    inverted = palette_of(photo, dialog)["colors"]
    assert inverted != hexes(photo.path, order="lightness")
