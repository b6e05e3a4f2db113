"""Content security: what the browser forbids the page, even if foreign text got into it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

REFUSED = "Content Security Policy"


def test_the_page_can_talk_to_nobody_else(shown: Shown) -> None:
    shown.watch.expect(REFUSED)
    with pytest.raises(Error, match="Failed to fetch"):
        shown.page.evaluate("fetch('http://localhost:9/')")


def test_the_page_shows_no_pictures_from_elsewhere(shown: Shown) -> None:
    shown.watch.expect(REFUSED)
    shown.watch.expect("request: http://localhost:9/")
    shown.page.evaluate(
        """() => new Promise((resolve) => {
            const image = new Image();
            image.onerror = resolve;
            image.src = "http://localhost:9/x.png";
        })"""
    )


@pytest.mark.parametrize(
    "act",
    [
        "document.body.innerHTML = '<i>'",
        "document.body.setAttribute('onclick', 'close()')",
        "document.createElement('script').src = '/assets/app.js'",
        "document.createElement('script').text = 'close()'",
    ],
)
def test_text_becomes_neither_markup_nor_script(shown: Shown, act: str) -> None:
    shown.watch.expect("requires 'Trusted")
    with pytest.raises(Error, match="requires 'Trusted"):
        shown.page.evaluate(f"() => {{ {act}; }}")
