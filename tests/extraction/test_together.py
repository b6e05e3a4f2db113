"""One palette of several pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, OptionError
from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.pictures.reading import Source
from tests.animations import COLORS, GifFrame, gif
from tests.measures import shares
from tests.sample_pictures import BROWN, blocks, encoded, noise, solid

RED, BLUE = (255, 0, 0), (0, 0, 255)


def plain(color: tuple[int, int, int], side: int) -> NDArray[np.uint8]:
    return np.full((side, side, 3), color, np.uint8)


def test_a_small_and_a_large_picture_count_the_same() -> None:
    palette = extract_together([plain(RED, 10), plain(BLUE, 1000)])
    assert shares(palette) == pytest.approx({RED: 0.5, BLUE: 0.5}, abs=1e-3)


def test_by_area_a_picture_counts_as_much_as_it_has_pixels() -> None:
    palette = extract_together([plain(RED, 10), plain(BLUE, 30)], weighting="area")
    assert shares(palette) == {RED: 0.1, BLUE: 0.9}


@pytest.mark.slow
def test_by_area_pixels_count_that_are_not_sampled() -> None:
    large = np.full((3000, 4000, 3), RED, np.uint8)
    found = shares(extract_together([large, plain(BLUE, 1000)], weighting="area"))
    assert found == pytest.approx({RED: 12 / 13, BLUE: 1 / 13}, abs=1e-4)


@pytest.mark.parametrize("delays", [(10, 10), (10, 20), (7, 11)])
def test_by_area_an_animation_counts_as_much_as_a_frame_has_pixels(
    delays: tuple[int, int],
) -> None:
    frames = [GifFrame(np.full((10, 10), 1, np.uint8), delay=delay) for delay in delays]
    animation = gif((10, 10), frames)
    found = shares(extract_together([animation, plain(BLUE, 30)], weighting="area", frames="all"))
    assert found == pytest.approx({COLORS[1]: 0.1, BLUE: 0.9}, abs=1e-6)


def test_by_area_what_is_transparent_does_not_count() -> None:
    half = np.concatenate([plain(RED, 10), np.full((10, 10, 1), 255, np.uint8)], axis=2)
    half[:5, :, 3] = 0
    pictures = [half, plain(BLUE, 10)]
    assert shares(extract_together(pictures, weighting="area")) == {RED: 1 / 3, BLUE: 2 / 3}
    assert shares(extract_together(pictures)) == pytest.approx({RED: 0.5, BLUE: 0.5}, abs=1e-6)


@pytest.mark.parametrize("sides", [(1, 1), (1, 2), (3, 7), (10, 999), (500, 501), (1, 999)])
def test_equal_pictures_count_the_same_whatever_their_sizes(sides: tuple[int, int]) -> None:
    palette = extract_together([plain(RED, sides[0]), plain(BLUE, sides[1])])
    assert shares(palette) == pytest.approx({RED: 0.5, BLUE: 0.5}, abs=1e-4)


def test_a_hundred_pictures_count_the_same() -> None:
    pictures = [plain((level, 0, 255 - level), 1 + level % 7) for level in range(0, 200, 2)]
    palette = extract_together(pictures, colors=256)
    assert shares(palette) == pytest.approx(
        {(level, 0, 255 - level): 0.01 for level in range(0, 200, 2)}, abs=1e-6
    )


@pytest.mark.slow
@pytest.mark.parametrize("weighting", ["equal", "area"])
def test_the_order_of_pictures_does_not_matter(weighting: str, photo: NDArray[np.uint8]) -> None:
    pictures = [photo[:200, :200], noise(0, 300, 300), blocks((RED, 30), (BLUE, 3))]
    palettes = [
        extract_together(some, weighting=weighting, colors=7) for some in permutations(pictures)
    ]
    assert all(palette == palettes[0] for palette in palettes)


@pytest.mark.slow
@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_any_pictures_does_not_matter(sizes: list[int], random: object) -> None:
    pictures = [noise(size, size, size, top=30) for size in sizes]
    shuffled = [*pictures]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert extract_together(pictures, colors=5) == extract_together(shuffled, colors=5)


@pytest.mark.parametrize("weighting", ["equal", "area"])
def test_one_picture_together_has_the_palette_it_has_alone(
    weighting: str, photo: NDArray[np.uint8]
) -> None:
    alone = extract(photo, colors=6)
    together = extract_together([photo], weighting=weighting, colors=6)
    assert together.swatches == alone.swatches
    assert together.difference == alone.difference


@pytest.mark.parametrize("weighting", ["equal", "area"])
def test_a_picture_twice_is_the_picture_once(weighting: str, photo: NDArray[np.uint8]) -> None:
    once, twice = (extract_together([photo] * n, weighting=weighting, colors=6) for n in (1, 2))
    assert once.swatches == twice.swatches


def test_pictures_by_area_are_one_picture_cut_in_pieces(photo: NDArray[np.uint8]) -> None:
    pieces = [photo[:100], photo[100:101], photo[101:]]
    assert (
        extract_together(pieces, weighting="area", colors=6).swatches
        == extract(photo, colors=6).swatches
    )


def test_sources_of_every_kind_come_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "brown.png"
    path.write_bytes(encoded(solid(), "PNG"))

    def sources() -> Iterator[Source]:
        yield path
        yield str(path)
        yield path.read_bytes()
        yield io.BytesIO(path.read_bytes())
        yield Image.open(path)
        yield plain(RED, 3)

    palette = extract_together(sources())
    assert shares(palette) == pytest.approx({BROWN: 5 / 6, RED: 1 / 6}, abs=1e-6)
    assert (palette.name, palette.source) == ("Palette", "6 pictures")


def test_all_options_hold_for_pictures_together() -> None:
    pictures = [blocks((BROWN, 50), ((255, 255, 255), 50)), blocks((RED, 9), (BLUE, 1))]
    palette = extract_together(pictures, colors="auto", ignore="white", keep="#0f0", order="hue")
    assert {*shares(palette)} == {BROWN, RED, BLUE, (0, 255, 0)}


@pytest.mark.parametrize("sources", [[], (), iter(())], ids=["list", "tuple", "iterator"])
def test_no_pictures_are_refused_in_a_sentence(sources: object) -> None:
    assert isinstance(sources, list | tuple | Iterator)
    with pytest.raises(OptionError, match=r"^There is no picture .*; name at least one\.$"):
        extract_together(sources)


@pytest.mark.parametrize("weighting", ["", "Equal", "pixels", None, 1, ["area"]])
def test_an_unknown_weighting_is_refused_before_a_picture_is_opened(weighting: str) -> None:
    with pytest.raises(OptionError, match="weighting must be equal or area, not "):
        extract_together(["nowhere.png"], weighting=weighting)


def test_a_wrong_option_is_refused_before_a_picture_is_opened() -> None:
    with pytest.raises(OptionError, match="colors must be"):
        extract_together(["nowhere.png"], colors=0)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("clear.png", encoded(Image.new("RGBA", (4, 4)), "PNG")),
        ("text.png", b"no picture"),
        ("empty.png", b""),
        ("cut.jpg", encoded(solid(), "JPEG")[:300]),
        ("missing.png", None),
    ],
)
@pytest.mark.parametrize("weighting", ["equal", "area"])
def test_one_picture_that_cannot_be_used_is_named(
    name: str, data: bytes | None, weighting: str, tmp_path: Path
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name):
        extract_together([plain(RED, 3), tmp_path / name, plain(BLUE, 3)], weighting=weighting)
