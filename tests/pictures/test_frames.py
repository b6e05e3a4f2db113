"""Frames of animations are read as they are shown, and none is read beyond the limits."""

from __future__ import annotations

import io
import tracemalloc
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, features

from palette_engine import Palette, count_frames, extract, extract_together
from palette_engine.errors import InputError, OptionError, PaletteWarning, Reason
from palette_engine.options import OPTIONS
from palette_engine.pictures import limits
from palette_engine.pictures.reading import FrameCount, read_frames, read_pixels
from palette_engine.recoloring.raster import Picture
from tests.animations import (
    BLUE,
    CLEAR,
    COLORS,
    GREEN,
    KEEP,
    OVER,
    RED,
    REPLACE,
    RESTORE,
    WHITE,
    GifFrame,
    PngFrame,
    apng,
    encoded_frames,
    gif,
)

SAMPLES = Path(__file__).parent / "samples"
NOTHING = (0, 0, 0, 0)


def u8(values: Any) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)


def filled(value: Any, width: int = 4, height: int = 3) -> NDArray[np.uint8]:
    """Return indices or colors that are all the same."""
    return np.broadcast_to(u8(value), (height, width, *np.shape(value))).copy()


def shown(data: Any, frames: int | str = "all", **options: Any) -> list[NDArray[np.uint8]]:
    """Return each frame as RGBA, `(h, w, 4)`; what is invisible has no color."""
    found = []
    for picture in Picture.read_frames(data, frames, 10**8, **options):
        pixels = np.dstack([picture.rgb, picture.alpha])
        pixels[picture.alpha == 0] = 0
        found.append(pixels)
    return found


def opaque(index: Any) -> NDArray[np.uint8]:
    """Return the RGBA of indices of `COLORS`; -1 is transparent."""
    table = u8([(*color, 255) for color in COLORS] + [NOTHING])
    return table[np.array(index, np.int64)]


def durations(data: Any) -> list[Fraction | None]:
    return [pixels.duration for pixels in read_frames(data, "all")]


def shares(palette: Palette) -> dict[tuple[int, ...], float]:
    return {swatch.color: swatch.share for swatch in palette.swatches}


# As they are shown: the right values are drawn here by hand, from the standards.

BASE = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
PATCHED = [[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("disposal", "last"),
    [
        (KEEP, [[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 2]]),
        (CLEAR, [[0, 0, 0, 0], [0, -1, -1, 0], [0, 0, 0, 2]]),
        (RESTORE, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 2]]),
        (4, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 2]]),
    ],
    ids=["keep", "clear", "restore", "restore as 4"],
)
def test_a_frame_of_a_gif_is_disposed_of_as_browsers_do(disposal: int, last: Any) -> None:
    data = gif(
        (4, 3),
        [
            GifFrame(filled(0)),
            GifFrame(u8([[1, 1]]), 1, 1, disposal),
            GifFrame(u8([[2]]), 3, 2),
        ],
    )
    expected = [opaque(BASE), opaque(PATCHED), opaque(last)]
    for found, right in zip(shown(data), expected, strict=True):
        assert np.array_equal(found, right)


@pytest.mark.parametrize(("left", "top"), [(4, 0), (0, 3), (60_000, 60_000)])
def test_a_frame_of_a_gif_that_is_outside_of_it_changes_nothing(left: int, top: int) -> None:
    outside = GifFrame(np.array([[1, 1], [1, 1]], np.uint8), left=left, top=top)
    first, second = shown(gif((4, 3), [GifFrame(filled(0)), outside]))
    assert np.array_equal(first, opaque(BASE))
    assert np.array_equal(second, first)


def test_a_gif_without_a_frame_is_refused_and_takes_no_memory() -> None:
    data = bytearray(gif((60_000, 60_000), [GifFrame(filled(0), disposal=CLEAR)]))
    data.insert(data.index(b"!\xf9"), 0x55)  # no block begins like this
    with pytest.raises(InputError, match="in place of its first picture"):
        read_pixels(bytes(data))


def test_what_no_frame_of_a_gif_has_drawn_is_transparent() -> None:
    data = gif((4, 3), [GifFrame(u8([[1, 1]]), 1, 1), GifFrame(u8([[2]]), 0, 0)])
    before = [[-1, -1, -1, -1], [-1, 1, 1, -1], [-1, -1, -1, -1]]
    after = [[2, -1, -1, -1], [-1, 1, 1, -1], [-1, -1, -1, -1]]
    assert np.array_equal(shown(data)[0], opaque(before))
    assert np.array_equal(shown(data)[1], opaque(after))
    assert np.array_equal(shown(data, "first")[0], opaque(before))


def test_the_transparent_color_of_a_gif_leaves_what_was_there() -> None:
    frames = [GifFrame(filled(0)), GifFrame(u8([[3, 1], [1, 3]]), 1, 1, clear=3)]
    right = [[0, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]
    assert np.array_equal(shown(gif((4, 3), frames))[1], opaque(right))


def test_what_a_frame_of_a_gif_has_beyond_the_screen_is_not_shown() -> None:
    data = gif((4, 3), [GifFrame(filled(0)), GifFrame(u8([[1, 1], [1, 1]]), 3, 2)])
    right = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert np.array_equal(shown(data)[1], opaque(right))


def test_a_screen_that_is_smaller_than_its_first_frame_grows() -> None:
    assert shown(gif((1, 1), [GifFrame(filled(0)), GifFrame(filled(1))]))[1].shape == (3, 4, 4)


CLEAR_RED, HALF_GREEN = (255, 0, 0, 0), (0, 255, 0, 128)


@pytest.mark.parametrize(
    ("blend", "expected"),
    [(REPLACE, (0, 255, 0, 128)), (OVER, (127, 128, 0, 255))],
    ids=["replace", "over"],
)
def test_a_frame_of_a_png_is_blended_with_opaque_pixels(blend: int, expected: Any) -> None:
    data = apng(
        (4, 3),
        [PngFrame(filled((255, 0, 0, 255))), PngFrame(filled(HALF_GREEN), blend=blend)],
    )
    assert np.array_equal(shown(data)[1], filled(expected))


def test_half_of_a_color_over_half_of_another_is_three_quarters_of_both() -> None:
    # alpha 128/255 + 128/255 (1 - 128/255) = 191.75/255; red is 63.75 of these 191.75.
    data = apng(
        (4, 3), [PngFrame(filled((255, 0, 0, 128))), PngFrame(filled(HALF_GREEN), blend=OVER)]
    )
    assert np.array_equal(shown(data)[1], filled((85, 170, 0, 192)))


@pytest.mark.parametrize(
    ("disposal", "middle"),
    [(KEEP, (0, 0, 255, 255)), (CLEAR, NOTHING), (RESTORE, (255, 0, 0, 255))],
    ids=["keep", "clear", "restore"],
)
def test_a_frame_of_a_png_is_disposed_of(disposal: int, middle: Any) -> None:
    red, blue = (255, 0, 0, 255), (0, 0, 255, 255)
    data = apng(
        (4, 3),
        [
            PngFrame(filled(red)),
            PngFrame(filled(blue, 2, 1), 1, 1, disposal),
            PngFrame(filled((0, 255, 0, 255), 1, 1), 3, 2),
        ],
    )
    right = filled(red)
    right[1, 1:3] = middle
    right[2, 3] = (0, 255, 0, 255)
    assert np.array_equal(shown(data)[2], right)


def test_a_first_frame_that_is_restored_is_cleared() -> None:
    red = filled((255, 0, 0, 255))
    data = apng((4, 3), [PngFrame(red, disposal=RESTORE), PngFrame(red[:1, :1], blend=OVER)])
    right = np.zeros((3, 4, 4), np.uint8)
    right[0, 0] = (255, 0, 0, 255)
    assert np.array_equal(shown(data)[1], right)


def test_a_picture_that_is_none_of_the_frames_is_not_shown() -> None:
    frames = [PngFrame(filled((255, 0, 0), 2, 2), 1, 1, blend=OVER), PngFrame(filled((0, 0, 255)))]
    data = apng((4, 3), frames, separate=filled((9, 9, 9)))
    first = np.zeros((3, 4, 4), np.uint8)
    first[1:, 1:3] = (255, 0, 0, 255)
    assert len(shown(data)) == 2
    for frame in (shown(data)[0], shown(data, "first")[0], shown(data, 1)[0]):
        assert np.array_equal(frame, first)


def test_gray_frames_of_a_png_stay_gray_and_indexed_ones_have_its_palette() -> None:
    gray = apng((4, 3), [PngFrame(filled(90)), PngFrame(filled(200, 1, 1), 1, 1)])
    assert shown(gray)[1][1, :2].tolist() == [[90, 90, 90, 255], [200, 200, 200, 255]]
    images = []
    for index in (0, 1):
        image = Image.new("P", (4, 3), index)
        image.putpalette(bytes((*RED, *GREEN)))
        images.append(image)
    file = io.BytesIO()
    images[0].save(file, "PNG", save_all=True, append_images=images[1:], duration=50)
    assert [frame[0, 0].tolist() for frame in shown(file.getvalue())] == [
        [*RED, 255],
        [*GREEN, 255],
    ]


def needs(feature: str) -> pytest.MarkDecorator:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an older Pillow does not know the feature
        return pytest.mark.skipif(not features.check(feature), reason=f"Pillow has no {feature}")


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        pytest.param("WEBP", {"lossless": True}, 0, marks=needs("webp")),
        pytest.param("AVIF", {"quality": 100, "subsampling": "4:4:4"}, 2, marks=needs("avif")),
    ],
)
def test_frames_of_other_kinds_are_read(kind: str, options: Any, tolerance: int) -> None:
    frames = [filled(color, 16, 16) for color in (RED, GREEN, BLUE)]
    frames[1][4:8, 4:8] = WHITE
    data = encoded_frames(frames, kind, duration=[40, 200, 80], **options)
    for found, right in zip(shown(data), frames, strict=True):
        assert np.abs(found[..., :3].astype(np.int64) - right).max() <= tolerance
    assert durations(data) == [40, 200, 80]
    assert count_frames(data) == FrameCount(3, True, 0)


@pytest.mark.parametrize(
    "options",
    [{}, {"compression": "zlib"}, {"compression": "zlib", "predictor": True}],
    ids=["plain", "deflate", "predictor"],
)
def test_pages_of_a_tiff_are_frames_without_durations(options: Any) -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for color in (RED, GREEN, BLUE):
            writer.write(filled(color, 16, 16), photometric="rgb", **options)
    data = file.getvalue()
    assert [frame[0, 0, :3].tolist() for frame in shown(data)] == [[*RED], [*GREEN], [*BLUE]]
    assert durations(data) == [None] * 3
    assert count_frames(data) == FrameCount(3, False)


def test_pages_that_only_pillow_reads_are_read() -> None:
    images = [Image.new("1", (16, 16), white) for white in (0, 1)]
    file = io.BytesIO()
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:], compression="group4")
    assert [frame[0, 0, 0] for frame in shown(file.getvalue())] == [0, 255]


def test_smaller_versions_in_a_tiff_are_no_pages() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(filled(RED, 16, 16), photometric="rgb")
        writer.write(filled(WHITE, 8, 8), photometric="rgb", subfiletype=1)
        writer.write(filled(BLUE, 16, 16), photometric="rgb")
    found = shown(file.getvalue())
    assert [frame[0, 0, :3].tolist() for frame in found] == [[*RED], [*BLUE]]


def test_pages_of_different_sizes_count_the_same() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(filled(RED, 400, 400), photometric="rgb")
        writer.write(filled(BLUE, 16, 16), photometric="rgb")
    found = shares(extract(file.getvalue(), frames="all"))
    assert found[RED] == pytest.approx(0.5, abs=1e-4)


def test_a_tiff_whose_pages_go_round_ends() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for color in (RED, GREEN):
            writer.write(filled(color, 16, 16), photometric="rgb")
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        first, second = (page.offset for page in tiff.pages)
    end = second + 2 + 12 * int.from_bytes(data[second : second + 2], "little")
    data[end : end + 4] = first.to_bytes(4, "little")
    assert len(shown(bytes(data))) == 2


def test_frames_of_a_pillow_image_are_read_and_it_stays_where_it_is() -> None:
    frames = [filled(color, 16, 16) for color in (RED, GREEN, BLUE)]
    with Image.open(io.BytesIO(encoded_frames(frames, "PNG", duration=30))) as image:
        image.seek(1)
        assert [frame[0, 0, :3].tolist() for frame in shown(image)] == [[*RED], [*GREEN], [*BLUE]]
        assert image.tell() == 1
        assert shown(image, 1)[0][0, 0, :3].tolist() == [*RED]
        assert shown(image, "first")[0][0, 0, :3].tolist() == [*GREEN]


def test_frames_of_a_pillow_image_are_shown_as_those_of_its_file() -> None:
    cleared = [GifFrame(filled(0)), GifFrame(u8([[1]]), 1, 1, CLEAR), GifFrame(u8([[2]]))]
    half = [PngFrame(filled(HALF_GREEN)), PngFrame(filled(HALF_GREEN), blend=OVER)]
    for data in (gif((4, 3), cleared), apng((4, 3), half)):
        with Image.open(io.BytesIO(data)) as image:
            for _ in range(2):
                for found, right in zip(shown(image), shown(data), strict=True):
                    assert np.array_equal(found, right)
            image.seek(1)
            image.load()


def test_frames_of_an_image_whose_file_is_closed_are_refused(tmp_path: Path) -> None:
    (tmp_path / "four.gif").write_bytes(FOUR)
    with Image.open(tmp_path / "four.gif") as image:
        image.load()
    with pytest.raises(InputError, match=r"four\.gif is damaged or cut short"):
        shown(image)
    assert len(shown(image, "first")) == 1
    assert len(shown(image.copy())) == 1


# Which ones

FOUR = gif((4, 3), [GifFrame(filled(index)) for index in range(4)])


@pytest.mark.parametrize(
    ("frames", "indices"),
    [
        ("first", [0]),
        (1, [0]),
        (3, [2]),
        ("4", [3]),
        ("2-3", [1, 2]),
        ("1-1", [0]),
        ("all", [0, 1, 2, 3]),
    ],
)
def test_the_chosen_frames_are_read(frames: int | str, indices: list[int]) -> None:
    chosen = OPTIONS["frames"].read(frames)
    found = shown(FOUR, chosen)
    assert [frame[0, 0, :3].tolist() for frame in found] == [[*COLORS[at]] for at in indices]


@pytest.mark.parametrize(
    "frames", ["", "0", 0, -1, "3-2", "all-2", "1-2-3", "last", True, 1.5, None]
)
def test_other_frames_are_refused(frames: Any) -> None:
    with pytest.raises(OptionError, match="frames must be first, all, the number of a frame"):
        extract(FOUR, frames=frames)


@pytest.mark.parametrize(
    ("frames", "message"),
    [(5, "no frame 5: it has 4 frames"), ("3-9", "no frame 5: it has 4 frames")],
)
def test_a_frame_beyond_the_last_is_refused(frames: int | str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        extract(FOUR, frames=frames)


def test_a_still_picture_has_one_frame() -> None:
    still = filled(RED)
    assert shares(extract(still, frames="all")) == {RED: 1.0}
    assert shares(extract(still, frames=1)) == {RED: 1.0}
    with pytest.raises(InputError, match="The array has no frame 2: it has 1 frame"):
        extract(still, frames=2)


# Shares


def test_each_frame_counts_by_its_duration() -> None:
    delays = (3, 5, 30, 62)
    data = gif((4, 3), [GifFrame(filled(at), delay=delay) for at, delay in enumerate(delays)])
    found = shares(extract(data, frames="all"))
    assert found == {color: delay / 100 for color, delay in zip(COLORS, delays, strict=True)}


def test_durations_of_a_png_are_fractions() -> None:
    delays = [(1, 60), (1001, 30000), (3, 0)]
    colors = (RED, GREEN, BLUE)
    frames = [PngFrame(filled(c), delay=delay) for c, delay in zip(colors, delays, strict=True)]
    seconds = [Fraction(1, 60), Fraction(1001, 30000), Fraction(3, 100)]
    data = apng((4, 3), frames)
    assert durations(data) == [1000 * each for each in seconds]
    found = shares(extract(data, frames="all"))
    for color, each in zip(colors, seconds, strict=True):
        assert found[color] == pytest.approx(float(each / sum(seconds)), abs=1e-12)


def test_a_frame_of_at_most_10_milliseconds_counts_as_100() -> None:
    delays = (0, 1, 10, 2)
    data = gif((4, 3), [GifFrame(filled(at), delay=delay) for at, delay in enumerate(delays)])
    found = shares(extract(data, frames="all"))
    assert found == {RED: 10 / 32, GREEN: 10 / 32, BLUE: 10 / 32, WHITE: 2 / 32}


def test_a_transparent_frame_counts_nothing() -> None:
    data = gif((4, 3), [GifFrame(filled(3), clear=3), GifFrame(filled(1)), GifFrame(filled(2))])
    assert shares(extract(data, frames="all")) == {GREEN: 0.5, BLUE: 0.5}


def test_region_weight_and_order_hold_for_each_frame() -> None:
    left = np.zeros((16, 32), np.uint8)
    left[:, 16:] = 1
    data = gif((32, 16), [GifFrame(left, delay=10), GifFrame(left[:, ::-1] + 1, delay=30)])
    half = extract(data, frames="all", region="0,0,50%,100%", order="image")
    assert [swatch.color for swatch in half.swatches] == [BLUE, RED]
    assert shares(half) == {RED: 0.25, BLUE: 0.75}
    masked = extract(data, frames="all", weight=left.astype(bool))
    assert shares(masked) == {GREEN: 1.0}


def test_an_order_by_picture_is_that_of_all_frames() -> None:
    top = np.zeros((32, 32), np.uint8)
    top[16:] = 1
    data = gif((32, 32), [GifFrame(top), GifFrame(top + 2)])
    found = extract(data, frames="all", order="image")
    assert {swatch.color for swatch in found.swatches[:2]} == {RED, BLUE}
    assert {swatch.color for swatch in found.swatches[2:]} == {GREEN, WHITE}


def test_animations_together_count_the_same() -> None:
    long = gif((4, 3), [GifFrame(filled(0), delay=900), GifFrame(filled(1), delay=900)])
    short = gif((4, 3), [GifFrame(filled(2), delay=10)])
    found = shares(extract_together([long, short], frames="all"))
    assert found[BLUE] == pytest.approx(0.5, abs=1e-3)
    assert found[RED] == found[GREEN]


def test_color_tags_hold_for_each_frame_and_are_warned_of_once() -> None:
    from palette_engine.pictures.png_file import chunk_of

    frames = [PngFrame(filled((128, 64, 32))), PngFrame(filled((128, 64, 32)))]
    linear = apng((4, 3), frames, common=chunk_of(b"gAMA", (100_000).to_bytes(4, "big")))
    first, second = shown(linear)
    assert first[0, 0].tolist() == second[0, 0].tolist() == [188, 137, 99, 255]
    broken = apng((4, 3), frames, common=chunk_of(b"gAMA", bytes(4)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        shown(broken)
    assert len([each for each in caught if "gAMA" in str(each.message)]) == 1


def test_large_frames_share_the_samples() -> None:
    noise = np.random.default_rng(0).integers(0, 4, (400, 500), np.uint8)
    data = encoded_frames([noise * np.uint8(80), noise * np.uint8(70)] * 4, "PNG", duration=50)
    found = [len(pixels.rgb) for pixels in read_frames(data, "all", samples=100_000)]
    assert found == [12_500] * 8
    assert [len(pixels.rgb) for pixels in read_frames(data, "all", samples=800)] == [500] * 8


def test_sampled_frames_have_an_order_by_picture() -> None:
    top = np.zeros((300, 400), np.uint8)
    top[150:] = 1
    data = encoded_frames([top * np.uint8(90), top * np.uint8(200)] * 10, "PNG", duration=50)
    found = extract(data, frames="all", order="image")
    assert found.swatches[0].hex == "#000000"


# An empty first frame, and one of a single color


def sample(name: str) -> Path:
    return SAMPLES / f"animated-{name}.gif"


def test_an_empty_first_frame_is_told_with_the_others() -> None:
    with pytest.raises(
        InputError, match=r"first of its 3 frames.*--frames all.*frames=\"all\""
    ) as e:
        extract(sample("first-frame-empty"))
    assert e.value.reason is Reason.EMPTY_FRAME
    assert e.value.values == {"count": 3}
    found = shares(extract(sample("first-frame-empty"), frames="all"))
    assert found == {RED: 0.5, GREEN: 0.5}


def test_a_first_frame_of_one_color_is_told() -> None:
    with pytest.warns(PaletteWarning, match=r"only the first of 3 frames.*--frames all"):
        found = extract(sample("fades-in-from-black"))
    assert shares(found) == {(0, 0, 0): 1.0}
    found = extract(sample("fades-in-from-black"), frames="all")
    assert set(shares(found)) == {(0, 0, 0), RED, GREEN}


@pytest.mark.parametrize("frames", [1, "1-1", "all"])
def test_a_frame_that_was_chosen_is_not_told_of(frames: int | str) -> None:
    extract(sample("fades-in-from-black"), frames=frames)  # a warning fails the test


# Damage and limits


def test_frames_before_a_damaged_one_count() -> None:
    cut = FOUR[: FOUR.rindex(b",") + 14]
    with pytest.warns(PaletteWarning, match="damaged.*the 3 before it count"):
        found = extract(cut, frames="all")
    assert set(shares(found)) == {RED, GREEN, BLUE}
    with pytest.raises(InputError, match="damaged"):
        extract(cut, frames="all", damaged="refuse")
    with pytest.raises(InputError, match="damaged"):
        extract(cut, frames=4)


def test_a_png_without_all_of_its_frames_says_so() -> None:
    frames = [PngFrame(filled(color)) for color in (RED, GREEN)]
    data = apng((4, 3), frames, declared=5)
    with pytest.warns(PaletteWarning, match="has 2 of the 5 frames.*the 2 before it count"):
        assert set(shares(extract(data, frames="all"))) == {RED, GREEN}
    with pytest.raises(InputError, match="has 2 of the 5 frames"):
        extract(data, frames="all", damaged="refuse")
    with pytest.raises(InputError, match="has no frame 5: it has 2 frames"):
        extract(data, frames=5)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_that_is_cut_short_is_read_or_refused(kind: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (5, 20, 30, 3), np.uint8)
    data = encoded_frames(list(noise), kind, duration=50)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = [*read_frames(data[: int(part * len(data))], "all")]
        except InputError:
            return
    assert 0 < len(found) <= 5


def test_a_frame_of_a_png_that_does_not_fit_is_damage() -> None:
    frames = [PngFrame(filled(RED)), PngFrame(filled(GREEN), left=1)]
    with pytest.raises(InputError, match="does not fit"):
        extract(apng((4, 3), frames), frames=2)


def test_a_frame_that_is_larger_than_its_gif_is_not_decoded() -> None:
    data = bytearray(gif((4, 3), [GifFrame(filled(0)), GifFrame(filled(1))]))
    at = data.rindex(b",")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(InputError, match="65,535 x 65,535 pixels does not fit"):
        extract(bytes(data), frames=2)


def test_a_gif_with_a_huge_screen_is_refused() -> None:
    with pytest.raises(InputError, match="65,535 x 65,535 = 4,294,836,225 pixels"):
        extract(gif((65535, 65535), [GifFrame(filled(0))] * 2), frames="all")


@needs("webp")
def test_a_webp_with_a_huge_canvas_is_refused_before_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = bytearray(encoded_frames([filled(RED), filled(BLUE)], "WEBP", duration=50))
    data[24:30] = b"\xff\xff\xff\xff\0\0"
    monkeypatch.setattr(Image, "open", None)
    with pytest.raises(InputError, match="16,777,216 x 256 = 4,294,967,296 pixels"):
        extract(bytes(data), frames="all")


def test_too_many_frames_are_refused_before_one_is_decoded() -> None:
    data = gif((4, 3), [GifFrame(u8([[at % 4]])) for at in range(limits.MAX_FRAMES + 5)])
    with pytest.raises(InputError, match=r"more than 10,000 frames.*--frames 1-10000"):
        next(read_frames(data, "all"))
    assert len(shown(data, "9990-9995")) == 6
    assert shown(data, "first")[0].shape == (3, 4, 4)


def test_too_many_pixels_in_all_frames_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_WORK", 36)
    with pytest.raises(InputError, match=r"more than 3 frames of 4 x 3 pixels.*--frames 1-3"):
        extract(FOUR, frames="all")
    assert len(shown(FOUR, "2-3")) == 2


def test_the_memory_of_all_frames_is_checked() -> None:
    data = gif((2000, 2000), [GifFrame(filled(0))] * 2)
    with pytest.raises(InputError, match="takes 96 MB of memory"):
        extract(data, frames="all", max_memory=90)


def test_one_frame_is_in_memory_at_a_time() -> None:
    noise = np.random.default_rng(0).integers(0, 4, (300, 300), np.uint8)
    data = encoded_frames(
        [np.roll(noise, at) * np.uint8(60) for at in range(40)], "PNG", duration=50
    )
    tracemalloc.start()
    for _ in read_frames(data, "all"):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * 300 * 300


def test_pixels_of_a_picture_are_those_of_its_first_frame() -> None:
    pixels, (frame, *_) = read_pixels(FOUR), [*read_frames(FOUR, "all")]
    assert np.array_equal(pixels.rgb, frame.rgb)
    assert pixels.duration == frame.duration == 100


def test_a_frame_of_a_gif_may_be_empty_or_larger_than_the_screen() -> None:
    empty = GifFrame(np.zeros((0, 0), np.uint8), left=1, top=1)
    large = GifFrame(np.full((10, 10), 1, np.uint8))
    found = shown(gif((4, 3), [GifFrame(filled(0)), empty, large, GifFrame(filled(2))]))
    values = [0, 0, 1, 2]
    assert len(found) == len(values)
    for frame, value in zip(found, values, strict=True):
        assert np.array_equal(frame, opaque(filled(value)))


def test_a_gif_without_an_end_may_lack_frames() -> None:
    cut = FOUR[: FOUR.rindex(b"!\xf9")]
    for data in (cut, cut + FOUR[len(cut) : len(cut) + 5]):
        with pytest.warns(PaletteWarning, match="its frames have no end; the 3"):
            extract(data, frames="all")
        with pytest.raises(InputError, match="its frames have no end"):
            extract(data, frames="all", damaged="refuse")


def test_a_tiff_that_ends_before_a_page_is_not_whole() -> None:
    file = io.BytesIO()
    pages = [Image.new("RGB", (30, 20), color) for color in ("red", "green", "blue")]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    data = file.getvalue()
    for end in range(len(data) - 400, len(data), 20):
        with pytest.warns(PaletteWarning, match="before it count"):
            extract(data[:end], frames="all")
        with pytest.raises(InputError):
            extract(data[:end], frames="all", damaged="refuse")


def test_a_png_of_many_frames_is_read() -> None:
    frames = [PngFrame(np.full((1, 1, 4), 255, np.uint8), delay=(1, 10)) for _ in range(6000)]
    assert count_frames(apng((1, 1), frames)).frames == 6000


def test_zeros_between_frames_are_skipped_at_once() -> None:
    data = FOUR[:-1] + bytes(20_000_000) + b";"
    assert count_frames(data).frames == 4


def test_a_closed_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "four.gif"
    path.write_bytes(FOUR)
    image = Image.open(path)
    image.close()
    for frames in ("first", "all", 1):
        with pytest.raises(InputError):
            extract(image, frames=frames)
