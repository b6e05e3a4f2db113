"""Error messages: what cannot be used is said in a sentence, and the page works on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from palette_engine.web.limits import Limits
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown, visiting
from tests.web.serving import Server, serving

pytestmark = pytest.mark.browser

UPLOADS = Limits().uploads


@contextmanager
def unfinished(server: Server) -> Iterator[None]:
    """Begin to send a picture, which the server waits for, and go away in the end."""
    host, port = server.host.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"POST /pictures?name=slow.png HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Origin: http://{server.host}\r\nX-Palette-Token: {server.token}\r\n"
            "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        assert b" 100 " in connection.recv(1000)
        yield


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("text.png", 415, "text.png is not a picture this can read"),
        ("empty.png", None, "empty.png is empty"),
        ("bomb.png", 413, "30,000 x 30,000 pixels"),
        ("transparent.png", 422, "transparent"),
    ],
)
def test_what_is_no_picture_to_use_is_refused_in_a_sentence(
    shown: Shown, folder: Path, name: str, status: int | None, sentence: str
) -> None:
    if status:
        shown.watch.expect(f"status of {status}")
    shown.drop(folder / name)
    shown.expect_problem(sentence)
    shown.expect_hexes([])
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))


def test_a_file_that_is_too_large_is_not_even_sent(shown: Shown, folder: Path) -> None:
    large = folder / "large.png"
    with large.open("wb") as file:
        file.truncate(100 * 2**20)
    sent: list[str] = []
    shown.page.on("request", lambda request: sent.append(request.method))
    shown.drop(large)
    shown.expect_problem("large.png")
    shown.expect_problem("64 MB")
    assert "POST" not in sent


def test_a_picture_that_was_forgotten_is_sent_again_by_itself(
    shown: Shown, server: Server, folder: Path
) -> None:
    shown.watch.expect("status of 410")
    with shown.page.expect_request("**/pictures/*/recolored?*") as request:
        shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    picture = request.value.url.split("/")[4]
    assert server.post(f"/pictures/{picture}/forget").status == 204
    shown.choose("colors", "4")
    shown.expect_palette(extracted(folder / "photo.png", "-n", "4"))


def test_a_server_that_forgets_at_once_is_not_sent_the_picture_without_end(
    browser: Browser, folder: Path
) -> None:
    with (
        serving("--forget-after", "0.00001") as server,
        visiting(browser, server.address) as shown,
    ):
        shown.watch.expect("status of 410")
        sent = []
        shown.page.on("request", lambda request: sent.append(request.url))
        shown.drop(folder / "photo.png")
        expect(shown.page.locator("#picture-note")).to_contain_text("drop it again")
        assert sum("/pictures?" in url for url in sent) == 2


def test_the_page_waits_until_a_busy_server_has_room(
    shown: Shown, server: Server, folder: Path
) -> None:
    shown.watch.expect("status of 429")
    with ExitStack() as stack:
        for _ in range(UPLOADS):
            stack.enter_context(unfinished(server))
        with shown.page.expect_response(lambda response: response.status == 429):
            shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))


def test_a_server_that_was_stopped_is_told_from_a_bad_picture(
    browser: Browser, folder: Path
) -> None:
    with serving() as server, visiting(browser, server.address) as shown:
        shown.drop(folder / "photo.png")
        shown.expect_palette(extracted(folder / "photo.png"))
        shown.watch.expect("ERR_CONNECTION_REFUSED")
        server.stop()
        shown.choose("colors", "4")
        shown.expect_problem("palette-engine serve")
        shown.expect_palette(extracted(folder / "photo.png"))


def test_a_page_of_an_earlier_run_goes_on(browser: Browser, folder: Path) -> None:
    with serving() as server, visiting(browser, server.address) as shown:
        # Chromium asks for it some time after the page is there, also while no server is.
        shown.watch.allow(r"ERR_CONNECTION_REFUSED \(.*/assets/icon\.svg\)")
        server.stop()
        with serving("--port", server.host.partition(":")[2]):
            shown.watch.expect("status of 403")
            shown.drop(folder / "flag.png")
            shown.expect_palette(extracted(folder / "flag.png"))
