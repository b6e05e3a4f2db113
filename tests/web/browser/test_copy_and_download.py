"""Copy and download: colors, palettes and pictures, as the command line writes them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from palette_engine import formats
from palette_engine.formats import FORMATS
from palette_engine.recoloring.recolor import DITHERS
from palette_engine.web.palette_json import NOTATIONS
from tests.web.browser.command_line import extracted, recolored, written
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser


@pytest.fixture
def taken(shown: Shown, folder: Path) -> Shown:
    """Return the page with the palette of a photo."""
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    return shown


def test_a_color_can_be_copied(taken: Shown, folder: Path) -> None:
    swatch = extracted(folder / "photo.png").swatches[3]
    label = taken.swatches.nth(3).locator(".swatch-hex")
    taken.copy(swatch.hex)
    expect(label).to_have_text("Copied")
    taken.expect_said(f"Copied {swatch.hex}")
    assert taken.clipboard() == swatch.hex
    expect(label).to_have_text(swatch.hex)


def test_all_colors_can_be_copied_in_each_notation(taken: Shown, folder: Path) -> None:
    for notation in NOTATIONS:
        taken.copy_all(notation)
        expected = written(folder / "photo.png")[notation].decode()
        assert taken.clipboard().strip() == expected.strip()


def test_every_format_is_downloaded_as_the_command_line_writes_it(
    taken: Shown, folder: Path
) -> None:
    for name, expected in written(folder / "photo.png").items():
        filename, data = taken.download(name)
        assert filename == f"photo{FORMATS[name].suffixes[0]}"
        assert data == expected, name


def test_a_downloaded_palette_can_be_read(taken: Shown, folder: Path) -> None:
    expected = [swatch.hex for swatch in extracted(folder / "photo.png").swatches]
    for name, row in FORMATS.items():
        if row.dumps and row.loads:
            filename, data = taken.download(name)
            palette = formats.loads(data, filename)
            assert [swatch.hex for swatch in palette.swatches] == expected


def test_a_palette_is_downloaded_under_the_name_it_is_given(taken: Shown) -> None:
    taken.rename("Sunset & <b>Sea</b>")
    filename, data = taken.download("gpl")
    assert re.fullmatch(r'Sunset[^<>:"/\\|?*]+\.gpl', filename)
    assert formats.loads(data).name == "Sunset & <b>Sea</b>"


@pytest.mark.parametrize("dither", DITHERS)
def test_the_recolored_picture_is_that_of_the_command_line(
    taken: Shown, folder: Path, tmp_path: Path, dither: str
) -> None:
    taken.choose("colors", "6")
    taken.expect_palette(extracted(folder / "photo.png", "-n", "6"))
    taken.dither(dither)
    filename, data = taken.download_recolored()
    assert filename.endswith(".png")
    (tmp_path / "page.png").write_bytes(data)
    recolored(folder / "photo.png", tmp_path / "cli.png", "-n", "6", "--dither", dither)
    with Image.open(tmp_path / "page.png") as one, Image.open(tmp_path / "cli.png") as other:
        assert (np.asarray(one.convert("RGBA")) == np.asarray(other.convert("RGBA"))).all()


def test_a_letter_finds_a_format(shown: Shown) -> None:
    titles = shown.page.locator("#format option").all_inner_texts()
    assert not [title for title in titles if title.startswith(("A ", "An "))]
    assert [title for title in titles if title.startswith("Krita")]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_link_can_be_copied(taken: Shown, width: int) -> None:
    taken.page.set_viewport_size({"width": width, "height": 844})
    taken.page.wait_for_url("**/#name=photo&*")
    if width == 390:
        taken.open_export()
    taken.page.get_by_role("button", name="Copy link").click()
    taken.expect_said("Copied the link")
    assert taken.clipboard() == taken.page.url


def test_the_panel_closes_with_escape_and_elsewhere(taken: Shown) -> None:
    panel = taken.page.locator("#take")
    taken.open_export()
    taken.page.get_by_label("Copy all as").focus()
    taken.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(taken.page.get_by_role("button", name="Export")).to_be_focused()
    taken.open_export()
    taken.page.mouse.click(400, 500)
    expect(panel).to_be_hidden()
