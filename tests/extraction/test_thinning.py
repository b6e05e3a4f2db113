"""Thinning: photographs with fewer pixels, all else to the pixel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.extraction.histogram import Histogram
from palette_engine.extraction.thinning import ENOUGH, thinned_histogram
from palette_engine.pictures.pixels import Pixels
from tests.sample_pictures import noise


def pixels_of(picture: NDArray[np.uint8]) -> Pixels:
    rgb = picture.reshape(-1, 3)
    return Pixels(rgb, np.full(len(rgb), 255, np.uint8))


def shares(histogram: Histogram) -> NDArray[np.float64]:
    """Return the share of each cell of 4 x 4 x 4 cells of the sRGB cube."""
    channels = np.stack([histogram.keys >> (k * histogram.bits) for k in (2, 1, 0)], axis=1)
    red, green, blue = (channels >> (histogram.bits - 2) & 3).T
    weight = histogram.sums[:, 0].astype(np.float64)
    share: NDArray[np.float64] = np.bincount(red * 16 + green * 4 + blue, weight, 64) / weight.sum()
    return share


@pytest.mark.parametrize("count", [2 * ENOUGH, 1000])
def test_few_pixels_all_count(count: int) -> None:
    pixels = pixels_of(noise(count, 1, count))
    thin, all_of_them = thinned_histogram(pixels), Histogram.of(pixels)
    assert np.array_equal(thin.sums, all_of_them.sums)


@pytest.mark.parametrize("size", [1000, 1447])
def test_many_colors_keep_their_shares_and_the_weight_of_all(size: int) -> None:
    ramp = np.linspace(0, 200, size, dtype=np.float64)
    picture = noise(3, size, size) // 5 + ramp[:, np.newaxis].astype(np.uint8)
    pixels = pixels_of(picture)
    thin, whole = thinned_histogram(pixels), Histogram.of(pixels)
    step = size * size // ENOUGH
    assert thin.total == whole.total // (255 * step) * (255 * step)
    assert np.abs(shares(thin) - shares(whole)).max() < 0.002


def test_few_colors_count_to_the_pixel() -> None:
    picture = np.zeros((1000, 1000, 3), np.uint8)
    picture[::7, ::3] = (255, 0, 0)
    picture[500, 500] = (0, 0, 255)
    pixels = pixels_of(picture)
    assert np.array_equal(thinned_histogram(pixels).sums, Histogram.of(pixels).sums)


@pytest.mark.parametrize("period", [2, 3, 4, 8, 1000])
def test_patterns_keep_their_shares(period: int) -> None:
    picture = noise(5, 1200, 1200) // 4
    picture[:, ::period] |= 192
    thin, whole = (make(pixels_of(picture)) for make in (thinned_histogram, Histogram.of))
    assert np.abs(shares(thin) - shares(whole)).max() < 0.003
