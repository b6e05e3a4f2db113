"""Other browsers: what they lack or forbid is taken away from this one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit

pytestmark = pytest.mark.browser

STRICT = """
    const replace = history.replaceState.bind(history);
    let refused = 0;
    history.replaceState = (...to) => {
        if (refused++ < 2) throw new DOMException("Too many changes", "SecurityError");
        replace(...to);
    };
"""
"""Safari refuses to change the address more than a hundred times in ten seconds."""

OLD = "delete Element.prototype.checkVisibility;"
"""Safari has it from 17.4 on."""


def test_an_address_that_may_not_change_now_changes_later(visit: Visit, folder: Path) -> None:
    shown = visit(init_script=STRICT)
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("[aria-busy=true]")).to_have_count(0)
    shown.page.wait_for_url("**/#name=flag&*")


def test_what_is_in_sight_is_known_without_asking_the_browser(visit: Visit, folder: Path) -> None:
    shown = visit(init_script=OLD)
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    more = shown.page.locator("[data-step='1']")
    more.click()
    shown.expect_palette(extracted(folder / "photo.png", "-n", "11"))
    expect(more).to_be_focused()
    shown.page.get_by_role("button", name="Remove").click()
    expect(shown.page.locator("#choose")).to_be_focused()
