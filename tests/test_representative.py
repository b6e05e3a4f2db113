"""The one color that stands for each cluster."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palette_engine.clustering import Clusters
from palette_engine.histogram import Histogram, Points
from palette_engine.image import read_pixels
from palette_engine.representative import representatives
from tests.pictures import blocks


def grouped(points: Points, *labels: int) -> Clusters:
    """Return clusters of points, in the order of their colors, with the right means."""
    label = np.array(labels)
    means = [
        np.average(points.lab[label == group], axis=0, weights=points.weight[label == group])
        for group in range(max(labels) + 1)
    ]
    return Clusters(np.array(means), label)


def points_of(picture: NDArray[np.uint8]) -> Points:
    return Histogram.of(read_pixels(picture)).points()


def grays(*levels: int) -> Points:
    return points_of(blocks(*(((level,) * 3, 10) for level in levels)))


def test_a_color_with_most_of_its_cluster_stands_for_it_exactly() -> None:
    points = points_of(blocks(((10, 20, 30), 51), ((90, 80, 70), 49)))
    assert representatives(points, grouped(points, 0, 0)).tolist() == [[10, 20, 30]]


def test_at_exactly_half_the_mean_stands_for_the_cluster() -> None:
    points = points_of(blocks(((0, 0, 0), 5), ((255, 255, 255), 5)))
    assert representatives(points, grouped(points, 0, 0)).tolist() == [[119, 119, 119]]


def test_without_a_dominant_color_the_mean_stands_for_the_cluster() -> None:
    points = grays(*range(100, 121))
    assert representatives(points, grouped(points, *[0] * 21)).tolist() == [[110, 110, 110]]


def test_the_mean_of_two_grays_is_a_gray() -> None:
    for gray in range(255):
        points = points_of(blocks(((gray,) * 3, 1), ((gray + 1,) * 3, 1)))
        assert np.ptp(representatives(points, grouped(points, 0, 0))) == 0


def test_each_cluster_alone_decides() -> None:
    points = points_of(blocks(((0, 0, 0), 5), ((255, 0, 0), 99), ((255, 2, 0), 1)))
    colors = representatives(points, grouped(points, 0, 1, 1))
    assert colors.tolist() == [[0, 0, 0], [255, 0, 0]]


def test_clusters_of_one_color_each_keep_it_exactly() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (1, 500, 3), np.uint8)
    points = points_of(picture)
    colors = representatives(points, Clusters(points.lab, np.arange(500)))
    assert np.array_equal(colors, np.unique(picture[0], axis=0))


def test_means_that_round_to_one_color_give_way_to_colors_of_the_picture() -> None:
    points = grays(100, 101, 119, 120, 200, 220)
    colors = representatives(points, grouped(points, 0, 1, 1, 0, 2, 2))
    assert len(np.unique(colors, axis=0)) == 3
    assert {*colors[:2, 0].tolist()} <= {100, 101, 119, 120}
    assert colors[2].tolist() == [210, 210, 210]


def test_colors_that_give_way_do_not_meet_other_means() -> None:
    # The means are 110 twice, 100 and 120; the first gives way to 100 or 120.
    points = grays(95, 100, 101, 105, 115, 119, 120, 125)
    colors = representatives(points, grouped(points, 2, 0, 1, 2, 3, 1, 0, 3))
    assert len(np.unique(colors, axis=0)) == 4


def test_a_color_of_the_picture_that_another_clusters_mean_rounds_to_is_not_given_twice() -> None:
    # The mean of 108 and 112 is 110, which another cluster has already.
    points = grays(108, 110, 112)
    colors = representatives(points, grouped(points, 0, 1, 0))
    assert len(np.unique(colors, axis=0)) == 2


def test_a_mean_outside_srgb_is_clipped() -> None:
    points = points_of(blocks(((0, 0, 255), 1), ((0, 255, 255), 1), ((0, 255, 0), 1)))
    colors = representatives(points, grouped(points, 0, 0, 0))
    assert colors.dtype == np.uint8
    assert colors.shape == (1, 3)
