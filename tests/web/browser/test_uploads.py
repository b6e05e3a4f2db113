"""Uploads: how far they are, over a slow connection, and what ends them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.patience import PATIENCE, wait_for
from tests.sample_pictures import encoded, noise
from tests.web.browser.page import visiting
from tests.web.limited import limited

pytestmark = pytest.mark.browser

SLOW = 100_000
"""Bytes that are sent in a second."""


def test_an_upload_says_how_far_it_is_and_ends_when_it_is_removed(
    browser: Browser, folder: Path
) -> None:
    data = encoded(Image.fromarray(noise(3, 1000, 1000)), "PNG")
    (folder / "noise.png").write_bytes(data)
    flag = (folder / "flag.png").read_bytes()
    # There is room for one upload, and none ends because it takes long.
    long, size = 10 * PATIENCE, len(data)
    limits = limited(bytes=size, held=size, receiving=long, idle=long)
    with limits as server, visiting(browser, server.address) as shown:
        network = shown.page.context.new_cdp_session(shown.page)
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", {"offline": False, **speed})
        shown.drop(folder / "noise.png")
        title = shown.page.locator("#palette-title")
        expect(title).to_have_text(re.compile(r"^Sending… [1-9]\d?%$"))
        first = title.inner_text()
        expect(title).not_to_have_text(first)
        assert server.take(flag).json()["reason"] == "too-many"
        shown.page.get_by_role("button", name="Remove noise.png").click()
        wait_for(lambda: server.take(flag).status == 201)
        expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()
        shown.expect_no_problem()
