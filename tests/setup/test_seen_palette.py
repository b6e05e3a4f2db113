"""The palette that the dialog shows, and the steps to it, without GIMP."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tests.setup.plugin_modules import plugin_module

RED, GREEN, BLUE, WHITE = "#e6194b", "#3cb44b", "#0b57d0", "#ffffff"

OPTIONS = {"colors": 3, "order": "share", "keep": ""}


@pytest.fixture
def seen_palette(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return plugin_module(monkeypatch, "widgets.seen_palette")


def document(*colors: str, edited: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a palette document; edited swatches have a name."""
    rows = [
        {"hex": code, "name": "mine", "label": "mine", "edited": True}
        if code in edited
        else {"hex": code, "name": "", "label": code}
        for code in colors
    ]
    return {"swatches": rows}


def hexes(found: dict[str, Any]) -> list[str]:
    return [row["hex"] for row in found["swatches"]]


@pytest.mark.parametrize(
    ("options", "by_hand", "plan"),
    [
        ({}, False, "SEARCH"),
        ({}, True, "STAY"),
        ({"keep": RED}, False, "STAY"),
        ({"keep": f"{RED.upper()},{GREEN}"}, True, "STAY"),
        ({"keep": WHITE}, False, "START"),
        ({"keep": f"{RED}, {WHITE}"}, True, "START"),
        ({"keep": f"{RED}, orange"}, False, "START"),
        ({"order": "hue"}, False, "SEARCH"),
        ({"order": "hue"}, True, "START"),
        ({"order": "hue", "keep": RED}, False, "START"),
        ({"colors": 4}, True, "SEARCH"),
        ({"colors": 4, "keep": RED}, False, "SEARCH"),
    ],
)
def test_only_kept_colors_and_the_order_leave_what_is_seen(
    seen_palette: ModuleType, options: dict[str, Any], by_hand: bool, plan: str
) -> None:
    seen = seen_palette.Seen(document(RED, GREEN, BLUE), OPTIONS, {}, by_hand)
    assert seen.plan({**OPTIONS, **options}).name == plan


def test_searches_that_follow_each_other_are_one_step(seen_palette: ModuleType) -> None:
    history = seen_palette.History()
    assert history.current is None

    def add(*colors: str, by_hand: bool = False) -> None:
        history.add(seen_palette.Seen(document(*colors), OPTIONS, {}, by_hand))

    add(RED, GREEN)
    add(RED, GREEN, BLUE)
    assert not history.can_undo
    add(RED, BLUE, by_hand=True)
    add(RED, BLUE, by_hand=True)
    add(BLUE)
    add(WHITE)
    assert hexes(history.undo().document) == [RED, BLUE]
    assert hexes(history.undo().document) == [RED, GREEN, BLUE]
    assert not history.can_undo
    assert hexes(history.redo().document) == [RED, BLUE]
    assert hexes(history.redo().document) == [WHITE]
    assert not history.can_redo
    history.undo()
    add(GREEN, by_hand=True)
    assert not history.can_redo
    assert hexes(history.undo().document) == [RED, BLUE]


def test_what_an_edit_changes_is_kept_and_what_it_removes_is_not(seen_palette: ModuleType) -> None:
    before = document(RED, GREEN, BLUE, edited=(GREEN,))
    after = document(RED, WHITE, edited=(WHITE,))
    assert seen_palette.kept_after([GREEN, RED], before, after) == [RED, WHITE]


def test_edited_colors_stay_marked_and_named_after_a_search(seen_palette: ModuleType) -> None:
    before = document(RED, GREEN, BLUE, edited=(GREEN,))
    found = seen_palette.carried(document(GREEN, WHITE), before)
    assert found == document(GREEN, WHITE, edited=(GREEN,))
    assert seen_palette.edited_hexes(found) == [GREEN]
    assert seen_palette.carried(document(WHITE), None) == document(WHITE)


def test_a_new_color_takes_the_place_of_the_one_that_it_replaces(seen_palette: ModuleType) -> None:
    seen = [BLUE, RED, GREEN]
    assert hexes(seen_palette.in_sequence(document(RED, WHITE, BLUE), seen)) == [BLUE, RED, WHITE]
    more = document(WHITE, RED, GREEN, BLUE)
    assert hexes(seen_palette.in_sequence(more, seen)) == [BLUE, RED, GREEN, WHITE]


@pytest.mark.parametrize(
    ("order", "move"),
    [
        ([0, 1, 2, 3], None),
        ([1, 0, 2, 3], (0, 1)),
        ([0, 2, 3, 1], (1, 3)),
        ([3, 0, 1, 2], (3, 0)),
        ([0, 1, 3, 2], (2, 3)),
    ],
)
def test_a_row_that_was_dragged_is_one_move(
    seen_palette: ModuleType, order: list[int], move: tuple[int, int] | None
) -> None:
    assert seen_palette.moved_to(order) == move
