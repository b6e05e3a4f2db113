"""Mended: what people stumbled over on the page, and shall not again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect

from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown, visiting
from tests.web.browser.samples import ADDRESS
from tests.web.serving import Server, serving

pytestmark = pytest.mark.browser


def refusing(sentence: str, status: int = 500, option: str = "") -> Callable[[Route], None]:
    """Return what answers with a refusal."""
    answer = {"error": sentence, "reason": "", "option": option}
    return lambda route: route.fulfill(status=status, json=answer)


# Names


def test_a_name_that_was_just_typed_is_kept_when_another_picture_is_shown(
    shown: Shown, folder: Path
) -> None:
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.switch_to("flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.get_by_label("Name", exact=True).fill("Banner")
    with shown.page.expect_response("**/palettes"):
        shown.switch_to("window.png")
    expect(shown.page.get_by_label("Name", exact=True)).to_have_value("window")
    shown.page.wait_for_url("**/#name=window&*")
    shown.switch_to("flag.png")
    expect(shown.page.get_by_label("Name", exact=True)).to_have_value("Banner")
    shown.page.wait_for_url("**/#name=Banner&*")


def test_a_palette_that_cannot_be_named_is_said(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.route("**/palettes", refusing("Choose another name.", 400))
    shown.rename("Banner")
    expect(shown.page.get_by_role("alert")).to_have_text("Choose another name.")


def test_a_note_on_the_picture_outlives_a_new_name(shown: Shown, folder: Path) -> None:
    note = extracted(folder / "flag.png").note
    answers: list[str] = []
    shown.page.route("**/palettes", lambda route: forgetful(route, answers))
    shown.drop(folder / "flag.png")
    shown.expect_text(note)
    shown.rename("Banner")
    shown.page.wait_for_url("**/#name=Banner&*")
    assert answers
    shown.expect_text(note)


def forgetful(route: Route, answers: list[str]) -> None:
    """Answer as the server does, which knows no notes on pictures, and write down what it says."""
    response = route.fetch()
    view = response.json()
    answers.append(view["note"])
    route.fulfill(response=response, json={**view, "note": ""})


def test_a_palette_that_could_not_be_named_is_not_taken_for_the_new_one(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 500")
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.rename("Liftoff")
    shown.page.wait_for_url("**/#name=Liftoff&*")
    shown.page.route("**/palettes", refusing("There is no room."))
    shown.choose("colors", "4")
    shown.expect_problem("There is no room.")
    shown.page.unroute("**/palettes")
    shown.choose("colors", "5")
    shown.choose("colors", "4")
    shown.expect_palette(extracted(photo, "-n", "4"))
    shown.expect_no_problem()


# The server


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


def test_try_again_downloads_what_could_not_be_downloaded(run: Run) -> None:
    run.shown.page.goto(run.shown.page.url + ADDRESS)
    run.shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])
    stop(run)
    run.shown.page.get_by_role("button", name="Download", exact=True).click()
    run.shown.expect_problem("palette-engine serve")
    try_again(run)
    run.shown.expect_said("palette-engine serve")
    run.shown.expect_problem("palette-engine serve")
    run.again()
    run.shown.watch.expect("status of 403")
    name, _ = run.shown.downloaded(lambda: try_again(run))
    assert name.startswith("Sunset.")
    run.shown.expect_no_problem()


def test_try_again_reads_the_address_that_could_not_be_read(run: Run) -> None:
    stop(run)
    run.shown.page.evaluate("hash => { location.hash = hash; }", ADDRESS)
    run.shown.expect_problem("palette-engine serve")
    run.again()
    run.shown.watch.expect("status of 403")
    try_again(run)
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


# Files


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


# Options


def test_nothing_is_asked_nor_refused_while_a_color_is_typed(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.control("keep").press_sequentially("#00ff0", delay=1)
    shown.page.wait_for_timeout(1000)
    shown.expect_no_problem()
    shown.control("keep").press_sequentially("0")
    shown.expect_palette(extracted(photo, "--keep", "#00ff00"))
    shown.watch.expect("status of 400")
    shown.control("keep").press_sequentially("x")
    shown.control("keep").blur()
    expect(shown.problems).to_have_count(1)


def test_what_is_refused_is_marked(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose("region", "0.9,0,0.5,1")
    shown.expect_problem("Region")
    region = shown.control("region")
    expect(region).to_have_attribute("aria-invalid", "true")
    expect(region).to_have_accessible_description(re.compile("^Region"))
    shown.choose("region", "")
    expect(region).not_to_have_attribute("aria-invalid", "true")
    shown.expect_no_problem()


def test_a_picture_without_a_palette_has_the_option_marked_that_is_to_blame(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.choose("region", "0.9,0,0.5,1")
    shown.page.locator("#more summary").click()
    shown.drop(folder / "flag.png")
    expect(shown.page.locator("#palette-trouble")).to_contain_text("Region")
    region = shown.control("region")
    expect(region).to_be_visible()
    expect(region).to_have_attribute("aria-invalid", "true")
    expect(region).to_have_accessible_description(re.compile("^Region"))


def test_a_picture_without_a_palette_says_why_once(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 4")
    shown.drop(folder / "window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.choose("keep", "reddish")
    expect(shown.problems).to_have_count(1)
    shown.drop(folder / "flag.png")
    expect(shown.page.locator("#palette-trouble")).to_be_visible()
    expect(shown.problems).to_have_count(1)
    shown.expect_said("must be colors")
    shown.choose("keep", "")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.expect_no_problem()


def test_a_color_can_be_locked_beside_what_is_no_color(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose("keep", "reddish")
    expect(shown.problems).to_have_count(1)
    shown.lock("#ffffff")
    expect(shown.control("keep")).to_have_value("#ffffff")
    shown.expect_no_problem()
    shown.expect_locked(["#ffffff"])


# What is said


def test_why_a_picture_is_not_recolored_is_said_until_it_is(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 500")
    shown.page.route("**/recolored?*", refusing("There is no paint."))
    shown.drop(folder / "flag.png")
    shown.expect_said("There is no paint.")
    note = shown.page.locator("#picture-note")
    expect(note).to_have_text("There is no paint.")
    shown.page.unroute("**/recolored?*")
    shown.choose("colors", "2")
    expect(note).to_have_text("")


def test_what_could_not_be_taken_is_not_said_of_another_picture(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 500")
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.route("**/palettes/*", refusing("There is no ink."))
    shown.page.get_by_role("button", name="Download", exact=True).click()
    shown.expect_problem("There is no ink.")
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    shown.expect_no_problem()


def test_one_picture_is_prepared_while_another_can_be(shown: Shown, folder: Path) -> None:
    waiting: list[Route] = []
    shown.page.route("**/recolored?size=full*", lambda route: waiting.append(route))
    shown.drop(folder / "flag.png", folder / "window.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    button = shown.page.locator("#download-recolored")
    button.click()
    shown.expect_said("Preparing flag-recolored.png")
    expect(button).to_have_attribute("aria-busy", "true")
    shown.switch_to("window.png")
    shown.expect_palette(extracted(folder / "window.png"))
    expect(button).to_have_text("Download recolored picture")
    expect(button).to_have_attribute("aria-busy", "false")
    shown.switch_to("flag.png")
    expect(button).to_have_text("Preparing…")
    name, _ = shown.downloaded(lambda: waiting[0].continue_())
    assert name == "flag-recolored.png"
    expect(button).to_have_text("Download recolored picture")


def test_colors_that_are_awaited_cannot_be_operated(shown: Shown, folder: Path) -> None:
    waiting: list[Route] = []
    shown.page.route("**/pictures?*", lambda route: waiting.append(route))
    shown.drop(folder / "flag.png")
    shown.expect_said("Looking at flag.png")
    expect(shown.page.locator("#swatches [inert]")).to_have_count(10)
    waiting[0].continue_()
    shown.expect_palette(extracted(folder / "flag.png"))
    expect(shown.page.locator("#swatches [inert]")).to_have_count(0)


def test_a_letter_finds_a_format(shown: Shown) -> None:
    titles = shown.page.locator("#format option").all_inner_texts()
    assert not [title for title in titles if title.startswith(("A ", "An "))]
    assert [title for title in titles if title.startswith("Krita")]


# The address


def test_a_broken_address_gives_way_to_the_palette_that_is_shown(
    shown: Shown, folder: Path
) -> None:
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.page.wait_for_url("**/#name=flag&*")
    shown.page.evaluate("location.hash = '#colors=zz'")
    shown.expect_problem("zz")
    shown.page.wait_for_url("**/#name=flag&*")
    shown.page.go_back()
    expect(shown.page.locator("#original")).to_be_visible()
    shown.expect_palette(extracted(folder / "flag.png"))
