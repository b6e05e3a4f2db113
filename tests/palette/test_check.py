"""The check: contrast and confusions of every two colors."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from palette_engine.color.color_vision import CONFUSION_LIMIT, VISIONS
from palette_engine.errors import InputError
from palette_engine.palette.check import MAX_COLORS, checked, to_object
from palette_engine.palette.value import Palette, Swatch


def many(count: int) -> Palette:
    return Palette(tuple(Swatch((n % 256, n * 7 % 256, n * 31 % 256)) for n in range(count)))


def test_as_many_colors_as_allowed_are_all_compared() -> None:
    found = checked(many(MAX_COLORS))
    assert len(found.pairs) == 32_640
    assert [view.vision for view in found.views] == [*VISIONS]
    assert all(len(view.colors) == MAX_COLORS for view in found.views)


def test_more_colors_are_refused_with_a_sentence_that_says_what_to_do() -> None:
    with pytest.raises(
        InputError, match=r"has 257 colors; at most 256 can be compared, so check a smaller"
    ):
        checked(many(MAX_COLORS + 1))


@pytest.mark.parametrize("count", [0, 1])
def test_where_there_is_nothing_to_compare_there_are_no_pairs(count: int) -> None:
    found = checked(many(count))
    assert found.pairs == ()
    assert [view.confusions for view in found.views] == [(), (), ()]


def test_the_object_has_all_results(flag: Palette) -> None:
    content = json.loads(json.dumps(to_object(checked(flag))))
    assert (content["schema"], content["name"], content["source"]) == (1, "Tricolore", "flag.png")
    assert content["swatches"][1] == {"hex": "#ffffff", "name": "White"}
    assert content["hard_below"] == CONFUSION_LIMIT
    best, middle, worst = content["contrast"]
    assert best["swatches"] == [1, 2]
    assert best["ratio"] == pytest.approx(20.92, abs=0.01)
    assert (best["text"], best["large_text"], best["graphics"]) == ("AAA", "AAA", "AA")
    assert (middle["swatches"], worst["swatches"]) == ([0, 2], [0, 1])
    assert (middle["text"], middle["large_text"]) == ("AA", "AAA")
    assert all(len(view["seen"]) == 3 for view in content["vision"].values())


def test_the_object_has_null_where_no_level_is_met() -> None:
    gray = Palette((Swatch((100, 100, 100)), Swatch((101, 101, 101))))
    (pair,) = to_object(checked(gray))["contrast"]
    assert (pair["text"], pair["large_text"], pair["graphics"]) == (None, None, None)


def test_the_object_has_every_confusion_with_both_differences(flag: Palette) -> None:
    red_green = replace(flag, swatches=(Swatch((230, 25, 75)), Swatch((60, 180, 75))))
    (confusion,) = to_object(checked(red_green))["vision"]["deutan"]["hard_to_tell_apart"]
    assert confusion["swatches"] == [0, 1]
    assert confusion["seen"] < CONFUSION_LIMIT <= confusion["usual"]
