"""Pictures taken apart into one mask for each swatch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.color.cielab import compress_chroma, lab_of
from palette_engine.errors import InputError, OptionError
from palette_engine.extraction.nearest import nearest, second_nearest
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.index_map import index_map
from palette_engine.recoloring.recolor import recolor
from palette_engine.recoloring.separation import EDGES, separate
from tests.sample_pictures import bundled, noise, u8

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (255, 0, 0)

SEED = st.integers(0, 2**32)


def palette_of(*colors: tuple[int, int, int]) -> Palette:
    return Palette(tuple(map(Swatch, colors)))


def random_palette(seed: int, count: int) -> Palette:
    return palette_of(*((r, g, b) for r, g, b in noise(seed, count).tolist()))


def random_picture(seed: int, height: int = 12, width: int = 9) -> NDArray[np.uint8]:
    alpha = np.random.default_rng(seed).choice(u8([0, 1, 7, 8, 100, 255]), (height, width))
    return np.dstack([noise(seed, height, width), alpha])


def stacked(picture: NDArray[np.uint8], palette: Palette, edges: str, **values: Any) -> Any:
    return np.stack([*separate(picture, palette, edges, **values).masks])


@given(SEED, st.integers(1, 6), st.sampled_from(sorted(EDGES)))
def test_masks_add_up_to_the_picture_exactly(seed: int, count: int, edges: str) -> None:
    picture = random_picture(seed)
    masks = stacked(picture, random_palette(seed, count), edges)
    np.testing.assert_array_equal(masks.sum(axis=0, dtype=np.uint32), picture[..., 3])


@given(SEED, st.integers(1, 6))
def test_with_hard_edges_each_visible_pixel_is_in_exactly_one(seed: int, count: int) -> None:
    picture = random_picture(seed)
    masks = stacked(picture, random_palette(seed, count), "hard")
    np.testing.assert_array_equal((masks > 0).sum(axis=0), picture[..., 3] > 0)


@given(SEED, st.integers(2, 6))
def test_with_soft_edges_each_pixel_is_in_two_at_most_and_mostly_in_the_nearest(
    seed: int, count: int
) -> None:
    picture = random_picture(seed)
    palette = random_palette(seed, count)
    masks = stacked(picture, palette, "soft")
    assert (masks > 0).sum(axis=0).max() <= 2
    index = index_map(picture, palette).index
    for swatch in range(count):
        own = index == swatch
        assert (2 * masks[swatch][own].astype(int) >= picture[..., 3][own]).all()


def test_hard_masks_in_the_colors_of_their_swatches_are_the_recolored_picture() -> None:
    picture = np.dstack([bundled("astronaut")[::3, ::3], random_picture(1, 171, 171)[..., 3]])
    palette = random_palette(2, 9)
    recolored = np.asarray(recolor(picture, palette).convert("RGBA"))
    colored = np.zeros((171, 171, 3), np.uint64)
    alpha = np.zeros((171, 171), np.uint64)
    for swatch, mask in zip(palette.swatches, separate(picture, palette).masks, strict=True):
        colored += mask[..., np.newaxis].astype(np.uint64) * np.array(swatch.color, np.uint64)
        alpha += mask
    np.testing.assert_array_equal(alpha, recolored[..., 3])
    np.testing.assert_array_equal(
        colored, recolored[..., :3].astype(np.uint64) * alpha[..., np.newaxis]
    )


@pytest.mark.parametrize("edges", EDGES)
def test_layers_of_pixels_added_are_the_picture(edges: str) -> None:
    picture = random_picture(3)
    separation = separate(picture, random_palette(4, 5), edges)
    total = np.zeros((12, 9, 3), np.uint32)
    for swatch in range(5):
        layer = separation.layer(swatch)
        total += layer[..., :3] * layer[..., 3:].astype(np.uint32)
        assert not layer[layer[..., 3] == 0].any()
    np.testing.assert_array_equal(total, picture[..., :3] * picture[..., 3:].astype(np.uint32))


def test_soft_weights_are_inverse_to_squared_distances() -> None:
    # Grays differ in L* only: black 0, white 100, gray 119 50.03, and gray 60 25.3.
    picture = u8([[BLACK, (60, 60, 60), (119, 119, 119), WHITE]])
    black, white = stacked(picture, palette_of(BLACK, WHITE), "soft")
    lightness = lab_of(u8([60, 60, 60]))[0]
    part = lightness**2 / (lightness**2 + (100 - lightness) ** 2)
    assert white.tolist() == [[0, int(255 * part), 128, 255]]
    assert black.tolist() == [[255, 255 - int(255 * part), 127, 0]]


def test_the_second_nearest_swatch_is_found_in_the_plainest_way() -> None:
    colors, swatches = lab_of(noise(0, 3000)), lab_of(noise(1, 7))
    first = nearest(colors, swatches)
    second, part = second_nearest(colors, swatches, first)
    apart = compress_chroma(colors)[:, np.newaxis] - compress_chroma(swatches)
    lightness, chroma = apart[..., 0] ** 2, apart[..., 1] ** 2 + apart[..., 2] ** 2
    distance = lightness + chroma * (0.16 + (chroma / 2500) ** 4)
    order = np.argsort(distance, axis=1, kind="stable")
    np.testing.assert_array_equal(first, order[:, 0])
    np.testing.assert_array_equal(second, order[:, 1])
    rows = np.arange(len(colors))
    near, far = distance[rows, first], distance[rows, second]
    np.testing.assert_allclose(part, near / (near + far), rtol=1e-12)


def test_equal_swatches_share_nothing() -> None:
    first, second = stacked(u8([[RED]]), palette_of(RED, RED), "soft")
    assert (first.item(), second.item()) == (255, 0)


def test_one_swatch_has_all() -> None:
    (mask,) = stacked(noise(0, 2, 2), palette_of(RED), "soft")
    assert (mask == 255).all()


@pytest.mark.parametrize("edges", EDGES)
def test_ignored_colors_are_in_no_mask(edges: str) -> None:
    masks = stacked(u8([[WHITE, RED]]), palette_of(RED, BLACK), edges, ignore="white")
    assert masks[..., 0].tolist() == [[0], [0]]
    assert masks[..., 1].tolist() == [[255], [0]]


def test_masks_are_a_sequence() -> None:
    masks = separate(u8([[WHITE, RED]]), palette_of(RED, WHITE, BLACK)).masks
    assert len(masks) == 3
    np.testing.assert_array_equal(masks[-1], [[0, 0]])
    np.testing.assert_array_equal(masks[1:][0], masks[1])
    with pytest.raises(IndexError):
        masks[3]


def test_the_map_is_that_of_the_picture() -> None:
    picture, palette = random_picture(5), random_palette(6, 4)
    separation = separate(picture, palette, "soft")
    expected = index_map(picture, palette)
    np.testing.assert_array_equal(separation.map.index, expected.index)
    assert separation.map.places == expected.places


@pytest.mark.parametrize("edges", EDGES)
def test_256_swatches_are_the_most(edges: str) -> None:
    masks = stacked(noise(0, 5, 5), random_palette(1, 256), edges)
    assert (masks.sum(axis=0, dtype=np.uint32) == 255).all()
    with pytest.raises(InputError, match="up to 256"):
        separate(noise(0, 5, 5), random_palette(1, 257), edges)


@pytest.mark.parametrize("edges", ["", "feathered", None, ["hard"]])
def test_other_edges_are_refused(edges: Any) -> None:
    with pytest.raises(OptionError, match="edges must be hard or soft, not "):
        separate("nowhere.png", palette_of(RED), edges)


def test_a_palette_without_colors_is_refused() -> None:
    with pytest.raises(InputError, match="has no colors"):
        separate("nowhere.png", Palette(()))
