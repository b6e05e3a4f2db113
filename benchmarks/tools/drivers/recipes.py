"""Driver of recipes: short code that people write with scikit-learn."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.color import lab2rgb, rgb2lab
from sklearn.cluster import KMeans

from benchmarks.tools.drivers.protocol import Color, Palette, serve

__all__ = ["PALETTES"]

PIXELS = 5000
SEED = 0


def thumbnail(path: str, colors: int) -> Iterable[Color]:
    """Plain k-means in RGB over the pixels of a thumbnail of 200 x 400."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((200, 400))
    return _centers(KMeans(colors, random_state=SEED), np.asarray(image).reshape(-1, 3))


def random_pixels(path: str, colors: int) -> Iterable[Color]:
    """K-means in RGB from random starts over 5,000 random pixels."""
    return _centers(KMeans(colors, init="random", random_state=SEED), _sample(path))


def random_pixels_lab(path: str, colors: int) -> Iterable[Color]:
    """K-means in CIELAB, k-means++ and four starts, over 5,000 random pixels."""
    lab = rgb2lab(_sample(path) / 255)
    centers = _centers(KMeans(colors, n_init=4, random_state=SEED), lab)
    found: list[Color] = (lab2rgb(centers) * 255).tolist()
    return found


def _sample(path: str) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3)
    return pixels[np.random.default_rng(SEED).integers(len(pixels), size=PIXELS)]


def _centers(model: KMeans, points: NDArray[np.generic]) -> list[Color]:
    centers: list[Color] = model.fit(points).cluster_centers_.tolist()
    return centers


PALETTES: Mapping[str, Palette] = {
    "recipe-thumbnail": thumbnail,
    "recipe-pixels": random_pixels,
    "recipe-lab": random_pixels_lab,
}
"""The recipes, by the tool's name in the catalog."""

if __name__ == "__main__":
    serve(PALETTES[sys.argv[1]])
