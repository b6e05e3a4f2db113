"""Option errors: an option that is refused is marked, and the sentence is said once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from palette_engine import extract
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser


def test_nothing_is_asked_nor_refused_while_a_color_is_typed(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.control("keep").press_sequentially("#00ff0", delay=1)
    shown.page.wait_for_timeout(1000)
    shown.expect_no_problem()
    shown.control("keep").press_sequentially("0")
    shown.expect_palette(extract(photo, keep="#00ff00", start=extracted(photo)))
    shown.watch.expect("status of 400")
    shown.control("keep").press_sequentially("x")
    shown.control("keep").blur()
    expect(shown.problems).to_have_count(1)


def test_what_is_refused_is_marked(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose("region", "0.9,0,0.5,1")
    shown.expect_problem("Region")
    region = shown.control("region")
    expect(region).to_have_attribute("aria-invalid", "true")
    expect(region).to_have_accessible_description(re.compile("^Region"))
    shown.choose("region", "")
    expect(region).not_to_have_attribute("aria-invalid", "true")
    shown.expect_no_problem()


def test_a_picture_without_a_palette_has_the_option_marked_that_is_to_blame(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.choose("region", "0.9,0,0.5,1")
    shown.page.locator("#more summary").click()
    shown.drop(folder / "flag.png")
    expect(shown.page.locator("#palette-trouble")).to_contain_text("Region")
    region = shown.control("region")
    expect(region).to_be_visible()
    expect(region).to_have_attribute("aria-invalid", "true")
    expect(region).to_have_accessible_description(re.compile("^Region"))


def test_a_picture_without_a_palette_says_why_once(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 4")
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.choose("keep", "reddish")
    expect(shown.problems).to_have_count(1)
    shown.drop(folder / "flag.png")
    expect(shown.page.locator("#palette-trouble")).to_be_visible()
    expect(shown.problems).to_have_count(1)
    shown.expect_said("must be colors")
    shown.choose("keep", "")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.expect_no_problem()


def test_a_color_can_be_locked_beside_what_is_no_color(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose("keep", "reddish")
    expect(shown.problems).to_have_count(1)
    shown.lock("#ffffff")
    expect(shown.control("keep")).to_have_value("#ffffff")
    shown.expect_no_problem()
    shown.expect_locked(["#ffffff"])
