"""Colors that do not count."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.options import OPTIONS
from tests.measures import differences, shares
from tests.sample_pictures import BROWN, blocks, noise, sky

WHITE, BLACK, PAPER = (255, 255, 255), (0, 0, 0), (244, 236, 216)
PETROL = (12, 90, 101)
PAGE = blocks((WHITE, 50), ((254, 254, 252), 10), (BLACK, 10), (BROWN, 20), (PETROL, 10))

KEPT = "#123456"

pictures = st.one_of(
    st.builds(noise, st.integers(0, 999), st.just(12), st.just(12)),
    st.builds(lambda seed: noise(seed, 20, 20, top=60), st.integers(0, 999)),
    st.builds(lambda seed: noise(seed, 4, 1), st.integers(0, 999)),
    st.builds(lambda seed: sky(seed, 30, 40), st.integers(0, 999)),
)


def test_nothing_is_ignored_unless_asked_for() -> None:
    assert shares(extract(PAGE, colors=5))[WHITE] == 0.5
    assert extract(PAGE, colors=5) == extract(PAGE, colors=5, ignore="")


@pytest.mark.parametrize(
    ("ignore", "truth"),
    [
        ("white", {BLACK: 0.25, BROWN: 0.5, PETROL: 0.25}),
        ("#fff", {BLACK: 0.25, BROWN: 0.5, PETROL: 0.25}),
        ("white,black", {BROWN: 2 / 3, PETROL: 1 / 3}),
        ("white black #c86432", {PETROL: 1.0}),
        ([(255, 255, 255), "0c5a65"], {BLACK: 1 / 3, BROWN: 2 / 3}),
        ("#00ff00", {WHITE: 0.5, (254, 254, 252): 0.1, BLACK: 0.1, BROWN: 0.2, PETROL: 0.1}),
    ],
    ids=str,
)
def test_what_is_ignored_is_gone_and_the_rest_is_the_whole(
    ignore: str | tuple[str, ...], truth: dict[tuple[int, int, int], float]
) -> None:
    assert shares(extract(PAGE, colors=5, ignore=ignore)) == pytest.approx(truth)


def test_paper_is_ignored_with_its_grain() -> None:
    rng = np.random.default_rng(0)
    picture = (paper() + rng.normal(0, 2, (60, 60, 3))).clip(0, 255).round().astype(np.uint8)
    picture[20:30, 20:40] = BROWN
    assert shares(extract(picture, colors="auto", ignore="#f4ecd8", ignore_distance=12)) == {
        BROWN: 1.0
    }


def paper() -> NDArray[np.uint8]:
    return np.full((60, 60, 3), PAPER, np.uint8)


@pytest.mark.parametrize("distance", [0, 0.2, 1, 3])
def test_the_distance_decides_what_is_ignored_too(distance: float) -> None:
    grays = [(level,) * 3 for level in range(240, 256)]
    picture = blocks(*((gray, 1) for gray in grays))
    found = shares(extract(picture, colors=16, ignore="white", ignore_distance=distance))
    apart = differences(grays, [WHITE])[:, 0]
    left = [gray for gray, far in zip(grays, apart > distance, strict=True) if far]
    assert [*sorted(found)] == left
    assert 0 < len(left) < 16


def test_within_a_hundred_lies_nearly_everything() -> None:
    with pytest.raises(InputError, match="within ΔE 100 of what is to be ignored"):
        extract(blocks((WHITE, 1), (BROWN, 1)), ignore="white", ignore_distance=100)


@given(st.integers(0, 999), st.integers(1, 8), st.sampled_from(["white", "black", "#808080"]))
def test_shares_sum_to_one_whatever_is_ignored(seed: int, colors: int, ignore: str) -> None:
    palette = extract(
        noise(seed, 15, 15), colors=colors, ignore=ignore, ignore_distance=30, swatch="real"
    )
    assert sum(shares(palette).values()) == pytest.approx(1)
    code = {"white": WHITE, "black": BLACK}.get(ignore, (128, 128, 128))
    assert differences(shares(palette), [code]).min() > 30


@given(
    pictures,
    st.sampled_from([1, 2, 3, 6, 12, "auto", "2-5"]),
    st.sampled_from([2, 5, 10, 20, 30]),
    st.sampled_from(OPTIONS["swatch"].keys),
    st.sampled_from([0, 8, 20]),
    st.sampled_from([0, 0.25, 1]),
    st.sampled_from(["none", "people", "dark"]),
    st.sampled_from(["", KEPT]),
    st.randoms(use_true_random=False),
)
def test_no_swatch_is_within_the_distance_of_what_is_ignored(
    picture: NDArray[np.uint8],
    colors: int | str,
    ignored: float,
    swatch: str,
    apart: float,
    emphasis: float,
    mood: str,
    keep: str,
    random: Random,
) -> None:
    pixels = picture.reshape(-1, 3)
    color = tuple((pixels[random.randrange(len(pixels))] // 2 + 60).tolist())
    try:
        palette = extract(
            picture,
            colors=colors,
            ignore=[color],
            ignore_distance=ignored,
            swatch=swatch,
            min_distance=apart,
            emphasis=emphasis,
            mood=mood,
            keep=keep,
        )
    except InputError:
        return  # all of it is ignored
    found = [s.color for s in palette.swatches if s.hex != keep]
    assert not found or differences(found, [color]).min() > ignored


@pytest.mark.parametrize("swatch", OPTIONS["swatch"].keys)
def test_two_colors_whose_mean_is_ignored_have_one_of_them_as_their_swatch(swatch: str) -> None:
    one, other = (100, 100, 100), (140, 140, 140)
    palette = extract(
        blocks((one, 5), (other, 5)), colors=1, ignore="#787878", ignore_distance=3, swatch=swatch
    )
    [found] = shares(palette)
    assert found in (one, other)


def test_a_picture_of_which_all_is_ignored_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError) as refused:
        extract(blocks((WHITE, 9), ((253, 253, 253), 1)), ignore="white,#000080")
    assert str(refused.value) == (
        "All colors are within ΔE 5 of what is to be ignored (white, #000080); "
        "ignore less, or lower ignore_distance."
    )


def test_one_picture_of_several_may_be_ignored_as_a_whole() -> None:
    white = np.full((9, 9, 3), 255, np.uint8)
    palette = extract_together([white, blocks((BROWN, 4))], ignore="white")
    assert shares(palette) == {BROWN: 1.0}


def test_an_ignored_color_may_be_kept() -> None:
    palette = extract(PAGE, colors=4, ignore="white", keep="#ffffff")
    assert shares(palette) == {WHITE: 0.0, BLACK: 0.25, BROWN: 0.5, PETROL: 0.25}
