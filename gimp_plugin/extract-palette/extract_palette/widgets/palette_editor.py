"""Palette editor: what the user does to the palette that the dialog shows, step by step.

Edits wait here until an update of the preview carries them out, in the order in which they came, so
that none is lost while the engine is busy. See docs/decisions.md#edits-in-the-dialog.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from gi.repository import Gimp

from extract_palette.calls import arguments
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import edit_palette, get_spot, measure_palette
from extract_palette.engine.session import Engine
from extract_palette.pictures.swatches import colors_in
from extract_palette.widgets.seen_palette import History, Seen, kept_after

Edit: TypeAlias = Callable[[Engine, Seen], Exchange[Seen]]
"""Returns what is seen after a step."""

Locate: TypeAlias = Callable[[float, float], tuple[float, float] | None]
"""Returns the pixel of the thumbnail at a point of the picture, or None if it is not in there."""

RADIUS = 1.5
"""The radius of a spot whose color is picked, in pixels of the thumbnail."""

NEAR = 4.0
"""A second click within this distance, in pixels of the thumbnail, is on the same spot."""


class Spot(NamedTuple):
    """A point of the picture in its pixels, and what counts as near it, too."""

    x: float
    y: float
    near: float


FEWER = ("remove", "merge")
"""The edits after which a palette has one color less."""


class PaletteEditor:
    """The history of the palette that is seen, and the edits that wait.

    `changed` is called when an edit begins to wait.
    """

    def __init__(
        self, config: Gimp.ProcedureConfig, changed: Callable[[], None], locate: Locate
    ) -> None:
        self._config = config
        self._changed = changed
        self._locate = locate
        self._waiting: list[Edit] = []
        self._picked: dict[str, Spot] = {}
        """Where colors were picked."""
        self._rows = arguments.engine_rows("extraction")
        self.history = History()
        self.is_setting = False
        """Whether settings change because of an edit, so that no search is needed for them."""

    @property
    def is_waiting(self) -> bool:
        """Whether there are edits that no update has carried out."""
        return bool(self._waiting)

    @property
    def kept(self) -> list[str]:
        """The colors that are kept."""
        return colors_in(self._config.get_property("keep") or "")

    @property
    def settings(self) -> dict[str, Any]:
        """The values of the options."""
        return {row.name: self._config.get_property(row.name) for row in self._rows}

    def edit(self, do: str, index: int, **values: Any) -> None:
        """Change the palette by one of the engine's edits."""
        self._add(partial(self._edit, {"do": do, "index": index, **values}))

    def pick(self, x: float, y: float, scale: float) -> None:
        """Keep the average color around a point of the picture, seen in a scale, or let it go."""
        self._add(partial(self._pick, Spot(x, y, NEAR / min(1.0, scale))))

    def undo(self) -> None:
        """Go back to the palette before the last step."""
        self._add(lambda _engine, _seen: self._restore(self.history.undo()))

    def redo(self) -> None:
        """Do again what was undone."""
        self._add(lambda _engine, _seen: self._restore(self.history.redo()))

    def toggle(self, code: str) -> None:
        """Keep a color, or no longer keep it."""
        kept = self.kept
        others = [other for other in kept if other != code]
        self._keep(others if code in kept else [*kept, code])

    def carry_out(self, engine: Engine) -> Exchange[bool]:
        """Carry out the edits that wait; return whether there were any.

        If the engine ends meanwhile, the edit still waits, for another one.
        """
        worked = False
        while self._waiting and (seen := self.history.current):
            worked = True
            after = yield from self._waiting[0](engine, seen)
            del self._waiting[0]
            self.history.add(after)
        return worked

    def forget(self) -> None:
        """Forget the edits that wait: the engine has refused one of them."""
        self._waiting.clear()

    def _add(self, edit: Edit) -> None:
        if self.history.current:
            self._waiting.append(edit)
            self._changed()

    def _edit(self, edit: dict[str, Any], engine: Engine, seen: Seen) -> Exchange[Seen]:
        if not can_be_done(edit, len(seen.document["swatches"])):
            return seen
        document = yield from edit_palette(engine, seen.document, edit)
        with self._setting():
            self._keep(kept_after(self.kept, seen.document, document))
            if edit["do"] in FEWER:
                self._set_number(len(document["swatches"]))
        chosen = arguments.chosen_options(self._config, "extraction")
        options = {**seen.options, "keep": chosen["keep"]}
        if edit["do"] in FEWER:
            options["colors"] = chosen["colors"]
        document = yield from measure_palette(engine, document, options)
        document = {**document, "kept": len(self.kept)}
        is_moved = seen.is_moved or edit["do"] == "move"
        return Seen(document, options, self.settings, is_by_hand=True, is_moved=is_moved)

    def _pick(self, spot: Spot, engine: Engine, seen: Seen) -> Exchange[Seen]:
        """Change only what is kept: the update that goes on then finds the palette."""
        code, pixel = self._picked_at(spot), self._locate(spot.x, spot.y)
        if not code and pixel:
            code = yield from get_spot(engine, *pixel, RADIUS)
        if not code:  # the view was moved away from it before the engine had time for it
            return seen
        self._picked[code] = spot
        with self._setting():
            self.toggle(code)
            number = self._config.get_property("colors")
            if len(self.kept) > number and not self._config.get_property("auto-colors"):
                self._set_number(len(self.kept))
        return seen

    def _picked_at(self, spot: Spot) -> str | None:
        """Return the kept color that was picked there: a hand does not hit the same pixel twice."""
        for code in self.kept:
            before = self._picked.get(code)
            if before and math.hypot(spot.x - before.x, spot.y - before.y) <= spot.near:
                return code
        return None

    def _restore(self, seen: Seen) -> Exchange[Seen]:
        yield from ()
        with self._setting():
            for name, value in seen.settings.items():
                self._config.set_property(name, value)
        return seen

    def _keep(self, codes: list[str]) -> None:
        self._config.set_property("keep", ", ".join(codes))

    def _set_number(self, number: int) -> None:
        """Set the number of colors, which the picture then no longer decides."""
        self._config.set_property("auto-colors", False)
        self._config.set_property("colors", number)

    @contextmanager
    def _setting(self) -> Iterator[None]:
        self.is_setting = True
        try:
            yield
        finally:
            self.is_setting = False


def can_be_done(edit: Mapping[str, Any], count: int) -> bool:
    """Return whether a palette of so many colors still has those of an edit that has waited."""
    indexes = [edit[name] for name in ("index", "other", "to") if name in edit]
    return max(indexes) < count and (count > 1 or edit["do"] not in FEWER)
