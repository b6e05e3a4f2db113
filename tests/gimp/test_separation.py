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
from tests.gimp.ended import ended
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.test_results import CALL, pixels, rgba
from tests.icc import ADOBE_RGB

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


@pytest.mark.parametrize(
    ("kind", "precision", "adobe"),
    [
        ("RGB", "U8_NON_LINEAR", True),
        ("RGB", "U16_LINEAR", False),
        ("RGB", "FLOAT_NON_LINEAR", False),
        ("GRAY", "U8_NON_LINEAR", False),
        ("GRAY", "HALF_LINEAR", False),
    ],
)
def test_pixels_keep_the_numbers_that_the_image_has(
    gimp: Gimp, inside: Worker, kind: str, precision: str, adobe: bool
) -> None:
    profile = gimp.folder / "adobe.icc"
    profile.write_bytes(ADOBE_RGB)
    random = np.random.default_rng(1)
    colors = random.integers(0, 256, (40 * 60, 4), np.uint8)
    colors[:, 3] = np.repeat([255, 128, 0, 255], 600)
    raw, folder = gimp.folder / "random", str(gimp.folder)
    raw.write_bytes(colors.tobytes())
    bytes_of_pixel, layers, offsets = inside.run(f"""{HERE}
image = Gimp.Image.new_with_precision(
    60, 40, Gimp.ImageBaseType.{kind}, Gimp.Precision.{precision})
if {adobe}:
    image.set_color_profile(Gimp.ColorProfile.new_from_file(Gio.File.new_for_path({str(profile)!r})))
kind = Gimp.ImageType.{kind}A_IMAGE
layer = Gimp.Layer.new(image, "numbers", 60, 40, kind, 100, Gimp.LayerMode.NORMAL)
image.insert_layer(layer, None, 0)
everything = Gegl.Rectangle.new(0, 0, 60, 40)
layer.get_buffer().set(everything, "R'G'B'A u8", Path({str(raw)!r}).read_bytes())
layer.set_offsets(7, -5)
group, count = separate(image, [layer], content="pixels")
items = [layer, *group.get_children()]
for number, item in enumerate(items):
    data = item.get_buffer().get(everything, 1.0, None, Gegl.AbyssPolicy.NONE)
    Path({folder!r}, f"raw-{{number}}").write_bytes(data)
result = [len(data) // 2400, len(items), [list(item.get_offsets())[1:] for item in items]]
image.delete()
""")
    assert offsets == [[7, -5]] * layers
    size = bytes_of_pixel * (3 if kind == "RGB" else 1) // (4 if kind == "RGB" else 2)
    files = [gimp.folder / f"raw-{number}" for number in range(layers)]
    before, *parts = (np.fromfile(file, np.uint8).reshape(2400, bytes_of_pixel) for file in files)
    visible = colors[:, 3] > 0
    inside_part = [part[:, size:].any(axis=1) for part in parts]
    assert np.array_equal(np.sum(inside_part, axis=0), visible)
    for part, is_inside in zip(parts, inside_part, strict=True):
        one, other = (data[is_inside, :size] for data in (part, before))
        if precision == "FLOAT_NON_LINEAR":  # which GIMP rounds where it multiplies alpha
            made, given = (np.ascontiguousarray(data).view(np.float32) for data in (one, other))
            assert np.abs(made - given).max() < 1e-6
        else:
            assert np.array_equal(one, other)


def test_what_is_masked_or_not_selected_is_in_no_layer(
    gimp: Gimp, inside: Worker, clear: Path
) -> None:
    mask = np.zeros((150, 200), np.uint8)
    mask[:, 50:] = 100
    mask[:, 120:] = 255
    (gimp.folder / "mask").write_bytes(mask.tobytes())
    count, boxes, dirty = inside.run(f"""{HERE}
image = load({str(clear)!r})
layer = image.get_layers()[0]
mask = layer.create_mask(Gimp.AddMaskType.WHITE)
layer.add_mask(mask)
mask.get_buffer().set(Gegl.Rectangle.new(0, 0, 200, 150), "Y u8",
                      Path({str(gimp.folder / "mask")!r}).read_bytes())
image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 20, 150, 120)
image.clean_all()
group, count = separate(image, [layer])
save_all(group.get_children(), {str(gimp.folder)!r})
result = [count, [[child["offsets"], child["size"]] for child in children(group)],
          image.is_dirty()]
image.delete()
""")
    assert dirty
    assert boxes == [[[30, 20], [150, 120]]] * count
    alpha = parts(gimp, count, 120, 150)[..., 3]
    with Image.open(clear) as picture:
        own = np.asarray(picture)[20:140, 30:180, 3].astype(np.int64)
    weight = mask[20:140, 30:180].astype(np.int64)
    assert np.array_equal(alpha.sum(axis=0), (own * weight + 127) // 255)
    assert (alpha > 0).sum(axis=0).max() == 1


def test_the_visible_image_is_separated_above_all_layers(inside: Worker, clear: Path) -> None:
    made = inside.run(f"""{HERE}
image = load({str(clear)!r})
below = image.get_layers()[0].copy()
image.insert_layer(below, None, 1)
group, count = separate(image, [below], scope="visible", into="layer-masks")
masks = [child.get_mask() is not None for child in group.get_children()]
result = [image.get_item_position(group), count, masks, len(image.get_layers())]
image.delete()
""")
    assert made == [0, 4, [True] * 4, 3]


INDEXED = (
    "image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, "
    "8, False, False, '')"
)

REFUSED = {
    "layers of an indexed image": (INDEXED, "content='pixels'", "The image is indexed"),
    "colors in a gray image": ("image.convert_grayscale()", "", "The image is grayscale"),
    "another layer beside a floating selection": (
        "image.select_rectangle(Gimp.ChannelOps.REPLACE, 10, 10, 50, 50); "
        "layers = [Gimp.Selection.float(image, layers, 5, 5)]",
        "content='pixels'",
        "The image has a floating selection",
    ),
    "a transparent layer": (
        "layers[0].fill(Gimp.FillType.TRANSPARENT)",
        "",
        "Nothing of it is visible",
    ),
    "a channel of a layer that is beyond the canvas": (
        "layers[0].set_offsets(0, 900)",
        "into='channels'",
        "Nothing of it is visible, or on the canvas.",
    ),
    "an unknown kind of edges": ("", "edges='sharp'", "edges must be one of hard, soft"),
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
before = len(image.get_layers()) + len(image.get_channels())
images = len(Gimp.get_images())
said = separate(image, layers, {arguments})
after = len(image.get_layers()) + len(image.get_channels())
result = [said, image.is_dirty(), after - before, len(Gimp.get_images()) - images]
image.delete()
""")
    assert sentence in said
    assert (dirty, more, images) == (False, 0, 0)


@pytest.mark.parametrize("preparation", [INDEXED, "image.convert_grayscale()"])
def test_channels_fit_into_every_kind_of_image(
    inside: Worker, clear: Path, preparation: str
) -> None:
    made = inside.run(f"""{HERE}
image = load({str(clear)!r})
{preparation}
group, count = separate(image, image.get_layers(), into="channels", edges="soft")
result = [group is None, count, len(image.get_channels()), len(image.get_layers())]
image.delete()
""")
    assert made == [True, made[1], made[1], 1]
    assert made[1] > 1


@pytest.mark.newest_gimp
def test_a_procedure_that_is_ended_leaves_nothing_in_the_image(gimp: Gimp, inside: Worker) -> None:
    assert ended(gimp, inside, HERE, "separate(image, [layer])") == [True, ["large"], False, 0]
