"""Grounds: a quick look never takes a drawing for a photograph."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.extraction.block_grid import BlockGrid
from palette_engine.extraction.grounds import Grounds, has_no_grounds
from palette_engine.pictures.pixels import Frame, Pixels, sample_positions


@given(
    seed=st.integers(0, 2**16),
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    drawn=st.floats(0, 1),
    noise=st.sampled_from([0, 4, 5, 18, 60]),
    dark=st.booleans(),
    sampled=st.integers(1, 6),
)
def test_what_a_quick_look_refuses_has_no_grounds(
    seed: int, width: int, height: int, drawn: float, noise: int, dark: bool, sampled: int
) -> None:
    # The columns on the left are flat but for some noise, the others are not.
    random = np.random.default_rng(seed)
    rgb = random.integers(0, 256, (height, width, 3))
    color = random.integers(0, 30 if dark else 256, 3)
    part = int(drawn * width)
    rgb[:, :part] = color + random.integers(0, noise + 1, (height, part, 3))
    frame = Frame(width, height)
    chosen = sample_positions(0, frame.total, frame.total, max(1, frame.total // sampled))
    flat = rgb.clip(0, 255).astype(np.uint8).reshape(-1, 3)[chosen]
    pixels = Pixels(flat, np.full(len(flat), 255, np.uint8), frame)
    grid = BlockGrid.of(pixels)
    if has_no_grounds(pixels):
        assert grid is not None
        assert not len(Grounds.of(grid))


def test_a_quick_look_refuses_noise_and_not_a_page() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96 * 96, 3)).astype(np.uint8)
    page = noise.copy()
    page[: 48 * 96] = 255
    opaque = np.full(96 * 96, 255, np.uint8)
    frame = Frame(96, 96)
    assert has_no_grounds(Pixels(noise, opaque, frame))
    assert not has_no_grounds(Pixels(page, opaque, frame))
