"""How much of each color there is, in cells that get coarser as colors get more."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.extraction.histogram import DENSE_BITS, MAX_CELLS, MAX_POINTS, Histogram
from palette_engine.pictures.pixels import Pixels
from tests.examples import examples
from tests.measures import colors_of
from tests.sample_pictures import noise, u8


def opaque(rgb: NDArray[np.uint8]) -> Pixels:
    return Pixels(rgb, np.full(len(rgb), 255, np.uint8))


def of_keys(keys: NDArray[np.int64]) -> Histogram:
    """Return the histogram of one opaque pixel of each color ``0xrrggbb``."""
    return Histogram.of(opaque(np.stack([keys >> 16, keys >> 8 & 255, keys & 255], 1).astype("u1")))


def rows(histogram: Histogram) -> list[list[int]]:
    return [
        [key, *sums]
        for key, sums in zip(histogram.keys.tolist(), histogram.sums.tolist(), strict=True)
    ]


def test_two_reds_and_three_greens_are_counted() -> None:
    red, green = [255, 0, 0], [0, 128, 0]
    histogram = Histogram.of(opaque(u8([green, red, green, red, green])))
    assert rows(histogram) == [
        [0x008000, 3 * 255, 0, 3 * 255 * 128, 0],
        [0xFF0000, 2 * 255, 2 * 255 * 255, 0, 0],
    ]
    assert histogram.total == 5 * 255


def test_pixels_count_as_much_as_they_weigh_and_nothing_at_weight_zero() -> None:
    pixels = Pixels(u8([[9, 9, 9], [9, 9, 9], [7, 7, 7]]), u8([1, 254, 0]))
    assert rows(Histogram.of(pixels)) == [[0x090909, 255, 2295, 2295, 2295]]


@pytest.mark.parametrize("color", [0x000000, 0xFFFFFF, 0x0000FF, 0xFF0000])
def test_the_corners_of_the_cube_are_cells_too(color: int) -> None:
    assert of_keys(np.array([color])).keys.tolist() == [color]


def test_no_pixels_make_an_empty_histogram() -> None:
    nothing = Histogram.of(Pixels.joined([]))
    assert nothing.total == 0
    assert rows(nothing) == rows(nothing + nothing) == []


def test_adding_nothing_changes_nothing(photo_histogram: Histogram) -> None:
    nothing = Histogram.of(Pixels.joined([]))
    assert rows(photo_histogram + nothing) == rows(nothing + photo_histogram)
    assert rows(photo_histogram + nothing) == rows(photo_histogram)


def test_cells_keep_every_color_apart_as_long_as_they_are_few_enough() -> None:
    histogram = of_keys(np.arange(MAX_CELLS))
    assert (histogram.bits, len(histogram.keys)) == (8, MAX_CELLS)


def test_one_color_more_makes_the_cells_coarser() -> None:
    histogram = of_keys(np.arange(MAX_CELLS + 1))
    assert histogram.bits == 7
    assert len(histogram.keys) == 128 * 128  # 0x010000 is in the cell of 0x000000
    assert histogram.total == (MAX_CELLS + 1) * 255


def test_cells_never_get_coarser_than_64_a_channel() -> None:
    histogram = of_keys(np.arange(0, 2**24, 7))
    assert (histogram.bits, len(histogram.keys)) == (6, 2**18)


def test_a_coarse_cell_has_the_exact_sums_of_its_colors() -> None:
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (200_000, 3), np.uint8)
    histogram = Histogram.of(opaque(rgb))
    assert histogram.bits == 6
    cell = (rgb.astype(np.int64) >> 2) @ (4096, 64, 1)
    for channel in range(3):
        sums = np.bincount(cell, rgb[:, channel], 2**18)[histogram.keys]
        assert np.array_equal(histogram.sums[:, channel + 1], sums * 255)


@pytest.mark.parametrize("step", [1, 7, 4099])
def test_keys_rise(step: int) -> None:
    histogram = of_keys(np.arange(0, 2**24, step * 64)[::-1])
    assert np.all(np.diff(histogram.keys.astype(np.int64)) > 0)


def test_enormous_weights_add_exactly() -> None:
    histogram = Histogram.of(opaque(u8([[255, 254, 253], [1, 2, 3]])))
    doubled = reduce(lambda total, _: total + total, range(36), histogram)
    assert doubled.sums.tolist() == [[n * 2**36 for n in row] for row in histogram.sums.tolist()]


def test_points_are_exact_means_in_cielab_with_weights_that_sum_to_one(
    photo_histogram: Histogram,
) -> None:
    from skimage.color import rgb2lab

    points = photo_histogram.points
    assert points.weight.sum() == pytest.approx(1)
    assert np.allclose(points.lab, rgb2lab(points.rgb / 255), rtol=0, atol=2**-16)
    assert len(points.lab) == len(points.weight) == len(points.rgb) < len(photo_histogram.keys)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [((0, 0, 0), (0, 0, 0)), ((255, 255, 255), (100, 0, 0)), ((255, 0, 0), (53.24, 80.09, 67.20))],
)
def test_known_colors_have_their_known_cielab(
    rgb: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    points = Histogram.of(opaque(u8([rgb]))).points
    assert points.lab[0].tolist() == pytest.approx(lab, abs=0.01)


@pytest.mark.parametrize("count", [1000, 100_000, 400_000])
def test_no_two_points_round_to_the_same_color(count: int) -> None:
    rng = np.random.default_rng(count)
    points = Histogram.of(opaque(rng.integers(0, 256, (count, 3), np.uint8))).points
    assert len(np.unique(np.round(points.rgb), axis=0)) == len(points.rgb)


def test_shares_are_those_of_the_labels_and_a_label_without_points_has_none() -> None:
    histogram = Histogram.of(opaque(u8([[0, 0, 0]] * 2 + [[0, 0, 1]] + [[9, 9, 9]] * 5)))
    assert histogram.points.shares(np.array([1, 0, 1]), 3) == [1 / 8, 7 / 8, 0]


def test_many_strips_add_up_to_the_whole_in_any_grouping(photo: NDArray[np.uint8]) -> None:
    strips = [Histogram.of(opaque(strip.reshape(-1, 3))) for strip in np.split(photo, 16)]
    whole = rows(Histogram.of(opaque(photo.reshape(-1, 3))))
    assert rows(reduce(add, strips)) == rows(reduce(add, strips[::-1])) == whole
    pairs = [one + other for one, other in zip(strips[::2], strips[1::2], strict=True)]
    assert rows(reduce(add, pairs)) == whole


# Colors that are there


@pytest.mark.parametrize("count", [1, 300, 40_000, 300_000])
def test_every_point_names_a_color_of_the_picture_that_is_in_its_cell(count: int) -> None:
    picture = noise(count, 1, count)
    histogram = Histogram.of(opaque(picture[0]))
    points = histogram.points
    assert points.real.dtype == np.uint8
    assert colors_of(points.real) <= colors_of(picture)
    assert (histogram.bits < 8) == (count > MAX_CELLS)
    assert np.array_equal(points.real >> 4, np.round(points.rgb).astype(np.uint8) >> 4)


def test_where_cells_hold_one_color_it_is_the_real_one(photo: NDArray[np.uint8]) -> None:
    histogram = Histogram.of(opaque(photo[:20].reshape(-1, 3)))
    assert len(histogram.keys) <= MAX_POINTS
    assert np.array_equal(histogram.points.real, histogram.points.rgb)


# Groups


@pytest.mark.parametrize("count", [20_000, 300_000])
def test_groups_of_cells_are_few_and_keep_the_weight_and_mean_color_of_all(count: int) -> None:
    picture = noise(count, 1, count)[0]
    histogram = Histogram.of(opaque(picture))
    points = histogram.points
    # Noise is in all cells of 32 a channel, which are the largest groups.
    assert MAX_POINTS / 4 < len(points.area) <= 2**15 < 2 * len(histogram.keys)
    assert len(points.area) < len(histogram.keys)
    assert points.area.sum() == 255 * count
    assert np.allclose(points.weight @ points.rgb, picture.mean(axis=0), rtol=0, atol=1e-9)


def test_a_color_with_much_weight_is_never_grouped_with_others() -> None:
    picture = noise(50_000, 1, 50_000)[0]
    heavy = u8([[90, 140, 30], [91, 140, 30], [250, 1, 77]])
    points = Histogram.of(opaque(np.concatenate([picture, heavy.repeat(500, axis=0)]))).points
    for color in heavy:
        (place,) = np.flatnonzero(np.all(points.rgb == color, axis=1))
        assert points.area[place] == 500 * 255


def test_cells_are_merged_alike_with_and_without_order(monkeypatch: pytest.MonkeyPatch) -> None:
    histogram = Histogram.of(opaque(noise(300_000, 1, 300_000)[0]))
    assert histogram.bits <= DENSE_BITS
    monkeypatch.setattr("palette_engine.extraction.histogram.DENSE_BITS", 0)
    ordered = Histogram.of(opaque(noise(300_000, 1, 300_000)[0]))
    for name in ("keys", "sums", "found"):
        assert np.array_equal(getattr(histogram, name), getattr(ordered, name))
        assert getattr(histogram, name).dtype == getattr(ordered, name).dtype


@given(st.lists(st.integers(0, 20_000), max_size=4), st.randoms(use_true_random=False))
@examples(10)
def test_the_real_color_does_not_depend_on_how_a_picture_is_cut_or_added(
    cuts: list[int], random: object
) -> None:
    picture = noise(5, 400, 400).reshape(-1, 3)
    parts = [part for part in np.split(picture, sorted(cuts)) if len(part)]
    random.shuffle(parts)  # type: ignore[attr-defined]
    total = reduce(add, (Histogram.of(opaque(part)) for part in parts))
    whole = Histogram.of(opaque(picture))
    assert whole.bits < 8
    assert total.bits == whole.bits
    assert np.array_equal(total.found, whole.found)


# Weights


@pytest.mark.parametrize("total", [2**40, 10**9])
def test_a_scaled_histogram_weighs_about_the_total_and_has_the_same_colors(
    total: int, photo_histogram: Histogram
) -> None:
    scaled = photo_histogram.scaled(photo_histogram.factor(total))
    assert scaled.total == pytest.approx(total, rel=0.1)
    assert np.array_equal(scaled.keys, photo_histogram.keys)
    assert np.array_equal(scaled.found, photo_histogram.found)
    factor = scaled.total // photo_histogram.total
    assert np.array_equal(scaled.sums, photo_histogram.sums * factor)
    assert np.array_equal(scaled.points.lab, photo_histogram.points.lab)


def test_scaling_to_a_common_total_is_exact_enough_for_the_largest_picture() -> None:
    largest = Histogram.of(opaque(np.zeros((1_000_000, 3), np.uint8)))
    assert largest.scaled(largest.factor(2**40)).total == pytest.approx(2**40, rel=1e-3)


def test_a_scaled_histogram_never_loses_weight() -> None:
    histogram = Histogram.of(opaque(u8([[1, 2, 3]] * 1000)))
    assert rows(histogram.scaled(histogram.factor(1))) == rows(histogram)


def test_nothing_cannot_be_scaled() -> None:
    with pytest.raises(ValueError, match="empty"):
        Histogram.of(Pixels.joined([])).factor(2**40)


# Points


def test_the_weight_of_points_is_their_share_of_the_area() -> None:
    points = Histogram.of(opaque(u8([[0, 0, 0]] * 3 + [[9, 9, 9]]))).points
    assert points.area.tolist() == [3 * 255, 255]
    assert points.weight.tolist() == [0.75, 0.25]


def test_chosen_points_are_a_picture_of_their_own(photo_histogram: Histogram) -> None:
    points = photo_histogram.points
    dark = points.lab[:, 0] < 30
    chosen = points.where(dark)
    assert chosen.weight.sum() == pytest.approx(1)
    for name in ("lab", "area", "rgb", "real"):
        assert np.array_equal(getattr(chosen, name), getattr(points, name)[dark])


def test_shares_are_exact_fractions_of_the_area() -> None:
    points = Histogram.of(opaque(u8([[n, 0, 0] for n in range(7)]))).points
    assert points.shares(np.zeros(7, np.intp), 1) == [1]
    assert points.shares(np.arange(7), 7) == [1 / 7] * 7
