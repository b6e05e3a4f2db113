"""Palette export: runs the procedure that writes a GIMP palette as a file for other programs."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.palette_files import check_file, export_options, write_file
from extract_palette.calls.procedure_call import PaletteCall
from extract_palette.engine.requests import write_palette
from extract_palette.engine.session import Engine
from extract_palette.errors import SENTENCES
from extract_palette.images.results import ResultError, codes_of
from extract_palette.procedures.dialog_start import ask_for_export
from extract_palette.translation import _

UNNAMED = ("", "Untitled", _("Untitled"))
"""What GIMP calls colors without a name."""


def export_palette(call: PaletteCall) -> list[GObject.Value] | None:
    """Write a palette as a file; None if the user cancels."""
    if call.is_interactive:
        # The palette that is selected now, and not that of the last time.
        call.config.set_property("palette", Gimp.context_get_palette())
        found = ask_for_export(call, document_of(call.config.get_property("palette")))
        if found is None:
            return None
        file, remarks = found
        call.config.set_property("file", file)
    else:
        arguments.check(call.config, arguments.export_rows())
        file = arguments.file_in(call.config)
        check_file(file, arguments.value(call.config, arguments.REPLACE_FILE))
        document = document_of(call.config.get_property("palette"))
        options = export_options(call.config, file.get_basename() or "")
        with Engine(process=call.early.take()) as engine:
            data, remarks = engine.run(write_palette(engine, document, options))
        write_file(file, data)
    note = " ".join(remarks)
    if note:
        Gimp.message(note)
    return [GObject.Value(GObject.TYPE_STRING, note)]


def document_of(palette: Gimp.Palette | None) -> dict[str, Any]:
    """Return the document of a palette; raise `ResultError` if it was deleted or is empty."""
    codes = codes_of(palette)
    if palette is None or not codes:
        raise ResultError(SENTENCES["no-colors"])
    labels = [palette.get_entry_name(index)[1] or "" for index in range(len(codes))]
    swatches = [
        {"hex": code, "name": "" if label in UNNAMED else label}
        for code, label in zip(codes, labels, strict=True)
    ]
    return {"schema": 1, "name": palette.get_name(), "swatches": swatches}
