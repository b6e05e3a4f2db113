"""Pictures of which it is known what their palette should be."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.extraction.pipeline import extract
from palette_engine.pictures.pixels import SAMPLES
from palette_engine.pictures.reading import read_pixels
from tests.measures import colors_of, difference, shares
from tests.patience import PATIENCE
from tests.sample_pictures import BROWN, bundled, clearly_different, mosaic, noise, u8

pytestmark = pytest.mark.slow

Color = tuple[int, int, int]

PETROL = (12, 90, 101)
COUNTS = range(1, 25)


# Flat pictures


@pytest.mark.parametrize("count", COUNTS)
def test_flat_colors_are_found_exactly_as_many_as_there_are(count: int) -> None:
    colors = clearly_different(count, seed=count)
    picture, truth = mosaic(colors, (160, 120), seed=count, least=0.005)
    for asked in ("auto", count, "1-256"):
        palette = extract(picture, colors=asked)
        assert shares(palette) == pytest.approx(dict(zip(colors, truth, strict=True)), abs=1e-12)
        assert max(palette.asked, palette.needed) == count
        assert palette.note == ""
        assert palette.difference
        assert (palette.difference.mean, palette.difference.p95) == (0, 0)


@pytest.mark.parametrize("count", COUNTS)
def test_flat_colors_with_smooth_edges_are_found_exactly(count: int) -> None:
    colors = clearly_different(count, seed=count)
    picture, truth = mosaic(colors, (640, 480), seed=count, smooth=True, least=0.02 / count**0.5)
    assert len(colors_of(picture)) > count or count == 1
    for asked in ("auto", count):
        found = shares(extract(picture, colors=asked))
        # An edge is a pixel wide and may go to either side, or to a third color between them.
        assert found == pytest.approx(dict(zip(colors, truth, strict=True)), abs=0.005)


@pytest.mark.parametrize("count", COUNTS)
def test_in_a_small_picture_smooth_edges_do_not_take_the_places_of_flat_colors(count: int) -> None:
    colors = clearly_different(count, seed=count)
    picture, _ = mosaic(colors, (160, 120), seed=count, smooth=True, least=0.02 / count**0.5)
    assert {*shares(extract(picture, colors=count))} == {*colors}


def test_more_colors_than_asked_for_are_summed_up() -> None:
    colors = clearly_different(12, seed=3)
    picture, _ = mosaic(colors, (160, 120), seed=3)
    palette = extract(picture, colors=5)
    assert len(palette.swatches) == 5
    assert sum(shares(palette).values()) == pytest.approx(1)


# Patterns


def diagonal(height: int, width: int, period: int) -> NDArray[np.uint8]:
    rows, columns = np.indices((height, width))
    return np.where(((rows + columns) % period == 0)[..., np.newaxis], u8(PETROL), u8(BROWN))


def checkered(height: int, width: int, period: int) -> NDArray[np.uint8]:
    rows, columns = np.indices((height, width)) // period
    return np.where(((rows + columns) % 2 == 0)[..., np.newaxis], u8(PETROL), u8(BROWN))


def upright(height: int, width: int, period: int) -> NDArray[np.uint8]:
    columns = (np.arange(width) % period == 0)[:, np.newaxis]
    return np.broadcast_to(np.where(columns, u8(PETROL), u8(BROWN)), (height, width, 3))


def level(height: int, width: int, period: int) -> NDArray[np.uint8]:
    return upright(width, height, period).transpose(1, 0, 2)


@pytest.mark.parametrize("pattern", [upright, level, diagonal, checkered])
@pytest.mark.parametrize("period", range(1, 17))
@pytest.mark.parametrize(
    ("size", "tolerance"), [((97, 131), 1e-12), ((1400, 1000), 0.003)], ids=["all", "sampled"]
)
def test_patterns_of_any_period_have_their_true_colors_and_shares(
    pattern: object, period: int, size: tuple[int, int], tolerance: float
) -> None:
    assert callable(pattern)
    picture: NDArray[np.uint8] = pattern(*size, period)
    assert (picture.shape[0] * picture.shape[1] > SAMPLES) == (tolerance > 1e-6)
    petrol = float((picture[..., 0] == PETROL[0]).mean())
    truth = {PETROL: petrol, BROWN: 1 - petrol} if petrol < 1 else {PETROL: 1.0}
    for asked in ("auto", 4):
        assert shares(extract(picture, colors=asked)) == pytest.approx(truth, abs=tolerance)


def test_a_picture_above_the_sampling_limit_has_the_shares_of_all_its_pixels() -> None:
    colors = clearly_different(9, seed=4)
    picture, truth = mosaic(colors, (1600, 1200), seed=4)
    assert len(read_pixels(picture).weight) == SAMPLES
    found = shares(extract(picture, colors="auto"))
    assert found == pytest.approx(dict(zip(colors, truth, strict=True)), abs=0.002)


# How many colors a picture needs


def gradient(first: Color, last: Color, width: int = 512) -> NDArray[np.uint8]:
    part = np.linspace(0, 1, width)[:, np.newaxis]
    row = np.round(u8(first) * (1 - part) + u8(last) * part).astype(np.uint8)
    return np.broadcast_to(row, (64, width, 3))


@pytest.mark.parametrize(
    ("first", "last", "least", "most"),
    [
        ((0, 0, 0), (255, 255, 255), 2, 8),
        ((255, 0, 0), (0, 0, 255), 2, 10),
        ((255, 255, 255), (30, 90, 200), 2, 8),
        ((120, 120, 120), (135, 135, 135), 1, 1),
        ((120, 60, 60), (160, 90, 70), 1, 3),
    ],
)
def test_a_gradient_needs_a_few_colors(first: Color, last: Color, least: int, most: int) -> None:
    for picture in (gradient(first, last), gradient(last, first).transpose(1, 0, 2)):
        assert least <= len(extract(picture, colors="auto").swatches) <= most


@pytest.mark.parametrize("spread", [1, 2, 5, 10])
def test_a_nearly_plain_picture_needs_a_color_or_two(spread: int) -> None:
    grain = np.random.default_rng(spread).normal(0, spread, (200, 300, 3))
    picture = (u8(BROWN) + grain).clip(0, 255).round().astype(np.uint8)
    palette = extract(picture, colors="auto")
    assert 1 <= len(palette.swatches) <= 2
    assert max(difference(color, BROWN) for color in shares(palette)) < 12


def test_a_plain_picture_needs_one_color() -> None:
    assert shares(extract(np.full((9, 9, 3), BROWN, np.uint8), colors="auto")) == {BROWN: 1.0}


@pytest.mark.parametrize("name", ["astronaut", "coffee", "cat", "rocket"])
def test_a_photo_needs_some_colors(name: str) -> None:
    assert 4 <= len(extract(bundled(name), colors="auto").swatches) <= 20


def test_noise_of_all_colors_needs_as_many_as_there_may_be() -> None:
    palette = extract(noise(0, 150, 150), colors="auto")
    assert len(palette.swatches) == 24
    assert max(shares(palette).values()) < 0.15


@pytest.mark.parametrize(("bounds", "least", "most"), [("3-5", 3, 5), ("9-9", 9, 9), ("1-2", 1, 2)])
def test_bounds_are_respected(bounds: str, least: int, most: int, photo: NDArray[np.uint8]) -> None:
    assert len(extract(photo, colors=bounds).swatches) == most
    plain = gradient((120, 120, 120), (135, 135, 135))
    assert len(extract(plain, colors=bounds).swatches) == least


def test_a_picture_with_fewer_colors_than_the_least_has_all_it_has_and_says_so() -> None:
    palette = extract(np.full((9, 9, 3), BROWN, np.uint8), colors="3-5")
    assert shares(palette) == {BROWN: 1.0}
    assert palette.note == "Only 1 color was found in the picture; at least 3 were asked for."


def test_bounds_that_begin_at_the_number_of_colors_come_to_an_end() -> None:
    # In a process of its own, as a search without end would stop all tests.
    code = """if True:
        import numpy as np
        from palette_engine import extract
        for seed in range(12):
            rng = np.random.default_rng(seed)
            for count in range(2, 12):
                picture = rng.integers(0, 256, (1, count, 3), np.uint8)
                print(len(extract(picture, colors=f"{count}-20").swatches))"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=PATIENCE
    )
    assert [*map(int, run.stdout.split())] == [*range(2, 12)] * 12


def test_a_larger_tolerance_never_needs_more_colors(photo: NDArray[np.uint8]) -> None:
    needed = [
        len(extract(photo, colors="1-64", tolerance=tolerance).swatches)
        for tolerance in (5, 8, 12, 16, 20, 30, 50)
    ]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > needed[2] > needed[-1]


@pytest.mark.parametrize("tolerance", [8, 12, 20])
def test_nearly_all_of_the_area_is_within_the_tolerance(
    tolerance: float, photo: NDArray[np.uint8]
) -> None:
    palette = extract(photo, colors="1-64", tolerance=tolerance, swatch="mean", emphasis=0)
    assert len(palette.swatches) < 64
    assert palette.difference
    # It is decided on cells of colors, not on every single one.
    assert palette.difference.p95 <= 1.05 * tolerance
