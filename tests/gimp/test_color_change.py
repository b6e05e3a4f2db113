"""Changed colors: the layer that scripts and the dialog make, in real GIMP."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine import extract
from palette_engine.recoloring.swap import swap_colors
from palette_engine.recoloring.swaps import with_swaps
from tests.gimp.ended import ended
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.test_results import CALL, pixels, rgba
from tests.gimp.test_separation import INDEXED

pytestmark = pytest.mark.gimp

CHANGE = "plug-in-change-colors"

HERE = f"""{CALL}
def change(image, drawables, **arguments):
    return call({CHANGE!r}, image, drawables, **arguments)
"""

SUIT = "#d5633e=#2050d0"
"""Not a swatch itself, but like the orange of the suit."""


def changed(path: Path, swaps: str, colors: int = 10) -> NDArray[np.uint8]:
    """Return a picture changed by the engine of the tests, without a window."""
    edited = with_swaps(extract(path, colors=colors), swaps.split(", "))
    return rgba(swap_colors(path, edited.before, edited.after))


def assert_same_where_visible(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> None:
    assert np.array_equal(one[..., 3], other[..., 3])
    visible = one[..., 3] > 0
    assert visible.any()
    assert np.array_equal(one[visible], other[visible])


@pytest.mark.parametrize(
    ("swaps", "plain", "colors"),
    [
        (SUIT, SUIT, 8),
        ("d5633e = 2050D0,\t#00ff00=white", f"{SUIT}, #00ff00=#ffffff", 5),
        (f" {SUIT} #123=#fff,, black=#402010", f"{SUIT}, #112233=#ffffff, #000000=#402010", 12),
    ],
)
def test_the_layer_is_what_the_engine_makes_of_the_picture(
    gimp: Gimp, inside: Worker, clear: Path, swaps: str, plain: str, colors: int
) -> None:
    made, names, before, after = inside.run(f"""{HERE}
image = load({str(clear)!r})
source = image.get_layers()[0]
save(source, {str(gimp.folder / "before")!r})
(layer,) = change(image, [source], colors={colors}, swaps={swaps!r})
save(layer, {str(gimp.folder / "changed")!r})
save(source, {str(gimp.folder / "after")!r})
result = [shape(layer), layers(image), image.is_dirty(), len(image.get_layers())]
image.delete()
""")
    assert made["name"] == f"{names[1]} with changed colors"
    assert (made["size"], made["offsets"], made["index"]) == ([200, 150], [0, 0], 0)
    assert [before, after] == [True, 2]
    expected = changed(clear, plain, colors)
    assert_same_where_visible(pixels(gimp.folder / "changed", 150, 200), expected)
    with Image.open(clear) as picture:
        assert (expected != np.asarray(picture))[expected[..., 3] > 0].mean() > 0.02
    assert (gimp.folder / "before").read_bytes() == (gimp.folder / "after").read_bytes()


def test_only_what_is_selected_changes(gimp: Gimp, inside: Worker, clear: Path) -> None:
    part = gimp.folder / "part.png"
    box = (50, 30, 150, 120)
    with Image.open(clear) as picture:
        picture.crop(box).save(part)
    made = inside.run(f"""{HERE}
image = load({str(clear)!r})
image.select_rectangle(Gimp.ChannelOps.REPLACE, 50, 30, 100, 90)
below = image.get_layers()[0]
image.insert_layer(below.copy(), None, 0)
(layer,) = change(image, [below], swaps={SUIT!r})
save(layer, {str(gimp.folder / "changed")!r})
result = shape(layer)
image.delete()
""")
    assert (made["offsets"], made["size"], made["index"]) == ([50, 30], [100, 90], 1)
    assert_same_where_visible(pixels(gimp.folder / "changed", 90, 100), changed(part, SUIT))


def test_the_visible_image_changes_above_all_layers(inside: Worker, clear: Path) -> None:
    made = inside.run(f"""{HERE}
image = load({str(clear)!r})
below = image.get_layers()[0].copy()
image.insert_layer(below, None, 1)
(layer,) = change(image, [below], scope="visible", swaps={SUIT!r})
result = [image.get_item_position(layer), len(image.get_layers())]
image.delete()
""")
    assert made == [0, 3]


def test_grays_become_grays_in_a_gray_image(gimp: Gimp, inside: Worker, clear: Path) -> None:
    gray = gimp.folder / "gray.png"
    found = inside.run(f"""{HERE}
image = load({str(clear)!r})
image.convert_grayscale()
source = image.get_layers()[0]
save(source, {str(gray.with_suffix(""))!r})
(layer,) = change(image, [source], swaps="#808080=#c0c0c0")
save(layer, {str(gimp.folder / "changed")!r})
result = shape(layer)["size"]
image.delete()
""")
    assert found == [200, 150]
    Image.fromarray(pixels(gray.with_suffix(""), 150, 200)).save(gray)
    expected = changed(gray, "#808080=#c0c0c0")
    assert_same_where_visible(pixels(gimp.folder / "changed", 150, 200), expected)


REFUSED = {
    "an indexed image": (INDEXED, f"swaps={SUIT!r}", "The image is indexed"),
    "colors in a gray image": (
        "image.convert_grayscale()",
        f"swaps={SUIT!r}",
        "The image is grayscale",
    ),
    "another layer beside a floating selection": (
        "image.select_rectangle(Gimp.ChannelOps.REPLACE, 10, 10, 50, 50); "
        "layers = [Gimp.Selection.float(image, layers, 5, 5)]",
        f"swaps={SUIT!r}",
        "The image has a floating selection",
    ),
    "a transparent layer": (
        "layers[0].fill(Gimp.FillType.TRANSPARENT)",
        f"swaps={SUIT!r}",
        "There are no colors",
    ),
    "nothing to change": ("", "", "No color is to change. Set swaps to colors like"),
    "half a swap": ("", "swaps='#d5633e'", "Swaps are like #e6194b=#2050d0, separated by"),
    "a color that is none": ("", "swaps='orange=#2050d0'", "not “orange=#2050d0”"),
    "one color twice": (
        "",
        "swaps='#D5633E=#fff, d5633e=#000'",
        "#d5633e is swapped twice. Give it one new color.",
    ),
    "too many colors": ("", f"swaps={SUIT!r}, colors=1000", "colors must be from 1 to 256"),
    "no layer": ("layers = []", f"swaps={SUIT!r}", "No layer is selected"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_leaves_the_image_as_it_is(
    inside: Worker, clear: Path, case: str
) -> None:
    preparation, arguments, sentence = REFUSED[case]
    said, dirty, more, images = inside.run(f"""{HERE}
image = load({str(clear)!r})
layers = image.get_layers()
{preparation}
image.clean_all()
before, images = len(image.get_layers()), len(Gimp.get_images())
said = change(image, layers, {arguments})
result = [said, image.is_dirty(), len(image.get_layers()) - before,
          len(Gimp.get_images()) - images]
image.delete()
""")
    assert sentence in said
    assert (dirty, more, images) == (False, 0, 0)


@pytest.mark.newest_gimp
def test_a_procedure_that_is_ended_leaves_nothing_in_the_image(gimp: Gimp, inside: Worker) -> None:
    call = 'change(image, [layer], swaps="#000000=#402010")'
    assert ended(gimp, inside, HERE, call) == [True, ["large"], False, 0]
