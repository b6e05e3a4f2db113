"""Palettes that are changed by hand, and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.color.oklch import oklch_of
from palette_engine.errors import OptionError
from palette_engine.formats import json_palette
from palette_engine.palette.edit import (
    EDITS,
    History,
    carry_edits,
    edited_colors,
    merge_swatches,
    move_swatch,
    nudge_color,
    remove_swatch,
    rename_swatch,
    replace_color,
)
from palette_engine.palette.value import Difference, Palette, Swatch

RED, GREEN, BLUE = Swatch((255, 0, 0), 0.5, "Red"), Swatch((0, 128, 0), 0.3), Swatch((0, 0, 255))
THREE = Palette((RED, GREEN, BLUE), "Three", asked=4, difference=Difference(1, 2))

levels = st.integers(0, 255)
colors = st.tuples(levels, levels, levels)


@st.composite
def palettes(draw: st.DrawFn, least: int = 1) -> Palette:
    parts = draw(st.lists(st.tuples(colors, st.integers(0, 50)), min_size=least, max_size=9))
    total = max(1, sum(part for _, part in parts))
    return Palette(tuple(Swatch(color, part / total, "ab"[part % 2 :]) for color, part in parts))


@st.composite
def edits(draw: st.DrawFn, palette: Palette) -> Palette:
    """Draw a palette after any possible edit."""
    count = len(palette.swatches)
    index = draw(st.integers(0, count - 1))
    other = draw(st.integers(0, count - 1))
    steps = st.floats(-0.5, 0.5)
    choices: list[Callable[[], Palette]] = [
        lambda: replace_color(palette, index, draw(colors)),
        lambda: move_swatch(palette, index, other),
        lambda: rename_swatch(palette, index, draw(st.text(max_size=9))),
        lambda: nudge_color(palette, index, lightness=draw(steps), chroma=draw(steps), hue=90),
    ]
    if count > 1:
        choices.append(lambda: remove_swatch(palette, index))
    if other != index:
        choices.append(lambda: merge_swatches(palette, index, other))
    return draw(st.sampled_from(choices))()


def test_a_removed_swatch_is_gone_and_the_others_stay() -> None:
    edited = remove_swatch(THREE, 1)
    assert edited.swatches == (RED, BLUE)
    assert edited.difference is None
    assert edited.note == ""


def test_a_replaced_color_keeps_the_share_and_loses_the_name() -> None:
    edited = replace_color(THREE, 0, "#123456")
    assert edited.swatches == (Swatch((18, 52, 86), 0.5, is_edited=True), GREEN, BLUE)
    assert edited.difference is None


def test_a_color_replaced_by_itself_keeps_all_and_counts_as_edited() -> None:
    edited = replace_color(THREE, 0, (255, 0, 0))
    assert edited == replace(THREE, swatches=(replace(RED, is_edited=True), GREEN, BLUE))


def test_merged_grays_meet_in_the_middle_by_their_shares() -> None:
    # Gray 119 has L* 50.03, black 0 and white 100.
    black, white = Swatch((0, 0, 0), 0.2), Swatch((255, 255, 255), 0.2, "Paper")
    assert merge_swatches(Palette((black, white)), 0, 1).swatches == (
        Swatch((119, 119, 119), 0.4, is_edited=True),
    )
    # L* 75 is gray 185.
    lighter = replace(white, share=0.6)
    assert merge_swatches(Palette((black, lighter)), 0, 1).swatches == (
        Swatch((185, 185, 185), 0.8, "Paper", is_edited=True),
    )


def test_swatches_without_shares_are_merged_equally() -> None:
    bare = Palette((Swatch((0, 0, 0)), Swatch((255, 255, 255))))
    assert merge_swatches(bare, 1, 0, "Gray\n").swatches == (
        Swatch((119, 119, 119), 0.0, "Gray", is_edited=True),
    )


@pytest.mark.parametrize(("index", "other", "expected"), [(0, 2, [None, GREEN]), (2, 0, [GREEN])])
def test_a_merged_swatch_takes_the_place_of_the_first_named(
    index: int, other: int, expected: list[Swatch | None]
) -> None:
    merged = merge_swatches(THREE, index, other)
    where = merged.swatches.index(GREEN)
    assert where == expected.index(GREEN)
    assert len(merged.swatches) == 2


def test_merged_swatches_are_first_seen_where_either_is() -> None:
    swatches = (replace(RED, first_seen=0.5), replace(GREEN, first_seen=0.25), BLUE)
    assert merge_swatches(Palette(swatches), 0, 1).swatches[0].first_seen == 0.25
    assert merge_swatches(Palette(swatches), 0, 2).swatches[0].first_seen == 0.5


def test_a_name_is_one_line() -> None:
    edited = rename_swatch(THREE, 2, " deep\n\x07sea ")
    assert edited.swatches == (RED, GREEN, replace(BLUE, name="deep sea", is_edited=True))
    assert edited.difference == THREE.difference
    assert rename_swatch(edited, 2, "").swatches[2].name == ""


def test_a_nudge_changes_what_it_says() -> None:
    before = oklch_of(GREEN.color)
    after = oklch_of(nudge_color(THREE, 1, lightness=0.1).swatches[1].color)
    assert after[0] - before[0] == pytest.approx(0.1, abs=0.003)
    assert after[2] == pytest.approx(before[2], abs=0.6)
    turned = oklch_of(nudge_color(THREE, 1, hue=-30, chroma=-0.08).swatches[1].color)
    assert turned[2] - before[2] == pytest.approx(-30, abs=1)
    assert turned[1] - before[1] == pytest.approx(-0.08, abs=0.003)


def test_a_nudge_by_nothing_is_none() -> None:
    assert nudge_color(THREE, 0) is THREE


def test_what_was_changed_by_hand_is_kept_and_carried_on() -> None:
    edited = rename_swatch(replace_color(THREE, 2, "#123456"), 0, "Lips")
    assert edited_colors(edited) == ("#ff0000", "#123456")
    found = Palette((GREEN, Swatch((18, 52, 86), 0.1, "Night"), Swatch((255, 0, 0), 0.4)))
    assert carry_edits(found, edited).swatches == (
        GREEN,
        Swatch((18, 52, 86), 0.1, "Night", is_edited=True),
        Swatch((255, 0, 0), 0.4, "Lips", is_edited=True),
    )


def test_what_was_changed_by_hand_is_in_the_document() -> None:
    edited = rename_swatch(THREE, 0, "Lips")
    document = json_palette.to_object(edited)
    assert [row.get("edited") for row in document["swatches"]] == [True, None, None]
    assert json_palette.from_object(document) == edited


@pytest.mark.parametrize("index", [-1, 3, True, 0.0, None, "0"])
@pytest.mark.parametrize(
    "edit",
    [
        remove_swatch,
        lambda palette, index: replace_color(palette, index, "#000"),
        lambda palette, index: merge_swatches(palette, index, 0),
        lambda palette, index: merge_swatches(palette, 0, index),
        lambda palette, index: move_swatch(palette, index, 0),
        lambda palette, index: move_swatch(palette, 0, index),
        lambda palette, index: rename_swatch(palette, index, ""),
        lambda palette, index: nudge_color(palette, index, hue=1),
    ],
)
def test_an_index_that_is_not_there_is_refused(edit: Callable[..., Palette], index: Any) -> None:
    with pytest.raises(OptionError, match=r"There is no swatch with index .* indexes 0 to 2\."):
        edit(THREE, index)


def test_a_palette_without_swatches_is_refused() -> None:
    with pytest.raises(OptionError, match="The palette has no swatches"):
        remove_swatch(Palette(()), 0)


def test_the_last_swatch_stays() -> None:
    with pytest.raises(OptionError, match="The last swatch cannot be removed"):
        remove_swatch(Palette((RED,)), 0)


def test_a_swatch_is_not_merged_with_itself() -> None:
    with pytest.raises(OptionError, match="merged with itself"):
        merge_swatches(THREE, 1, 1)


@pytest.mark.parametrize("color", ["", "red", "#12", (0, 0), (0, 0, 256), (0, 0, -1), None, 5])
def test_what_is_no_color_is_refused(color: Any) -> None:
    with pytest.raises(OptionError, match="The color must be one like #e6194b, not "):
        replace_color(THREE, 0, color)


@pytest.mark.parametrize("step", [float("nan"), float("inf"), "1", None, True])
def test_a_nudge_by_no_number_is_refused(step: Any) -> None:
    with pytest.raises(OptionError, match="must be changed by numbers"):
        nudge_color(THREE, 0, chroma=step)


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(OptionError, match="must be text"):
        rename_swatch(THREE, 0, 5)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="must be text"):
        merge_swatches(THREE, 0, 1, 5)  # type: ignore[arg-type]


@given(st.data())
def test_undo_gives_the_palette_before_and_redo_the_one_after(data: st.DataObject) -> None:
    history = History.of(data.draw(palettes()))
    for _ in range(data.draw(st.integers(1, 5))):
        before = history
        history = history.add(data.draw(edits(before.current)))
        if history is not before:
            assert history.undo().current is before.current
            assert history.undo().redo() == history
    while history.can_undo:
        history = history.undo()
    assert history.current == history.palettes[0]


def test_a_step_after_an_undo_drops_what_was_undone() -> None:
    first, second = remove_swatch(THREE, 0), remove_swatch(THREE, 1)
    history = History.of(THREE).add(first).undo().add(second)
    assert history == History((THREE, second), 1)
    assert not history.can_redo


def test_what_changes_nothing_is_no_step() -> None:
    history = History.of(THREE)
    assert history.add(move_swatch(THREE, 1, 1)) is history


@pytest.mark.parametrize("method", ["undo", "redo"])
def test_there_is_an_end_to_undoing(method: str) -> None:
    with pytest.raises(OptionError, match=f"There is nothing to {method}."):
        getattr(History.of(THREE), method)()


@given(st.data())
def test_merging_keeps_the_sum_of_the_shares(data: st.DataObject) -> None:
    palette = data.draw(palettes(least=2))
    index, other = data.draw(st.permutations(range(len(palette.swatches))))[:2]
    merged = merge_swatches(palette, index, other)
    assert sum(swatch.share for swatch in merged.swatches) == pytest.approx(
        sum(swatch.share for swatch in palette.swatches)
    )


@given(st.data())
def test_moving_is_a_permutation_that_moving_back_undoes(data: st.DataObject) -> None:
    palette = data.draw(palettes())
    places = st.integers(0, len(palette.swatches) - 1)
    index, to = data.draw(places), data.draw(places)
    moved = move_swatch(palette, index, to)
    assert moved.swatches[to] is palette.swatches[index]
    assert move_swatch(moved, to, index) == palette


@given(st.data())
def test_no_edit_touches_the_other_swatches(data: st.DataObject) -> None:
    palette = data.draw(palettes(least=2))
    edited = data.draw(edits(palette))
    left = [*edited.swatches]
    same = [swatch for swatch in palette.swatches if swatch in left]
    assert len(same) >= len(palette.swatches) - 2


def test_every_edit_has_a_name_that_interfaces_use() -> None:
    assert [*EDITS] == ["remove", "replace", "merge", "move", "rename", "nudge"]
