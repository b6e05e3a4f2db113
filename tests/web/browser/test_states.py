"""Every state of the page, on phones and large screens, light and dark.

With PALETTE_ENGINE_SCREENSHOTS, a folder, there are pictures of all of them afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.web.browser.chromium import axe
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown, visiting
from tests.web.browser.reflow import faults, space_text
from tests.web.browser.samples import ADDRESS
from tests.web.serving import Server

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1440)

Theme = Literal["light", "dark"]

THEMES: tuple[Theme, ...] = ("light", "dark")

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""The tags of axe's rules that a page should obey, and none is left out."""


def empty(shown: Shown, folder: Path) -> None:
    assert folder
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()


def palette(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    expect(shown.page.locator("#recolored")).to_be_visible()


def several(shown: Shown, folder: Path) -> None:
    names = ["photo.png", "window.png", "flag.png"]
    shown.drop(*(folder / name for name in names))
    shown.expect_pictures(names)
    shown.expect_palette(extracted(folder / "photo.png"))
    locked = extracted(folder / "photo.png").swatches[2].hex
    shown.lock(locked)
    shown.expect_locked([locked])


def more(shown: Shown, folder: Path) -> None:
    palette(shown, folder)
    shown.open_more("region")
    shown.choose("names", "meodai")
    shown.choose("colors", "24")
    shown.expect_palette(extracted(folder / "photo.png", "-n", "24", "--names", "meodai"))


def region(shown: Shown, folder: Path) -> None:
    palette(shown, folder)
    shown.page.get_by_role("button", name="Choose a region").click()
    shown.page.keyboard.press("ArrowRight")
    shown.expect_palette(extracted(folder / "photo.png", "--region=0.25,0.25,0.5,0.5"))


def error(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 4")
    palette(shown, folder)
    shown.drop(folder / "text.png", folder / "empty.png")
    shown.expect_problem("2 files could not be used")
    shown.choose("keep", "reddish")
    shown.expect_problem("Keep must be")


def editing(shown: Shown, folder: Path) -> None:
    palette(shown, folder)
    shown.swatches.nth(1).locator("button").focus()
    shown.page.keyboard.press("e")
    expect(shown.page.locator("#editor")).to_be_visible()
    shown.open_export()


def contrast(shown: Shown, folder: Path) -> None:
    palette(shown, folder)
    shown.page.get_by_role("tab", name="Contrast").click()
    expect(shown.page.locator("#pairs tbody tr")).to_have_count(10)


def compare(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "window.png", folder / "photo.png")
    shown.switch_to("photo.png")
    shown.expect_palette(extracted(folder / "photo.png"))
    expect(shown.page.locator("#strip .thumbnail-colors:not([style*=gradient])")).to_have_count(0)
    shown.page.get_by_role("tab", name="Compare").click()
    shown.page.get_by_role("button", name="Help: how much").click()
    expect(shown.page.locator("#matches-table tbody tr")).not_to_have_count(0)


def joined(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "window.png", folder / "photo.png")
    expect(shown.page.locator("#strip .thumbnail-colors[style*=gradient]")).to_have_count(2)
    shown.page.get_by_role("button", name="One palette for all").click()
    shown.expect_pictures(["window.png", "photo.png", "2 pictures"])
    expect(shown.swatches).to_have_count(10)


def picking(shown: Shown, folder: Path) -> None:
    palette(shown, folder)
    shown.page.get_by_role("button", name="Pick a color").click()
    expect(shown.page.locator("#loupe")).to_be_visible()


def refused(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 4")
    shown.drop(*(folder / name for name in ("text.png", "empty.png", "bomb.png")))
    shown.expect_problem("3 files could not be used")
    expect(shown.page.locator("#welcome .problems")).to_be_visible()


def address(shown: Shown, folder: Path) -> None:
    assert folder
    shown.page.goto(shown.page.url + ADDRESS)
    shown.expect_hexes(["#e6194b", "#ffffff", "#000009"])


def plain(shown: Shown, folder: Path) -> None:
    """Show the result of the form as it is without scripts, which axe itself cannot do without."""
    shown.watch.expect("ERR_FAILED")
    shown.page.route("**/*.js", lambda route: route.abort())
    shown.page.route("**/*.css", scriptless)
    shown.page.reload()
    shown.page.locator("input[name=picture]").set_input_files(folder / "photo.png")
    shown.page.get_by_role("button", name="Take the palette").click()
    expect(shown.page.locator("#static-palette .swatch")).to_have_count(10)


def scriptless(route: Route) -> None:
    """Answer with a stylesheet as a browser understands it that runs no scripts."""
    response = route.fetch()
    text = response.text()
    if route.request.url.endswith("/base.css"):
        assert "(scripting: none)" in text
    text = text.replace("(scripting: none)", "all").replace("(scripting: enabled)", "not all")
    route.fulfill(response=response, body=text)


STATES: Mapping[str, Callable[[Shown, Path], None]] = {
    state.__name__: state
    for state in (
        *(empty, palette, several, more, region, editing, contrast, compare, joined, picking),
        *(error, refused, address, plain),
    )
}


@pytest.fixture(scope="module", params=STATES)
def state(
    request: pytest.FixtureRequest, browser: Browser, server: Server, folder: Path
) -> Iterator[tuple[str, Shown]]:
    """Return each state by its name, and the page in it."""
    with visiting(browser, server.address, reduced_motion="reduce") as shown:
        STATES[request.param](shown, folder)
        shown.page.evaluate(axe())
        yield request.param, shown


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    """Return each width of the window."""
    number: int = request.param
    return number


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    """Return each theme."""
    name: Theme = request.param
    return name


@pytest.fixture
def look(state: tuple[str, Shown], width: int, theme: Theme) -> Shown:
    """Return the page in a state, in a window of some width, in a theme."""
    name, shown = state
    shown.page.set_viewport_size({"width": width, "height": 900})
    shown.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    shots = os.environ.get("PALETTE_ENGINE_SCREENSHOTS")
    if shots:
        shown.page.screenshot(path=Path(shots) / f"{name}-{width}-{theme}.png", full_page=True)
    return shown


def test_axe_finds_nothing_to_mend(look: Shown) -> None:
    assert complaints(look) == []


def complaints(shown: Shown) -> list[str]:
    """Return what axe finds to mend."""
    # Only rules that are not run here need stylesheets to be loaded once more.
    options = {"runOnly": [*RULES], "resultTypes": ["violations"], "preload": False}
    found = shown.page.evaluate("(options) => axe.run(document, options)", options)
    assert found["testEngine"]["name"] == "axe-core"
    return [described(violation) for violation in found["violations"]]


def described(violation: Mapping[str, Any]) -> str:
    """Return what axe complains about, and where."""
    places = "; ".join(f"{node['html'][:150]} {node['any'][:1]}" for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']}: {places}"


PAINTED_WIDTH = """async () => {
    for (let frames = 0; frames < 2; frames += 1) {
        await new Promise((painted) => requestAnimationFrame(painted));
    }
    return document.documentElement.scrollWidth;
}"""
"""Returns how wide the page is as somebody sees it; swatches are arranged just before."""


def test_nothing_is_wider_than_the_window(state: tuple[str, Shown]) -> None:
    _, shown = state
    wider = []
    for width in (*range(320, 1000, 40), 1024, 1280, 1440, 1920):
        shown.page.set_viewport_size({"width": width, "height": 900})
        if shown.page.evaluate(PAINTED_WIDTH) > width:
            wider.append(width)
    assert wider == []


ENLARGED = {"200 %": (640, 400), "400 %": (320, 256), "as it is": (1280, 800), "phone": (390, 844)}
"""The windows that are left of 1280 x 800 and 1280 x 1024 at these sizes of text, and others."""


@pytest.mark.parametrize("is_spaced", [False, True], ids=["close", "spaced"])
def test_nothing_is_lost_when_text_is_large_or_spaced(
    state: tuple[str, Shown], is_spaced: bool
) -> None:
    _, shown = state
    space_text(shown.page, is_spaced)
    found = {}
    for name, (width, height) in ENLARGED.items():
        shown.page.set_viewport_size({"width": width, "height": height})
        found[name] = faults(shown.page)
    space_text(shown.page, False)
    assert not any(found.values()), found


def test_axe_finds_nothing_to_mend_when_text_is_large_and_colors_are_forced(
    state: tuple[str, Shown],
) -> None:
    _, shown = state
    space_text(shown.page, True)
    shown.page.set_viewport_size({"width": 320, "height": 256})
    found = []
    for theme in THEMES:
        shown.page.emulate_media(
            color_scheme=theme, forced_colors="active", reduced_motion="reduce"
        )
        found += complaints(shown)
    space_text(shown.page, False)
    shown.page.emulate_media(forced_colors="none", reduced_motion="reduce")
    assert found == []


def test_nothing_moves_if_motion_is_unwanted(state: tuple[str, Shown]) -> None:
    _, shown = state
    moving = "() => document.getAnimations().length"
    assert shown.page.evaluate(moving) == 0
    lasting = """() => [...document.querySelectorAll('*')].filter((one) =>
        Math.max(...getComputedStyle(one).transitionDuration.split(',').map(parseFloat)) > 0
    ).length"""
    assert shown.page.evaluate(lasting) == 0


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("width", "20rem; overflow: hidden; white-space: nowrap", "is cut off by #welcome-title"),
        ("margin-bottom", "-3rem", "is over"),
        ("height", "1rem; width: 9rem; overflow: auto; white-space: nowrap", "in two directions"),
    ],
)
def test_what_is_lost_is_told(shown: Shown, name: str, value: str, fault: str) -> None:
    shown.page.set_viewport_size({"width": 640, "height": 800})
    expect(shown.page.locator("#welcome-title")).to_be_visible()
    assert faults(shown.page) == []
    shown.page.evaluate(
        "(text) => { document.getElementById('welcome-title').style.cssText = text; }",
        f"{name}: {value}",
    )
    assert any(fault in each for each in faults(shown.page))
