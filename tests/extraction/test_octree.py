"""A few weighted colors that stand for many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.extraction.histogram import Points
from palette_engine.extraction.octree import Cells


def colors(seed: int, count: int, spread: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return random colors in CIELAB, and weights of very different size that sum to 1."""
    rng = np.random.default_rng(seed)
    lab = rng.uniform(0, 1, (count, 3)) * [100, 180, 180] * spread + [0, -90, -90]
    weight = rng.uniform(0.001, 1, count) ** 5
    return lab, weight / weight.sum()


clouds = st.builds(
    colors,
    seed=st.integers(0, 9999),
    count=st.integers(1, 3000),
    spread=st.sampled_from([1.0, 0.2, 0.01, 0.0]),
)


@given(clouds, st.integers(200, 1200))
def test_cells_keep_all_weight_and_the_mean_color_and_are_as_few_as_asked(
    cloud: tuple[NDArray[np.float64], NDArray[np.float64]], most: int
) -> None:
    lab, weight = cloud
    cells = Cells.of(lab, weight, most)
    assert 1 <= len(cells.weight) <= most
    assert cells.lab.shape == (len(cells.weight), 3)
    assert (cells.weight > 0).all()
    assert cells.weight.sum() == pytest.approx(1)
    assert np.allclose(cells.weight @ cells.lab, weight @ lab, rtol=0, atol=1e-9)
    assert (cells.lab >= lab.min(axis=0) - 1e-9).all()
    assert (cells.lab <= lab.max(axis=0) + 1e-9).all()


@given(clouds)
def test_few_enough_colors_are_cells_as_they_are(
    cloud: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    lab, weight = cloud
    cells = Cells.of(lab, weight, len(weight))
    assert np.array_equal(cells.lab, lab)
    assert np.array_equal(cells.weight, weight)


@given(clouds, st.integers(100, 1000))
def test_the_same_colors_make_the_same_cells(
    cloud: tuple[NDArray[np.float64], NDArray[np.float64]], most: int
) -> None:
    once, again = (Cells.of(*cloud, most) for _ in range(2))
    assert np.array_equal(once.lab, again.lab)
    assert np.array_equal(once.weight, again.weight)


@pytest.mark.parametrize("most", [256, 1024, 4096])
def test_a_photo_fills_most_of_the_cells_it_may_have(most: int, photo_points: Points) -> None:
    cells = Cells.of(photo_points.lab, photo_points.weight, most)
    assert 0.7 * most <= len(cells.weight) <= most


def test_more_cells_lose_less(photo_points: Points) -> None:
    points = photo_points
    whole = float(points.weight @ (points.lab**2).sum(axis=1))
    lost = [
        whole - float(cells.weight @ (cells.lab**2).sum(axis=1))
        for cells in (Cells.of(points.lab, points.weight, most) for most in (64, 256, 1024, 4096))
    ]
    assert lost == sorted(lost, reverse=True)
    assert 0 < lost[-1] < lost[0] / 4


def test_where_there_is_more_weight_cells_are_smaller() -> None:
    rng = np.random.default_rng(0)
    lab = np.concatenate([rng.uniform(0, 30, (3000, 3)), rng.uniform(60, 90, (3000, 3))])
    weight = np.repeat([0.95 / 3000, 0.05 / 3000], 3000)
    cells = Cells.of(lab, weight, 600)
    heavy = np.count_nonzero(cells.lab[:, 0] < 45)
    assert heavy > 2 * (len(cells.weight) - heavy) > 0


def test_the_helpers_are_what_they_are_called(photo_points: Points) -> None:
    cells = Cells.of(photo_points.lab, photo_points.weight, 500)
    assert np.array_equal(cells.terms[:, :3], cells.lab)
    assert (cells.terms[:, 3] == 1).all()
    assert np.array_equal(cells.moments[0], cells.weight)
    assert np.allclose(cells.moments[1:].T, cells.weight[:, np.newaxis] * cells.lab)
    assert np.allclose(cells.square, (cells.lab**2).sum(axis=1))
