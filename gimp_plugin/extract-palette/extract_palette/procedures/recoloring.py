"""Recoloring: runs the procedure that makes a layer in the colors of a palette."""

from __future__ import annotations

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.layer_of_strips import layer_of_strips
from extract_palette.calls.procedure_call import Call
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import Sink, recolor_strips
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.images.products import number
from extract_palette.images.scope import WHOLE_IMAGES, check_there, one_layer
from extract_palette.procedures.dialog_start import ask_for_recoloring
from extract_palette.translation import _, ngettext


def recolor(call: Call) -> list[GObject.Value] | None:
    """Make a layer in the colors of a palette; None if the user cancels.

    See docs/decisions.md#slow-work-first.
    """
    if call.is_interactive:
        found = ask_for_recoloring(call)
        if found is None:
            return None
        call, engine = found
    else:
        arguments.check(call.config, arguments.recoloring_rows())
        engine = Engine(process=call.early.take())
    with engine:
        palette = call.config.get_property("palette")
        colors = results.colors_of(palette)
        results.check_image(call.image, colors)
        layer = recolored_layer(engine, call, colors)
    return inserted_layer(call, layer)


def inserted_layer(call: Call, layer: Gimp.Layer) -> list[GObject.Value]:
    """Insert a layer into the image as one step, and return what the procedure returns.

    If what it was made of is gone, delete it and raise `SourceError`.
    """
    with results.deleted_on_error(layer):
        check_there(call.image, call.drawables)
    with results.one_undo_step(call.image):
        results.insert(call.image, layer, layer_below(call))
        number(layer, call.sources)
    Gimp.displays_flush()
    return [GObject.Value(Gimp.Layer, layer)]


def recolored_layer(engine: Engine, call: Call, colors: list[str]) -> Gimp.Layer:
    """Return a layer in some colors, at its position but not in the image yet."""
    scope = arguments.value(call.config, arguments.SCOPE)
    options = arguments.chosen_options(call.config, "recoloring")
    Gimp.progress_init(_("Recoloring…"))
    words = ngettext("{title} in {count} color", "{title} in {count} colors", len(colors))
    with call.opened(scope) as source:

        def work(sink: Sink) -> Exchange[None]:
            return recolor_strips(engine, source, colors, options, Gimp.progress_update, sink)

        name = words.replace("{count}", str(len(colors)))
        return layer_of_strips(engine, call, source, name, work)


def layer_below(call: Call) -> Gimp.Layer | None:
    """Return the layer that a recolored one goes above; None if it goes above all layers."""
    scope = arguments.value(call.config, arguments.SCOPE)
    return None if scope in WHOLE_IMAGES else one_layer(call.drawables)
