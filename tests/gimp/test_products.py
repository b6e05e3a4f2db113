"""What the plug-in made is no source of what it makes next.

The values for one picture are not those for another one either.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.gimp.dialogs import (
    RECOLOR,
    Tab,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
    plug_ins,
    tab,
)
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.screen import Screen, wait_for

pytestmark = pytest.mark.gimp


@pytest.mark.gui
def test_repeating_on_another_picture_keeps_none_of_its_colors_and_not_its_name(
    window: Screen, photo: Tab
) -> None:
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    dialog.keep(colors, colors[3])
    dialog.fill_in("alt+n", "5")
    dialog.fill_in("alt+p", "Hero")
    dialog.wait_for_bar(hexes(photo.path, colors=5, keep=colors[3:4]))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["name"].startswith("Hero")

    path = window.gimp.folder / "lake.png"
    Image.linear_gradient("L").convert("RGB").save(path)
    with tab(window, path) as sea:
        sea.focus()
        sea.screen.press("ctrl+f")
        name = wait_for(
            lambda: sea.run(
                "name = Gimp.context_get_palette().get_name()\n"
                "result = '' if name.startswith('Hero') else name"
            )
        )
        assert name.startswith("lake")
        made = sea.run("result = look(Gimp.context_get_palette())")
        assert made["colors"] == hexes(path, colors=5)


@pytest.mark.gui
def test_the_layer_that_was_made_is_not_what_is_read_next(photo: Tab, shots: Path) -> None:
    series = photo.screen.gimp.series
    photo.run("image.get_layers()[0].set_name('hero')")
    dialog = open_with_defaults(photo)
    dialog.fill_in("alt+n", "8")
    dialog.wait_for_bar(hexes(photo.path, colors=8))
    dialog.press("alt+t", "alt+a", "alt+o")
    palette_of(photo, dialog)
    made = "hero in 8 colors"
    selected = "result = [layer.get_name() for layer in image.get_selected_layers()]"
    assert photo.run(selected) == [made]

    dialog = open_dialog(photo)
    dialog.fill_in("alt+n", "12")
    dialog.wait_for_bar(hexes(photo.path, colors=12))
    dialog.shoot(shots / f"product-{series}.png")
    dialog.press("alt+o")
    palette_of(photo, dialog)
    assert photo.run("result = layers(image)") == ["hero in 12 colors", made, "hero"]

    dialog = open_dialog(photo, "alt+c", "m", "w", title=RECOLOR)
    dialog.press("alt+o")
    dialog.wait_until_gone()
    wait_for(lambda: not plug_ins(dialog.screen.gimp))
    assert photo.run("result = layers(image)")[0] == "hero in 12 colors #1"


MAKE = """
def run(image, drawables, mode, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-extract-palette")
    config = procedure.create_config()
    config.set_property("run-mode", mode)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for name, value in arguments.items():
        config.set_property(name, value)
    values = procedure.run(config)
    assert values.index(0) == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()
    colors = look(values.index(1))["colors"]
    values.index(1).delete()
    return colors

SCRIPT, REPEAT = Gimp.RunMode.NONINTERACTIVE, Gimp.RunMode.WITH_LAST_VALS
image = load(PATH)
source = image.get_layers()[0]
source.set_name("hero")
options = {"colors": 3, "recolored-layer": True, "scope": SCOPE, "swatch-strip": STRIP}
"""


def make(gimp: Gimp, scope: str = "layer", strip: str = "none") -> str:
    """Return the lines that load the photo in GIMP; options give 3 colors and a layer in them."""
    path = str(gimp.folder / "astronaut.png")
    return (
        MAKE.replace("PATH", repr(path)).replace("SCOPE", repr(scope)).replace("STRIP", repr(strip))
    )


@pytest.mark.newest_gimp
def test_a_script_that_names_a_product_gets_its_colors(gimp: Gimp, inside: Worker) -> None:
    found = inside.run(
        f"{make(gimp)}first = run(image, [source], SCRIPT, **options)\n"
        "product = image.get_layers()[0]\n"
        "result = [first, run(image, [product], SCRIPT, colors=3, order='share')]"
    )
    assert set(found[0]) == set(found[1])


@pytest.mark.newest_gimp
def test_the_visible_image_is_read_without_products(gimp: Gimp, inside: Worker) -> None:
    """Repeated, with the last values of the run before: those that the user would have."""
    found = inside.run(
        f"""{make(gimp, "visible", "layer")}
run(image, [source], SCRIPT, **options)
names = layers(image)
from pathlib import Path
import sys
sys.path.insert(0, {str(gimp.plug_in)!r})
from extract_palette.images import products, scope
pixels = []
for leaves_out in (scope.none_of, products.hides_origin):
    with scope.opened(image, [source], "visible", leaves_out) as opened:
        pixels.append(b"".join(opened.strips()).hex()[:4000])
        left = list(opened.left_out)
source.set_visible(False)
with scope.opened(image, [source], "visible", products.hides_origin) as opened:
    alone = list(opened.left_out)
before = len(Gimp.get_images())
other = image.duplicate()
copied = [drawable.get_name() for drawable in products.origins_of([other.get_layers()[1]])]
stranger = load({str(gimp.folder / "astronaut.png")!r})
other.get_layers()[1].set_name("copy")
moved = Gimp.Layer.new_from_drawable(image.get_layers()[1], stranger)
stranger.insert_layer(moved, None, 0)
strange = products.origins_of([moved]) == [moved]
image.remove_layer(source)
product = image.get_layers()[1]
orphan = products.origins_of([product]) == [product]
title = products.original_title([product], product.get_name())
result = [names, pixels, left, alone, copied, strange, orphan, title]
"""
    )
    names, (with_products, without), left, alone, copied, strange, orphan, title = found
    assert names[2:] == ["hero"]
    assert left == names[:2]
    assert with_products != without
    assert alone == []  # what is left would be empty
    assert copied == ["hero"]
    assert orphan
    assert title == "astronaut"  # the name of the visible image, and not of the product
    assert strange  # its numbers mean other layers in this image


@pytest.mark.newest_gimp
def test_a_group_is_read_without_the_products_in_it(gimp: Gimp, inside: Worker) -> None:
    found = inside.run(
        f"""{make(gimp)}
group = Gimp.GroupLayer.new(image)
image.insert_layer(group, None, 0)
image.reorder_item(source, group, 0)
plain = run(image, [group], SCRIPT, colors=4)
run(image, [source], SCRIPT, **options)
inside_group = [layer.get_name() for layer in group.get_children()]
import sys
sys.path.insert(0, {str(gimp.plug_in)!r})
from extract_palette.images import products, scope
with scope.opened(image, [group], "layer", products.hides_origin) as opened:
    left = list(opened.left_out)
    pixels = b"".join(opened.strips())
with scope.opened(image, [source], "layer") as opened:
    expected = b"".join(opened.strips())
result = [inside_group, left, pixels[:300].hex(), expected[:300].hex(), layers(image)]
"""
    )
    inside_group, left, pixels, expected, names = found
    assert inside_group == ["hero in 3 colors", "hero"]
    assert left == ["hero in 3 colors"]
    assert pixels[:6] == expected[:6]
    assert len(names) == 1
