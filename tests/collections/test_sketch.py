"""Sketches: near for like pictures, far for others."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.collections.sketch import SIZE, distances, sketch_of
from palette_engine.color.cielab import lab_of


def sketch(*colors: tuple[int, int, int]) -> NDArray[np.uint8]:
    weight = np.full(len(colors), 1 / len(colors))
    return sketch_of(lab_of(np.array(colors, np.uint8)), weight)


def test_it_has_64_bytes_whose_squares_sum_to_all_of_the_picture() -> None:
    found = sketch((200, 30, 40), (10, 200, 90))
    assert found.shape == (SIZE,)
    assert found.dtype == np.uint8
    assert (found.astype(float) ** 2).sum() / 255**2 == pytest.approx(1, abs=0.02)


def test_black_is_one_corner_of_lightness() -> None:
    # L* 0, and a* and b* in the middle of the two inner corners of each: four corners of a quarter.
    assert sorted(sketch((0, 0, 0)).tolist(), reverse=True)[:5] == [128, 128, 128, 128, 0]


def test_a_color_like_another_is_nearer_than_one_that_is_not() -> None:
    others = np.stack([sketch((200, 30, 60)), sketch((20, 60, 200)), sketch((200, 30, 40))])
    found = distances(others, sketch((200, 30, 40))).tolist()
    assert found[2] == 0 < found[0] < found[1]
