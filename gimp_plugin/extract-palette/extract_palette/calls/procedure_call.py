"""Procedure call: the arguments with which GIMP runs a procedure."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import NamedTuple

from gi.repository import Gimp

from extract_palette.engine.process import EarlyEngine
from extract_palette.images.products import hides_origin, origins_of
from extract_palette.images.scope import opened
from extract_palette.pictures.source import Source


class PaletteCall(NamedTuple):
    """One call of a procedure that takes no image."""

    procedure: Gimp.Procedure
    run_mode: Gimp.RunMode
    config: Gimp.ProcedureConfig
    early: EarlyEngine

    @property
    def is_interactive(self) -> bool:
        """Whether a dialog is to be shown."""
        return bool(self.run_mode == Gimp.RunMode.INTERACTIVE)


class Call(NamedTuple):
    """One call of a procedure that takes an image."""

    procedure: Gimp.Procedure
    run_mode: Gimp.RunMode
    image: Gimp.Image
    drawables: list[Gimp.Drawable]
    config: Gimp.ProcedureConfig
    early: EarlyEngine

    @property
    def is_interactive(self) -> bool:
        """Whether a dialog is to be shown."""
        return bool(self.run_mode == Gimp.RunMode.INTERACTIVE)

    def looked_anew(self) -> Call:
        """Return the call with what is selected now, if what it was made with is not there."""
        if self.drawables and all(drawable.is_valid() for drawable in self.drawables):
            return self
        return self.at_selection()

    def at_selection(self) -> Call:
        """Return the call with what is selected now, if anything is."""
        if not self.image.is_valid():
            return self
        return self._replace(drawables=self.image.get_selected_drawables() or self.drawables)

    @property
    def is_of_user(self) -> bool:
        """Whether the user chose the drawables, by selecting layers, and no script."""
        return bool(self.run_mode != Gimp.RunMode.NONINTERACTIVE)

    @property
    def sources(self) -> list[Gimp.Drawable]:
        """The drawables that are read.

        See docs/decisions.md#products-are-no-sources.
        """
        return origins_of(self.drawables) if self.is_of_user else self.drawables

    def opened(self, scope: str) -> AbstractContextManager[Source]:
        """Give the source that a scope means; raises `SourceError` if there is none."""
        if self.is_of_user:
            return opened(self.image, self.sources, scope, hides_origin)
        return opened(self.image, self.drawables, scope)
