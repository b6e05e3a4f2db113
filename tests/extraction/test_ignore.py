"""Colors that do not count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.extraction.pipeline import extract, extract_together
from tests.measures import differences, shares
from tests.sample_pictures import BROWN, blocks, noise

WHITE, BLACK, PAPER = (255, 255, 255), (0, 0, 0), (244, 236, 216)
PETROL = (12, 90, 101)
PAGE = blocks((WHITE, 50), ((254, 254, 252), 10), (BLACK, 10), (BROWN, 20), (PETROL, 10))


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
