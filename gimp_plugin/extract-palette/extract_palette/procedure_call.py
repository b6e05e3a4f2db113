"""Procedure call: the arguments with which GIMP runs a procedure."""

from __future__ import annotations

from typing import NamedTuple

from gi.repository import Gimp

from extract_palette.engine_process import EarlyEngine


class Call(NamedTuple):
    """One call of a procedure."""

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
