"""Appearance: the colors that are drawn, movement, and the printed page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

MOTION = """
window.moved = [];
for (const kind of ["transitionrun", "animationstart"]) {
    addEventListener(kind, (event) => {
        for (const one of event.target.getAnimations()) {
            const {duration} = one.effect.getTiming();
            if (duration > 10) moved.push(`${event.target.className} ${duration}`);
        }
    }, true);
}
"""
"""Writes down what moves for longer than a moment."""


def painted(shown: Shown) -> list[str]:
    """Return the color drawn in each swatch, beside its icon."""
    swatches = shown.page.locator("#swatches .swatch-color")
    found = []
    for swatch in swatches.all():
        drawn = shown.drawn_of(swatch)
        pixel = drawn.getpixel((drawn.width // 2, drawn.height // 4))
        assert isinstance(pixel, tuple)
        found.append("#{:02x}{:02x}{:02x}".format(*pixel))
    return found


@pytest.mark.parametrize(
    "media",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["light", "dark", "forced colors"],
)
def test_swatches_are_drawn_in_their_colors(
    visit: Visit, folder: Path, media: dict[str, Any]
) -> None:
    shown = visit(**media)
    shown.drop(folder / "photo.png")
    palette = extracted(folder / "photo.png")
    shown.expect_palette(palette)
    assert painted(shown) == [swatch.hex for swatch in palette.swatches]


def moved(shown: Shown, folder: Path) -> list[str]:
    """Use the page, and return what moved."""
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.lock("#ffffff")
    shown.copy("#ffffff")
    shown.open_export()
    shown.page.get_by_role("button", name="Copy all", exact=True).hover()
    shown.page.get_by_role("button", name="Choose pictures").or_(
        shown.page.get_by_role("button", name="Add pictures")
    ).first.hover()
    shown.expect_locked(["#ffffff"])
    found: list[str] = shown.page.evaluate("moved")
    return found


def test_nothing_moves_for_those_who_want_no_motion(visit: Visit, folder: Path) -> None:
    shown = visit(reduced_motion="reduce", init_script=MOTION)
    assert moved(shown, folder) == []


def test_on_paper_there_is_the_palette_and_no_form(visit: Visit, folder: Path) -> None:
    shown = visit()
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.emulate_media(media="print")
    expect(shown.swatches.first).to_be_visible()
    expect(shown.page.locator("#options")).to_be_hidden()
    assert painted(shown) == ["#e6194b", "#000080", "#ffffff"]
