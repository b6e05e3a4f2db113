"""Swatches that differ enough, and colors that were to be kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e
from palette_engine.extraction import accents, min_distance
from palette_engine.extraction.kmeans import Clusters, cluster
from palette_engine.extraction.min_distance import NEAR_KEPT
from palette_engine.extraction.pipeline import extract, palette_of
from palette_engine.extraction.summary import Summary
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.order import ORDERS
from palette_engine.palette.value import Palette
from palette_engine.pictures.reading import read_pixels
from tests.measures import differences, hexes, least_difference, shares
from tests.sample_pictures import BROWN, blocks, bundled, noise, sky

MODES = OPTIONS["swatch"].keys
PETROL = (12, 90, 101)

pictures = st.one_of(
    st.builds(noise, st.integers(0, 999), st.just(12), st.just(12)),
    st.builds(lambda seed: noise(seed, 20, 20, top=60), st.integers(0, 999)),
    st.builds(lambda seed: noise(seed, 4, 1), st.integers(0, 999)),
    st.builds(lambda seed: sky(seed, 30, 40), st.integers(0, 999)),
)
codes = st.builds(lambda number: f"#{number:06x}", st.integers(0, 0xFFFFFF))


def colors_of(palette: Palette) -> list[tuple[int, int, int]]:
    return [swatch.color for swatch in palette.swatches]


# At least so far apart


@pytest.mark.slow
@given(
    pictures,
    st.integers(1, 12) | st.sampled_from(["auto", "2-6"]),
    st.floats(0.1, 60),
    st.sampled_from(MODES),
)
def test_any_two_swatches_are_as_far_apart_as_was_asked(
    picture: NDArray[np.uint8], colors: int | str, distance: float, swatch: str
) -> None:
    palette = extract(picture, colors=colors, min_distance=distance, swatch=swatch)
    assert least_difference(colors_of(palette)) >= distance - 1e-6
    assert sum(shares(palette).values()) == pytest.approx(1)
    assert all(s.share > 0 for s in palette.swatches)
    assert bool(palette.note) == (len(palette.swatches) < max(palette.asked, palette.needed))
    if palette.note:
        assert f"at least {distance:g} apart (ΔE2000)" in palette.note


def test_what_comes_in_place_of_a_near_duplicate_is_not_there_already() -> None:
    palette = extract(noise(339, 4, 1), keep=["#00e320"], colors=5)
    found = hexes(palette)
    assert len(found) == len({*found})


@pytest.mark.parametrize("swatch", MODES)
@pytest.mark.parametrize("distance", [3, 10, 20])
@pytest.mark.parametrize("name", ["astronaut", "coffee", "cat"])
def test_a_photo_still_has_as_many_swatches_as_asked_if_there_is_room(
    name: str, distance: float, swatch: str
) -> None:
    colors = 8 if distance < 20 else 5
    palette = extract(bundled(name), colors=colors, min_distance=distance, swatch=swatch)
    assert least_difference(colors_of(palette)) >= distance
    assert len(palette.swatches) == colors
    assert palette.note == ""


def test_where_there_is_no_room_there_are_fewer_swatches_and_a_note() -> None:
    picture = blocks(*(((level,) * 3, 10) for level in range(100, 140)))
    palette = extract(picture, colors=10, min_distance=10)
    assert 1 < len(palette.swatches) < 10
    count = len(palette.swatches)
    assert palette.note == (
        f"Only {count} colors at least 10 apart (ΔE2000) were found in the picture; "
        "10 were asked for."
    )


@pytest.mark.parametrize(
    ("seed", "colors", "distance"), [(132, 6, 30), (3, 8, 25), (21, 9, 40), (40, 5, 50)]
)
def test_there_are_never_fewer_swatches_than_one_after_the_other_finds_room_for(
    seed: int, colors: int, distance: float
) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(6, 40))
    some = random.integers(0, 256, (count, 3), dtype=np.uint8)
    picture = some[random.choice(count, size=(40, 40), p=random.dirichlet(np.ones(count)))]
    found = Summary.of(read_pixels(picture)).points.lab
    apart: list[NDArray[np.float64]] = []
    for lab in found:
        if all(delta_e(lab, other) >= distance for other in apart):
            apart.append(lab)
    palette = extract(picture, colors=colors, min_distance=distance)
    assert len(palette.swatches) >= min(colors, len(apart))


@pytest.mark.parametrize(
    ("colors", "keep", "told"),
    [
        ("auto", "", "; it needs 4."),
        ("2-9", "", "; it needs 4."),
        ("3-9", "", "; at least 3 were asked for."),
        (4, "", "; 4 were asked for."),
        ("auto", "#00ff00", "; it needs 5 in all."),
        ("4-9", "#00ff00", "; at least 4 were asked for in all."),
        (5, "#00ff00", "; 5 were asked for in all."),
    ],
)
def test_a_note_says_who_wants_more_colors(colors: int | str, keep: str, told: str) -> None:
    # Two crowds of two shades each: only one of each is 30 apart.
    picture = blocks((BROWN, 9), ((150, 50, 20), 9), (PETROL, 9), ((60, 140, 150), 9))
    palette = extract(picture, colors=colors, keep=keep, min_distance=30)
    found = "nly 2 colors at least 30 apart (ΔE2000) were found in the picture"
    found = f"Beside the kept color, o{found}" if keep else f"O{found}"
    assert palette.note == found + told


def test_one_swatch_is_far_from_all_others() -> None:
    palette = extract(blocks((BROWN, 9), ((201, 101, 51), 3)), colors=2, min_distance=100)
    assert shares(palette) == {BROWN: 1.0}
    assert palette.note.startswith("Only 1 color at least 100 apart")


def test_a_distance_that_all_swatches_have_changes_nothing(photo_summary: Summary) -> None:
    plain, apart = (
        palette_of(photo_summary, Options(colors=6, min_distance=least)) for least in (0, 0.5)
    )
    assert apart.swatches == plain.swatches
    assert apart.difference == plain.difference


def test_flat_colors_that_are_far_enough_stay_exact() -> None:
    picture = blocks((BROWN, 50), ((201, 101, 51), 10), (PETROL, 40))
    assert {*shares(extract(picture, colors=2, min_distance=10))} == {BROWN, PETROL}
    assert len(extract(picture, colors=3).swatches) == 3
    assert len(extract(picture, colors=3, min_distance=10).swatches) == 2


# Colors to keep


@given(
    pictures,
    st.lists(codes, min_size=1, max_size=4, unique=True),
    st.integers(4, 9) | st.sampled_from(["auto", "4-6"]),
    st.sampled_from([0.0, 8.0]),
    st.sampled_from(MODES),
    st.sampled_from(sorted(ORDERS)),
)
def test_kept_colors_are_there_exactly_and_no_other_is_near_them(
    picture: NDArray[np.uint8],
    keep: list[str],
    colors: int | str,
    distance: float,
    swatch: str,
    order: str,
) -> None:
    palette = extract(
        picture, keep=keep, colors=colors, min_distance=distance, swatch=swatch, order=order
    )
    found = hexes(palette)
    assert {*keep} <= {*found}
    assert len(found) == len({*found}) <= Options.of({"colors": colors}).bounds[1]
    assert sum(shares(palette).values()) == pytest.approx(1)
    others = [s for s in palette.swatches if s.hex not in keep]
    assert all(s.share > 0 for s in others)
    kept = [s.color for s in palette.swatches if s.hex in keep]
    if others:
        apart = differences([s.color for s in others], kept)
        assert apart.min() >= max(NEAR_KEPT, distance) - 1e-6
        assert least_difference(s.color for s in others) >= distance - 1e-6


@pytest.mark.parametrize("swatch", MODES)
def test_a_kept_color_that_is_not_in_the_picture_has_no_share(swatch: str) -> None:
    picture = blocks((BROWN, 60), (PETROL, 40))
    palette = extract(picture, colors=3, keep="#00ff00", swatch=swatch)
    assert shares(palette) == {BROWN: 0.6, PETROL: 0.4, (0, 255, 0): 0.0}
    assert palette.note == ""


def test_a_kept_color_takes_the_place_of_one_that_is_like_it() -> None:
    picture = blocks((BROWN, 60), (PETROL, 40))
    palette = extract(picture, colors=2, keep="#c96533")
    assert shares(palette) == {(201, 101, 51): 0.6, PETROL: 0.4}


def test_as_many_colors_may_be_kept_as_there_are_in_the_palette(photo: NDArray[np.uint8]) -> None:
    keep = ("#102030", "#e0d0c0", "#c03020", "#f0a070")
    palette = extract(photo, colors=4, keep=keep)
    assert {*hexes(palette)} == {*keep}
    assert sum(shares(palette).values()) == pytest.approx(1)
    assert min(shares(palette).values()) > 0


def test_kept_colors_that_are_nearly_the_same_all_stay(photo: NDArray[np.uint8]) -> None:
    keep = ("#808080", "#818181", "#828282")
    for distance in (0, 20):
        palette = extract(photo, colors=8, keep=keep, min_distance=distance)
        assert {*keep} <= {*hexes(palette)}
        assert len(palette.swatches) == 8


def test_with_auto_kept_colors_count_among_the_others() -> None:
    picture = blocks((BROWN, 60), (PETROL, 40))
    assert hexes(extract(picture, colors="auto", keep="#c86432")) == ["#c86432", "#0c5a65"]
    assert hexes(extract(picture, colors="auto", keep="#00ff00")) == [
        "#c86432",
        "#0c5a65",
        "#00ff00",
    ]


@pytest.mark.parametrize("keep", ["#c86432", "#00ff00", "#c86432,#0c5a65,#00ff00"])
def test_a_picture_of_one_color_takes_kept_colors_too(keep: str) -> None:
    palette = extract(np.full((5, 5, 3), BROWN, np.uint8), colors=5, keep=keep)
    assert {*keep.split(",")} | {"#c86432"} == {*hexes(palette)}
    assert shares(palette)[BROWN] == 1


def test_every_color_of_coarse_cells_may_be_kept() -> None:
    summary = Summary.of(read_pixels(noise(1, 400, 400)))
    keep = [f"#{number:06x}" for number in range(0, 0xFFFFFF, 0x123456)]
    palette = palette_of(summary, Options(colors=24, keep=tuple(keep)))
    assert {*keep} <= {*hexes(palette)}
    assert len(palette.swatches) == 24


# Work


@pytest.mark.parametrize(("colors", "distance"), [(64, 12), (64, 5), (256, 5), (10, 30)])
def test_distances_are_computed_for_few_of_all_pairs(
    colors: int, distance: float, photo_summary: Summary, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def counted(left: Lab, right: Lab) -> NDArray[np.float64]:
        apart = delta_e(left, right)
        sizes.append(apart.size)
        return apart

    monkeypatch.setattr(min_distance, "delta_e", counted)
    palette = palette_of(photo_summary, Options(colors=colors, min_distance=distance))
    assert least_difference(colors_of(palette)) >= distance
    rows = sum(sizes) / min_distance.CELLS
    assert rows < 3 * min_distance.PACKED + 4 * min_distance.ROUNDS * colors


def test_a_kept_color_among_many_needs_no_second_search(
    photo_summary: Summary, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = []

    def counted(lab: Lab, *rest: Any) -> Clusters:
        searches.append(len(lab))
        return cluster(lab, *rest)

    monkeypatch.setattr(accents, "cluster", counted)
    palette_of(photo_summary, Options(colors=200, keep=("#ff0000", "#808080")))
    plain = len(searches)
    palette_of(photo_summary, Options(colors=200))
    assert plain <= 2 * (len(searches) - plain)
