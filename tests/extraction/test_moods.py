"""Moods: palettes as people choose them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine import extract
from palette_engine.color.cielab import Lab, lab_of
from palette_engine.extraction.moods import MOODS, _even, _middle
from palette_engine.palette.value import Palette
from tests.sample_pictures import noise, u8

every_mood = pytest.mark.parametrize("mood", MOODS)


def lab_colors(palette: Palette) -> Lab:
    return lab_of(u8([swatch.color for swatch in palette.swatches]))


def chroma(palette: Palette) -> float:
    lab = lab_colors(palette)
    return float(np.hypot(lab[:, 1], lab[:, 2]).mean())


def lightness(palette: Palette) -> float:
    return float(lab_colors(palette)[:, 0].mean())


def test_moods_are_what_they_are_called(photo: NDArray[np.uint8]) -> None:
    found = {mood: extract(photo, colors=5, mood=mood) for mood in ("none", *MOODS)}
    assert chroma(found["people"]) > chroma(found["none"])
    assert chroma(found["colorful"]) > 1.2 * chroma(found["none"])
    assert chroma(found["muted"]) < 0.9 * chroma(found["people"])
    assert lightness(found["dark"]) < 0.8 * lightness(found["none"])
    assert lightness(found["deep"]) < 0.9 * lightness(found["none"])
    assert chroma(found["deep"]) > chroma(found["none"])
    assert lightness(found["bright"]) > lightness(found["people"])
    assert chroma(found["bright"]) > chroma(found["none"])


@every_mood
@pytest.mark.parametrize("colors", [1, 2, 5, 20, 21, 64])
def test_a_mood_gives_as_many_colors_as_asked_for(
    photo: NDArray[np.uint8], mood: str, colors: int
) -> None:
    palette = extract(photo[::4, ::4], colors=colors, mood=mood)
    assert len({swatch.color for swatch in palette.swatches}) == colors
    assert sum(swatch.share for swatch in palette.swatches) == pytest.approx(1)
    assert min(swatch.share for swatch in palette.swatches) > 0


@every_mood
@pytest.mark.parametrize("count", [1, 2, 4, 5, 6, 39, 41])
def test_a_picture_of_few_colors_has_all_of_them_or_as_many_as_asked_for(
    mood: str, count: int
) -> None:
    picture = noise(count, 1, count)
    palette = extract(picture, colors=5, mood=mood)
    assert len(palette.swatches) == min(5, count)
    if count <= 5:
        assert {s.color for s in palette.swatches} == set(map(tuple, picture[0].tolist()))


@every_mood
def test_grays_have_moods_too(mood: str) -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(1, -1)
    assert len(extract(ramp, colors=7, mood=mood).swatches) == 7


@every_mood
def test_kept_colors_are_in_the_palette_of_a_mood(photo: NDArray[np.uint8], mood: str) -> None:
    palette = extract(photo, colors=4, mood=mood, keep="#00ff00, #123456", min_distance=8)
    assert {"#00ff00", "#123456"} < {swatch.hex for swatch in palette.swatches}
    assert len(palette.swatches) == 4
    kept = extract(photo, colors=2, mood=mood, keep="#00ff00, #123456")
    assert {swatch.hex for swatch in kept.swatches} == {"#00ff00", "#123456"}


@given(st.integers(1, 300), st.integers(1, 12))
def test_even_numbers_have_the_mean_of_random_ones(count: int, dimensions: int) -> None:
    even = _even(count, dimensions)
    assert even.shape == (count, dimensions)
    assert even.min() >= 0
    assert even.max() < 1
    assert abs(_even(1000, dimensions).mean(axis=0) - 0.5).max() < 0.01


def test_the_middle_of_themes_matches_their_colors_one_to_one() -> None:
    # The order of a theme's colors means nothing, and the median is not drawn to the odd one.
    usual = np.array([[0.0, 0, 0], [100, 0, 0]])
    odd = np.array([[50.0, 80, 80], [100, 0, 0]])
    themes = np.stack([usual, usual[::-1], usual, usual[::-1], odd])
    middle = _middle(np.array([[20.0, 0, 0], [80, 0, 0]]), themes)
    assert abs(middle - usual).max() < 1
