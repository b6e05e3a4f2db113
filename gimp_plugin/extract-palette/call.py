"""Call: what GIMP hands to a procedure."""

from __future__ import annotations

from typing import NamedTuple

from gi.repository import Gimp


class Call(NamedTuple):
    """One call of a procedure: by whom, about what, and with which settings."""

    procedure: Gimp.Procedure
    run_mode: Gimp.RunMode
    image: Gimp.Image
    drawables: list[Gimp.Drawable]
    config: Gimp.ProcedureConfig

    @property
    def is_interactive(self) -> bool:
        """Whether a person waits for a dialog."""
        return bool(self.run_mode == Gimp.RunMode.INTERACTIVE)
