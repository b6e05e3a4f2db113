"""BMPs of all kinds, and BMPs that tell what their colors mean."""

from __future__ import annotations

import io
import struct
import tracemalloc
import warnings

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, PaletteWarning
from palette_engine.pictures.reading import read_pixels
from tests import icc
from tests.bmp_files import (
    CALIBRATED,
    LINKED,
    SRGB_NAME,
    bmp,
    calibrated,
    four_by_masks,
    indexed_bmp,
    os_2_bmp,
    run_lengths,
    with_profile,
)
from tests.pictures import color_files as files
from tests.sample_pictures import encoded

FIELDS = {
    "red at the top": (32, (0xFF000000, 0xFF0000, 0xFF00), 0xC83C2800, (200, 60, 40)),
    "10 bits a channel": (
        *(32, (0x3FF00000, 0xFFC00, 0x3FF)),
        (1023 << 20) | (512 << 10) | 100,
        (255, 128, 25),
    ),
    "5-6-5": (16, (0xF800, 0x7E0, 0x1F), (31 << 11) | (32 << 5) | 7, (255, 130, 58)),
    "5-5-5": (16, (0x7C00, 0x3E0, 0x1F), (3 << 10) | (16 << 5) | 31, (25, 132, 255)),
    "4-4-4": (16, (0xF00, 0xF0, 0xF), 0x4A8, (68, 170, 136)),
    "3-3-2": (16, (0xE0, 0x1C, 0x3), (5 << 5) | (2 << 2) | 1, (182, 73, 85)),
    "no blue": (32, (0xFF, 0xFF00, 0), 0x3CC8, (200, 60, 0)),
    "11-11-10": (
        *(32, (0xFFE00000, 0x1FFC00, 0x3FF)),
        (2047 << 21) | (1024 << 10) | 512,
        (255, 128, 128),
    ),
}


@pytest.mark.parametrize(("bits", "masks", "pixel", "color"), FIELDS.values(), ids=FIELDS)
def test_channels_are_where_the_masks_say(
    bits: int, masks: tuple[int, ...], pixel: int, color: tuple[int, int, int]
) -> None:
    pixels = read_pixels(bmp([[pixel] * 3, [0] * 3], masks, bits=bits))
    assert pixels.rgb.tolist() == [[0, 0, 0]] * 3 + [[*color]] * 3
    assert {*pixels.weight.tolist()} == {255}


def test_rows_may_begin_at_the_top() -> None:
    data = bmp([[1, 1, 1], [2, 2, 2]], (0xFF0000, 0xFF00, 0xFF), bits=32, upside_down=False)
    assert read_pixels(data).rgb[:, 2].tolist() == [1, 1, 1, 2, 2, 2]


RGBA = (0xFF000000, 0xFF0000, 0xFF00, 0xFF)


def test_a_mask_of_alpha_counts() -> None:
    pixels = read_pixels(bmp([[0xC83C2833, 0xC83C28FF]], RGBA, size=56))
    assert (pixels.rgb.tolist(), pixels.weight.tolist()) == ([[200, 60, 40]] * 2, [51, 255])


def test_alpha_that_is_zero_everywhere_was_not_meant() -> None:
    assert read_pixels(bmp([[0xC83C2800] * 2], RGBA, size=56)).weight.tolist() == [255, 255]


def test_the_short_header_has_no_alpha() -> None:
    data = bmp([[0xC83C2833] * 2], RGBA[:3])
    assert read_pixels(data).weight.tolist() == [255, 255]


@pytest.mark.parametrize(
    ("bits", "masks"), [(32, (0xF0F, 0xF0, 0xF000)), (16, (0xF0000, 0xF0, 0xF)), (32, (0, 0, 0))]
)
def test_masks_that_make_no_sense_are_refused(bits: int, masks: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="uses bit masks that this does not read; save it as PNG"):
        read_pixels(bmp([[1]], masks, bits=bits))


def test_a_bmp_with_bit_fields_that_is_cut_short_is_refused() -> None:
    with pytest.raises(InputError, match="cut short"):
        read_pixels(bmp([[1, 2, 3]] * 3, RGBA[:3])[:-5])


def test_damage_to_a_header_is_survived() -> None:
    packed = indexed_bmp(INDEXES, COLORS, 4, packed=run_lengths(INDEXES, 4))
    wholes = (calibrated(icc.PRIMARIES_P3, 2.2), indexed_bmp(INDEXES, COLORS, 8), packed)
    random = np.random.default_rng(0)
    for number in range(900):
        data = bytearray(wholes[number % 3])
        for offset in random.integers(0, min(len(data), 138), 3):
            data[offset] = random.choice([0, 1, 40, 127, 128, 255])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                read_pixels(bytes(data), max_pixels=10**6)
            except InputError:
                continue


# Without bit fields

COLORS = [(200, 60, 40), (30, 90, 160), (255, 255, 255), (1, 2, 3)]

INDEXES = np.array([[0, 1, 2, 3, 0], [3, 3, 2, 1, 0], [1, 0, 1, 0, 1]])


def colors_at(indexes: NDArray[np.int64]) -> list[list[int]]:
    return [[*COLORS[index]] for index in indexes.ravel().tolist()]


@pytest.mark.parametrize("top_down", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_indexes_of_any_size_are_colors(bits: int, top_down: bool) -> None:
    indexes = INDEXES % 2**bits
    data = indexed_bmp(indexes, COLORS[: 2**bits], bits, top_down=top_down)
    assert read_pixels(data).rgb.tolist() == colors_at(indexes)
    assert read_pixels(data, region=(2, 1, 3, 2)).rgb.tolist() == colors_at(indexes[1:, 2:])


@pytest.mark.parametrize("size", [12, 16, 40, 64])
def test_headers_of_os_2_are_read(size: int) -> None:
    data = os_2_bmp(INDEXES, size=size, bits=8, colors=COLORS + [(0, 0, 0)] * 252)
    assert read_pixels(data).rgb.tolist() == colors_at(INDEXES)
    rgb = np.array(COLORS)[INDEXES]
    assert read_pixels(os_2_bmp(rgb, size=size)).rgb.tolist() == colors_at(INDEXES)


def test_an_index_without_a_color_is_black() -> None:
    data = indexed_bmp(np.array([[0, 9, 255]]), COLORS, 8)
    assert read_pixels(data).rgb.tolist() == [[200, 60, 40], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("bits", [4, 8])
def test_run_lengths_are_unpacked(bits: int) -> None:
    data = indexed_bmp(INDEXES, COLORS, bits, packed=run_lengths(INDEXES, bits))
    pixels = read_pixels(data)
    assert pixels.rgb.tolist() == colors_at(INDEXES)
    assert {*pixels.weight.tolist()} == {255}


@pytest.mark.parametrize(
    ("packed", "weights"),
    [
        (b"\1\1\0\2\1\1\2\2\0\1", [0, 0, 1, 1, 1, 0, 0, 0]),  # a pixel, up right, two, end
        (b"\2\1\0\0\3\2\0\1", [1, 1, 1, 0, 1, 1, 0, 0]),  # rows that end early
        (b"\0\1", [0] * 8),
        (b"\6\1\0\0\4\2\0\1", [1] * 8),  # a run beyond its row
        (b"\4\1\0\0\4\2", [1] * 8),  # no end
    ],
)
def test_pixels_that_run_lengths_skip_do_not_exist(packed: bytes, weights: list[int]) -> None:
    pixels = read_pixels(indexed_bmp(np.zeros((2, 4), np.int64), COLORS, 8, packed=packed))
    assert pixels.weight.tolist() == [weight * 255 for weight in weights]


@pytest.mark.parametrize("packed", [b"", b"\4", b"\4\1\0\0\3\2", b"\4\1\0\2\1", b"\0\4\1\1"])
def test_run_lengths_that_break_off_are_cut_short(packed: bytes) -> None:
    with pytest.raises(InputError, match="cut short"):
        read_pixels(indexed_bmp(np.zeros((2, 4), np.int64), COLORS, 8, packed=packed))


def test_a_header_that_is_cut_short_or_unknown_is_told() -> None:
    data = indexed_bmp(INDEXES, COLORS, 8)
    for end in (10, 17, 30, 53):
        with pytest.raises(InputError, match="is damaged or cut short: it ends in its header"):
            read_pixels(data[:end])
    for size in (13, 65, 200, 2**31):
        unknown = data[:14] + struct.pack("<I", size) + data[18:] + bytes(300)
        with pytest.raises(InputError, match=rf"a header of {size:,} bytes\); save it as PNG"):
            read_pixels(unknown)
    with pytest.raises(InputError, match="has no pixels: it is 5 x 0"):
        read_pixels(data[:22] + bytes(4) + data[26:])


def test_skipped_pixels_take_no_memory() -> None:
    # A step of one pixel to the right, over and over.
    packed = b"\0\2\1\0" * 10**6 + b"\0\1"
    data = indexed_bmp(np.zeros((1, 1), np.int64), COLORS, 8, packed=packed)
    wide = data[:18] + struct.pack("<ii", 10**6, 1) + data[26:]
    tracemalloc.start()
    try:
        assert not read_pixels(wide, samples=1000).weight.any()
        assert tracemalloc.get_traced_memory()[1] < 4 * len(wide)
    finally:
        tracemalloc.stop()


def test_only_the_filler_behind_the_last_row_may_be_missing() -> None:
    data = indexed_bmp(INDEXES, COLORS, 8)
    assert read_pixels(data[:-3]).rgb.tolist() == colors_at(INDEXES)
    with pytest.raises(InputError, match="cut short"):
        read_pixels(data[:-4])


@pytest.mark.parametrize(
    ("bits", "compression"), [(24, 5), (0, 5), (0, 4), (64, 0), (8, 2), (3, 0)]
)
def test_a_kind_of_bmp_that_is_not_read_is_named(bits: int, compression: int) -> None:
    data = bytearray(indexed_bmp(INDEXES, COLORS, 8))
    data[28:34] = struct.pack("<HI", bits, compression)
    with pytest.raises(
        InputError, match=rf"\({bits} bits, compression {compression}\); save it as"
    ):
        read_pixels(bytes(data))


# Color


def squares(data: bytes) -> list[list[float]]:
    rgb = read_pixels(data).rgb.reshape(files.flat().shape)
    found: list[list[float]] = files.means(rgb).tolist()
    return found


def through(profile: bytes) -> list[list[float]]:
    return squares(files.png(files.profile(profile)))


def test_an_embedded_profile_counts() -> None:
    assert squares(with_profile(icc.DISPLAY_P3)) == through(icc.DISPLAY_P3)


def test_a_linked_profile_is_not_read_but_told() -> None:
    color = LINKED + bytes(48) + struct.pack("<IIII", 4, 124, 10, 0)
    with pytest.warns(PaletteWarning, match="color profile is in another file"):
        assert squares(four_by_masks(color)) == [[*color] for color in files.COLORS]


@pytest.mark.parametrize("name", [SRGB_NAME, b" niW", CALIBRATED])
def test_srgb_and_empty_endpoints_change_nothing(name: bytes) -> None:
    assert squares(four_by_masks(name)) == [[*color] for color in files.COLORS]


@pytest.mark.parametrize("gamma", [2.2, 1 / 2.2])
def test_calibrated_srgb_changes_nothing(gamma: float) -> None:
    """Some writers mean the gamma of encoding, as in PNG."""
    data = calibrated(icc.PRIMARIES_SRGB, gamma)
    assert squares(data) == [[*color] for color in files.COLORS]


def test_calibrated_colors_are_converted() -> None:
    profile = icc.matrix_profile(icc.PRIMARIES_P3, icc.D65, 2.19921875)
    found = np.array(squares(calibrated(icc.PRIMARIES_P3, 2.2)))
    assert np.abs(found - through(profile)).max() <= 2


def test_endpoints_may_add_up_to_the_white() -> None:
    # The sums of X, Y and Z of P3's primaries, for a white of Y = 1.
    sums = np.linalg.solve(
        np.array([(x, y, 1 - x - y) for x, y in icc.PRIMARIES_P3]).T,
        np.array([0.3127, 0.3290, 0.3583]) / 0.3290,
    )
    profile = icc.matrix_profile(icc.PRIMARIES_P3, icc.D65, 2.19921875)
    found = np.array(squares(calibrated(icc.PRIMARIES_P3, 2.2, sums.tolist())))
    assert np.abs(found - through(profile)).max() <= 2


def test_impossible_endpoints_are_told_and_srgb_assumed() -> None:
    line = ((0.1, 0.1), (0.2, 0.2), (0.3, 0.3))
    with pytest.warns(PaletteWarning, match="BMP header has impossible primaries"):
        assert squares(calibrated(line, 2.2)) == [[*color] for color in files.COLORS]


@pytest.mark.parametrize("gamma", [65535, 11])
def test_an_impossible_gamma_is_told_and_srgb_assumed(gamma: float) -> None:
    with pytest.warns(PaletteWarning, match="BMP header has an impossible gamma"):
        assert squares(calibrated(icc.PRIMARIES_SRGB, gamma)) == [
            [*color] for color in files.COLORS
        ]


def test_a_bmp_that_pillow_decodes_has_its_color_too() -> None:
    plain = bytearray(encoded(Image.fromarray(files.flat()), "BMP"))
    pixels = bytes(plain[54:])
    info = (
        struct.pack("<I", 108)
        + bytes(plain[18:54])
        + bytes(16)
        + calibrated(icc.PRIMARIES_P3, 2.2)[70:122]
    )
    head = b"BM" + struct.pack("<IHHI", 14 + 108 + len(pixels), 0, 0, 14 + 108)
    data = head + info + pixels
    assert Image.open(io.BytesIO(data)).mode == "RGB"
    assert squares(data) == squares(calibrated(icc.PRIMARIES_P3, 2.2))
