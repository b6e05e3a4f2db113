"""Icons, textures, documents, drawings and other further kinds of picture files."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import time
import warnings
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, features

from palette_engine.errors import InputError, PaletteWarning, Reason
from palette_engine.pictures import drawing, file_types
from palette_engine.pictures.file_types import (
    FILE_TYPES,
    check_exposed,
    exposed_formats,
    readable_formats,
    type_of,
)
from palette_engine.pictures.isolated import output_of
from palette_engine.pictures.reading import Source, read_pixels
from tests import icc
from tests.sample_pictures import encoded, solid
from tools.picture_writers import boxed, dds, icon, pdf, psd, qoi, tga

HEIC = Path(__file__).parent / "heic"

RED, BLUE, BROWN = (255, 0, 0), (0, 0, 255), (200, 100, 50)


def noise(channels: int, height: int = 6, width: int = 9) -> NDArray[np.uint8]:
    """Return `(channels, height, width)` of noise; the sizes are odd, as paddings are then seen."""
    return np.random.default_rng(0).integers(0, 256, (channels, height, width), np.uint8)


def picture_of(source: Source, **options: Any) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return color `(h, w, 3)` and weight `(h, w)` of a picture."""
    pixels = read_pixels(source, **options)
    assert pixels.frame is not None
    size = (pixels.frame.height, pixels.frame.width)
    return pixels.rgb.reshape(*size, 3), pixels.weight.reshape(size)


def named(data: bytes, name: str) -> io.BytesIO:
    """Return the bytes of a file that has a name."""
    file = io.BytesIO(data)
    file.name = name
    return file


def interleaved(planes: NDArray[Any]) -> NDArray[Any]:
    return np.moveaxis(planes, 0, -1)


# Photoshop


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("deep", [False, True])
def test_a_photoshop_document_has_the_colors_of_its_merged_picture(
    packed: bool, large: bool, deep: bool
) -> None:
    planes = noise(3)
    stored: NDArray[Any] = planes * np.uint16(257) if deep else planes
    rgb, weight = picture_of(psd(stored, 3, packed=packed, large=large))
    assert (rgb == interleaved(planes)).all()
    assert (weight == 255).all()


def test_gray_bitmaps_and_duotones_are_gray() -> None:
    plane = noise(1)
    for mode in (1, 8):
        assert (picture_of(psd(plane, mode))[0] == plane[0][..., np.newaxis]).all()


def test_a_set_bit_of_a_bitmap_is_black() -> None:
    bits = noise(1, 5, 11) > 127
    rgb, _ = picture_of(psd(bits, 0))
    assert (rgb[..., 0] == np.where(bits[0], 0, 255)).all()


def test_an_indexed_document_has_its_table_of_colors_and_its_transparent_index() -> None:
    table = np.random.default_rng(1).integers(0, 256, (3, 256), np.uint8)
    plane = noise(1)
    data = psd(plane, 2, colors=table.tobytes(), resources={1047: b"\0\7"})
    rgb, weight = picture_of(data)
    assert (rgb == table.T[plane[0]]).all()
    assert ((weight == 0) == (plane[0] == 7)).all()


def test_ink_of_a_document_is_stored_as_light() -> None:
    # No ink at all is white; only black ink is black or nearly.
    planes = np.full((4, 2, 2), 255, np.uint8)
    planes[3, 0] = 0
    rgb, _ = picture_of(psd(planes, 4))
    assert (rgb[1] == 255).all()
    assert (rgb[0] < 40).all()


@pytest.mark.parametrize(
    ("lab", "expected"),
    [
        ((255, 128, 128), (255, 255, 255)),
        ((0, 128, 128), (0, 0, 0)),
        # L* 53.2, a* 80, b* 67 are sRGB's red, by Lindbloom's calculator to a level or two.
        ((138, 209, 198), (255, 0, 0)),
    ],
)
@pytest.mark.parametrize("deep", [False, True])
def test_lab_of_a_document_has_its_neutral_axis_in_the_middle(
    lab: tuple[int, ...], expected: tuple[int, ...], deep: bool
) -> None:
    planes: NDArray[Any] = np.full((3, 2, 2), 0, np.uint8)
    planes[:] = np.reshape(lab, (3, 1, 1))
    if deep:
        planes = planes.astype(np.uint16)
        planes[0] *= np.uint16(257)
        planes[1:] *= np.uint16(256)
    rgb, _ = picture_of(psd(planes, 9))
    assert np.abs(rgb[0, 0].astype(int) - expected).max() <= 12


def test_transparency_of_a_document_was_mixed_with_white() -> None:
    alpha = np.array([[[0, 64, 128, 255]]], np.uint8)
    share = alpha / 255
    stored = np.round(np.reshape(BROWN, (3, 1, 1)) * share + 255 * (1 - share)).astype(np.uint8)
    rgb, weight = picture_of(psd(np.concatenate([stored, alpha]), 3, layers=-2))
    assert weight.tolist() == [[0, 64, 128, 255]]
    assert np.abs(rgb[0, 1:].astype(int) - BROWN).max() <= 4


@pytest.mark.parametrize("layers", [0, 2])
def test_a_saved_selection_is_no_transparency(layers: int) -> None:
    planes = noise(4)
    rgb, weight = picture_of(psd(planes, 3, layers=layers))
    assert (rgb == interleaved(planes[:3])).all()
    assert (weight == 255).all()


def test_the_profile_of_a_document_counts() -> None:
    planes = np.full((3, 2, 2), 0, np.uint8)
    planes[:] = np.reshape(BROWN, (3, 1, 1))
    image = Image.fromarray(interleaved(planes).copy())
    expected, _ = picture_of(encoded(image, "PNG", icc_profile=icc.DISPLAY_P3))
    rgb, _ = picture_of(psd(planes, 3, resources={1005: b"odd", 1039: icc.DISPLAY_P3}))
    assert (rgb == expected).all()
    assert tuple(rgb[0, 0]) != BROWN


def test_a_document_without_a_merged_picture_says_so() -> None:
    data = psd(noise(3), 3, resources={1057: struct.pack("!IB", 1, 0) + bytes(8)})
    with pytest.raises(InputError, match="has no merged picture; save it in Photoshop with “Max"):
        read_pixels(data)


@pytest.mark.parametrize(("mode", "planes"), [(7, noise(3)), (3, noise(3).astype(np.uint32))])
def test_a_document_of_another_kind_is_refused(mode: int, planes: NDArray[Any]) -> None:
    with pytest.raises(InputError, match="a kind that is not read"):
        read_pixels(psd(planes, mode))


@pytest.mark.parametrize("packed", [False, True])
def test_a_document_that_is_cut_short_is_refused(packed: bool) -> None:
    data = psd(noise(3), 3, packed=packed)
    for size in (3, 20, 30, len(data) - 20):
        with pytest.raises(InputError):
            read_pixels(data[:size])


# Icons


def test_the_largest_picture_of_an_icon_counts_whatever_its_directory_says() -> None:
    small = encoded(Image.new("RGB", (16, 16), BLUE), "PNG")
    large = encoded(Image.new("RGB", (300, 300), RED), "PNG")
    rgb, _ = picture_of(icon((16, 16, 32, large), (255, 255, 32, small)))
    assert rgb.shape == (300, 300, 3)
    assert tuple(rgb[0, 0]) == RED


def test_an_icon_that_ends_anywhere_in_its_picture_is_refused() -> None:
    data = icon((16, 16, 32, encoded(Image.new("RGB", (16, 16), BLUE), "PNG")))
    for end in range(6, 80):  # a little later, all pixels are there
        with pytest.raises(InputError, match=r"damaged|no pixels"):
            read_pixels(data[:end])


def bitmap(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> bytes:
    """Return the bitmap in an icon, of `(h, w, 3 or 4)` in RGB(A), with a mask of what is clear."""
    height, width, channels = pixels.shape
    head = struct.pack("<IiiHHIIiiII", 40, width, height * 2, 1, channels * 8, 0, 0, 0, 0, 0, 0)
    order = [2, 1, 0, 3][:channels]
    padded = np.zeros((height, -(-width * channels // 4) * 4), np.uint8)
    padded[:, : width * channels] = pixels[::-1][..., order].reshape(height, -1)
    bits = np.zeros((height, -(-width // 32) * 32), np.bool_)
    bits[:, :width] = mask[::-1]
    return head + padded.tobytes() + np.packbits(bits, axis=1).tobytes()


@pytest.mark.parametrize("kind", [1, 2])
def test_the_mask_of_a_bitmap_is_its_transparency(kind: int) -> None:
    pixels = np.ascontiguousarray(interleaved(noise(3, 7, 9)))
    mask = noise(1, 7, 9)[0] > 100
    rgb, weight = picture_of(icon((9, 7, 24, bitmap(pixels, mask)), kind=kind))
    assert (weight == np.where(mask, 0, 255)).all()
    assert (rgb[~mask] == pixels[~mask]).all()


def test_a_bitmap_of_32_bits_has_its_own_alpha_unless_it_is_empty() -> None:
    pixels = np.ascontiguousarray(interleaved(noise(4, 7, 9)))
    mask = noise(1, 7, 9)[0] > 100
    _, weight = picture_of(icon((9, 7, 32, bitmap(pixels, mask))))
    assert (weight == np.where(pixels[..., 3] < 8, 0, pixels[..., 3])).all()
    pixels[..., 3] = 0
    _, weight = picture_of(icon((9, 7, 32, bitmap(pixels, mask))))
    assert (weight == np.where(mask, 0, 255)).all()


def test_a_huge_png_in_an_icon_is_refused_before_it_is_decoded() -> None:
    header = struct.pack("!IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(9))), (b"IEND", b"")):
        png += struct.pack("!I", len(body)) + name + body
        png += struct.pack("!I", zlib.crc32(name + body))
    with pytest.raises(InputError, match="60,000 x 60,000") as caught:
        read_pixels(icon((16, 16, 32, png)))
    assert caught.value.reason == Reason.TOO_MANY_PIXELS


# Textures


def block_bc1(color: int, index: int) -> bytes:
    """Return a BC1 block of the first of two equal colors in 5-6-5 bits."""
    return struct.pack("<HHI", color, 0, index)


def test_blocks_have_the_colors_of_their_end_points() -> None:
    # Red and blue in 5-6-5 bits, each in all pixels of a block; the second block is half outside.
    data = block_bc1(0xF800, 0) + block_bc1(0x001F, 0)
    for picture in (dds((6, 4), data, characters=b"DXT1"), dds((6, 4), data, number=72)):
        rgb, weight = picture_of(picture)
        assert (rgb[:, :4] == RED).all()
        assert (rgb[:, 4:] == BLUE).all()
        assert (weight == 255).all()


@pytest.mark.parametrize("number", [71, 72])
def test_what_is_said_to_be_srgb_and_what_is_not_have_equal_colors(number: int) -> None:
    rgb, _ = picture_of(dds((4, 4), block_bc1(0xF800, 0), number=number))
    assert (rgb == RED).all()


def test_the_second_half_of_colors_in_a_block_can_be_transparent() -> None:
    # With the first color below the second, the fourth index is transparent.
    data = struct.pack("<HHI", 0x001F, 0xF800, 0xFFFFFFFF)
    assert (picture_of(dds((4, 4), data, characters=b"DXT1"))[1] == 0).all()


@pytest.mark.parametrize(
    ("bits", "masks", "pixel", "expected"),
    [
        (32, (0xFF0000, 0xFF00, 0xFF), 0x00C86432, BROWN),
        (32, (0xFF, 0xFF00, 0xFF0000, 0xFF000000), 0xFF3264C8, BROWN),
        (24, (0xFF0000, 0xFF00, 0xFF), 0xC86432, BROWN),
        (16, (0xF800, 0x7E0, 0x1F), 0xF800, RED),
        (16, (0x7C00, 0x3E0, 0x1F, 0x8000), 0x801F, BLUE),
        (8, (0xE0, 0x1C, 0x03), 0xE0, RED),
    ],
)
def test_masks_tell_the_channels(
    bits: int, masks: tuple[int, ...], pixel: int, expected: tuple[int, ...]
) -> None:
    body = pixel.to_bytes(bits // 8, "little") * 6
    rgb, weight = picture_of(dds((3, 2), body, masks=masks, bits=bits))
    assert (rgb == expected).all()
    assert (weight == 255).all()


def test_alpha_that_is_multiplied_into_colors_is_divided_out() -> None:
    body = bytes((100, 50, 25, 128)) * 4
    rgb, weight = picture_of(dds((2, 2), body, number=28, alpha_mode=2))
    assert np.abs(rgb.astype(int) - (199, 100, 50)).max() <= 1
    assert (weight == 128).all()
    _, weight = picture_of(dds((2, 2), body, number=28, alpha_mode=3))
    assert (weight == 255).all()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (dds((4, 4), bytes(16), number=95), "DXGI format 95"),
        (dds((4, 4), bytes(16), number=11), "DXGI format 11"),
        (dds((4, 4), bytes(16), characters=b"UYVY"), "format UYVY"),
        (dds((4, 4), bytes(256), characters=b"\x74\0\0\0"), "format 116"),
    ],
)
def test_a_texture_in_another_format_is_refused_by_name(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=f"in {told}, which is not read; save it as PNG"):
        read_pixels(data)


# Targa


def test_a_targa_has_its_rows_from_the_bottom_unless_it_says_otherwise() -> None:
    stored = np.ascontiguousarray(interleaved(noise(3)))
    rgb = stored[..., ::-1]
    for flags, expected in (
        (0x00, rgb[::-1]),
        (0x10, rgb[::-1, ::-1]),
        (0x20, rgb),
        (0x30, rgb[:, ::-1]),
    ):
        found, _ = picture_of(named(tga(stored, 2, flags=flags), "a.tga"))
        assert (found == expected).all()


@pytest.mark.parametrize(
    ("flags", "attributes", "expected"),
    [
        (0x28, None, "alpha"),
        (0x20, None, "opaque"),
        (0x28, 3, "alpha"),
        (0x28, 0, "opaque"),
        (0x28, 2, "opaque"),
        (0x20, 3, "alpha"),
    ],
)
def test_alpha_of_a_targa_counts_if_the_file_says_so(
    flags: int, attributes: int | None, expected: str
) -> None:
    stored = np.ascontiguousarray(interleaved(noise(4)))
    data = tga(stored, 2, flags=flags, attributes=attributes)
    rgb, weight = picture_of(named(data, "a.tga"))
    alpha = stored[..., 3]
    assert (weight == (np.where(alpha < 8, 0, alpha) if expected == "alpha" else 255)).all()
    assert (rgb == stored[..., 2::-1]).all()


def test_alpha_of_a_targa_that_is_nowhere_was_not_meant() -> None:
    stored = np.ascontiguousarray(interleaved(noise(4)))
    stored[..., 3] = 0
    assert (picture_of(named(tga(stored, 2, flags=0x28), "a.tga"))[1] == 255).all()


def test_a_targa_of_one_pixel_with_alpha_is_read() -> None:
    stored = np.array([[[50, 100, 200, 128]]], np.uint8)
    rgb, weight = picture_of(tga(stored, 2, flags=0x28))
    assert (rgb == BROWN).all()
    assert weight.tolist() == [[128]]


def test_a_targa_of_16_bits_has_five_a_channel() -> None:
    numbers = np.array([[0x7C00, 0x03E0], [0x801F, 0xFFFF]], "<u2")
    stored = numbers.view(np.uint8).reshape(2, 2, 2)
    rgb, weight = picture_of(named(tga(stored, 2, flags=0x21), "a.tga"))
    assert rgb.tolist() == [[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]]
    assert weight.tolist() == [[0, 0], [255, 255]]
    assert (picture_of(named(tga(stored, 2, flags=0x20), "a.tga"))[1] == 255).all()


def test_the_color_map_of_a_targa_may_begin_at_another_index() -> None:
    colors = np.array([[50, 100, 200], [255, 0, 0]], np.uint8)
    stored = np.array([[[5], [6]]], np.uint8)
    rgb, _ = picture_of(named(tga(stored, 1, flags=0x20, color_map=colors, first=5), "a.tga"))
    assert rgb.tolist() == [[list(BROWN), list(BLUE)]]
    with pytest.raises(InputError, match="a color that the map lacks"):
        read_pixels(named(tga(stored, 1, flags=0x20, color_map=colors, first=4), "a.tga"))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_packed_and_plain_targas_are_alike(mode: str) -> None:
    image = Image.fromarray(np.ascontiguousarray(interleaved(noise(4, 20, 30)))).convert(mode)
    image.paste(image.crop((0, 0, 1, 1)).resize((30, 5)), (0, 3))  # some runs
    plain = picture_of(encoded(image, "TGA"))
    packed = picture_of(encoded(image, "TGA", compression="tga_rle"))
    assert all((one == other).all() for one, other in zip(plain, packed, strict=True))


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 3,  # an ACT palette
        b"\0\1\0\2" + bytes(40),  # an ACO palette
        b"\0\0\2\0" + bytes(600),
        np.random.default_rng(3).bytes(5000),
        b"Dear all,\n" * 30,
        bytes(1000),
    ],
)
def test_other_bytes_are_not_taken_for_a_targa(data: bytes) -> None:
    with pytest.raises(InputError, match="not a picture this can read"):
        read_pixels(named(data, "a.tga"))


def test_noise_is_hardly_ever_taken_for_a_targa() -> None:
    random = np.random.default_rng(0)
    starts = (b"\0\0\2", b"\0\0\3", b"\0\1\1", b"\0\0\x0a")
    files = [starts[at % 4] + random.bytes(800) for at in range(2000)]
    assert not any(type_of(io.BytesIO(data)) for data in files)


# QOI


def test_each_code_of_a_qoi_is_decoded() -> None:
    codes = bytes(
        (
            0xFE, 200, 100, 50,  # RGB
            0b01_11_10_01,  # small differences: 1, 0, -1
            0b10_100101, 0b1010_0110,  # green 5, red 5 + 2, blue 5 - 2
            0xC1,  # a run of two
            0xFF, 1, 2, 3, 128,  # RGBA
            (200 * 3 + 100 * 5 + 50 * 7 + 255 * 11) % 64,  # the first color again
            0xFE, 250, 255, 0,
            0b01_00_11_10,  # differences wrap around
        )
    )  # fmt: skip
    rgb, weight = picture_of(qoi(3, 3, 4, codes))
    assert rgb.reshape(-1, 3).tolist() == [
        [200, 100, 50], [201, 100, 49], [208, 105, 52], [208, 105, 52], [208, 105, 52],
        [1, 2, 3], [200, 100, 50], [250, 255, 0], [248, 0, 0],
    ]  # fmt: skip
    assert weight.ravel().tolist() == [255] * 5 + [128] + [255] * 3


def test_qoi_agrees_with_pillow() -> None:
    image = Image.fromarray(np.ascontiguousarray(interleaved(noise(4, 40, 50) // 16)))
    rgb, weight = picture_of(encoded(image, "QOI"))
    alpha = np.asarray(image)[..., 3]
    assert (rgb == np.asarray(image)[..., :3]).all()
    assert (weight == np.where(alpha < 8, 0, alpha)).all()


@pytest.mark.parametrize("cut", [5, 14, 20])
def test_a_qoi_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(InputError, match="damaged"):
        read_pixels(encoded(solid(), "QOI")[:cut])


# JPEG 2000


def jp2_with(color: bytes, image: Image.Image, **more: bytes) -> bytes:
    """Return a picture as JP2 with another color specification."""
    stream = encoded(image, "JPEG2000", no_jp2=True)
    count = len(image.getbands())
    header = struct.pack("!IIHBBBB", image.height, image.width, count, 7, 7, 0, 0)
    inside = boxed(b"jp2h", boxed(b"ihdr", header), boxed(b"colr", color), *more.values())
    start = boxed(b"jP  ", b"\r\n\x87\n") + boxed(b"ftyp", b"jp2 ", bytes(4), b"jp2 ")
    return start + inside + boxed(b"jp2c", stream)


def test_the_profile_of_a_jpeg_2000_counts() -> None:
    expected, _ = picture_of(encoded(solid("RGB"), "PNG", icc_profile=icc.DISPLAY_P3))
    rgb, _ = picture_of(jp2_with(b"\2\0\0" + icc.DISPLAY_P3, solid("RGB")))
    assert (rgb == expected).all()
    assert tuple(rgb[0, 0]) != BROWN


def test_a_jpeg_2000_in_another_color_space_is_refused() -> None:
    with pytest.raises(InputError, match=r"a color space that is not read \(14\)"):
        read_pixels(jp2_with(b"\1\0\0" + struct.pack("!I", 14), solid("RGB")))


def test_ink_of_a_jpeg_2000_is_ink() -> None:
    image = Image.new("CMYK", (8, 8), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 8, 4))
    rgb, _ = picture_of(encoded(image, "JPEG2000"))
    assert (rgb[7] == 255).all()
    assert (rgb[0] < 40).all()


def test_a_jpeg_2000_in_sycc_is_converted() -> None:
    stored = Image.merge("RGB", solid("RGB").convert("YCbCr").split())
    rgb, _ = picture_of(jp2_with(b"\1\0\0" + struct.pack("!I", 18), stored))
    assert np.abs(rgb.astype(int) - BROWN).max() <= 1


def test_opacity_that_is_multiplied_into_colors_is_divided_out() -> None:
    image = Image.new("RGBA", (16, 16), (100, 50, 25, 128))
    entries = [(0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 2, 0)]
    body = struct.pack("!H", 4) + b"".join(struct.pack("!HHH", *entry) for entry in entries)
    srgb = b"\1\0\0" + struct.pack("!I", 16)
    rgb, weight = picture_of(jp2_with(srgb, image, cdef=boxed(b"cdef", body)))
    assert np.abs(rgb.astype(int) - BROWN).max() <= 1
    assert (weight == 128).all()


def test_a_channel_that_is_no_opacity_is_not_alpha() -> None:
    image = Image.fromarray(np.ascontiguousarray(interleaved(noise(4, 16, 16))))
    srgb = b"\1\0\0" + struct.pack("!I", 16)
    entries = [(0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 65535, 65535)]
    body = struct.pack("!H", 4) + b"".join(struct.pack("!HHH", *entry) for entry in entries)
    assert (picture_of(jp2_with(srgb, image, cdef=boxed(b"cdef", body)))[1] == 255).all()
    assert (picture_of(jp2_with(srgb, image))[1] < 255).any()


def test_equal_colors_in_the_palette_of_a_jpeg_2000_keep_their_indexes() -> None:
    index = Image.fromarray(np.array([[0, 1, 2, 3]] * 4, np.uint8))
    colors = bytes((*RED, *RED, *BLUE, *BROWN))
    palette = boxed(b"pclr", struct.pack("!HB3B", 4, 3, 7, 7, 7), colors)
    maps = boxed(b"cmap", *(struct.pack("!HBB", 0, 1, at) for at in range(3)))
    srgb = b"\1\0\0" + struct.pack("!I", 16)
    rgb, _ = picture_of(jp2_with(srgb, index, palette=palette, maps=maps))
    assert rgb[0].tolist() == [list(RED), list(RED), list(BLUE), list(BROWN)]


def test_16_bits_of_gray_are_read() -> None:
    gray = np.arange(0, 65536, 4096).astype(np.uint16).reshape(4, 4)
    rgb, _ = picture_of(encoded(Image.fromarray(gray), "JPEG2000"))
    assert (rgb[..., 0] == (gray.astype(np.uint32) * 255 + 32767) // 65535).all()


def test_a_jpeg_2000_of_very_many_tiles_is_refused_before_it_is_decoded() -> None:
    data = bytearray(encoded(Image.new("RGB", (64, 64), BROWN), "JPEG2000", no_jp2=True))
    data[8:16] = struct.pack("!II", 8000, 8000)
    data[24:32] = struct.pack("!II", 4, 4)
    with pytest.raises(InputError) as caught:
        read_pixels(bytes(data))
    assert caught.value.reason == Reason.TOO_MUCH_MEMORY


def test_a_jpeg_2000_whose_two_sizes_differ_is_refused() -> None:
    data = bytearray(encoded(solid("RGB"), "JPEG2000"))
    place = data.index(b"\xff\x4f\xff\x51") + 8
    data[place : place + 4] = struct.pack("!I", 50_000)
    with pytest.raises(InputError, match="its size is not clear"):
        read_pixels(bytes(data))


def test_a_pillow_that_was_built_without_openjpeg_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(solid(), "JPEG2000")
    monkeypatch.setattr(features, "check_codec", lambda _name: False)
    with pytest.raises(InputError, match="is JPEG 2000, which the installed Pillow cannot read"):
        read_pixels(data)


# HEIC


BLOCKS = ((200, 100, 50), (20, 160, 220), (240, 240, 10), (30, 30, 40))
"""The colors of the samples: top left, top right, bottom left, bottom right."""


def corners(rgb: NDArray[Any]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = rgb[[0, 0, -1, -1], [0, -1, 0, -1]].astype(np.int64)
    return found


@pytest.mark.skipif("HEIC" not in readable_formats(), reason="pi-heif is not installed")
class TestHeic:
    @pytest.mark.parametrize("name", ["plain", "deep", "alpha"])
    def test_colors(self, name: str) -> None:
        rgb, weight = picture_of(HEIC / f"{name}.heic")
        assert rgb.shape == (48, 64, 3)
        assert np.abs(corners(rgb) - BLOCKS).max() <= 1
        assert weight[0, 0] == (128 if name == "alpha" else 255)
        assert weight[-1, -1] == 255

    def test_gray_is_the_luma_of_the_colors(self) -> None:
        rgb, _ = picture_of(HEIC / "gray.heic")
        luma = [round(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in BLOCKS]
        assert np.abs(corners(rgb)[:, 0] - luma).max() <= 1

    def test_a_picture_is_turned_once(self) -> None:
        rgb, _ = picture_of(HEIC / "turned.heic")
        assert rgb.shape == (64, 48, 3)
        # By 90 degrees to the right, so that the bottom left corner is the top left one.
        expected = [BLOCKS[at] for at in (2, 0, 3, 1)]
        assert np.abs(corners(rgb) - expected).max() <= 1

    def test_its_codes_of_color_count(self) -> None:
        rgb, _ = picture_of(HEIC / "display_p3.heic")
        image = Image.new("RGB", (4, 1))
        image.putdata(BLOCKS)
        expected, _ = picture_of(encoded(image, "PNG", icc_profile=icc.DISPLAY_P3))
        assert np.abs(corners(rgb) - expected[0].astype(int)).max() <= 2

    def test_its_pixels_outlive_its_file(self) -> None:
        data = (HEIC / "plain.heic").read_bytes()
        first, _ = picture_of(data)
        kept = first.copy()
        for _ in range(20):
            picture_of((HEIC / "gray.heic").read_bytes())
        assert (first == kept).all()

    def test_it_is_limited_before_it_is_decoded(self) -> None:
        with pytest.raises(InputError, match="64 x 48 = 3,072 pixels, more than the limit"):
            read_pixels(HEIC / "plain.heic", max_pixels=1000)

    def test_a_file_that_crashes_the_library_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"^a\.heic cannot be decoded"):
            read_pixels(named((HEIC / "crash").read_bytes(), "a.heic"))

    @pytest.mark.parametrize("size", [20, 100, 400, 1000])
    def test_it_is_refused_if_it_is_cut_short(self, size: int) -> None:
        with pytest.raises(InputError):
            read_pixels((HEIC / "plain.heic").read_bytes()[:size])


# Drawings


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    b'viewBox="0 0 20 10"><rect width="10" height="10" fill="#c86432"/>%b</svg>'
)

with_svg = pytest.mark.skipif("SVG" not in readable_formats(), reason="resvg-py is not installed")
with_pdf = pytest.mark.skipif("PDF" not in readable_formats(), reason="pypdfium2 is not installed")


@with_svg
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_svg_is_drawn_with_1000_pixels_on_its_longer_side(encoding: str) -> None:
    drawn = (SVG % b'<rect x="10" width="10" height="10" fill="blue" fill-opacity="0.5"/>').decode()
    rgb, weight = picture_of(drawn.encode(encoding))
    assert rgb.shape == (500, 1000, 3)
    assert (rgb[:, :499] == BROWN).all()
    assert (rgb[:, 501:] == BLUE).all()
    assert {*weight[:, 501:].ravel().tolist()} == {128}


@with_svg
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (b'width="10" height="40"', (1000, 250)),
        (b'width="4cm" height="10mm"', (250, 1000)),
        (b'width="100%" height="100%" viewBox="0 0 1 5"', (1000, 200)),
    ],
)
def test_the_size_of_an_svg_tells_its_shape(size: bytes, expected: tuple[int, int]) -> None:
    drawn = b'<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg" %b>'
    rgb, _ = picture_of(drawn % size + b'<rect width="99" height="99" fill="red"/></svg>')
    # resvg rounds the size before it scales.
    assert np.abs(np.subtract(rgb.shape[:2], expected)).max() <= 2


@with_svg
@pytest.mark.parametrize(
    "content",
    [
        b'<image width="9" height="9" href="%b"/>',
        b'<image width="9" height="9" xlink:href=" %b"/>',
        b'<image width="9" height="9" href="file://%b"/>',
        b'<image width="9" height="9" href="https://example.org/%b"/>',
        b'<filter id="f"><feImage href="%b"/></filter>',
        b'<image width="9" height="9" href="data:image/svg+xml,%%3Csvg/%%3E%b"/>',
    ],
)
def test_an_svg_opens_no_other_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(encoded(solid(), "PNG"))
    with pytest.raises(InputError, match="shows another file, which is not opened"):
        read_pixels(SVG % (content % os.fsencode(path)))


@with_svg
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_process_that_draws_can_open_no_file(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(encoded(Image.new("RGB", (9, 9), RED), "PNG"))
    drawn = SVG % (b'<image x="10" width="10" height="10" href="%b"/>' % os.fsencode(path))
    png = output_of(("svg", "width", "100"), drawn, "a.svg", 10)
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    assert {color for _, color in image.getcolors(9) or []} == {(*BROWN, 255), (0, 0, 0, 0)}


@with_svg
def test_the_process_imports_nothing_from_the_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("json", "resvg_py", "palette_engine"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    assert picture_of(SVG % b"")[0].shape == (500, 1000, 3)


@with_svg
def test_a_picture_that_is_embedded_in_an_svg_is_drawn() -> None:
    import base64

    png = base64.b64encode(encoded(Image.new("RGB", (9, 9), RED), "PNG"))
    content = b'<image x="10" width="10" height="10" href="data:image/png;base64,%b"/>'
    rgb, _ = picture_of(SVG % (content % png))
    assert tuple(rgb[250, 750]) == RED


@with_svg
def test_text_of_an_svg_is_not_drawn_and_that_is_said() -> None:
    with pytest.warns(PaletteWarning, match="its text is not drawn; convert it to paths"):
        read_pixels(SVG % b'<text x="10" y="9">A</text>')


BOMBS = {
    "entities": b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
    + b']><svg xmlns="http://www.w3.org/2000/svg"><desc>&j;</desc></svg>',
    "copies": SVG
    % (
        b'<g id="g0"><rect width="1" height="1"/></g>'
        + b"".join(
            b'<g id="g%d">%b</g>' % (at + 1, b'<use href="#g%d"/>' % at * 10) for at in range(8)
        )
    ),
    "depth": SVG % (b"<g>" * 5000 + b"</g>" * 5000),
    "damage": SVG[:80],
}


@with_svg
@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_a_bomb_of_an_svg_is_refused_soon(data: bytes) -> None:
    start = time.perf_counter()
    with pytest.raises(InputError):
        read_pixels(data)
    assert time.perf_counter() - start < drawing.SECONDS + 5


@with_svg
def test_a_drawing_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 0.5)
    noise_filter = (
        b'<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="999999"/></filter>'
    )
    with pytest.raises(
        InputError, match=r"takes more than 0\.5 seconds to decode; export it as PNG"
    ):
        read_pixels(SVG % (noise_filter + b'<rect width="10" height="10" filter="url(#f)"/>'))


@with_pdf
def test_the_first_page_of_a_pdf_is_drawn_on_white() -> None:
    rgb, weight = picture_of(pdf(b"0.784314 0.392157 0.196078 rg 0 0 100 100 re f"))
    assert rgb.shape == (500, 1000, 3)
    assert (rgb[:, :499] == BROWN).all()
    assert (rgb[:, 501:] == 255).all()
    assert (weight == 255).all()


@with_pdf
@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF\n", pdf(b"")[:100]])
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"cannot be decoded: .*; export it as PNG"):
        read_pixels(data)


# Memory


SIZE = (1500, 1000)

LARGE = (
    "dds-blocks", "dds-masks", "psd", "psd-packed", "psd-16", "psd-bitmap", "tga", "tga-packed",
    "qoi", "jp2", "jp2-tiles",
)  # fmt: skip

MODULES = "dds_decoder, psd_decoder, tga_decoder, qoi_decoder, jpeg2000_decoder"


@cache
def large_kinds() -> dict[str, bytes]:
    """Return pictures of three megapixels of noise, which is not compressed well."""
    planes = np.random.default_rng(0).integers(0, 256, (4, *SIZE[::-1]), np.uint8)
    rgba = Image.fromarray(np.ascontiguousarray(interleaved(planes)))
    return {
        "dds-blocks": encoded(rgba, "DDS", pixel_format="DXT5"),
        "dds-masks": encoded(rgba, "DDS"),
        "psd": psd(planes[:3], 3),
        "psd-packed": psd(planes, 3, packed=True),
        "psd-16": psd(planes[:3] * np.uint16(257), 3, packed=True),
        "psd-bitmap": psd(planes[:1] > 99, 0, packed=True),
        "tga": encoded(rgba.convert("RGB"), "TGA"),
        "tga-packed": encoded(rgba, "TGA", compression="tga_rle"),
        "qoi": encoded(rgba.convert("RGB").quantize(3).convert("RGB"), "QOI"),
        "jp2": encoded(rgba.convert("RGB"), "JPEG2000"),
        "jp2-tiles": encoded(rgba, "JPEG2000", tile_size=(256, 256)),
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it measures memory as Linux does")
@pytest.mark.parametrize("kind", LARGE)
def test_the_header_says_how_much_memory_decoding_takes(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    path.write_bytes(large_kinds()[kind])
    code = f"""if True:
        from pathlib import Path
        from PIL import Image
        from palette_engine.pictures import pillow_decoder, reading, {MODULES}
        from palette_engine.pictures.region import Box
        def peak():
            lines = Path("/proc/self/status").read_text().splitlines()
            return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
        Image.preinit()
        file = open({str(path)!r}, "rb")
        Path("/proc/self/clear_refs").write_text("5")
        before = peak()
        header = reading._file_header(file, "a.tga", reading.Limits(), "read")
        decoded = header.decode()
        decoded.rows(Box(0, 0, header.width, 10))
        print(header.memory, peak() - before)"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said, taken = map(int, run.stdout.split())
    assert taken <= said + 4_000_000  # of the libraries
    assert said <= 2.5 * taken + 4_000_000


# What is missing, and what the page reads


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("HEIC", (HEIC / "plain.heic").read_bytes()),
        ("SVG", SVG % b""),
        ("PDF", pdf(b"")),
    ],
)
def test_a_kind_whose_extra_is_missing_says_which(
    kind: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    readable = tuple(name for name in readable_formats() if name != kind)
    monkeypatch.setattr(file_types, "readable_formats", lambda: readable)
    extra = kind.lower()
    with pytest.raises(InputError) as caught:
        read_pixels(data)
    assert str(caught.value) == (
        f"The picture is {kind}, which needs the extra “{extra}” (pip install "
        f"'palette-engine[{extra}]'); or save the picture as PNG."
    )
    assert caught.value.reason == Reason.FORMAT_MISSING


def test_the_page_reads_no_decoder_that_is_known_for_its_faults() -> None:
    assert {name for name, row in FILE_TYPES.items() if not row.is_exposed} == {
        "HEIC", "JPEG 2000", "PDF", "SVG",
    }  # fmt: skip
    assert not {"HEIC", "JPEG 2000", "PDF", "SVG"} & {*exposed_formats()}
    for data in (encoded(solid(), "JPEG2000"), (HEIC / "plain.heic").read_bytes(), pdf(b"")):
        with pytest.raises(InputError, match=r"only the command line reads .* PNG for the page"):
            check_exposed(io.BytesIO(data), "a")
    check_exposed(io.BytesIO(encoded(solid(), "PNG")), "a.png")


FOREIGN: Mapping[str, tuple[bytes, str]] = {
    "XCF": (b"gimp xcf v011\0", r"is a GIMP image \(XCF\); export it as PNG \(in GIMP: File ▸"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n", r"is a PostScript file \(EPS\)"),
    "CR2": (b"II\x2a\0\x10\0\0\0CR\2\0" + bytes(20), "is raw data of a camera"),
    "CR3": (b"\0\0\0\x18ftypcrx " + bytes(16), "is raw data of a camera"),
    "RAF": (b"FUJIFILMCCD-RAW 0201" + bytes(20), "is raw data of a camera"),
    "ORF": (b"IIRO\x08\0\0\0" + bytes(20), "is raw data of a camera"),
    "MP4": (b"\0\0\0\x18ftypisom" + bytes(16), "is a video .*; save a frame of it as PNG"),
    "MOV": (b"\0\0\0\x14ftypqt  " + bytes(16), "is a video"),
    "WebM": (b"\x1a\x45\xdf\xa3" + bytes(16), "is a video"),
    "AVI": (b"RIFF" + bytes(4) + b"AVI LIST", "is a video"),
    "JPEG XL": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(9), "is JPEG XL; save it as PNG"),
    "JPEG XL stream": (b"\xff\x0a" + bytes(9), "is JPEG XL; save it as PNG"),
    "EXR": (b"\x76\x2f\x31\x01" + bytes(9), "is OpenEXR"),
    "HDR": (b"#?RADIANCE\n", "is a Radiance picture"),
    "PFM": (b"PF\n2 2\n-1.0\n" + bytes(48), "is a color PFM; convert it to sRGB"),
    "ICNS": (b"icns" + bytes(9), "is a Mac icon"),
    "Krita": (b"PK\3\4" + bytes(26) + b"mimetypeapplication/x-krita", "is a Krita document"),
    "ORA": (b"PK\3\4" + bytes(26) + b"mimetypeimage/openraster", "is an OpenRaster document"),
    "svgz": (b"\x1f\x8b\x08" + bytes(9), "unpack it first"),
    "EMF": (b"\1\0\0\0" + bytes(36) + b" EMF", "is a Windows metafile"),
}


@pytest.mark.parametrize(("data", "told"), FOREIGN.values(), ids=FOREIGN)
def test_a_known_kind_that_is_not_read_is_named_with_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        read_pixels(named(data, "a.png"))
    assert caught.value.reason == Reason.NOT_A_PICTURE


def raw_tiff(tags: Mapping[int, tuple[int, int]], inside: Mapping[int, int]) -> bytes:
    """Return a TIFF of 1 x 1 pixel with more tags, kind and value, and a directory in tag 330."""
    basic = {256: (4, 1), 257: (4, 1), 258: (3, 8), 259: (3, 1), 262: (3, 1), 273: (4, 8),
             278: (4, 1), 279: (4, 1)}  # fmt: skip
    place = 8 + 4
    entries = {**basic, **tags, 330: (4, 0)}
    after = place + 2 + 12 * len(entries) + 4
    entries[330] = (4, after)
    first = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in sorted(entries.items())
    )
    second = struct.pack("<H", len(inside)) + b"".join(
        struct.pack("<HHII", tag, 3, 1, value) for tag, value in sorted(inside.items())
    )
    return b"II\x2a\0" + struct.pack("<I", place) + bytes(4) + first + bytes(4) + second + bytes(4)


@pytest.mark.parametrize(
    "data",
    [
        raw_tiff({50706: (1, 0x0401)}, {262: 1}),  # DNG
        raw_tiff({254: (4, 1)}, {262: 32803}),  # NEF, ARW
        raw_tiff({254: (4, 1)}, {262: 34892}),
    ],
)
def test_the_thumbnail_of_raw_data_is_not_taken_for_the_picture(data: bytes) -> None:
    with pytest.raises(InputError, match="is raw data of a camera, of which only small previews"):
        read_pixels(named(data, "a.nef"))


def test_a_smaller_copy_in_a_tiff_does_not_matter() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rgb, _ = picture_of(raw_tiff({}, {262: 1, 254: 1}))
    assert rgb.shape == (1, 1, 3)
