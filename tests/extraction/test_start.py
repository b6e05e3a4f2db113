"""Palettes that start from the one that is seen: only kept colors change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_engine.color.hex_code import parse_hex
from palette_engine.color.srgb import Color
from palette_engine.errors import OptionError
from palette_engine.extraction.moods import MOODS
from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.options import OPTIONS
from palette_engine.palette.order import ORDERS, ordered
from palette_engine.palette.value import Palette, Swatch
from tests.examples import examples
from tests.measures import difference, differences
from tests.sample_pictures import BROWN, blocks, bundled, noise

BRAND = "#0b57d0"

PHOTO = np.ascontiguousarray(bundled("astronaut")[::2, ::2])


def codes(palette: Palette) -> list[str]:
    return [swatch.hex for swatch in palette.swatches]


def nearest_to(code: str, others: list[str]) -> str:
    """Return which of other colors is nearest."""
    return min(others, key=lambda other: difference(parse_hex(code), parse_hex(other)))


@pytest.mark.parametrize("colors", [3, 10, 40, "auto"])
@pytest.mark.parametrize("order", ORDERS)
def test_keeping_a_color_that_is_seen_changes_nothing_else(order: str, colors: int | str) -> None:
    seen = extract(PHOTO, colors=colors, order=order)
    for kept in ([codes(seen)[0]], [codes(seen)[-1]], codes(seen)[1:3], codes(seen)):
        again = extract(PHOTO, colors=colors, order=order, keep=kept, start=seen)
        assert codes(again) == codes(seen)
        # Letting go changes nothing either.
        assert codes(extract(PHOTO, colors=colors, order=order, start=again)) == codes(seen)


@pytest.mark.parametrize("options", [{"mood": mood} for mood in MOODS] + [
    {"emphasis": 1}, {"swatch": "real"}, {"min_distance": 12}, {"ignore": "black"},
    {"colors": "auto", "min_distance": 8}, {"names": "css"}, {"colors": 200},
])  # fmt: skip
def test_it_is_so_with_every_option(options: dict[str, Any]) -> None:
    seen = extract(PHOTO, **options)
    again = extract(PHOTO, **options, keep=codes(seen)[2:4], start=seen)
    assert codes(again) == codes(seen)
    assert [swatch.name for swatch in again.swatches] == [swatch.name for swatch in seen.swatches]


def test_without_a_start_other_colors_move() -> None:
    """What this is for: if it were not so, the tests above could not fail."""
    seen = extract(PHOTO, colors=8)
    assert any(
        {*codes(extract(PHOTO, colors=8, keep=[kept]))} != {*codes(seen)} for kept in codes(seen)
    )


@pytest.mark.parametrize("order", ["share", "lightness", "hue", "smooth", "image"])
def test_another_color_replaces_the_nearest_one_only(order: str) -> None:
    seen = extract(PHOTO, colors=10, order=order)
    again = extract(PHOTO, colors=10, order=order, keep=[BRAND], start=seen)
    gone = nearest_to(BRAND, codes(seen))
    assert sorted(codes(again)) == sorted({*codes(seen), BRAND} - {gone})
    # What is left keeps its sequence.
    left = [code for code in codes(again) if code != BRAND]
    assert left == [code for code in codes(seen) if code != gone]
    if order in ("lightness", "hue"):
        assert codes(again) == codes(ordered(again, order))


def test_a_kept_color_is_not_replaced_by_another() -> None:
    seen = extract(PHOTO, colors=10)
    first = nearest_to(BRAND, codes(seen))
    rest = [code for code in codes(seen) if code != first]
    again = extract(PHOTO, colors=10, keep=[first, BRAND], start=seen)
    assert {*codes(again)} == {*codes(seen), BRAND} - {nearest_to(BRAND, rest)}


def test_if_all_are_kept_there_is_room_for_one_more_only_if_it_is_asked_for() -> None:
    seen = extract(PHOTO, colors=4)
    more = extract(PHOTO, colors=5, keep=[*codes(seen), BRAND], start=seen)
    assert {*codes(more)} == {*codes(seen), BRAND}
    with pytest.raises(OptionError, match="ask for more colors"):
        extract(PHOTO, colors=4, keep=[*codes(seen), BRAND], start=seen)


def test_fewer_colors_are_the_largest_and_the_kept_ones() -> None:
    seen = extract(PHOTO, colors=8)
    smallest = codes(seen)[-1]
    again = extract(PHOTO, colors=5, keep=[smallest], start=seen)
    assert {*codes(again)} == {*codes(seen)[:4], smallest}


def test_a_minimum_distance_holds_around_a_new_color() -> None:
    seen = extract(PHOTO, colors=12, min_distance=10)
    again = extract(PHOTO, colors=12, min_distance=10, keep=["#888888"], start=seen)
    rows = [swatch.color for swatch in again.swatches]
    apart = differences(rows, rows) + 99 * np.eye(len(rows))
    assert apart.min() >= 10
    near = [each for each in codes(seen) if difference(parse_hex(each), (136, 136, 136)) < 10]
    assert near
    assert {*codes(seen)} - {*near} - {nearest_to("#888888", codes(seen))} <= {*codes(again)}


def test_a_color_that_is_not_in_the_picture_stays_when_it_is_let_go() -> None:
    picture = blocks((BROWN, 3), ((0, 0, 0), 1))
    seen = extract(picture, colors=3, keep=[BRAND])
    again = extract(picture, colors=3, start=seen)
    assert {*codes(again)} == {BRAND, "#c86432", "#000000"}
    assert [swatch.share for swatch in again.swatches] == [0.75, 0.25, 0.0]


def test_shares_are_true_and_sum_to_one() -> None:
    picture = blocks((BROWN, 5), ((0, 0, 0), 3), ((255, 255, 255), 2))
    again = extract(picture, colors=3, keep=["#000"], start="#c86432 #000 #fff")
    assert {swatch.hex: swatch.share for swatch in again.swatches} == {
        "#c86432": 0.5,
        "#000000": 0.3,
        "#ffffff": 0.2,
    }
    assert again.kept == 1
    assert again.difference
    assert again.difference.mean == 0


def test_another_order_is_obeyed() -> None:
    seen = extract(PHOTO, colors=10, order="lightness")
    for order in ("hue", "share", "smooth"):
        again = extract(PHOTO, colors=10, order=order, start=seen)
        assert codes(again) == codes(ordered(again, order))


def test_colors_are_taken_in_every_form() -> None:
    forms: list[Any] = [
        "#c86432, #000",
        ["#c86432", (0, 0, 0)],
        Palette((Swatch(BROWN), Swatch((0, 0, 0)), Swatch(BROWN))),
    ]
    results = [codes(extract(PHOTO, colors=2, start=form)) for form in forms]
    assert results == [["#c86432", "#000000"]] * 3


def test_several_pictures_can_start_from_a_palette() -> None:
    pictures = [PHOTO, PHOTO[:50]]
    seen = extract_together(pictures, colors=6)
    again = extract_together(pictures, colors=6, keep=codes(seen)[:1], start=seen)
    assert codes(again) == codes(seen)


@pytest.mark.parametrize("start", ["red", ["#12"], [(1, 2)], 5, None])
def test_what_is_no_color_is_refused_before_the_picture_is_opened(start: Any) -> None:
    with pytest.raises(OptionError, match="start must be a palette or colors like"):
        extract("nowhere.png", start=start)


def test_start_is_no_option_of_the_table() -> None:
    assert "start" not in OPTIONS


color = st.tuples(*[st.sampled_from([0, 1, 90, 128, 255])] * 3)


@examples(20)
@given(
    st.integers(0, 2**32),
    st.lists(color, min_size=1, max_size=9, unique=True),
    st.lists(color, max_size=4, unique=True),
    st.integers(4, 12),
    st.sampled_from(sorted(ORDERS)),
)
def test_all_but_the_kept_colors_are_of_the_start(
    seed: int, start: list[Color], kept: list[Color], colors: int, order: str
) -> None:
    picture = noise(seed, 6, 7, top=200)
    again = extract(picture, colors=colors, keep=kept, start=start, order=order)
    found = [swatch.color for swatch in again.swatches]
    assert len({*found}) == len(found)
    assert {*kept} <= {*found} <= {*kept} | {*start}
    assert len(found) == min(max(len(start), len({*kept})), colors)
    assert sum(swatch.share for swatch in again.swatches) == pytest.approx(1)
    once_more = extract(picture, colors=colors, keep=kept, start=again, order=order)
    assert [swatch.color for swatch in once_more.swatches] == found


def test_it_is_the_same_every_time(photo: NDArray[np.uint8]) -> None:
    start = ["#ffffff", "#123456", "#808080", "#ff0000"]
    first = extract(photo, keep=["#00ff00"], start=start, min_distance=30)
    assert extract(photo, keep=["#00ff00"], start=start, min_distance=30) == first
