"""Which colors belong together."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.clustering import Clusters, cluster
from palette_engine.histogram import Histogram, Points
from palette_engine.image import read_pixels
from tests.pictures import u8


def points_of(colors: NDArray[np.uint8]) -> Points:
    return Histogram.of(read_pixels(colors[np.newaxis])).points()


def error(points: Points, clusters: Clusters) -> float:
    """Return the weighted mean squared ΔE*ab of points to their centers."""
    distance = ((points.lab - clusters.center[clusters.label]) ** 2).sum(axis=1)
    return float(points.weight @ distance)


def crowd() -> NDArray[np.uint8]:
    """Return thousands of dark colors that all lie within a few units of CIELAB."""
    cube = np.stack(np.meshgrid(*[np.arange(40)] * 3, indexing="ij"), -1).reshape(-1, 3)
    lab = np.floor(points_of(cube.astype(np.uint8)).lab).astype(int)
    _, cell, count = np.unique(lab, axis=0, return_inverse=True, return_counts=True)
    fullest = np.argsort(-count, kind="stable")[:160]
    return cube[np.isin(cell.reshape(-1), fullest)].astype(np.uint8)


def test_up_to_as_many_points_as_colors_each_is_its_own_cluster() -> None:
    points = points_of(u8([[0, 0, 0], [9, 0, 0], [255, 255, 255]]))
    for colors in (3, 4, 256):
        clusters = cluster(points, colors)
        assert clusters.label.tolist() == [0, 1, 2]
        assert np.array_equal(clusters.center, points.lab)


def test_one_cluster_is_the_weighted_mean() -> None:
    points = points_of(u8([[255, 0, 0]] * 3 + [[0, 0, 255]]))
    clusters = cluster(points, 1)
    assert clusters.label.tolist() == [0, 0]
    assert clusters.center[0].tolist() == pytest.approx((points.weight @ points.lab).tolist())


def test_groups_that_lie_apart_are_found() -> None:
    rng = np.random.default_rng(0)
    middles = u8([[30, 30, 30], [200, 40, 40], [40, 200, 40], [60, 60, 220], [240, 240, 200]])
    colors = np.repeat(middles, 200, axis=0) + rng.integers(0, 6, (1000, 3), np.uint8)
    points = points_of(colors)
    clusters = cluster(points, 5)
    nearest = ((points.rgb[:, np.newaxis] - middles) ** 2).sum(axis=2).argmin(axis=1)
    pairs = {*zip(nearest.tolist(), clusters.label.tolist(), strict=True)}
    assert len(pairs) == 5


@pytest.mark.parametrize("colors", [2, 10, 100])
def test_every_cluster_has_points_and_its_center_is_their_mean(
    colors: int, photo_histogram: Histogram
) -> None:
    points = photo_histogram.points()
    clusters = cluster(points, colors)
    assert np.unique(clusters.label).tolist() == list(range(colors))
    for label in (0, colors - 1):
        mine = clusters.label == label
        mean = np.average(points.lab[mine], axis=0, weights=points.weight[mine])
        assert np.allclose(clusters.center[label], mean)


def test_almost_every_point_is_in_the_cluster_with_the_nearest_center(
    photo_histogram: Histogram,
) -> None:
    points = photo_histogram.points()
    clusters = cluster(points, 12)
    distance = ((points.lab[:, np.newaxis] - clusters.center) ** 2).sum(axis=2)
    wrong = distance.argmin(axis=1) != clusters.label
    assert points.weight[wrong].sum() < 0.005


def test_no_start_on_every_point_is_much_better(photo_histogram: Histogram) -> None:
    from sklearn.cluster import KMeans

    points = photo_histogram.points()
    thorough = KMeans(8, n_init=4, random_state=0).fit(points.lab, sample_weight=points.weight)
    assert error(points, cluster(points, 8)) < 1.01 * thorough.inertia_


def test_the_result_does_not_depend_on_numpys_global_randomness(
    photo_histogram: Histogram,
) -> None:
    points = photo_histogram.points()
    np.random.seed(1)  # noqa: NPY002
    before = cluster(points, 6).label
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(before, cluster(points, 6).label)


def test_a_crowd_of_colors_in_a_corner_of_cielab_is_divided() -> None:
    points = points_of(crowd())
    assert len(points.weight) > 4096
    for colors in (1, 16, 159, 200, 256):
        assert len(cluster(points, colors).center) == colors


def test_already_the_first_clustering_of_a_process_runs_in_one_thread() -> None:
    code = """if True:
        import threadpoolctl
        from palette_engine.clustering import cluster
        from palette_engine.histogram import Histogram
        from palette_engine.image import read_pixels
        import numpy as np
        class Checked(threadpoolctl.threadpool_limits):
            def __enter__(self):
                pools = threadpoolctl.threadpool_info()
                print(*(f"{pool['user_api']}={pool['num_threads']}" for pool in pools))
        threadpoolctl.threadpool_limits = Checked
        grays = read_pixels(np.arange(9, dtype=np.uint8)[np.newaxis])
        cluster(Histogram.of(grays).points(), 3)"""
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, timeout=60
    )
    pools = run.stdout.split()
    assert b"openmp=1" in pools
    assert all(pool.endswith(b"=1") for pool in pools)


def test_the_threads_of_others_are_left_alone(photo_histogram: Histogram) -> None:
    from threadpoolctl import threadpool_info

    cluster(photo_histogram.points(), 3)  # loads the libraries
    before = [(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()]
    cluster(photo_histogram.points(), 3)
    assert before == [(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()]
