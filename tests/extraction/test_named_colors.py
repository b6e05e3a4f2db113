"""The colors that a person would name, whatever has smeared them."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.extraction.summary import Summary
from palette_engine.palette.value import Palette
from palette_engine.pictures.reading import Source, read_pixels
from tests.measures import differences, shares
from tests.named_pictures import LIGHTS, SMOOTHINGS, NamedPicture, card, jpeg, lines, text
from tests.sample_pictures import bundled, noise, sky

BLACK, WHITE, NAVY, CREAM = (0, 0, 0), (255, 255, 255), (20, 40, 110), (250, 240, 215)


def summary_of(source: Source) -> Summary:
    return Summary.of(read_pixels(source))


def named(source: Source) -> dict[tuple[int, ...], float]:
    """Return the named colors of a picture, each with its share of the area."""
    summary = summary_of(source)
    points = summary.sharpened.named.points
    total = summary.histogram.total
    return {
        tuple(color): area / total
        for color, area in zip(points.real.tolist(), points.area.tolist(), strict=True)
    }


def farthest(picture: NamedPicture, palette: Palette) -> float:
    """Return the largest ΔE2000 from a named color to its nearest swatch."""
    swatches = [swatch.color for swatch in palette.swatches]
    return float(differences(list(picture.colors), swatches).min(axis=1).max())


# Cards


@pytest.mark.parametrize("seed", range(10))
def test_a_heading_keeps_its_exact_color(seed: int) -> None:
    picture = card(seed)
    for colors in (4, "auto"):
        assert {*shares(extract(picture.rgb, colors=colors))} == {*picture.colors}


@pytest.mark.parametrize("quality", [95, 85, 75, 60])
@pytest.mark.parametrize("seed", range(9))
def test_a_heading_in_a_jpeg_has_a_swatch_in_its_own_color(seed: int, quality: int) -> None:
    picture = card(seed)
    data = jpeg(picture.rgb, quality)
    for colors in (4, "auto"):
        palette = extract(data, colors=colors)
        assert len(palette.swatches) == 4
        assert farthest(picture, palette) <= 3


@pytest.mark.parametrize("size", [24, 40])
@pytest.mark.parametrize("seed", [0, 2, 3, 5, 8])
def test_a_small_heading_in_a_jpeg_does(seed: int, size: int) -> None:
    picture = card(seed, size)
    assert farthest(picture, extract(jpeg(picture.rgb, 85), colors=4)) <= 3


def test_a_large_picture_is_sampled_and_keeps_its_heading() -> None:
    picture = card(2)
    large = np.asarray(picture.rgb).repeat(4, axis=0).repeat(4, axis=1)
    palette = extract(jpeg(large, 85), colors="auto")
    assert len(palette.swatches) == 4
    assert farthest(picture, palette) <= 3


def test_lettering_on_nothing_is_one_color() -> None:
    alpha = np.asarray(text(24, WHITE, BLACK, "16").rgb)[..., 0]
    layer = np.dstack([np.full((*alpha.shape, 3), NAVY, np.uint8), alpha])
    assert {*shares(extract(layer, colors="auto"))} == {NAVY}


def test_an_ignored_color_has_no_swatch_and_the_others_do() -> None:
    picture = card(0)
    code = "#{:02x}{:02x}{:02x}".format(*picture.colors[1])
    found = shares(extract(jpeg(picture.rgb, 85), colors=3, ignore=[code]))
    assert differences([picture.colors[1]], [*found]).min() > 5
    for color in (picture.colors[0], picture.colors[2]):
        assert differences([color], [*found]).min() <= 3


def test_auto_has_at_least_as_many_swatches_as_its_bounds_say() -> None:
    assert len(extract(card(0).rgb, colors="6-9").swatches) == 6


def test_fewer_swatches_than_named_colors_are_the_best_ones() -> None:
    picture = card(0)
    assert {*shares(extract(picture.rgb, colors=2))} == {picture.colors[0], picture.colors[1]}


def test_a_real_swatch_is_a_color_of_the_file() -> None:
    data = jpeg(card(1).rgb, 75)
    pixels = {tuple(color) for color in read_pixels(data).rgb.tolist()}
    assert {*shares(extract(data, colors=4, swatch="real"))} <= pixels


def test_a_palette_has_as_many_swatches_as_asked_for_although_codecs_leave_no_ink() -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        ground, *inks = (tuple(color) for color in rng.integers(0, 256, (6, 3)).tolist())
        image = Image.new("RGB", (256, 192), ground)
        for number, ink in enumerate(inks):
            place = (8, 8 + 36 * number)
            ImageDraw.Draw(image).text(place, "Hamburg fonts", ink, ImageFont.load_default(14))
        data = jpeg(np.asarray(image), 75)
        for colors, count in ((6, 6), (10, 10), ("6-12", 6)):
            assert len(extract(data, colors=colors).swatches) >= count


def test_stripes_of_an_equally_bright_mixture_are_a_color() -> None:
    picture = np.full((400, 400, 3), 120, np.uint8)
    picture[200:] = (246, 59, 102)
    for top in range(0, 400, 62):
        picture[top : top + 12] = (183, 90, 111)
    assert len(extract(picture, colors="auto").swatches) == 3


def test_the_mean_of_lettering_is_a_mean() -> None:
    picture = text(24, NAVY, CREAM, "256")
    found = [*shares(extract(picture.rgb, colors=2, swatch="mean"))]
    assert differences([NAVY, CREAM], found).min(axis=1).min() > 0.2


# Edges


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize(("ink", "paper"), [(BLACK, WHITE), (WHITE, BLACK), (NAVY, CREAM)])
def test_smooth_lines_are_two_colors(
    smoothing: str, width: int, ink: tuple[int, int, int], paper: tuple[int, int, int]
) -> None:
    picture = lines(width, ink, paper, smoothing)
    palette = extract(picture.rgb, colors="auto")
    assert len(palette.swatches) == 2
    assert farthest(picture, palette) <= 3


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("size", [9, 12, 24, 48])
def test_smooth_text_is_two_colors(smoothing: str, size: int) -> None:
    picture = text(size, NAVY, CREAM, smoothing)
    palette = extract(picture.rgb, colors="auto")
    assert len(palette.swatches) == 2
    # Smoothed over subpixels, the thin strokes of 9 pixels reach their color nowhere.
    assert farthest(picture, palette) <= (5 if size < 12 else 1)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("size", [9, 16, 36])
def test_smooth_text_in_a_jpeg_is_two_colors(smoothing: str, size: int) -> None:
    picture = text(size, BLACK, WHITE, smoothing)
    assert len(extract(jpeg(picture.rgb, 85), colors="auto").swatches) == 2


def test_a_gray_thing_between_black_and_white_is_a_color() -> None:
    picture = np.array(lines(2, BLACK, WHITE, "16").rgb)
    picture[:60, :60] = 128
    assert {*shares(extract(picture, colors="auto"))} == {BLACK, WHITE, (128, 128, 128)}


def test_mixtures_are_counted_as_what_they_are_of() -> None:
    found = named(text(24, BLACK, WHITE, "256").rgb)
    assert {*found} == {BLACK, WHITE}
    mask = np.asarray(text(24, BLACK, WHITE, "256").rgb) / 255
    assert found[BLACK] == pytest.approx(1 - mask.mean(), abs=0.002)


# Lights


@pytest.mark.parametrize("name", LIGHTS)
def test_lights_in_the_dark_are_in_the_palette(name: str) -> None:
    picture = LIGHTS[name]()
    for colors in (10, "auto"):
        assert farthest(picture, extract(picture.rgb, colors=colors)) <= 10


@pytest.mark.parametrize("name", ["3 discs of 0.05%", "6 discs of 1.00%", "neon", "candle"])
def test_lights_in_a_jpeg_are(name: str) -> None:
    picture = LIGHTS[name]()
    assert farthest(picture, extract(jpeg(picture.rgb, 75), colors="auto")) <= 10


@pytest.mark.parametrize("name", LIGHTS)
def test_no_two_swatches_look_the_same_while_a_color_has_none(name: str) -> None:
    picture = LIGHTS[name]().rgb
    swatches = [swatch.color for swatch in extract(picture).swatches]
    apart = differences(swatches, swatches)
    np.fill_diagonal(apart, np.inf)
    cells, counts = np.unique(picture.reshape(-1, 3) // 12, axis=0, return_counts=True)
    large = cells[counts >= 0.0005 * counts.sum()] * 12 + 6
    lost = differences([tuple(color) for color in large.tolist()], swatches).min(axis=1) > 8
    assert apart.min() > 2 or not lost.any()


# What has no named colors


@pytest.mark.parametrize(
    "picture",
    [
        bundled("astronaut"),
        bundled("coffee"),
        noise(1, 90, 90),
        sky(2),
        np.linspace(0, 255, 90000).astype(np.uint8).reshape(300, 300),
        np.zeros((4, 4, 4), np.uint8) + np.uint8(9),
    ],
    ids=["astronaut", "coffee", "noise", "sky", "gradient", "tiny"],
)
def test_photographs_noise_and_gradients_are_not_drawn(picture: NDArray[np.uint8]) -> None:
    assert len(named(picture)) <= 1


def test_a_plain_picture_has_one_named_color() -> None:
    assert named(np.full((90, 90, 3), NAVY, np.uint8)) == {NAVY: 1.0}


# Sums


def test_named_colors_are_the_same_in_any_order_and_grouping() -> None:
    parts = [summary_of(card(seed).rgb) for seed in range(3)]
    parts.append(summary_of(bundled("coffee")))
    forward = reduce(add, parts).sharpened
    for other in (
        reduce(add, parts[::-1]).sharpened,
        (parts[1] + (parts[3] + parts[0]) + parts[2]).sharpened,
    ):
        for one, two in ((forward.named, other.named), (forward.rest, other.rest)):
            assert one.keys.tolist() == two.keys.tolist()
            assert one.sums.tolist() == two.sums.tolist()


def test_headings_of_several_pictures_are_all_in_their_palette() -> None:
    cards = [card(seed) for seed in (0, 2)]
    found = [*shares(extract_together([picture.rgb for picture in cards], colors=8))]
    assert (
        differences([color for picture in cards for color in picture.colors], found).min(1).max()
        <= 3
    )
