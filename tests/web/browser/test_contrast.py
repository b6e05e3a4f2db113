"""Contrast: what can be read on what, and a sample of an app, as `palette-engine check` says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from palette_engine.palette.check import checked
from palette_engine.palette.value import Palette, Swatch
from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser


def test_the_table_has_the_grades_of_the_engine(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    palette = extracted(photo)
    shown.expect_palette(palette)
    shown.page.get_by_role("tab", name="Contrast").click()
    rows = shown.page.locator("#pairs tbody tr")
    expect(rows).to_have_count(10)
    expect(shown.page.locator("#options")).to_be_hidden()
    expected = [[""] * 10 for _ in range(10)]
    for pair in checked(palette).pairs:
        word = pair.grade.text or ("AA+" if pair.grade.large_text else "–")
        expected[pair.first][pair.second] = expected[pair.second][pair.first] = word
    found = [row.locator("td").all_inner_texts() for row in rows.all()]
    assert found == expected
    assert {"AAA", "AA", "–"} <= {word for row in found for word in row}


def test_the_contrast_follows_the_palette(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    shown.page.get_by_role("tab", name="Options").press("ArrowRight")
    expect(shown.page.get_by_role("tab", name="Contrast")).to_be_focused()
    expect(shown.page.locator("#pairs tbody tr")).to_have_count(10)
    shown.swatches.nth(0).locator("button").focus()
    shown.page.keyboard.press("Delete")
    expect(shown.page.locator("#pairs tbody tr")).to_have_count(9)


def test_who_confuses_what_is_said(visit: Visit) -> None:
    shown = visit("#colors=b00020-5c5a00-0040ff")
    shown.expect_hexes(["#b00020", "#5c5a00", "#0040ff"])
    lines = shown.page.locator("#confusions > li")
    expect(lines).to_have_count(3)
    expect(lines.nth(1)).to_contain_text("deutan")
    names = {"protan": 0, "deutan": 1, "tritan": 2}
    colors = ((0xB0, 0, 0x20), (0x5C, 0x5A, 0), (0, 0x40, 0xFF))
    for view in checked(Palette(tuple(map(Swatch, colors)))).views:
        couples = lines.nth(names[view.vision]).get_by_role("img")
        assert couples.count() == len(view.confusions)


def test_an_app_in_light_and_dark_is_readable(visit: Visit) -> None:
    shown = visit("#colors=000009-ffffff-e6194b")
    apps = shown.page.locator("#apps .app")
    expect(apps).to_have_count(2)
    grounds = apps.evaluate_all("all => all.map((app) => getComputedStyle(app).backgroundColor)")
    assert grounds == ["rgb(255, 255, 255)", "rgb(0, 0, 9)"]
    inks = apps.evaluate_all("all => all.map((app) => getComputedStyle(app).color)")
    assert inks == ["rgb(0, 0, 9)", "rgb(255, 255, 255)"]


def test_too_many_colors_for_a_table_are_said(visit: Visit) -> None:
    shown = visit(f"#colors={'-'.join(f'{index:02x}0000' for index in range(30))}")
    expect(shown.page.locator("#contrast-note")).to_have_text(
        "Shown for up to 24 colors; these are 30."
    )
    expect(shown.page.locator("#pairs")).to_be_hidden()


def test_one_color_has_no_contrast(visit: Visit) -> None:
    shown = visit("#colors=e6194b")
    shown.expect_hexes(["#e6194b"])
    expect(shown.page.locator("#pairs tbody tr")).to_have_count(1)
    expect(shown.page.locator("#apps")).to_be_hidden()
