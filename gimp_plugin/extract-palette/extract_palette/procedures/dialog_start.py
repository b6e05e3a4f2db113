"""Dialog start: shows the dialogs; GTK is loaded only for them."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import gi
from gi.repository import Gimp, Gio

from extract_palette.calls import arguments
from extract_palette.calls.procedure_call import Call, PaletteCall
from extract_palette.calls.sent_picture import EarlyPicture, send
from extract_palette.engine.command import EngineError
from extract_palette.engine.session import Engine
from extract_palette.images.scope import SourceError, is_read_at_once

EARLY = 0.3
"""Seconds for which pixels are sent, at most, before there is a window."""


T = TypeVar("T", covariant=True)


class Asking(Protocol[T]):
    """A dialog that gives an answer."""

    def run(self) -> T | None:
        """Return the answer; None if the user cancels."""

    def close(self) -> None:
        """Close the dialog."""


def ask_for_palette(call: Call) -> tuple[Call, Engine, dict[str, Any]] | None:
    """Return the palette document that the user takes from the dialog, with call and engine."""
    engine = early_engine(call)
    load_interface()
    picture = early_picture(call, engine)
    start_interface(call)
    from extract_palette.dialogs.extraction_dialog import ExtractionDialog

    return asked(ExtractionDialog(call, engine, picture))


def ask_for_recoloring(call: Call) -> tuple[Call, Engine] | None:
    """Return the call and the engine of the dialog if the user says OK."""
    engine = engine_beside_interface(call)
    from extract_palette.dialogs.recoloring_dialog import RecoloringDialog

    # The palette that is selected now, and not that of the last time.
    call.config.set_property("palette", Gimp.context_get_palette())
    return asked(RecoloringDialog(call, engine))


def ask_for_separation(call: Call) -> tuple[Call, Engine] | None:
    """Return the call and the engine of the dialog if the user says OK."""
    engine = engine_beside_interface(call)
    from extract_palette.dialogs.separation_dialog import SeparationDialog

    call.config.set_property("palette", Gimp.context_get_palette())
    return asked(SeparationDialog(call, engine))


def ask_for_color_change(call: Call) -> tuple[Call, Engine, list[str]] | None:
    """Return the call, the engine and the palette of the dialog if the user says OK."""
    engine = engine_beside_interface(call)
    from extract_palette.dialogs.color_change_dialog import ColorChangeDialog

    # Those of the last time were for another picture.
    call.config.set_property(arguments.SWAPS.name, "")
    return asked(ColorChangeDialog(call, engine))


def ask_for_import(call: PaletteCall) -> tuple[Gio.File, dict[str, Any]] | None:
    """Return the file that the user chooses, and the palette document in it."""
    engine = engine_beside_interface(call)
    from extract_palette.dialogs.palette_file_dialogs import ImportDialog

    return asked(ImportDialog(call, engine))


def ask_for_export(
    call: PaletteCall, document: dict[str, Any]
) -> tuple[Gio.File, list[str]] | None:
    """Return the file that the user chooses, once it is written, and what is left out."""
    engine = engine_beside_interface(call)
    from extract_palette.dialogs.palette_file_dialogs import ExportDialog

    return asked(ExportDialog(call, engine, document))


def asked(dialog: Asking[T]) -> T | None:
    """Return what the user answers in a dialog, and close it; None if the user cancels."""
    try:
        return dialog.run()
    finally:
        dialog.close()


def ask_for_layer_palettes(call: Call) -> tuple[Call, Engine] | None:
    """Return the call and the engine of the dialog if the user says OK."""
    engine = engine_beside_interface(call)
    from extract_palette.dialogs.layer_palettes_dialog import LayerPalettesDialog

    return asked(LayerPalettesDialog(call, engine))


def engine_beside_interface(call: Call | PaletteCall) -> Engine | None:
    """Return the engine, which starts while GTK does; None if it cannot be started."""
    engine = early_engine(call)
    load_interface()
    start_interface(call)
    return engine


def early_engine(call: Call | PaletteCall) -> Engine | None:
    """Return the engine that imports its libraries while the window is made.

    None if it cannot be started; the dialog tries again, and shows the error. See
    docs/decisions.md#the-engine-before-gtk.
    """
    try:
        return Engine(process=call.early.take())
    except EngineError:
        return None


def early_picture(call: Call, engine: Engine | None) -> EarlyPicture | None:
    """Send the picture while the engine imports its libraries, and before GTK starts.

    None if GIMP has to compute it first, for which a window should be there, or if there is none:
    the dialog tries again, and shows the error.
    """
    scope = arguments.value(call.config, arguments.SCOPE)
    if engine is None or not is_read_at_once(call.image, call.sources, scope):
        return None
    try:
        picture = EarlyPicture(engine, send(engine, call, scope, ignore_progress))
    except SourceError:
        return None
    picture.send(EARLY)
    return picture


def ignore_progress(_done: float) -> None:
    """Do nothing: there is nothing yet to show the progress in."""


def load_interface() -> None:
    """Load GIMP's user interface, which the engine takes about as long for to listen."""
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi  # noqa: F401  (only loaded)


def start_interface(call: Call | PaletteCall) -> None:
    """Start GTK."""
    from gi.repository import GimpUi

    GimpUi.init(call.procedure.get_name())
