"""Memory: what is held for a hundred pictures is let go of when they are removed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Response, expect

from tests.sample_pictures import noise
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown
from tests.web.serving import Server

pytestmark = pytest.mark.browser

COUNT = 100

SCRIPTS = 4e6
"""Bytes that may stay, for the palettes of pictures that can be brought back."""

NODES = 200
"""Nodes of the document that may stay."""

COUNTING = """
const urls = new Set(), bitmaps = [];
const {createObjectURL, revokeObjectURL} = URL, decode = createImageBitmap;
window.held = () => [urls.size, bitmaps.filter(({width}) => width).length];
URL.createObjectURL = (blob) => {
    const url = createObjectURL.call(URL, blob);
    urls.add(url);
    return url;
};
URL.revokeObjectURL = (url) => {
    urls.delete(url);
    revokeObjectURL.call(URL, url);
};
window.createImageBitmap = async (...how) => {
    const bitmap = await decode(...how);
    bitmaps.push(bitmap);
    return bitmap;
};
"""


@dataclass(frozen=True)
class Held:
    """What a page holds: addresses of blobs, decoded pictures, bytes of scripts, and nodes."""

    urls: int
    bitmaps: int
    scripts: float
    nodes: int

    @classmethod
    def by(cls, shown: Shown) -> Held:
        session = shown.page.context.new_cdp_session(shown.page)
        session.send("HeapProfiler.collectGarbage")
        urls, bitmaps = shown.page.evaluate("held()")
        scripts = session.send("Runtime.getHeapUsage")["usedSize"]
        nodes = session.send("Memory.getDOMCounters")["nodes"]
        session.detach()
        return cls(urls, bitmaps, scripts, nodes)


def remove_all(shown: Shown) -> None:
    shown.page.get_by_role("button", name="Remove all").click()
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()


def test_a_hundred_pictures_are_let_go_of_when_they_are_removed(
    visit: Visit, server: Server, folder: Path
) -> None:
    shown = visit(init_script=COUNTING)
    names = [f"held{number}.png" for number in range(COUNT)]
    for number, name in enumerate(names):
        Image.fromarray(noise(3, 30, 40 + number)).save(folder / name)
    # What is made once, such as code, is there before.
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_pictures(["flag.png", "window.png"])
    remove_all(shown)
    before = Held.by(shown)
    assert (before.urls, before.bitmaps) == (0, 0)

    sent: list[Response] = []
    shown.page.on("response", lambda answer: sent.append(answer) if answer.status == 201 else None)
    shown.drop(*(folder / name for name in names))
    shown.expect_pictures(names)
    thumbnails = shown.page.locator("#strip .thumbnail-colors[style*=gradient]")
    expect(thumbnails).to_have_count(COUNT)
    shown.page.wait_for_function("(count) => held()[1] >= count", arg=COUNT)
    for name in names[::20]:
        shown.switch_to(name)
        shown.swatches.first.hover()
    during = Held.by(shown)
    assert during.urls >= COUNT
    keys = [answer.json()["picture"] for answer in sent]
    assert len({*keys}) == COUNT

    remove_all(shown)
    after = Held.by(shown)
    assert (after.urls, after.bitmaps) == (0, 0)
    assert after.scripts < before.scripts + SCRIPTS
    assert after.nodes < before.nodes + NODES
    for key in keys:
        reply = server.post(f"/pictures/{key}/palette")
        assert (reply.status, reply.json()["reason"]) == (410, "forgotten")
