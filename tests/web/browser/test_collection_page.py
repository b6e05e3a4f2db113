"""The page of a collection, in a browser: in the look of the other page, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from palette_engine.collections.table import write_table
from tests.readers.programs import Programs
from tests.web.browser.chromium import axe
from tests.web.browser.page import Shown, visiting
from tests.web.browser.reflow import faults, space_text
from tests.web.browser.test_scripts import styled
from tests.web.browser.test_states import ENLARGED, complaints
from tests.web.serving import Server, serving
from tests.web.test_collection import row

pytestmark = pytest.mark.browser

SEARCHES = {
    "all": "",
    "found": "?color=e6194b",
    "alike": "?like=1",
    "nothing": "?color=ffff00&within=1",
    "wrong": "?color=redd",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a collection of 70 pictures, one of which is there, with long names."""
    folder = tmp_path_factory.mktemp("collection")
    Image.new("RGB", (300, 150), "#e6194b").save(folder / "red.png")
    rows = [
        row(f"{folder}/red.png", "#e6194b", "#0b57d0", 0.9, red=0.9, blue=0.1),
        row(f"{'long' * 30}.png", "#e6194b", "#0b57d0", 0.4, red=0.4, blue=0.6),
        *(row(f"{number}.png", "#228b22", "#ffffff", 0.5, green=0.5) for number in range(68)),
    ]
    write_table(rows, folder / "pictures.csv")
    with serving("--collection", str(folder / "pictures.csv")) as running:
        yield running


@pytest.fixture(params=SEARCHES)
def found(request: pytest.FixtureRequest, browser: Browser, served: Server) -> Iterator[Shown]:
    """Return the page of each search."""
    home = served.address.removesuffix("/collection")
    path = f"/collection{SEARCHES[request.param]}"
    with visiting(browser, home, path, reduced_motion="reduce") as shown:
        if request.param == "wrong":
            shown.watch.expect("status of 400")
        yield shown


def test_nothing_is_lost_and_axe_finds_nothing(found: Shown) -> None:
    found.page.evaluate(axe())
    for is_spaced in (False, True):
        space_text(found.page, is_spaced)
        for width, height in ENLARGED.values():
            found.page.set_viewport_size({"width": width, "height": height})
            assert faults(found.page) == []
    for theme in ("light", "dark"):
        found.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert complaints(found) == []


def test_a_search_is_made_without_javascript(browser: Browser, served: Server) -> None:
    home = served.address.removesuffix("/collection")
    with visiting(browser, home, "/collection", java_script_enabled=False) as shown:
        page = shown.page
        page.get_by_label("Colors").fill("#e6194b")
        page.get_by_label("Within").fill("2")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("status")).to_have_text("2 of 70 pictures")
        page.get_by_role("link", name="Like this: long").click()
        expect(page.get_by_role("listitem").first).to_contain_text("ΔE 0.0")
        page.get_by_role("link", name="Clear").click()
        expect(page.get_by_role("status")).to_have_text("70 pictures")
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_role("listitem")).to_have_count(10)


def test_the_markup_is_sound(served: Server, programs: Programs, tmp_path: Path) -> None:
    folder = programs.folder / tmp_path.name
    folder.mkdir()
    for name, query in SEARCHES.items():
        (folder / f"{name}.html").write_bytes(served.request("GET", f"/collection{query}").body)
    done = styled(programs, *folder.iterdir())
    assert done.returncode == 0, done.stdout + done.stderr
