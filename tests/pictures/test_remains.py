"""Damaged JPEGs and PNGs are read as far as they are there, and never further."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine import extract, recolor
from palette_engine.errors import InputError, PaletteWarning
from palette_engine.pictures import remains
from palette_engine.pictures.pixels import Pixels
from palette_engine.pictures.reading import read_pixels
from tests import icc
from tests.pictures import color_files as files
from tests.sample_pictures import encoded, png_of

HEIGHT, WIDTH = 240, 160


def picture(channels: int = 3, dtype: str = "u1") -> NDArray[Any]:
    """Return noise that has no gray, as libjpeg's filler is."""
    noise = np.random.default_rng(0).integers(0, 90, (HEIGHT, WIDTH, channels))
    noise[..., 0] += 150
    if channels in (2, 4):
        noise[..., -1] = 200
    return noise.astype(np.uint8) if dtype == "u1" else (noise * 257).astype(np.uint16)


def smooth() -> Image.Image:
    """Return large soft spots, of which JPEG keeps the colors."""
    small = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)
    return Image.fromarray(small).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def read_with_warning(data: bytes, message: str) -> Pixels:
    with pytest.warns(PaletteWarning, match=message):
        return read_pixels(data)


def known_rows(pixels: Pixels) -> int:
    """Return how many rows count; no row counts in part, or below one that does not."""
    weight = pixels.weight.reshape(HEIGHT, WIDTH)
    assert np.array_equal(weight.min(axis=1), weight.max(axis=1))
    known = weight[:, 0] > 0
    assert known[: known.sum()].all()
    return int(known.sum())


JPEGS: dict[str, dict[str, Any]] = {
    "4:2:0": {},
    "4:4:4": {"subsampling": 0},
    "restart intervals": {"restart_marker_rows": 1},
    "optimized": {"optimize": True},
    "high quality": {"quality": 98},
}


@pytest.mark.parametrize("options", JPEGS.values(), ids=JPEGS)
@pytest.mark.parametrize("part", [0.4, 0.71, 0.95])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_rows_of_a_jpeg_that_is_cut_short_are_those_of_the_whole(
    options: dict[str, Any], part: float, mode: str
) -> None:
    data = encoded(smooth().convert(mode), "JPEG", **options)
    whole = read_pixels(data).rgb.reshape(HEIGHT, WIDTH, 3)
    pixels = read_with_warning(data[: int(len(data) * part)], r"\d+ % of its rows are missing")
    rows = known_rows(pixels)
    assert 0 < rows < HEIGHT
    assert np.array_equal(pixels.rgb.reshape(HEIGHT, WIDTH, 3)[:rows], whole[:rows])


def test_about_as_many_rows_are_there_as_bytes() -> None:
    data = encoded(Image.fromarray(picture()), "JPEG", quality=90)  # of even detail
    rows = known_rows(read_with_warning(data[: len(data) // 2], "50 %|51 %|52 %|53 %|54 %|55 %"))
    assert HEIGHT // 2 - 24 <= rows <= HEIGHT // 2


def test_a_jpeg_without_its_end_marker_has_all_rows() -> None:
    data = encoded(smooth(), "JPEG")
    assert data.endswith(b"\xff\xd9")
    assert np.array_equal(read_pixels(data[:-2]).rgb, read_pixels(data).rgb)


@pytest.mark.parametrize("part", [0.6, 0.9])
def test_a_progressive_jpeg_that_is_cut_short_is_coarse(part: float) -> None:
    data = encoded(smooth(), "JPEG", progressive=True)
    whole = read_pixels(data).rgb.astype(float)
    pixels = read_with_warning(data[: int(len(data) * part)], "not all of their detail")
    assert known_rows(pixels) == HEIGHT
    assert np.abs(pixels.rgb - whole).mean() < 12


def test_a_progressive_jpeg_that_is_cut_in_its_first_scan_has_some_rows() -> None:
    data = encoded(smooth(), "JPEG", progressive=True, quality=95)
    scan = data.index(b"\xff\xda")
    second = data.index(b"\xff\xda", scan + 2)
    pixels = read_with_warning(data[: (scan + second) // 2], "% of its rows are missing")
    assert 0 < known_rows(pixels) < HEIGHT


def test_a_jpeg_of_which_nothing_is_there_is_refused() -> None:
    data = encoded(smooth(), "JPEG")
    with pytest.raises(InputError, match="damaged or cut short"):
        read_pixels(data[: data.index(b"\xff\xda") + 20])


def test_what_is_missing_of_a_jpeg_is_no_swatch() -> None:
    data = encoded(Image.fromarray(picture()), "JPEG", quality=90)
    with pytest.warns(PaletteWarning):
        palette = extract(data[: len(data) // 3], colors=8)
    for swatch in palette.swatches:
        assert swatch.color[0] > swatch.color[1] + 40, swatch.hex  # no gray


@pytest.mark.parametrize("cut", range(150, 3000, 37))
def test_a_jpeg_cut_anywhere_gives_only_its_own_rows(cut: int) -> None:
    data = encoded(smooth(), "JPEG", quality=60)
    whole = read_pixels(data).rgb.reshape(HEIGHT, WIDTH, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pixels = read_pixels(data[:cut])
        except InputError:
            return
    rows = known_rows(pixels)
    assert np.array_equal(pixels.rgb.reshape(HEIGHT, WIDTH, 3)[:rows], whole[:rows])


def assert_only_its_own_rows(data: bytes, whole: NDArray[np.uint8]) -> None:
    """Assert that a part of a file gives a warning, and no pixels but those of the whole."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            pixels = read_pixels(data)
        except InputError:
            return
    assert "are missing" in str(caught[0].message)
    rows = known_rows(pixels)
    assert rows < HEIGHT
    assert np.array_equal(pixels.rgb.reshape(whole.shape)[:rows], whole[:rows])


@pytest.mark.parametrize("blocks", [1, 10, 25])
def test_a_jpeg_cut_at_a_restart_marker_gives_only_its_own_rows(blocks: int) -> None:
    data = encoded(smooth(), "JPEG", restart_marker_blocks=blocks)
    whole = read_pixels(data).rgb.reshape(HEIGHT, WIDTH, 3)
    markers = [found.start() for found in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    for marker in markers[:: max(1, len(markers) // 12)]:
        for cut in range(marker - 1, marker + 4):
            assert_only_its_own_rows(data[:cut], whole)


def test_lost_restart_intervals_are_missing() -> None:
    data = encoded(smooth(), "JPEG", restart_marker_rows=1)
    whole = read_pixels(data).rgb.reshape(HEIGHT, WIDTH, 3)
    markers = [found.start() for found in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    for lost in (1, 2, 3, 7):
        assert_only_its_own_rows(data[: markers[4]] + data[markers[4 + lost] :], whole)


SHORT: dict[str, Callable[[bytes, int], bytes]] = {
    "end marker": lambda data, place: data[:place] + b"\xff\xd9",
    "zeros": lambda data, place: data[:place] + bytes(len(data) - place),
    "hole": lambda data, place: data[:place] + bytes(200) + data[place + 200 :],
}


def is_told(short: str, options: str, mode: str) -> bool:
    """Return whether what is missing can be told: in optimized CMYK, zeros are flat black."""
    return not (JPEGS[options].get("optimize") and mode == "CMYK" and short == "hole")


@pytest.mark.parametrize(
    ("short", "options", "mode"),
    [each for each in product(SHORT, JPEGS, ("RGB", "L", "CMYK")) if is_told(*each)],
)
def test_what_libjpeg_invents_before_an_end_marker_does_not_count(
    short: str, options: str, mode: str
) -> None:
    data = encoded(smooth().convert(mode), "JPEG", **JPEGS[options])
    whole = read_pixels(data).rgb.reshape(HEIGHT, WIDTH, 3)
    start = data.index(b"\xff\xda") + 20
    for place in range(start, len(data) - 210, (len(data) - start) // 6):
        assert_only_its_own_rows(SHORT[short](data, place), whole)
        with pytest.raises(InputError):
            read_pixels(SHORT[short](data, place), damaged="refuse")


def test_a_jpeg_that_is_less_high_than_its_header_says() -> None:
    data = bytearray(encoded(smooth(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 7] = (2 * HEIGHT).to_bytes(2, "big")
    pixels = read_with_warning(bytes(data), "50 % of its rows are missing")
    assert (pixels.weight.reshape(2 * HEIGHT, WIDTH)[HEIGHT:] == 0).all()


def test_a_progressive_jpeg_without_its_last_scans_is_coarse() -> None:
    data = encoded(smooth(), "JPEG", progressive=True)
    scans = [found.start() for found in re.finditer(rb"\xff\xda", data)]
    read_with_warning(data[: scans[-1]] + b"\xff\xd9", "not all of their detail")


@pytest.mark.parametrize("color", [(128, 128, 128), (200, 60, 40)])
@pytest.mark.parametrize("options", JPEGS.values(), ids=JPEGS)
def test_a_whole_flat_jpeg_is_whole(color: tuple[int, int, int], options: dict[str, Any]) -> None:
    data = encoded(Image.new("RGB", (WIDTH, HEIGHT), color), "JPEG", **options)
    assert len(read_pixels(data, damaged="refuse").rgb) == HEIGHT * WIDTH
    assert (read_pixels(data + bytes(900)).weight == 255).all()


# PNG


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["u1", "u2"])
@pytest.mark.parametrize("part", [0.3, 0.8])
def test_the_rows_of_a_png_that_is_cut_short_are_those_of_the_whole(
    channels: int, dtype: str, part: float
) -> None:
    data = png_of(picture(channels, dtype))
    whole = read_pixels(data).rgb
    pixels = read_with_warning(data[: int(len(data) * part)], "% of its rows are missing; what")
    rows = known_rows(pixels)
    assert abs(rows / HEIGHT - part) < 0.06
    known = pixels.weight > 0
    assert np.array_equal(pixels.rgb[known], whole[known])


def test_a_share_of_less_than_a_percent_is_told_as_such() -> None:
    tall = np.random.default_rng(0).integers(0, 256, (2000, 8, 3), np.uint8)
    read_with_warning(png_of(tall)[:-60], "less than 1 % of its rows are missing")


def test_a_row_of_which_a_part_is_there_does_not_count() -> None:
    data = png_of(picture())
    for end in range(len(data) - 900, len(data) - 16, 50):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            known_rows(read_pixels(data[:end]))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_of_any_size_is_not_mended(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.fromarray(picture()), kind)
    monkeypatch.setattr(remains, "MAX_FILE", len(data) // 2)
    read_with_warning(data[: len(data) // 2], "are missing")
    with pytest.raises(InputError, match="is damaged or cut short"):
        read_pixels(data[: len(data) // 2 + 1])


def test_a_png_without_its_last_chunk_is_whole() -> None:
    data = png_of(picture())
    assert np.array_equal(read_pixels(data[:-12]).rgb, read_pixels(data).rgb)


@pytest.mark.parametrize("mode", ["P", "1"])
def test_rows_of_indexes_and_of_bits_are_counted_too(mode: str) -> None:
    data = encoded(Image.fromarray(picture()).convert(mode), "PNG")
    assert known_rows(read_with_warning(data[: len(data) * 3 // 4], "rows are missing")) > 0


def test_what_is_missing_is_converted_no_more_than_before() -> None:
    data = png_of(picture(), files.cicp(12, 13))
    whole = read_pixels(data).rgb
    pixels = read_with_warning(data[: len(data) // 2], "rows are missing")
    known = pixels.weight > 0
    assert np.array_equal(pixels.rgb[known], whole[known])


def test_data_that_break_off_are_read_up_to_there() -> None:
    data = bytearray(png_of(picture()))
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    rows = known_rows(read_with_warning(bytes(data), "rows are missing"))
    assert 0 < rows < HEIGHT


@pytest.mark.parametrize(
    ("part", "pixels"), [(0.9, 2), (0.45, 4), (0.2, 8), (0.1, 16), (0.05, 32), (0.02, 64)]
)
def test_of_an_interlaced_png_the_pixels_of_whole_passes_are_there(
    part: float, pixels: int
) -> None:
    array = picture()
    data = png_of(array, interlaced=True)
    found = read_with_warning(data[: int(len(data) * part)], f"only 1 of {pixels} pixels is there")
    rgb = found.rgb.reshape(HEIGHT, WIDTH, 3)
    across, down = {2: (1, 2), 4: (2, 2), 8: (2, 4), 16: (4, 4), 32: (4, 8), 64: (8, 8)}[pixels]
    expected = array[::down, ::across].repeat(down, axis=0).repeat(across, axis=1)
    assert np.array_equal(rgb, expected)
    assert known_rows(found) == HEIGHT


def test_a_region_of_what_is_there_of_an_interlaced_png() -> None:
    array = picture()
    data = png_of(array, interlaced=True)
    with pytest.warns(PaletteWarning):
        found = read_pixels(data[: int(len(data) * 0.45)], region=(3, 5, 4, 2))
    expected = array[[4, 6]][:, [2, 4, 4, 6]]
    assert np.array_equal(found.rgb.reshape(2, 4, 3), expected)


def test_a_png_of_which_nothing_is_there_is_refused() -> None:
    with pytest.raises(InputError, match="damaged or cut short"):
        read_pixels(png_of(picture())[:60])


def test_a_cut_png_of_16_bits_is_converted_from_all_of_them() -> None:
    dark = np.full((HEIGHT, WIDTH, 3), (300, 600, 900), np.uint16)
    dark[:, ::2] += 1
    data = png_of(dark, (b"gAMA", struct.pack(">I", 100_000)))
    whole = read_pixels(data).rgb
    start = data.index(b"IDAT")
    pixels = read_with_warning(data[: start + (len(data) - start) * 2 // 3], "rows are missing")
    known = pixels.weight > 0
    assert known.any()
    assert np.array_equal(pixels.rgb[known], whole[known])


@pytest.mark.parametrize("interlaced", [False, True])
def test_a_wrong_checksum_of_pixels_is_told(interlaced: bool) -> None:
    array = picture()
    data = bytearray(png_of(array, interlaced=interlaced))
    end = data.index(b"IEND") - 4
    data[end - 5] ^= 1  # the last byte of the data, which is of their own checksum
    pixels = read_with_warning(bytes(data), "a checksum of its pixels is wrong, so some of them")
    assert np.array_equal(pixels.rgb.reshape(array.shape), array)
    with pytest.raises(InputError, match="a checksum of its pixels is wrong"):
        read_pixels(bytes(data), damaged="refuse")


def test_if_only_the_checksum_of_a_chunk_is_wrong_all_pixels_are_right() -> None:
    array = picture()
    data = damaged(png_of(array), b"IDAT")
    assert np.array_equal(read_pixels(data, damaged="refuse").rgb.reshape(array.shape), array)


@pytest.mark.parametrize("place", range(100, 3000, 211))
def test_one_bit_that_is_wrong_is_told(place: int) -> None:
    array = np.asarray(smooth())
    data = bytearray(png_of(array))
    data[data.index(b"IDAT") + place] ^= 4
    read_with_warning(bytes(data), "are missing|a checksum of its pixels is wrong")


@pytest.mark.parametrize("end", [b"", b"\0\0\0\0IEND\xaeB`\x82"])
@pytest.mark.parametrize("part", [0.3, 0.7])
def test_zeros_in_place_of_the_end_of_a_png_are_no_pixels(part: float, end: bytes) -> None:
    data = png_of(np.asarray(smooth()))
    whole = read_pixels(data).rgb.reshape(HEIGHT, WIDTH, 3)
    place = int(len(data) * part)
    assert_only_its_own_rows(data[:place] + bytes(len(data) - place - len(end)) + end, whole)


def test_of_a_small_png_cut_short_some_rows_are_there() -> None:
    bars = np.tile(np.random.default_rng(0).integers(0, 256, (1, WIDTH, 3), np.uint8), (9, 1, 1))
    data = png_of(bars)
    pixels = read_with_warning(data[:-40], "rows are missing")
    known = pixels.weight > 0
    assert known.any()
    assert np.array_equal(pixels.rgb[known], bars.reshape(-1, 3)[known])


# What does not matter


def damaged(data: bytes, name: bytes) -> bytes:
    """Return a PNG with a wrong checksum of a chunk."""
    start = data.index(name)
    end = start + 4 + int.from_bytes(data[start - 4 : start], "big")
    return data[:end] + bytes(4) + data[end + 4 :]


@pytest.mark.parametrize("name", [b"pHYs", b"tEXt", b"tIME", b"gAMA", b"abCd", b"iCCP", b"bKGD"])
def test_a_wrong_checksum_of_what_does_not_matter_is_told(name: bytes) -> None:
    body = files.profile(icc.DISPLAY_P3)[1] if name == b"iCCP" else b"\0\0\0\x01\0\0\0\x01\0"
    body = body[:4] if name == b"gAMA" else body
    data = damaged(files.png((name, body)), name)
    pixels = read_with_warning(data, f"damaged chunks do not count: {name.decode()}")
    assert files.means(pixels.rgb.reshape(16, -1, 3)).tolist() == [[*c] for c in files.COLORS]


@pytest.mark.parametrize(
    "chunk", [(b"gAMA", b"\0"), (b"sRGB", b""), (b"pHYs", b"\1"), (b"acTL", b"")]
)
def test_a_chunk_that_is_too_short_does_not_stop(chunk: tuple[bytes, bytes]) -> None:
    pixels = read_with_warning(files.png(chunk), "do not count")
    assert files.means(pixels.rgb.reshape(16, -1, 3)).tolist() == [[*c] for c in files.COLORS]


def test_a_transparent_color_that_is_too_short_does_not_count() -> None:
    pixels = read_with_warning(files.png((b"tRNS", b"\0")), "damaged transparency does not count")
    assert (pixels.weight == 255).all()


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE"])
def test_a_wrong_checksum_of_what_matters_is_refused(name: bytes) -> None:
    data = encoded(smooth().quantize(8), "PNG")
    with pytest.raises(InputError):
        read_pixels(damaged(data, name))


@pytest.mark.parametrize("junk", [b"\0" * 900, b"PK\3\4" * 99, b"\xff\xd8\xff" * 99])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_follows_a_picture_is_ignored(junk: bytes, kind: str) -> None:
    data = encoded(smooth(), kind)
    assert np.array_equal(read_pixels(data + junk).rgb, read_pixels(data).rgb)


def test_unknown_chunks_are_ignored() -> None:
    data = files.png((b"abCd", b"?" * 99), (b"ABCD", b""))
    assert files.means(read_pixels(data).rgb.reshape(16, -1, 3)).tolist() == [
        [*c] for c in files.COLORS
    ]


# The option


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_on_request_a_picture_of_which_anything_is_missing_is_refused(kind: str) -> None:
    data = encoded(smooth(), kind)
    with pytest.raises(InputError, match="rows are missing; --damaged read"):
        extract(data[: len(data) * 3 // 4], damaged="refuse")
    assert extract(data, damaged="refuse").swatches
    with pytest.raises(InputError, match="rows are missing"):
        recolor(data[: len(data) * 3 // 4], extract(data), damaged="refuse")


def test_a_picture_of_which_nothing_is_missing_is_never_refused() -> None:
    for data in (encoded(smooth(), "JPEG")[:-2], png_of(picture())[:-12]):
        assert len(read_pixels(data, damaged="refuse").rgb) == HEIGHT * WIDTH


def test_a_recolored_picture_is_transparent_where_something_is_missing() -> None:
    data = png_of(picture())[:40_000]
    with pytest.warns(PaletteWarning):
        palette = extract(data, colors=3)
    with pytest.warns(PaletteWarning):
        image = recolor(data, palette)
    alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert (alpha[0] == 255).all()
    assert (alpha[-1] == 0).all()


def test_an_image_in_memory_has_no_file_to_read_again() -> None:
    image = Image.open(io.BytesIO(encoded(smooth(), "JPEG")[:1200]))
    with pytest.warns(PaletteWarning, match="rows are missing"):
        read_pixels(image)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_of_the_caller_stays_as_it_was(kind: str) -> None:
    data = encoded(smooth(), kind)
    image = Image.open(io.BytesIO(data[: len(data) // 2]))
    for _ in range(2):
        with pytest.warns(PaletteWarning, match="rows are missing"):
            read_pixels(image)
    with pytest.raises(OSError, match="truncated"):  # as Pillow says without us
        image.load()
    gray = Image.open(io.BytesIO(encoded(Image.new("RGB", (64, 64), (128, 128, 128)), "JPEG")))
    read_pixels(gray)
    assert gray.getpixel((5, 5)) == (128, 128, 128)


def test_a_jpeg_without_one_of_its_components_is_refused() -> None:
    data = bytearray(encoded(smooth(), "JPEG"))
    scan = data.index(b"\xff\xda")
    only_luma = b"\xff\xda\0\x08\1\1\0\0\x3f\0"
    data[scan : scan + 14] = only_luma
    with pytest.raises(InputError, match="damaged or cut short"):
        read_pixels(bytes(data))
