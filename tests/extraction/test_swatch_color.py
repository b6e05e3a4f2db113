"""The one color that stands for each cluster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.extraction.centers import Centers
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.kmeans import Clusters
from palette_engine.extraction.pipeline import extract
from palette_engine.extraction.swatch_color import SWATCHES
from palette_engine.options import OPTIONS
from palette_engine.pictures.reading import read_pixels
from tests.measures import colors_of, shares
from tests.sample_pictures import BROWN, blocks, bundled, noise


def grouped(points: Points, *labels: int) -> Clusters:
    """Return clusters of points, in the order of their colors, with the right means."""
    label = np.array(labels)
    means = [
        np.average(points.lab[label == group], axis=0, weights=points.weight[label == group])
        for group in range(max(labels) + 1)
    ]
    return Clusters(Centers(free=np.array(means)), label)


def points_of(picture: NDArray[np.uint8]) -> Points:
    return Histogram.of(read_pixels(picture)).points


def grays(*levels: int) -> Points:
    return points_of(blocks(*(((level,) * 3, 10) for level in levels)))


def test_a_color_with_most_of_its_cluster_stands_for_it_exactly() -> None:
    points = points_of(blocks(((10, 20, 30), 51), ((90, 80, 70), 49)))
    assert SWATCHES["auto"](points, grouped(points, 0, 0)).tolist() == [[10, 20, 30]]


def test_at_exactly_half_the_mean_stands_for_the_cluster() -> None:
    points = points_of(blocks(((0, 0, 0), 5), ((255, 255, 255), 5)))
    assert SWATCHES["auto"](points, grouped(points, 0, 0)).tolist() == [[119, 119, 119]]


def test_without_a_dominant_color_the_mean_stands_for_the_cluster() -> None:
    points = grays(*range(100, 121))
    assert SWATCHES["auto"](points, grouped(points, *[0] * 21)).tolist() == [[110, 110, 110]]


def test_the_mean_of_two_grays_is_a_gray() -> None:
    for gray in range(255):
        points = points_of(blocks(((gray,) * 3, 1), ((gray + 1,) * 3, 1)))
        assert np.ptp(SWATCHES["auto"](points, grouped(points, 0, 0))) == 0


def test_each_cluster_alone_decides() -> None:
    points = points_of(blocks(((0, 0, 0), 5), ((255, 0, 0), 99), ((255, 2, 0), 1)))
    colors = SWATCHES["auto"](points, grouped(points, 0, 1, 1))
    assert colors.tolist() == [[0, 0, 0], [255, 0, 0]]


def test_clusters_of_one_color_each_keep_it_exactly() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (1, 500, 3), np.uint8)
    points = points_of(picture)
    colors = SWATCHES["auto"](points, Clusters(Centers(free=points.lab), np.arange(500)))
    assert np.array_equal(colors, np.unique(picture[0], axis=0))


def test_means_that_round_to_one_color_give_way_to_colors_of_the_picture() -> None:
    points = grays(100, 101, 119, 120, 200, 220)
    colors = SWATCHES["auto"](points, grouped(points, 0, 1, 1, 0, 2, 2))
    assert len(np.unique(colors, axis=0)) == 3
    assert {*colors[:2, 0].tolist()} <= {100, 101, 119, 120}
    assert colors[2].tolist() == [210, 210, 210]


def test_colors_that_give_way_do_not_meet_other_means() -> None:
    # The means are 110 twice, 100 and 120; the first gives way to 100 or 120.
    points = grays(95, 100, 101, 105, 115, 119, 120, 125)
    colors = SWATCHES["auto"](points, grouped(points, 2, 0, 1, 2, 3, 1, 0, 3))
    assert len(np.unique(colors, axis=0)) == 4


def test_a_color_of_the_picture_that_another_clusters_mean_rounds_to_is_not_given_twice() -> None:
    # The mean of 108 and 112 is 110, which another cluster has already.
    points = grays(108, 110, 112)
    colors = SWATCHES["auto"](points, grouped(points, 0, 1, 0))
    assert len(np.unique(colors, axis=0)) == 2


def test_a_mean_outside_srgb_is_clipped() -> None:
    points = points_of(blocks(((0, 0, 255), 1), ((0, 255, 255), 1), ((0, 255, 0), 1)))
    colors = SWATCHES["auto"](points, grouped(points, 0, 0, 0))
    assert colors.dtype == np.uint8
    assert colors.shape == (1, 3)


# The choices


def test_the_swatches_are_the_choices_of_the_option() -> None:
    assert tuple(SWATCHES) == OPTIONS["swatch"].keys


@pytest.mark.slow
@given(st.integers(0, 9999), st.integers(1, 40), st.integers(1, 40), st.sampled_from([6, 256]))
def test_real_swatches_are_colors_of_the_picture(
    seed: int, height: int, colors: int, top: int
) -> None:
    picture = noise(seed, height, 20, top=top)
    for distance in (0, 6):
        palette = extract(picture, colors=colors, swatch="real", min_distance=distance)
        assert {*shares(palette)} <= colors_of(picture)
    assert len(extract(picture, colors=colors, swatch="real").swatches) == min(
        colors, len(colors_of(picture))
    )


@pytest.mark.parametrize("colors", [1, 10, 100, "auto"])
@pytest.mark.parametrize("name", ["astronaut", "coffee"])
def test_real_swatches_of_a_photo_are_colors_of_the_photo(name: str, colors: int | str) -> None:
    picture = bundled(name)
    palette = extract(picture, colors=colors, swatch="real", emphasis=1)
    assert {*shares(palette)} <= colors_of(picture)


@pytest.mark.slow
def test_real_swatches_are_colors_of_the_picture_where_cells_are_coarse() -> None:
    picture = noise(2, 600, 600)
    assert Histogram.of(read_pixels(picture)).bits == 6
    for distance in (0, 10):
        palette = extract(picture, colors=40, swatch="real", min_distance=distance)
        assert {*shares(palette)} <= colors_of(picture)
        assert len(palette.swatches) == 40


def test_means_differ_least_from_what_they_stand_for(photo: NDArray[np.uint8]) -> None:
    found = {swatch: extract(photo, colors=12, swatch=swatch, emphasis=0) for swatch in SWATCHES}
    errors = {}
    for swatch, palette in found.items():
        points = Histogram.of(read_pixels(photo)).points
        lab = points_of(np.array([[s.color for s in palette.swatches]], np.uint8)).lab
        distance = ((points.lab[:, np.newaxis] - lab) ** 2).sum(axis=2).min(axis=1)
        errors[swatch] = float(points.weight @ distance)
    assert errors["mean"] <= min(errors["auto"], errors["real"])
    assert errors["real"] < 1.2 * errors["mean"]


def test_a_mean_is_the_8_bit_color_nearest_to_the_center() -> None:
    points = points_of(noise(3, 40, 40))
    clusters = grouped(points, *(np.arange(len(points.area)) % 6).tolist())
    (colors,) = (SWATCHES["mean"](points, clusters).astype(int),)
    mine = ((_lab(colors) - clusters.centers.lab) ** 2).sum(axis=1)
    for step in np.stack(np.meshgrid(*[(-1, 0, 1)] * 3), -1).reshape(-1, 3):
        other = ((_lab((colors + step).clip(0, 255)) - clusters.centers.lab) ** 2).sum(axis=1)
        assert (mine <= other + 1e-5).all()


def _lab(rgb: NDArray[np.int64]) -> NDArray[np.float64]:
    from skimage.color import rgb2lab

    lab: NDArray[np.float64] = rgb2lab(rgb / 255)
    return lab


@pytest.mark.parametrize("swatch", SWATCHES)
def test_fixed_centers_keep_their_own_color(swatch: str) -> None:
    points = points_of(blocks((BROWN, 9), ((12, 90, 101), 5), ((0, 0, 0), 1)))
    fixed = _lab(np.array([[0, 255, 0], [199, 101, 51]]))
    middle = points.lab[0]
    clusters = Clusters(Centers(fixed, middle[np.newaxis]), np.array([2, 2, 1]))
    colors = SWATCHES[swatch](points, clusters)
    assert colors[:2].tolist() == [[0, 255, 0], [199, 101, 51]]


@pytest.mark.slow
def test_brand_colors_of_a_screenshot_with_smooth_text_are_exact() -> None:
    from PIL import Image, ImageDraw

    paper, ink, brand, button = (250, 250, 252), (33, 37, 41), (13, 110, 253), (25, 135, 84)
    image = Image.new("RGB", (2560, 1600), paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 2560, 240), fill=brand)
    draw.rectangle((1800, 1300, 2400, 1480), fill=button)
    for line in range(20):
        text = "The quick brown fox jumps over the lazy dog. " * 3
        draw.text((80, 300 + 48 * line), text, fill=ink, font_size=40)
    draw.text((80, 60), "Palette Engine", fill=(255, 255, 255), font_size=120)
    picture = np.asarray(image.reduce(2))
    assert len(colors_of(picture)) > 100
    for colors in (5, 8, "auto"):
        assert {paper, ink, brand, button} <= {*shares(extract(picture, colors=colors))}
