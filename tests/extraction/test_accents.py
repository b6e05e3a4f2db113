"""Small areas of a color of their own, and how much they count."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.extraction import accents
from palette_engine.extraction.accents import (
    MAX_FLOOR,
    TWIN_ROUNDS,
    Density,
    _lost_distance,
    flat_colors,
    lone_colors,
    pull_of,
)
from palette_engine.extraction.grounds import SIGNIFICANT
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.pipeline import extract
from palette_engine.palette.value import Palette
from palette_engine.pictures.reading import read_pixels
from tests.measures import difference, differences, nearest
from tests.sample_pictures import blocks, bundled, disc, noise, sky

RED = (210, 30, 40)
VIVID = {"magenta": (230, 0, 200), "lime": (140, 240, 0), "cyan": (0, 220, 230)}


def points_of(picture: NDArray[np.uint8]) -> Points:
    return Histogram.of(read_pixels(picture)).points


def bird(share: float) -> tuple[NDArray[np.uint8], float]:
    """Return a gray sky with a red bird of that share of the area."""
    rng = np.random.default_rng(7)
    picture, area = disc(sky(seed=7), share, RED)
    grain = rng.normal(0, 5, picture.shape)
    feathers = (picture + grain).clip(0, 255).round().astype(np.uint8)
    return np.where(np.all(picture == RED, axis=-1, keepdims=True), feathers, picture), area


def share_near(palette: Palette, color: tuple[int, int, int], distance: float) -> float:
    """Return the share of the swatches within a ΔE2000 of a color."""
    return sum(s.share for s in palette.swatches if difference(s.color, color) < distance)


# Birds in the sky


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0005, 0.001, 0.003, 0.01])
@pytest.mark.parametrize("colors", [3, 5, 10])
def test_a_red_bird_in_a_gray_sky_is_kept_with_its_true_area(share: float, colors: int) -> None:
    picture, area = bird(share)
    palette = extract(picture, colors=colors)
    assert nearest(palette, RED) < 10
    assert share_near(palette, RED, 15) == pytest.approx(area, abs=0.0001)


@pytest.mark.parametrize("share", [0.001, 0.01])
def test_a_bird_counts_when_the_picture_decides_how_many_colors_there_are(share: float) -> None:
    picture, _ = bird(share)
    assert nearest(extract(picture, colors="auto"), RED) < 10


def test_a_speck_is_no_accent() -> None:
    picture, _ = disc(sky(seed=1), 0.00005, RED)
    assert nearest(extract(picture, colors=5), RED) > 20


# Discs on photos


def on_photo(name: str, color: str, share: float = 0.001) -> NDArray[np.uint8]:
    return disc(bundled(name), share, VIVID[color], place=(0.3, 0.25))[0]


@pytest.mark.parametrize("name", ["astronaut", "coffee", "cat"])
@pytest.mark.parametrize("color", VIVID)
@pytest.mark.parametrize("share", [0.001, 0.003])
def test_a_vivid_disc_on_a_photo_is_kept(name: str, color: str, share: float) -> None:
    palette = extract(on_photo(name, color, share), colors=10)
    assert nearest(palette, VIVID[color]) < 20
    assert len(palette.swatches) == 10


@pytest.mark.slow
def test_without_emphasis_some_accents_are_lost_that_are_kept_by_default() -> None:
    lost = {
        (name, color)
        for name in ("astronaut", "coffee", "cat")
        for color in VIVID
        if nearest(extract(on_photo(name, color), colors=10, emphasis=0), VIVID[color]) > 20
    }
    assert lost
    for name, color in lost:
        assert nearest(extract(on_photo(name, color), colors=10), VIVID[color]) < 20


# Areas


@pytest.mark.parametrize("emphasis", [0, 0.25, 0.5, 1])
def test_shares_are_true_areas_whatever_the_emphasis(emphasis: float) -> None:
    picture, area = disc(sky(seed=3), 0.004, RED)
    palette = extract(picture, colors=6, emphasis=emphasis)
    assert sum(swatch.share for swatch in palette.swatches) == pytest.approx(1)
    # The disc has one color, so its swatch is exact, and so must be its area.
    assert {s.color: s.share for s in palette.swatches}[RED] == pytest.approx(area, abs=1e-12)
    grays = [s for s in palette.swatches if s.color != RED]
    middles = sorted(s.color[0] for s in grays)
    edges = [0, *((low + high) / 2 for low, high in pairwise(middles)), 256]
    counted = np.histogram(picture[np.any(picture != RED, axis=-1)][:, 0], edges)[0]
    found = [s.share for s in sorted(grays, key=lambda s: s.color[0])]
    assert found == pytest.approx((counted / picture[..., 0].size).tolist(), abs=0.02)


def test_with_full_emphasis_more_significant_colors_are_near_a_swatch(
    photo: NDArray[np.uint8],
) -> None:
    near = np.zeros(2, int)
    for picture in (photo, bundled("coffee"), bundled("cat")):
        points = points_of(picture)
        density = Density.of(points)
        chosen = [
            points.rgb[density.box == box].mean(axis=0)
            for box in np.flatnonzero(density.area >= SIGNIFICANT)
        ]
        for emphasis in (0, 1):
            colors = [s.color for s in extract(picture, colors=10, emphasis=emphasis).swatches]
            near[emphasis] += int((differences(chosen, colors).min(axis=1) <= 10).sum())
    assert near[1] > near[0]


# The parts


@given(st.integers(0, 999), st.floats(0, 1), st.sampled_from([4, 40, 256]))
def test_pulls_sum_to_one_and_only_rise_for_what_is_small(
    seed: int, emphasis: float, top: int
) -> None:
    points = points_of(noise(seed, 20, 20, top=top))
    pull = pull_of(points, emphasis)
    assert pull.sum() == pytest.approx(1)
    assert (pull > 0).all()
    assert np.array_equal(pull_of(points, 0), points.weight)


def test_emphasis_lifts_a_small_color_to_the_floor_at_the_most() -> None:
    points = points_of(blocks(((0, 0, 0), 9980), (RED, 20)))
    red = int(points.rgb[:, 0].argmax())
    pulls = [float(pull_of(points, emphasis)[red]) for emphasis in (0, 0.25, 0.5, 0.75, 1)]
    assert pulls == sorted(pulls)
    assert pulls[0] == 0.002
    assert pulls[-1] == pytest.approx(MAX_FLOOR, rel=0.02)
    assert 0.005 <= MAX_FLOOR <= 0.02


def test_a_color_that_is_not_significant_is_not_lifted() -> None:
    points = points_of(blocks(((0, 0, 0), 9996), (RED, 4)))
    assert np.array_equal(pull_of(points, 1), points.weight)


def test_how_far_a_lost_color_is_falls_as_emphasis_grows() -> None:
    distances = [_lost_distance(emphasis) for emphasis in (0, 0.1, 0.25, 1)]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] == float("inf")
    assert distances[2:] == [20, 10]


def test_in_a_flat_picture_every_color_stands_out_and_in_a_gradient_none() -> None:
    points = points_of(blocks(((0, 0, 0), 70), (RED, 20), ((0, 90, 200), 10)))
    alone, flat = lone_colors(points), flat_colors(points)
    assert len(flat) == 3
    assert len(np.unique(np.round(alone, 6), axis=0)) == 3
    grays = np.repeat(np.arange(256, dtype=np.uint8)[np.newaxis], 4, axis=0)
    assert not len(flat_colors(points_of(grays)))


@pytest.mark.parametrize("colors", [64, 128])
def test_a_twin_goes_to_a_lost_color_without_a_new_search(
    monkeypatch: pytest.MonkeyPatch, colors: int
) -> None:
    calls = {"cluster": 0, "refine": 0}
    for called in calls:
        function = getattr(accents, called)

        def counted(*args: Any, called: str = called, function: Any = function) -> Any:
            calls[called] += 1
            return function(*args)

        monkeypatch.setattr(accents, called, counted)
    extract(bundled("rocket"), colors=colors)
    assert calls["cluster"] == 1
    assert 1 <= calls["refine"] <= TWIN_ROUNDS
