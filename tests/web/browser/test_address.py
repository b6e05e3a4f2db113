"""The address: it holds the palette, and gives it back without the picture."""

from __future__ import annotations

import re
from math import floor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from palette_engine import formats
from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown
from tests.web.browser.samples import ADDRESS

pytestmark = pytest.mark.browser

BROKEN = {
    "no color": "#name=Sunset&colors=reddish-e6194b",
    "one digit too few": "#colors=e6194",
    "no colors": "#name=Sunset",
    "no value": "#colors=",
    "bad escapes": "#name=%E0%A4%A&colors=%",
    "something else": "#main",
}


def fields(shown: Shown) -> dict[str, list[str]]:
    """Return what the address says after its number sign."""
    return parse_qs(urlsplit(shown.page.url).fragment, keep_blank_values=True)


def test_the_address_names_the_colors_and_their_shares(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    palette = extracted(folder / "photo.png")
    shown.expect_palette(palette)
    found = fields(shown)
    assert found["name"] == ["photo"]
    assert found["colors"] == ["-".join(swatch.hex[1:] for swatch in palette.swatches)]
    millionths = [floor(swatch.share * 1_000_000) for swatch in palette.swatches]
    assert found["shares"] == ["-".join(map(str, millionths))]


def test_the_name_that_a_palette_is_given_stays(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    shown.rename("Liftoff")
    shown.choose("colors", "4")
    shown.expect_palette(extracted(folder / "photo.png", "-n", "4"))
    shown.page.wait_for_url("**/#name=Liftoff&*")
    expect(shown.page).to_have_title(re.compile("Liftoff"))
    assert fields(shown)["colors"][0].count("-") == 3


def test_a_shared_address_shows_the_palette_to_somebody_else(
    shown: Shown, visit: Visit, folder: Path
) -> None:
    shown.drop(folder / "photo.png")
    shown.choose("names", "xkcd")
    palette = extracted(folder / "photo.png", "--names", "xkcd")
    shown.expect_palette(palette)
    other = visit(f"#{urlsplit(shown.page.url).fragment}")
    other.expect_palette(palette)


def test_a_palette_survives_a_reload(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    shown.page.reload()
    shown.expect_palette(extracted(folder / "photo.png"))


def test_an_address_gives_names_and_shares(visit: Visit) -> None:
    shown = visit(ADDRESS)
    shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    shown.expect_shares(["50.0%", "43.8%", "6.2%"])
    shown.expect_names(["Cherry red", "", "Ink"])


def test_a_palette_without_a_picture_can_be_copied_and_downloaded(visit: Visit) -> None:
    shown = visit(ADDRESS)
    shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    shown.copy_all("hex")
    assert shown.clipboard().split() == ["#e6194b", "#ffffff", "#000009"]
    filename, data = shown.download("json")
    assert filename == "Sunset.json"
    palette = formats.loads(data)
    assert [(s.hex, s.share, s.name) for s in palette.swatches] == [
        ("#e6194b", 0.5, "Cherry red"),
        ("#ffffff", 0.4375, ""),
        ("#000009", 0.0625, "Ink"),
    ]


def test_a_picture_can_be_dropped_on_a_palette_from_an_address(visit: Visit, folder: Path) -> None:
    shown = visit(ADDRESS)
    shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))


def test_colors_alone_are_enough_for_an_address(visit: Visit) -> None:
    shown = visit("#colors=E6194B-ffffff")
    shown.expect_hexes(["#e6194b", "#ffffff"])
    shown.expect_shares(["", ""])


def test_another_address_shows_another_palette(visit: Visit) -> None:
    shown = visit("#colors=e6194b-ffffff")
    shown.expect_hexes(["#e6194b", "#ffffff"])
    shown.page.evaluate("location.hash = '#colors=123456'")
    shown.expect_hexes(["#123456"])
    shown.page.go_back()
    shown.expect_hexes(["#e6194b", "#ffffff"])


@pytest.mark.parametrize("address", BROKEN.values(), ids=BROKEN)
def test_after_a_broken_address_the_page_works(visit: Visit, folder: Path, address: str) -> None:
    shown = visit(address)
    shown.expect_hexes([])
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))


def test_an_address_with_too_many_colors_is_refused(visit: Visit) -> None:
    shown = visit(f"#colors={'-'.join(['e6194b'] * 100_000)}")
    shown.watch.expect("status of 413")
    shown.expect_problem("fewer colors")
    shown.expect_hexes([])


def test_what_is_in_an_address_is_text_and_nothing_else(visit: Visit) -> None:
    evil = "%3Cimg%20src=x%20onerror=alert(1)%3E"
    shown = visit(f"#name={evil}&colors=e6194b&names={evil}")
    shown.expect_names(["<img src=x onerror=alert(1)>"])
    assert shown.page.locator("img[src=x]").count() == 0


def test_a_broken_address_gives_way_to_the_palette_that_is_shown(
    shown: Shown, folder: Path
) -> None:
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.wait_for_url("**/#name=flag&*")
    shown.page.evaluate("location.hash = '#colors=zz'")
    shown.expect_problem("zz")
    shown.page.wait_for_url("**/#name=flag&*")
    shown.page.go_back()
    expect(shown.page.locator("#original")).to_be_visible()
    shown.expect_palette(extracted(folder / "flag.png"))
