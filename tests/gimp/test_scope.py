"""The part of an image that a palette is made of, read in real GIMP by the plug-in's scope.py.

The tests put pixels into images and know the numbers that must come back, without the engine.
Every read also checks that the image did not change (inside_sources.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tests.gimp.gimps import Gimp, Worker
from tests.icc import ADOBE_RGB, LINEAR_SRGB, srgb_curve

pytestmark = pytest.mark.gimp

INSIDE_SOURCES = Path(__file__).with_name("inside_sources.py").read_text()

SCOPES = ("selection", "layer", "visible-selection", "visible")

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Taken:
    """The values of a source, and its planes, `(height, width[, 4])`."""

    known: dict[str, Any]
    planes: list[Bytes]

    @property
    def rgba(self) -> Bytes:
        return self.planes[0]

    @property
    def masks(self) -> list[Bytes]:
        return self.planes[1:]

    @property
    def rectangle(self) -> list[int]:
        rectangle: list[int] = self.known["rectangle"]
        return rectangle


@dataclass(frozen=True)
class Desk:
    """A running GIMP and the folder that it shares with the test."""

    folder: Path
    inside: Worker

    def raw(self, pixels: NDArray[np.generic]) -> str:
        """Return, as Python for GIMP, the path of a raw file with pixels."""
        path = self.folder / f"pixels-{len(list(self.folder.glob('pixels-*')))}"
        path.write_bytes(pixels.tobytes())
        return repr(str(path))

    def run(self, code: str) -> Any:
        return self.inside.run(f"{INSIDE_SOURCES}\n{code}\n")

    def ask(self, code: str, drawables: str, scope: str) -> dict[str, Any]:
        """Run code that makes `image`; read it, and return the values of its source."""
        out = str(self.folder / "read")
        answer: dict[str, Any] = self.run(
            f"{code}\nresult = grab(image, {drawables}, {scope!r}, {out!r})\nimage.delete()"
        )
        return answer

    def take(self, code: str, drawables: str = "[layer]", scope: str = "selection") -> Taken:
        """Run code that makes `image`, and return what is read from it."""
        known = self.ask(code, drawables, scope)
        assert "error" not in known, known
        pieces: list[list[Bytes]] = [[] for _ in known["planes"]]
        content = (self.folder / "read").read_bytes()
        start = 0
        for size, number in zip(known["strips"], itertools.cycle(range(len(pieces)))):
            pieces[number].append(np.frombuffer(content[start : start + size], np.uint8))
            start += size
        _left, _top, width, height = known["rectangle"]
        shapes = {"rgb": (height, width, 3), "rgba": (height, width, 4), "mask": (height, width)}
        planes = [
            np.concatenate(piece).reshape(shapes[name])
            for name, piece in zip(known["planes"], pieces, strict=True)
        ]
        if known["planes"][0] == "rgb":
            planes[0] = np.pad(planes[0], ((0, 0), (0, 0), (0, 1)), constant_values=255)
        return Taken(known, planes)

    def refuse(self, code: str, drawables: str = "[layer]", scope: str = "selection") -> str:
        """Run code that makes `image`, and return why it cannot be read."""
        return str(self.ask(code, drawables, scope)["error"])


@pytest.fixture
def desk(gimp: Gimp, inside: Worker) -> Desk:
    folder = gimp.folder / "scope"
    folder.mkdir(exist_ok=True)
    return Desk(folder, inside)


def noise(height: int, width: int, seed: int = 0) -> Bytes:
    """Return opaque random pixels."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def flat(height: int, width: int, *color: int) -> Bytes:
    return np.tile(np.array([*color, 255], np.uint8), (height, width, 1))


def linear(pixels: Bytes) -> NDArray[np.float64]:
    """Return colors in linear light, by sRGB's curve (IEC 61966-2-1)."""
    light: NDArray[np.float64] = np.vectorize(srgb_curve)(pixels / 255)
    return light


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colors in linear light as sRGB, from 0 to 255."""
    curved = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return 255 * np.where(light <= 0.0031308, 12.92 * light, curved)


def close(ours: Bytes, theirs: NDArray[Any]) -> bool:
    """Return whether colors are equal except for rounding."""
    return bool(np.all(np.abs(ours.astype(float) - theirs) <= 1))


LAYER = noise(20, 30)

AT = (-7, 25)
"""Where the layer is on a canvas of 40 x 30: partly above nothing, to the left and below."""


def one_layer(desk: Desk, more: str = "") -> str:
    return f"image = picture(40, 30)\nlayer = put(image, 30, 20, {desk.raw(LAYER)}, {AT})\n{more}"


@pytest.mark.parametrize("scope", ["selection", "layer"])
def test_without_a_selection_a_layer_is_read_whole_on_the_canvas_or_not(
    desk: Desk, scope: str
) -> None:
    taken = desk.take(one_layer(desk), scope=scope)
    assert taken.known == {
        "title": "Layer 1",
        "kind": "layer",
        "selected": False,
        "rectangle": [*AT, 30, 20],
        "planes": ["rgba"],
        "rows": 128,
        "strips": [LAYER.size],
    }
    assert np.array_equal(taken.rgba, LAYER)


def test_a_selected_rectangle_is_what_is_read_of_a_layer(desk: Desk) -> None:
    taken = desk.take(one_layer(desk, "select(image, 3, 20, 5, 8)"))
    assert taken.rectangle == [3, 25, 5, 3]
    assert taken.known["selected"]
    assert np.array_equal(taken.rgba, LAYER[0:3, 10:15])
    assert np.array_equal(taken.masks[0], np.full((3, 5), 255))


def test_the_whole_layer_is_read_despite_a_selection_if_that_is_asked(desk: Desk) -> None:
    taken = desk.take(one_layer(desk, "select(image, 3, 20, 5, 8)"), scope="layer")
    assert not taken.known["selected"]
    assert taken.known["planes"] == ["rgba"]
    assert np.array_equal(taken.rgba, LAYER)


@pytest.mark.parametrize("scope", ["selection", "visible-selection"])
def test_soft_borders_weigh_as_much_as_gimp_says(desk: Desk, scope: str) -> None:
    pixels = noise(30, 40)
    code = f"""
image = picture(40, 30, precision="U16_NON_LINEAR")
layer = put(image, 40, 30, {desk.raw(pixels)})
select(image, 14, 10, 12, 8, feather=4)
"""
    taken = desk.take(code, scope=scope)
    left, top, width, height = taken.rectangle
    values = desk.run(f"{code}\nresult = values(image, {left}, {top}, {width}, {height})")
    weights = np.array(values).reshape(height, width)
    assert np.array_equal(taken.masks[0], weights)
    assert len(np.unique(weights)) > 20
    assert width < 40
    assert np.array_equal(taken.rgba, pixels[top : top + height, left : left + width])


ELSEWHERE = {
    "beside the layer": "select(image, 30, 5, 4, 4)",
    "around a corner of the layer": "select(image, 0, 20, 40, 1); select(image, 39, 20, 1, 8)",
}


@pytest.mark.parametrize("select", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_selection_that_leaves_the_layer_out_is_refused(desk: Desk, select: str) -> None:
    assert desk.refuse(one_layer(desk, select)) == (
        "Nothing of “Layer 1” is selected. "
        "Select a part of it, or nothing at all to use the whole of it."
    )


MASK = np.random.default_rng(1).integers(0, 256, (20, 30), np.uint8)


@pytest.mark.parametrize("drawables", ["[layer]", "[mask]", "[layer, mask]"])
def test_a_layer_mask_weighs_and_stands_for_its_layer(desk: Desk, drawables: str) -> None:
    taken = desk.take(one_layer(desk, f"mask = masked(layer, {desk.raw(MASK)})"), drawables)
    assert taken.known["title"] == "Layer 1"
    assert taken.rectangle == [*AT, 30, 20]
    assert np.array_equal(taken.rgba, LAYER)
    assert np.array_equal(taken.masks, [MASK])


def test_a_layer_mask_that_is_turned_off_does_not_weigh(desk: Desk) -> None:
    more = f"masked(layer, {desk.raw(MASK)}); layer.set_apply_mask(False)"
    assert desk.take(one_layer(desk, more)).known["planes"] == ["rgba"]


def test_mask_and_selection_are_planes_of_their_own(desk: Desk) -> None:
    more = f"masked(layer, {desk.raw(MASK)}); select(image, 3, 20, 5, 8)"
    taken = desk.take(one_layer(desk, more))
    assert taken.known["planes"] == ["rgba", "mask", "mask"]
    assert np.array_equal(taken.masks[0], MASK[0:3, 10:15])
    assert np.array_equal(taken.masks[1], np.full((3, 5), 255))


def test_opacity_mode_and_visibility_of_the_layer_do_not_matter(desk: Desk) -> None:
    more = (
        "layer.set_opacity(20); layer.set_mode(Gimp.LayerMode.MULTIPLY); layer.set_visible(False)"
    )
    assert np.array_equal(desk.take(one_layer(desk, more)).rgba, LAYER)


def test_transparent_pixels_come_with_their_alpha(desk: Desk) -> None:
    pixels = noise(8, 8)
    pixels[..., 3] = np.arange(64).reshape(8, 8)
    code = f"image = picture(8, 8); layer = put(image, 8, 8, {desk.raw(pixels)})"
    assert np.array_equal(desk.take(code).rgba, pixels)


INVERTED = np.dstack([255 - LAYER[..., :3], LAYER[..., 3]])


def test_what_a_filter_does_counts_and_one_that_is_turned_off_does_nothing(desk: Desk) -> None:
    shown = desk.take(one_layer(desk, "effect(layer)"))
    assert shown.known["title"] == "Layer 1"
    assert shown.rectangle == [*AT, 30, 20]
    assert np.array_equal(shown.rgba, INVERTED)
    hidden = desk.take(one_layer(desk, "effect(layer).set_visible(False)"))
    assert np.array_equal(hidden.rgba, LAYER)
    both = desk.take(one_layer(desk, "effect(layer); effect(layer).set_visible(False)"))
    assert np.array_equal(both.rgba, INVERTED)


def test_mask_and_selection_weigh_what_a_filter_does(desk: Desk) -> None:
    more = f"masked(layer, {desk.raw(MASK)}); effect(layer); select(image, 3, 20, 5, 8)"
    taken = desk.take(one_layer(desk, more))
    assert taken.rectangle == [3, 25, 5, 3]
    assert np.array_equal(taken.rgba, INVERTED[0:3, 10:15])
    assert np.array_equal(taken.masks, [MASK[0:3, 10:15], np.full((3, 5), 255)])


def test_a_filter_that_makes_the_layer_larger_keeps_it_in_its_place(desk: Desk) -> None:
    mask = desk.raw(np.full((10, 10), 200, np.uint8))
    code = f"""
image = picture(40, 30)
layer = put(image, 10, 10, {desk.raw(noise(10, 10))}, (6, 7))
effect(layer, "gegl:dropshadow")
"""
    taken = desk.take(f"{code}\nmasked(layer, {mask})")
    seen = desk.take(code, "[]", "visible")
    left, top, width, height = taken.rectangle
    assert width > 10
    assert height > 10
    colors, weights = np.zeros((2, 200, 200, 4), np.uint8)
    # In the middle of a large sheet: the layer is now partly beyond the canvas.
    inside = np.s_[60 + top : 60 + top + height, 60 + left : 60 + left + width]
    colors[inside], weights[inside] = taken.rgba, taken.masks[0][..., np.newaxis]
    square = np.s_[67:77, 66:76]
    assert np.array_equal(colors[square], noise(10, 10))
    assert np.all(weights[square] == 200)
    assert np.count_nonzero(weights[..., 0]) == 100
    shade = np.s_[78:90, 78:100]
    assert close(colors[shade][..., 3], seen.rgba[18:30, 18:40, 3])
    assert colors[shade][..., 3].any()


CHILDREN = {"one": flat(4, 4, 200, 10, 10), "two": flat(5, 6, 10, 200, 10)}


def one_group(desk: Desk, more: str = "") -> str:
    return f"""
image = picture(40, 30)
put(image, 40, 30, {desk.raw(flat(30, 40, 90, 90, 90))})
layer = group(image)
put(image, 4, 4, {desk.raw(CHILDREN["one"])}, (-2, 3), layer)
put(image, 6, 5, {desk.raw(CHILDREN["two"])}, (10, 8), layer)
{more}
"""


def grouped() -> Bytes:
    """Return what the group looks like, from (-2, 3) to (16, 13)."""
    pixels = np.zeros((10, 18, 4), np.uint8)
    pixels[0:4, 0:4] = CHILDREN["one"]
    pixels[5:10, 12:18] = CHILDREN["two"]
    return pixels


def shown(pixels: Bytes) -> Bytes:
    """Return pixels without the colors of those that are fully transparent."""
    return np.where(pixels[..., 3:] > 0, pixels, np.uint8(0))


@pytest.mark.parametrize("mode", ["NORMAL", "PASS_THROUGH", "MULTIPLY"])
def test_a_group_is_its_layers_together(desk: Desk, mode: str) -> None:
    more = f"layer.set_opacity(30); layer.set_mode(Gimp.LayerMode.{mode})"
    taken = desk.take(one_group(desk, more))
    assert taken.known["title"] == "Group"
    assert taken.known["kind"] == "layer"
    assert taken.rectangle == [-2, 3, 18, 10]
    assert np.array_equal(shown(taken.rgba), grouped())


@pytest.mark.parametrize("mode", ["NORMAL", "PASS_THROUGH", "MULTIPLY"])
def test_a_group_with_a_filter_a_mask_and_a_selection(desk: Desk, mode: str) -> None:
    mask = np.random.default_rng(2).integers(0, 256, (10, 18), np.uint8)
    more = f"""
layer.set_opacity(30); layer.set_visible(False); layer.set_mode(Gimp.LayerMode.{mode})
masked(layer, {desk.raw(mask)})
effect(layer)
select(image, 0, 0, 12, 30)
"""
    taken = desk.take(one_group(desk, more))
    assert taken.rectangle == [0, 3, 12, 10]
    pixels = grouped()
    pixels[..., :3] = 255 - pixels[..., :3]
    assert np.array_equal(shown(taken.rgba), shown(pixels)[:, 2:14])
    assert np.array_equal(taken.masks, [mask[:, 2:14], np.full((10, 12), 255)])


def test_an_empty_group_is_refused(desk: Desk) -> None:
    assert desk.refuse("image = picture(8, 8); layer = group(image)") == (
        "The layer group “Group” is empty. Select one with layers in it."
    )


BELOW, ABOVE, OTHER = noise(30, 40, 3), noise(20, 30, 4), flat(30, 40, 0, 0, 255)


def several(desk: Desk, more: str = "", kind: str = "U8_NON_LINEAR") -> str:
    """Make a stack in which the lowest and the third layer are read; the others are opaque."""
    return f"""
image = picture(40, 30, precision={kind!r})
below = put(image, 40, 30, {desk.raw(BELOW)})
put(image, 40, 30, {desk.raw(OTHER)})
folder = group(image)
put(image, 40, 30, {desk.raw(OTHER)}, (0, 0), folder)
above = put(image, 30, 20, {desk.raw(ABOVE)}, {AT}, folder, Gimp.LayerMode.MULTIPLY)
{more}
"""


def multiplied() -> NDArray[np.float64]:
    """Return how the two look: multiplied in linear light where both are, on the canvas."""
    pixels = BELOW[..., :3].astype(float)
    part = linear(BELOW[25:30, 0:23, :3]) * linear(ABOVE[0:5, 7:30, :3])
    pixels[25:30, 0:23] = encoded(part)
    return pixels


@pytest.mark.parametrize("drawables", ["[below, above]", "[above, below, above]"])
@pytest.mark.parametrize("kind", ["U8_NON_LINEAR", "FLOAT_LINEAR"])
def test_several_layers_are_read_as_they_look_together(
    desk: Desk, drawables: str, kind: str
) -> None:
    taken = desk.take(several(desk, "above.set_visible(False)", kind), drawables, "layer")
    assert taken.known["title"] == "2 layers"
    assert taken.known["kind"] == "layers"
    assert taken.rectangle == [0, 0, 40, 30]
    assert close(taken.rgba[..., :3], multiplied())
    assert np.all(taken.rgba[..., 3] == 255)


def test_masks_and_filters_of_several_layers_count(desk: Desk) -> None:
    more = f"""
masked(above, {desk.raw(np.zeros((20, 30), np.uint8))})
effect(below)
select(image, 5, 6, 7, 8)
"""
    taken = desk.take(several(desk, more), "[below, above]")
    assert taken.rectangle == [5, 6, 7, 8]
    assert np.array_equal(taken.rgba[..., :3], 255 - BELOW[6:14, 5:12, :3])
    assert np.array_equal(taken.masks, [np.full((8, 7), 255)])


def test_a_layer_in_a_group_that_is_selected_too_counts_once(desk: Desk) -> None:
    taken = desk.take(several(desk), "[above, folder]", "layer")
    assert taken.known["title"] == "Group"
    three = desk.take(several(desk), "[above, below, folder]", "layer")
    assert three.known["title"] == "2 layers"


def test_layers_beyond_the_canvas_count_alone_but_not_together(desk: Desk) -> None:
    code = f"""
image = picture(40, 30)
left = put(image, 30, 20, {desk.raw(ABOVE)}, (-30, 0))
below = put(image, 40, 30, {desk.raw(BELOW)}, (0, 30))
"""
    assert np.array_equal(desk.take(code, "[left]").rgba, ABOVE)
    assert desk.refuse(code, "[left, below]") == (
        "The selected layers are beyond the canvas. Move one onto it, or select only one."
    )
    taken = desk.take(f"{code}\nleft.set_offsets(-29, 0)", "[left, below]")
    assert np.array_equal(taken.rgba[:20, 0], ABOVE[:, 29])
    assert not taken.rgba[:, 1:, 3].any()


def half(desk: Desk, more: str = "") -> str:
    """Make an image that looks like `BELOW` with `OTHER` half over its top right."""
    return f"""
image = picture(40, 30)
below = put(image, 40, 30, {desk.raw(BELOW)})
put(image, 40, 30, {desk.raw(OTHER)}, (30, -20), opacity=50)
put(image, 40, 30, {desk.raw(ABOVE.repeat(2, 0))}).set_visible(False)
{more}
"""


def half_covered() -> NDArray[np.float64]:
    pixels = BELOW[..., :3].astype(float)
    part = (linear(BELOW[:10, 30:, :3]) + linear(OTHER[:10, 30:, :3])) / 2
    pixels[:10, 30:] = encoded(part)
    return pixels


@pytest.mark.parametrize("drawables", ["[below]", "[]"])
def test_the_visible_image_is_what_is_seen_of_it(desk: Desk, drawables: str) -> None:
    for more, scope in (
        ("", "visible"),
        ("", "visible-selection"),
        ("select(image, 1, 1, 2, 2)", "visible"),
    ):
        taken = desk.take(half(desk, more), drawables, scope)
        assert taken.known["title"] == "Untitled"
        assert taken.known["kind"] == "visible"
        assert not taken.known["selected"]
        assert taken.rectangle == [0, 0, 40, 30]
        assert taken.known["planes"] == ["rgba"]
        assert close(taken.rgba[..., :3], half_covered())


def test_the_selected_part_of_the_visible_image(desk: Desk) -> None:
    taken = desk.take(half(desk, "select(image, 28, 8, 20, 5)"), "[below]", "visible-selection")
    assert taken.known["selected"]
    assert taken.rectangle == [28, 8, 12, 5]
    assert close(taken.rgba[..., :3], half_covered()[8:13, 28:])
    assert np.array_equal(taken.masks, [np.full((5, 12), 255)])


@pytest.mark.parametrize("scope", SCOPES)
def test_an_image_without_layers_is_refused(desk: Desk, scope: str) -> None:
    sentence = desk.refuse("image = picture(8, 8)", "[]", scope)
    first = "The image has no layers. Add" if "visible" in scope else "No layer is selected. Select"
    assert sentence == f"{first} one, then try again."


@pytest.mark.parametrize("made", ["float", "paste"])
def test_a_floating_selection_is_its_own_pixels(desk: Desk, made: str) -> None:
    does = {
        "float": "Gimp.Selection.float(image, [under], 3, -2)",
        "paste": "Gimp.edit_copy([under]); Gimp.edit_paste(under, False)",
    }
    taken = desk.take(
        f"""
image = picture(40, 30)
under = put(image, 40, 30, {desk.raw(BELOW)})
select(image, 10, 8, 6, 5)
{does[made]}
layer = image.get_floating_sel()
assert image.get_selected_drawables() == [layer]
"""
    )
    assert taken.rectangle[2:] == [6, 5]
    assert not taken.known["selected"]
    assert np.array_equal(taken.rgba, BELOW[8:13, 10:16])


@pytest.mark.parametrize(
    ("precision", "encoding", "gray"),
    [("U8_NON_LINEAR", "Y' u8", 128), ("U16_NON_LINEAR", "Y u8", 188)],
)
def test_a_channel_is_the_grays_that_gimp_shows(
    desk: Desk, precision: str, encoding: str, gray: int
) -> None:
    pixels = np.full((30, 40), 128, np.uint8)
    pixels[:, 0] = 255
    code = f"""
image = picture(40, 30, precision={precision!r})
put(image, 40, 30, {desk.raw(BELOW)})
layer = channel(image, {desk.raw(pixels)}, {encoding!r})
select(image, 0, 5, 3, 4)
"""
    taken = desk.take(code)
    assert taken.known["title"] == "Channel"
    assert taken.known["kind"] == "channel"
    assert taken.rectangle == [0, 5, 3, 4]
    assert taken.rgba[0].tolist() == [[255] * 4, [gray] * 3 + [255], [gray] * 3 + [255]]
    assert np.array_equal(taken.masks, [np.full((4, 3), 255)])


def test_a_channel_along_with_something_else_is_refused(desk: Desk) -> None:
    code = one_layer(desk, f"more = channel(image, {desk.raw(np.zeros((30, 40)))}, 'Y u8')")
    assert desk.refuse(code, "[layer, more]").startswith("More than a channel is selected.")


GRAYS = np.arange(0, 256, dtype=np.uint8).reshape(16, 16)
WIDE = np.random.default_rng(5).integers(0, 65536, (16, 16, 3), np.uint16)
LIGHT = np.random.default_rng(6).random((16, 16, 3), np.float32)


def gray_file(path: Path) -> Bytes:
    Image.fromarray(GRAYS).save(path)
    return np.dstack([GRAYS] * 3)


def indexed_file(path: Path) -> Bytes:
    picture = Image.fromarray(noise(16, 16)[..., :3]).quantize(32)
    picture.save(path)
    return np.asarray(picture.convert("RGB"))


def deep_file(path: Path) -> NDArray[np.float64]:
    tifffile.imwrite(path, WIDE, photometric="rgb")
    return WIDE / 257


def float_file(path: Path) -> NDArray[np.float64]:
    tifffile.imwrite(path, LIGHT, photometric="rgb")
    return LIGHT.astype(float) * 255


def linear_file(path: Path) -> NDArray[np.float64]:
    tags = [(34675, 7, len(LINEAR_SRGB), LINEAR_SRGB, True)]
    tifffile.imwrite(path, LIGHT, photometric="rgb", extratags=tags)
    return encoded(LIGHT.astype(float))


def adobe_file(path: Path) -> Bytes:
    Image.fromarray(flat(16, 16, 200, 100, 50)[..., :3]).save(path, icc_profile=ADOBE_RGB)
    return flat(16, 16, 227, 100, 42)[..., :3]


FILES: dict[str, Callable[[Path], NDArray[Any]]] = {
    "gray.png": gray_file,
    "indexed.png": indexed_file,
    "rgb16.tif": deep_file,
    "float.tif": float_file,
    "linear.tif": linear_file,
    "adobe.png": adobe_file,
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_image_comes_as_srgb(desk: Desk, name: str) -> None:
    path = desk.folder / name
    expected = FILES[name](path)
    code = f"""
image = load({str(path)!r})
layer = image.get_layers()[0]
empty = layer.copy()
image.insert_layer(empty, None, 0)
if not empty.has_alpha():
    empty.add_alpha()
empty.fill(Gimp.FillType.TRANSPARENT)
"""
    for drawables, scope in (
        ("[layer]", "layer"),
        ("[layer]", "visible"),
        ("[layer, empty]", "layer"),
    ):
        taken = desk.take(code, drawables, scope)
        assert close(taken.rgba[..., :3], expected), (drawables, scope)
        assert np.all(taken.rgba[..., 3] == 255)


@pytest.mark.parametrize("name", ["adobe.png", "rgb16.tif", "linear.tif", "gray.png"])
def test_all_layers_together_look_as_the_image_does(desk: Desk, name: str) -> None:
    path = desk.folder / name
    FILES[name](path)
    code = f"""
image = load({str(path)!r})
layer = image.get_layers()[0]
above = layer.copy()
image.insert_layer(above, None, 0)
above.set_offsets(0, 3)
above.set_mode(Gimp.LayerMode.HARDLIGHT)
above.set_opacity(70)
"""
    together = desk.take(code, "[layer, above]")
    visible = desk.take(code, "[layer]", "visible")
    assert np.array_equal(together.rgba, visible.rgba)
    assert not np.array_equal(together.rgba, desk.take(code).rgba)


def test_a_filter_works_on_an_indexed_image_too(desk: Desk) -> None:
    path = desk.folder / "effect.png"
    expected = indexed_file(path)
    code = f"image = load({str(path)!r}); layer = image.get_layers()[0]; effect(layer)"
    assert close(desk.take(code).rgba[..., :3], 255 - expected)


def test_a_very_wide_layer_comes_in_low_strips(desk: Desk) -> None:
    width, height = 262_144, 19
    pixels = noise(height, width, 7)
    mask = np.random.default_rng(8).integers(0, 256, (height, width), np.uint8)
    taken = desk.take(
        f"""
image = picture({width}, {height})
layer = put(image, {width}, {height}, {desk.raw(pixels)})
masked(layer, {desk.raw(mask)})
select(image, 0, 0, {width}, {height})
"""
    )
    assert taken.known["rows"] == 5
    assert sum(taken.known["strips"][:3]) <= 2**23
    assert taken.known["strips"][-3:] == [4 * 4 * width, 4 * width, 4 * width]
    assert np.array_equal(taken.rgba, pixels)
    assert np.array_equal(taken.masks[0], mask)


def test_reading_takes_little_memory_however_large_the_layer(desk: Desk, gimp: Gimp) -> None:
    # In a GIMP of its own: another test may have left memory that can be used again.
    with Worker(gimp) as worker:
        grown = Desk(desk.folder, worker).run("""
image = picture(4096, 4096, precision="FLOAT_LINEAR")
layer = Gimp.Layer.new(image, "", 4096, 4096, Gimp.ImageType.RGBA_IMAGE, 100, NORMAL)
image.insert_layer(layer, None, 0)
layer.fill(Gimp.FillType.WHITE)
def memory(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(key))
before = memory("VmRSS")
with opened(image, [layer], "layer") as source:
    for strip in source.strips():
        pass
    thumbnail_of(source, (1000, 1000))
result = memory("VmHWM") - before
image.delete()
""")
    assert grown < 100  # MiB, of 256 that the layer has


def shrunk(desk: Desk, code: str, scope: str, width: int, height: int) -> Taken:
    """Return the thumbnail of a source for a size."""
    out = str(desk.folder / "thumbnail")
    known = desk.run(
        f"{code}\nresult = shrink(image, [layer], {scope!r}, {out!r}, {width}, {height})"
    )
    (across, down), names = known["size"], known["planes"]
    content = np.fromfile(out, np.uint8)
    sizes = [across * down * {"rgba": 4, "mask": 1}[name] for name in names]
    assert len(content) == sum(sizes)
    pieces = np.split(content, np.cumsum(sizes)[:-1])
    shapes = {"rgba": (down, across, 4), "mask": (down, across)}
    planes = [piece.reshape(shapes[name]) for name, piece in zip(names, pieces, strict=True)]
    return Taken(known, planes)


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(10, 10, [10, 7]), (10, 4, [6, 4]), (3000, 3000, [30, 20]), (1, 1, [1, 1]), (20, 1, [2, 1])],
)
def test_a_thumbnail_fits_and_has_colors_of_the_layer(
    desk: Desk, width: int, height: int, size: list[int]
) -> None:
    thumbnail = shrunk(desk, one_layer(desk), "layer", width, height)
    assert thumbnail.known["size"] == size
    across, down = size
    columns = (np.arange(across) * 2 + 1) * 30 // (across * 2)
    rows = (np.arange(down) * 2 + 1) * 20 // (down * 2)
    middles = LAYER[np.ix_(rows, columns)]
    assert np.array_equal(thumbnail.rgba[..., 3], middles[..., 3])
    soft = (
        middles[..., 3] < 255
    )  # where it is opaque, it is a mean: tests/setup/test_small_picture.py
    assert np.array_equal(thumbnail.rgba[soft], middles[soft])


def test_a_thumbnail_of_a_large_layer_is_near_its_colors_everywhere(desk: Desk) -> None:
    across, down = np.meshgrid(np.arange(700), np.arange(500))
    pixels = np.dstack([across * 255 / 699, down * 255 / 499, 0 * across, 0 * across + 255])
    raw = desk.raw(pixels.astype(np.uint8))
    code = f"image = picture(700, 500)\nlayer = put(image, 700, 500, {raw})"
    thumbnail = shrunk(desk, code, "visible", 70, 70)
    assert thumbnail.known["size"] == [70, 50]
    averages = pixels.reshape(50, 10, 70, 10, 4).mean(axis=(1, 3))
    assert np.abs(thumbnail.rgba - averages).max() <= 4


def test_the_planes_of_a_thumbnail_show_the_same_places(desk: Desk) -> None:
    pixels = LAYER.copy()
    pixels[..., 3] = 254  # so that colors are single samples, as those of masks are
    code = f"""
image = picture(40, 30)
layer = put(image, 30, 20, {desk.raw(pixels)}, {AT})
masked(layer, {desk.raw(LAYER[..., 0])})
select(image, 2, 20, 15, 8)
"""
    thumbnail = shrunk(desk, code, "selection", 7, 7)
    assert thumbnail.known["size"] == [7, 1]
    assert np.array_equal(thumbnail.masks[0], thumbnail.rgba[..., 0])
    assert np.all(thumbnail.masks[1] == 255)


WAYS = {
    "a layer": ("[layer]", "selection"),
    "a filtered layer": ("[filtered]", "layer"),
    "a filtered group": ("[folder]", "layer"),
    "several layers": ("[layer, filtered]", "selection"),
    "the visible image": ("[layer]", "visible-selection"),
}


def test_whoever_stops_in_the_middle_leaves_nothing_behind_and_gimp_has_no_complaint(
    desk: Desk, gimp: Gimp
) -> None:
    pixels = desk.raw(noise(300, 40))
    ways = "[" + ", ".join(f"({drawables}, {scope!r})" for drawables, scope in WAYS.values()) + "]"
    code = f"""
image = picture(40, 300)
layer, filtered = put(image, 40, 300, {pixels}), put(image, 40, 300, {pixels})
folder = group(image)
put(image, 40, 300, {pixels}, parent=folder)
effect(filtered); effect(folder)
select(image, 0, 0, 20, 300)
image.set_selected_layers([filtered])
class Stop(Exception): pass
for drawables, scope in {ways}:
    with unchanged(image):
        try:
            with opened(image, drawables, scope) as source:
                strips = source.strips()
                next(strips)
                raise Stop
        except Stop:
            pass
    with unchanged(image), opened(image, drawables, scope) as source:
        for strip in source.strips():
            pass
        thumbnail_of(source, (8, 8))
image.delete()
result = True
"""
    with Worker(gimp) as worker:
        assert worker.run("result = True")
        at_the_start = worker.log.read_text()
        assert Desk(desk.folder, worker).run(code)
        meanwhile = worker.log.read_text().removeprefix(at_the_start)
    for complaint in ("CRITICAL", "WARNING", "Error"):
        assert complaint not in meanwhile, meanwhile
    # At its end GIMP reports leaked objects, and sometimes that a pipe is closed.
    at_the_end = worker.log.read_text()
    for complaint in ("leaked", "stray", "CRITICAL"):
        assert complaint not in at_the_end, at_the_end
