"""Palette import: runs the procedure that makes a GIMP palette of a palette file."""

from __future__ import annotations

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.palette_files import document_in, read_file
from extract_palette.calls.procedure_call import PaletteCall
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.images.names import palette_name
from extract_palette.images.palette_replacement import palette_to_replace, replace_palette
from extract_palette.procedures.dialog_start import ask_for_import


def import_palette(call: PaletteCall) -> list[GObject.Value] | None:
    """Make a palette of a file; None if the user cancels."""
    results.check_folder()
    if call.is_interactive:
        arguments.forget_picture(call.config)
        found = ask_for_import(call)
        if found is None:
            return None
        file, document = found
        call.config.set_property("file", file)
    else:
        arguments.check(call.config, arguments.import_rows())
        file = arguments.file_in(call.config)
        data = read_file(file)
        with Engine(process=call.early.take()) as engine:
            document = engine.run(document_in(engine, file, data))
    requested = arguments.value(call.config, arguments.IMPORTED_NAME)
    document = {**document, "name": palette_name(requested, document["name"])}
    is_replacing = arguments.value(call.config, arguments.REPLACE_PALETTE)
    replaced = palette_to_replace(document["name"]) if is_replacing else None
    results.check_folder(len(document["swatches"]))
    if replaced:
        replace_palette(replaced, document)
    palette = replaced or results.make_palette(document)
    if document["note"]:
        Gimp.message(document["note"])
    return [
        GObject.Value(Gimp.Palette, palette),
        GObject.Value(GObject.TYPE_STRING, document["note"]),
    ]
