"""The region: drawn on the picture, it is what the command line's option makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ImageChops
from playwright.sync_api import Locator, expect

from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

RED, WHITE, BLUE = (230, 25, 75), (255, 255, 255), (0, 0, 128)


@pytest.fixture
def flag(shown: Shown, folder: Path) -> Shown:
    """Return the page with a picture of 64 x 48 pixels: half red, a quarter white and blue."""
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("#recolored")).to_be_visible()
    return shown


@pytest.fixture
def rectangle(flag: Shown) -> Locator:
    """Return what is operated with keys, while a region is chosen."""
    button = flag.page.get_by_role("button", name="Choose a region")
    button.focus()
    button.press("Enter")
    return flag.page.get_by_role("slider", name="Region")


def seen(shown: Shown, *places: tuple[float, float]) -> list[object]:
    """Return the colors that are drawn at places in the picture, in its pixels."""
    window = shown.drawn()
    return [window.getpixel((int(x), int(y))) for x, y in (shown.place(*at) for at in places)]


def test_a_drawn_region_is_that_of_the_command_line(flag: Shown, folder: Path) -> None:
    flag.choose_region()
    flag.drag((32, 6), (62, 40))
    flag.expect_region(32, 6, 62, 40)
    flag.expect_palette(extracted(folder / "flag.png", "--region=32,6,30,34"))
    flag.expect_said("Region: 50% from left, 13% from top")
    flag.expect_said("Palette of 2 colors from flag.png")


@pytest.mark.parametrize("edges", [(31, 17, 108, 118), (140, 158, 160, 159), (0, 0, 107, 160)])
def test_what_is_drawn_is_right_to_the_pixel(
    shown: Shown, folder: Path, edges: tuple[int, int, int, int]
) -> None:
    left, top, right, bottom = edges
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.choose_region()
    shown.drag((left, top), (right, bottom))
    region = f"{left},{top},{right - left},{bottom - top}"
    shown.expect_palette(extracted(photo, f"--region={region}"))
    shown.expect_region(*edges)


def test_what_is_drawn_is_in_the_field_as_percents(flag: Shown) -> None:
    flag.choose_region()
    flag.drag((0, 12), (32, 48))
    expect(flag.control("region")).to_have_value("0%, 25%, 50%, 75%")


def test_outside_of_the_region_the_picture_is_dimmed(flag: Shown) -> None:
    flag.choose_region()
    assert seen(flag, (8, 24), (40, 24), (56, 24)) == [RED, WHITE, BLUE]
    flag.drag((32, 0), (48, 48))
    flag.expect_region(32, 0, 48, 48)
    dimmed = [tuple(round(channel / 2) for channel in color) for color in (RED, BLUE)]
    for color, expected in zip(seen(flag, (8, 24), (56, 24)), dimmed, strict=True):
        assert color == pytest.approx(expected, abs=1)
    assert seen(flag, (40, 24)) == [WHITE]


def test_the_comparison_yields_while_a_region_is_chosen(flag: Shown) -> None:
    comparison = flag.page.get_by_role("slider", name="Compare")
    expect(comparison).to_be_visible()
    flag.choose_region()
    expect(flag.page.get_by_role("button", name="Choose a region", pressed=True)).to_be_visible()
    expect(comparison).to_be_hidden()
    expect(flag.page.locator("#recolored")).to_be_hidden()
    flag.drag((32, 0), (64, 48))
    flag.choose_region()
    expect(comparison).to_be_visible()
    flag.expect_region(32, 0, 64, 48)


def test_a_region_is_moved_resized_and_drawn_anew(flag: Shown) -> None:
    flag.choose_region()
    flag.drag((16, 12), (32, 36))
    flag.expect_region(16, 12, 32, 36)
    flag.drag((24, 24), (40, 20))
    flag.expect_region(32, 8, 48, 32)
    flag.drag((48, 32), (56, 40))
    flag.expect_region(32, 8, 56, 40)
    flag.drag((32, 24), (64, 24))
    flag.expect_region(56, 8, 64, 40)
    flag.drag((60, 24), (0, 48))
    flag.expect_region(0, 16, 8, 48)
    flag.drag((40, 40), (20, 10))
    flag.expect_region(20, 10, 40, 40)


def test_a_click_makes_no_region(flag: Shown, folder: Path) -> None:
    flag.choose_region()
    flag.page.mouse.click(*flag.place(40, 24))
    flag.expect_no_region()
    expect(flag.control("region")).to_have_value("")
    flag.drag((32, 0), (64, 48))
    flag.expect_region(32, 0, 64, 48)
    flag.page.mouse.click(*flag.place(8, 24))
    flag.expect_region(32, 0, 64, 48)
    flag.expect_palette(extracted(folder / "flag.png", "--region=32,0,32,48"))


def test_a_finger_draws_a_region(visit: Visit, folder: Path) -> None:
    shown = visit(has_touch=True, viewport={"width": 320, "height": 700})
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose_region()
    session = shown.page.context.new_cdp_session(shown.page)
    steps = [("touchStart", (0, 0)), ("touchMove", (20, 20)), ("touchMove", (32, 48))]
    for kind, at in steps:
        x, y = shown.place(*at)
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    shown.expect_region(0, 0, 32, 48)
    shown.expect_palette(extracted(folder / "flag.png", "--region=0,0,32,48"))


def test_a_picture_that_does_not_have_the_region_is_opened_too(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.choose("region", "40,16,100,100")
    shown.expect_region(40, 16, 140, 116)
    shown.drop(folder / "flag.png")
    shown.expect_pictures(["window.png", "flag.png"])
    shown.expect_problem("reaches beyond the picture")
    shown.page.get_by_role("button", name="Whole picture").click()
    shown.expect_palette(extracted(folder / "flag.png"))


def test_keys_make_move_and_resize_a_region(flag: Shown, rectangle: Locator, folder: Path) -> None:
    expect(rectangle).to_be_focused()
    expect(rectangle).to_have_attribute("aria-valuetext", "The whole picture")
    expect(rectangle).to_have_accessible_description(re.compile("Arrow keys move"))
    rectangle.press("ArrowRight")
    flag.expect_region(16, 12, 48, 36)
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowUp"):
        rectangle.press(key)
    flag.expect_region(23, 7, 55, 31)
    for key in ("Control+Shift+ArrowLeft", "Control+ArrowDown", "Control+ArrowDown"):
        rectangle.press(key)
    flag.expect_region(23, 7, 49, 33)
    expect(rectangle).to_have_attribute(
        "aria-valuetext", "36% from left, 15% from top, 41% wide, 54% high"
    )
    rectangle.press("Enter")
    expect(flag.page.get_by_role("button", name="Choose a region", pressed=False)).to_be_focused()
    flag.expect_region(23, 7, 49, 33)
    flag.expect_palette(extracted(folder / "flag.png", "--region=23,7,26,26"))


def test_keys_neither_leave_the_picture_nor_turn_the_region_over(
    flag: Shown, rectangle: Locator
) -> None:
    for _ in range(9):
        rectangle.press("Shift+ArrowRight")
    flag.expect_region(32, 12, 64, 36)
    for _ in range(9):
        rectangle.press("Control+Shift+ArrowLeft")
    flag.expect_region(32, 12, 33, 36)


def test_whoever_draws_with_keys_sees_where_the_focus_is(flag: Shown, rectangle: Locator) -> None:
    rectangle.press("ArrowRight")
    flag.expect_region(16, 12, 48, 36)
    with_focus = flag.drawn()
    rectangle.blur()
    assert ImageChops.difference(with_focus, flag.drawn()).getbbox()


def by_escape(shown: Shown) -> None:
    shown.page.get_by_role("slider", name="Region").press("Escape")


def by_button(shown: Shown) -> None:
    shown.page.get_by_role("button", name="Whole picture").click()
    expect(shown.page.get_by_role("button", name="Choose a region")).to_be_focused()


def by_reset(shown: Shown) -> None:
    shown.page.get_by_role("button", name="Reset").click()


@pytest.mark.parametrize("clear", [by_escape, by_button, by_reset])
def test_the_whole_picture_can_count_again(
    flag: Shown, folder: Path, clear: Callable[[Shown], None]
) -> None:
    flag.choose_region()
    flag.drag((32, 0), (64, 48))
    flag.expect_palette(extracted(folder / "flag.png", "--region=32,0,32,48"))
    clear(flag)
    flag.expect_no_region()
    flag.expect_palette(extracted(folder / "flag.png"))
    expect(flag.control("region")).to_have_value("")
    expect(flag.page.get_by_role("button", name="Whole picture")).to_be_hidden()


def test_escape_gives_up_a_drag(flag: Shown) -> None:
    flag.choose_region()
    flag.page.mouse.move(*flag.place(8, 8))
    flag.page.mouse.down()
    flag.page.mouse.move(*flag.place(40, 40), steps=4)
    flag.expect_region(8, 8, 40, 40)
    flag.page.keyboard.press("Escape")
    flag.expect_no_region()
    flag.page.mouse.up()
    flag.expect_no_region()
    flag.page.keyboard.press("Escape")
    expect(flag.page.get_by_role("button", name="Choose a region", pressed=False)).to_be_focused()


@pytest.mark.parametrize("text", ["32,12,32,24", "0.5,0.25,0.5,0.5", "50%, 25%, 50%, 50%"])
def test_a_typed_region_is_shown(flag: Shown, text: str) -> None:
    flag.choose("region", text)
    flag.expect_region(32, 12, 64, 36)
    flag.choose("region", "")
    flag.expect_no_region()


def test_a_region_holds_for_every_picture(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png", folder / "flag.png")
    shown.expect_pictures(["photo.png", "flag.png"])
    shown.expect_palette(extracted(folder / "photo.png"))
    shown.choose_region()
    shown.drag((80, 0), (160, 80))
    shown.expect_region(80, 0, 160, 80)
    shown.switch_to("flag.png")
    shown.expect_region(32, 0, 64, 24)
    shown.expect_palette(extracted(folder / "flag.png", "--region=0.5,0,0.5,0.5"))


def test_what_is_beyond_a_picture_is_not_drawn_on_it(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 4")
    shown.drop(folder / "window.png", folder / "flag.png")
    shown.expect_pictures(["window.png", "flag.png"])
    shown.expect_palette(extracted(folder / "window.png"))
    shown.switch_to("flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.switch_to("window.png")
    shown.choose("region", "40,16,100,100")
    shown.expect_region(40, 16, 140, 116)
    shown.switch_to("flag.png")
    shown.expect_problem("reaches beyond the picture")
    shown.expect_no_region()
    shown.choose_region()
    shown.drag((0, 0), (32, 48))
    shown.expect_no_problem()
    shown.expect_palette(extracted(folder / "flag.png", "--region=0,0,32,48"))


def test_the_region_is_of_the_picture_as_it_is_shown(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "turned.jpg")
    shown.expect_picture(48, 64)
    shown.expect_palette(extracted(folder / "turned.jpg"))
    shown.choose_region()
    shown.drag((0, 0), (48, 30))
    shown.expect_region(0, 0, 48, 30)
    shown.expect_palette(extracted(folder / "turned.jpg", "--region=0,0,48,30"))


def test_a_region_stays_in_sight_whatever_its_palette_is_called(flag: Shown) -> None:
    flag.rename("Banner")
    flag.page.wait_for_url("**/#name=Banner&*")
    flag.choose("region", "32,12,32,24")
    flag.expect_region(32, 12, 64, 36)
    flag.rename("Standard")
    flag.page.wait_for_url("**/#name=Standard&*")
    flag.expect_region(32, 12, 64, 36)
