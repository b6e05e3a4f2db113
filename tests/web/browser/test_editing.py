"""Editing: palettes changed by hand, as the engine does it, and undone; by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from palette_engine import extract, measure_shares
from palette_engine.palette.edit import (
    merge_swatches,
    move_swatch,
    nudge_color,
    remove_swatch,
    rename_swatch,
    replace_color,
)
from palette_engine.palette.value import Palette
from tests.web.browser.command_line import extracted
from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown
from tests.web.browser.samples import ADDRESS

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(shown: Shown, folder: Path) -> Path:
    """Return a picture that the page shows, with ten colors."""
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    return folder / "photo.png"


def hexes(palette: Palette) -> Sequence[str]:
    return [swatch.hex for swatch in palette.swatches]


def test_a_deleted_color_is_gone_and_the_number_follows(shown: Shown, photo: Path) -> None:
    edited = measure_shares(remove_swatch(extracted(photo), 3), photo)
    shown.swatches.nth(3).locator("button").focus()
    shown.page.keyboard.press("Delete")
    shown.expect_palette(edited)
    expect(shown.control("colors")).to_have_value("9")
    expect(shown.swatches.nth(3).locator("button")).to_be_focused()
    shown.expect_said(f"Deleted {hexes(extracted(photo))[3]}")


def test_a_replaced_color_is_locked_and_the_rest_stays(shown: Shown, photo: Path) -> None:
    edited = measure_shares(replace_color(extracted(photo), 2, "#ff0000"), photo)
    shown.swatches.nth(2).locator("button").focus()
    shown.page.keyboard.press("e")
    shown.page.keyboard.type("red")
    shown.page.keyboard.press("Enter")
    shown.expect_palette(edited)
    shown.expect_locked(["#ff0000"])
    expect(shown.control("keep")).to_have_value("#ff0000")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("More lightness", {"lightness": 0.02}),
        ("Less lightness", {"lightness": -0.02}),
        ("More chroma", {"chroma": 0.01}),
        ("Less hue", {"hue": -5.0}),
    ],
)
def test_a_color_is_nudged(shown: Shown, photo: Path, name: str, step: dict[str, float]) -> None:
    edited = measure_shares(nudge_color(extracted(photo), 0, **step), photo)
    shown.swatches.nth(0).locator("button").click()
    shown.page.get_by_role("button", name="Edit #").click()
    shown.page.get_by_role("button", name=name).click()
    shown.expect_palette(edited)


def test_two_colors_are_merged_by_keys(shown: Shown, photo: Path) -> None:
    edited = measure_shares(merge_swatches(extracted(photo), 1, 2), photo)
    shown.swatches.nth(1).locator("button").focus()
    for key in ("m", "ArrowRight", "Enter"):
        shown.page.keyboard.press(key)
    shown.expect_palette(edited)


def test_two_colors_are_merged_with_the_mouse(shown: Shown, photo: Path) -> None:
    edited = measure_shares(merge_swatches(extracted(photo), 0, 4), photo)
    shown.swatches.nth(0).locator("button").click()
    shown.page.get_by_role("button", name="Edit #").click()
    shown.page.get_by_role("button", name="Merge with").click()
    shown.swatches.nth(4).locator("button").click()
    shown.expect_palette(edited)


def test_a_color_is_moved_by_keys_with_its_focus(shown: Shown, photo: Path) -> None:
    moved = hexes(move_swatch(extracted(photo), 0, 1))
    shown.swatches.nth(0).locator("button").focus()
    shown.page.keyboard.press("Alt+ArrowRight")
    shown.expect_hexes(moved)
    expect(shown.swatches.nth(1).locator("button")).to_be_focused()
    shown.page.keyboard.press("Alt+ArrowLeft")
    shown.expect_hexes(hexes(extracted(photo)))


def drag(shown: Shown, start: int, end: int, part: float) -> None:
    """Drag a swatch over another one, up to a part of the latter's width, and hold it there."""
    boxes = [shown.swatches.nth(index).bounding_box() for index in (start, end)]
    assert boxes[0]
    assert boxes[1]
    y = boxes[0]["y"] + boxes[0]["height"] / 2
    shown.page.mouse.move(boxes[0]["x"] + boxes[0]["width"] / 2, y)
    shown.page.mouse.down()
    shown.page.mouse.move(boxes[1]["x"] + boxes[1]["width"] * part, y, steps=5)


@pytest.mark.parametrize(
    ("start", "end", "part", "to"),
    [(7, 2, 0.1, 2), (7, 2, 0.9, 3), (2, 7, 0.1, 6), (2, 7, 0.9, 7), (0, 9, 0.9, 9)],
)
def test_a_color_is_dragged_into_its_place(
    shown: Shown, photo: Path, start: int, end: int, part: float, to: int
) -> None:
    drag(shown, start, end, part)
    expect(shown.swatches.nth(end)).to_have_class(re.compile("before" if part < 0.5 else "after"))
    shown.page.mouse.up()
    shown.expect_hexes(hexes(move_swatch(extracted(photo), start, to)))


@pytest.mark.parametrize(("start", "end"), [(7, 2), (2, 7)])
def test_a_color_that_is_dragged_onto_another_is_merged_with_it(
    shown: Shown, photo: Path, start: int, end: int
) -> None:
    drag(shown, start, end, 0.5)
    expect(shown.page.locator("#swatches > .merge")).to_have_count(1)
    expect(shown.swatches.nth(end)).to_have_class(re.compile("merge"))
    shown.page.mouse.up()
    shown.expect_palette(measure_shares(merge_swatches(extracted(photo), end, start), photo))
    expect(shown.page.locator("#swatches > .merge")).to_have_count(0)


@pytest.mark.parametrize(("end", "part"), [(4, 0.5), (5, 0.1), (3, 0.9)])
def test_a_color_that_is_dropped_where_it_was_stays(
    shown: Shown, photo: Path, end: int, part: float
) -> None:
    drag(shown, 4, end, part)
    shown.page.mouse.up()
    shown.expect_palette(extracted(photo))
    expect(shown.page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def test_a_color_is_named(shown: Shown, photo: Path) -> None:
    edited = rename_swatch(extracted(photo), 0, "Hull")
    shown.swatches.nth(0).locator("button").click()
    shown.page.get_by_role("button", name="Edit #").click()
    shown.page.get_by_label("Name of the color").fill("Hull")
    shown.page.get_by_label("Name of the color").press("Enter")
    shown.expect_names([swatch.name for swatch in edited.swatches])
    shown.choose("order", "hue")
    expect(shown.swatches.filter(has_text="Hull")).to_contain_text(hexes(edited)[0])


def test_the_rest_is_found_around_what_was_fixed(shown: Shown, photo: Path) -> None:
    shown.swatches.nth(2).locator("button").focus()
    shown.page.keyboard.press("e")
    shown.page.keyboard.type("#00ff00")
    shown.page.keyboard.press("Enter")
    shown.expect_locked(["#00ff00"])
    shown.choose("colors", "6")
    shown.expect_hexes(hexes(extracted(photo, "-n", "6", "--keep", "#00ff00")))


def test_a_palette_without_a_picture_is_edited(visit: Visit) -> None:
    shown = visit(ADDRESS)
    shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    shown.swatches.nth(1).locator("button").focus()
    shown.page.keyboard.press("Delete")
    shown.expect_hexes(["#e6194b", "#000009"])
    shown.page.wait_for_url("**colors=e6194b-000009*")
    shown.page.keyboard.press("Delete")
    shown.expect_hexes(["#e6194b"])
    shown.page.keyboard.press("Delete")
    shown.expect_said("The last color cannot be deleted")
    shown.expect_hexes(["#e6194b"])


# Locking


def test_locking_what_is_seen_changes_no_color_and_asks_nobody(shown: Shown, photo: Path) -> None:
    palette = extracted(photo)
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url))
    for index in (9, 4):
        shown.lock(hexes(palette)[index])
    shown.expect_locked([hexes(palette)[4], hexes(palette)[9]])
    shown.lock(hexes(palette)[4])
    shown.expect_locked([hexes(palette)[9]])
    shown.expect_palette(palette)
    assert [url for url in asked if "/palette" in url] == []


@pytest.mark.parametrize("text", ["#00ff00", "lime", "rgb(0, 255, 0)", "hsl(120 100% 50%)"])
def test_a_new_kept_color_replaces_the_nearest_one(shown: Shown, photo: Path, text: str) -> None:
    palette = extracted(photo)
    expected = extract(photo, keep="#00ff00", start=palette)
    shown.choose("keep", text)
    shown.expect_palette(expected)
    assert len({*hexes(expected)} - {*hexes(palette)}) == 1


# Undo


def test_everything_can_be_undone_and_done_again(shown: Shown, photo: Path) -> None:
    before = extracted(photo)
    steps = [before]
    shown.swatches.nth(3).locator("button").focus()
    shown.page.keyboard.press("Delete")
    steps.append(measure_shares(remove_swatch(before, 3), photo))
    shown.expect_palette(steps[-1])
    shown.page.keyboard.press("Delete")
    steps.append(measure_shares(remove_swatch(steps[-1], 3), photo))
    shown.expect_palette(steps[-1])
    shown.choose("colors", "5")
    steps.append(extracted(photo, "-n", "5"))
    shown.expect_palette(steps[-1])
    shown.page.wait_for_timeout(800)
    shown.choose("order", "hue")
    steps.append(extracted(photo, "-n", "5", "--order", "hue"))
    shown.expect_palette(steps[-1])
    undo = shown.page.get_by_role("button", name="Undo")
    redo = shown.page.get_by_role("button", name="Redo")
    expect(redo).to_have_attribute("aria-disabled", "true")
    for step in reversed(steps[:-1]):
        undo.click()
        shown.expect_palette(step)
        expect(shown.control("colors")).to_have_value(str(len(step.swatches)))
    expect(undo).to_have_attribute("aria-disabled", "true")
    expect(shown.control("order")).to_have_value("share")
    for step in steps[1:]:
        redo.click()
        shown.expect_palette(step)
    expect(shown.control("order")).to_have_value("hue")


def test_undo_by_keys_and_a_new_step_forgets_what_was_undone(shown: Shown, photo: Path) -> None:
    before = extracted(photo)
    button = shown.swatches.nth(0).locator("button")
    button.focus()
    shown.page.keyboard.press("Delete")
    shown.expect_hexes(hexes(before)[1:])
    shown.page.keyboard.press("Control+z")
    shown.expect_palette(before)
    shown.page.keyboard.press("Control+Shift+z")
    shown.expect_hexes(hexes(before)[1:])
    shown.page.keyboard.press("Control+z")
    shown.expect_palette(before)
    shown.lock(hexes(before)[5])
    shown.expect_locked([hexes(before)[5]])
    expect(shown.page.get_by_role("button", name="Redo")).to_have_attribute("aria-disabled", "true")
    shown.page.get_by_role("button", name="Undo").click()
    shown.expect_locked([])


def test_a_name_is_undone_in_one_step(shown: Shown, photo: Path) -> None:
    name = shown.page.get_by_label("Name", exact=True)
    undo, redo = (shown.page.get_by_role("button", name=each) for each in ("Undo", "Redo"))
    for title in ("Astronaut", "Orbit"):
        name.fill("")
        name.press_sequentially(title)
        name.blur()
        shown.page.wait_for_url(f"**/#name={title}&*")
    for title in ("Astronaut", "photo"):
        undo.click()
        expect(name).to_have_value(title)
        shown.page.wait_for_url(f"**/#name={title}&*")
    expect(undo).to_have_attribute("aria-disabled", "true")
    for title in ("Astronaut", "Orbit"):
        redo.click()
        expect(name).to_have_value(title)
    shown.expect_hexes(hexes(extracted(photo)))


def test_removed_pictures_come_back(shown: Shown, folder: Path) -> None:
    names = ["photo.png", "window.png", "flag.png"]
    shown.drop(*(folder / name for name in names))
    shown.expect_pictures(names)
    shown.expect_palette(extracted(folder / "photo.png"))
    shown.swatches.nth(0).locator("button").focus()
    shown.page.keyboard.press("Delete")
    left = hexes(extracted(folder / "photo.png"))[1:]
    shown.expect_hexes(left)
    shown.page.get_by_role("button", name="Remove all").click()
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()
    shown.page.keyboard.press("Control+z")
    shown.expect_pictures(names)
    shown.expect_hexes(left)
    expect(shown.page.locator("#recolored")).to_be_visible()
    shown.switch_to("flag.png")
    shown.expect_hexes(hexes(extracted(folder / "flag.png", "-n", "9")))


def test_reset_keeps_locks_and_can_be_undone(shown: Shown, photo: Path) -> None:
    shown.choose("colors", "4")
    palette = extracted(photo, "-n", "4")
    shown.expect_palette(palette)
    shown.lock(hexes(palette)[3])
    shown.expect_locked([hexes(palette)[3]])
    shown.page.wait_for_timeout(800)
    shown.page.get_by_role("button", name="Reset").click()
    shown.expect_palette(extracted(photo, "--keep", hexes(palette)[3]))
    shown.expect_locked([hexes(palette)[3]])
    shown.page.get_by_role("button", name="Undo").click()
    shown.expect_palette(palette)
    expect(shown.control("colors")).to_have_value("4")


def test_auto_has_bounds(shown: Shown, photo: Path) -> None:
    shown.choose("colors", "auto")
    shown.expect_palette(extracted(photo, "-n", "auto"))
    shown.page.get_by_label("At most: Number of colors").fill("3")
    shown.expect_palette(extracted(photo, "-n", "1-3"))
    shown.page.get_by_label("At least: Number of colors").fill("2")
    shown.expect_palette(extracted(photo, "-n", "2-3"))


def test_leaving_with_unsaved_work_asks(shown: Shown, photo: Path) -> None:
    shown.swatches.nth(0).locator("button").focus()
    shown.page.keyboard.press("Delete")
    shown.expect_hexes(hexes(extracted(photo))[1:])
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    shown.page.on("dialog", leave)
    shown.page.reload()
    assert asked == ["beforeunload"]
    shown.expect_hexes(hexes(extracted(photo))[1:])


def test_leaving_a_picture_that_nobody_changed_asks_nothing(shown: Shown, photo: Path) -> None:
    shown.page.keyboard.press("Tab")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    shown.page.on("dialog", leave)
    shown.page.reload()
    shown.expect_hexes(hexes(extracted(photo)))
    assert asked == []
