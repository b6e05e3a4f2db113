"""Paste and drop: text, links and many unusable files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser


def test_a_copied_text_is_pasted_although_there_is_a_picture_of_it(shown: Shown) -> None:
    prevented = """(id) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File(["x"], "x.png", {type: "image/png"}));
        clipboardData.items.add("#e6194b", "text/plain");
        const paste = new ClipboardEvent(
            "paste", {clipboardData, bubbles: true, cancelable: true});
        return !document.querySelector(id).dispatchEvent(paste);
    }"""
    assert not shown.page.evaluate(prevented, "[name=keep]")
    shown.watch.expect("status of 415")
    assert shown.page.evaluate(prevented, "main")
    shown.expect_problem("x.png")


def test_a_dropped_link_does_not_leave_the_page(shown: Shown) -> None:
    shown.page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add("https://example.org/", "text/uri-list");
            const options = {dataTransfer, bubbles: true, cancelable: true};
            window.left = ["dragover", "drop"].filter((kind) =>
                document.querySelector("main").dispatchEvent(new DragEvent(kind, options)));
        }"""
    )
    assert shown.page.evaluate("left") == []
    shown.expect_problem("Drop a file")


def test_many_bad_files_are_one_notice(shown: Shown, folder: Path) -> None:
    names = [f"empty{number}.png" for number in range(9)]
    for name in names:
        (folder / name).touch()
    shown.drop(*(folder / name for name in names))
    shown.expect_problem("9 files could not be used")
    shown.expect_said("9 files could not be used")
    for name in names:
        shown.expect_problem(f"{name} is empty")
    shown.page.get_by_role("button", name="Dismiss: 9 files").click()
    shown.expect_no_problem()
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_focused()
    shown.drop(folder / names[0])
    expect(shown.page.get_by_role("button", name=f"Dismiss: {names[0]}")).to_be_visible()
