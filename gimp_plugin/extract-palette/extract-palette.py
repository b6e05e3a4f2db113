#!/usr/bin/env python3
"""Extract Palette: makes a GIMP palette of a layer's colors, recolors and separates by one.

Palette files of other programs become GIMP palettes, and GIMP palettes such files.

GIMP starts this file, which declares the procedures and runs them. Everything else is in the
package extract_palette beside it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

# Python does not search the script's folder if the environment has PYTHONSAFEPATH.
sys.path.insert(0, str(FOLDER))

from extract_palette.engine.process import EarlyEngine  # noqa: E402  (after the path)

early = EarlyEngine()
if "-run" in sys.argv:
    early.start()  # before anything that takes long to load

import traceback  # noqa: E402
from collections.abc import Callable  # noqa: E402

# Only in this process; GIMP itself keeps its tables and operations, of which nothing here needs
# one: there are none in this folder. See docs/decisions.md#no-tables-in-babl.
os.environ.setdefault("BABL_LUT", "0")
os.environ["GEGL_PATH"] = str(FOLDER)

import gi  # noqa: E402

gi.require_version("Babl", "0.1")
gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from extract_palette.calls import arguments  # noqa: E402  (after require_version)
from extract_palette.calls.arguments import FLAGS  # noqa: E402
from extract_palette.calls.procedure_call import Call, PaletteCall  # noqa: E402
from extract_palette.errors import Problem, defect  # noqa: E402
from extract_palette.images.scope import explained  # noqa: E402
from extract_palette.procedures.color_change import change_colors  # noqa: E402
from extract_palette.procedures.extraction import extract  # noqa: E402
from extract_palette.procedures.layer_palettes import extract_layers  # noqa: E402
from extract_palette.procedures.palette_export import export_palette  # noqa: E402
from extract_palette.procedures.palette_import import import_palette  # noqa: E402
from extract_palette.procedures.recoloring import recolor  # noqa: E402
from extract_palette.procedures.separation import separate  # noqa: E402
from extract_palette.translation import _  # noqa: E402
from gi.repository import Gimp, GLib, GObject  # noqa: E402

EXTRACT = "plug-in-extract-palette"
RECOLOR = "plug-in-recolor-with-palette"
SEPARATE = "plug-in-separate-colors"
CHANGE = "plug-in-change-colors"
LAYERS = "plug-in-extract-layer-palettes"
IMPORT = "plug-in-import-palette-file"
EXPORT = "plug-in-export-palette-file"


class ExtractPalette(Gimp.PlugIn):
    """The plug-in: seven procedures."""

    def do_set_i18n(self, _name: str) -> bool:
        """Return that GIMP need not load translations: translation.py does."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Return the names of the procedures."""
        return [*PROCEDURES, *PALETTE_PROCEDURES]

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Declare a procedure and its arguments."""
        if name in PROCEDURES:
            run, declare = PROCEDURES[name]
            procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
            procedure.set_image_types("*")
        else:
            run, declare = PALETTE_PROCEDURES[name]
            procedure = Gimp.Procedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_attribution("Palette Engine", "Palette Engine", "2026")
        procedure.set_icon_name("gtk-select-color")  # GimpUi.ICON_PALETTE, without loading it
        declare(procedure, name)
        return procedure


def declare_extraction(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that makes a palette."""
    procedure.set_sensitivity_mask(
        Gimp.ProcedureSensitivityMask.DRAWABLE
        | Gimp.ProcedureSensitivityMask.DRAWABLES
        | Gimp.ProcedureSensitivityMask.NO_DRAWABLES
    )
    procedure.set_menu_label(_("E_xtract Palette…"))
    procedure.add_menu_path("<Image>/Colors/Info")
    procedure.add_menu_path("<Palettes>/Palettes Menu")
    procedure.set_documentation(
        _("Make a palette of the colors in the active layer"),
        _(
            "Finds the colors that stand for the layer, its selected part or the visible image "
            "best and makes a palette of them, which becomes the active palette. Each swatch is "
            "named after its color and its share of the area. The image stays as it is, unless "
            "a recolored layer or a strip of swatches is requested."
        ),
        name,
    )
    for row in arguments.extraction_rows():
        arguments.declare(procedure, row)
    procedure.add_palette_return_value("palette", _("Palette"), _("The new palette."), FLAGS)
    procedure.add_layer_return_value(
        "recolored", _("Recolored layer"), _("The new layer, if one was requested."), True, FLAGS
    )
    procedure.add_image_return_value(
        "swatches", _("Swatches"), _("The image with the swatches, if requested."), True, FLAGS
    )


def declare_layer_palettes(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that makes a palette of each layer."""
    procedure.set_sensitivity_mask(
        Gimp.ProcedureSensitivityMask.DRAWABLE
        | Gimp.ProcedureSensitivityMask.DRAWABLES
        | Gimp.ProcedureSensitivityMask.NO_DRAWABLES
    )
    procedure.set_menu_label(_("Palettes of La_yers…"))
    procedure.add_menu_path("<Image>/Colors/Info")
    procedure.add_menu_path("<Palettes>/Palettes Menu")
    procedure.set_documentation(
        _("Make a palette of each layer, such as the frames of an animation"),
        _(
            "Makes a palette of the colors of each selected layer, or of each layer of the image, "
            "named after it. A layer without colors is left out. The image stays as it is."
        ),
        name,
    )
    for row in arguments.layer_rows():
        arguments.declare(procedure, row)
    procedure.add_string_array_return_value(
        "names", _("Names"), _("The names of the new palettes."), FLAGS
    )


def declare_recoloring(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that recolors with a palette."""
    procedure.set_sensitivity_mask(
        Gimp.ProcedureSensitivityMask.DRAWABLE | Gimp.ProcedureSensitivityMask.DRAWABLES
    )
    procedure.set_menu_label(_("Recolor _with Palette…"))
    procedure.add_menu_path("<Palettes>/Palettes Menu")
    procedure.add_menu_path("<Image>/Colors/Map")
    procedure.set_documentation(
        _("Paint the active layer with the colors of the selected palette"),
        _(
            "Makes a new layer above the active one in which every pixel has the color of the "
            "palette that is nearest to its own in CIELAB, or a dithered mixture. Transparency "
            "stays, and so does the layer itself."
        ),
        name,
    )
    procedure.add_palette_argument(
        "palette", _("_Palette"), _("The palette to paint with."), False, None, True, FLAGS
    )
    for row in arguments.recoloring_rows():
        arguments.declare(procedure, row)
    procedure.add_layer_return_value(
        "recolored", _("Recolored layer"), _("The new layer."), False, FLAGS
    )


def declare_separation(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that separates the colors of a palette."""
    procedure.set_sensitivity_mask(
        Gimp.ProcedureSensitivityMask.DRAWABLE | Gimp.ProcedureSensitivityMask.DRAWABLES
    )
    procedure.set_menu_label(_("Separa_te Colors…"))
    procedure.add_menu_path("<Palettes>/Palettes Menu")
    procedure.add_menu_path("<Image>/Colors/Map")
    procedure.set_documentation(
        _("Make a layer or channel of each color of the selected palette"),
        _(
            "Takes the active layer apart: every pixel goes into the layer of the palette's color "
            "that is nearest to its own, or with soft edges partly into those of the two nearest. "
            "The layers are in a group above the active one, named after their colors, from dark "
            "to light. Instead of layers, a layer mask or a channel can show where each color is."
        ),
        name,
    )
    procedure.add_palette_argument(
        "palette", _("_Palette"), _("The palette to separate by."), False, None, True, FLAGS
    )
    for row in arguments.separation_rows():
        arguments.declare(procedure, row)
    procedure.add_layer_return_value(
        "group", _("Layer group"), _("The group of the new layers, if any."), True, FLAGS
    )
    procedure.add_int_return_value(
        "count", _("Number"), _("How many layers or channels were made."), 0, 2**31 - 1, 0, FLAGS
    )


def declare_color_change(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that changes the colors of a picture."""
    procedure.set_sensitivity_mask(
        Gimp.ProcedureSensitivityMask.DRAWABLE | Gimp.ProcedureSensitivityMask.DRAWABLES
    )
    procedure.set_menu_label(_("C_hange Colors…"))
    procedure.add_menu_path("<Image>/Colors/Map")
    procedure.set_documentation(
        _("Let colors of the active layer become others"),
        _(
            "Makes a new layer above the active one in which some colors of the layer's palette "
            "are others. The picture follows smoothly: what is like a changed color changes with "
            "it, and the rest stays, as do grays, transparency and the layer itself."
        ),
        name,
    )
    for row in arguments.change_rows():
        arguments.declare(procedure, row)
    procedure.add_layer_return_value(
        "changed", _("Changed layer"), _("The new layer."), False, FLAGS
    )


def declare_import(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that makes a palette of a palette file."""
    procedure.set_menu_label(_("Import P_alette File…"))
    procedure.add_menu_path("<Palettes>/Palettes Menu")
    procedure.set_documentation(
        _("Make a palette of a palette file of another program"),
        _(
            "Reads the swatches of Adobe programs, Krita, Procreate, LibreOffice and others, "
            "stylesheets, design tokens, and lists of colors in any text. The file tells its "
            "format. What is left out or clipped is told."
        ),
        name,
    )
    declare_run_mode(procedure)
    procedure.add_file_argument(
        "file", _("File"), _("The palette file."), Gimp.FileChooserAction.ANY, True, None, FLAGS
    )
    for row in arguments.import_rows():
        arguments.declare(procedure, row)
    procedure.add_palette_return_value("palette", _("Palette"), _("The new palette."), FLAGS)
    declare_note(procedure)


def declare_export(procedure: Gimp.Procedure, name: str) -> None:
    """Declare the procedure that writes a palette as a file for another program."""
    procedure.set_menu_label(_("Ex_port Palette File…"))
    procedure.add_menu_path("<Palettes>/Palettes Menu")
    procedure.set_documentation(
        _("Write the selected palette as a file for another program"),
        _(
            "Writes swatches for Adobe programs, Krita, Procreate, LibreOffice and others, "
            "stylesheets, design tokens, a list of colors or a swatch sheet."
        ),
        name,
    )
    declare_run_mode(procedure)
    procedure.add_palette_argument(
        "palette", _("_Palette"), _("The palette to write."), True, None, True, FLAGS
    )
    procedure.add_file_argument(
        *("file", _("File"), _("The file to write.")),
        *(Gimp.FileChooserAction.ANY, True, None, FLAGS),
    )
    for row in arguments.export_rows():
        arguments.declare(procedure, row)
    declare_note(procedure)


def declare_run_mode(procedure: Gimp.Procedure) -> None:
    """Declare the argument that procedures without an image need to be in a menu."""
    procedure.add_enum_argument(
        *("run-mode", _("Run mode"), _("The run mode.")),
        *(Gimp.RunMode, Gimp.RunMode.NONINTERACTIVE, FLAGS),
    )


def declare_note(procedure: Gimp.Procedure) -> None:
    """Declare the return value for what is left out."""
    procedure.add_string_return_value(
        "note", _("Note"), _("What was left out or clipped; empty if nothing."), "", FLAGS
    )


def guarded_without_image(
    work: Callable[[PaletteCall], list[GObject.Value] | None],
) -> Callable[..., Gimp.ValueArray]:
    """Return the function that GIMP runs if there is no image; see `guarded`."""

    def run(
        procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, _data: None
    ) -> Gimp.ValueArray:
        try:
            mode = config.get_property("run-mode")
            results = work(PaletteCall(procedure, mode, config, early))
        except Exception as error:  # noqa: BLE001  the outermost boundary: GIMP would drop the error
            return failure(procedure, *said(error, error if isinstance(error, Problem) else None))
        finally:
            early.stop()
        return answer(procedure, results)

    return run


def guarded(
    work: Callable[[Call], list[GObject.Value] | None],
) -> Callable[..., Gimp.ValueArray]:
    """Return the function that GIMP runs: every error becomes one sentence."""

    def run(
        procedure: Gimp.Procedure,
        run_mode: Gimp.RunMode,
        image: Gimp.Image,
        drawables: list[Gimp.Drawable],
        config: Gimp.ProcedureConfig,
        _data: None,
    ) -> Gimp.ValueArray:
        try:
            results = work(Call(procedure, run_mode, image, drawables, config, early))
        except Exception as error:  # noqa: BLE001  the outermost boundary: GIMP would drop the error
            return failure(procedure, *said(error, explained(error, image, drawables)))
        finally:
            early.stop()
        return answer(procedure, results)

    return run


def answer(procedure: Gimp.Procedure, results: list[GObject.Value] | None) -> Gimp.ValueArray:
    """Return what a procedure returns; None if the user canceled."""
    if results is None:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    for number, result in enumerate(results, start=1):
        values.remove(number)
        values.insert(number, result)
    return values


def said(error: Exception, problem: Problem | None) -> tuple[Gimp.PDBStatusType, str]:
    """Return whose fault an error is, and the sentence for it; `problem` explains it if known."""
    if problem and problem.is_argument:
        return Gimp.PDBStatusType.CALLING_ERROR, str(problem)
    if problem is None:
        traceback.print_exc()
    return Gimp.PDBStatusType.EXECUTION_ERROR, str(problem or defect(error))


def failure(
    procedure: Gimp.Procedure, status: Gimp.PDBStatusType, sentence: str
) -> Gimp.ValueArray:
    """Return values that make GIMP show a sentence."""
    return procedure.new_return_values(status, GLib.Error(sentence))


PROCEDURES = {
    EXTRACT: (guarded(extract), declare_extraction),
    LAYERS: (guarded(extract_layers), declare_layer_palettes),
    RECOLOR: (guarded(recolor), declare_recoloring),
    SEPARATE: (guarded(separate), declare_separation),
    CHANGE: (guarded(change_colors), declare_color_change),
}

PALETTE_PROCEDURES = {
    IMPORT: (guarded_without_image(import_palette), declare_import),
    EXPORT: (guarded_without_image(export_palette), declare_export),
}
"""The procedures that take no image."""

Gimp.main(ExtractPalette.__gtype__, sys.argv)
