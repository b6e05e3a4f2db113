#!/usr/bin/env python3
"""Extract Palette: makes a GIMP palette of the colors in a layer, and recolors with one.

The layer's pixels go to the engine, which runs in a Python of its own (see engine.py); the
colors that come back become a palette resource. The options are the engine's: the table that
was installed beside this file decides which arguments the procedure has.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

# Before the first pixel, babl would make tables of all 8-bit colors, in half a second and 350 MB,
# that pay only if far more pixels than a photo's are converted. GIMP itself keeps its own.
os.environ.setdefault("BABL_LUT", "0")

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
import arguments  # noqa: E402  (after require_version)
import layer  # noqa: E402
import products  # noqa: E402
import talks  # noqa: E402
from arguments import FLAGS, FOLDER  # noqa: E402
from call import Call  # noqa: E402
from engine import Engine, EngineError  # noqa: E402
from gi.repository import Gimp, GLib, GObject  # noqa: E402
from texts import Problem, _, defect, ngettext  # noqa: E402

EXTRACT = "plug-in-extract-palette"
RECOLOR = "plug-in-recolor-with-palette"

WIDEST = 2**15
"""How many pixels wide a strip of swatches is at the most."""


class ExtractPalette(Gimp.PlugIn):
    """The plug-in: two procedures, each in two menus."""

    def do_set_i18n(self, _name: str) -> bool:
        """Say that GIMP need not load translations: texts.py does."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Name the procedures."""
        return [EXTRACT, RECOLOR]

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Declare a procedure and its arguments."""
        run, declare = PROCEDURES[name]
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        procedure.set_attribution("Palette Engine", "Palette Engine", "2026")
        procedure.set_icon_name("gimp-palette")
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
            "a recolored layer or a strip of swatches is asked for."
        ),
        name,
    )
    for row in arguments.extraction_rows():
        arguments.declare(procedure, row)
    procedure.add_palette_return_value("palette", _("Palette"), _("The new palette."), FLAGS)
    procedure.add_layer_return_value(
        "recolored", _("Recolored layer"), _("The new layer, if one was asked for."), True, FLAGS
    )
    procedure.add_image_return_value(
        "swatches", _("Swatches"), _("The image with the swatches, if asked for."), True, FLAGS
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


def guarded(
    work: Callable[[Call], list[GObject.Value] | None],
) -> Callable[..., Gimp.ValueArray]:
    """Return what GIMP runs: whatever fails comes back as one sentence."""

    def run(
        procedure: Gimp.Procedure,
        run_mode: Gimp.RunMode,
        image: Gimp.Image,
        drawables: list[Gimp.Drawable],
        config: Gimp.ProcedureConfig,
        _data: None,
    ) -> Gimp.ValueArray:
        try:
            results = work(Call(procedure, run_mode, image, drawables, config))
        except (arguments.ArgumentError, layer.SourceError) as error:
            return failure(procedure, Gimp.PDBStatusType.CALLING_ERROR, str(error))
        except Problem as error:
            return failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, str(error))
        except Exception as error:  # noqa: BLE001  the outermost boundary: GIMP would drop the reason
            traceback.print_exc()
            return failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, defect(error))
        if results is None:
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
        values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
        for place, result in enumerate(results, start=1):
            values.remove(place)
            values.insert(place, result)
        return values

    return run


def extract(call: Call) -> list[GObject.Value] | None:
    """Make a palette and what else is asked for; None if the user wants nothing."""
    products.check_folder()
    title = layer.title_of(call.image)
    if call.is_interactive:
        found = shown_palette(call)
        if found is None:
            return None
        running, document = found
    else:
        arguments.check(call.config, arguments.extraction_rows())
        running, document = extracted_palette(call)
    with running:
        asked = arguments.value(call.config, arguments.PALETTE_NAME)
        document = {**document, "name": products.palette_name(asked, title)}
        # All that takes long comes first: whoever cancels is left with nothing half done.
        colors = products.hexes(document)
        if arguments.wants_layer(call.config):
            products.check_image(call.image, colors)
        kind = arguments.value(call.config, arguments.SWATCH_STRIP)
        strip = recolored = None
        if kind != "none":
            size = (min(call.image.get_width(), WIDEST), call.image.get_height())
            strip = running.lead(talks.draw_strip(running, document, *size))
        if arguments.value(call.config, arguments.RECOLORED_LAYER):
            recolored = recolored_layer(running, call, colors)
    with products.or_deleted(recolored):
        palette = products.make_palette(document)
    if arguments.wants_layer(call.config):
        with products.one_step(call.image):
            if recolored:
                products.insert(call.image, recolored, layer_below(call))
            if strip and kind == "layer":
                products.insert_strip(call.image, palette.get_name(), *strip)
    swatches = None
    if strip and kind == "image":
        swatches = products.new_image(call.image, palette.get_name(), *strip)
        if call.is_interactive:
            Gimp.Display.new(swatches)
    Gimp.displays_flush()
    return [
        GObject.Value(Gimp.Palette, palette),
        GObject.Value(Gimp.Layer, recolored),
        GObject.Value(Gimp.Image, swatches),
    ]


def recolor(call: Call) -> list[GObject.Value] | None:
    """Make a layer in the colors of a palette; None if the user wants nothing."""
    if call.is_interactive:
        running = shown_recoloring(call)
        if running is None:
            return None
    else:
        arguments.check(call.config, arguments.recoloring_rows())
        running = Engine(FOLDER)
    with running:
        palette = call.config.get_property("palette")
        colors = products.colors_of(palette)
        products.check_image(call.image, colors)
        made = recolored_layer(running, call, colors)
    with products.one_step(call.image):
        products.insert(call.image, made, layer_below(call))
    Gimp.displays_flush()
    return [GObject.Value(Gimp.Layer, made)]


def shown_palette(call: Call) -> tuple[Engine, dict[str, Any]] | None:
    """Show the dialog, and return what the user took from it, if anything."""
    running = early_engine()
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi

    GimpUi.init(EXTRACT)
    from dialog import ExtractionDialog

    # These are about one picture: those of the last time would be a nuisance.
    for name in ("keep", arguments.PALETTE_NAME.name):
        if call.config.find_property(name):
            call.config.set_property(name, "")
    shown = ExtractionDialog(call, running)
    try:
        return shown.run()
    finally:
        shown.close()


def shown_recoloring(call: Call) -> Engine | None:
    """Show the dialog, and return its engine if the user said OK."""
    running = early_engine()
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi

    GimpUi.init(RECOLOR)
    from dialog import RecoloringDialog

    # The one that is selected now, not the one of the last time.
    call.config.set_property("palette", Gimp.context_get_palette())
    shown = RecoloringDialog(call, running)
    try:
        return shown.run()
    finally:
        shown.close()


def early_engine() -> Engine | None:
    """Start an engine for a dialog: it imports its libraries while the window is being made.

    None if it cannot be started; the dialog tries again, and says why.
    """
    try:
        return Engine(FOLDER)
    except EngineError:
        return None


def extracted_palette(call: Call) -> tuple[Engine, dict[str, Any]]:
    """Return the palette document for the arguments, and the engine that made it."""
    scope = arguments.value(call.config, arguments.SCOPE)
    options = arguments.chosen_options(call.config)
    running = Engine(FOLDER)
    try:
        Gimp.progress_init(_("Extracting a palette…"))
        with layer.opened(call.image, call.drawables, scope) as source:
            running.lead(talks.send_picture(running, source, Gimp.progress_update))
        document = running.lead(talks.get_palette(running, options))
        Gimp.progress_end()
    except BaseException:
        running.stop()
        raise
    if document["note"]:
        Gimp.message(document["note"])
    return running, document


def recolored_layer(running: Engine, call: Call, colors: list[str]) -> Gimp.Layer:
    """Return a layer in some colors, in its place but not in the image yet."""
    scope = arguments.value(call.config, arguments.SCOPE)
    dither = arguments.value(call.config, arguments.DITHER)
    Gimp.progress_init(_("Recoloring…"))
    made: Gimp.Layer | None = None
    with layer.opened(call.image, call.drawables, scope) as source:
        words = ngettext("{title} in {count} color", "{title} in {count} colors", len(colors))
        title = words.format(title=source.title, count=len(colors))

        def sink(top: int, rows: int, data: bytes) -> None:
            # Made no sooner: GIMP keeps it if the plug-in is killed meanwhile.
            nonlocal made
            if made is None:
                made = products.new_layer(call.image, title, source.width, source.height)
                made.set_offsets(source.left, source.top)
            products.fill(made, top, rows, data)

        tell = Gimp.progress_update
        try:
            running.lead(talks.recolor(running, source, colors, dither, tell, sink))
        except BaseException:
            if made:
                made.delete()
            raise
    Gimp.progress_end()
    return made


def layer_below(call: Call) -> Gimp.Layer | None:
    """Return the layer that a recolored one stands above; None if it is above all of them."""
    scope = arguments.value(call.config, arguments.SCOPE)
    whole = scope in (layer.VISIBLE, layer.VISIBLE_SELECTION)
    return None if whole else layer.one_layer(call.drawables)


def failure(
    procedure: Gimp.Procedure, status: Gimp.PDBStatusType, sentence: str
) -> Gimp.ValueArray:
    """Return values that make GIMP show a sentence."""
    return procedure.new_return_values(status, GLib.Error(sentence))


PROCEDURES = {
    EXTRACT: (guarded(extract), declare_extraction),
    RECOLOR: (guarded(recolor), declare_recoloring),
}

Gimp.main(ExtractPalette.__gtype__, sys.argv)
