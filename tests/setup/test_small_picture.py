"""Small pictures: the plug-in's thumbnails, averaged from the strips of a picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.setup.plugin_modules import plugin_module


@pytest.mark.parametrize("rows", [1, 7, 128, 1000])
@pytest.mark.parametrize("size", [(1, 1), (300, 200), (37, 411), (1000, 3), (10, 180)])
@pytest.mark.parametrize("kind", ["rgb", "rgba"])
def test_a_small_picture_has_means_in_linear_light_where_all_is_opaque(
    rows: int, size: tuple[int, int], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = plugin_module(monkeypatch, "pictures.small_picture")
    width, height = size
    random = np.random.default_rng(0)
    colors = random.integers(0, 256, (height, width, len(kind)), np.uint8)
    if kind == "rgba":  # mostly opaque
        colors[..., 3] |= np.where(random.random((height, width)) < 0.95, 255, 0).astype(np.uint8)
    mask = random.integers(0, 256, (height, width), np.uint8)
    small = module.SmallPicture([kind, "mask"], size, (232, 180))
    for top in range(0, height, rows):
        strip = [plane[top : top + rows].tobytes() for plane in (colors, mask)]
        small.add(top, min(rows, height - top), strip)
    scale = min(1, 232 / width, 180 / height)
    across, down = (max(1, round(length * scale)) for length in size)
    assert (small.width, small.height) == (across, down)
    assert small.names == ["rgba", "mask"]
    x, y = (
        ((np.arange(3 * count) + 0.5) * length / (3 * count)).astype(np.intp)
        for count, length in ((across, width), (down, height))
    )
    samples = colors[y][:, x].reshape(down, 3, across, 3, len(kind))
    means = encoded(linear(samples[..., :3] / 255).mean(axis=(1, 3))) * 255
    middles = samples[:, 1, :, 1]
    planes = np.frombuffer(small.planes, np.uint8)
    pixels = planes[: 4 * across * down].reshape(down, across, 4)
    opaque = np.ones((down, across), bool)
    if kind == "rgba":
        opaque = (samples[..., 3] == 255).all(axis=(1, 3))
        assert np.array_equal(pixels[~opaque], middles[~opaque])
    assert (pixels[opaque][:, 3] == 255).all()
    # Half a level of rounding, and 12 bits of linear light.
    assert np.abs(pixels[opaque][:, :3] - means[opaque]).max(initial=0) < 0.5 + 0.7
    assert np.array_equal(planes[4 * across * down :], mask[y][:, x][1::3, 1::3].ravel())


def test_a_picture_that_fits_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    module = plugin_module(monkeypatch, "pictures.small_picture")
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    small = module.SmallPicture(["rgb"], (16, 16), (232, 180))
    small.add(0, 16, [gray.tobytes()])
    assert small.is_whole
    shown = np.frombuffer(small.planes, np.uint8).reshape(16, 16, 4)
    assert np.array_equal(shown[..., :3], gray)


def test_fine_stripes_become_the_gray_that_they_look_like(monkeypatch: pytest.MonkeyPatch) -> None:
    module = plugin_module(monkeypatch, "pictures.small_picture")
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[:, ::3] = 255
    small = module.SmallPicture(["rgb"], (300, 300), (100, 100))
    small.add(0, 300, [stripes.tobytes()])
    # A third of the light: 255 * (1.055 * (1/3) ** (1/2.4) - 0.055) = 156.2.
    assert set(small.planes) == {156, 255}


def linear(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
