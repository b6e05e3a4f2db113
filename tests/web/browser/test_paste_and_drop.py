"""Paste and drop: text, links and many unusable files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from palette_engine.formats import dumps, loads
from tests.web.browser.command_line import extracted
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
    shown.expect_problem("takes nothing from the internet")


def test_many_bad_files_are_one_notice(shown: Shown, folder: Path) -> None:
    names = [f"empty{number}.png" for number in range(9)]
    for name in names:
        (folder / name).touch()
    shown.drop(*(folder / name for name in names))
    shown.expect_problem("9 files could not be used")
    shown.expect_said("9 files could not be used")
    shown.expect_problem(
        "empty0.png, empty1.png, empty2.png, empty3.png, empty4.png and 4 more are"
    )
    shown.page.get_by_role("button", name="Dismiss: 9 files").click()
    shown.expect_no_problem()
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_focused()
    shown.drop(folder / names[0])
    expect(shown.page.get_by_role("button", name=f"Dismiss: {names[0]}")).to_be_visible()


def test_sixty_bad_files_are_as_small_a_notice_inside_the_zone(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 415")
    names = [f"text{number}.png" for number in range(60)]
    for name in names:
        (folder / name).write_bytes(b"This is no picture.\n")
    shown.page.set_viewport_size({"width": 844, "height": 390})
    shown.drop(*(folder / name for name in names), folder / "empty.png")
    shown.expect_problem("61 files could not be used")
    shown.expect_problem("55 more are no pictures that this page reads; save them as PNG.")
    notice = shown.page.locator("#welcome .notice")
    box = notice.bounding_box()
    assert box
    assert box["height"] < 200


def test_pasted_colors_are_a_palette(shown: Shown) -> None:
    shown.page.evaluate("navigator.clipboard.writeText('#e6194b, rgb(1, 2, 3) white')")
    shown.page.keyboard.press("Control+v")
    shown.expect_hexes(["#e6194b", "#010203"])


def test_pasted_text_without_colors_is_said(shown: Shown) -> None:
    shown.watch.expect("status of 415")
    shown.page.evaluate("navigator.clipboard.writeText('nothing of the kind')")
    shown.page.keyboard.press("Control+v")
    shown.expect_problem("Pasted colors")


def test_palette_files_are_opened_beside_pictures(shown: Shown, folder: Path) -> None:
    palette = extracted(folder / "flag.png")
    (folder / "brand.gpl").write_bytes(dumps(palette, "gpl"))
    shown.drop(folder / "brand.gpl")
    shown.expect_hexes([swatch.hex for swatch in palette.swatches])
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.switch_to("brand.gpl")
    shown.expect_hexes([swatch.hex for swatch in palette.swatches])
    name, data = shown.download("ase")
    assert name.endswith(".ase")
    assert [swatch.color for swatch in loads(data).swatches] == [
        swatch.color for swatch in palette.swatches
    ]


@pytest.mark.parametrize("content", [b"GIMP Palette\n", b""])
def test_a_palette_file_without_colors_is_refused(
    shown: Shown, folder: Path, content: bytes
) -> None:
    if content:
        shown.watch.expect("status of 422")
    (folder / "none.gpl").write_bytes(content)
    shown.drop(folder / "none.gpl")
    shown.expect_problem("none.gpl")
    shown.expect_hexes([])


@pytest.mark.parametrize(
    ("name", "start", "sentence"),
    [
        ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        ("paper.pdf", b"%PDF-1.7\n", "PDF"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ],
)
def test_what_only_the_command_line_reads_has_its_own_sentence(
    shown: Shown, folder: Path, name: str, start: bytes, sentence: str
) -> None:
    shown.watch.expect("status of 4")
    (folder / name).write_bytes(start)
    shown.drop(folder / name)
    shown.expect_problem(f"{name} is {sentence}, which only the command line reads")


def test_the_same_file_is_opened_once(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_pictures(["flag.png", "window.png"])
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.expect_pictures(["flag.png", "window.png"])
