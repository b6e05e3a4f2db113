"""Extraction: runs the procedure that makes a palette."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.members import chosen_members, left_out_sentence, listed_members
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_members import SentMembers
from extract_palette.engine.requests import draw_strip, get_palette, send_picture
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.images.names import palette_name
from extract_palette.images.palette_replacement import palette_to_replace, replace_palette
from extract_palette.images.products import mark, number
from extract_palette.images.scope import SEVERAL, check_there, title_of
from extract_palette.installed_files import limit
from extract_palette.pictures.swatches import hexes
from extract_palette.procedures.dialog_start import ask_for_palette
from extract_palette.procedures.recoloring import layer_below, recolored_layer
from extract_palette.translation import _


def extract(call: Call) -> list[GObject.Value] | None:
    """Make a palette, and the layers and images that are chosen; None if the user cancels.

    See docs/decisions.md#slow-work-first.
    """
    results.check_folder()
    check_there(call.image, [])
    title = title_of(call.image)
    if call.is_of_user:
        arguments.forget_picture(call.config)
    if call.is_interactive:
        arguments.forget_several(call.config)
        call.config.set_property(arguments.PALETTE_NAME.name, palette_name("", title))
        found = ask_for_palette(call)
        if found is None:
            return None
        call, engine, document = found
    else:
        arguments.check(call.config, arguments.extraction_rows())
        engine, document = extracted_palette(call)
    with engine:
        requested = arguments.value(call.config, arguments.PALETTE_NAME)
        document = {**document, "name": palette_name(requested, title)}
        is_replacing = arguments.value(call.config, arguments.REPLACE_PALETTE)
        replaced = palette_to_replace(document["name"]) if is_replacing else None
        # All that takes long comes first, so that canceling leaves nothing half done.
        colors = hexes(document)
        if arguments.wants_layer(call.config):
            results.check_image(call.image, colors)
        strip_target = arguments.value(call.config, arguments.SWATCH_STRIP)
        strip = recolored = None
        if strip_target != "none":
            strip = engine.run(draw_strip(engine, document, *strip_size(call.image)))
        if arguments.value(call.config, arguments.RECOLORED_LAYER):
            recolored = recolored_layer(engine, call, colors)
    with results.deleted_on_error(recolored):
        check_there(call.image, call.drawables)
        if replaced:
            replace_palette(replaced, document)
        palette = replaced or results.make_palette(document)
    if arguments.wants_layer(call.config):
        with results.one_undo_step(call.image):
            if recolored:
                results.insert(call.image, recolored, layer_below(call))
                number(recolored, call.sources)
            if strip and strip_target == "below":
                results.grow_canvas(call.image, strip[1])
            if strip and strip_target != "image":
                layer = results.insert_strip(call.image, palette.get_name(), *strip)
                mark(layer, call.sources, palette.get_name())
                number(layer, call.sources)
    swatches = None
    if strip and strip_target == "image":
        swatches = results.new_image(call.image, palette.get_name(), *strip)
        if call.is_interactive:
            Gimp.Display.new(swatches)
    Gimp.displays_flush()
    return [
        GObject.Value(Gimp.Palette, palette),
        GObject.Value(Gimp.Layer, recolored),
        GObject.Value(Gimp.Image, swatches),
    ]


def send_pictures(engine: Engine, call: Call) -> str:
    """Send what the palette is made of; return a sentence about what was left out."""
    scope = arguments.value(call.config, arguments.SCOPE)
    if scope not in SEVERAL:
        with call.opened(scope) as source:
            engine.run(send_picture(engine, source, Gimp.progress_update))
        return ""
    members = chosen_members(call, listed_members(call, scope), scope)
    found = engine.run(SentMembers().send(engine, members, Gimp.progress_update))
    return left_out_sentence([member.title for member in members if member not in found])


def extracted_palette(call: Call) -> tuple[Engine, dict[str, Any]]:
    """Return the palette document for the arguments, and the engine that made it."""
    options = arguments.chosen_options(call.config, "extraction")
    engine = Engine(process=call.early.take())
    try:
        Gimp.progress_init(_("Extracting a palette…"))
        left_out = send_pictures(engine, call)
        document = engine.run(get_palette(engine, options))
        Gimp.progress_end()
    except BaseException:
        engine.stop()
        raise
    for sentence in filter(None, (left_out, document["note"])):
        Gimp.message(sentence)
    return engine, document


def strip_size(image: Gimp.Image) -> tuple[int, int]:
    """Return the size of the picture that a swatch strip is drawn for."""
    width, widest = image.get_width(), limit("strip_width")
    return width if widest is None else min(width, widest), image.get_height()
