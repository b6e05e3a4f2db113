"""Places: where a swatch is in the picture, which one is under the pointer, and the eyedropper."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from palette_engine import extract
from tests.patience import PATIENCE
from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Point, Shown

pytestmark = pytest.mark.browser

RED, BLUE = (230, 25, 75), (0, 0, 128)


@pytest.fixture
def flag(shown: Shown, folder: Path) -> Shown:
    """Return the page with a picture of 64 x 48 pixels: half red, a quarter white and blue."""
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("#recolored")).to_be_visible()
    return shown


def seen(shown: Shown, at: Point) -> object:
    x, y = shown.place(*at)
    return shown.drawn().getpixel((int(x), int(y)))


def expect_only_blue(shown: Shown) -> None:
    """Wait until the blue quarter is as it was, and the red half is not."""
    until = time.monotonic() + PATIENCE
    while seen(shown, (8, 8)) == RED or seen(shown, (56, 8)) != BLUE:
        assert time.monotonic() < until


def expect_all(shown: Shown) -> None:
    until = time.monotonic() + PATIENCE
    while seen(shown, (8, 8)) != RED or seen(shown, (56, 8)) != BLUE:
        assert time.monotonic() < until


def test_a_swatch_that_is_pointed_at_is_seen_alone(flag: Shown) -> None:
    flag.swatches.nth(1).hover()
    expect_only_blue(flag)
    flag.page.mouse.move(5, 5)
    expect_all(flag)


def test_a_swatch_that_has_the_focus_is_seen_alone(flag: Shown) -> None:
    flag.page.get_by_role("button", name="Export").focus()
    flag.page.keyboard.press("Tab")
    flag.page.keyboard.press("ArrowRight")
    expect_only_blue(flag)
    flag.page.keyboard.press("Tab")
    expect_all(flag)


def test_the_swatch_under_the_pointer_stands_out(flag: Shown) -> None:
    lifted = flag.page.locator("#swatches > .lifted")
    for at, code in (((8, 8), "#e6194b"), ((56, 30), "#000080"), ((40, 30), "#ffffff")):
        flag.page.mouse.move(*flag.place(*at))
        until = time.monotonic() + PATIENCE
        while lifted.count() != 1:
            flag.page.mouse.move(*flag.place(at[0] + 0.5, at[1]))
            assert time.monotonic() < until
        expect(lifted).to_have_attribute("data-hex", code)
    flag.page.mouse.move(5, 5)
    expect(lifted).to_have_count(0)


def test_a_spot_is_taken_as_a_locked_color(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    before = extracted(photo)
    shown.expect_palette(before)
    shown.page.get_by_role("button", name="Pick a color").click()
    shown.page.mouse.move(*shown.place(40, 120))
    expect(shown.page.locator("#loupe")).to_be_visible()
    with shown.page.expect_response("**/spot?*") as response:
        shown.page.mouse.click(*shown.place(40, 120))
    expect(shown.page.locator("#swatches > [data-locked]")).to_have_count(1)
    code = response.value.json()["hex"]
    shown.expect_palette(extract(photo, keep=code, start=before))
    expect(shown.page.locator("#loupe")).to_be_hidden()


def test_a_spot_is_taken_with_keys(flag: Shown) -> None:
    button = flag.page.get_by_role("button", name="Pick a color")
    button.focus()
    button.press("Enter")
    dropper = flag.page.get_by_role("slider", name="Take a color")
    expect(dropper).to_be_focused()
    for _ in range(8):
        dropper.press("Shift+ArrowRight")
    expect(dropper).to_have_attribute("aria-valuetext", "90% from left, 50% from top")
    dropper.press("Enter")
    flag.expect_locked(["#000080"])
    expect(button).to_be_focused()
    button.press("Enter")
    dropper.press("Escape")
    expect(dropper).to_be_hidden()
    expect(button).to_be_focused()


def test_a_finger_takes_a_spot(visit: Visit, folder: Path) -> None:
    shown = visit(has_touch=True, viewport={"width": 390, "height": 844})
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("#recolored")).to_be_visible()
    shown.page.get_by_role("button", name="Pick a color").tap()
    shown.page.touchscreen.tap(*shown.place(56, 24))
    shown.expect_locked(["#000080"])


def test_a_tap_shows_where_a_color_is(visit: Visit, folder: Path) -> None:
    shown = visit(has_touch=True, viewport={"width": 390, "height": 844})
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("#recolored")).to_be_visible()
    shown.swatches.nth(1).tap()
    expect_only_blue(shown)
