"""Several palettes as one."""

from __future__ import annotations

import pytest

from palette_engine.errors import InputError
from palette_engine.palette.merge import MAX_COLORS, merged, without_duplicates
from palette_engine.palette.value import Palette, Remark, Swatch

RED, NEARLY, BLUE = (230, 25, 75), (230, 25, 76), (0, 0, 255)


def test_one_palette_stays_what_it_is() -> None:
    palette = Palette((Swatch(RED, 1.0),), "A", "a.png", asked=3)
    assert merged([palette]) == palette


def test_palettes_follow_each_other_and_count_equally() -> None:
    first = Palette((Swatch(RED, 1.0, "Red"),), "A", remarks=(Remark("One."),))
    second = Palette((Swatch(BLUE, 0.5), Swatch(RED, 0.5)), "B", remarks=(Remark("Two."),))
    palette = merged([first, second])
    assert [swatch.color for swatch in palette.swatches] == [RED, BLUE, RED]
    assert [swatch.share for swatch in palette.swatches] == [0.5, 0.25, 0.25]
    assert (palette.name, palette.note) == ("A and B", "One. Two.")


def test_there_are_no_shares_if_one_palette_has_none() -> None:
    palette = merged([Palette((Swatch(RED, 1.0),), "A"), Palette((Swatch(BLUE),), "A")])
    assert [swatch.share for swatch in palette.swatches] == [0.0, 0.0]
    assert palette.name == "A"


def test_the_first_of_similar_colors_stays_with_the_shares_of_all() -> None:
    palette = Palette((Swatch(RED, 0.5, "Red"), Swatch(BLUE, 0.25), Swatch(NEARLY, 0.25)))
    assert without_duplicates(palette, 0).swatches == palette.swatches
    near = without_duplicates(palette, 1)
    assert near.swatches == (Swatch(RED, 0.75, "Red"), Swatch(BLUE, 0.25))
    assert near.remarks[0].count == 1


def test_too_many_colors_are_refused() -> None:
    with pytest.raises(InputError, match="At most 4,096 colors"):
        without_duplicates(Palette((Swatch(RED),) * (MAX_COLORS + 1)), 1)
