"""Which colors belong together."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, compress_chroma, lab_of
from palette_engine.extraction.centers import NONE, Centers
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.kmeans import Clusters, _exchange, cluster, nearest, refine
from palette_engine.pictures.reading import read_pixels
from tests.patience import PATIENCE
from tests.sample_pictures import u8


def points_of(colors: NDArray[np.uint8]) -> Points:
    return Histogram.of(read_pixels(colors[np.newaxis])).points


def centers_in_space(points: Points, clusters: Clusters) -> Lab:
    """Return the centers that clusters have in the space they are found in: compressed chroma.

    They are the means of their points there, or the fixed centers.
    """
    lab = compress_chroma(points.lab)
    centers = compress_chroma(clusters.centers.lab)
    for label in range(len(clusters.centers.fixed), clusters.count):
        mine = clusters.label == label
        centers[label] = np.average(lab[mine], axis=0, weights=points.weight[mine])
    return centers


def error(points: Points, clusters: Clusters) -> float:
    """Return what clusters minimize: the weighted mean squared distance to their centers."""
    lab, centers = compress_chroma(points.lab), centers_in_space(points, clusters)
    return float(points.weight @ ((lab - centers[clusters.label]) ** 2).sum(axis=1))


def crowd() -> NDArray[np.uint8]:
    """Return thousands of dark colors that all lie within a few units of CIELAB."""
    cube = np.stack(np.meshgrid(*[np.arange(40)] * 3, indexing="ij"), -1).reshape(-1, 3)
    lab = np.floor(lab_of(cube)).astype(int)
    _, cell, count = np.unique(lab, axis=0, return_inverse=True, return_counts=True)
    fullest = np.argsort(-count, kind="stable")[:160]
    return cube[np.isin(cell.reshape(-1), fullest)].astype(np.uint8)


def test_up_to_as_many_points_as_colors_each_is_its_own_cluster() -> None:
    points = points_of(u8([[0, 0, 0], [9, 0, 0], [255, 255, 255]]))
    for colors in (3, 4, 256):
        clusters = cluster(points.lab, points.weight, colors)
        assert clusters.label.tolist() == [0, 1, 2]
        assert np.array_equal(clusters.centers.lab, points.lab)


def test_one_cluster_is_the_weighted_mean() -> None:
    points = points_of(u8([[255, 0, 0]] * 3 + [[0, 0, 255]]))
    clusters = cluster(points.lab, points.weight, 1)
    assert clusters.label.tolist() == [0, 0]
    assert clusters.centers.lab[0].tolist() == pytest.approx((points.weight @ points.lab).tolist())


def test_groups_that_lie_apart_are_found() -> None:
    rng = np.random.default_rng(0)
    middles = u8([[30, 30, 30], [200, 40, 40], [40, 200, 40], [60, 60, 220], [240, 240, 200]])
    colors = np.repeat(middles, 200, axis=0) + rng.integers(0, 6, (1000, 3), np.uint8)
    points = points_of(colors)
    clusters = cluster(points.lab, points.weight, 5)
    nearest = ((points.rgb[:, np.newaxis] - middles) ** 2).sum(axis=2).argmin(axis=1)
    pairs = {*zip(nearest.tolist(), clusters.label.tolist(), strict=True)}
    assert len(pairs) == 5


@pytest.mark.parametrize("colors", [2, 10, 100])
def test_every_cluster_has_points_and_its_center_is_their_mean(
    colors: int, photo_histogram: Histogram
) -> None:
    points = photo_histogram.points
    clusters = cluster(points.lab, points.weight, colors)
    assert np.unique(clusters.label).tolist() == list(range(colors))
    for label in (0, colors - 1):
        mine = clusters.label == label
        mean = np.average(points.lab[mine], axis=0, weights=points.weight[mine])
        assert np.allclose(clusters.centers.lab[label], mean)


def test_almost_every_point_is_in_the_cluster_with_the_nearest_center(
    photo_histogram: Histogram,
) -> None:
    points = photo_histogram.points
    clusters = cluster(points.lab, points.weight, 12)
    lab, centers = compress_chroma(points.lab), centers_in_space(points, clusters)
    distance = ((lab[:, np.newaxis] - centers) ** 2).sum(axis=2)
    wrong = distance.argmin(axis=1) != clusters.label
    assert points.weight[wrong].sum() < 0.005


def test_no_start_on_every_point_is_much_better(photo_histogram: Histogram) -> None:
    from sklearn.cluster import KMeans

    points = photo_histogram.points
    lab = compress_chroma(points.lab)
    thorough = KMeans(8, n_init=4, random_state=0).fit(lab, sample_weight=points.weight)
    assert error(points, cluster(points.lab, points.weight, 8)) < 1.01 * thorough.inertia_


def test_the_result_does_not_depend_on_numpys_global_randomness(
    photo_histogram: Histogram,
) -> None:
    points = photo_histogram.points
    np.random.seed(1)  # noqa: NPY002
    before = cluster(points.lab, points.weight, 6).label
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(before, cluster(points.lab, points.weight, 6).label)


@pytest.mark.slow
def test_a_crowd_of_colors_in_a_corner_of_cielab_is_divided() -> None:
    points = points_of(crowd())
    assert len(points.weight) > 4096
    for colors in (1, 16, 159, 200, 256):
        assert len(cluster(points.lab, points.weight, colors).centers) == colors


@pytest.mark.slow
def test_already_the_first_clustering_of_a_process_runs_in_one_thread() -> None:
    code = """if True:
        import sklearn.cluster
        import threadpoolctl
        from palette_engine.extraction.kmeans import cluster
        from palette_engine.extraction.histogram import Histogram
        from palette_engine.pictures.reading import read_pixels
        import numpy as np
        from sklearn.cluster import KMeans
        class Checked(KMeans):
            def fit(self, *arguments, **options):
                pools = threadpoolctl.threadpool_info()
                print(*(f"{pool['user_api']}={pool['num_threads']}" for pool in pools))
                return super().fit(*arguments, **options)
        sklearn.cluster.KMeans = Checked
        grays = read_pixels(np.arange(9, dtype=np.uint8)[np.newaxis])
        points = Histogram.of(grays).points
        cluster(points.lab, points.weight, 3)"""
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    pools = run.stdout.split()
    assert b"openmp=1" in pools
    assert all(pool.endswith(b"=1") for pool in pools)


def test_the_threads_of_others_are_left_alone(photo_histogram: Histogram) -> None:
    from threadpoolctl import threadpool_info

    points = photo_histogram.points
    cluster(points.lab, points.weight, 3)  # loads the libraries
    before = [(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()]
    cluster(points.lab, points.weight, 3)
    assert before == [(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()]


# Centers that stay


small = st.builds(
    lambda seed, count: points_of(np.random.default_rng(seed).integers(0, 256, (count, 3), "u1")),
    st.integers(0, 9999),
    st.integers(1, 120),
)
"""Points of a few random colors."""


def centers(seed: int, count: int) -> NDArray[np.float64]:
    """Return random colors in CIELAB, in or out of sRGB."""
    return np.random.default_rng(seed).uniform([0, -90, -90], [100, 90, 90], (count, 3))


@given(small, st.integers(0, 5), st.integers(0, 6), st.integers(0, 99))
def test_fixed_centers_stay_and_all_others_are_the_means_of_their_points(
    points: Points, kept: int, more: int, seed: int
) -> None:
    fixed = centers(seed, kept)
    colors = max(1, kept + more)
    clusters = cluster(points.lab, points.weight, colors, fixed)
    assert len(clusters.centers.fixed) == kept
    assert np.array_equal(clusters.centers.lab[:kept], fixed)
    assert kept <= clusters.count <= colors
    assert clusters.label.shape == (len(points.lab),)
    assert ((clusters.label >= 0) & (clusters.label < clusters.count)).all()
    assert {*range(kept, clusters.count)} <= {*clusters.label.tolist()}
    for label in range(kept, clusters.count):
        mine = clusters.label == label
        mean = np.average(points.lab[mine], axis=0, weights=points.weight[mine])
        assert np.allclose(clusters.centers.lab[label], mean)


@given(small, st.integers(1, 4), st.integers(0, 99))
def test_with_fixed_centers_there_are_as_many_clusters_as_asked_or_as_points_allow(
    points: Points, kept: int, seed: int
) -> None:
    clusters = cluster(points.lab, points.weight, kept + 4, centers(seed, kept))
    assert clusters.count == min(kept + 4, kept + len(points.lab))


def test_only_fixed_centers_take_the_points_nearest_to_them(photo_points: Points) -> None:
    fixed = centers(1, 5)
    clusters = cluster(photo_points.lab, photo_points.weight, 5, fixed)
    assert np.array_equal(clusters.centers.lab, fixed)
    lab = compress_chroma(photo_points.lab)
    distance = ((lab[:, np.newaxis] - compress_chroma(fixed)) ** 2).sum(axis=2)
    assert np.array_equal(clusters.label, distance.argmin(axis=1))


def test_the_others_are_found_around_fixed_centers(photo_points: Points) -> None:
    points = photo_points
    free = cluster(points.lab, points.weight, 8)
    around = cluster(points.lab, points.weight, 8, free.centers.lab[2:5])
    assert np.array_equal(around.centers.fixed, free.centers.lab[2:5])
    assert error(points, around) < 1.05 * error(points, free)


# Points that change their clusters


@given(small, st.integers(1, 8), st.integers(0, 3), st.integers(0, 999))
def test_exchanging_single_points_never_raises_the_error(
    points: Points, count: int, kept: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.01, 1, len(points.lab)) ** 4
    weight /= weight.sum()
    fixed = centers(seed, kept)
    label = np.unique(rng.integers(0, count, len(weight)), return_inverse=True)[1] + (
        kept if seed % 2 else 0
    )

    def sum_of_squares(label: NDArray[np.intp]) -> float:
        total = 0.0
        for index in np.unique(label).tolist():
            mine = label == index
            mean = np.average(points.lab[mine], axis=0, weights=weight[mine])
            center = fixed[index] if index < kept else mean
            total += float(weight[mine] @ ((points.lab[mine] - center) ** 2).sum(axis=1))
        return total

    after = _exchange(points.lab, weight, label, fixed)
    assert after.shape == label.shape
    assert {*after.tolist()} <= {*label.tolist(), *range(kept)}
    assert sum_of_squares(after) <= sum_of_squares(label) * (1 + 1e-9) + 1e-9


def test_a_heavy_color_changes_to_the_cluster_that_follows_it() -> None:
    # k-means stops at {0} and {10, 25}, as 10 is nearer to 15; alone or with 0 it does better.
    lab = np.array([[0.0, 0, 0], [10, 0, 0], [25, 0, 0]])
    weight = np.array([0.2, 0.4, 0.4])
    label = _exchange(lab, weight, np.array([0, 1, 1]), NONE)
    assert label.tolist() == [0, 0, 1]


@given(small, st.integers(1, 8), st.integers(0, 99))
def test_refining_never_raises_the_error(points: Points, count: int, seed: int) -> None:
    start = points.lab[np.random.default_rng(seed).permutation(len(points.lab))[:count]]
    before = Clusters(Centers(free=start), nearest(points.lab, start))
    after = refine(points.lab, points.weight, Centers(free=start))
    assert error(points, after) <= error(points, before) * (1 + 1e-9) + 1e-9
    assert after.count <= len(start)


@pytest.mark.slow
@given(small, st.integers(1, 6))
def test_no_start_of_many_is_much_better_on_a_few_colors(points: Points, colors: int) -> None:
    from sklearn.cluster import KMeans

    colors = min(colors, len(points.lab))
    thorough = KMeans(colors, n_init=30, random_state=0)
    thorough.fit(compress_chroma(points.lab), sample_weight=points.weight)
    ours = cluster(points.lab, points.weight, colors)
    assert error(points, ours) <= 1.02 * thorough.inertia_ + 1e-9


def test_the_same_points_give_the_same_clusters_to_the_last_bit(photo_points: Points) -> None:
    once, again = (cluster(photo_points.lab, photo_points.weight, 20) for _ in range(2))
    assert np.array_equal(once.centers.lab, again.centers.lab)
    assert np.array_equal(once.label, again.label)
