"""Kept colors in GIMP's dialog: what is seen stays, by clicks and keys."""

from __future__ import annotations

import pytest

from tests.gimp.dialogs import Tab, hexes, open_with_defaults, palette_of

pytestmark = [pytest.mark.gimp, pytest.mark.gui]


def test_keeping_colors_changes_no_other_one_and_the_next_click_hits(photo: Tab) -> None:
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    seen = dialog.wait_for_bar(colors)
    for number in (3, 6, 1):  # where they were seen first
        dialog.screen.click(dialog.id, seen[colors[number]].x, seen[colors[number]].y)
    dialog.screen.gimp.call("xdotool", "mousemove", "0", "0", env=dialog.screen.env)
    dialog.wait_for_locks(colors, [colors[3], colors[6], colors[1]])
    dialog.keep(colors, colors[6])
    dialog.wait_for_locks(colors, [colors[3], colors[1]])

    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == colors
