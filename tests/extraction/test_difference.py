"""How far a picture's colors are from their swatches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.color.cielab import compress_chroma, delta_e, lab_of
from palette_engine.extraction.difference import QUANTILES, difference_of, mean_difference
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.nearest import nearest
from palette_engine.extraction.pipeline import extract
from palette_engine.palette.value import Difference, Palette
from palette_engine.pictures.reading import read_pixels
from tests.measures import difference, differences
from tests.sample_pictures import BROWN, blocks, bundled, noise, stripes, u8

BLACK, GRAY, WHITE = (0, 0, 0), (119, 119, 119), (255, 255, 255)


def reported(palette: Palette) -> Difference:
    assert palette.difference is not None
    return palette.difference


def percentile(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the least value that 95 % of the weight does not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][reached >= 0.95 - 1e-12][0])


@pytest.mark.parametrize("colors", [2, 5])
def test_what_is_shown_exactly_does_not_differ(colors: int) -> None:
    assert reported(extract(blocks((BROWN, 3), (WHITE, 1)), colors=colors)) == Difference(0, 0)


@pytest.mark.parametrize(
    ("black", "white"), [(50, 50), (96, 4), (4, 96), (95, 5), (5, 95), (94, 6), (999, 1)]
)
def test_two_colors_with_one_swatch_have_their_known_difference(black: int, white: int) -> None:
    palette = extract(blocks((BLACK, black), (WHITE, white)), colors=1, swatch="mean")
    (swatch,) = palette.swatches
    to_black, to_white = difference(swatch.color, BLACK), difference(swatch.color, WHITE)
    mean = (black * to_black + white * to_white) / (black + white)
    assert reported(palette).mean == pytest.approx(mean, abs=1e-3)
    near, far = sorted([(to_black, black), (to_white, white)])
    p95 = near[0] if near[1] / (black + white) >= 0.95 else far[0]
    assert reported(palette).p95 == pytest.approx(p95, abs=1e-3)


def test_a_dominant_color_shown_exactly_leaves_the_difference_to_the_rest() -> None:
    palette = extract(blocks((BROWN, 97), (WHITE, 3)), colors=1)
    assert reported(palette).mean == pytest.approx(0.03 * difference(BROWN, WHITE), abs=1e-3)
    assert reported(palette).p95 == 0


@given(st.integers(0, 999), st.integers(1, 6))
def test_up_to_thousands_of_colors_it_is_the_weighted_mean_and_percentile(
    seed: int, colors: int
) -> None:
    points = Histogram.of(read_pixels(noise(seed, 30, 30, top=12))).points
    rng = np.random.default_rng(seed)
    swatches = rng.integers(0, 256, (colors, 3))
    label = rng.integers(0, colors, len(points.area))
    lab = Histogram.of(read_pixels(swatches[np.newaxis].astype(np.uint8))).points.lab
    label %= len(lab)
    rgb = Histogram.of(read_pixels(swatches[np.newaxis].astype(np.uint8))).points.rgb
    apart = differences(points.rgb.tolist(), rgb.tolist())[np.arange(len(label)), label]
    found = difference_of(points, lab, label)
    assert found.mean == pytest.approx(float(apart @ points.weight), rel=1e-3)
    assert found.p95 == pytest.approx(percentile(apart, points.weight), rel=1e-3)


@pytest.mark.parametrize("name", ["astronaut", "coffee", "cat"])
@pytest.mark.parametrize("colors", [3, 16])
def test_of_a_photo_it_is_within_two_percent_of_the_full_computation(
    name: str, colors: int
) -> None:
    picture = bundled(name)
    points = Histogram.of(read_pixels(picture)).points
    assert len(points.area) > QUANTILES
    palette = extract(picture, colors=colors, emphasis=0, swatch="mean")
    swatches = np.array([swatch.color for swatch in palette.swatches])
    lab = compress_chroma(_lab(swatches))  # a color belongs to the swatch that is nearest there
    label = np.array(
        [((lab - color) ** 2).sum(axis=1).argmin() for color in compress_chroma(points.lab)],
        dtype=np.intp,
    )
    exact = _exact(points, swatches, label)
    assert reported(palette).mean == pytest.approx(exact.mean, rel=0.02)
    assert reported(palette).p95 == pytest.approx(exact.p95, rel=0.02)


def _lab(rgb: NDArray[np.int64]) -> NDArray[np.float64]:
    from skimage.color import rgb2lab

    lab: NDArray[np.float64] = rgb2lab(rgb / 255)
    return lab


def _exact(points: Points, swatches: NDArray[np.int64], label: NDArray[np.intp]) -> Difference:
    apart = np.empty(len(label))
    for index, swatch in enumerate(swatches.tolist()):
        mine = label == index
        apart[mine] = differences(points.rgb[mine].tolist(), [swatch])[:, 0]
    return Difference(float(apart @ points.weight), percentile(apart, points.weight))


def test_more_colors_fit_better(photo: NDArray[np.uint8]) -> None:
    found = [reported(extract(photo, colors=colors)) for colors in (1, 2, 4, 8, 16, 64)]
    means = [each.mean for each in found]
    assert means == sorted(means, reverse=True)
    assert all(0 < each.mean < each.p95 for each in found)


# Pixels and swatches


def mean(rgb: object, weight: object, *swatches: tuple[int, int, int]) -> float | None:
    return mean_difference(u8(rgb), u8(weight), u8(swatches))


def test_pixels_in_the_colors_of_swatches_do_not_differ() -> None:
    assert mean([BROWN, WHITE], [255, 255], WHITE, BROWN) == 0


def test_where_nothing_counts_there_is_no_difference() -> None:
    assert mean([BROWN, WHITE], [0, 0], WHITE) is None


def test_pixels_count_by_their_weight() -> None:
    expected = difference(BLACK, WHITE) / 4
    assert mean([WHITE, BLACK, BROWN], [3, 1, 0], WHITE) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("swatches", [2, 40])
def test_of_many_pixels_the_mean_is_near_that_of_all(swatches: int) -> None:
    rgb = bundled("coffee").reshape(-1, 3)
    weight = np.random.default_rng(0).integers(0, 256, len(rgb), np.uint8)
    chosen = noise(1, swatches)
    lab = lab_of(rgb)
    place = nearest(lab, lab_of(chosen))
    expected = np.average(delta_e(lab, lab_of(chosen)[place]), weights=weight)
    assert mean_difference(rgb, weight, chosen) == pytest.approx(float(expected), rel=0.02)


@pytest.mark.parametrize("period", [2, 64, 2048])
def test_regular_patterns_are_not_mistaken_for_one_color(period: int) -> None:
    columns = stripes(512, 4096, period, (BLACK, WHITE)).reshape(-1, 3)
    found = mean_difference(columns, np.full(len(columns), 255, np.uint8), u8([BLACK]))
    assert found == pytest.approx(
        difference(BLACK, WHITE) / period, rel=0.6 if period > 99 else 0.05
    )


def test_the_little_that_is_visible_in_a_large_picture_is_found() -> None:
    rgb, weight = u8([BLACK]).repeat(1_000_000, axis=0), np.zeros(1_000_000, np.uint8)
    rgb[700_001], weight[700_001] = WHITE, 1
    expected = difference(WHITE, BLACK)
    assert mean_difference(rgb, weight, u8([BLACK])) == pytest.approx(expected, abs=1e-3)
