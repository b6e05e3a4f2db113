"""Seen palette: the palette that the dialog shows, what it was made for, and the steps to it.

Standard library only. See docs/decisions.md#edits-in-the-dialog.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from extract_palette.pictures.swatches import colors_in, hexes

LISTED = re.compile(r"[\s,]*(#?([0-9a-f]{6}|[0-9a-f]{3})[\s,]+)*", re.IGNORECASE)
"""Matches a list, with a space behind it, that has only colors in it."""


class Plan(Enum):
    """What the engine has to do for the options that are chosen now."""

    STAY = "nothing: the colors that are seen fit the options"
    START = "change only what the kept colors or the order demand"
    SEARCH = "find the palette"


class Seen(NamedTuple):
    """A palette document, and the options and settings of the dialog that it was made for.

    `is_by_hand` says that a search would not give the same colors, and `is_moved` that the sequence
    is not that of the order.
    """

    document: dict[str, Any]
    options: dict[str, Any]
    settings: dict[str, Any]
    is_by_hand: bool = False
    is_moved: bool = False

    def plan(self, options: Mapping[str, Any]) -> Plan:
        """Return what is to be done if other options are chosen."""
        changed = {name for name, value in options.items() if self.options.get(name) != value}
        if changed - {"keep", "order"}:
            return Plan.SEARCH
        only_kept = set(colors_in(options["keep"])) <= set(hexes(self.document))
        if "order" not in changed and "keep" in changed and only_kept and is_list(options["keep"]):
            return Plan.STAY
        if not self.is_by_hand and "keep" not in changed:
            return Plan.SEARCH
        return Plan.START if changed else Plan.STAY


class History:
    """The palettes that were seen, in steps that can be undone.

    Searches that follow each other, as while a slider is moved, are one step.
    """

    def __init__(self) -> None:
        self._steps: list[Seen] = []
        self._position = -1

    @property
    def current(self) -> Seen | None:
        """The palette that is seen, if there is one yet."""
        return self._steps[self._position] if self._steps else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone, and none was made since."""
        return self._position + 1 < len(self._steps)

    def add(self, seen: Seen) -> None:
        """Add a step, and forget those that were undone."""
        before = self.current
        if before and (seen.document, seen.options) == (before.document, before.options):
            self._steps[self._position] = seen
            return
        replaces = before and not (before.is_by_hand or seen.is_by_hand)
        del self._steps[self._position + (0 if replaces else 1) :]
        self._steps.append(seen)
        self._position = len(self._steps) - 1

    def undo(self) -> Seen:
        """Return the palette of the step before, if there is one."""
        self._position = max(0, self._position - 1)
        return self._steps[self._position]

    def redo(self) -> Seen:
        """Return the palette of the step that was undone, if there is one."""
        self._position = min(len(self._steps) - 1, self._position + 1)
        return self._steps[self._position]


def is_list(text: str) -> bool:
    """Return whether a text is a list of colors, and nothing else."""
    return LISTED.fullmatch(f"{text} ") is not None


def is_edited(document: Mapping[str, Any]) -> bool:
    """Return whether a palette has swatches that were changed by hand."""
    return any(swatch.get("edited") for swatch in document["swatches"])


def edited_hexes(document: Mapping[str, Any]) -> list[str]:
    """Return the colors that were changed by hand."""
    return [swatch["hex"] for swatch in document["swatches"] if swatch.get("edited")]


def kept_after(
    kept: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """Return the kept colors after an edit: none that is gone, and those that it changed."""
    gone = {*hexes(dict(before))} - {*hexes(dict(after))}
    changed = [code for code in edited_hexes(after) if code not in edited_hexes(before)]
    return [*dict.fromkeys([code for code in kept if code not in gone] + changed)]


def carried(document: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new palette in which what was changed by hand before is marked, and has its name."""
    rows = before["swatches"] if before else []
    edited = {row["hex"]: row for row in rows if row.get("edited")}
    return {**document, "swatches": [_carried(row, edited) for row in document["swatches"]]}


def _carried(row: dict[str, Any], edited: Mapping[str, Any]) -> dict[str, Any]:
    before = edited.get(row["hex"])
    if before is None:
        return row
    if before["name"] == row["name"]:
        return {**row, "edited": True}
    return {**row, "edited": True, "name": before["name"], "label": before["label"]}


def in_sequence(document: dict[str, Any], seen: Sequence[str]) -> dict[str, Any]:
    """Return a palette in the sequence of the colors that are seen.

    New ones are put where others have gone, or at the end.
    """
    rows = list(document["swatches"])
    known = {code: [row for row in rows if row["hex"] == code] for code in seen}
    new = [row for row in rows if row["hex"] not in known]
    places = [known[code].pop(0) if known[code] else None for code in seen]
    filled = [row or (new.pop(0) if new else None) for row in places]
    return {**document, "swatches": [row for row in [*filled, *new] if row]}


def moved_to(order: Sequence[int]) -> tuple[int, int] | None:
    """Return which index was moved to which, if the order of rows differs by one move.

    `order` holds the former index of each row.
    """
    wrong = [index for index, former in enumerate(order) if index != former]
    if not wrong:
        return None
    first, last = wrong[0], wrong[-1]
    return (first, last) if order[last] == first else (last, first)
