"""Matches: two palettes side by side, as `palette-engine show` compares them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from palette_engine.formats import loads
from palette_engine.palette.comparison import Comparison, compared
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

BRAND = b"GIMP Palette\nName: Brand\n#\n230 25 75\tCherry\n0 0 120\tNavy\n9 90 9\tForest\n"


@pytest.fixture
def brand(folder: Path) -> Path:
    """Return a palette file with a color of the flag, one that is near, and one that is not."""
    path = folder / "brand.gpl"
    path.write_bytes(BRAND)
    return path


def rows_of(comparison: Comparison) -> list[list[str]]:
    """Return what the table says of a comparison."""
    rows = []
    for match in comparison.matches:
        cells = []
        for palette, index in (
            (comparison.first, match.first),
            (comparison.second, match.second),
        ):
            swatch = None if index is None else palette.swatches[index]
            cells.append(f"{swatch.hex}{swatch.name}" if swatch else "–")
        moved = f", ΔE {match.distance:.1f}" if match.change == "moved" else ""
        rows.append([*cells, match.change + moved])
    return rows


def expect_rows(shown: Shown, comparison: Comparison) -> None:
    expected = rows_of(comparison)
    rows: Locator = shown.page.locator("#matches-table tbody tr")
    expect(rows.locator("td")).to_have_text([text for row in expected for text in row])
    expect(rows).to_have_count(len(expected))
    expect(shown.page.locator("#matches-measures")).to_contain_text(
        f"Minimum color difference ΔE {comparison.minimum_difference:.1f}, "
        f"DCCW {comparison.dccw:.1f}"
    )


def test_two_palettes_stand_side_by_side(shown: Shown, folder: Path, brand: Path) -> None:
    flag, photo = (extracted(folder / name) for name in ("flag.png", "photo.png"))
    file = loads(BRAND, "brand.gpl")
    shown.drop(folder / "flag.png")
    shown.expect_palette(flag)
    shown.page.get_by_role("tab", name="Compare").click()
    shown.expect_text("Open another picture or palette file")
    shown.drop(brand)
    shown.expect_hexes([swatch.hex for swatch in file.swatches])
    expect_rows(shown, compared(file, flag))
    shown.expect_text("1 same, 1 moved, 1 gone, 1 new")
    shown.switch_to("flag.png")
    expect_rows(shown, compared(flag, file))
    shown.drop(folder / "photo.png")
    shown.expect_palette(photo)
    expect_rows(shown, compared(photo, flag))
    shown.page.get_by_label("Compare with").select_option("brand.gpl")
    expect_rows(shown, compared(photo, file))


def test_the_comparison_follows_the_palette(shown: Shown, folder: Path, brand: Path) -> None:
    shown.drop(brand, folder / "flag.png")
    flag = extracted(folder / "flag.png")
    shown.switch_to("flag.png")
    shown.expect_palette(flag)
    shown.page.get_by_role("tab", name="Compare").click()
    expect_rows(shown, compared(flag, loads(BRAND, "brand.gpl")))
    shown.swatches.nth(0).locator("button").focus()
    shown.page.keyboard.press("Delete")
    expect(shown.page.locator("#matches-note")).to_have_text("1 moved, 1 gone, 2 new")
