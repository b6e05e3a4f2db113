"""Quick palettes: of what is read less, and what is read as always."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from palette_engine.color.cielab import lab_of
from palette_engine.errors import InputError, OptionError, PaletteWarning
from palette_engine.extraction.effort import EFFORTS, are_of_photograph
from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.extraction.summary import area_of
from palette_engine.palette.value import Palette
from palette_engine.pictures.pixels import Pixels
from palette_engine.pictures.reading import read_frames
from palette_engine.pictures.region import Box
from tests.animations import encoded_frames
from tests.icc import DISPLAY_P3
from tests.sample_pictures import bundled, u8

DRAFT = EFFORTS["quick"].draft
assert DRAFT is not None
SAMPLES = DRAFT.samples


def jpeg(picture: NDArray[np.uint8], mode: str = "RGB", **settings: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).convert(mode).save(file, "JPEG", **{"quality": 90, **settings})
    return file.getvalue()


@cache
def photo(height: int = 512, width: int = 512) -> NDArray[np.uint8]:
    """Return a photograph in any size."""
    return np.asarray(Image.fromarray(bundled("astronaut")).resize((width, height)))


def drawing() -> NDArray[np.uint8]:
    """Return flat areas with a line of small text, which a smaller picture would blur."""
    image = Image.new("RGB", (900, 600), "#f2e8cf")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 200), "#386641")
    draw.text((300, 400), "The quick brown fox", "#bc4749", ImageFont.load_default(14))
    return np.asarray(image)


def checkerboard() -> NDArray[np.uint8]:
    rows, columns = np.indices((600, 800), np.int32)
    result: NDArray[np.uint8] = u8([(30, 60, 120), (250, 200, 40)])[(rows + columns) % 2]
    return result


def read(source: Any, **settings: Any) -> Pixels:
    """Return the pixels of a picture as a quick palette reads them."""
    return next(read_frames(source, draft=DRAFT, **settings))


def is_reduced(pixels: Pixels) -> bool:
    frame = pixels.frame
    assert frame is not None
    return frame.area > frame.total


def mean(pixels: Pixels) -> list[float]:
    found: list[float] = np.average(pixels.rgb, axis=0, weights=pixels.weight).tolist()
    return found


def quick(source: Any, **options: Any) -> Palette:
    return extract(source, effort="quick", **options)


def hexes(palette: Palette) -> list[str]:
    return [swatch.hex for swatch in palette.swatches]


# How much is read


@pytest.mark.parametrize(
    ("size", "scale"), [((512, 512), 2), ((509, 515), 2), ((720, 740), 4), ((1456, 1441), 8)]
)
def test_a_jpeg_is_decoded_as_small_as_its_samples_allow(size: tuple[int, int], scale: int) -> None:
    pixels = read(jpeg(photo(*size)))
    frame = pixels.frame
    assert frame is not None
    assert (frame.height, frame.width) == tuple(-(-side // scale) for side in size)
    assert len(pixels.rgb) == SAMPLES
    assert frame.area == size[0] * size[1]
    assert area_of(pixels) == size[0] * size[1]


def test_a_small_picture_is_read_as_a_whole() -> None:
    pixels = read(jpeg(photo(300, 400)))
    assert not is_reduced(pixels)
    assert len(pixels.rgb) == SAMPLES
    pixels = read(jpeg(photo(180, 180)))
    assert len(pixels.rgb) == 180 * 180


@given(
    st.tuples(*[st.integers(1, 60)] * 2),
    st.tuples(*[st.integers(0, 59)] * 2),
    st.tuples(*[st.integers(1, 60)] * 2),
    st.sampled_from([2, 4, 8]),
)
def test_a_reduced_box_has_the_squares_inside(
    size: tuple[int, int], place: tuple[int, int], length: tuple[int, int], scale: int
) -> None:
    left, top = (min(at, side - 1) for at, side in zip(place, size, strict=True))
    box = Box(left, top, min(left + length[0], size[0]), min(top + length[1], size[1]))
    inside = np.zeros(size[::-1], bool)
    inside[box.top : box.bottom, box.left : box.right] = True
    down, right = (-side % scale for side in size[::-1])
    padded = np.pad(inside, ((0, down), (0, right)), constant_values=False)
    exists = np.pad(np.ones_like(inside), ((0, down), (0, right)), constant_values=False)
    rows, columns = (side // scale for side in padded.shape)
    squares = (padded | ~exists).reshape(rows, scale, columns, scale).all(axis=(1, 3))
    found = np.zeros_like(squares)
    reduced = box.reduced(scale, size)
    found[reduced.top : reduced.bottom, reduced.left : reduced.right] = True
    assert reduced.area >= 0
    assert np.array_equal(found, squares)


@pytest.mark.parametrize(
    ("mode", "settings"),
    [
        ("RGB", {}),
        ("RGB", {"progressive": True}),
        ("RGB", {"subsampling": 0}),
        ("RGB", {"restart_marker_rows": 1}),
        ("CMYK", {}),
        ("YCbCr", {}),
    ],
    ids=str,
)
def test_any_kind_of_jpeg_in_color_has_the_same_colors(mode: str, settings: Any) -> None:
    data = jpeg(photo(), mode, **settings)
    pixels, whole = read(data), next(read_frames(data))
    assert is_reduced(pixels)
    assert mean(pixels) == pytest.approx(mean(whole), abs=1)


def test_a_profile_is_used() -> None:
    data = jpeg(photo(), icc_profile=DISPLAY_P3)
    pixels, whole = read(data), next(read_frames(data))
    assert is_reduced(pixels)
    assert mean(pixels) == pytest.approx(mean(whole), abs=1)
    assert abs(np.subtract(mean(pixels), mean(next(read_frames(jpeg(photo())))))).max() > 2


def halves() -> NDArray[np.uint8]:
    """Return many reds on the left, and many blues on the right."""
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 120, (600, 800, 3), np.uint8)
    picture = np.asarray(Image.fromarray(picture[::4, ::4]).resize((800, 600)))
    picture = picture.copy()
    picture[:, :400, 0] += 130
    picture[:, 400:, 2] += 130
    return picture


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_is_that_of_the_picture_as_it_is_shown(orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    data = jpeg(halves(), subsampling=0, quality=95, exif=exif)
    frame = read(data).frame
    assert frame is not None
    for region in ((0.0, 0.0, 0.5, 1.0), (0.0, 0.0, 1.0, 0.5), (0.5, 0.0, 0.5, 1.0)):
        pixels, whole = read(data, region=region), next(read_frames(data, region=region))
        assert is_reduced(pixels)
        assert mean(pixels) == pytest.approx(mean(whole), abs=3)


def test_no_color_from_outside_of_a_region_counts() -> None:
    data = jpeg(halves(), subsampling=0, quality=95)
    # Its edge is in the middle of a block of 8, so squares that lie across it do not count.
    reds = read(data, region=(3, 5, 397, 500))
    assert is_reduced(reds)
    assert (reds.rgb[:, 0].astype(int) > reds.rgb[:, 2]).mean() > 0.99
    blues = read(data, region=(401, 5, 397, 500))
    assert (blues.rgb[:, 2].astype(int) > blues.rgb[:, 0]).mean() > 0.99


def test_a_weight_is_that_of_every_pixel() -> None:
    weight = np.zeros((600, 800), bool)
    weight[:, :400] = True
    pixels = read(jpeg(halves(), subsampling=0, quality=95), weight=weight)
    assert not is_reduced(pixels)
    reds = pixels.rgb[pixels.weight > 0].astype(int)
    assert (reds[:, 0] > reds[:, 2]).mean() > 0.99
    # Of a small mask, 32,768 pixels of the whole picture would be few.
    weight[:, 20:] = False
    data = jpeg(halves())
    small = read(data, weight=weight)
    assert np.count_nonzero(small.weight) == 600 * 20


def test_an_image_of_the_caller_stays_as_it_is() -> None:
    with Image.open(io.BytesIO(jpeg(photo()))) as image:
        pixels = read(image)
        assert image.size == (512, 512)
    assert not is_reduced(pixels)
    assert len(pixels.rgb) == SAMPLES


# What is read as always


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("make", [drawing, checkerboard])
def test_a_drawing_has_the_same_palette(make: Callable[[], NDArray[np.uint8]], kind: str) -> None:
    file = io.BytesIO()
    Image.fromarray(make()).save(file, kind, quality=90)
    for colors in (3, "auto"):
        assert quick(file.getvalue(), colors=colors) == extract(file.getvalue(), colors=colors)


def test_a_gray_photograph_has_the_same_palette() -> None:
    data = jpeg(photo(), "L")
    assert quick(data) == extract(data)


def test_what_is_mostly_transparent_is_read_as_always() -> None:
    picture = np.dstack([photo(), np.zeros((512, 512), np.uint8)])
    picture[:20, :, 3] = 255
    assert np.count_nonzero(read(picture).weight) == 20 * 512


@pytest.mark.parametrize("frames", ["first", "all", 2, "1-2"])
def test_frames_are_sampled_as_always_unless_it_is_the_first(frames: int | str) -> None:
    data = encoded_frames([photo(), checkerboard()[:512, :512]], "PNG", duration=[20, 500])
    (first, *others) = read_frames(data, frames, draft=DRAFT)
    assert len(first.rgb) == (SAMPLES if frames == "first" else 512 * 512)
    assert all(len(other.rgb) == 512 * 512 for other in others)


def test_all_frames_of_a_single_picture_are_that_picture() -> None:
    data = jpeg(photo())
    assert quick(data, frames="all") == quick(data)


# Damage


def told(data: bytes, **options: Any) -> tuple[Palette, list[str]]:
    """Return the palette of a picture, and the warnings."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        palette = extract(data, **options)
    return palette, [str(each.message) for each in found]


def cut(settings: Any, part: float) -> bytes:
    data = jpeg(photo(), **settings)
    return data[: int(len(data) * part)]


@pytest.mark.parametrize("settings", [{}, {"progressive": True}], ids=str)
@pytest.mark.parametrize("part", [0.2, 0.9])
def test_damage_is_told_as_always_and_can_be_refused(settings: Any, part: float) -> None:
    data = cut(settings, part)
    palette, message = told(data, effort="quick")
    assert message == told(data)[1]
    assert len(message) == 1
    assert "#808080" not in hexes(palette)
    with pytest.raises(InputError, match="damaged or cut short"):
        quick(data, damaged="refuse")


def test_an_end_marker_hides_no_damage() -> None:
    data = cut({}, 0.5) + b"\xff\xd9"
    pixels = None
    with pytest.warns(PaletteWarning, match="of its rows are missing"):
        pixels = read(data)
    assert not is_reduced(pixels)
    with pytest.raises(InputError):
        quick(data, damaged="refuse")


def test_a_warning_about_a_drawing_that_is_read_twice_comes_once() -> None:
    data = jpeg(drawing(), icc_profile=b"nonsense" * 40)
    _, message = told(data, effort="quick")
    assert len(message) == 1
    assert message == told(data)[1]


# Palettes


def error_of(palette: Palette, picture: NDArray[np.uint8]) -> float:
    lab = lab_of(picture.reshape(-1, 3)[::7])
    swatches = lab_of(u8([swatch.color for swatch in palette.swatches]))
    square: NDArray[np.float64] = ((lab[:, np.newaxis] - swatches) ** 2).sum(axis=2).min(axis=1)
    return float(square.mean())


@pytest.mark.parametrize("colors", [5, 16, 64])
@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_a_quick_palette_is_nearly_as_near(name: str, colors: int) -> None:
    picture = bundled(name)
    data = jpeg(picture)
    ratio = error_of(quick(data, colors=colors), picture) / error_of(
        extract(data, colors=colors), picture
    )
    assert ratio < 1.25


@pytest.mark.parametrize("options", [{"mood": "people"}, {"order": "image"}, {"colors": "auto"}])
def test_other_options_work_with_it(options: dict[str, Any]) -> None:
    palette = quick(jpeg(photo()), **options)
    assert sum(swatch.share for swatch in palette.swatches) == pytest.approx(1)
    assert palette == quick(jpeg(photo()), **options)


def test_pictures_count_by_the_area_of_their_files() -> None:
    # One is decoded at a half of its size and the other is not; both have as many pixels.
    large = jpeg(photo(), subsampling=0)
    white = np.full((512, 512, 3), 255, np.uint8)
    palette = extract_together(
        [large, white], weighting="area", effort="quick", keep=["#ffffff"], colors=2
    )
    share = {swatch.hex: swatch.share for swatch in palette.swatches}["#ffffff"]
    whole = extract_together([large, white], weighting="area", keep=["#ffffff"], colors=2)
    expected = {swatch.hex: swatch.share for swatch in whole.swatches}["#ffffff"]
    assert share == pytest.approx(expected, abs=0.02)


def test_there_is_no_other_effort() -> None:
    with pytest.raises(OptionError, match="effort must be full or quick, not 'none'"):
        extract(photo(), effort="none")


# What counts as a photograph


def colors_of(count: int, of: int, channels: int) -> NDArray[np.uint8]:
    """Return `of` pixels with `count` colors, spread evenly."""
    number = np.arange(of, dtype=np.int64) % count
    parts: Sequence[NDArray[np.int64]] = [number >> 8 * each & 255 for each in range(channels)]
    return np.stack(parts, axis=1).astype(np.uint8)


@pytest.mark.parametrize(
    ("count", "of", "channels", "is_photograph"),
    [
        (8000, 2**15, 3, True),
        (8000, 2**15, 4, True),
        (3000, 2**15, 3, False),
        (256, 2**15, 1, False),
        (8000, 2**14, 3, True),
        (8000, 2**14 - 1, 3, False),
        (1, 0, 3, False),
    ],
)
def test_a_photograph_has_thousands_of_colors(
    count: int, of: int, channels: int, is_photograph: bool
) -> None:
    assert are_of_photograph(colors_of(count, of, channels)) == is_photograph
