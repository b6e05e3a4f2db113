"""The picture beside its recolored version, with a slider between them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.patience import PATIENCE
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

Color = tuple[int, int, int]

RED, WHITE, BLUE = (230, 25, 75), (255, 255, 255), (0, 0, 128)


@pytest.fixture
def slider(shown: Shown, folder: Path) -> Locator:
    """Return the slider over half red, a quarter white and a quarter blue, all red recolored."""
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose("keep", "#e6194b")
    shown.choose("colors", "1")
    shown.expect_hexes(["#e6194b"])
    expect(shown.page.locator("#recolored")).to_be_visible()
    return shown.page.get_by_role("slider", name="Compare")


def expect_seen(shown: Shown, white: Color, blue: Color) -> None:
    """Wait until the middles of the white and of the blue part are drawn in these colors.

    A picture is complete before it is painted.
    """
    until = time.monotonic() + PATIENCE
    found: tuple[object, ...] = ()
    while found != (white, blue):
        assert time.monotonic() < until, found
        frame = shown.drawn_of(shown.page.locator("#frame"))
        places = [(frame.width * part // 16, frame.height // 3) for part in (9, 14)]
        found = tuple(map(frame.getpixel, places))


def test_the_slider_shows_one_picture_or_the_other(shown: Shown, slider: Locator) -> None:
    slider.press("Home")
    expect_seen(shown, RED, RED)
    slider.press("End")
    expect_seen(shown, WHITE, BLUE)


def test_the_arrow_keys_move_the_slider(slider: Locator) -> None:
    before = float(slider.input_value())
    slider.press("ArrowRight")
    assert float(slider.input_value()) > before
    slider.press("ArrowLeft")
    assert float(slider.input_value()) == before


def test_a_pointer_drags_the_slider(shown: Shown, slider: Locator) -> None:
    box = shown.page.locator("#frame").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    shown.page.mouse.move(box["x"] + box["width"] / 2, middle)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + box["width"] * 3 / 4, middle, steps=5)
    shown.page.mouse.up()
    # There, white ends and blue begins.
    assert float(slider.input_value()) == pytest.approx(75, abs=3)
    expect_seen(shown, WHITE, RED)


def test_the_recolored_picture_follows_the_palette(shown: Shown, slider: Locator) -> None:
    slider.press("Home")
    recolored = shown.page.locator("#recolored")
    before = recolored.get_attribute("src")
    shown.choose("keep", "#102030")
    expect(recolored).not_to_have_attribute("src", before or "")
    expect(recolored).to_have_js_property("complete", True)
    expect_seen(shown, (16, 32, 48), (16, 32, 48))


def test_the_pictures_lie_exactly_on_each_other(shown: Shown, slider: Locator) -> None:
    assert slider.is_visible()
    boxes = [shown.page.locator(f"#{name}").bounding_box() for name in ("original", "recolored")]
    assert boxes[0] == boxes[1]


def test_a_picture_that_lies_on_its_side_is_turned_in_both(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "turned.jpg")
    shown.expect_palette(extracted(folder / "turned.jpg"))
    for name in ("original", "recolored"):
        picture = shown.page.locator(f"#{name}")
        expect(picture).to_have_js_property("naturalWidth", 48)
        expect(picture).to_have_js_property("naturalHeight", 64)
