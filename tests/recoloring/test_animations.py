"""Recolored animations: every frame, its duration and transparency, in every file type."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from palette_engine import count_frames, dumps_frames, extract, recolor, recolor_frames
from palette_engine.color.hex_code import parse_hex
from palette_engine.errors import InputError, OptionError, OutputError
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.animation_files import ANIMATION_WRITERS
from palette_engine.recoloring.recolor import RecoloredFrame
from tests.animations import COLORS, GifFrame, PngFrame, apng, encoded_frames, gif

SUFFIXES = tuple(ANIMATION_WRITERS)
DURATIONS = (50, 200, 20, 1000)


def palette(*codes: str) -> Palette:
    return Palette(tuple(Swatch(parse_hex(code), 1 / len(codes)) for code in codes))


def noise(seed: int, alpha: bool = False) -> NDArray[np.uint8]:
    """Return noise of which the lower half stays the same; with transparent pixels if asked."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (15, 21, 4), np.uint8)
    pixels[7:, :, :3] = np.random.default_rng(0).integers(0, 256, (8, 21, 3), np.uint8)
    pixels[..., 3] = 255
    if alpha:
        pixels[..., 3] = np.where(random.random((15, 21)) < 0.3, 0, 255)
    return pixels


FRAMES = [noise(seed) for seed in range(4)]
CLEAR = [noise(seed, alpha=True) for seed in range(4)]
EIGHT = palette(*(f"#{red}{green}{blue}" for red in "0f" for green in "0f" for blue in "0f"))


def alone(frame: NDArray[np.uint8], chosen: Palette, dither: str = "none") -> NDArray[np.uint8]:
    """Return one frame, recolored by itself, as RGBA; what is invisible has no color."""
    return visible(recolor(frame, chosen, dither))


def visible(image: Image.Image) -> NDArray[np.uint8]:
    pixels = np.array(image.convert("RGBA"))
    pixels[pixels[..., 3] == 0] = 0
    return pixels


def source_of(frames: list[NDArray[np.uint8]], **options: Any) -> bytes:
    return encoded_frames(frames, "PNG", duration=list(DURATIONS), **options)


def written(data: bytes, chosen: Palette, suffix: str, dither: str = "none") -> bytes:
    frames = recolor_frames(data, chosen, dither)
    return dumps_frames(frames, suffix, chosen, count_frames(data).plays)


def by_pillow(data: bytes) -> tuple[list[NDArray[np.uint8]], list[float]]:
    """Return the frames and durations as Pillow reads them."""
    frames, durations = [], []
    with Image.open(io.BytesIO(data)) as image:
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            image.load()
            frames.append(visible(image))
            durations.append(float(image.info["duration"]))
    return frames, durations


def by_ourselves(data: bytes) -> list[NDArray[np.uint8]]:
    """Return the frames as this project reads them: each in the colors it has."""
    with Image.open(io.BytesIO(data)) as image:
        colors = {color for frame in by_pillow(data)[0] for _, color in _colors(frame)}
        del image
    chosen = Palette(tuple(Swatch(color, 1 / len(colors)) for color in sorted(colors)))
    return [visible(frame.image) for frame in recolor_frames(data, chosen)]


def _colors(frame: NDArray[np.uint8]) -> list[tuple[int, tuple[int, int, int]]]:
    seen = np.unique(frame[frame[..., 3] > 0][:, :3], axis=0)
    return [(0, (red, green, blue)) for red, green, blue in seen.tolist()]


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "ordered"])
@pytest.mark.parametrize("frames", [FRAMES, CLEAR], ids=["opaque", "transparent"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_frame_is_what_it_is_alone(
    suffix: str, frames: list[NDArray[np.uint8]], dither: str
) -> None:
    data = written(source_of(frames), EIGHT, suffix, dither)
    found, durations = by_pillow(data)
    assert durations == [*DURATIONS]
    for one, other, frame in zip(found, by_ourselves(data), frames, strict=True):
        right = alone(frame, EIGHT, dither)
        assert np.array_equal(one, right)
        assert np.array_equal(other, right)


@pytest.mark.parametrize("suffix", [".png", ".webp"])
@pytest.mark.parametrize("count", [3, 300])
def test_partial_transparency_and_many_colors_are_kept(suffix: str, count: int) -> None:
    frames = [noise(seed) for seed in range(4)]
    for seed, frame in enumerate(frames):
        frame[..., 3] = np.random.default_rng(seed).choice([0, 9, 128, 255], frame.shape[:2])
    colors = np.random.default_rng(9).integers(0, 256, (count, 3), np.uint8).tolist()
    chosen = palette(*(f"#{bytes(color).hex()}" for color in colors))
    found, _ = by_pillow(written(source_of(frames), chosen, suffix))
    for one, frame in zip(found, frames, strict=True):
        assert np.array_equal(one, alone(frame, chosen))


def test_a_gif_of_partial_transparency_or_too_many_colors_is_refused() -> None:
    faint = [np.dstack([frame[..., :3], frame[..., 0] // 2 + 20]) for frame in FRAMES]
    with pytest.raises(OutputError, match=r"no partial transparency; write a \.png"):
        written(source_of(faint), EIGHT, ".gif")
    colors = np.random.default_rng(9).integers(0, 256, (300, 3), np.uint8).tolist()
    many = palette(*(f"#{bytes(color).hex()}" for color in colors))
    with pytest.raises(OutputError, match="at most 256 colors"):
        written(source_of(FRAMES), many, ".gif")


def test_256_colors_are_enough_for_a_gif_if_nothing_is_transparent() -> None:
    colors = np.random.default_rng(9).integers(0, 256, (256, 3), np.uint8).tolist()
    chosen = palette(*(f"#{bytes(color).hex()}" for color in colors))
    found, _ = by_pillow(written(source_of(FRAMES), chosen, ".gif"))
    for one, frame in zip(found, FRAMES, strict=True):
        assert np.array_equal(one, alone(frame, chosen))
    with pytest.raises(OutputError, match="one of them transparent"):
        written(source_of(CLEAR), chosen, ".gif")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("loops", "plays"), [(None, 1), (0, 0), (1, 2), (9, 10)])
def test_it_plays_as_often_as_before(suffix: str, loops: int | None, plays: int) -> None:
    data = gif((4, 3), [GifFrame(np.full((3, 4), at, np.uint8)) for at in range(3)], loops)
    assert count_frames(data).plays == plays
    assert count_frames(written(data, EIGHT, suffix)).plays == plays


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_frames_stay_frames(suffix: str) -> None:
    data = gif((4, 3), [GifFrame(np.full((3, 4), 1, np.uint8), delay=7)] * 3)
    found = written(data, EIGHT, suffix)
    assert by_pillow(found)[1] == [70] * 3


@pytest.mark.parametrize(
    ("delay", "hundredths"),
    [((1, 60), 20), ((1, 100), 10), ((0, 1), 0), ((11, 1000), 20), ((65535, 1), 655350)],
)
def test_durations_of_a_gif_are_hundredths_that_browsers_keep(
    delay: tuple[int, int], hundredths: int
) -> None:
    frames = [PngFrame(FRAMES[at][..., :3], delay=delay) for at in (0, 1)]
    found = written(apng((21, 15), frames), EIGHT, ".gif")
    assert [frame.duration for frame in recolor_frames(found, EIGHT)] == [hundredths] * 2


@pytest.mark.parametrize("delay", [(1, 60), (1001, 30000), (65535, 1), (0, 1)])
def test_durations_of_a_png_stay_as_they_are(delay: tuple[int, int]) -> None:
    frames = [PngFrame(FRAMES[at][..., :3], delay=delay) for at in (0, 1)]
    found = written(apng((21, 15), frames), EIGHT, ".png")
    expected = 1000 * Fraction(*delay)
    assert [frame.duration for frame in recolor_frames(found, EIGHT)] == [expected] * 2


def test_the_palettes_colors_come_first_in_a_file() -> None:
    chosen = palette("#ffffff", "#3cb44b", "#e6194b", "#0082c8")
    data = gif((4, 3), [GifFrame(np.full((3, 4), at, np.uint8)) for at in range(4)])
    with Image.open(io.BytesIO(written(data, chosen, ".gif"))) as image:
        table = image.getpalette()
    assert table is not None
    assert table[:12] == [channel for swatch in chosen.swatches for channel in swatch.color]


def test_a_file_that_changes_little_is_small() -> None:
    frames = [FRAMES[0].repeat(20, 0).repeat(20, 1) for _ in range(20)]
    for at, frame in enumerate(frames):
        frame[at, at, :3] ^= 255
    data = encoded_frames(frames, "PNG", duration=50)
    for suffix in SUFFIXES:
        still = written(data, EIGHT, suffix)
        one = dumps_frames(recolor_frames(data, EIGHT, frames=1), suffix, EIGHT)
        assert len(still) < len(one) + 20 * 250


def test_pages_of_different_sizes_are_no_animation() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(FRAMES[0][..., :3], photometric="rgb")
        writer.write(FRAMES[0][:5, :, :3], photometric="rgb")
    with pytest.raises(InputError, match="different sizes"):
        written(file.getvalue(), EIGHT, ".gif")


def test_pages_are_shown_for_a_tenth_of_a_second() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for frame in FRAMES[:2]:
            writer.write(frame[..., :3], photometric="rgb")
    assert by_pillow(written(file.getvalue(), EIGHT, ".gif"))[1] == [100, 100]


def test_what_cannot_be_written_is_refused() -> None:
    frame = RecoloredFrame(Image.new("RGB", (4, 3)))
    with pytest.raises(OptionError, match=r"\.png, \.webp, \.gif"):
        dumps_frames([frame], ".bmp", EIGHT)
    with pytest.raises(InputError, match="no frames"):
        dumps_frames([], ".gif", EIGHT)
    with pytest.raises(InputError, match="no colors"):
        dumps_frames([frame], ".gif", Palette(()))


def test_the_palette_of_all_frames_recolors_flat_ones_exactly() -> None:
    data = gif((4, 3), [GifFrame(np.full((3, 4), at, np.uint8)) for at in range(4)])
    chosen = extract(data, frames="all")
    for frame, color in zip(recolor_frames(data, chosen), COLORS, strict=True):
        assert visible(frame.image)[0, 0].tolist() == [*color, 255]


@pytest.mark.parametrize("suffix", ANIMATION_WRITERS)
@pytest.mark.parametrize("size", [(16, 17), (33, 17), (40, 40)])
def test_frames_of_any_size_keep_the_order_of_their_rows(
    suffix: str, size: tuple[int, int]
) -> None:
    rows = np.arange(size[1], dtype=np.intp)[:, np.newaxis]
    frames = [
        np.array([(*color, 255) for color in COLORS], np.uint8)[
            np.broadcast_to(rows // step % 4, (size[1], size[0]))
        ]
        for step in (1, 3)
    ]
    codes = ["#" + bytes(color).hex() for color in COLORS]
    data = written(source_of(frames), palette(*codes), suffix)
    for read in (by_ourselves(data), by_pillow(data)[0]):
        assert all(np.array_equal(one, other) for one, other in zip(read, frames, strict=True))


def test_a_frame_of_a_little_more_than_ten_milliseconds_is_not_shown_for_a_hundred() -> None:
    pixels = (np.full((4, 4, 4), value, np.uint8) for value in (255, 0))
    source = apng((4, 4), [PngFrame(each, delay=(1, 96)) for each in pixels])
    for suffix in (".webp", ".gif"):
        _, delays = by_pillow(written(source, palette("#ffffff"), suffix))
        assert min(delays) > 10
