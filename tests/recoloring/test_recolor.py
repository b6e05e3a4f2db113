"""Pictures in the colors of a palette: guarantees, dithering, and files."""

from __future__ import annotations

import io
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from PIL import Image, ImageOps

from palette_engine.color.cielab import Lab, compress_chroma, lab_of
from palette_engine.color.codes import codes_at, codes_of, colors_of, places_of
from palette_engine.errors import InputError, OptionError, OutputError
from palette_engine.extraction.nearest import nearest
from palette_engine.options import DITHER, OPTIONS, READING
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.reading import Source
from palette_engine.recoloring.dithering import METHODS
from palette_engine.recoloring.error_diffusion import spread_of
from palette_engine.recoloring.gamut import nearest_in_hull
from palette_engine.recoloring.image_files import WRITERS, dumps
from palette_engine.recoloring.mixing import FULL, LIGHT, MAX_TONES, ORIGIN, Mixer, Tones
from palette_engine.recoloring.ordered_dithering import CANDIDATES
from palette_engine.recoloring.raster import Picture, image_of
from palette_engine.recoloring.recolor import DITHERS, MAX_COLORS, recolor
from tests import icc
from tests.sample_pictures import BROWN, encoded, noise, solid, tiff, u8, u16

dithers = st.sampled_from(DITHERS)
every_dither = pytest.mark.parametrize("dither", DITHERS)
channels = st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 100, 101, 254, 255]))
colors = st.tuples(channels, channels, channels)
pictures = npst.arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)), elements=channels
)

SIX = ["#000000", "#ffffff", "#c83232", "#3264c8", "#e6c85a", "#808080"]


def palette(*swatches: tuple[int, int, int] | str) -> Palette:
    rgb = (bytes.fromhex(s[1:]) if isinstance(s, str) else s for s in swatches)
    return Palette(tuple(Swatch((red, green, blue)) for red, green, blue in rgb))


palettes = st.lists(colors, min_size=1, max_size=8).map(lambda found: palette(*found))


def rgb_of(chosen: Palette) -> NDArray[np.uint8]:
    return u8([swatch.color for swatch in chosen.swatches])


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Return an image as RGBA, `(h, w, 4)`."""
    return np.asarray(image.convert("RGBA"))


def spread_colors(count: int, step: int = 9001) -> NDArray[np.uint8]:
    """Return different colors at equal distances on Morton's curve, `(count, 3)`."""
    return colors_of(codes_at(np.arange(count, dtype=np.uint32) * np.uint32(step)))


def colors_in(image: Image.Image) -> set[tuple[int, ...]]:
    return {tuple(color) for color in pixels(image)[..., :3].reshape(-1, 3).tolist()}


# Guarantees


@given(pictures, palettes, dithers)
def test_only_colors_of_the_palette_appear(
    picture: NDArray[np.uint8], chosen: Palette, dither: str
) -> None:
    assert colors_in(recolor(picture, chosen, dither)) <= {s.color for s in chosen.swatches}


@given(pictures, palettes, dithers)
def test_size_and_alpha_stay(picture: NDArray[np.uint8], chosen: Palette, dither: str) -> None:
    assert np.array_equal(pixels(recolor(picture, chosen, dither))[..., 3], picture[..., 3])


@given(pictures, palettes, dithers, dithers)
def test_a_picture_in_the_palettes_colors_is_not_changed(
    picture: NDArray[np.uint8], chosen: Palette, first: str, dither: str
) -> None:
    once = pixels(recolor(picture, chosen, first))
    assert np.array_equal(pixels(recolor(once, chosen, dither)), once)


def distances(lab: Lab, swatches: Lab) -> NDArray[np.float64]:
    """Return the squared distance from each color to each swatch, as recoloring defines it."""
    left, right = compress_chroma(lab), compress_chroma(swatches)
    squares = (left[:, np.newaxis] - right) ** 2
    chroma = squares[..., 1] + squares[..., 2]
    distance: NDArray[np.float64] = squares[..., 0] + chroma * (0.16 + ((chroma / 50**2) ** 2) ** 2)
    return distance


@given(pictures, palettes)
def test_each_pixel_gets_the_nearest_swatch_and_of_equals_the_first(
    picture: NDArray[np.uint8], chosen: Palette
) -> None:
    lab, swatches = lab_of(picture[..., :3].reshape(-1, 3)), lab_of(rgb_of(chosen))
    expected = distances(lab, swatches).argmin(axis=1).reshape(picture.shape[:2])
    index = METHODS["none"](rgb_of(chosen))(read(picture), lambda _: None)
    assert np.array_equal(index, expected)


@pytest.mark.parametrize("count", [3, 256, 300])
def test_the_nearest_of_many_swatches_to_many_colors_is_exact(count: int) -> None:
    swatches = lab_of(noise(0, count))
    lab = lab_of(noise(1, 6000))
    lab = lab[np.lexsort(lab.T)]  # sorted, so that a chunk holds similar colors
    assert np.array_equal(nearest(lab, swatches), distances(lab, swatches).argmin(axis=1))


def test_of_equal_swatches_the_first_is_taken() -> None:
    chosen = palette("#ffffff", "#c86432", "#c86432")
    for dither in DITHERS:
        assert np.asarray(recolor(solid(), chosen, dither)).tolist() == [[1] * 16] * 8


def test_colors_codes_and_places_are_each_others_inverse_and_near_places_near_colors() -> None:
    rgb = noise(0, 5000)
    codes = codes_of(rgb)
    assert np.array_equal(codes, rgb.astype(np.uint32) @ np.array([1, 2**8, 2**16], np.uint32))
    assert np.array_equal(colors_of(codes), rgb)
    assert np.array_equal(codes_at(places_of(codes)), codes)
    cell = colors_of(codes_at(np.arange(64, dtype=np.uint32)))
    assert cell.max() == 3
    assert len(np.unique(cell, axis=0)) == 64


def test_codes_are_of_any_number_of_colors_in_any_order_of_memory() -> None:
    for count in range(4):
        assert len(codes_of(noise(0, count))) == count
    rgb = noise(0, 9)
    assert codes_of(rgb[::-2]).tolist() == codes_of(rgb)[::-2].tolist()


def read(source: Source) -> Picture:
    return Picture.read(source, 10**8)


# Dithering


@pytest.mark.parametrize("dither", ["floyd-steinberg", "ordered"])
@pytest.mark.parametrize("level", [10, 60, 128, 188, 230, 250])
def test_from_afar_a_gray_has_the_light_it_had(dither: str, level: int) -> None:
    picture = np.full((96, 96), level, np.uint8)
    image = recolor(picture, palette("#ffffff", "#000000"), dither)
    light = LIGHT[pixels(image)[..., 0]].mean() / FULL
    assert light == pytest.approx(LIGHT[level] / FULL, abs=1 / CANDIDATES)


@pytest.mark.parametrize("dither", ["floyd-steinberg", "ordered"])
def test_from_afar_a_ramp_is_a_ramp(dither: str) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
    image = recolor(ramp, palette("#000000", "#606060", "#ffffff"), dither)
    light, expected = LIGHT[pixels(image)[..., 0]], LIGHT[ramp]
    for left in range(0, 256, 16):
        part = slice(left, left + 16)
        assert light[:, part].mean() == pytest.approx(expected[:, part].mean(), abs=0.03 * FULL)


def test_dithering_comes_nearer_to_a_photo_seen_from_afar(photo: NDArray[np.uint8]) -> None:
    def far(image: NDArray[np.uint8]) -> NDArray[np.float64]:
        light: NDArray[np.float64] = LIGHT[image].reshape(64, 8, 64, 8, 3).mean(axis=(1, 3))
        return light / FULL

    chosen = palette(*SIX)
    error = {
        dither: np.square(far(pixels(recolor(photo, chosen, dither))[..., :3]) - far(photo)).mean()
        for dither in DITHERS
    }
    assert error["floyd-steinberg"] < 0.5 * error["none"]
    assert error["ordered"] < 0.5 * error["none"]


def test_what_cannot_be_mixed_brings_no_wrong_color() -> None:
    # An orange lighter than the palette's: its errors must not add up to green or blue.
    picture = np.tile(u8([[231, 124, 82]]), (200, 200, 1))
    chosen = palette("#e1714d", "#81663f", "#dbd2d0", "#3e2560", "#000000")
    assert "#81663f" not in {
        "#{:02x}{:02x}{:02x}".format(*color)
        for dither in DITHERS
        for color in colors_in(recolor(picture, chosen, dither))
    }


def by_the_book(picture: Picture, swatches: NDArray[np.uint8]) -> list[list[int]]:
    """Return Floyd and Steinberg's dithering, computed pixel by pixel."""
    height, width = picture.alpha.shape
    mixer, tones = Mixer.of(swatches), Tones.of(picture, swatches)
    spread = spread_of(swatches)
    carried = np.zeros((height + 1, width + 2, 3), np.int64)
    index = [[0] * width for _ in range(height)]
    for y in range(height):
        for x in range(width):
            tone = tones.by_code[codes_of(picture.rgb[y, x : x + 1])[0]]
            light = (tones.light[tone] - ORIGIN)[:3] + (carried[y, x + 1] + 8 >> 4)
            wanted = np.append(light, 0)[np.newaxis] + ORIGIN
            chosen = int(mixer.nearest(wanted)[0])
            index[y][x] = chosen
            error = np.clip(light - LIGHT[swatches[chosen]], -FULL, FULL) * spread[chosen] >> 8
            if picture.alpha[y, x]:
                carried[y, x + 2] += 7 * error
                carried[y + 1, x] += 3 * error
                carried[y + 1, x + 1] += 5 * error
                carried[y + 1, x + 2] += error
    return index


SIZES = [(1, 1), (1, 2), (2, 1), (1, 9), (9, 1), (2, 2), (2, 3), (3, 2), (3, 3), (7, 2), (2, 7)]


@pytest.mark.parametrize("size", [*SIZES, (5, 11), (11, 5)], ids=str)
@pytest.mark.parametrize("clear", [0, 0.3], ids=["opaque", "with holes"])
def test_floyd_steinberg_is_as_by_the_book(size: tuple[int, int], clear: float) -> None:
    random = np.random.default_rng(size)
    for seed in range(5):
        alpha = np.where(random.random(size) < clear, 0, 200).astype(np.uint8)
        picture = Picture(noise(seed, *size), alpha)
        swatches = noise(seed + 100, 4)
        index = METHODS["floyd-steinberg"](swatches)(picture, lambda _: None)
        assert index.tolist() == by_the_book(picture, swatches)


def test_swatches_far_apart_pass_on_all_of_their_errors() -> None:
    sparse = u8([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 0, 255]])
    assert spread_of(sparse).tolist() == [256] * 4
    # L* rises by 0.35 a level, so that the third neighbor is at most 1.1 away.
    grays = np.repeat(np.arange(100, 140, dtype=np.uint8), 3).reshape(-1, 3)
    assert spread_of(grays).tolist() == [224] * 40
    assert spread_of(sparse[:1]).tolist() == [224]


@pytest.mark.parametrize("level", [101, 107, 113, 118, 125, 131])
def test_in_a_dense_palette_the_mean_color_stays_too_near_to_see_a_change(level: int) -> None:
    picture = np.full((64, 64, 3), level, np.uint8)
    chosen = palette("#606060", "#707070", "#808080", "#909090")
    light = LIGHT[pixels(recolor(picture, chosen, "floyd-steinberg"))[..., :3]].mean(axis=(0, 1))
    mean = np.searchsorted(LIGHT, light)[np.newaxis]
    assert abs(lab_of(mean) - lab_of(picture[:1, 0]))[0, 0] < 1


def test_clear_pixels_spread_no_error() -> None:
    # Right of a clear column, the result is that of a picture that begins there.
    gray = np.full((12, 20, 4), (120, 120, 120, 255), np.uint8)
    gray[:, 9, 3] = 0
    gray[:, 9, :3] = 255
    chosen = palette("#000000", "#ffffff")
    whole = pixels(recolor(gray, chosen, "floyd-steinberg"))
    part = pixels(recolor(gray[:, 10:], chosen, "floyd-steinberg"))
    assert np.array_equal(whole[:, 10:], part)


@pytest.mark.slow
def test_more_colors_than_can_be_told_apart_are_dithered_by_cells() -> None:
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (640, 640, 3), np.uint8)
    chosen = palette(*SIX)
    picture[0] = BROWN
    picture[0, ::2] = rgb_of(chosen)[2]
    tones = Tones.of(read(picture), rgb_of(chosen))
    assert len(tones.light) <= MAX_TONES + len(SIX)
    for dither in ("floyd-steinberg", "ordered"):
        light = LIGHT[pixels(recolor(picture, chosen, dither))[..., :3]].mean(axis=(0, 1))
        assert light == pytest.approx(LIGHT[picture].mean(axis=(0, 1)), rel=0.25)
    ordered = pixels(recolor(picture, chosen, "ordered"))
    assert (ordered[0, ::2, :3] == rgb_of(chosen)[2]).all()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 40])
def test_light_moves_to_the_nearest_point_of_the_hull(count: int) -> None:
    from scipy.optimize import nnls

    random = np.random.default_rng(count)
    corners = random.integers(0, FULL + 1, (3, count)).astype(np.int32)
    points = random.integers(0, FULL + 1, (3, 60)).astype(np.int32)
    moved = nearest_in_hull(points, corners)
    for point, nearest_point in zip(points.T / FULL, moved.T, strict=True):
        # The weights of the corners in the nearest mixture; they sum to 1.
        parts, _ = nnls(np.vstack([corners / FULL, np.full(count, 1e4)]), np.append(point, 1e4))
        assert np.linalg.norm(corners @ parts - nearest_point) < 16
    assert np.array_equal(nearest_in_hull(corners, corners), corners) or count < 4


def test_gray_palettes_have_a_hull() -> None:
    corners = np.repeat(LIGHT[[0, 100, 255]][np.newaxis], 3, axis=0)
    moved = nearest_in_hull(LIGHT[u8([[255], [0], [0]])], corners)
    assert np.ptp(moved) <= 16


# Pictures of every kind


@every_dither
@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_the_result_is_turned_as_the_picture_is_shown(kind: str, turn: int, dither: str) -> None:
    image = Image.fromarray(noise(3, 5, 8))
    exif = Image.Exif()
    exif[274] = turn
    shown = image.copy()
    shown.info["exif"] = exif.tobytes()
    shown = ImageOps.exif_transpose(shown)
    result = recolor(encoded(image, kind, exif=exif), palette(*SIX), dither)
    assert np.array_equal(pixels(result), pixels(recolor(shown, palette(*SIX), dither)))
    assert 274 not in result.getexif()


KINDS: dict[str, Callable[[], Any]] = {
    "gray": lambda: solid("L", 100),
    "1 bit": lambda: solid("1", 1),
    "indexed": lambda: encoded(solid().quantize(2), "PNG"),
    "gray and alpha": lambda: solid("LA", (100, 50)),
    "RGBA": lambda: encoded(solid("RGBA", (*BROWN, 50)), "PNG"),
    "CMYK": lambda: encoded(solid("CMYK", (0, 200, 0, 0)), "JPEG"),
    "16-bit gray": lambda: encoded(Image.fromarray(np.full((8, 16), 25_700, np.uint16)), "PNG"),
    "16-bit color": lambda: tiff(np.tile(u16([BROWN]) * 257, (8, 16, 1)), photometric="rgb"),
    "float": lambda: tiff(np.full((8, 16, 3), 0.4, np.float32), photometric="rgb"),
    "Display P3": lambda: encoded(solid(), "PNG", icc_profile=icc.DISPLAY_P3),
    "animated": lambda: encoded(
        solid("P", 0), "GIF", save_all=True, append_images=[solid("P", 200)]
    ),
    "array": lambda: np.full((8, 16, 3), 100, np.uint8),
}


@every_dither
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_is_recolored(kind: str, dither: str) -> None:
    image = recolor(KINDS[kind](), palette(*SIX), dither)
    assert image.size == (16, 8)
    assert colors_in(image) <= {s.color for s in palette(*SIX).swatches}


def test_colors_are_compared_as_they_are_shown() -> None:
    data = encoded(solid(), "PNG", icc_profile=icc.DISPLAY_P3)
    chosen = palette(BROWN, (215, 93, 31))
    assert colors_in(recolor(data, chosen)) == {(215, 93, 31)}


def test_a_picture_of_more_pixels_than_are_sampled_is_recolored_whole() -> None:
    picture = np.zeros((1201, 1003, 3), np.uint8)
    picture[::2] = 255
    image = recolor(picture, palette("#0a0a0a", "#f0f0f0"))
    assert np.array_equal(np.asarray(image), picture[..., 0] // 255)


# The result and its files


def test_an_opaque_picture_is_indexed_in_the_palettes_order() -> None:
    chosen = palette(*SIX)
    image = recolor(noise(0, 20, 30), chosen)
    assert image.mode == "P"
    assert image.getpalette() == rgb_of(chosen).reshape(-1).tolist()
    assert "transparency" not in image.info


@pytest.mark.slow
@pytest.mark.parametrize("count", [256, 257, 5000])
@every_dither
def test_a_large_palette_works_too(count: int, dither: str) -> None:
    chosen = palette(*map(tuple, spread_colors(count, 3001).tolist()))
    picture = noise(0, 40, 40)
    image = recolor(picture, chosen, dither)
    assert image.mode == ("P" if count == 256 else "RGB")
    assert colors_in(image) <= {s.color for s in chosen.swatches}


def with_alpha(levels: int) -> NDArray[np.uint8]:
    """Return noise whose alpha has a number of levels, 0 and 255 among them."""
    alpha = np.linspace(0, 255, levels).round().astype(np.uint8)
    return np.dstack([noise(0, 64, 64), np.random.default_rng(1).choice(alpha, (64, 64))])


@pytest.mark.parametrize(("levels", "mode"), [(2, "P"), (20, "P"), (200, "RGBA")])
def test_with_alpha_it_is_indexed_as_long_as_256_entries_are_enough(levels: int, mode: str) -> None:
    image = recolor(with_alpha(levels), palette(*SIX))
    assert image.mode == mode
    if mode == "P":
        assert (image.getpalette() or [])[:18] == rgb_of(palette(*SIX)).reshape(-1).tolist()
        assert [*image.info["transparency"][:6]] == [255] * 6


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("levels", [0, 2, 20, 200])
def test_a_file_has_the_same_pixels_or_is_refused(suffix: str, levels: int) -> None:
    picture = with_alpha(levels) if levels else noise(0, 9, 13)
    image = recolor(picture, palette(*SIX))
    if (suffix == ".bmp" and levels) or (suffix == ".gif" and levels > 2):
        with pytest.raises(OutputError, match=r"write a \.png"):
            dumps(image, suffix)
        return
    again, expected = pixels(Image.open(io.BytesIO(dumps(image, suffix)))), pixels(image)
    assert np.array_equal(again[..., 3], expected[..., 3])
    seen = expected[..., 3] > 0 if suffix == ".gif" else np.ones(again.shape[:2], bool)
    assert np.array_equal(again[seen], expected[seen])


@pytest.mark.parametrize(
    ("count", "bits"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)]
)
def test_a_png_has_the_palette_in_order_the_least_depth_and_says_it_is_srgb(
    count: int, bits: int
) -> None:
    chosen = palette(*map(tuple, spread_colors(count).tolist()))
    picture = noise(0, 20, 30)
    data = dumps(recolor(picture, chosen), ".png")
    assert (data[24], data[25]) == (bits, 3)  # depth and color type, indexed
    assert b"sRGB\x01" in data
    again = Image.open(io.BytesIO(data))
    assert (again.getpalette() or [])[: 3 * count] == rgb_of(chosen).reshape(-1).tolist()
    assert np.array_equal(pixels(again), pixels(recolor(picture, chosen)))


def test_a_gif_has_255_colors_beside_the_transparent_one() -> None:
    index = np.arange(256, dtype=np.uint8)[np.newaxis]
    alpha = np.where(index == 7, 0, 255).astype(np.uint8)
    rgb = spread_colors(256)
    with pytest.raises(OutputError, match="256 colors"):
        dumps(image_of(index, alpha, rgb), ".gif")
    again = Image.open(
        io.BytesIO(dumps(image_of(index[:, :255], alpha[:, :255], rgb[:255]), ".gif"))
    )
    assert pixels(again)[0, :, 3].tolist() == alpha[0, :255].tolist()


def test_a_picture_too_wide_for_a_file_is_refused() -> None:
    image = recolor(np.zeros((1, 20_000), np.uint8), palette("#000000"))
    with pytest.raises(OutputError, match=r"A \.webp file cannot hold this picture"):
        dumps(image, ".webp")


# What goes wrong


def test_another_dither_is_refused() -> None:
    with pytest.raises(OptionError, match="dither must be none, floyd-steinberg or ordered"):
        recolor(solid(), palette(*SIX), "bayer")


def test_a_palette_that_would_take_minutes_is_refused() -> None:
    many = palette(*[(n % 256, n // 256, 0) for n in range(MAX_COLORS + 1)])
    with pytest.raises(
        InputError, match="has 8,193 colors; a picture is recolored with up to 8,192"
    ):
        recolor(solid(), many)


def test_an_empty_palette_is_refused() -> None:
    with pytest.raises(InputError, match="The palette has no colors"):
        recolor(solid(), palette())


def test_what_is_no_picture_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        recolor(tmp_path / "missing.png", palette(*SIX))
    with pytest.raises(InputError, match="--max-pixels"):
        recolor(solid(), palette(*SIX), max_pixels=127)


def test_every_dither_has_a_method() -> None:
    assert tuple(METHODS) == DITHERS


@every_dither
def test_progress_rises_to_one(dither: str) -> None:
    fractions: list[float] = []
    recolor(noise(0, 300, 300), palette(*SIX), dither, progress=fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert min(fractions) >= 0


def test_every_option_of_recoloring_is_a_keyword_with_the_default_of_its_row() -> None:
    parameters = signature(recolor).parameters
    defaults = {name: parameters[name].default for name in (DITHER.name, *READING)}
    assert defaults == {
        DITHER.name: DITHER.default,
        **{name: OPTIONS[name].default for name in READING},
    }
    assert all(f"`{name}`" in str(recolor.__doc__) for name in defaults)
