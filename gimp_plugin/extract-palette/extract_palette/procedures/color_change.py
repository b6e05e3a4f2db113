"""Color change: runs the procedure that changes some colors, and smoothly those like them."""

from __future__ import annotations

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.layer_of_strips import layer_of_strips
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.swaps import chosen_swaps
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import Sink, get_palette, send_picture, swap_strips
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.pictures.source import Source
from extract_palette.pictures.swatches import hexes
from extract_palette.procedures.dialog_start import ask_for_color_change
from extract_palette.procedures.recoloring import inserted_layer
from extract_palette.translation import _

READING = 0.25
"""The part of the progress that a script sees while the palette is found."""


def change_colors(call: Call) -> list[GObject.Value] | None:
    """Make a layer in which some colors are others; None if the user cancels.

    See docs/decisions.md#slow-work-first.
    """
    colors = None
    if call.is_interactive:
        found = ask_for_color_change(call)
        if found is None:
            return None
        call, engine, colors = found
    else:
        arguments.check(call.config, arguments.change_rows())
        check_swaps(chosen_swaps(call.config))
        engine = Engine(process=call.early.take())
    with engine:
        swaps = chosen_swaps(call.config)
        results.check_image(call.image, [*swaps.values()])
        layer = changed_layer(engine, call, swaps, colors)
    return inserted_layer(call, layer)


def check_swaps(swaps: dict[str, str]) -> None:
    """Raise `ArgumentError` if nothing is to change."""
    if not swaps:
        sentence = _("No color is to change. Set {name} to colors like #e6194b=#2050d0.")
        raise arguments.ArgumentError(sentence.format(name=arguments.SWAPS.name))


def changed_layer(
    engine: Engine, call: Call, swaps: dict[str, str], colors: list[str] | None
) -> Gimp.Layer:
    """Return a layer with swapped colors, at its position but not in the image yet.

    `colors` is the palette; if None, it is that of the picture.
    """
    Gimp.progress_init(_("Changing the colors…"))
    start = 0.0 if colors else READING

    def progress(done: float) -> None:
        Gimp.progress_update(start + (1 - start) * done)

    with call.opened(arguments.value(call.config, arguments.SCOPE)) as source:
        palette = colors or colors_of(engine, call, source)

        def work(sink: Sink) -> Exchange[None]:
            return swap_strips(engine, source, palette, swaps, progress, sink)

        return layer_of_strips(engine, call, source, _("{title} with changed colors"), work)


def colors_of(engine: Engine, call: Call, source: Source) -> list[str]:
    """Return the palette of a picture, of as many colors as are chosen."""
    options = arguments.palette_options(call.config)
    engine.run(send_picture(engine, source, lambda done: Gimp.progress_update(READING * done)))
    return hexes(engine.run(get_palette(engine, options)))
