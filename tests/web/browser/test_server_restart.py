"""Server restart: what the page does while its server is stopped, and with the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from palette_engine import measure_shares
from palette_engine.palette.edit import remove_swatch
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown, refusing, visiting
from tests.web.browser.samples import ADDRESS
from tests.web.serving import Server, serving

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Run:
    """The page of a server, and what starts another server at the same address."""

    shown: Shown
    server: Server
    again: Callable[[], object]


@pytest.fixture
def run(browser: Browser) -> Iterator[Run]:
    """Return the page of a server of its own."""
    with ExitStack() as stack:
        server = stack.enter_context(serving())
        shown = stack.enter_context(visiting(browser, server.address))
        port = ("--port", server.host.partition(":")[2])
        yield Run(shown, server, lambda: stack.enter_context(serving(port=port)))


def stop(run: Run) -> None:
    run.shown.watch.expect("ERR_CONNECTION_REFUSED")
    run.server.stop()


def try_again(run: Run) -> None:
    run.shown.page.get_by_role("button", name="Try again").click()


def test_what_could_not_be_downloaded_does_not_come_later_unasked(run: Run) -> None:
    downloads: list[object] = []
    run.shown.page.on("download", lambda download: downloads.append(download))
    run.shown.page.goto(run.shown.page.url + ADDRESS)
    run.shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    stop(run)
    run.shown.open_export()
    run.shown.page.get_by_role("button", name="Download", exact=True).click()
    run.shown.expect_problem("palette-engine serve")
    run.shown.expect_problem("nothing was downloaded")
    try_again(run)
    run.shown.expect_problem("palette-engine serve")
    run.again()
    run.shown.expect_said("The server is back")
    run.shown.expect_no_problem()
    run.shown.watch.expect("status of 403")
    name, _ = run.shown.download("gpl")
    assert name.startswith("Sunset.")
    assert len(downloads) == 1


def test_the_page_goes_on_by_itself_when_the_server_is_back(run: Run, folder: Path) -> None:
    photo = folder / "photo.png"
    run.shown.drop(photo)
    run.shown.expect_palette(extracted(photo))
    expect(run.shown.page.locator("#recolored")).to_be_visible()
    stop(run)
    run.shown.choose("colors", "7")
    run.shown.expect_problem("palette-engine serve")
    expect(run.shown.page.locator("#palette-title")).to_have_text(
        "10 colors, as before: the server has stopped"
    )
    run.shown.watch.expect("status of 403")
    run.shown.watch.expect("status of 410")
    run.again()
    run.shown.expect_palette(extracted(photo, "-n", "7"))
    run.shown.expect_no_problem()


def test_a_palette_changed_by_hand_outlives_its_server(run: Run, folder: Path) -> None:
    photo = folder / "photo.png"
    run.shown.drop(photo)
    run.shown.expect_palette(extracted(photo))
    expect(run.shown.page.locator("#recolored")).to_be_visible()
    run.shown.swatches.nth(2).locator("button").focus()
    run.shown.page.keyboard.press("Delete")
    left = measure_shares(remove_swatch(extracted(photo), 2), photo)
    run.shown.expect_palette(left)
    expect(run.shown.page.locator("[aria-busy=true]")).to_have_count(0)
    # Where the color is may be asked for at any time, also while the server stops.
    run.shown.watch.allow("ERR_CONNECTION_REFUSED")
    run.shown.watch.allow(r"status of 50[03] .*/map\?")
    run.server.stop()
    run.shown.watch.expect("status of 403")
    run.shown.watch.expect("status of 410")
    run.again()
    run.shown.page.keyboard.press("Delete")
    run.shown.expect_palette(measure_shares(remove_swatch(left, 2), photo))
    run.shown.expect_no_problem()


def test_the_address_that_could_not_be_read_is_read_later(run: Run) -> None:
    stop(run)
    run.shown.page.evaluate("hash => { location.hash = hash; }", ADDRESS)
    run.shown.expect_problem("palette-engine serve")
    run.shown.watch.expect("status of 403")
    run.again()
    run.shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    run.shown.expect_no_problem()


def test_a_server_that_was_started_again_gets_the_pictures_again(run: Run, folder: Path) -> None:
    photo = folder / "photo.png"
    run.shown.drop(photo)
    run.shown.expect_palette(extracted(photo))
    expect(run.shown.page.locator("#recolored")).to_be_visible()
    run.server.stop()
    run.again()
    run.shown.watch.expect("status of 403")
    run.shown.watch.expect("status of 410")
    run.shown.choose("colors", "4")
    run.shown.expect_palette(extracted(photo, "-n", "4"))
    run.shown.expect_no_problem()


def test_a_picture_that_the_server_does_not_take_again_is_not_asked_for(
    shown: Shown, server: Server, folder: Path
) -> None:
    shown.watch.expect("status of 410")
    shown.watch.expect("status of 500")
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url))
    with shown.page.expect_response("**/recolored?*") as response:
        shown.drop(folder / "photo.png")
    picture = response.value.url.split("/")[4]
    assert server.post(f"/pictures/{picture}/forget").status == 204
    shown.page.route("**/pictures?*", refusing("There is no room."))
    shown.page.get_by_role("button", name="Download recolored picture").click()
    shown.expect_problem("There is no room.")
    shown.expect_text("drop it again")
    assert all(f"/{picture}/" in url for url in asked if "/pictures/" in url)


def test_a_page_that_the_server_does_not_know_can_be_loaded_again(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 403")
    shown.page.route("**/pictures?*", refusing("No.", 403))
    shown.drop(folder / "flag.png")
    shown.expect_problem("load it again")
    with shown.page.expect_navigation():
        shown.page.get_by_role("button", name="Load again").click()
