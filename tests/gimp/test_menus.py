"""The commands in GIMP's menus, used by keys, and their results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from palette_engine import Palette, Swatch, extract, recolor
from palette_engine.option_kinds import rgb_of
from tests.gimp.dialogs import (
    RECOLOR,
    SEPARATE,
    Dialog,
    Tab,
    open_dialog,
    open_with_defaults,
    plug_ins,
    tab,
)
from tests.gimp.screen import Screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

SELECTED = (60, 40, 240, 180)
"""Left, top, right and lower end of what is selected in some tests."""

PICTURES = 225
"""Where in the dialog that separates colors the pictures end, in pixels from the top."""

DOCK = 1020
"""Where in GIMP's window the dock with the palettes begins, in pixels from the left."""


@pytest.fixture
def photo(window: Screen) -> Iterator[Tab]:
    """Return the photo in a tab of its own."""
    with tab(window, window.gimp.folder / "astronaut.png") as opened:
        yield opened


@pytest.fixture
def see_through(window: Screen) -> Iterator[Tab]:
    """Return a smaller photo that is transparent above a slope and has a half-transparent disk."""
    path = window.gimp.folder / "see-through.png"
    with Image.open(window.gimp.folder / "astronaut.png") as picture:
        small = picture.convert("RGBA").crop((0, 0, 300, 200))
    alpha = Image.new("L", small.size, 255)
    draw = ImageDraw.Draw(alpha)
    draw.polygon([(0, 0), (300, 0), (0, 90)], fill=0)
    draw.ellipse((150, 60, 260, 160), fill=128)
    small.putalpha(alpha)
    small.save(path)
    with tab(window, path) as opened:
        yield opened


def finish(dialog: Dialog) -> None:
    """Press OK and wait for the results."""
    dialog.press("alt+o")
    dialog.wait_until_gone()
    wait_for(lambda: not plug_ins(dialog.screen.gimp))


def pixels_of_layer(opened: Tab, index: int) -> tuple[list[int], NDArray[np.uint8]]:
    """Return left, top, width and height of a layer, counted from the top, and its pixels."""
    path = opened.screen.gimp.folder / "pixels"
    box = opened.run(f"result = save_pixels(image.get_layers()[{index}], {str(path)!r})")
    return box, np.fromfile(path, np.uint8).reshape(box[3], box[2], 4)


def recolored(path: Path, palette: Palette) -> NDArray[np.uint8]:
    """Return a picture recolored by the engine of the tests."""
    return np.asarray(recolor(path, palette).convert("RGBA"))


def assert_same_where_visible(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> None:
    assert (one[..., 3] == other[..., 3]).all()
    visible = one[..., 3] > 0
    assert visible.any()
    assert (one[visible] == other[visible]).all()


def test_from_the_menu_to_a_palette_in_the_dock(photo: Tab, shots: Path) -> None:
    dialog = open_with_defaults(photo)
    dialog.fill_in("alt+n", "6")
    finish(dialog)
    expected = extract(photo.path, colors=6)
    made = photo.run("result = look(Gimp.context_get_palette())")
    assert made["name"].startswith("astronaut")
    assert made["colors"] == [swatch.hex for swatch in expected.swatches]
    assert made["labels"] == [swatch.label for swatch in expected.swatches]
    assert made["file"]
    photo.focus()
    photo.screen.shoot(shots / f"dock-{photo.screen.gimp.series}.png")

    again = photo.run("""
procedure = Gimp.get_pdb().lookup_procedure("plug-in-extract-palette")
config = procedure.create_config()
config.set_property("run-mode", Gimp.RunMode.WITH_LAST_VALS)
config.set_property("image", image)
config.set_core_object_array("drawables", [image.get_layers()[0]])
result = look(procedure.run(config).index(1))
""")
    assert again["colors"] == made["colors"]
    assert again["name"] != made["name"]


def test_a_recolored_layer_and_a_strip_are_one_step_of_the_undo_history(
    see_through: Tab, shots: Path
) -> None:
    before = see_through.run("result = [layers(image), image.is_dirty()]")
    dialog = open_with_defaults(see_through)
    dialog.fill_in("alt+n", "5")
    expected = extract(see_through.path, colors=5)
    colors = [swatch.hex for swatch in expected.swatches]
    dialog.wait_for_bar(colors)
    dialog.press("alt+t", "alt+a", "Tab", "Tab", "Down")
    dialog.shoot(shots / f"also-{see_through.screen.gimp.series}.png")
    finish(dialog)

    palette = see_through.run("result = look(Gimp.context_get_palette())")
    assert palette["colors"] == colors
    names, dirty = see_through.run("result = [layers(image), image.is_dirty()]")
    assert names == [palette["name"], "see-through.png in 5 colors", "see-through.png"]
    assert dirty
    see_through.focus()
    see_through.screen.shoot(shots / f"made-{see_through.screen.gimp.series}.png")

    strip_rectangle, strip = pixels_of_layer(see_through, 0)
    assert strip_rectangle[0] == 0
    assert strip_rectangle[1] + strip_rectangle[3] == 200
    assert strip_rectangle[2] == 300
    shown = {f"#{bytes(color).hex()}" for color in np.unique(strip[..., :3].reshape(-1, 3), axis=0)}
    assert set(colors) <= shown

    rectangle, pixels = pixels_of_layer(see_through, 1)
    assert rectangle == [0, 0, 300, 200]
    assert_same_where_visible(pixels, recolored(see_through.path, expected))

    see_through.focus()
    see_through.screen.press("ctrl+z")
    wait_for(lambda: see_through.run("result = layers(image)") == before[0])
    assert see_through.run("result = [layers(image), image.is_dirty()]") == before


def test_only_what_is_selected_is_extracted_and_recolored(see_through: Tab) -> None:
    left, top, right, lower = SELECTED
    box = f"{left}, {top}, {right - left}, {lower - top}"
    see_through.run(f"image.select_rectangle(Gimp.ChannelOps.REPLACE, {box})\nimage.clean_all()")
    part = see_through.path.with_name("part.png")
    with Image.open(see_through.path) as picture:
        picture.crop(SELECTED).save(part)
    expected = extract(part, colors=4)
    dialog = open_with_defaults(see_through)
    dialog.fill_in("alt+n", "4")
    dialog.wait_for_bar([swatch.hex for swatch in expected.swatches])
    dialog.press("alt+t", "alt+a")
    finish(dialog)
    rectangle, pixels = pixels_of_layer(see_through, 0)
    assert rectangle == [left, top, right - left, lower - top]
    assert_same_where_visible(pixels, recolored(part, expected))


def test_a_strip_in_an_image_of_its_own_leaves_this_one_clean(photo: Tab, shots: Path) -> None:
    before = photo.run("result = [layers(image), image.is_dirty()]")
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar([swatch.hex for swatch in extract(photo.path).swatches])
    dialog.press("alt+t", "Tab", "Tab", "Down", "Down")
    finish(dialog)
    assert photo.run("result = [layers(image), image.is_dirty()]") == before
    name, strip, display = photo.run("""
number, display = newest()
found = Gimp.Image.get_by_id(number)
result = [Gimp.context_get_palette().get_name(), layers(found), display]
""")
    assert display > photo.display
    assert strip == [name]
    photo.run(f"Gimp.Display.get_by_id({display}).present()")
    photo.screen.shoot(shots / f"strip-{photo.screen.gimp.series}.png")
    photo.run(f"Gimp.Display.get_by_id({display}).delete()")


FOUR = ["#102040", "#d05020", "#f0e8e0", "#808080"]

MAKE_FOUR = f"""
palette = Gimp.Palette.new("0 Four")  # near the upper end of the list
for code in {FOUR!r}:
    palette.add_entry(code, Gegl.Color.new(code))
result = palette.get_name()
"""


@pytest.fixture
def four(photo: Tab) -> Iterator[str]:
    """Return the name of a palette of four colors that stands near the upper end of the list."""
    name = photo.run(MAKE_FOUR)
    yield name
    photo.run(f"Gimp.Palette.get_by_name({name!r}).delete()")


def assert_recolored(photo: Tab) -> None:
    assert photo.run("result = layers(image)") == ["astronaut.png in 4 colors", "astronaut.png"]
    _rectangle, pixels = pixels_of_layer(photo, 0)
    palette = Palette(tuple(Swatch(rgb_of(code), 0.25) for code in FOUR))
    assert_same_where_visible(pixels, recolored(photo.path, palette))


def test_recoloring_uses_the_active_palette(photo: Tab, four: str, shots: Path) -> None:
    photo.run(f"Gimp.context_set_palette(Gimp.Palette.get_by_name({four!r}))")
    dialog = open_dialog(photo, "alt+c", "m", "w", title=RECOLOR)
    wait_for(lambda: dialog.shows(FOUR))
    dialog.shoot(shots / f"recolor-{photo.screen.gimp.series}.png")
    finish(dialog)
    assert_recolored(photo)


def row_of(dialog: Dialog, color: str) -> tuple[int, int]:
    """Return the position of a color's row in the list, below the pictures."""
    picture = dialog.screen.picture(dialog.id)
    found = (picture[PICTURES:, :100] == list(bytes.fromhex(color[1:]))).all(axis=2)
    y, x = np.unravel_index(np.argmax(found), found.shape)
    return int(x) + 10, PICTURES + int(y) + 5


def after_has(dialog: Dialog, color: str) -> bool:
    """Return whether the picture after has a color."""
    picture = dialog.screen.picture(dialog.id)[:PICTURES, 268:500]
    return bool((picture == list(bytes.fromhex(color[1:]))).all(axis=2).any())


def test_the_colors_of_the_active_palette_are_separated_in_one_step(
    see_through: Tab, four: str, shots: Path
) -> None:
    series = see_through.screen.gimp.series
    before = see_through.run("result = [layers(image), image.is_dirty()]")
    see_through.run(f"Gimp.context_set_palette(Gimp.Palette.get_by_name({four!r}))")
    dialog = open_dialog(see_through, "alt+c", "m", "t", title=SEPARATE)
    wait_for(lambda: dialog.shows(FOUR))
    dialog.shoot(shots / f"separate-{series}.png")
    dialog.screen.click(dialog.id, *row_of(dialog, FOUR[0]))
    wait_for(lambda: after_has(dialog, FOUR[0]) and not after_has(dialog, FOUR[1]))
    dialog.shoot(shots / f"separate-one-{series}.png")
    finish(dialog)
    group, names, selected = see_through.run("""
group = image.get_layers()[0]
result = [layers(image), [child.get_name() for child in group.get_children()],
          [layer.get_name() for layer in image.get_selected_layers()]]
""")
    assert group == ["Colors of see-through.png", "see-through.png"]
    assert names == ["#102040", "#d05020", "#808080", "#f0e8e0"]
    assert selected == ["see-through.png"]
    see_through.focus()
    see_through.screen.shoot(shots / f"separated-{series}.png")
    _rectangle, pixels = pixels_of_layer(see_through, 0)
    palette = Palette(tuple(Swatch(rgb_of(code), 0.25) for code in FOUR))
    assert_same_where_visible(pixels, recolored(see_through.path, palette))
    see_through.focus()
    see_through.screen.press("ctrl+z")
    wait_for(lambda: see_through.run("result = layers(image)") == before[0])
    assert see_through.run("result = [layers(image), image.is_dirty()]") == before


def in_dock(picture: NDArray[np.uint8], color: str) -> tuple[int, int] | None:
    """Return the first position of a color in the dock, such as in a palette's preview."""
    found = (picture[:, DOCK:] == list(bytes.fromhex(color[1:]))).all(axis=2)
    if not found.any():
        return None
    y, x = np.unravel_index(np.argmax(found), found.shape)
    return DOCK + int(x), int(y) + 2


def test_recoloring_uses_the_palette_whose_menu_it_is_chosen_from(photo: Tab, four: str) -> None:
    # Beside it, as the list is scrolled to the active one, however many others there are.
    active = photo.run(
        "palette = Gimp.Palette.new('0 Active'); palette.add_entry('', Gegl.Color.new('white'))\n"
        "Gimp.context_set_palette(palette); result = palette.get_name()"
    )
    photo.focus()
    window = photo.screen.window("GIMP$") or ""
    x, y = wait_for(lambda: in_dock(photo.screen.picture(window), FOUR[1])) or (0, 0)
    photo.screen.click(window, x, y, button=3)
    photo.screen.press("w")
    dialog = Dialog(photo.screen, wait_for(lambda: photo.screen.window(RECOLOR)) or "")
    wait_for(lambda: dialog.shows(FOUR))
    finish(dialog)
    assert_recolored(photo)
    assert photo.run("result = Gimp.context_get_palette().get_name()") == four
    photo.run(f"Gimp.Palette.get_by_name({active!r}).delete()")
