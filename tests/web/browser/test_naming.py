"""Naming: the name that a palette is given, and what changes with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown, refusing

pytestmark = pytest.mark.browser


def test_a_name_that_was_just_typed_is_kept_when_another_picture_is_shown(
    shown: Shown, folder: Path
) -> None:
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.switch_to("flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.get_by_label("Name", exact=True).fill("Banner")
    with shown.page.expect_response("**/palettes"):
        shown.switch_to("window.png")
    expect(shown.page.get_by_label("Name", exact=True)).to_have_value("window")
    shown.page.wait_for_url("**/#name=window&*")
    shown.switch_to("flag.png")
    expect(shown.page.get_by_label("Name", exact=True)).to_have_value("Banner")
    shown.page.wait_for_url("**/#name=Banner&*")


def test_a_palette_that_cannot_be_named_is_said(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.route("**/palettes", refusing("Choose another name.", 400))
    shown.rename("Banner")
    expect(shown.page.get_by_role("alert")).to_have_text("Choose another name.")


def test_a_note_on_the_picture_outlives_a_new_name(shown: Shown, folder: Path) -> None:
    note = extracted(folder / "flag.png").note
    answers: list[str] = []
    shown.page.route("**/palettes", lambda route: forgetful(route, answers))
    shown.drop(folder / "flag.png")
    shown.expect_text(note)
    shown.rename("Banner")
    shown.page.wait_for_url("**/#name=Banner&*")
    assert answers
    shown.expect_text(note)


def forgetful(route: Route, answers: list[str]) -> None:
    """Answer as the server does, which knows no notes on pictures, and write down what it says."""
    response = route.fetch()
    view = response.json()
    answers.append(view["note"])
    route.fulfill(response=response, json={**view, "note": ""})


def test_a_palette_that_could_not_be_named_is_not_taken_for_the_new_one(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 500")
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.rename("Liftoff")
    shown.page.wait_for_url("**/#name=Liftoff&*")
    shown.page.route("**/palettes", refusing("There is no room."))
    shown.choose("colors", "4")
    shown.expect_problem("There is no room.")
    shown.page.unroute("**/palettes")
    shown.choose("colors", "5")
    shown.choose("colors", "4")
    shown.expect_palette(extracted(photo, "-n", "4"))
    shown.expect_no_problem()
