"""Places of swatches in the plug-in's thumbnail, without GIMP."""

from __future__ import annotations

import numpy as np
import pytest

from tests.setup.plugin_modules import plugin_module


@pytest.mark.parametrize("count", [3, 255, 256])
def test_the_veil_leaves_the_places_of_one_swatch(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    places = plugin_module(monkeypatch, "pictures.places")
    depth = 1 if count < 256 else 2
    index = np.array([[0, 1, 2, count], [count - 1, 2, 0, 0]], f"<u{depth}")
    found = places.Places(4, 2, count, depth, index.tobytes())
    for swatch in (0, 1, 2, count - 1):
        veil = np.frombuffer(found.veil(swatch), np.uint8).reshape(index.shape)
        assert np.array_equal(veil == 0, index == swatch)
        assert {*veil[index != swatch].tolist()} == {places.VEIL}
    assert [found.at(x, 0) for x in range(-1, 5)] == [None, 0, 1, 2, None, None]
    assert [found.at(x, 1) for x in range(4)] == [count - 1, 2, 0, 0]
    assert found.at(0, 2) is None
