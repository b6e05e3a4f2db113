"""Palette import: runs the procedure that makes a GIMP palette of a palette file."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp, Gio, GObject

from extract_palette import arguments, results
from extract_palette.dialog_start import ask_for_import
from extract_palette.engine import Engine
from extract_palette.engine_requests import read_palette
from extract_palette.exchange import Exchange
from extract_palette.names import palette_name
from extract_palette.palette_files import read_file
from extract_palette.palette_replacement import palette_to_replace, replace_palette
from extract_palette.procedure_call import PaletteCall


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


def document_in(engine: Engine, file: Gio.File, data: bytes) -> Exchange[dict[str, Any]]:
    """Return the palette document of a file's bytes, with the labels that GIMP shows."""
    _found, document = yield from read_palette(engine, file.get_basename() or "", data)
    return {**document, "swatches": [{**row, "label": _label(row)} for row in document["swatches"]]}


def _label(row: dict[str, Any]) -> str:
    """Return the label of a swatch, after the name of its group if it has a name."""
    if row.get("group") and row["name"]:
        return f"{row['group']} {row['name']}"
    return str(row["label"])
