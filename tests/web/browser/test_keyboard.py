"""The keyboard: it reaches and operates everything, and shows where it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageChops
from playwright.sync_api import Page, expect

from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

OPERABLE = """() => {
    const selector = "a[href], button, input, select, textarea, summary, [tabindex]";
    return [...document.querySelectorAll(selector)]
        .filter((one) => one.checkVisibility({visibilityProperty: true}))
        .filter((one) => !one.disabled && one.type !== "hidden" && one.tabIndex >= 0)
        .map((one, place) => one.dataset.place = String(place));
}"""
"""Numbers everything that can be operated in the order of the document, and returns the numbers."""

FOCUSED = "() => document.activeElement.dataset.place ?? ''"

TOP = """() => {
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
}"""
"""Has the next Tab begin at the top of the page."""

AROUND = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const [left, top] = [Math.max(box.left - 8, 0), Math.max(box.top - 8, 0)];
    const [right, bottom] = [
        Math.min(box.right + 8, innerWidth), Math.min(box.bottom + 8, innerHeight)
    ];
    return {x: left, y: top, width: right - left, height: bottom - top};
}"""
"""Returns where what has the focus is in the window, and a little around it."""

MAX_STOPS = 200


def stops(page: Page) -> Iterator[str]:
    """Press Tab until it leaves the page or comes back, and return where it stopped."""
    seen: set[str] = set()
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        place: str = page.evaluate(FOCUSED)
        if not place or place in seen:
            return
        seen.add(place)
        yield place
    raise AssertionError("Tab goes round and round.")


@pytest.fixture
def filled(shown: Shown, folder: Path) -> Shown:
    """Return the page with two pictures, and all options in sight."""
    shown.drop(folder / "window.png", folder / "flag.png")
    shown.expect_pictures(["window.png", "flag.png"])
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.open_more("region")
    shown.page.evaluate(TOP)
    return shown


def test_tab_reaches_everything_in_the_order_of_the_document(filled: Shown) -> None:
    everything = filled.page.evaluate(OPERABLE)
    assert len(everything) > 30
    assert filled.page.locator("#swatches [data-place]").count() == 1
    assert list(stops(filled.page)) == everything


def test_tab_reaches_everything_before_there_is_a_picture(shown: Shown) -> None:
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()
    everything = shown.page.evaluate(OPERABLE)
    assert everything
    assert list(stops(shown.page)) == everything


def test_whatever_has_the_focus_shows_it(filled: Shown) -> None:
    page = filled.page
    page.evaluate(OPERABLE)
    unseen = []
    for place in stops(page):
        clip = page.evaluate(AROUND)
        with_focus = filled.drawn(clip)
        page.evaluate("() => { window.last = document.activeElement; window.last.blur(); }")
        without = filled.drawn(clip)
        if ImageChops.difference(with_focus, without).getbbox() is None:
            unseen.append(page.evaluate("() => window.last.outerHTML.slice(0, 100)"))
        # The keyboard goes on from there, so that the ring is drawn as for Tab.
        page.evaluate("() => window.last.focus({focusVisible: true, preventScroll: true})")
        assert page.evaluate(FOCUSED) == place
    assert unseen == []


def test_a_picture_is_chosen_with_the_keyboard(shown: Shown, folder: Path) -> None:
    shown.page.get_by_role("button", name="Choose pictures").focus()
    with shown.page.expect_file_chooser() as chooser:
        shown.page.keyboard.press("Enter")
    chooser.value.set_files(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))


def test_a_color_is_locked_and_copied_with_the_keyboard(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    swatch = shown.swatch("#ffffff")
    swatch.locator(".swatch-color").focus()
    shown.page.keyboard.press("l")
    shown.expect_locked(["#ffffff"])
    expect(shown.control("keep")).to_have_value("#ffffff")
    shown.page.keyboard.press("Enter")
    shown.expect_said("Copied #ffffff")
    assert shown.clipboard() == "#ffffff"


def test_the_focus_stays_when_the_palette_changes(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    before = extracted(photo)
    shown.expect_palette(before)
    shown.swatch(before.swatches[0].hex).locator(".swatch-color").focus()
    shown.page.keyboard.press("l")
    shown.expect_locked([before.swatches[0].hex])
    shown.choose("colors", "9")
    shown.expect_palette(extracted(photo, "-n", "9", "--keep", before.swatches[0].hex))
    shown.swatch(before.swatches[0].hex).locator(".swatch-color").focus()
    shown.page.keyboard.press("Control+z")
    shown.expect_palette(before)
    expect(shown.swatch(before.swatches[0].hex).locator(".swatch-color")).to_be_focused()


def test_no_element_jumps_the_queue(filled: Shown) -> None:
    assert filled.page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0


def test_the_palette_is_one_stop_whatever_it_holds(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    shown.choose("colors", "256")
    shown.expect_palette(extracted(folder / "photo.png", "-n", "256"))
    shown.page.evaluate(OPERABLE)
    assert shown.page.locator("#swatches [data-place]").count() == 1


def test_arrows_move_through_the_palette(shown: Shown, folder: Path) -> None:
    shown.page.set_viewport_size({"width": 390, "height": 844})
    shown.drop(folder / "photo.png")
    hexes = [swatch.hex for swatch in extracted(folder / "photo.png").swatches]
    shown.expect_hexes(hexes)
    buttons = shown.swatches.locator("button")
    buttons.first.focus()
    # Two rows of five.
    for key, index in (
        ("ArrowRight", 1),
        ("ArrowDown", 6),
        ("ArrowDown", 6),
        ("ArrowLeft", 5),
        ("ArrowLeft", 4),
        ("End", 9),
        ("ArrowRight", 9),
        ("ArrowUp", 4),
        ("Home", 0),
        ("ArrowUp", 0),
    ):
        shown.page.keyboard.press(key)
        expect(buttons.nth(index)).to_be_focused()
        expect(shown.page.locator("#inspector code")).to_have_text(hexes[index])
    assert shown.swatches.locator("[tabindex='0']").count() == 1


def test_a_swatch_is_said_with_all_that_is_known_of_it(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "flag.png")
    shown.choose("names", "css")
    palette = extracted(folder / "flag.png", "--names", "css")
    shown.expect_palette(palette)
    shown.lock("#ffffff")
    names = [swatch.name for swatch in palette.swatches]
    for index, said in enumerate(
        (
            f"{names[0]}, #e6194b, 50 percent, 1 of 3",
            f"{names[1]}, #000080, 25 percent, 2 of 3",
            f"{names[2]}, #ffffff, 25 percent, locked, 3 of 3",
        )
    ):
        expect(shown.swatches.nth(index).get_by_role("button")).to_have_accessible_name(said)
