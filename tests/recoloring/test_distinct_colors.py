"""Distinct colors: previews of one small picture, palette after palette."""

from __future__ import annotations

import numpy as np
import pytest

from palette_engine.options import Options
from palette_engine.recoloring.distinct_colors import DistinctColors
from palette_engine.recoloring.index_map import index_table
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.recolor import ignore_progress


@pytest.mark.parametrize("count", [1, 2, 40, 256])
@pytest.mark.parametrize("levels", [3, 256])
def test_the_indexes_are_those_of_a_swatch_table(count: int, levels: int) -> None:
    random = np.random.default_rng(count)
    rgb = random.integers(0, levels, (37, 53, 3)).astype(np.uint8)
    picture = Picture(rgb, np.full((37, 53), 255, np.uint8))
    distinct = DistinctColors(picture)
    for ignore in ((), ("white",), ("black", "#808080")):
        options = Options.of({"ignore": ignore, "ignore_distance": 20})
        for _ in range(2):
            swatches = random.integers(0, 256, (count, 3)).astype(np.uint8)
            expected = index_table(swatches, options)(picture, ignore_progress)
            index = distinct.index(swatches).copy()
            index[distinct.ignored(options)] = count
            assert index.dtype == expected.dtype
            np.testing.assert_array_equal(index, expected)
