"""Where k-means starts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.extraction.centers import NONE, Centers
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.octree import Cells
from palette_engine.extraction.seeding import grow, search_centers, settle


def random_cells(seed: int, count: int) -> Cells:
    """Return a few random colors in CIELAB that are cells as they are."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.05, 1, count) ** 3
    return Cells(rng.uniform([0, -80, -80], [100, 80, 80], (count, 3)), weight / weight.sum())


small = st.builds(random_cells, st.integers(0, 9999), st.integers(1, 80))


def colors_in_lab(seed: int, count: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform([0, -80, -80], [100, 80, 80], (count, 3))


def error(cells: Cells, centers: NDArray[np.float64]) -> float:
    distance = ((cells.lab[:, np.newaxis] - centers) ** 2).sum(axis=2)
    return float(cells.weight @ distance.min(axis=1))


@given(small, st.integers(0, 4), st.integers(0, 20), st.integers(0, 99))
def test_fixed_centers_stay_exactly_and_there_are_never_more_than_asked(
    cells: Cells, kept: int, more: int, seed: int
) -> None:
    fixed = colors_in_lab(seed, kept)
    colors = max(1, kept + more)
    centers = search_centers(cells, colors, fixed)
    assert np.array_equal(centers.fixed, fixed)
    assert kept <= len(centers) <= colors
    assert np.isfinite(centers.lab).all()


@given(small, st.integers(1, 30))
def test_there_are_as_many_centers_as_asked_or_as_there_are_cells(
    cells: Cells, colors: int
) -> None:
    assert len(search_centers(cells, colors, NONE)) == min(colors, len(cells.weight))


@pytest.mark.parametrize("colors", [1, 5, 16, 64])
def test_the_same_cells_give_the_same_centers(colors: int, photo_points: Points) -> None:
    cells = Cells.of(photo_points.lab, photo_points.weight, 1024)
    once, again = (search_centers(cells, colors, NONE) for _ in range(2))
    assert np.array_equal(once.lab, again.lab)
    assert len(once) == colors


def test_more_centers_are_better(photo_points: Points) -> None:
    cells = Cells.of(photo_points.lab, photo_points.weight, 1024)
    errors = [error(cells, search_centers(cells, colors, NONE).lab) for colors in range(1, 17)]
    assert errors == sorted(errors, reverse=True)


@given(small, st.integers(1, 6), st.integers(0, 6), st.integers(0, 99))
def test_growing_keeps_the_centers_adds_cells_and_lowers_the_error(
    cells: Cells, count: int, more: int, seed: int
) -> None:
    centers = colors_in_lab(seed, count)
    result = grow(cells, Centers(free=centers), more).lab
    assert np.array_equal(result[:count], centers)
    assert len(result) <= count + more
    added = {tuple(center) for center in result[count:].tolist()}
    assert added <= {tuple(color) for color in cells.lab.tolist()}
    assert len(added) == len(result) - count
    if added:
        assert error(cells, result) < error(cells, centers)


@given(small, st.integers(1, 6), st.integers(0, 6), st.integers(0, 99))
def test_settling_keeps_the_fixed_centers_and_never_raises_the_error(
    cells: Cells, count: int, kept: int, seed: int
) -> None:
    centers = colors_in_lab(seed, count)
    kept = min(kept, count)
    result = settle(cells, Centers(centers[:kept], centers[kept:]), 12)
    assert np.array_equal(result.fixed, centers[:kept])
    assert len(result) == count
    assert error(cells, result.lab) <= error(cells, centers) * (1 + 1e-9) + 1e-9
