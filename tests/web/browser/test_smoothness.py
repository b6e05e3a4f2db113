"""Smoothness: what the page does not do on the thread that answers to hands.

How long that takes is measured by `python -m benchmarks page`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.web.browser.page import Shown
from tests.web.browser.trace import Trace, traced
from tests.web.serving import Server

pytestmark = pytest.mark.browser

COUNT = 12

SEEN = """() => {
    const context = document.querySelector("#loupe").getContext("2d");
    return context.getImageData(66, 60, 1, 1).data[3] === 255;
}"""
"""Tells whether there is a picture in the loupe."""


def forced_while_shown(trace: Trace, server: Server) -> list[list[str]]:
    """Return the calls that had the page laid out while it was being changed."""
    assert trace.layouts
    return [calls for calls in trace.forced(server.address) if "showAll" in calls]


def test_a_dragged_slider_has_nothing_laid_out_before_the_frame(
    shown: Shown, browser: Browser, server: Server, folder: Path
) -> None:
    shown.drop(folder / "photo.png")
    expect(shown.swatches).to_have_count(10)
    shown.choose("colors", "64")
    expect(shown.swatches).to_have_count(64)
    before = shown.swatches.locator(".swatch-hex").all_inner_texts()
    slider = shown.control("emphasis").bounding_box()
    assert slider
    middle = slider["y"] + slider["height"] / 2
    with traced(browser, shown.page) as trace:
        shown.page.mouse.move(slider["x"] + slider["width"] / 2, middle)
        shown.page.mouse.down()
        for part in (0.6, 0.7, 0.8, 0.9):
            shown.page.mouse.move(slider["x"] + part * slider["width"], middle)
        shown.page.mouse.up()
        expect(shown.swatches.locator(".swatch-hex")).not_to_have_text(before)
    assert forced_while_shown(trace, server) == []


def test_many_pictures_have_nothing_laid_out_before_the_frame(
    shown: Shown, browser: Browser, server: Server, folder: Path
) -> None:
    names = [f"shade{number}.png" for number in range(COUNT)]
    for number, name in enumerate(names):
        Image.new("RGB", (40, 30), (20 * number, 90, 120)).save(folder / name)
    with traced(browser, shown.page) as trace:
        shown.drop(*(folder / name for name in names))
        shown.expect_pictures(names)
        bars = shown.page.locator("#strip .thumbnail-colors[style*=gradient]")
        expect(bars).to_have_count(COUNT)
        for name in names[::4]:
            shown.switch_to(name)
        shown.page.get_by_role("button", name="Remove all").click()
        expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()
    assert forced_while_shown(trace, server) == []


def test_a_picture_in_the_loupe_is_decoded_on_another_thread(
    shown: Shown, browser: Browser, folder: Path
) -> None:
    with Image.open(folder / "photo.png") as photo:
        photo.convert("RGB").resize((1200, 900)).save(folder / "larger.jpg")
    with traced(browser, shown.page) as trace:
        shown.drop(folder / "larger.jpg")
        expect(shown.page.locator("#recolored")).to_be_visible()
        shown.page.get_by_role("button", name="Pick a color").click()
        shown.page.locator("#dropper").hover(position={"x": 20, "y": 20})
        shown.page.wait_for_function(SEEN)
    assert trace.tasks
    assert trace.named("Decode Image") == []
