"""The shortest way through all points."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.palette.shortest_path import EXACT, GRID, shortest_path

FM100P = Path(__file__).with_name("fm100p")
KNOWN = json.loads(Path(__file__).with_name("paths.json").read_text(encoding="utf-8"))["palettes"]

Distances = NDArray[np.float64]


@st.composite
def distances(draw: st.DrawFn, least: int, most: int) -> Distances:
    """Draw distances between points, ties and zeros among them, that fit in no real space."""
    count = draw(st.integers(least, most))
    highest = draw(st.sampled_from((1, 5, 1000)))
    seed = draw(st.integers(0, 9999))
    half = np.triu(np.random.default_rng(seed).integers(0, highest + 1, (count, count)), 1)
    return (half + half.T).astype(float)


def between(colors: Sequence[tuple[int, ...]]) -> Distances:
    """Return the ΔE2000 between colors, on the grid that counts."""
    lab = lab_of(np.array(colors))
    return np.rint(delta_e(lab[:, np.newaxis], lab) / GRID) * GRID


def random_colors(count: int, seed: int) -> list[tuple[int, ...]]:
    colors = np.random.default_rng(seed).integers(0, 256, (count, 3))
    return sorted({tuple(color) for color in colors.tolist()})


def unhex(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text.removeprefix("#")))


def length(distance: Distances, path: Sequence[int]) -> float:
    return float(sum(distance[a, b] for a, b in pairwise(path)))


def nearest_next(distance: Distances) -> list[int]:
    """Return the path that goes from the first point always to the nearest one left."""
    path, left = [0], {*range(1, len(distance))}
    while left:
        path.append(min(left, key=lambda point: (distance[path[-1], point], point)))
        left.remove(path[-1])
    return path


def solved(distance: Distances) -> float:
    """Return the length of the shortest path, by integer programming.

    Dantzig, Fulkerson and Johnson (1954): every point has two edges, those of one that is at
    no distance from any included; where circles come out, they are forbidden.
    """
    closed = np.pad(distance, (0, 1))
    ends = np.array(np.triu_indices(len(closed), 1))
    degree = np.array([(ends == point).any(axis=0) for point in range(len(closed))], float)
    constraints: list[Any] = [LinearConstraint(degree, 2, 2)]
    while True:
        result = milp(
            closed[ends[0], ends[1]],
            integrality=np.ones(ends.shape[1]),
            bounds=Bounds(0, 1),
            constraints=constraints,
            options={"mip_rel_gap": 0},
        )
        used = ends[:, result.x > 0.5]
        links = np.zeros(closed.shape)
        links[used[0], used[1]] = 1
        pieces, label = connected_components(links, directed=False)
        if pieces == 1:
            return float(result.fun)
        for piece in range(pieces):
            inside = (label[ends] == piece).all(axis=0)
            constraints.append(LinearConstraint(inside, 0, np.sum(label == piece) - 1))


def fm100p(count: int) -> list[list[tuple[int, str]]]:
    """Return palettes of that many colors: the index on the hue circle and the hex of each."""
    palettes: dict[str, list[tuple[int, str]]] = {}
    with (FM100P / f"k{count}.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            palettes.setdefault(row["palette"], []).append((int(row["hue_index"]), row["hex"]))
    return [*palettes.values()]


def along_the_circle(indexes: Sequence[int]) -> bool:
    """Return whether indexes only rise or only fall, wrapping around the circle at most once."""
    return any(
        sum(b < a for a, b in pairwise([*way, way[0]])) == 1 for way in (indexes, indexes[::-1])
    )


@given(distances(0, 30))
def test_every_point_comes_once_and_the_way_starts_at_the_lesser_end(distance: Distances) -> None:
    path = shortest_path(distance)
    assert sorted(path) == list(range(len(distance)))
    assert path[:1] <= path[-1:]


@given(distances(1, 30))
def test_no_path_is_longer_than_going_to_the_nearest_always(distance: Distances) -> None:
    assert length(distance, shortest_path(distance)) <= length(distance, nearest_next(distance))


@given(distances(1, 7))
def test_of_few_points_no_sequence_is_shorter(distance: Distances) -> None:
    best = min(length(distance, way) for way in permutations(range(len(distance))))
    assert length(distance, shortest_path(distance)) == best


@given(distances(2, EXACT), st.randoms(use_true_random=False))
def test_a_shortest_path_is_as_short_whatever_the_points_are_called(
    distance: Distances, random: Any
) -> None:
    names = random.sample(range(len(distance)), len(distance))
    other = distance[np.ix_(names, names)]
    assert length(other, shortest_path(other)) == length(distance, shortest_path(distance))


@given(distances(2, 24), st.integers(0, 9999))
def test_what_is_less_than_the_grid_does_not_count(distance: Distances, seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-0.4, 0.4, distance.shape) * GRID
    assert shortest_path(np.abs(distance + noise)) == shortest_path(distance)


@pytest.mark.parametrize("count", [8, 9, 10, 11, 12, EXACT, EXACT + 1, 20, 24])
def test_colors_in_the_shortest_path_there_is(count: int) -> None:
    distance = between(random_colors(count, seed=count))
    assert length(distance, shortest_path(distance)) == pytest.approx(solved(distance), abs=1e-7)


@pytest.mark.parametrize("count", [5, 60])
def test_points_on_a_line_come_in_its_sequence(count: int) -> None:
    position = np.random.default_rng(count).permutation(count)
    path = shortest_path(np.abs(position[:, np.newaxis] - position).astype(float))
    assert position[path].tolist() in (list(range(count)), list(range(count))[::-1])


@pytest.mark.parametrize("count", [1, 2, EXACT, EXACT + 1, 50])
def test_points_in_one_place_are_fine(count: int) -> None:
    assert sorted(shortest_path(np.zeros((count, count)))) == list(range(count))


@pytest.mark.parametrize("count", [12, 64])
def test_of_two_groups_far_apart_one_comes_whole_before_the_other(count: int) -> None:
    random = np.random.default_rng(count)
    dark = random.integers(0, 40, (count // 2, 3))
    colors = np.concatenate([dark, 255 - random.integers(0, 40, (count // 2, 3))])
    is_dark = np.arange(len(colors))[shortest_path(between(colors.tolist()))] < count // 2
    assert np.diff(is_dark).sum() == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_within_one_percent_of_the_shortest_path_known(name: str) -> None:
    colors = [unhex(text) for text in KNOWN[name]["colors"].split()]
    distance = between(colors)
    assert length(distance, shortest_path(distance)) <= 1.01 * KNOWN[name]["shortest known"]


@pytest.mark.parametrize("count", [10, 20, 30, 40])
def test_every_fm100p_palette_is_sorted_correctly(count: int) -> None:
    palettes = fm100p(count)
    assert [len(palette) for palette in palettes] == [count] * 100
    for palette in palettes:
        path = shortest_path(between([unhex(text) for _, text in palette]))
        assert along_the_circle([palette[step][0] for step in path])
