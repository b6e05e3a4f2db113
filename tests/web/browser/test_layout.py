"""Layout: what is in sight without scrolling, and how swatches stand in their rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, expect

from tests.web.browser.conftest import Visit
from tests.web.browser.page import Shown
from tests.web.browser.samples import PHOTO

pytestmark = pytest.mark.browser

SIZES = [(1280, 800), (1366, 768), (1920, 1080), (390, 844), (360, 640), (844, 390)]


def box(element: Locator) -> FloatRect:
    """Return where an element is in the window."""
    found = element.bounding_box()
    assert found
    return found


def resize(shown: Shown, width: int, height: int) -> None:
    """Make the window another size, and wait until what is in it is measured."""
    shown.page.set_viewport_size({"width": width, "height": height})
    shown.page.evaluate(
        """async () => {
            for (let frames = 0; frames < 3; frames += 1) {
                await new Promise((painted) => requestAnimationFrame(painted));
            }
        }"""
    )


def outside(shown: Shown, *elements: Locator) -> list[str]:
    """Return what of elements is not in the window."""
    size = shown.page.viewport_size
    assert size
    found = []
    for element in elements:
        for one in element.all():
            at = box(one)
            right, bottom = at["x"] + at["width"], at["y"] + at["height"]
            if at["x"] < 0 or at["y"] < 0 or right > size["width"] or bottom > size["height"]:
                found.append(f"{one} {at}")
    return found


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("names", [["astronaut.jpg"], ["astronaut.jpg", "flag.png"]])
def test_picture_palette_copy_and_export_are_in_sight(
    shown: Shown, folder: Path, width: int, height: int, names: list[str]
) -> None:
    (folder / "astronaut.jpg").write_bytes(PHOTO.read_bytes())
    shown.drop(*(folder / name for name in names))
    expect(shown.swatches).to_have_count(10)
    expect(shown.page.locator("#recolored")).to_be_visible()
    resize(shown, width, height)
    hexes = shown.swatches.locator(".swatch-hex")
    expect(hexes).to_have_count(10)
    buttons = [shown.page.locator(f"#{name}") for name in ("undo", "copy", "export")]
    assert outside(shown, hexes, shown.page.locator("#frame"), *buttons) == []
    for index in range(10):
        text, swatch = box(hexes.nth(index)), box(shown.swatches.nth(index))
        assert text["x"] + text["width"] <= swatch["x"] + swatch["width"]
    frame = box(shown.page.locator("#frame"))
    assert min(frame["width"], frame["height"]) > (90 if height < 400 else 140)


@pytest.mark.parametrize(
    ("count", "rows"),
    [
        (1, [1]),
        (10, [10]),
        (16, [16]),
        (17, [9, 8]),
        (24, [12, 12]),
        (34, [12, 11, 11]),
        (64, [16] * 4),
    ],
)
def test_rows_differ_by_at_most_one_swatch(visit: Visit, count: int, rows: list[int]) -> None:
    shown = visit(f"#colors={'-'.join(f'{index:06x}' for index in range(count))}")
    expect(shown.swatches).to_have_count(count)
    resize(shown, 1280, 800)
    places = [box(swatch) for swatch in shown.swatches.all()]
    tops = sorted({place["y"] for place in places})
    assert [sum(place["y"] == top for place in places) for top in tops] == rows
    assert max(place["x"] + place["width"] for place in places) == pytest.approx(1280, abs=1)


@pytest.mark.parametrize("width", [1280, 390])
def test_very_many_colors_are_tiles_with_one_line_of_inspection(visit: Visit, width: int) -> None:
    codes = [f"{index:02x}{255 - index:02x}80" for index in range(256)]
    shown = visit(f"#colors={'-'.join(codes)}")
    expect(shown.swatches).to_have_count(256)
    resize(shown, width, 844)
    places = [box(swatch) for swatch in shown.swatches.all()]
    assert {round(place["height"]) for place in places} == {32}
    assert all(32 <= place["width"] < 48 for place in places)
    tops = sorted({place["y"] for place in places})
    lengths = [sum(place["y"] == top for place in places) for top in tops]
    assert max(lengths) - min(lengths) <= 1
    shown.swatches.nth(77).locator("button").focus()
    expect(shown.page.locator("#inspector code")).to_have_text(f"#{codes[77]}")


@pytest.mark.parametrize("height", [720, 900, 1080])
def test_unfolded_options_do_not_scroll_by_themselves(
    shown: Shown, folder: Path, height: int
) -> None:
    shown.drop(folder / "flag.png")
    shown.expect_hexes(["#e6194b", "#000080", "#ffffff"])
    resize(shown, 1280, height)
    shown.open_more("region")
    for element in ("#options", ".rail", "main"):
        hidden = "(one) => one.scrollHeight - one.clientHeight"
        assert shown.page.locator(element).evaluate(hidden) <= 0
    shown.control("region").scroll_into_view_if_needed()
    expect(shown.control("region")).to_be_in_viewport()


@pytest.mark.parametrize("size", [(40, 12_000), (12_000, 40), (1, 1)])
def test_pictures_of_extreme_shapes_can_be_seen(
    shown: Shown, folder: Path, size: tuple[int, int]
) -> None:
    path = folder / f"shape{size[0]}x{size[1]}.png"
    Image.new("RGB", size, (200, 30, 60)).save(path)
    shown.drop(path)
    shown.expect_picture(*size)
    frame = box(shown.page.locator("#frame"))
    assert min(frame["width"], frame["height"]) >= 32
    assert max(frame["width"], frame["height"]) >= 200
    width = shown.page.locator("#original").evaluate("(image) => image.clientWidth")
    assert width == pytest.approx(frame["width"], abs=1)


@pytest.mark.parametrize("is_transparent", [True, False])
def test_only_transparent_pictures_are_on_a_checkerboard(
    shown: Shown, folder: Path, is_transparent: bool
) -> None:
    path = folder / "maybe.png"
    picture = Image.new("RGBA", (64, 48), (200, 30, 60, 255))
    if is_transparent:
        picture.paste((0, 0, 0, 0), (0, 0, 32, 48))
    picture.save(path)
    shown.drop(path)
    shown.expect_hexes(["#c81e3c"])
    board = "(frame) => getComputedStyle(frame).backgroundImage !== 'none'"
    assert shown.page.locator("#frame").evaluate(board) == is_transparent
