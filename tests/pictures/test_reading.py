"""Pictures of every kind become sRGB pixels."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, OutputError, PaletteWarning
from palette_engine.pictures.file_types import FILE_TYPES, readable_formats, type_of
from palette_engine.pictures.pixels import SAMPLES, STRIP, sample_positions
from palette_engine.pictures.reading import Source, read_pixels, source_name
from palette_engine.recoloring.image_files import dumps
from tests import icc
from tests.sample_pictures import BROWN, blocks, encoded, f32, png, solid, stripes, tiff, u8, u16

Color = tuple[int, ...]

GRAY = (100, 100, 100)
RED = (255, 0, 0)


def only_color(source: Source) -> Color:
    """Return the one color of a picture."""
    colors = np.unique(read_pixels(source).rgb, axis=0)
    assert len(colors) == 1, colors
    return tuple(colors[0].tolist())


def first_two(source: Source) -> list[tuple[Color, int]]:
    """Return color and weight of the first two pixels."""
    pixels = read_pixels(source)
    return [
        (tuple(color), weight)
        for color, weight in zip(pixels.rgb.tolist(), pixels.weight.tolist(), strict=True)
    ][:2]


def close(color: Color, expected: Color, by: int = 1) -> bool:
    return all(abs(one - other) <= by for one, other in zip(color, expected, strict=True))


# What a picture can be given as


SAVED = encoded(solid(), "PNG")

WRAPPED: dict[str, Callable[[bytes], Source]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "a view of every second byte": lambda data: memoryview(
        b"".join(bytes((byte, 0)) for byte in data)
    )[::2],
    "BytesIO": io.BytesIO,
    "a Pillow image": lambda data: Image.open(io.BytesIO(data)),
    "an array": lambda data: np.asarray(Image.open(io.BytesIO(data))),
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_a_picture_is_read_from(wrap: Callable[[bytes], Source]) -> None:
    assert only_color(wrap(SAVED)) == BROWN


@pytest.mark.parametrize("kind", [str, Path])
def test_a_picture_is_read_from_a_path(kind: Callable[[Path], Source], tmp_path: Path) -> None:
    path = tmp_path / "brûlée 🍮.png"
    path.write_bytes(SAVED)
    assert only_color(kind(path)) == BROWN


def test_a_picture_is_read_from_an_open_file_which_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(SAVED)
    with path.open("rb") as file:
        assert only_color(file) == BROWN
        assert not file.closed


class OneWay(io.RawIOBase):
    """A file that can only be read from the beginning to the end, like a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


def test_a_picture_is_read_from_a_file_that_cannot_seek() -> None:
    with io.BufferedReader(OneWay(SAVED)) as file:
        assert only_color(file) == BROWN


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize(
    ("data", "readable"),
    [
        (SAVED, True),
        (tiff(np.ones((4, 4, 3), np.float32), photometric="rgb"), True),
        (b"no", False),
    ],
    ids=["PNG", "float TIFF", "text"],
)
def test_a_path_may_be_a_pipe(data: bytes, readable: bool, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(data,))
    writer.start()
    try:
        if readable:
            read_pixels(path)
        else:
            with pytest.raises(InputError, match="pipe is not a picture"):
                read_pixels(path)
    finally:
        writer.join()


def test_reading_leaves_a_pillow_image_as_it_was() -> None:
    image = solid("L", 7)
    image.info["transparency"] = 7
    before = dict(image.info)
    read_pixels(image)
    assert (image.mode, image.info) == ("L", before)


@pytest.mark.parametrize("source", [None, 5, 5.0, object(), ["photo.png"]])
def test_what_cannot_be_a_picture_at_all_is_a_type_error(source: Any) -> None:
    with pytest.raises(TypeError, match="cannot be read from"):
        read_pixels(source)


def test_a_file_open_as_text_is_a_type_error() -> None:
    text: Any = io.StringIO("GIF89a")
    with pytest.raises(TypeError, match="binary"):
        read_pixels(text)


def test_a_closed_file_is_refused() -> None:
    file = io.BytesIO(SAVED)
    file.close()
    with pytest.raises(InputError, match="closed file"):
        read_pixels(file)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/a/photo.jpg", "photo.jpg"),
        (Path("photo.jpg"), "photo.jpg"),
        (b"photo.jpg", ""),
        (np.zeros((1, 1), np.uint8), ""),
        (io.BytesIO(), ""),
        (Image.new("L", (1, 1)), ""),
    ],
)
def test_a_source_is_called_by_its_file_name_if_it_has_one(source: Source, name: str) -> None:
    assert source_name(source) == name


def test_an_open_file_and_an_opened_image_know_their_file_names(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(SAVED)
    with path.open("rb") as file, Image.open(path) as image:
        assert source_name(file) == source_name(image) == "a.png"


# Arrays


SAMPLES_OF_BROWN: dict[str, NDArray[Any]] = {
    "uint8": u8([BROWN]),
    "uint16": u16([BROWN]) * np.uint16(257),
    "big-endian uint16": (u16([BROWN]) * np.uint16(257)).astype(">u2"),
    "float16": (np.array([BROWN]) / 255).astype(np.float16),
    "float32": (np.array([BROWN]) / 255).astype(np.float32),
    "big-endian float32": (np.array([BROWN]) / 255).astype(">f4"),
    "float64": np.array([BROWN]) / 255,
}


@pytest.mark.parametrize("pixel", SAMPLES_OF_BROWN.values(), ids=SAMPLES_OF_BROWN)
def test_an_array_of_rgb_in_any_depth_keeps_its_color(pixel: NDArray[Any]) -> None:
    assert only_color(np.tile(pixel, (3, 2, 1))) == BROWN


@pytest.mark.parametrize("pixel", SAMPLES_OF_BROWN.values(), ids=SAMPLES_OF_BROWN)
@pytest.mark.parametrize("alpha", [0, 51, 255])
def test_the_fourth_channel_of_an_array_is_alpha(pixel: NDArray[Any], alpha: int) -> None:
    full = 1 if pixel.dtype.kind == "f" else np.iinfo(pixel.dtype).max
    array = np.tile(np.append(pixel, alpha / 255 * full), (3, 2, 1)).astype(pixel.dtype)
    assert first_two(array) == [(BROWN, alpha)] * 2


@pytest.mark.parametrize("shape", [(3, 2), (3, 2, 1)])
@pytest.mark.parametrize(
    ("value", "gray"),
    [
        (np.bool_(True), 255),
        (np.bool_(False), 0),
        (np.uint8(100), 100),
        (np.uint16(25_700), 100),
        (np.uint16(448), 2),  # 1.74, not what its high byte says
        (np.uint16(65_535), 255),
        (np.float32(100 / 255), 100),
        (np.float64(0.5), 128),
    ],
)
def test_an_array_of_two_dimensions_or_one_channel_is_gray(
    shape: tuple[int, ...], value: np.generic, gray: int
) -> None:
    assert only_color(np.full(shape, value)) == (gray, gray, gray)


def test_an_array_of_two_channels_is_gray_and_alpha() -> None:
    assert first_two(u8([[[100, 0], [200, 51]]])) == [((100,) * 3, 0), ((200,) * 3, 51)]


@pytest.mark.parametrize("value", range(256))
def test_every_8_bit_level_survives_a_trip_through_16_bits_and_floats(value: int) -> None:
    for array in (
        np.full((1, 1), value * 257, np.uint16),
        np.full((1, 1), value / 255, np.float32),
        np.full((1, 1), value / 255, np.float16),
    ):
        assert only_color(array) == (value,) * 3


def test_floats_a_little_beyond_the_range_are_clipped_and_told() -> None:
    with pytest.warns(PaletteWarning, match="2 pixels are darker than black or brighter than"):
        pixels = read_pixels(f32([[[-0.1, 0.5, 1.2], [0.5, 0.5, 1.01], [1.0, 1.001, -0.001]]]))
    assert pixels.rgb.tolist() == [[0, 128, 255], [128, 128, 255], [255, 255, 0]]


@pytest.mark.parametrize("least", [-3.0, 0.0])
@pytest.mark.parametrize("most", [2.5, 120.0, 65535.0, 3e38])
def test_floats_of_another_range_are_refused_with_the_call_that_is_right(
    least: float, most: float
) -> None:
    array = np.array([[[least, 0.5, most], [np.nan, 0, 0]]])
    with pytest.raises(InputError, match=r"from 0 to 1, and this has .* array / 255 or "):
        read_pixels(array)


def test_an_array_may_be_a_view_in_any_order_and_read_only() -> None:
    array = np.zeros((4, 6, 6), np.uint8)
    array[..., ::2] = BROWN
    view = np.asfortranarray(array)[::-2, ::3, ::2]
    view.setflags(write=False)
    assert only_color(view) == BROWN


@pytest.mark.parametrize(
    "shape", [(), (5,), (2, 2, 0), (2, 2, 5), (3, 2, 2, 3), (1, 1, 1, 1)], ids=str
)
def test_an_array_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="shape"):
        read_pixels(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 0, 3), (0, 0), (0, 5), (5, 0, 1)], ids=str)
def test_an_array_without_pixels_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="has no pixels"):
        read_pixels(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("dtype", ["i1", "i4", "i8", "u4", "u8", "c8", "O", "U3", "V3", "M8[s]"])
def test_an_array_of_another_type_is_refused(dtype: str) -> None:
    with pytest.raises(InputError, match=r"takes uint8, uint16 or float\."):
        read_pixels(np.zeros((2, 2, 3), dtype))


# Formats and modes


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PPM", "TIFF", "WEBP", "GIF"])
def test_a_flat_color_is_exact_in_a_format_without_loss(kind: str) -> None:
    lossless = {"lossless": True} if kind == "WEBP" else {}
    assert only_color(encoded(solid(), kind, **lossless)) == BROWN


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_a_flat_color_is_near_in_a_format_with_loss(kind: str) -> None:
    if kind == "AVIF" and "AVIF" not in readable_formats():
        pytest.skip("Pillow was built without AVIF")
    colors = read_pixels(encoded(solid(), kind, quality=95)).rgb
    assert np.abs(colors.astype(int) - BROWN).max() <= 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "PPM", "BMP"])
def test_gray_stays_gray(kind: str) -> None:
    assert only_color(encoded(solid("L", 100), kind)) == GRAY


def test_a_jpeg_of_several_pictures_is_read_as_its_first() -> None:
    red = encoded(solid(), "MPO", save_all=True, append_images=[solid("RGB", (0, 0, 255))])
    assert close(only_color(red), BROWN, by=2)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_is_converted_plainly(kind: str) -> None:
    # Pillow writes CMYK in a JPEG as Adobe does: upside down, with a marker that says so.
    data = encoded(solid("CMYK", (255, 0, 0, 0)), kind)
    assert (b"Adobe" in data) == (kind == "JPEG")
    assert close(only_color(data), (0, 255, 255), by=3)


def test_a_picture_of_one_bit_is_black_and_white() -> None:
    image = solid("1", 0)
    image.putpixel((1, 0), 1)
    for kind in ("PNG", "TIFF", "BMP", "PPM"):
        assert first_two(encoded(image, kind)) == [((0, 0, 0), 255), ((255, 255, 255), 255)]


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_gray_of_16_bits_does_not_turn_white(kind: str) -> None:
    values = u16([[0, 25_700, 65_535]])
    pixels = read_pixels(encoded(Image.fromarray(values), kind))
    assert pixels.rgb[:, 0].tolist() == [0, 100, 255]


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_a_tiff_of_16_bits_is_read_in_either_byte_order(byte_order: str) -> None:
    array = np.tile(u16([BROWN]) * np.uint16(257), (2, 2, 1))
    assert only_color(tiff(array, photometric="rgb", byteorder=byte_order)) == BROWN
    assert only_color(tiff(array[..., 1], byteorder=byte_order)) == GRAY


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("planar", [False, True])
def test_a_tiff_of_floats_is_read(
    dtype: type[np.floating[Any]], channels: int, planar: bool
) -> None:
    pixel = (np.array([*BROWN, 51]) / 255).astype(dtype)[:channels]
    array = np.tile(pixel, (6, 5, 1))
    if channels == 1:
        assert only_color(tiff(array[..., 0])) == (200, 200, 200)
        return
    if planar:
        data = tiff(np.moveaxis(array, -1, 0), photometric="rgb", planarconfig="separate")
    else:
        data = tiff(array, photometric="rgb")
    assert first_two(data) == [(BROWN, 51 if channels == 4 else 255)] * 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_already_multiplied_into_the_colors_of_a_tiff_is_taken_out(
    dtype: type[np.generic], channels: int
) -> None:
    full = 1 if dtype is np.float32 else np.iinfo(dtype).max  # type: ignore[type-var]
    pixel = np.array([0.4, 0.4, 0.4, 0.5][-channels:])
    array = np.tile(pixel * full, (6, 5, 1)).astype(dtype)
    photometric = "rgb" if channels == 4 else "minisblack"
    data = tiff(array, photometric=photometric, extrasamples=["assocalpha"])
    color, weight = first_two(data)[0]
    assert close(color, (204, 204, 204), by=2)
    assert weight in (127, 128)


def test_a_clear_pixel_with_alpha_multiplied_in_has_no_color_and_no_warning() -> None:
    array = np.zeros((6, 5, 4), np.float32)
    data = tiff(array, photometric="rgb", extrasamples=["assocalpha"])
    assert not read_pixels(data).weight.any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_tiff_where_white_is_zero_is_not_turned_around(dtype: type[np.generic]) -> None:
    full = 1 if dtype is np.float32 else np.iinfo(dtype).max  # type: ignore[type-var]
    data = tiff(np.full((4, 4), full / 5).astype(dtype), photometric="miniswhite")
    assert only_color(data) == (204, 204, 204)


@pytest.mark.parametrize(
    ("dtype", "options"),
    [
        (np.uint64, {"photometric": "rgb"}),
        (np.uint32, {"photometric": "cielab"}),
        (np.float32, {"photometric": "cielab"}),
        (np.uint16, {"photometric": "ycbcr"}),
        (np.complex64, {"photometric": "minisblack", "planarconfig": "contig"}),
    ],
    ids=str,
)
def test_a_tiff_of_numbers_nobody_can_interpret_is_refused(
    dtype: type[np.generic], options: dict[str, str]
) -> None:
    with pytest.raises(InputError, match="a TIFF of a kind this cannot read"):
        read_pixels(tiff(np.full((6, 5, 3), 200).astype(dtype), **options))


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 3), (4, 4, 4)])
def test_what_is_not_a_number_does_not_count_and_is_told(shape: tuple[int, ...]) -> None:
    array = np.full(shape, 0.5, np.float32)
    array.reshape(16, -1)[:, 3:] = 1
    array.reshape(16, -1)[range(3), 0] = np.nan, np.inf, -np.inf
    for source in (array, tiff(array, photometric="rgb" if array.ndim == 3 else "minisblack")):
        with pytest.warns(PaletteWarning, match="3 pixels are not numbers"):
            pixels = read_pixels(source)
        assert pixels.weight.tolist() == [0, 0, 0] + [255] * 13
        assert np.unique(pixels.rgb[3:]).tolist() == [128]


def test_a_picture_of_which_nothing_is_a_number_has_no_pixel_that_counts() -> None:
    with pytest.warns(PaletteWarning, match="16 pixels are not numbers"):
        assert not read_pixels(np.full((4, 4, 3), np.nan)).weight.any()


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "RGBA", "LA", "CMYK", "YCbCr", "HSV"])
def test_a_pillow_image_is_read_in_its_mode(mode: str) -> None:
    white = Image.new("RGBA", (3, 2), (255, 255, 255, 255))
    image = white.convert("L" if mode == "LA" else "RGB").convert(mode)
    assert close(only_color(image), (255, 255, 255))


@pytest.mark.parametrize("mode", ["La", "RGBa", "PA", "I", "F", "I;16", "I;16B", "LAB"])
def test_a_pillow_image_in_a_rare_mode_is_read_too(mode: str) -> None:
    assert len(read_pixels(Image.new(mode, (3, 2))).rgb) == 6


def test_lab_becomes_srgb() -> None:
    image = Image.new("LAB", (2, 1), (136, 128 + 20, 128))  # L* 53.3, a* 20, b* 0
    assert close(only_color(image), (163, 113, 128), by=3)


# Alpha


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_is_the_weight(kind: str) -> None:
    lossless = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    data = encoded(solid("RGBA", (*BROWN, 51)), kind, **lossless)
    assert first_two(data) == [(BROWN, 51)] * 2


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_an_array_of_16_bits_is_read_in_either_byte_order(byte_order: str) -> None:
    array = np.full((3, 4, 3), 0x8080, f"{byte_order}u2")
    assert read_pixels(array).rgb.tolist() == [[0x80] * 3] * 12


def test_a_matrix_is_read_as_an_array() -> None:
    gray = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert read_pixels(gray.view(np.matrix)).rgb[:, 0].tolist() == list(range(12))


def test_gray_with_alpha_is_read_in_8_and_16_bits() -> None:
    assert first_two(png(8, 4, bytes((100, 255, 17, 0)))) == [((100,) * 3, 255), ((17,) * 3, 0)]
    assert first_two(png(16, 4, bytes((100, 100, 255, 255, 17, 17, 0, 0)))) == [
        ((100,) * 3, 255),
        ((17,) * 3, 0),
    ]


def test_rgb_with_alpha_is_read_in_16_bits() -> None:
    row = u16([*BROWN, 51, *RED, 0]) * np.uint16(257)
    assert first_two(png(16, 6, row.astype(">u2").tobytes())) == [(BROWN, 51), (RED, 0)]


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_an_indexed_png_is_read_in_every_depth_with_its_transparent_colors(bits: int) -> None:
    row = bytes((1 << (8 - bits), 0)) if bits < 8 else bytes((1, 0))
    chunks = (b"PLTE", bytes((*RED, *BROWN))), (b"tRNS", bytes((0, 51)))
    assert first_two(png(bits, 3, row, *chunks)) == [(BROWN, 51), (RED, 0)]


@pytest.mark.parametrize(
    ("depth", "row", "key", "grays"),
    [
        (1, b"\x40", 1, (0, 255)),
        (2, b"\x90", 1, (170, 85)),
        (4, b"\x37", 7, (51, 119)),
        (8, b"\x09\x07", 7, (9, 7)),
        (16, b"\x12\x35\x12\x34", 0x1234, (18, 18)),
    ],
)
def test_the_color_key_of_a_gray_png_is_transparent_in_every_depth(
    depth: int, row: bytes, key: int, grays: tuple[int, int]
) -> None:
    chunk = (b"tRNS", key.to_bytes(2, "big"))
    first, second = first_two(png(depth, 0, row, chunk))
    assert (first, second) == (((grays[0],) * 3, 255), ((grays[1],) * 3, 0))


def test_the_color_key_of_an_rgb_png_is_transparent() -> None:
    chunk = (b"tRNS", np.array(RED, ">u2").tobytes())
    assert first_two(png(8, 2, bytes((*BROWN, *RED)), chunk)) == [(BROWN, 255), (RED, 0)]


def test_the_color_key_of_a_16_bit_rgb_png_is_transparent() -> None:
    row = np.array([0x8000, 0x4000, 0x2000, 0x1234, 0x5678, 0x9ABC], ">u2")
    chunk = (b"tRNS", row[3:].tobytes())
    data = png(16, 2, row.tobytes(), chunk)
    assert first_two(data) == [((128, 64, 32), 255), ((0x12, 0x56, 0x9A), 0)]


def test_a_pillow_image_with_a_color_key_is_transparent_there() -> None:
    image = Image.fromarray(u8([[7, 9]]))
    image.info["transparency"] = 7
    assert first_two(image) == [((7, 7, 7), 0), ((9, 9, 9), 255)]


def test_of_a_gif_the_first_frame_counts_without_its_transparent_color() -> None:
    frames = [Image.new("P", (2, 1), index) for index in (0, 1)]
    frames[0].putpixel((1, 0), 1)
    for frame in frames:
        frame.putpalette(bytes((*RED, *BROWN)))
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], transparency=1)
    assert first_two(data) == [(RED, 255), (BROWN, 0)]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_counts(kind: str) -> None:
    others = [solid("RGB", (0, 0, 255)), solid("RGB", (0, 255, 0))]
    lossless = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(solid(), kind, save_all=True, append_images=others, **lossless)
    assert only_color(data) == BROWN


# Color profiles


PROFILED = ["PNG", "TIFF", "WEBP", "JPEG"]


def profiled(mode: str, color: int | Color, profile: bytes, kind: str = "PNG") -> bytes:
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "JPEG" else {}
    return encoded(solid(mode, color), kind, icc_profile=profile, **options)


@pytest.mark.parametrize("kind", PROFILED)
@pytest.mark.parametrize(
    ("profile", "expected"),
    [(icc.ADOBE_RGB, (227, 100, 42)), (icc.DISPLAY_P3, (215, 93, 31))],
    ids=["Adobe RGB", "Display P3"],
)
def test_colors_are_those_that_gimp_shows(profile: bytes, expected: Color, kind: str) -> None:
    assert close(
        only_color(profiled("RGB", BROWN, profile, kind)), expected, by=1 + (kind == "JPEG")
    )


def test_colors_of_an_avif_are_those_that_gimp_shows() -> None:
    if "AVIF" not in readable_formats():
        pytest.skip("Pillow was built without AVIF")
    data = encoded(solid(), "AVIF", quality=100, icc_profile=icc.DISPLAY_P3)
    assert close(only_color(data), (215, 93, 31), by=2)


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_a_profile_counts_for_transparent_and_indexed_pictures_too(mode: str) -> None:
    image = solid().convert("RGBA") if mode == "RGBA" else solid().quantize(2)
    data = encoded(image, "PNG", icc_profile=icc.DISPLAY_P3)
    assert close(only_color(data), (215, 93, 31))


def test_a_profile_counts_for_floats() -> None:
    array = np.tile(f32([BROWN]) / 255, (4, 4, 1))
    extra = [(34675, 7, len(icc.DISPLAY_P3), icc.DISPLAY_P3, True)]
    data = tiff(array.astype(np.float32), photometric="rgb", extratags=extra)
    assert close(only_color(data), (215, 93, 31))


NEARLY_SRGB = icc.matrix_profile(
    ((0.6403, 0.33), (0.30, 0.5997), (0.15, 0.06)), icc.D65, icc.srgb_curve
)
"""Rounded otherwise than littleCMS's own sRGB, as those of other makers are."""


@pytest.mark.parametrize("profile", [icc.SRGB, NEARLY_SRGB], ids=["sRGB", "nearly sRGB"])
@pytest.mark.parametrize("color", [BROWN, (1, 2, 3), (29, 240, 66), (120, 179, 0), (127, 219, 22)])
def test_a_profile_that_is_srgb_by_another_name_leaves_colors_exact(
    color: Color, profile: bytes
) -> None:
    assert only_color(profiled("RGB", color, profile)) == color


def test_the_black_of_a_profile_becomes_black() -> None:
    faded = icc.gray_profile(lambda level: 0.03 + 0.97 * level)
    assert only_color(profiled("L", 0, faded)) == (0, 0, 0)
    assert only_color(profiled("L", 255, faded)) == (255, 255, 255)


LINEAR_GRAY = icc.gray_profile(1.0)
"""Its half light, level 127.5, is level 188 in sRGB; its level 100 is 168."""

GRAY_PICTURES: dict[str, bytes] = {
    "8 bits": profiled("L", 100, LINEAR_GRAY),
    "16 bits": encoded(
        Image.fromarray(np.full((2, 2), 25_700, np.uint16)), "PNG", icc_profile=LINEAR_GRAY
    ),
    "alpha": encoded(solid("LA", (100, 255)), "PNG", icc_profile=LINEAR_GRAY),
    "color key": encoded(solid("L", 100), "PNG", icc_profile=LINEAR_GRAY, transparency=7),
    "indexed": encoded(solid("L", 100).convert("P"), "PNG", icc_profile=LINEAR_GRAY),
    "float": encoded(
        Image.fromarray(np.full((2, 2), 100 / 255, np.float32)), "TIFF", icc_profile=LINEAR_GRAY
    ),
}


@pytest.mark.parametrize("data", GRAY_PICTURES.values(), ids=GRAY_PICTURES)
def test_a_gray_profile_counts_for_every_kind_of_gray(data: bytes) -> None:
    assert close(only_color(data), (168, 168, 168))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_gray_profile_does_no_harm_to_black_and_white(kind: str) -> None:
    assert only_color(encoded(solid("1", 1), kind, icc_profile=LINEAR_GRAY)) == (255, 255, 255)


def test_gray_with_an_rgb_profile_is_read_as_rgb() -> None:
    linear = icc.matrix_profile(icc.PRIMARIES_SRGB, icc.D65, 1.0)
    assert close(only_color(profiled("L", 100, linear)), (168, 168, 168))


def odd_inks(cyan: int, magenta: int, yellow: int, black: int) -> icc.Lab:
    """Return white for no ink, black with black, and a dull orange for cyan."""
    if black:
        return (0, 0, 0)
    known: dict[Color, icc.Lab] = {(0, 0, 0): (100, 0, 0), (1, 0, 0): (60, 30, 50)}
    return known.get((cyan, magenta, yellow), (30, 0, 0))


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
@pytest.mark.parametrize(
    ("inks", "expected"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((255, 0, 0, 0), (207, 122, 55)),  # CIELAB (60, 30, 50) of D50, by colorimetry
    ],
)
def test_cmyk_goes_through_its_profile(inks: Color, expected: Color, kind: str) -> None:
    data = profiled("CMYK", inks, icc.cmyk_profile(odd_inks), kind)
    assert close(only_color(data), expected, by=2)


def test_a_broken_profile_is_told_and_srgb_assumed() -> None:
    for profile in (b"junk", icc.SRGB[:200], bytes(len(icc.SRGB))):
        with pytest.warns(PaletteWarning, match="color profile cannot be used .*sRGB is assumed"):
            assert only_color(profiled("RGB", BROWN, profile)) == BROWN


@pytest.mark.parametrize(
    ("mode", "color", "profile", "plain"),
    [
        ("RGB", BROWN, icc.cmyk_profile(odd_inks), BROWN),
        ("RGB", BROWN, LINEAR_GRAY, BROWN),
        ("L", 100, icc.cmyk_profile(odd_inks), GRAY),
        ("CMYK", (0, 0, 0, 0), icc.SRGB, (255, 255, 255)),
        ("CMYK", (0, 0, 0, 255), LINEAR_GRAY, (0, 0, 0)),
    ],
)
def test_a_profile_for_other_colors_is_told_and_srgb_assumed(
    mode: str, color: int | Color, profile: bytes, plain: Color
) -> None:
    with pytest.warns(PaletteWarning, match=r"it describes \w+ colors"):
        assert only_color(profiled(mode, color, profile, "TIFF")) == plain


def test_any_damage_to_a_profile_is_survived() -> None:
    random = np.random.default_rng(1)
    for profile, mode in ((icc.DISPLAY_P3, "RGB"), (LINEAR_GRAY, "L"), (icc.SRGB, "L")):
        for _ in range(60):
            damaged = bytearray(profile)
            for offset in random.integers(0, len(profile) // 2, 4):
                damaged[offset] = random.integers(0, 256)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", PaletteWarning)
                read_pixels(profiled(mode, 100 if mode == "L" else BROWN, bytes(damaged), "TIFF"))


# What is not a picture


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(InputError, match=r"There is no file .*nowhere/photo\.jpg\.$"):
        read_pixels("nowhere/photo.jpg")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is a folder; .* “palette-engine collect”"):
        read_pixels(tmp_path)


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")  # root, who runs CI, may read anything

    monkeypatch.setattr(Path, "open", deny)
    path = tmp_path / "secret.png"
    path.touch()
    with pytest.raises(InputError, match="permission denied"):
        read_pixels(path)


@pytest.mark.parametrize("path", ["a\0b.png", "x" * 5000])
def test_an_impossible_path_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        read_pixels(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    with pytest.raises(InputError, match=r"^empty\.png is empty"):
        read_pixels(path)


NOT_PICTURES = {
    "text": b"Dear all,\n",
    "html": b"<!doctype html><title>404</title>",
    "zip": b"PK\3\4" + bytes(26),
    "fits": b"SIMPLE  =                    T",
    "noise": bytes(range(256)),
}


@pytest.mark.parametrize("data", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_what_is_not_a_picture_of_the_known_formats_is_refused(data: bytes) -> None:
    listed = ", ".join(readable_formats())
    with pytest.raises(InputError, match=f"not a picture this can read. It reads {listed}.$"):
        read_pixels(data)


@pytest.mark.parametrize("kind", ["SGI", "MSP", "XBM"])
def test_a_format_that_pillow_knows_but_we_do_not_is_refused(kind: str) -> None:
    mode = "1" if kind in ("MSP", "XBM") else "RGB"
    with pytest.raises(InputError, match="not a picture this can read"):
        read_pixels(encoded(solid("RGB").resize((16, 16)).convert(mode), kind))


def test_a_file_with_the_wrong_suffix_runs_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        raise AssertionError("a program was run")

    monkeypatch.setattr(subprocess, "Popen", run)
    monkeypatch.setattr(os, "system", run)
    path = tmp_path / "innocent.png"
    path.write_bytes(encoded(solid(), "EPS"))
    with pytest.raises(InputError, match=r"^innocent\.png is a PostScript file"):
        read_pixels(path)


def test_no_format_is_opened_that_runs_programs_or_fetches_files() -> None:
    opened = {row.pillow for row in FILE_TYPES.values()}
    assert not {"EPS", "PS", "PDF", "WMF", "EMF", "SVG", "FPX", "MIC", "ICNS"} & opened


# What the installed Pillow lacks


AVIF = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(40)
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + bytes(12)


@pytest.fixture
def hide(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that hides modules of Pillow, and the formats that they register."""

    def hide_modules(*names: str) -> None:
        for name in names:
            monkeypatch.setitem(sys.modules, name, None)
        for format_name, row in FILE_TYPES.items():
            if row.modules and row.modules[0] in names:
                monkeypatch.delitem(Image.OPEN, format_name, raising=False)
        readable_formats.cache_clear()

    yield hide_modules
    readable_formats.cache_clear()


@pytest.mark.parametrize(
    ("data", "lacking", "modules"),
    [
        pytest.param(AVIF, "AVIF", FILE_TYPES["AVIF"].modules, id="Pillow before 11.3"),
        pytest.param(AVIF, "AVIF", ("PIL._avif",), id="built without AVIF"),
        pytest.param(WEBP, "WEBP", ("PIL._webp",), id="built without WebP"),
    ],
)
def test_a_picture_of_a_format_that_pillow_lacks_is_refused_with_what_to_do(
    data: bytes, lacking: str, modules: tuple[str, ...], hide: Callable[..., None]
) -> None:
    hide(*modules)
    with pytest.raises(InputError) as caught:
        read_pixels(io.BytesIO(data))
    assert str(caught.value) == (
        f"The picture is {lacking}, which the installed Pillow cannot read; install Pillow 13 or "
        "newer from PyPI (pip install --upgrade --force-reinstall pillow), or save the picture as "
        "PNG."
    )
    assert caught.value.reason == "format-missing"


@pytest.mark.parametrize("lacking", ["AVIF", "WEBP"])
def test_the_other_formats_are_read_without_one_that_pillow_lacks(
    lacking: str, hide: Callable[..., None]
) -> None:
    readable = readable_formats()
    hide(*FILE_TYPES[lacking].modules)
    assert only_color(encoded(solid(), "PNG")) == BROWN
    assert {*readable_formats()} == {*readable} - {lacking}
    with pytest.raises(InputError, match="It reads ") as caught:
        read_pixels(b"Dear all,\n")
    assert lacking not in str(caught.value)


def test_webp_is_not_written_if_pillow_lacks_it(hide: Callable[..., None]) -> None:
    hide("PIL._webp")
    with pytest.raises(OutputError, match=r"cannot write \.webp files; install Pillow"):
        dumps(solid(), ".webp")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (AVIF, "AVIF"),
        (AVIF.replace(b"ftypavif", b"ftypmif1"), "AVIF"),
        (AVIF.replace(b"avif", b"heic"), "HEIC"),
        (b"\0\0\0\x10ftypheic" + bytes(4) + b"avif", "HEIC"),
        (b"\0\0\0\x10ftypmif1" + bytes(4) + b"meta av01", "AVIF"),
        (WEBP, "WEBP"),
        (b"RIFF\x1a\0\0\0WAVEfmt ", ""),
        (b"\0\0\0\x1cftyp", ""),
        (b"", ""),
    ],
)
def test_formats_that_pillow_may_lack_are_told_by_their_first_bytes(
    start: bytes, expected: str
) -> None:
    assert type_of(io.BytesIO(start)) == expected


def test_each_format_is_told_as_what_pillow_writes() -> None:
    for name in {"AVIF", "WEBP"} & {*readable_formats()}:
        assert type_of(io.BytesIO(encoded(solid(), name))) == name


def of_pillow() -> list[str]:
    """Return the file types that Pillow reads, and writes under the same name."""
    return [name for name in readable_formats() if FILE_TYPES[name].pillow == name]


def test_each_format_is_registered_by_its_plug_in() -> None:
    for name in of_pillow():
        image = Image.open(io.BytesIO(encoded(solid(), name)), formats=[name])
        assert type(image).__module__ == FILE_TYPES[name].modules[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_only_the_plug_in_of_the_file_is_loaded(kind: str) -> None:
    code = f"""if True:
        import sys
        from palette_engine.pictures.file_types import readable_formats
        readable_formats()
        assert "PIL.Image" not in sys.modules
        from palette_engine.pictures.reading import read_pixels
        read_pixels({encoded(solid("RGB"), kind)!r})
        print(*[name for name in sys.modules if name.endswith("ImagePlugin")])"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # Pillow itself loads five of them whenever it opens a file.
    always = {f"PIL.{name}ImagePlugin" for name in ("Bmp", "Gif", "Jpeg", "Png", "Ppm")}
    assert {*run.stdout.split()} == always | {FILE_TYPES[kind].modules[0]}


# Damage


def every_kind() -> dict[str, bytes]:
    """Return a small file of each kind, all of noise, in which damage shows."""
    noise = np.random.default_rng(0).integers(0, 256, (12, 17, 4), np.uint8)
    rgb, rgba = Image.fromarray(noise[..., :3]), Image.fromarray(noise)
    indexed, floats = rgb.quantize(32), (noise / 255).astype(np.float32)
    kinds = {
        "JPEG": encoded(rgb, "JPEG"),
        "progressive JPEG": encoded(rgb, "JPEG", progressive=True, icc_profile=icc.DISPLAY_P3),
        "CMYK JPEG": encoded(rgb.convert("CMYK"), "JPEG"),
        "MPO": encoded(rgb, "MPO", save_all=True, append_images=[rgb]),
        "PNG": encoded(rgba, "PNG", icc_profile=icc.DISPLAY_P3),
        "indexed PNG": encoded(indexed, "PNG", transparency=3),
        "animated PNG": encoded(rgb, "PNG", save_all=True, append_images=[rgb.rotate(180)]),
        "16-bit PNG": encoded(Image.fromarray(noise[..., 0].astype(np.uint16)), "PNG"),
        "GIF": encoded(indexed, "GIF", save_all=True, append_images=[indexed.rotate(180)]),
        "WebP": encoded(rgba, "WEBP"),
        "lossless WebP": encoded(rgba, "WEBP", lossless=True),
        "animated WebP": encoded(rgba, "WEBP", save_all=True, append_images=[rgba.rotate(180)]),
        "BMP": encoded(rgb, "BMP"),
        "indexed BMP": encoded(indexed, "BMP"),
        "PPM": encoded(rgb, "PPM"),
        "plain PPM": b"P3\n2 2\n255\n1 2 3 4 5 6 7 8 9 10 11 12\n",
        "TIFF": encoded(rgb, "TIFF"),
        "LZW TIFF": encoded(rgb, "TIFF", compression="tiff_lzw", icc_profile=icc.DISPLAY_P3),
        "16-bit TIFF": tiff(noise[..., :3].astype(np.uint16), photometric="rgb"),
        "gray float TIFF": encoded(Image.fromarray(floats[..., 0]), "TIFF"),
        "float TIFF": tiff(floats, photometric="rgb", byteorder=">"),
        "tiled float TIFF": tiff(floats, photometric="rgb", compression="zlib", tile=(16, 16)),
    }
    if "AVIF" in readable_formats():
        kinds["AVIF"] = encoded(rgb, "AVIF")
    return kinds


KINDS = every_kind()


def read_or_refuse(data: bytes) -> bool:
    """Tell whether a file is read; anything but that or an `InputError` fails the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Pillow's and ours
        try:
            pixels = read_pixels(data)
        except InputError:
            return False
    assert len(pixels.rgb) == len(pixels.weight) > 0
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_of_each_kind_is_read(kind: str) -> None:
    assert read_or_refuse(KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_short_anywhere_is_read_or_refused(kind: str) -> None:
    data = KINDS[kind]
    for length in {*range(min(len(data), 150)), *range(0, len(data), 23)}:
        read_or_refuse(data[:length])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WebP", "BMP", "PPM", "TIFF", "float TIFF"])
def test_a_file_cut_in_the_middle_of_its_pixels_is_refused(kind: str) -> None:
    data = KINDS[kind]
    assert not read_or_refuse(data[: len(data) // 2])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_wrong_bytes_is_read_or_refused(kind: str) -> None:
    random = np.random.default_rng(len(kind))
    for _ in range(60):
        damaged = bytearray(KINDS[kind])
        # Most of what can go wrong stands in the first and, in TIFF, the last few hundred bytes.
        reach = min(int(random.choice([60, 300, len(damaged)])), len(damaged))
        for offset in random.integers(0, reach, random.integers(1, 5)):
            side = -1 - offset if "TIFF" in kind and random.random() < 0.5 else offset
            damaged[side] = random.choice([0, 1, 127, 128, 255, int(random.integers(0, 256))])
        read_or_refuse(bytes(damaged))


# Size


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    claim = png(8, 2, b"", size=(20_000, 20_000))
    message = (
        r"20,000 x 20,000 = 400,000,000 pixels, more than the limit of 100,000,000; .*--max-pixels"
    )
    with pytest.raises(InputError, match=message):
        read_pixels(claim)


@pytest.mark.parametrize("kind", KINDS)
def test_the_limit_holds_for_every_kind(kind: str) -> None:
    with pytest.raises(InputError, match="--max-pixels"):
        read_pixels(KINDS[kind], max_pixels=3)


@pytest.mark.parametrize("wrap", [Image.fromarray, np.asarray], ids=["Pillow image", "array"])
def test_the_limit_holds_for_what_is_in_memory(wrap: Callable[[Any], Source]) -> None:
    picture = wrap(np.zeros((10, 10, 3), np.uint8))
    assert len(read_pixels(picture, max_pixels=100).rgb) == 100
    with pytest.raises(InputError, match="--max-pixels"):
        read_pixels(picture, max_pixels=99)


@pytest.mark.parametrize("kind", KINDS)
def test_pillows_own_limit_neither_counts_nor_changes(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1)
    read_pixels(KINDS[kind])
    assert Image.MAX_IMAGE_PIXELS == 1


def test_pillows_own_limit_is_back_after_a_failure() -> None:
    before = Image.MAX_IMAGE_PIXELS
    for data in (b"", b"junk", KINDS["PNG"][:40]):
        with pytest.raises(InputError):
            read_pixels(data)
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "CMYK", "RGBA"])
@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)], ids=str)
def test_an_image_without_pixels_is_refused(mode: str, size: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="has no pixels"):
        read_pixels(Image.new(mode, size))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "PPM", "JPEG", "WEBP"])
def test_a_single_pixel_is_a_picture(kind: str) -> None:
    assert len(read_pixels(encoded(Image.new("RGB", (1, 1)), kind)).rgb) == 1


@pytest.mark.parametrize("size", [(100_000, 1), (1, 100_000)], ids=["wide", "high"])
@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_an_extremely_wide_or_high_picture_is_read_whole(kind: str, size: tuple[int, int]) -> None:
    pixels = read_pixels(encoded(Image.new("RGB", size, BROWN), kind))
    assert len(pixels.rgb) == 100_000
    assert np.unique(pixels.rgb, axis=0).tolist() == [list(BROWN)]


@pytest.mark.parametrize("mode", ["RGB", "P", "1", "L", "I;16", "F", "CMYK"])
def test_up_to_the_sampling_limit_every_pixel_counts_and_beyond_as_many_as_it_says(
    mode: str,
) -> None:
    assert len(read_pixels(Image.new(mode, (2000, 1000))).rgb) == SAMPLES
    assert len(read_pixels(Image.new(mode, (2001, 1001))).rgb) == SAMPLES


def test_a_large_float_tiff_is_sampled_as_an_array_is() -> None:
    array = np.random.default_rng(0).random((1101, 1901), np.float32)[..., np.newaxis]
    rgb = np.broadcast_to(array, (1101, 1901, 3))
    from_file = read_pixels(tiff(rgb, photometric="rgb"))
    assert np.array_equal(from_file.rgb, read_pixels(rgb).rgb)


def test_a_file_and_its_array_give_the_same_pixels(photo: NDArray[np.uint8]) -> None:
    sources: list[bytes | IO[bytes]] = [encoded(Image.fromarray(photo), "PNG"), tiff(photo)]
    for source in sources:
        assert np.array_equal(read_pixels(source).rgb, read_pixels(photo).rgb)


@pytest.mark.parametrize("wrap", [Image.fromarray, np.asarray], ids=["Pillow image", "array"])
def test_large_pictures_are_looked_at_where_the_sampling_says(
    wrap: Callable[[Any], Source],
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (3301, 1301), np.uint8)
    expected = noise.reshape(-1)[sample_positions(0, noise.size, noise.size)]
    assert np.array_equal(read_pixels(wrap(noise)).rgb[:, 0], expected)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "L", "LA", "I;16", "F", "CMYK"])
def test_a_strip_may_have_no_pixel_that_is_looked_at(mode: str) -> None:
    assert len(read_pixels(Image.new(mode, (1, 2 * STRIP + 1)), samples=1).rgb) == 1


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_strip_of_an_array_may_have_none_either(channels: int) -> None:
    assert len(read_pixels(u8(np.zeros((2 * STRIP + 1, 1, channels))), samples=1).rgb) == 1


def test_large_pictures_are_sampled_without_a_pattern() -> None:
    picture = stripes(1301, 1999, 2, [RED, BROWN])
    pixels = read_pixels(Image.fromarray(np.ascontiguousarray(picture)))
    assert abs(np.mean(pixels.rgb[:, 1] == RED[1]) - 1000 / 1999) < 0.002


def test_pictures_may_be_read_in_many_threads_at_once() -> None:
    before, failures = Image.MAX_IMAGE_PIXELS, []

    def read() -> None:
        for data in KINDS.values():
            try:
                read_pixels(data)
            except Exception as error:  # noqa: BLE001
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert before == Image.MAX_IMAGE_PIXELS


def test_blocks_keep_their_counts() -> None:
    pixels = read_pixels(blocks((RED, 3), (BROWN, 5)))
    assert pixels.rgb.tolist() == [list(RED)] * 3 + [list(BROWN)] * 5


@pytest.mark.parametrize("level", [1, 5, 10, 20, 100, 254])
@pytest.mark.parametrize("kind", ["float color", "16-bit color", "float gray", "16-bit gray"])
def test_linear_light_keeps_its_dark_colors(kind: str, level: int) -> None:
    linear = icc.srgb_curve(level / 255)
    color = kind.endswith("color")
    array = np.full((4, 4, 3) if color else (4, 4), linear, np.float32)
    if kind.startswith("16"):
        array = np.round(array * 65535).astype(np.uint16)
    profile = icc.LINEAR_SRGB if color else icc.gray_profile(1.0)
    photometric = "rgb" if color else "minisblack"
    extra = [(34675, 7, len(profile), profile, True)]
    assert only_color(tiff(array, photometric=photometric, extratags=extra)) == (level,) * 3


def test_16_bit_color_tiffs_are_rounded_not_cut() -> None:
    array = np.full((2, 2, 3), 200, np.uint16)
    assert only_color(tiff(array, photometric="rgb")) == (1, 1, 1)
