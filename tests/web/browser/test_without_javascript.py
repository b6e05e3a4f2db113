"""Without JavaScript: a form that gives a palette, and files of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from palette_engine.formats import FORMATS
from palette_engine.palette.value import Palette, percent
from palette_engine.web.palette_json import NOTATIONS
from tests.web.browser.command_line import extracted, written
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(visit: Visit) -> Shown:
    """Return the page in a browser that runs no scripts."""
    return visit(java_script_enabled=False)


def submit(page: Page, picture: Path) -> None:
    """Send the form with a picture."""
    page.locator("input[name=picture]").set_input_files(picture)
    page.get_by_role("button", name="Take the palette").click()


def expect_palette(page: Page, palette: Palette) -> None:
    """Wait until exactly this palette is shown."""
    swatches = page.locator("#static-palette .swatch")
    expect(swatches.locator("code")).to_have_text([s.hex for s in palette.swatches])
    expect(swatches.locator(".swatch-share")).to_have_text(
        [percent(swatch.share) for swatch in palette.swatches]
    )
    fills = swatches.locator("rect").evaluate_all("all => all.map(one => one.getAttribute('fill'))")
    assert fills == [swatch.hex for swatch in palette.swatches]


def test_the_form_gives_a_palette(plain: Shown, folder: Path) -> None:
    submit(plain.page, folder / "photo.png")
    expect_palette(plain.page, extracted(folder / "photo.png"))


def test_the_form_follows_its_options_and_keeps_them(plain: Shown, folder: Path) -> None:
    plain.choose("colors", "6")
    plain.choose("order", "hue")
    plain.choose("ignore", "white")
    plain.choose("min_distance", "20")
    submit(plain.page, folder / "photo.png")
    palette = extracted(
        *(folder / "photo.png", "-n", "6", "--order", "hue", "--ignore", "white"),
        *("--min-distance", "20"),
    )
    expect_palette(plain.page, palette)
    expect(plain.control("colors")).to_have_value("6")
    expect(plain.control("order")).to_have_value("hue")
    expect(plain.control("min_distance")).to_have_value("20")
    expect(plain.page.get_by_label("White (paper)", exact=True)).to_be_checked()


def test_the_form_can_let_the_picture_decide_the_number(plain: Shown, folder: Path) -> None:
    plain.page.get_by_label("Auto: ").check()
    submit(plain.page, folder / "photo.png")
    expect_palette(plain.page, extracted(folder / "photo.png", "-n", "auto"))
    expect(plain.page.get_by_label("Auto: ")).to_be_checked()


def test_the_form_gives_every_format(plain: Shown, folder: Path) -> None:
    submit(plain.page, folder / "photo.png")
    plain.page.get_by_text(re.compile("formats$")).click()
    for name, expected in written(folder / "photo.png").items():
        button = plain.page.locator(f"button[formaction='/palettes/{name}']")
        filename, data = plain.downloaded(button.click)
        assert filename == f"photo{FORMATS[name].suffixes[0]}"
        assert data == expected, name


def test_the_form_gives_text_to_copy(plain: Shown, folder: Path) -> None:
    submit(plain.page, folder / "photo.png")
    expect_palette(plain.page, extracted(folder / "photo.png"))
    for summary in plain.page.locator("#static-palette summary").all():
        summary.click()
    shown = plain.page.locator("#static-palette pre").all_inner_texts()
    expected = [written(folder / "photo.png")[notation].decode() for notation in NOTATIONS]
    assert [text.strip() for text in shown] == [text.strip() for text in expected]


def test_a_bad_file_gives_the_page_with_a_sentence(plain: Shown, folder: Path) -> None:
    plain.watch.expect("status of 415")
    submit(plain.page, folder / "text.png")
    expect(plain.page.get_by_role("alert")).to_contain_text(
        "text.png is not a picture this can read"
    )
    submit(plain.page, folder / "flag.png")
    expect_palette(plain.page, extracted(folder / "flag.png"))
