"""Small pictures: the plug-in's thumbnails, sampled from strips."""

from __future__ import annotations

import numpy as np
import pytest

from tests.setup.plugin_modules import plugin_module


@pytest.mark.parametrize("rows", [1, 7, 128, 1000])
@pytest.mark.parametrize("size", [(1, 1), (300, 200), (37, 411), (1000, 3), (10, 180)])
@pytest.mark.parametrize("kind", ["rgb", "rgba"])
def test_a_small_picture_has_the_pixels_in_the_middle_of_equal_parts(
    rows: int, size: tuple[int, int], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = plugin_module(monkeypatch, "small_picture")
    width, height = size
    random = np.random.default_rng(0)
    colors = random.integers(0, 256, (height, width, len(kind)), np.uint8)
    mask = random.integers(0, 256, (height, width), np.uint8)
    small = module.SmallPicture([kind, "mask"], size, (232, 180))
    for top in range(0, height, rows):
        strip = [plane[top : top + rows].tobytes() for plane in (colors, mask)]
        small.add(top, min(rows, height - top), strip)
    scale = min(1, 232 / width, 180 / height)
    across, down = (max(1, round(length * scale)) for length in size)
    assert (small.width, small.height) == (across, down)
    x, y = (
        ((np.arange(count) + 0.5) * length / count).astype(np.intp)
        for count, length in ((across, width), (down, height))
    )
    if kind == "rgb":
        colors = np.pad(colors, ((0, 0), (0, 0), (0, 1)), constant_values=255)
    assert small.names == ["rgba", "mask"]
    assert small.planes == colors[y][:, x].tobytes() + mask[y][:, x].tobytes()
