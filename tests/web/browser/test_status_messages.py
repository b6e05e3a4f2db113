"""Status messages: what the page says while it waits, and until when."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown, refusing

pytestmark = pytest.mark.browser


def test_why_a_picture_is_not_recolored_is_said_until_it_is(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 500")
    shown.page.route("**/recolored?*", refusing("There is no paint."))
    shown.drop(folder / "flag.png")
    shown.expect_said("There is no paint.")
    note = shown.page.locator("#picture-note")
    expect(note).to_have_text("There is no paint.")
    shown.page.unroute("**/recolored?*")
    shown.choose("colors", "2")
    expect(note).to_have_text("")


def test_what_could_not_be_taken_is_not_said_of_another_picture(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 500")
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.route("**/palettes/*", refusing("There is no ink."))
    shown.open_export()
    shown.page.get_by_role("button", name="Download", exact=True).click()
    shown.expect_problem("There is no ink.")
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.expect_no_problem()


def test_one_picture_is_prepared_while_another_can_be(shown: Shown, folder: Path) -> None:
    waiting: list[Route] = []
    shown.page.route("**/recolored?size=full*", lambda route: waiting.append(route))
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    button = shown.page.locator("#download-recolored")
    button.click()
    shown.expect_said("Preparing flag-recolored.png")
    expect(button).to_have_attribute("aria-busy", "true")
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    expect(button).to_have_text("Download recolored picture")
    expect(button).to_have_attribute("aria-busy", "false")
    shown.switch_to("flag.png")
    expect(button).to_have_text("Preparing…")
    name, _ = shown.downloaded(lambda: waiting[0].continue_())
    assert name == "flag-recolored.png"
    expect(button).to_have_text("Download recolored picture")


def test_colors_that_are_awaited_cannot_be_operated(shown: Shown, folder: Path) -> None:
    waiting: list[Route] = []
    shown.page.route("**/pictures?*", lambda route: waiting.append(route))
    shown.drop(folder / "flag.png")
    shown.expect_said("Looking at flag.png")
    expect(shown.page.locator("#swatches [inert]")).to_have_count(10)
    waiting[0].continue_()
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("#swatches [inert]")).to_have_count(0)
