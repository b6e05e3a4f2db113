#!/usr/bin/env python3
"""Extract Palette: makes a GIMP palette of the colors in a layer.

The layer's pixels go to the engine, which runs in a Python of its own (see engine.py); the
colors that come back become a palette resource. The options are the engine's: the table that
was installed beside this file decides which arguments the procedure has.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Any

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
import engine  # noqa: E402
import layer  # noqa: E402
import products  # noqa: E402
from gi.repository import Gimp, GLib, GObject  # noqa: E402  (after require_version)

PROCEDURE = "plug-in-extract-palette"
FOLDER = Path(__file__).resolve().parent


class ExtractPalette(Gimp.PlugIn):
    """The plug-in: one procedure with two menu entries."""

    def do_set_i18n(self, _name: str) -> bool:
        """Say that there are no translations yet."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Name the procedures."""
        return [PROCEDURE]

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Declare the procedure and its arguments."""
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
        procedure.set_menu_label("E_xtract Palette…")
        procedure.set_icon_name("gimp-palette")
        procedure.add_menu_path("<Image>/Colors/Info")
        procedure.add_menu_path("<Palettes>/Palettes Menu")
        procedure.set_documentation(
            "Make a palette of the colors in the active layer",
            "Finds the colors that stand for the active layer best and makes a palette of "
            "them, which becomes the active palette. Each swatch is named after its color and "
            "its share of the layer's visible area. The image stays as it is.",
            name,
        )
        procedure.set_attribution("Palette Engine", "Palette Engine", "2026")
        for option in engine.installed_options(FOLDER):
            add_argument(procedure, option)
        procedure.add_string_argument(
            "palette-name",
            "_Palette name",
            "The palette's name; if empty, the image's.",
            "",
            GObject.ParamFlags.READWRITE,
        )
        procedure.add_palette_return_value(
            "palette", "Palette", "The new palette.", GObject.ParamFlags.READWRITE
        )
        return procedure


def add_argument(procedure: Gimp.Procedure, option: dict[str, Any]) -> None:
    """Add the argument for one row of the engine's table of options."""
    name = option["name"].replace("_", "-")
    texts = (name, option["label"], option["help"])
    flags = GObject.ParamFlags.READWRITE
    bounds = (option["minimum"], option["maximum"], option["default"])
    if option["kind"] in ("integer", "count"):
        procedure.add_int_argument(*texts, *bounds, flags)
    elif option["kind"] == "number":
        procedure.add_double_argument(*texts, *bounds, flags)
    elif option["kind"] == "choice":
        choice = Gimp.Choice.new()
        for number, row in enumerate(option["choices"]):
            choice.add(row["name"], number, row["label"], row["help"])
        procedure.add_choice_argument(*texts, choice, option["default"], flags)
    else:
        # Lists are written as on the command line, and are empty to begin with.
        procedure.add_string_argument(*texts, "", flags)


def chosen_options(config: Gimp.ProcedureConfig) -> dict[str, Any]:
    """Return what the user chose, under the engine's names."""
    chosen = {
        option["name"]: config.get_property(option["name"].replace("_", "-"))
        for option in engine.installed_options(FOLDER)
    }
    # None is an empty text once GIMP has declared the procedure from its cache.
    return {name: "" if value is None else value for name, value in chosen.items()}


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: list[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    _data: None,
) -> Gimp.ValueArray:
    """Run the procedure; whatever fails comes back as one sentence."""
    try:
        if len(drawables) != 1:
            return failure(
                procedure,
                Gimp.PDBStatusType.CALLING_ERROR,
                f"{len(drawables) or 'No'} layers are selected. "
                "Select exactly one layer to make a palette of.",
            )
        with engine.Engine(FOLDER) as running:
            if run_mode == Gimp.RunMode.INTERACTIVE and not asked_user(procedure, config):
                return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
            palette = extracted(running, image, drawables[0], config)
    except engine.EngineError as error:
        return failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, str(error))
    except Exception as error:  # noqa: BLE001  the outermost boundary: GIMP would drop the reason
        traceback.print_exc()
        sentence = f"Extract Palette has a defect: {type(error).__name__}: {error}"
        return failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, sentence)
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    values.remove(1)
    values.insert(1, GObject.Value(Gimp.Palette, palette))
    return values


def asked_user(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> bool:
    """Show GIMP's own dialog for the arguments; tell whether the user said OK."""
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi

    GimpUi.init(PROCEDURE)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Extract Palette")
    dialog.fill(None)
    said_ok: bool = dialog.run()
    dialog.destroy()
    return said_ok


def extracted(
    running: engine.Engine,
    image: Gimp.Image,
    drawable: Gimp.Drawable,
    config: Gimp.ProcedureConfig,
) -> Gimp.Palette:
    """Return the palette of a drawable, made, active and on disk."""
    Gimp.progress_init("Extracting a palette…")
    # None once GIMP has declared the procedure from its cache, which has no empty texts.
    asked = config.get_property("palette-name") or ""
    name = products.palette_name(asked, image)
    layer.send(drawable, running, name)
    document = running.ask(chosen_options(config))
    palette = products.make_palette(document)
    Gimp.progress_end()
    if document["note"]:
        Gimp.message(document["note"])
    return palette


def failure(
    procedure: Gimp.Procedure, status: Gimp.PDBStatusType, sentence: str
) -> Gimp.ValueArray:
    """Return values that make GIMP show a sentence."""
    return procedure.new_return_values(status, GLib.Error(sentence))


Gimp.main(ExtractPalette.__gtype__, sys.argv)
