"""One palette of several layers or images, in the dialog, by keys and by the pointer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from palette_engine import extract_together
from tests.gimp.dialogs import (
    EXTRACT,
    Dialog,
    Tab,
    engines,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
    plug_ins,
    tab,
)
from tests.gimp.held import Held
from tests.gimp.screen import Screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

IMAGES = ("alt+f", "End")
"""The keys that choose open images; Tab then leads into the list."""

LAYERS = ("alt+f", "End", "Up")

SEA, SUN = "#145aa0", "#f0c828"

NEXT = "alt+f", "Tab", "Home"
"""The keys that lead to the first row of the list."""


@pytest.fixture
def tabs(window: Screen, photo: Tab) -> Iterator[dict[str, Tab]]:
    """Return the photo, and two pictures of one color, in tabs."""
    with ExitStack() as stack:
        opened = {}
        for name, color in {"sea": SEA, "sun": SUN}.items():
            path = window.gimp.folder / f"{name}.png"
            pixels = np.full((40, 60, 3), [*bytes.fromhex(color[1:])], np.uint8)
            Image.fromarray(pixels).save(path)
            opened[name] = stack.enter_context(tab(window, path))
        yield {"photo": photo, **opened}
    wait_for(lambda: not (plug_ins(window.gimp) or engines(window.gimp)))


def together(*paths: Path, colors: int = 10) -> list[str]:
    """Return the colors that the engine of the tests finds in some pictures."""
    return [swatch.hex for swatch in extract_together(paths, colors=colors).swatches]


def open_several(from_tab: Tab, *keys: str) -> Dialog:
    dialog = open_with_defaults(from_tab)
    dialog.wait_for_bar(hexes(from_tab.path))
    dialog.press(*keys)
    return dialog


def rows_below(photo: Tab, other: Tab) -> list[str]:
    """Return the keys that lead from the first row of the list to an image's."""
    code = "result = sorted(image.get_id() for image in Gimp.get_images())"
    numbers: list[int] = photo.run(code)
    return ["Down"] * (1 + numbers.index(other.image))


def all_images(tabs: dict[str, Tab]) -> list[Path]:
    """Return the files of all open images: those of other tabs show the photo."""
    ours = {tabs[name].image for name in ("sea", "sun")}
    code = "result = [image.get_id() for image in Gimp.get_images()]"
    others = [number for number in tabs["photo"].run(code) if number not in ours]
    return [tabs["photo"].path for _ in others] + [tabs["sea"].path, tabs["sun"].path]


def test_images_are_ticked_by_keys_and_the_chosen_row_is_seen(
    tabs: dict[str, Tab], shots: Path
) -> None:
    photo, sea, sun = tabs["photo"], tabs["sea"], tabs["sun"]
    before = photo.state()
    dialog = open_several(photo, *IMAGES)
    dialog.wait_for_bar(together(*all_images(tabs)))
    dialog.shoot(shots / f"several-{photo.screen.gimp.series}.png")

    dialog.press(*NEXT, "space")
    said = dialog.wait_for_sentence("No picture is chosen")
    assert said == "No picture is chosen. Tick at least one in the list."
    dialog.press("alt+o")
    assert dialog.is_open

    dialog.press(*NEXT, *rows_below(photo, sea), "space")
    dialog.wait_for_bar([SEA])
    dialog.press("Down", "space")
    dialog.wait_for_bar([SEA, SUN])
    dialog.shoot(shots / f"several-ticked-{photo.screen.gimp.series}.png")
    assert seen(dialog) == {SUN}
    dialog.press("Up")
    wait_for(lambda: seen(dialog) == {SEA})

    dialog.press("alt+o")
    made = palette_of(photo, dialog)
    assert made["colors"] == [SEA, SUN]
    assert [label[-5:] for label in made["labels"]] == ["50.0%", "50.0%"]
    layers, dirty, images, _names = photo.state()
    assert [layers, dirty, images] == before[:3]
    assert sun.run("result = layers(image)") == ["sun.png"]


def seen(dialog: Dialog) -> set[str]:
    """Return the colors, of the sea and the sun, that fill the picture before."""
    dialog.focus()
    part = dialog.screen.picture(dialog.id)[60:120, 120:180].reshape(-1, 3)
    return {f"#{bytes(color).hex()}" for color in np.unique(part, axis=0).tolist()} & {SEA, SUN}


def test_an_image_is_ticked_by_the_pointer(tabs: dict[str, Tab]) -> None:
    photo, sea = tabs["photo"], tabs["sea"]
    dialog = open_several(photo, *IMAGES)
    dialog.wait_for_bar(together(*all_images(tabs)))
    dialog.press(*NEXT, "space")
    dialog.wait_for_sentence("No picture is chosen")
    row = len(rows_below(photo, sea))
    x, y = 665, 211 + 23 * row  # the box in front of its name
    dialog.screen.click(dialog.id, x, y)
    dialog.wait_for_bar([SEA])
    dialog.press("Escape")


def test_only_what_is_ticked_anew_is_sent(tabs: dict[str, Tab], held: Held) -> None:
    photo, sea = tabs["photo"], tabs["sea"]
    # Asked before there is a dialog: GIMP's window takes the focus to answer.
    paths, keys = all_images(tabs), rows_below(photo, sea)
    dialog = open_several(photo, *IMAGES)
    dialog.wait_for_bar(together(*paths))
    held.wait_for("answers", "coarse", "palette")
    assert held.noted("requests").count("picture") == 1 + len(paths)
    photo.screen.settle(EXTRACT)
    held.forget()
    dialog.press(*NEXT, *keys, "space")  # without it
    dialog.wait_for_bar(together(*(path for path in paths if path != sea.path)))
    dialog.press("space")
    dialog.wait_for_bar(together(*paths))
    assert "together" in held.noted("requests")
    assert "picture" not in held.noted("requests")
    dialog.press("Escape")


def test_an_image_that_is_closed_meanwhile_counts_no_longer(tabs: dict[str, Tab]) -> None:
    photo, sea = tabs["photo"], tabs["sea"]
    dialog = open_several(photo, *IMAGES)
    dialog.wait_for_bar(together(*all_images(tabs)))
    sea.run(f"Gimp.Display.get_by_id({sea.display}).delete()")
    photo.focus()
    dialog.focus()
    left = [path for path in all_images(tabs) if path != sea.path]
    dialog.wait_for_bar(together(*left))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == together(*left)


def test_if_the_image_of_the_dialog_is_closed_it_says_so(tabs: dict[str, Tab]) -> None:
    sun, sea = tabs["sun"], tabs["sea"]
    dialog = open_several(sun, *IMAGES)
    names = sea.run("result = [palette.get_name() for palette in Gimp.palettes_get_list('')]")
    dialog.wait_for_bar(together(*all_images(tabs)))
    sun.run(f"Gimp.Display.get_by_id({sun.display}).delete()")
    dialog.press("alt+o")
    said = dialog.wait_for_sentence("The image was closed")
    assert said == "The image was closed. Open it, and start again."
    dialog.press("Escape")
    dialog.wait_until_gone()
    wait_for(lambda: not (plug_ins(sun.screen.gimp) or engines(sun.screen.gimp)))
    after = sea.run("result = [palette.get_name() for palette in Gimp.palettes_get_list('')]")
    assert after == names


FRAMES = """
for name, color in (("sea", "#145aa0"), ("sun", "#f0c828")):
    layer = Gimp.Layer.new(image, name, 50, 50, Gimp.ImageType.RGBA_IMAGE, 100,
                           Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    Gimp.context_push()
    Gimp.context_set_foreground(Gegl.Color.new(color))
    layer.edit_fill(Gimp.FillType.FOREGROUND)
    Gimp.context_pop()
empty = Gimp.Layer.new(image, "air", 50, 50, Gimp.ImageType.RGBA_IMAGE, 100,
                       Gimp.LayerMode.NORMAL)
image.insert_layer(empty, None, 0)
image.set_selected_layers([image.get_layers()[-1]])
Gimp.displays_flush()
"""


def test_layers_are_taken_one_by_one_and_empty_ones_are_told(
    tabs: dict[str, Tab], shots: Path
) -> None:
    photo, sea, sun = tabs["photo"], tabs["sea"], tabs["sun"]
    photo.run(FRAMES)
    dialog = open_several(photo, *LAYERS)
    dialog.wait_for_bar(together(sun.path, sea.path, photo.path))
    photo.screen.settle(EXTRACT)
    dialog.shoot(shots / f"layers-{photo.screen.gimp.series}.png")
    dialog.press(*NEXT, "End", "space")  # without the photo
    dialog.wait_for_bar([SEA, SUN])
    photo.run("image.remove_layer(image.get_layers()[1])")  # the sun
    photo.focus()
    dialog.focus()
    dialog.wait_for_bar([SEA])
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == [SEA]


def test_selected_layers_are_ticked(tabs: dict[str, Tab]) -> None:
    photo = tabs["photo"]
    photo.run(FRAMES + "image.set_selected_layers(image.get_layers()[1:3])")
    dialog = open_with_defaults(photo)
    dialog.press(*LAYERS)
    dialog.wait_for_bar([SEA, SUN])
    dialog.press("Escape")


def test_the_next_dialog_begins_with_one_picture(tabs: dict[str, Tab]) -> None:
    photo = tabs["photo"]
    dialog = open_several(photo, *IMAGES)
    dialog.wait_for_bar(together(*all_images(tabs)))
    dialog.press("alt+o")
    palette_of(photo, dialog)
    sea = tabs["sea"]
    dialog = open_dialog(sea)
    dialog.wait_for_bar([SEA])
    dialog.press("Escape")
