"""Colors apart: the layers, masks and channels that the procedure makes, in real GIMP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine import recolor
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.separation import separate
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.test_results import CALL, pixels, rgba

pytestmark = pytest.mark.gimp

SEPARATE = "plug-in-separate-colors"

PALETTE = Palette(
    (
        Swatch((210, 125, 44), name="Rust"),
        Swatch((20, 12, 28)),
        Swatch((222, 238, 214), name="Mint"),
        Swatch((210, 125, 44), name="Twice"),
        Swatch((90, 90, 100), name="Slate"),
        Swatch((0, 255, 0), name="Nowhere"),
    ),
    name="To separate",
)

ONCE = Palette(tuple(PALETTE.swatches[index] for index in (0, 1, 2, 4, 5)))
"""The palette without the duplicate."""

FROM_DARK_TO_LIGHT = ["#140c1c", "#5a5a64 Slate", "#d27d2c Rust", "#deeed6 Mint"]

ORDER = [1, 3, 0, 2]
"""The indexes in `ONCE` of those that are in the photo, from dark to light."""

HERE = f"""{CALL}
palette = Gimp.Palette.new("To separate")
for code, name in {[(swatch.hex, swatch.name) for swatch in PALETTE.swatches]!r}:
    color = Gegl.Color.new("black")
    color.set_bytes(Babl.format("R'G'B' u8"), GLib.Bytes.new(bytes.fromhex(code[1:])))
    palette.add_entry(name, color)

def separate(image, drawables, **arguments):
    made = call({SEPARATE!r}, image, drawables, palette=palette, **arguments)
    palette.delete()
    return made

def children(group):
    return [shape(child) for child in group.get_children()]

def save_all(items, folder):
    for number, item in enumerate(items):
        save(item, f"{{folder}}/part-{{number}}")

def visible(image, group, path):
    for layer in image.get_layers():
        layer.set_visible(layer.get_id() == group.get_id())
    seen = Gimp.Layer.new_from_visible(image, image, "seen")
    save(seen, path)
    seen.delete()
"""


@pytest.fixture
def clear(gimp: Gimp) -> Path:
    """Return the photo with a transparent corner and a half transparent one."""
    with Image.open(gimp.folder / "astronaut.png") as photo:
        picture = photo.convert("RGBA").resize((200, 150))
    alpha = np.full((150, 200), 255, np.uint8)
    alpha[:40, :60] = 0
    alpha[100:, 120:] = 128
    picture.putalpha(Image.fromarray(alpha))
    path = gimp.folder / "clear.png"
    picture.save(path)
    return path


def parts(gimp: Gimp, count: int, height: int = 150, width: int = 200) -> NDArray[np.uint8]:
    """Return the pixels of the layers that were saved, `(count, height, width, 4)`."""
    return np.stack([pixels(gimp.folder / f"part-{i}", height, width) for i in range(count)])


def seen(gimp: Gimp, height: int = 150, width: int = 200) -> NDArray[np.int16]:
    return pixels(gimp.folder / "seen", height, width).astype(np.int16)


def separated(gimp: Gimp, inside: Worker, path: Path, **arguments: str) -> Any:
    """Separate a picture, save the layers and how they look together; return what was made."""
    given = "".join(f", {name}={value!r}" for name, value in arguments.items())
    return inside.run(f"""{HERE}
image = load({str(path)!r})
group, count = separate(image, image.get_layers(){given})
save_all(group.get_children(), {str(gimp.folder)!r})
result = [group.get_name(), count, children(group), layers(image)]
visible(image, group, {str(gimp.folder / "seen")!r})
image.delete()
""")


def test_the_hard_flat_layers_together_are_the_recolored_picture(
    gimp: Gimp, inside: Worker, clear: Path
) -> None:
    name, count, made, top = separated(gimp, inside, clear)
    assert count == 4
    assert top == [name, name.removeprefix("Colors of ")]
    assert top[0] != top[1]
    assert [layer["name"] for layer in made] == FROM_DARK_TO_LIGHT
    assert all((layer["size"], layer["offsets"]) == ([200, 150], [0, 0]) for layer in made)
    found = parts(gimp, 4)
    expected = rgba(recolor(clear, ONCE))
    alpha = expected[..., 3]
    # Every pixel is in exactly one layer, with all of its alpha.
    assert np.array_equal((found[..., 3] > 0).sum(axis=0), (alpha > 0).astype(np.int64))
    assert np.array_equal(found[..., 3].sum(axis=0), alpha)
    for layer, index in zip(found, ORDER, strict=True):
        assert (layer[layer[..., 3] > 0][:, :3] == ONCE.swatches[index].color).all()
    assert np.array_equal(seen(gimp)[alpha > 0], expected[alpha > 0])
    assert np.array_equal(seen(gimp)[..., 3], alpha)


@pytest.mark.parametrize("into", ["layers", "layer-masks"])
@pytest.mark.parametrize("edges", ["hard", "soft"])
def test_the_layers_with_pixels_together_are_the_picture(
    gimp: Gimp, inside: Worker, clear: Path, into: str, edges: str
) -> None:
    separated(gimp, inside, clear, into=into, content="pixels", edges=edges)
    with Image.open(clear) as picture:
        expected = np.asarray(picture)
    found, visible = seen(gimp), expected[..., 3] > 0
    assert np.abs(found[..., 3] - expected[..., 3]).max() <= 1
    assert np.abs(found - expected)[visible].max() <= 1


def light(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return linear light, 0 to 1, of sRGB values, after IEC 61966-2-1."""
    part = np.asarray(values, np.float64) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("into", ["layers", "layer-masks"])
def test_soft_flat_layers_add_up_to_the_mixture_of_two_colors(
    gimp: Gimp, inside: Worker, clear: Path, into: str
) -> None:
    separated(gimp, inside, clear, into=into, edges="soft")
    masks = separate(clear, ONCE, "soft").masks
    weights = np.stack([masks[index] for index in range(len(ONCE.swatches))])
    alpha = weights.sum(axis=0)
    visible = alpha > 0
    colors = light(np.array([swatch.color for swatch in ONCE.swatches], np.uint8))
    mixed = np.einsum("khw,kc->hwc", weights, colors)[visible] / alpha[visible][:, None]
    found = seen(gimp)
    assert np.abs(found[..., 3] - alpha.astype(np.int16)).max() <= 1
    # Where it is half transparent, GIMP has rounded the parts of 128 to whole numbers.
    low, high = light(found[visible][:, :3] - 1.01), light(found[visible][:, :3] + 1.01)
    assert ((low <= mixed) & (mixed <= high)).all()


@pytest.mark.parametrize("edges", ["hard", "soft"])
def test_a_layer_has_the_alpha_of_the_mask_that_the_engine_finds(
    gimp: Gimp, inside: Worker, clear: Path, edges: str
) -> None:
    _name, count, made, _top = separated(gimp, inside, clear, edges=edges)
    masks = separate(clear, ONCE, edges).masks
    names = [layer["name"][:7] for layer in made]
    for name, layer in zip(names, parts(gimp, count), strict=True):
        index = [swatch.hex for swatch in ONCE.swatches].index(name)
        assert np.array_equal(layer[..., 3], masks[index])


def test_the_channels_of_a_selection_give_back_the_parts_of_the_selection(
    gimp: Gimp, inside: Worker
) -> None:
    photo, folder = gimp.folder / "astronaut.png", gimp.folder
    made = inside.run(f"""{HERE}
image = load({str(photo)!r})
layer = image.get_layers()[0]
layer.set_offsets(-30, 50)
image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 120, 200, 160)
Gimp.Selection.feather(image, 20)
before = Gimp.Selection.save(image)
image.set_selected_layers([layer])
group, count = separate(image, [layer], into="channels")
channels = [channel for channel in image.get_channels() if channel.get_id() != before.get_id()]
names = [[c.get_name(), c.get_visible(), c.get_width(), c.get_height()] for c in channels]
everything = Gegl.Rectangle.new(0, 0, 512, 512)
for number, channel in enumerate([before, *channels]):
    image.select_item(Gimp.ChannelOps.REPLACE, channel)
    buffer = image.get_selection().get_buffer()
    values = buffer.get(everything, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
    Path({str(folder)!r}, f"selection-{{number}}").write_bytes(values)
result = [group is None, count, names, [each.get_id() for each in image.get_selected_layers()],
          layer.get_id()]
image.delete()
""")
    assert made[:3] == [True, 4, [[name, False, 512, 512] for name in FROM_DARK_TO_LIGHT]]
    assert made[3] == [made[4]]
    files = [gimp.folder / f"selection-{number}" for number in range(5)]
    selected, *masks = (np.fromfile(file, np.uint8).reshape(512, 512) for file in files)
    nearest = rgba(recolor(photo, ONCE))[:462, 30:, :3]
    for mask, index in zip(masks, ORDER, strict=True):
        own = (nearest == ONCE.swatches[index].color).all(axis=2)
        expected = np.zeros((512, 512), np.uint8)
        expected[50:, :482][own] = selected[50:, :482][own]
        assert np.array_equal(mask, expected)
