"""Recolored layers, swatch strips and images that the procedures make, in real GIMP."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine import extract, recolor
from palette_engine.formats import gpl
from palette_engine.palette.value import Palette, Swatch
from tests.gimp.gimps import Gimp, Worker

pytestmark = pytest.mark.gimp

CALL = """
def call(name, image, drawables, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for key, value in arguments.items():
        config.set_property(key.replace("_", "-"), value)
    values = procedure.run(config)
    if values.index(0) != Gimp.PDBStatusType.SUCCESS:
        return Gimp.get_pdb().get_last_error()
    return [values.index(i) for i in range(1, values.length())]


def shape(layer):
    parent = layer.get_parent()
    return {
        "name": layer.get_name(), "offsets": list(layer.get_offsets())[1:],
        "size": [layer.get_width(), layer.get_height()],
        "parent": parent and parent.get_name(), "index": layer.get_image().get_item_position(layer),
    }


def save(drawable, path):
    width, height = drawable.get_width(), drawable.get_height()
    Path(path).write_bytes(drawable.get_buffer().get(
        Gegl.Rectangle.new(0, 0, width, height), 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE))
"""

EXTRACT = "plug-in-extract-palette"
RECOLOR = "plug-in-recolor-with-palette"

PALETTE = Palette(
    tuple(Swatch(color) for color in ((20, 12, 28), (210, 125, 44), (222, 238, 214), (20, 12, 28))),
    name="Four of them",
)


def pixels(path: Path, height: int, width: int) -> NDArray[np.uint8]:
    return np.frombuffer(path.read_bytes(), np.uint8).reshape(height, width, 4)


def rgba(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGBA"))


@pytest.fixture
def installed(gimp: Gimp, inside: Worker) -> str:
    """Return the name of a palette in GIMP that the plug-in did not make."""
    inside.run("Gimp.palettes_refresh()")
    gimp.palettes.mkdir(exist_ok=True)
    (gimp.palettes / "four.gpl").write_bytes(gpl.dumps(PALETTE))
    inside.run("Gimp.palettes_refresh()")
    return PALETTE.name


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "ordered"])
def test_the_recolored_layer_has_the_pixels_of_the_same_picture_recolored_without_gimp(
    gimp: Gimp, inside: Worker, clear: Path, dither: str
) -> None:
    made = inside.run(f"""{CALL}
image = load({str(clear)!r})
palette, layer, other = call({EXTRACT!r}, image, image.get_layers(), colors=7,
    recolored_layer=True, dither={dither!r})
save(layer, {str(gimp.folder / "layer")!r})
result = [shape(each) for each in image.get_layers()]
assert other is None
""")
    above, below = made
    assert above["name"] == f"{below['name']} in 7 colors"
    assert (above["size"], above["offsets"]) == ([200, 150], [0, 0])
    expected = rgba(recolor(clear, extract(clear, colors=7), dither))
    found = pixels(gimp.folder / "layer", 150, 200)
    assert np.array_equal(found[..., 3], expected[..., 3])
    visible = found[..., 3] > 0
    assert np.array_equal(found[visible], expected[visible])


def test_the_recolored_layer_is_where_the_selected_part_of_its_layer_is(
    gimp: Gimp, inside: Worker
) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""{CALL}
image = load({str(photo)!r})
group = Gimp.GroupLayer.new(image, "group")
image.insert_layer(group, None, 0)
layer = image.get_layers()[1].copy()
layer.set_name("inner")
image.insert_layer(layer, group, 0)
layer.set_offsets(-30, 50)
image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 120, 200, 160)
Gimp.Selection.feather(image, 20)
_palette, recolored, _other = call({EXTRACT!r}, image, [layer], colors=4, recolored_layer=True)
save(recolored, {str(gimp.folder / "layer")!r})
found = shape(recolored)
selection = image.get_selection().get_buffer().get(
    Gegl.Rectangle.new(*found["offsets"], *found["size"]), 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
Path({str(gimp.folder / "mask")!r}).write_bytes(selection)
result = found
""")
    assert made["name"] == "inner in 4 colors"
    assert (made["parent"], made["index"]) == ("group", 0)
    width, height = made["size"]
    found = pixels(gimp.folder / "layer", height, width)
    mask = np.frombuffer((gimp.folder / "mask").read_bytes(), np.uint8).reshape(height, width)
    assert np.array_equal(found[..., 3], mask)
    left, top = made["offsets"]
    with Image.open(photo) as opened:
        part = np.asarray(opened.convert("RGB"))[top - 50 :, left + 30 :][:height, :width]
    expected = extract(part, colors=4, weight=mask)
    seen = {tuple(color) for color in found[found[..., 3] > 0][:, :3].tolist()}
    assert seen == {swatch.color for swatch in expected.swatches}


def test_layers_are_added_and_nothing_else_of_the_image_changes(
    inside: Worker, clear: Path
) -> None:
    made = inside.run(f"""{CALL}
image = load({str(clear)!r})
image.clean_all()
count = len(Gimp.get_images())
palette, layer, other = call({EXTRACT!r}, image, image.get_layers(), colors=5,
    recolored_layer=True, swatch_strip="layer")
result = [[shape(each) for each in image.get_layers()], image.is_dirty(),
          len(Gimp.get_images()) - count, palette.get_name(), layer.get_name()]
""")
    layers, dirty, images, palette, layer = made
    strip, recolored, below = layers
    assert dirty
    assert images == 0
    assert (strip["name"], recolored["name"]) == (palette, layer)
    assert strip["size"][0] == 200
    assert strip["offsets"] == [0, 150 - strip["size"][1]]
    assert below["size"] == [200, 150]


def test_the_strip_may_be_an_image_of_its_own(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""{CALL}
image = load({str(photo)!r})
image.clean_all()
_palette, layer, other = call({EXTRACT!r}, image, image.get_layers(), colors=5,
    swatch_strip="image", names="css")
save(other.get_layers()[0], {str(gimp.folder / "layer")!r})
result = [layer is None, image.is_dirty(), len(image.get_layers()), other.get_width(),
          other.get_height(), len(other.get_layers()), other.is_dirty()]
other.delete()
""")
    none, dirty, layers, width, height, others, _other_dirty = made
    assert (none, dirty, layers, width, others) == (True, False, 1, 512, 1)
    found = pixels(gimp.folder / "layer", height, width)
    assert (found[..., 3] == 255).all()
    for swatch in extract(photo, colors=5).swatches:
        area = (found[..., :3] == swatch.color).all(axis=2).mean()
        assert area > 0.08, swatch.hex


def test_the_strip_may_be_below_the_picture(gimp: Gimp, inside: Worker, clear: Path) -> None:
    made = inside.run(f"""{CALL}
image = load({str(clear)!r})
call({EXTRACT!r}, image, image.get_layers(), colors=5, swatch_strip="below")
strip, below = image.get_layers()
save(below, {str(gimp.folder / "layer")!r})
result = [shape(strip), shape(below), image.get_width(), image.get_height()]
image.delete()
""")
    strip, below, width, height = made
    assert (below["size"], below["offsets"]) == ([200, 150], [0, 0])
    assert (strip["offsets"], strip["size"][0]) == ([0, 150], 200)
    assert (width, height) == (200, 150 + strip["size"][1])
    with Image.open(clear) as picture:
        assert np.array_equal(pixels(gimp.folder / "layer", 150, 200), np.asarray(picture))


def test_the_second_command_recolors_with_any_palette(
    gimp: Gimp, inside: Worker, clear: Path, installed: str
) -> None:
    made = inside.run(f"""{CALL}
image = load({str(clear)!r})
palette = Gimp.Palette.get_by_name({installed!r})
(layer,) = call({RECOLOR!r}, image, image.get_layers(), palette=palette, dither="ordered")
save(layer, {str(gimp.folder / "layer")!r})
Gimp.context_set_palette(palette)
(again,) = call({RECOLOR!r}, image, [image.get_layers()[1]])
save(again, {str(gimp.folder / "again")!r})
result = [shape(each)["name"] for each in image.get_layers()]
""")
    assert made[:2] == [f"{made[2]} in 3 colors", f"{made[2]} in 3 colors #1"]
    once = Palette(PALETTE.swatches[:3])
    for name, dither in (("layer", "ordered"), ("again", "none")):
        found = pixels(gimp.folder / name, 150, 200)
        expected = rgba(recolor(clear, once, dither))
        visible = found[..., 3] > 0
        assert np.array_equal(found[..., 3], expected[..., 3])
        assert np.array_equal(found[visible], expected[visible])


def test_the_second_command_works_in_script_fu(gimp: Gimp, installed: str) -> None:
    photo = gimp.folder / "astronaut.png"
    result = gimp.folder / "from-script-fu.png"
    done = gimp.scheme(f"""
        (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
               (palette (car (gimp-palette-get-by-name "{installed}")))
               (layer (car (plug-in-recolor-with-palette
                  #:run-mode RUN-NONINTERACTIVE #:image image
                  #:drawables (vector (vector-ref (car (gimp-image-get-layers image)) 0))
                  #:palette palette))))
          (gimp-image-reorder-item image layer 0 0)
          (file-png-export #:run-mode RUN-NONINTERACTIVE #:image image #:file "{result}"))
    """)
    assert result.is_file(), done.stdout + done.stderr
    with Image.open(result) as written:
        colors = {color for _count, color in written.convert("RGB").getcolors() or []}
    assert colors == {swatch.color for swatch in PALETTE.swatches}


REFUSED = {
    "an indexed image": (
        "image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, "
        "8, False, False, '')",
        "recolored_layer=True",
        "The image is indexed",
    ),
    "an indexed image that shall get a strip": (
        "image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, "
        "8, False, False, '')",
        "swatch_strip='layer'",
        "The image is indexed",
    ),
    "a gray image that shall get colors": (
        "image.convert_grayscale()",
        "recolored_layer=True, keep='#e6194b'",
        "The image is grayscale",
    ),
    "a floating selection": (
        "image.select_rectangle(Gimp.ChannelOps.REPLACE, 10, 10, 50, 50); "
        "layers = [Gimp.Selection.float(image, layers, 5, 5)]",
        "recolored_layer=True",
        "The image has a floating selection",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_image_that_cannot_take_a_layer_stays_as_it_is(
    gimp: Gimp, inside: Worker, case: str
) -> None:
    preparation, arguments, sentence = REFUSED[case]
    before = set(gimp.palettes.iterdir())
    made = inside.run(f"""{CALL}
image = load({str(gimp.folder / "astronaut.png")!r})
layers = image.get_layers()
{preparation}
image.clean_all()
count = len(image.get_layers())
result = [call({EXTRACT!r}, image, layers, {arguments}), image.is_dirty(),
          len(image.get_layers()) - count]
""")
    assert sentence in made[0]
    assert made[1:] == [False, 0]
    assert set(gimp.palettes.iterdir()) == before


def test_a_gray_image_takes_grays(gimp: Gimp, inside: Worker) -> None:
    made = inside.run(f"""{CALL}
image = load({str(gimp.folder / "astronaut.png")!r})
image.convert_grayscale()
palette, layer, _other = call({EXTRACT!r}, image, image.get_layers(), colors=4,
    recolored_layer=True)
save(layer, {str(gimp.folder / "layer")!r})
result = look(palette)["colors"]
""")
    found = pixels(gimp.folder / "layer", 512, 512).reshape(-1, 4)[:, :3]
    assert {bytes(color).hex() for color in np.unique(found, axis=0)} == {c[1:] for c in made}


@pytest.mark.parametrize("precision", ["U16_LINEAR", "FLOAT_NON_LINEAR"])
def test_an_image_of_high_precision_gets_the_exact_colors(
    gimp: Gimp, inside: Worker, precision: str
) -> None:
    made = inside.run(f"""{CALL}
image = load({str(gimp.folder / "astronaut.png")!r})
image.convert_precision(Gimp.Precision.{precision})
palette, layer, _other = call({EXTRACT!r}, image, image.get_layers(), colors=4,
    recolored_layer=True)
save(layer, {str(gimp.folder / "layer")!r})
result = look(palette)["colors"]
""")
    found = pixels(gimp.folder / "layer", 512, 512).reshape(-1, 4)[:, :3]
    assert {bytes(color).hex() for color in np.unique(found, axis=0)} == {c[1:] for c in made}


def test_a_palette_without_colors_is_refused(gimp: Gimp, inside: Worker) -> None:
    made = inside.run(f"""{CALL}
image = load({str(gimp.folder / "astronaut.png")!r})
palette = Gimp.Palette.new("Nothing in it")
result = call({RECOLOR!r}, image, image.get_layers(), palette=palette)
palette.delete()
""")
    assert "The palette has no colors" in made


def test_a_layer_as_wide_as_gimp_allows_is_no_trouble(inside: Worker) -> None:
    made = inside.run(f"""{CALL}
image = Gimp.Image.new(262144, 3, Gimp.ImageBaseType.RGB)
layer = Gimp.Layer.new(image, "wide", 262144, 3, Gimp.ImageType.RGB_IMAGE, 100,
                       Gimp.LayerMode.NORMAL)
image.insert_layer(layer, None, 0)
for start, color in ((0, b"\\xc8\\x64\\x32"), (131072, b"\\x14\\x5a\\xa0")):
    rectangle = Gegl.Rectangle.new(start, 0, 131072, 3)
    layer.get_buffer().set(rectangle, "R'G'B' u8", color * (131072 * 3))
palette, recolored, _other = call({EXTRACT!r}, image, [layer], colors=5, recolored_layer=True,
    swatch_strip="layer")
result = [look(palette)["colors"], [shape(each)["size"] for each in image.get_layers()]]
image.delete()
""")
    assert sorted(made[0]) == ["#145aa0", "#c86432"]
    assert made[1][0][0] == 32768
    assert made[1][1:] == [[262144, 3], [262144, 3]]


def test_where_gimp_cannot_save_palettes_it_says_so_and_makes_none(gimp: Gimp) -> None:
    profile = gimp.folder / "read-only"
    shutil.copytree(gimp.profile, profile, ignore=shutil.ignore_patterns("palettes"))
    with (profile / "gimprc").open("a") as settings:
        # The root's own files are read-only here, for every user.
        settings.write('(palette-path-writable "/usr/share/palettes-of-nobody")\n')
    made: Any
    with Worker(gimp, {"GIMP3_DIRECTORY": str(profile)}) as elsewhere:
        made = elsewhere.run(f"""{CALL}
image = load({str(gimp.folder / "astronaut.png")!r})
names = len(Gimp.palettes_get_list(""))
result = [call({EXTRACT!r}, image, image.get_layers(), colors=3),
          len(Gimp.palettes_get_list("")) - names]
""")
    assert "GIMP cannot save palettes in /usr/share/palettes-of-nobody." in made[0]
    assert made[1] == 0
