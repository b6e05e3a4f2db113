"""Pictures: how they come to the page, and that their palettes are those of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from palette_engine import extract, extract_together
from palette_engine.errors import PaletteWarning
from palette_engine.web.sample_pictures import SAMPLE_PICTURES, SamplePicture
from tests.sample_pictures import encoded
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

HOSTILE = "<b>&amp;'é🍮.png"


def test_a_dropped_picture_gives_the_palette_of_the_command_line(
    shown: Shown, folder: Path
) -> None:
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    shown.expect_said("Palette of 10 colors from photo.png")


def test_a_file_that_has_no_place_on_the_disk_can_be_dropped(shown: Shown, folder: Path) -> None:
    shown.drop_made("flag.png", (folder / "flag.png").read_bytes())
    shown.expect_palette(extracted(folder / "flag.png"))


def test_a_picture_can_be_chosen_in_a_dialog(shown: Shown, folder: Path) -> None:
    shown.pick(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))


def test_a_copied_picture_can_be_pasted(shown: Shown, folder: Path) -> None:
    shown.paste(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))


def test_a_picture_that_the_browser_cannot_show_is_shown_by_the_server(
    shown: Shown, folder: Path
) -> None:
    shown.drop(folder / "photo.tif")
    shown.expect_palette(extracted(folder / "photo.tif"))
    shown.expect_picture(160, 160)


def test_a_picture_that_is_cut_short_is_shown_as_far_as_it_is_there_with_a_note(
    shown: Shown, folder: Path
) -> None:
    with Image.open(folder / "photo.png") as photo:
        whole = encoded(photo.convert("RGB"), "JPEG", quality=95)
    (folder / "half.jpg").write_bytes(whole[: len(whole) // 2])
    shown.drop(folder / "half.jpg")
    with pytest.warns(PaletteWarning, match=r"half\.jpg is damaged or cut short") as told:
        palette = extract(folder / "half.jpg", colors=10)
    shown.expect_palette(palette)
    note = shown.page.locator("#palette-note")
    expect(note).to_be_visible()
    expect(note).to_contain_text(str(told[0].message))
    shown.expect_picture(160, 160)


def test_of_an_animation_the_first_frame_counts(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "animation.gif")
    palette = extracted(folder / "animation.gif")
    assert [swatch.hex for swatch in palette.swatches] == ["#ff0000", "#0000ff"]
    shown.expect_palette(palette)


def test_a_filename_is_text_and_nothing_else(shown: Shown, folder: Path) -> None:
    shown.drop(folder / HOSTILE)
    shown.expect_palette(extracted(folder / HOSTILE))
    shown.expect_said(HOSTILE)
    assert shown.page.locator("b").count() == 0


def test_each_of_several_pictures_has_its_palette(shown: Shown, folder: Path) -> None:
    names = ["photo.png", "window.png", "flag.png"]
    shown.drop(*(folder / name for name in names))
    shown.expect_pictures(names)
    for name in names:
        shown.switch_to(name)
        shown.expect_palette(extracted(folder / name))


def test_a_bad_file_among_several_does_not_stop_the_others(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 415")
    shown.drop(folder / "flag.png", folder / "text.png", folder / "window.png")
    shown.expect_problem("text.png is not a picture this can read")
    for name in ("flag.png", "window.png"):
        shown.switch_to(name)
        shown.expect_palette(extracted(folder / name))


def test_a_picture_that_is_removed_leaves_the_others(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_pictures(["flag.png", "window.png"])
    with shown.page.expect_response(lambda response: response.url.endswith("/forget")):
        shown.remove("flag.png")
    shown.expect_pictures(["window.png"])
    shown.expect_palette(extracted(folder / "window.png"))


def test_a_folder_is_not_taken_for_a_picture(shown: Shown, folder: Path) -> None:
    (folder / "holiday").mkdir(exist_ok=True)
    shown.drop(folder / "holiday", folder / "flag.png")
    shown.expect_problem("holiday is a folder")
    shown.expect_palette(extracted(folder / "flag.png"))


@pytest.mark.parametrize(("width", "height"), [(3000, 3), (3, 3000), (8, 8)])
def test_extreme_shapes_are_neither_distorted_nor_enlarged(
    shown: Shown, folder: Path, width: int, height: int
) -> None:
    name = f"{width}x{height}.png"
    Image.new("RGB", (width, height), (200, 30, 60)).save(folder / name)
    shown.drop(folder / name, folder / "flag.png")
    shown.expect_pictures([name, "flag.png"])
    expect(shown.page.locator("#recolored")).to_be_visible()
    for image in ("#original", "#recolored"):
        expect(shown.page.locator(image)).to_have_css("object-fit", "contain")
    canvas = shown.page.locator("#strip canvas").first
    expect(canvas).to_have_js_property("width", min(width, 224, -(-height * 224 // 128)))
    expect(canvas).to_have_js_property("height", min(height, 128, -(-width * 128 // 224)))


@pytest.mark.parametrize("sample", SAMPLE_PICTURES, ids=lambda sample: sample.name)
def test_a_sample_is_opened_with_one_click(shown: Shown, sample: SamplePicture) -> None:
    shown.page.get_by_role("button", name=f"Try {sample.title}").click()
    shown.expect_hexes(sample.colors)
    shown.expect_picture(sample.width, sample.height)


def test_several_pictures_have_one_palette(shown: Shown, folder: Path) -> None:
    names = ["photo.png", "window.png", "flag.png"]
    shown.drop(*(folder / name for name in names))
    shown.expect_pictures(names)
    shown.choose("colors", "8")
    shown.expect_palette(extracted(folder / "photo.png", "-n", "8"))
    expect(shown.page.locator("#strip .thumbnail-colors:not([style*=gradient])")).to_have_count(0)
    shown.page.get_by_role("button", name="One palette for all").click()
    expected = extract_together([folder / name for name in names], colors=8)
    shown.expect_palette(expected)
    shown.expect_pictures([*names, "3 pictures"])
    shown.switch_to("flag.png")
    shown.expect_palette(extracted(folder / "flag.png", "-n", "8"))


def test_the_palette_of_all_follows_options_and_pictures(shown: Shown, folder: Path) -> None:
    names = ["photo.png", "window.png"]
    shown.drop(*(folder / name for name in names))
    shown.expect_pictures(names)
    expect(shown.page.locator("#strip .thumbnail-colors:not([style*=gradient])")).to_have_count(0)
    shown.page.get_by_role("button", name="One palette for all").click()
    shown.choose("colors", "6")
    shown.choose("order", "hue")
    paths = [folder / name for name in names]
    shown.expect_palette(extract_together(paths, colors=6, order="hue"))
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png", "-n", "6", "--order", "hue"))
    shown.page.get_by_role("button", name="One palette for all").click()
    paths.append(folder / "flag.png")
    shown.expect_palette(extract_together(paths, colors=6, order="hue"))
    shown.expect_pictures([*names, "3 pictures", "flag.png"])
    shown.remove("window.png")
    shown.switch_to("3 pictures")
    del paths[1]
    expected = extract_together(paths, colors=6, order="hue")
    shown.expect_palette(expected)
    shown.expect_pictures(["photo.png", "2 pictures", "flag.png"])
    # A color that is locked stays, and so do the others, as far as they can.
    shown.choose("keep", "#00ff00")
    shown.expect_palette(
        extract_together(paths, colors=6, order="hue", keep="#00ff00", start=expected)
    )
    shown.page.get_by_role("button", name="Undo").click()
    shown.expect_palette(expected)


def test_the_palette_of_all_is_made_again_of_pictures_that_were_forgotten(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 410")
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url))
    shown.drop(folder / "flag.png", folder / "window.png")
    expect(shown.page.locator("#strip .thumbnail-colors[style*=gradient]")).to_have_count(2)
    shown.page.get_by_role("button", name="One palette for all").click()
    paths = [folder / "flag.png", folder / "window.png"]
    shown.expect_palette(extract_together(paths))
    (key,) = {url.split("/")[4] for url in asked if "/recolored" in url}
    headers = """{"X-Palette-Token": document.querySelector("[name=palette-token]").content}"""
    shown.page.evaluate(
        f"(key) => fetch(`/pictures/${{key}}/forget`, {{method: 'POST', headers: {headers}}})", key
    )
    shown.choose("colors", "5")
    shown.expect_palette(extract_together(paths, colors=5))


def test_a_picture_that_is_removed_is_no_longer_sent(shown: Shown, folder: Path) -> None:
    waiting: list[Route] = []
    shown.page.route("**/pictures?*", lambda route: waiting.append(route))
    ended: list[str] = []
    shown.page.on("requestfailed", lambda request: ended.append(request.url))
    with shown.page.expect_event("requestfailed"):
        shown.drop(folder / "photo.png")
        shown.expect_said("Looking at photo.png")
        shown.page.get_by_role("button", name="Remove", exact=False).last.click()
    assert "/pictures?name=photo.png" in ended[0]
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()
    shown.expect_no_problem()
