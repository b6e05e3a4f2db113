"""TIFFs: samples mean what the file says, and damage is a sentence."""

from __future__ import annotations

import io
import lzma
import tracemalloc
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from palette_engine.errors import InputError, PaletteWarning
from palette_engine.pictures.pixels import Pixels
from palette_engine.pictures.reading import read_pixels
from tests import icc
from tests.sample_pictures import encoded, tiff, u8, u16
from tests.tiff_files import Value, compressed, fields, packed, picture, tiff_file

GRAY, RGB, NEGATIVE, INDEXED, CMYK, CIELAB, ICCLAB = 1, 2, 0, 3, 5, 8, 9

DEFLATE, LZW, PACKBITS, LZMA, ZSTD = 8, 5, 32773, 34925, 50000

METHODS = {"deflate": DEFLATE, "tiff_lzw": LZW, "packbits": PACKBITS, "zstd": ZSTD}


def colors(pixels: Pixels) -> list[list[int]]:
    found: list[list[int]] = pixels.rgb.tolist()
    return found


def levels(values: NDArray[Any], bits: int) -> NDArray[np.int64]:
    """Return samples in 8 bits, by whole numbers only."""
    full = 2**bits - 1
    return np.array([[(2 * 255 * int(v) + full) // (2 * full) for v in row] for row in values])


# Bits and formats of samples


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bits", [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 24, 32])
def test_samples_of_any_size_fill_the_range(bits: int, channels: int, order: str) -> None:
    rng = np.random.default_rng(bits)
    samples = rng.integers(0, 2**bits, (5, 7, channels))
    samples[0, :2] = [[0], [2**bits - 1]]
    pixels = read_pixels(picture(samples, bits, RGB if channels == 3 else GRAY, order))
    expected = levels(samples.reshape(-1, channels), bits)
    assert np.array_equal(pixels.rgb, np.broadcast_to(expected, (35, 3)))


@pytest.mark.parametrize("bits", [1, 4, 8, 12, 16, 32])
def test_a_negative_is_turned_around_in_every_size(bits: int) -> None:
    full = 2**bits - 1
    samples = np.array([[[0], [full]]])
    assert colors(read_pixels(picture(samples, bits, NEGATIVE))) == [[255] * 3, [0] * 3]


def test_the_channels_of_a_pixel_may_differ_in_size() -> None:
    samples = np.array([[[31, 0, 31], [0, 63, 16]]])
    pixels = read_pixels(picture(samples, (5, 6, 5), RGB))
    assert colors(pixels) == [[255, 0, 255], [0, 255, 132]]


@pytest.mark.parametrize("bits", [1, 4, 8, 12])
def test_the_bits_of_a_byte_may_be_reversed(bits: int) -> None:
    samples = np.array([[[0], [2**bits - 1], [1], [0]]])
    data = packed(samples, [bits])
    turned = bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)
    file = tiff_file(fields(samples, [bits], GRAY, t266=2), turned)
    assert np.array_equal(read_pixels(file).rgb, read_pixels(picture(samples, bits, GRAY)).rgb)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_floats_are_read_in_both_byte_orders(kind: type[np.floating[Any]], order: str) -> None:
    array = np.array([[[0, 0.5, 1.0, 0.2], [1.0, 0.25, 0, 1.0]]], kind)
    data = tiff(array, photometric="rgb", byteorder=order, extrasamples=["unassalpha"])
    pixels = read_pixels(data)
    assert colors(pixels) == [[0, 128, 255], [255, 64, 0]]
    assert pixels.weight.tolist() == [51, 255]


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_signed_numbers_are_refused_in_a_true_sentence(bits: int) -> None:
    file = picture(np.zeros((2, 2, 1), int), bits, GRAY, t339=2)
    with pytest.raises(InputError, match=f"signed whole numbers of {bits} bits .* unsigned 8 or"):
        read_pixels(file)


@pytest.mark.parametrize("kind", [5, 6, 7, 99])
def test_complex_and_unknown_numbers_are_refused(kind: int) -> None:
    with pytest.raises(InputError, match="of a kind this cannot read"):
        read_pixels(picture(np.zeros((2, 2, 1), int), 32, GRAY, t339=kind))


def test_the_number_of_samples_may_be_told_by_their_sizes_only() -> None:
    samples = np.array([[[65535, 0, 257]]])
    tags = fields(samples, [16] * 3, RGB)
    del tags[277]
    assert colors(read_pixels(tiff_file(tags, packed(samples, [16] * 3)))) == [[255, 0, 1]]


# Extra samples


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize(
    ("extra", "weights"),
    [
        ((0,), [255, 255]),
        ((2,), [0, 255]),
        (None, [0, 255]),  # most writers of RGBA that leave the tag out mean alpha
        ((7,), [255, 255]),
    ],
)
def test_a_fourth_channel_is_alpha_only_if_the_file_does_not_deny_it(
    bits: int, extra: tuple[int, ...] | None, weights: list[int]
) -> None:
    full = 2**bits - 1
    samples = np.array([[[full, 0, 0, 0], [0, full, 0, full]]])
    more: dict[str, Value] = {} if extra is None else {"t338": extra}
    pixels = read_pixels(picture(samples, bits, RGB, "<", **more))
    assert colors(pixels) == [[255, 0, 0], [0, 255, 0]]
    assert pixels.weight.tolist() == weights


def test_alpha_may_come_after_a_channel_that_has_no_meaning() -> None:
    samples = np.array([[[255, 0, 0, 0, 51], [0, 255, 0, 99, 255]]])
    pixels = read_pixels(picture(samples, 8, RGB, t338=(0, 2)))
    assert colors(pixels) == [[255, 0, 0], [0, 255, 0]]
    assert pixels.weight.tolist() == [51, 255]


@pytest.mark.parametrize("bits", [8, 12, 16, 32])
@pytest.mark.parametrize("photometric", [GRAY, RGB])
def test_colors_are_divided_by_associated_alpha(bits: int, photometric: int) -> None:
    full = 2**bits - 1
    count = 3 if photometric == RGB else 1
    samples = np.array([[[full // 4] * count + [full // 2], [0] * count + [0]]])
    pixels = read_pixels(picture(samples, bits, photometric, t338=1))
    assert np.abs(pixels.rgb[0].astype(int) - 128).max() <= 2
    assert pixels.weight.tolist() == [127, 0]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("method", [None, "deflate"])
def test_gray_and_alpha_may_be_in_separate_planes(bits: int, method: str | None) -> None:
    full = 2**bits - 1
    samples = np.array([[[full, full], [0, full // 5]]])
    planes = [packed(samples[..., index : index + 1], [bits]) for index in (0, 1)]
    tags = fields(samples, [bits] * 2, GRAY, t284=2, t338=2)
    if method:
        tags[259], planes = METHODS[method], [compressed(each, 1, method) for each in planes]
    pixels = read_pixels(tiff_file(tags, *planes))
    assert colors(pixels) == [[255] * 3, [0] * 3]
    assert pixels.weight.tolist() == [255, 51]


# Color models


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("extra", [(), (2,), (0,), (0, 0), (0, 2)])
def test_cmyk_may_have_alpha_and_spot_channels(bits: int, extra: tuple[int, ...]) -> None:
    full = 2**bits - 1
    inks = [[full, 0, 0, 0], [0, full, 0, 0], [0, 0, 0, full], [0, 0, 0, 0]]
    samples = np.array([[ink + [full // 5] * len(extra) for ink in inks]])
    more: dict[str, Value] = {"t338": extra} if extra else {}
    pixels = read_pixels(picture(samples, bits, CMYK, "<", **more))
    assert colors(pixels) == [[0, 255, 255], [255, 0, 255], [0, 0, 0], [255, 255, 255]]
    assert pixels.weight.tolist() == [51 if 2 in extra else 255] * 4


def test_cmyk_of_16_bits_goes_through_its_profile_as_its_8_bit_twin() -> None:
    inks = np.random.default_rng(0).integers(0, 256, (4, 5, 4))
    profile = icc.cmyk_profile(lambda c, m, y, k: (100 - 60 * c - 30 * k, 20 * m, 30 * y))
    deep = read_pixels(picture(inks * 257, 16, CMYK, t34675=profile))
    assert np.array_equal(deep.rgb, read_pixels(picture(inks, 8, CMYK, t34675=profile)).rgb)


@pytest.mark.parametrize("ink", range(4))
def test_a_profile_of_inks_is_followed_to_its_edges(ink: int) -> None:
    """In this profile more of one ink is a straight line in CIELAB, out of sRGB at its end."""
    ends = np.array([(60, -60, -80), (50, 100, -20), (90, -10, 120), (0, 0, 0)])
    paper = np.array([100, 0, 0])

    def color(*inks: int) -> icc.Lab:
        lightness, a, b = (
            ends[inks.index(1)] if sum(inks) == 1 else paper * (sum(inks) == 0)
        ).tolist()
        return lightness, a, b

    levels = np.arange(256)
    inks = np.zeros((1, 256, 4), np.int64)
    inks[0, :, ink] = levels
    line = paper + (ends[ink] - paper) * levels[:, np.newaxis] / 255
    lab = np.round(line * (652.80, 256, 256) + (0, 32768, 32768)).astype(np.int64)
    found = read_pixels(picture(inks, 8, CMYK, t34675=icc.cmyk_profile(color))).rgb
    expected = read_pixels(picture(lab[np.newaxis], 16, ICCLAB)).rgb
    assert np.abs(found.astype(int) - expected).max() <= 2


def test_floats_may_be_cmyk() -> None:
    array = np.array([[[1, 0, 0, 0], [0, 0, 0, 1.0]]], np.float32)
    assert colors(read_pixels(tiff(array, photometric="separated"))) == [[0, 255, 255], [0, 0, 0]]


def test_inks_that_are_not_cmyk_are_refused() -> None:
    with pytest.raises(InputError, match="of a kind this cannot read"):
        read_pixels(picture(np.zeros((1, 1, 4), int), 8, CMYK, t332=2))


def rgb_of_lcms(lab: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sRGB of CIELAB in 8 bits with an offset, `(n, 3)`, as littleCMS has it."""
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"),
        ImageCms.createProfile("sRGB"),
        "LAB",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.NOOPTIMIZE,
    )
    # In bytes, Pillow has a* and b* with a sign.
    signed = lab.astype(np.uint8) ^ np.array((0, 128, 128), np.uint8)
    image = Image.frombytes("LAB", (len(lab), 1), signed.tobytes())
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return np.asarray(converted).reshape(-1, 3).astype(np.int64)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [CIELAB, ICCLAB])
@pytest.mark.parametrize("kind", [1, 2, (1, 2, 2), (4, 2, 2)])
def test_cielab_is_what_littlecms_makes_of_it(photometric: int, bits: int, kind: Value) -> None:
    grid = np.stack(np.meshgrid(range(0, 256, 15), range(98, 159, 6), range(98, 159, 6)), -1)
    with_offset = grid.reshape(-1, 3)
    stored = with_offset.copy()
    if photometric == CIELAB:
        stored[:, 1:] = (stored[:, 1:] - 128) % 256
    if bits == 16:
        stored = stored * 256
        if photometric == CIELAB:
            stored[:, 0] = with_offset[:, 0] * 257
        else:
            stored[:, 0] = with_offset[:, 0] * 65280 / 255
    pixels = read_pixels(picture(stored[np.newaxis], bits, photometric, t339=kind))
    expected = rgb_of_lcms(with_offset)
    # Colors that sRGB does not have are clipped in other steps there.
    inside = ((expected > 2) & (expected < 253)).all(axis=1)
    assert inside.sum() > 400
    assert np.abs(pixels.rgb - expected)[inside].max() <= 1


def test_the_lightest_and_darkest_cielab_are_white_and_black() -> None:
    samples = np.array([[[65535, 0, 0], [0, 0, 0], [32768, 0, 0]]])
    assert colors(read_pixels(picture(samples, 16, CIELAB))) == [[255] * 3, [0] * 3, [119] * 3]


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("factor", [1, 257])
def test_a_colormap_has_16_bits_or_8_of_them(bits: int, factor: int) -> None:
    count = 2**bits
    colormap = np.zeros((3, count), int)
    colormap[:, :2] = [[200, 10], [100, 20], [50, 30]]
    samples = np.array([[[0], [1]]])
    file = picture(samples, bits, INDEXED, t320=(colormap * factor).ravel().tolist())
    assert colors(read_pixels(file)) == [[200, 100, 50], [10, 20, 30]]


def test_an_indexed_picture_may_have_alpha() -> None:
    colormap = [*([65535] + [0] * 255), *([0] * 512)]
    samples = np.array([[[0, 51], [1, 255]]])
    pixels = read_pixels(picture(samples, 8, INDEXED, t320=colormap, t338=2))
    assert colors(pixels) == [[255, 0, 0], [0, 0, 0]]
    assert pixels.weight.tolist() == [51, 255]


@pytest.mark.parametrize("size", [0, 767, 3 * 128])
def test_a_colormap_that_does_not_fit_is_damage(size: int) -> None:
    with pytest.raises(InputError, match="its ColorMap does not fit its indexes"):
        read_pixels(picture(np.zeros((1, 2, 1), int), 8, INDEXED, t320=[0] * size))


# YCbCr

Y_CB_CR = 6


def units_of(y: NDArray[Any], cb: NDArray[Any], cr: NDArray[Any], across: int, down: int) -> bytes:
    """Return luma `(h, w)` and differences, one for each unit, as TIFF 6.0 stores them together."""
    height, width = y.shape
    stored = bytearray()
    for row in range(len(cb)):
        for column in range(cb.shape[1]):
            for line in range(row * down, (row + 1) * down):
                for at in range(column * across, (column + 1) * across):
                    inside = line < height and at < width
                    stored.append(int(y[line, at]) if inside else 99)
            stored += bytes((int(cb[row, column]), int(cr[row, column])))
    return bytes(stored)


def rgb_of(
    y: float, cb: float, cr: float, luma: Sequence[float] = (0.299, 0.587, 0.114)
) -> list[int]:
    """Return the color of a pixel by the equations of TIFF 6.0, section 21."""
    red = cr * (2 - 2 * luma[0]) + y
    blue = cb * (2 - 2 * luma[2]) + y
    green = (y - luma[2] * blue - luma[0] * red) / luma[1]
    return [min(255, max(0, int(value + 0.5))) for value in (red, green, blue)]


@pytest.mark.parametrize("method", [None, "deflate", "tiff_lzw", "packbits"])
@pytest.mark.parametrize(
    "across_down", [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (4, 4)], ids=str
)
@pytest.mark.parametrize(("rows", "width"), [(12, 12), (4, 12), (4, 13), (11, 9)])
def test_pixels_may_share_their_color_differences(
    rows: int, width: int, across_down: tuple[int, int], method: str | None
) -> None:
    across, down = across_down
    rng = np.random.default_rng(across * down)
    y = rng.integers(0, 256, (11, width))
    strips, expected = [], []
    for top in range(0, 11, rows):
        luma = y[top : top + rows]
        shape = (-(-len(luma) // down), -(-width // across))
        cb, cr = rng.integers(0, 256, (2, *shape))
        data = units_of(luma, cb, cr, across, down)
        strips.append(compressed(data, shape[0], method) if method else data)
        expected += [
            rgb_of(
                luma[line, at],
                cb[line // down, at // across] - 128,
                cr[line // down, at // across] - 128,
            )
            for line in range(len(luma))
            for at in range(width)
        ]
    tags = fields(np.zeros((11, width, 3)), [8] * 3, Y_CB_CR, t278=rows, t530=across_down)
    tags[259] = METHODS[method] if method else 1
    file = tiff_file(tags, *strips)
    found = read_pixels(file + bytes(range(256)) * 20).rgb.astype(int)
    assert np.abs(found - expected).max() <= 1
    part = read_pixels(file, region=(3, 2, 5, 6)).rgb
    assert np.array_equal(part, found.reshape(11, width, 3)[2:8, 3:8].reshape(-1, 3))


def test_large_strips_of_shared_differences_are_read_in_parts() -> None:
    y = np.random.default_rng(0).integers(0, 256, (3000, 600), np.uint8)
    units = np.full((1500, 300, 6), 128, np.uint8)
    units[..., :4] = y.reshape(1500, 2, 300, 2).swapaxes(1, 2).reshape(1500, 300, 4)
    for rows in (3000, 2, 250):
        strips = [part.tobytes() for part in np.split(units, 3000 // rows)]
        tags = fields(np.empty((3000, 600, 3)), [8] * 3, Y_CB_CR, t278=rows)
        pixels = read_pixels(tiff_file(tags, *strips), samples=10**7)
        assert np.array_equal(pixels.rgb[:, 0], y.ravel())


def test_tiles_may_have_shared_differences() -> None:
    tile = units_of(np.full((16, 16), 99), np.full((8, 8), 95), np.full((8, 8), 200), 2, 2)
    tags = fields(np.zeros((20, 20, 3)), [8] * 3, Y_CB_CR) | {322: 16, 323: 16}
    pixels = read_pixels(tiff_file(tags, *[tile] * 4, tiled=True))
    assert colors(pixels) == [rgb_of(99, 95 - 128, 200 - 128)] * 400


def test_whole_color_needs_no_tag_if_the_file_has_as_many_bytes() -> None:
    file = picture(np.full((4, 4, 3), (99, 95, 200)), 8, Y_CB_CR)
    assert colors(read_pixels(file)) == [rgb_of(99, 95 - 128, 200 - 128)] * 16


def test_ycbcr_may_have_alpha_and_planes() -> None:
    samples = np.full((2, 3, 4), (99, 95, 200, 51))
    pixels = read_pixels(picture(samples, 8, Y_CB_CR, t530=(1, 1), t338=2))
    assert colors(pixels) == [rgb_of(99, 95 - 128, 200 - 128)] * 6
    assert pixels.weight.tolist() == [51] * 6
    tags = fields(samples[..., :3], [8] * 3, Y_CB_CR, t530=(1, 1), t284=2)
    planes = [bytes([value] * 6) for value in (99, 95, 200)]
    assert np.array_equal(read_pixels(tiff_file(tags, *planes)).rgb, pixels.rgb)


@pytest.mark.parametrize(
    "more", [{"t284": 2}, {"t259": DEFLATE, "t317": 2}, {"t277": 4, "t258": [8] * 4}], ids=str
)
def test_subsampled_color_of_a_kind_that_nobody_writes_is_refused(more: dict[str, Value]) -> None:
    tags = fields(np.zeros((4, 4, 3)), [8] * 3, Y_CB_CR, **{"t530": (2, 2), **more})
    with pytest.raises(InputError, match="of a kind this cannot read"):
        read_pixels(tiff_file(tags, *[bytes(48)] * 3))


# Compressions, predictors, strips and tiles


NOISE = np.random.default_rng(3).integers(0, 65536, (45, 50, 3), np.uint16)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("predictor", [1, 2])
@pytest.mark.parametrize("method", ["deflate", "tiff_lzw", "zstd"])
@pytest.mark.parametrize("rows", [45, 7, 1])
def test_16_bits_survive_every_compression(
    method: str, predictor: int, rows: int, big: bool, order: str
) -> None:
    values = NOISE.copy()
    if predictor == 2:
        values[:, 1:] -= NOISE[:, :-1]
    strips = []
    for top in range(0, len(values), rows):
        strip = values[top : top + rows]
        strips.append(compressed(strip.astype(f"{order}u2").tobytes(), len(strip), method))
    tags = fields(NOISE, [16] * 3, RGB, t278=rows, t317=predictor, t259=METHODS[method])
    pixels = read_pixels(tiff_file(tags, *strips, order=order, big=big))
    assert np.array_equal(pixels.rgb, levels(NOISE.reshape(-1, 3), 16))


@pytest.mark.parametrize("bits", [1, 4, 8, 12])
@pytest.mark.parametrize("method", ["packbits", "tiff_lzw"])
def test_packed_samples_survive_compression(bits: int, method: str) -> None:
    samples = np.random.default_rng(bits).integers(0, 2**bits, (9, 13, 1))
    data = compressed(packed(samples, [bits]), 9, method)
    tags = fields(samples, [bits], GRAY, t259=METHODS[method], t317=2)
    if method != "packbits":  # which ignores it
        tags[317] = 1
    expected = levels(samples.reshape(-1, 1), bits)
    assert np.array_equal(read_pixels(tiff_file(tags, data)).rgb[:, :1], expected)


def test_lzma_is_read_and_damage_in_it_is_a_sentence() -> None:
    data = lzma.compress(NOISE.astype("<u2").tobytes())
    tags = fields(NOISE, [16] * 3, RGB, t259=LZMA)
    expected = levels(NOISE.reshape(-1, 3), 16)
    assert np.array_equal(read_pixels(tiff_file(tags, data)).rgb, expected)
    for damaged in (data[:200] + b"junk" + data[204:], data[:300], b"", bytes(300)):
        with pytest.raises(InputError, match="is a damaged TIFF"):
            read_pixels(tiff_file(tags, damaged))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
@pytest.mark.parametrize("channels", [1, 3])
def test_floats_may_have_their_own_predictor(kind: str, channels: int, order: str) -> None:
    values = np.random.default_rng(1).random((6, 11, channels)).astype(kind)
    size = values.itemsize
    # Adobe Photoshop TIFF Technical Note 3: the highest bytes of a row first, then differences.
    high_first = values.astype(f">{kind}").view(np.uint8).reshape(6, -1, size)
    planes = high_first.swapaxes(1, 2).reshape(6, -1)
    differences = planes.copy()
    differences[:, channels:] -= planes[:, :-channels]
    tags = fields(values, [size * 8] * channels, RGB if channels == 3 else GRAY)
    tags |= {259: DEFLATE, 317: 3, 339: 3}
    pixels = read_pixels(tiff_file(tags, zlib.compress(differences.tobytes()), order=order))
    expected = np.floor(values.reshape(-1, channels) * 255 + 0.5)
    assert np.array_equal(pixels.rgb, np.broadcast_to(expected, (66, 3)))


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [1, 8, 12, 16])
@pytest.mark.parametrize("size", [(16, 16), (32, 16), (64, 64), (5, 3)])
def test_tiles_are_put_together(size: tuple[int, int], bits: int, planar: bool) -> None:
    samples = np.random.default_rng(bits).integers(0, 2**bits, (40, 50, 3))
    wide, high = size
    padded = np.pad(samples, ((0, high), (0, wide), (0, 0)), constant_values=1)
    planes = [padded[..., index : index + 1] for index in range(3)] if planar else [padded]
    tiles = [
        compressed(packed(tile, [bits] * tile.shape[2]), high, "deflate")
        for plane in planes
        for top in range(0, 40, high)
        for left in range(0, 50, wide)
        for tile in [plane[top : top + high, left : left + wide]]
    ]
    tags = fields(samples, [bits] * 3, RGB, t259=DEFLATE, t284=2 if planar else 1)
    tags |= {322: wide, 323: high}
    expected = levels(samples.reshape(-1, 3), bits)
    file = tiff_file(tags, *tiles, tiled=True)
    assert np.array_equal(read_pixels(file).rgb, expected)
    part = read_pixels(file, region=(11, 7, 30, 22)).rgb
    assert np.array_equal(part, expected.reshape(40, 50, 3)[7:29, 11:41].reshape(-1, 3))


@pytest.mark.parametrize("rows", [1, 7, 11_000])
def test_large_uncompressed_strips_are_read_in_parts(rows: int) -> None:
    gray = np.random.default_rng(0).integers(0, 256, (11_000, 200), np.uint8)
    file = tiff(gray, rowsperstrip=rows)
    assert np.array_equal(read_pixels(file, samples=10**7).rgb[:, 0], gray.ravel())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_is_one_of_the_picture_as_shown(orientation: int) -> None:
    stored = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
    extra = [(274, 3, 1, orientation, True)]
    from_tiff = read_pixels(tiff(stored, extratags=extra), region=(0, 0, 2, 1))
    exif = Image.Exif()
    exif[274] = orientation
    from_png = read_pixels(encoded(Image.fromarray(stored), "PNG", exif=exif), region=(0, 0, 2, 1))
    assert np.array_equal(from_tiff.rgb, from_png.rgb)


@pytest.mark.parametrize(
    ("method", "name"), [(34887, "LERC"), (50002, "JPEG XL"), (34712, "JPEG 2000"), (4711, "4711")]
)
def test_a_compression_that_is_not_read_is_named_with_what_to_do(method: int, name: str) -> None:
    file = picture(np.zeros((2, 2, 3), int), 16, RGB, t259=method)
    with pytest.raises(InputError, match=f"{name}.*save it with LZW or Deflate"):
        read_pixels(file)


def test_zstandard_that_pillow_does_not_have_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = compressed(NOISE.astype("<u2").tobytes(), 45, "zstd")
    file = tiff_file(fields(NOISE, [16] * 3, RGB, t259=ZSTD), data)

    def refuse(*_: object, **__: object) -> None:
        raise OSError("encoder zstd not available")

    monkeypatch.setattr(Image.Image, "save", refuse)
    monkeypatch.setattr(Image.Image, "tobytes", refuse)
    with pytest.raises(InputError, match=r"Zstandard, .* save it with LZW or Deflate"):
        read_pixels(file)


@pytest.mark.parametrize("rows", [20, 8])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("tiled", [False, True])
def test_strips_and_tiles_may_be_webp_files(tiled: bool, channels: int, rows: int) -> None:
    samples = np.random.default_rng(0).integers(9, 256, (20, 13, channels), np.uint8)
    padded = np.pad(samples, ((0, rows), (0, 3), (0, 0)), mode="edge")
    parts = [
        padded[top : top + rows, left : left + 8] if tiled else samples[top : top + rows]
        for top in range(0, 20, rows)
        for left in ((0, 8) if tiled else (0,))
    ]
    files = [encoded(Image.fromarray(part), "WEBP", lossless=True, exact=True) for part in parts]
    tags = fields(samples, [8] * channels, RGB, t259=50001, t278=rows)
    tags |= {322: 8, 323: rows} if tiled else {}
    pixels = read_pixels(tiff_file(tags, *files, tiled=tiled))
    assert np.array_equal(pixels.rgb, samples[..., :3].reshape(-1, 3))
    if channels == 4:
        assert np.array_equal(
            pixels.weight, np.where(samples[..., 3] < 8, 0, samples[..., 3]).ravel()
        )
    for wrong in (b"", files[0][:60], encoded(Image.new("RGB", (900, 900)), "WEBP")):
        with pytest.raises(InputError, match="is a damaged TIFF"):
            read_pixels(tiff_file(tags, *files[:-1], wrong, tiled=tiled))


def test_webp_that_pillow_does_not_have_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from palette_engine.pictures import tiff_segments

    monkeypatch.setattr(tiff_segments, "readable_formats", lambda: ("PNG", "TIFF"))
    file = tiff_file(fields(PLAIN, [8] * 3, RGB, t259=50001), bytes(72))
    with pytest.raises(
        InputError, match=r"with WebP, .* install Pillow .*, or save it with LZW or"
    ):
        read_pixels(file)


@pytest.mark.parametrize(("bits", "photometric"), [(16, RGB), (8, Y_CB_CR)])
def test_webp_holds_rgb_of_8_bits_only(bits: int, photometric: int) -> None:
    file = tiff_file(fields(PLAIN, [bits] * 3, photometric, t259=50001), bytes(72))
    with pytest.raises(InputError, match="of a kind this cannot read"):
        read_pixels(file)


def test_fax_and_jpeg_compression_are_left_to_pillow() -> None:
    drawing = Image.fromarray(np.arange(64).reshape(8, 8) % 3 == 0)
    fax = read_pixels(encoded(drawing, "TIFF", compression="group4"))
    assert np.array_equal(fax.rgb[:, 0] > 0, np.asarray(drawing).ravel())
    red = encoded(Image.new("RGB", (16, 16), (200, 100, 50)), "TIFF", compression="jpeg")
    assert np.abs(read_pixels(red).rgb.astype(int) - (200, 100, 50)).max() <= 4


def fractions(*values: int, below: int = 1) -> list[int]:
    """Return values of TIFF's type RATIONAL, in little-endian files."""
    return [value | below << 32 for value in values]


def ycbcr_with(*colors: tuple[int, int, int], **more: Value) -> bytes:
    tags = fields(np.array([colors]), [8] * 3, 6, t530=(1, 1), **more)
    return tiff_file(tags, bytes(np.ravel(colors).tolist()), kinds={529: 5, 532: 5})


def test_the_coefficients_of_luma_may_be_told() -> None:
    # BT.709 (ITU-R BT.709-6, section 3): Y = 0.2126 R + 0.7152 G + 0.0722 B.
    red = (54, round(128 - 54 / 1.8556), 255)
    file = ycbcr_with(
        red, (0, 128, 128), (255, 128, 128), t529=fractions(2126, 7152, 722, below=10_000)
    )
    assert np.abs(read_pixels(file).rgb - [[255, 0, 0], [0] * 3, [255] * 3]).max() <= 2


def test_the_codes_of_black_and_white_may_be_told() -> None:
    video = fractions(16, 235, 128, 240, 128, 240)
    file = ycbcr_with((16, 128, 128), (235, 128, 128), (0, 128, 128), t532=video)
    assert colors(read_pixels(file)) == [[0] * 3, [255] * 3, [0] * 3]


@pytest.mark.parametrize(
    "more", [{"t529": fractions(1, 1, 1, below=0)}, {"t532": fractions(9, 9, 128, 255, 128, 255)}]
)
def test_numbers_of_ycbcr_without_a_meaning_are_told(more: dict[str, Value]) -> None:
    with pytest.warns(PaletteWarning, match="coefficients of YCbCr have no meaning"):
        assert colors(read_pixels(ycbcr_with((77, 128, 128), **more))) == [[77] * 3]


@pytest.mark.parametrize("sizes", [(0, 1), (3, 1), (1,), (2, 2, 2)])
def test_subsampling_without_a_meaning_is_damage(sizes: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="YCbCrSubSampling has no meaning"):
        read_pixels(picture(np.full((4, 4, 3), 128), 8, 6, t530=sizes))


def jpeg_strips(**options: Any) -> tuple[bytes, list[tuple[int, int]]]:
    """Return a TIFF with JPEG compression, and where each of its strips begins and ends."""
    values = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    image = Image.fromarray(values).resize((64, 64))
    data = encoded(image, "TIFF", compression="jpeg", **options)
    with Image.open(io.BytesIO(data)) as opened:
        tags: Any = opened.tag_v2  # type: ignore[attr-defined]
        places = zip(tags[273], tags[279], strict=True)
    return data, [(start, start + size) for start, size in places]


JPEG_DAMAGE = {
    "zeros to the end": lambda part: part[: len(part) // 2] + bytes(-(-len(part) // 2)),
    "noise to the end": lambda part: (
        part[: len(part) // 2] + np.random.default_rng(1).bytes(-(-len(part) // 2))
    ),
    "an unknown marker": lambda part: part[:-40] + b"\xff\x30" + part[-38:],
    "a restart marker out of order": lambda part: part[:-40] + b"\xff\xd3" + part[-38:],
    "no beginning": lambda part: bytes(2) + part[2:],
    "no end": lambda part: part[:-2] + bytes(2),
    "no scan": lambda part: b"\xff\xd8\xff\xd9" + bytes(len(part) - 4),
}


@pytest.mark.parametrize("change", JPEG_DAMAGE.values(), ids=JPEG_DAMAGE)
@pytest.mark.parametrize("options", [{}, {"strip_size": 64 * 16 * 3}], ids=["one", "several"])
def test_damage_inside_of_a_jpeg_strip_is_found(change: Any, options: dict[str, Any]) -> None:
    data, places = jpeg_strips(**options)
    assert len(read_pixels(data).rgb) == 64 * 64
    start, end = places[-1]
    damaged = data[:start] + change(data[start:end]) + data[end:]
    assert len(damaged) == len(data)
    with pytest.raises(InputError, match="the data of some of its pixels are damaged"):
        read_pixels(damaged)


@pytest.mark.parametrize("options", [{"restart_marker_rows": 1}, {"progressive": True}, {}])
def test_whole_jpegs_are_read_as_strips(options: dict[str, Any]) -> None:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (16, 16), np.uint8))
    image = image.resize((64, 64))
    part = encoded(image, "JPEG", **options)
    tags = fields(np.empty((64, 64, 1)), [8], GRAY, t259=7)
    expected = np.asarray(Image.open(io.BytesIO(part)))
    for behind in (b"", bytes(3)):
        assert np.array_equal(
            read_pixels(tiff_file(tags, part + behind)).rgb[:, 0], expected.ravel()
        )


# Nothing is believed before it is checked


PLAIN = np.full((4, 6, 3), 100)


def changed(kinds: Mapping[int, int] | None = None, **more: Value) -> bytes:
    """Return a good TIFF with other values for some tags."""
    tags = fields(PLAIN, [8] * 3, RGB, **more)
    return tiff_file(tags, bytes(72), kinds=kinds)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (changed(t256=[6] * 7), "ImageWidth is several numbers"),
        (changed(t257=(4, 4)), "ImageLength is several numbers"),
        (changed(t274=(1, 1)), "Orientation is several numbers"),
        (changed(t259=(1, 1)), "Compression is several numbers"),
        (changed(t277=(3, 3)), "SamplesPerPixel is several numbers"),
        (changed(t284=(1, 1)), "PlanarConfiguration is several numbers"),
        (changed({256: 11}, t256=6), "ImageWidth is not a number"),
        (changed({338: 2}, t338=(0,)), "ExtraSamples is not a number"),
        (changed({274: 2}, t274=1), "Orientation is not a number"),
        (changed({258: 11}), "BitsPerSample is not a number"),
        (changed(t284=256), "there is no planar configuration 256"),
        (changed(t277=0), "it has 0 samples a pixel"),
        (changed(t277=65), "it has 65 samples a pixel"),
        (changed(t277=1, t258=8), "too few for its RGB"),
        (changed(t258=(8, 16)), "it does not tell the kind of each sample"),
        (changed(t278=1), "3 of its 4 strips are missing"),
        (changed(t284=2), "2 of its 3 strips are missing"),
        (changed(t273=0), "some of its pixels are outside of the file"),
        (changed(t273=10**6), "some of its pixels are outside of the file"),
        (changed(t257=400, t278=400), "it is cut short"),
        (changed(t322=16, t323=0), "its tiles have no size"),
        (changed(t322=0, t323=16), "its tiles have no size"),
        (changed(t259=8, t317=4), "cannot have the predictor 4"),
        (changed(t259=8, t317=3), "cannot have the predictor 3"),
        (changed(t259=8), "is a damaged TIFF"),
        (changed(t259=5), "is a damaged TIFF"),
        (changed(t259=50000), "is a damaged TIFF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_tag_that_is_wrong_is_damage(file: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_pixels(file)


def test_a_width_that_repeats_itself_takes_no_memory() -> None:
    file = changed(t256=[2**31] * 1000)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="ImageWidth is several numbers"):
            read_pixels(file)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("compress", [zlib.compress, lzma.compress])
def test_a_strip_inflates_to_no_more_than_its_header_promises(compress: Any) -> None:
    bomb = compress(bytes(2**26))
    tags = fields(PLAIN, [8] * 3, RGB, t259=DEFLATE if compress is zlib.compress else LZMA)
    file = tiff_file(tags, bomb)
    tracemalloc.start()
    try:
        assert len(read_pixels(file).rgb) == 24
        assert tracemalloc.get_traced_memory()[1] < 2**24  # 64 MB would be far more
    finally:
        tracemalloc.stop()


def test_a_tile_that_takes_too_much_memory_is_refused_before_it_is_read() -> None:
    tags = fields(PLAIN, [8] * 3, RGB, t259=DEFLATE) | {322: 40_000, 323: 40_000}
    file = tiff_file(tags, zlib.compress(bytes(2**20)), tiled=True)
    with pytest.raises(InputError, match=r"takes [\d,]+ MB of memory to decode.*--max-memory"):
        read_pixels(file)


def test_a_large_picture_in_floats_is_read_in_strips() -> None:
    row = np.full((1, 3000, 4), 0.5)
    strip = zlib.compress(np.repeat(row, 100, axis=0).tobytes())
    tags: dict[int, Value] = {
        256: 3000, 257: 3000, 258: [64] * 4, 259: DEFLATE, 262: RGB, 277: 4, 278: 100, 338: 2,
        339: 3,
    }  # fmt: skip
    file = tiff_file(tags, *[strip] * 30)
    assert np.unique(read_pixels(file, max_memory=50).rgb).tolist() == [128]


def test_a_picture_in_too_many_pieces_is_refused() -> None:
    count = 600 * 600
    tags = fields(PLAIN, [8] * 3, RGB) | {256: 600, 257: 600, 322: 1, 323: 1}
    file = tiff_file(tags | {324: [8] * count, 325: [3] * count}, bytes(72), tiled=True)
    with pytest.raises(
        InputError, match=r"into 360,000 pieces, which take too long.*larger strips"
    ):
        read_pixels(file)
    planar = {**tags, 256: 300, 257: 300, 284: 2, 324: [8] * 270_000, 325: [1] * 270_000}
    with pytest.raises(InputError, match="into 270,000 pieces, which take too long"):
        read_pixels(tiff_file(planar, bytes(72), tiled=True))


def test_a_small_file_that_unpacks_to_very_much_is_refused() -> None:
    row = zlib.compress(bytes(5000 * 64 * 8))
    tags: dict[int, Value] = {
        256: 5000, 257: 5000, 258: [64] * 64, 259: DEFLATE, 262: RGB, 277: 64, 278: 1, 339: 3,
    }  # fmt: skip
    file = tiff_file(tags | {273: [8] * 5000, 279: [len(row)] * 5000}, row)
    with pytest.raises(InputError, match="unpacks to 12,800 MB, which takes too long"):
        read_pixels(file)


def test_a_narrow_picture_may_have_a_strip_for_each_row() -> None:
    rows = np.random.default_rng(0).integers(0, 256, (9000, 3), np.uint8)
    tags = {256: 3, 257: 9000, 258: 8, 259: 1, 262: GRAY, 277: 1, 278: 1}
    strips = [row.tobytes() for row in rows]
    assert np.array_equal(read_pixels(tiff_file(tags, *strips)).rgb[:, 0], rows.ravel())
    tags[259] = PACKBITS
    packed_strips = [b"\x02" + strip for strip in strips]
    file = tiff_file(tags, *packed_strips)
    assert np.array_equal(read_pixels(file).rgb[:, 0], rows.ravel())


@pytest.mark.parametrize("method", ["tiff_lzw", "packbits", "zstd", "deflate"])
@pytest.mark.parametrize("tiled", [False, True])
def test_small_pieces_are_decompressed_together(
    method: str, tiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call of Pillow for each of 100,000 pieces would take half a minute."""
    samples = np.random.default_rng(0).integers(0, 256, (3001, 16, 1))
    tags = fields(samples, [8], GRAY, t259=METHODS[method]) | (
        {322: 8, 323: 2} if tiled else {278: 2}
    )
    padded = np.pad(samples, ((0, 1), (0, 0), (0, 0)))
    pieces = [
        compressed(packed(part, [8]), len(part), method)
        for top in range(0, 3001, 2)
        for part in (
            (padded[top : top + 2, :8], padded[top : top + 2, 8:])
            if tiled
            else (samples[top : top + 2],)
        )
    ]
    file = tiff_file(tags, *pieces, tiled=tiled)
    calls = []
    opened = Image.open

    def counted(*these: Any, **those: Any) -> Image.Image:
        calls.append(these)
        return opened(*these, **those)

    monkeypatch.setattr(Image, "open", counted)
    assert np.array_equal(read_pixels(file).rgb[:, 0], samples.ravel())
    assert len(calls) <= 3


@pytest.mark.parametrize("method", ["tiff_lzw", "packbits", "deflate"])
@pytest.mark.parametrize("rows", [1, 4, 20])
def test_planes_may_be_in_short_strips(rows: int, method: str) -> None:
    samples = np.random.default_rng(0).integers(0, 256, (11, 7, 3))
    strips = [
        compressed(packed(part, [8]), len(part), method)
        for plane in range(3)
        for top in range(0, 11, rows)
        for part in [samples[top : top + rows, :, plane : plane + 1]]
    ]
    tags = fields(samples, [8] * 3, RGB, t259=METHODS[method], t278=rows, t284=2)
    assert np.array_equal(read_pixels(tiff_file(tags, *strips)).rgb, samples.reshape(-1, 3))


@pytest.mark.parametrize("method", [DEFLATE, LZMA])
def test_a_checksum_that_does_not_fit_is_damage(method: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8).tobytes()
    # Noise is stored as it is, so that only the checksum tells of a changed byte.
    data = bytearray(
        zlib.compress(noise, 0) if method == DEFLATE else lzma.compress(noise, preset=0)
    )
    tags = fields(np.empty((40, 50, 3)), [8] * 3, RGB, t259=method)
    assert read_pixels(tiff_file(tags, bytes(data))).rgb.tobytes() == noise
    data[data.index(noise[3000:3010])] ^= 1
    with pytest.raises(InputError, match="is a damaged TIFF"):
        read_pixels(tiff_file(tags, bytes(data)))


def test_a_checksum_may_be_missing() -> None:
    data = zlib.compress(bytes([7]) * 72)
    tags = fields(PLAIN, [8] * 3, RGB, t259=DEFLATE)
    assert {*read_pixels(tiff_file(tags, data[:-4])).rgb.ravel().tolist()} == {7}


def test_strips_may_be_in_any_order() -> None:
    file = bytearray(
        tiff_file(fields(PLAIN, [8] * 3, RGB, t278=1), *(bytes([i]) * 18 for i in range(4)))
    )
    place = file.index((8).to_bytes(4, "little") + (26).to_bytes(4, "little"))
    offsets = [file[place + 4 * i : place + 4 * i + 4] for i in (2, 0, 3, 1)]
    file[place : place + 16] = b"".join(offsets)
    assert read_pixels(bytes(file)).rgb[::6, 0].tolist() == [2, 0, 3, 1]


def test_a_directory_of_values_that_overlap_is_refused() -> None:
    tags = {40_000 + index: bytes(20) for index in range(900)}
    file = bytearray(tiff_file(fields(PLAIN, [8] * 3, RGB) | tags, bytes(2**20)))
    # Each of them claims a megabyte, which Pillow would read.
    place = file.index((40_000).to_bytes(2, "little") + b"\x07\x00")
    for index in range(900):
        entry = place + index * 12
        file[entry + 4 : entry + 12] = (2**20).to_bytes(4, "little") + (8).to_bytes(4, "little")
    with pytest.raises(InputError, match="more than 64 MB of tags"):
        read_pixels(bytes(file))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_numbers_beyond_any_file_are_damage(order: str, big: bool) -> None:
    good = tiff_file(fields(PLAIN, [8] * 3, RGB), bytes(72), order=order, big=big)
    for place in range(len(good) - 4):
        damaged = bytearray(good)
        damaged[place : place + 4] = b"\xff" * 4
        try:
            read_pixels(bytes(damaged))
        except InputError:
            continue


def test_what_is_missing_is_never_memory() -> None:
    # Compressed strips that end early; what was in memory before differs each time.
    half = zlib.compress(bytes([200]) * 36)
    for tags in (
        fields(PLAIN, [8] * 3, RGB, t259=DEFLATE),
        fields(PLAIN, [8] * 3, RGB, t259=DEFLATE) | {322: 16, 323: 16},
    ):
        with pytest.raises(InputError, match="it is cut short"):
            read_pixels(tiff_file(tags, half, tiled=322 in tags))


def test_a_gray_tiff_of_12_bits_that_pillow_has_opened_names_the_right_call() -> None:
    file = picture(np.array([[[4095], [0]]]), 12, GRAY)
    assert colors(read_pixels(file)) == [[255] * 3, [0] * 3]
    image = Image.open(io.BytesIO(file))
    with pytest.raises(InputError, match="pass its path or its bytes"):
        read_pixels(image)


def test_a_tiff_of_16_bits_that_pillow_has_opened_is_right() -> None:
    data = encoded(Image.fromarray(u16([[0, 25_700, 65_535]])), "TIFF")
    with Image.open(io.BytesIO(data)) as image:
        assert read_pixels(image).rgb[:, 0].tolist() == [0, 100, 255]


def test_a_photo_is_the_same_in_8_and_16_bits(photo: NDArray[np.uint8]) -> None:
    deep = tiff(photo * np.uint16(257), photometric="rgb", compression="zlib")
    assert np.array_equal(read_pixels(deep).rgb, read_pixels(u8(photo)).rgb)
