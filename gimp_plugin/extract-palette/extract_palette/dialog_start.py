"""Dialog start: shows the dialogs; GTK is loaded only for them."""

from __future__ import annotations

from typing import Any

import gi
from gi.repository import Gimp

from extract_palette import arguments
from extract_palette.engine import Engine
from extract_palette.engine_command import EngineError
from extract_palette.procedure_call import Call


def ask_for_palette(call: Call) -> tuple[Engine, dict[str, Any]] | None:
    """Return the palette document that the user takes from the dialog, and its engine, if any."""
    engine = early_engine()
    load_interface(call)
    from extract_palette.extraction_dialog import ExtractionDialog

    # Those of the last time were for another picture.
    for name in ("keep", arguments.PALETTE_NAME.name):
        if call.config.find_property(name):
            call.config.set_property(name, "")
    dialog = ExtractionDialog(call, engine)
    try:
        return dialog.run()
    finally:
        dialog.close()


def ask_for_recoloring(call: Call) -> Engine | None:
    """Return the engine of the dialog if the user says OK."""
    engine = early_engine()
    load_interface(call)
    from extract_palette.recoloring_dialog import RecoloringDialog

    # The palette that is selected now, and not that of the last time.
    call.config.set_property("palette", Gimp.context_get_palette())
    dialog = RecoloringDialog(call, engine)
    try:
        return dialog.run()
    finally:
        dialog.close()


def early_engine() -> Engine | None:
    """Start an engine for a dialog: it imports its libraries while the window is made.

    None if it cannot be started; the dialog tries again, and shows the error. See
    docs/decisions.md#the-engine-before-gtk.
    """
    try:
        return Engine()
    except EngineError:
        return None


def load_interface(call: Call) -> None:
    """Load GIMP's user interface."""
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi

    GimpUi.init(call.procedure.get_name())
