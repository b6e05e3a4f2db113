"""Layer of strips: a layer that grows by the rows that the engine sends."""

from __future__ import annotations

from collections.abc import Callable

from gi.repository import Gimp

from extract_palette.calls.procedure_call import Call
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import Sink
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.images.products import mark, original_title
from extract_palette.pictures.source import Source


def layer_of_strips(
    engine: Engine, call: Call, source: Source, words: str, work: Callable[[Sink], Exchange[None]]
) -> Gimp.Layer:
    """Return a layer at the position of its source, but in no image yet.

    `words` has `{title}` for the title of the picture. If the work fails, no layer is left.
    """
    original = original_title(call.sources, source.title)
    layer: Gimp.Layer | None = None

    def sink(top: int, rows: int, data: bytes) -> None:
        # Not made earlier: GIMP would keep the layer if the plug-in were killed meanwhile.
        nonlocal layer
        if layer is None:
            name = words.format(title=original)
            layer = results.new_layer(call.image, name, source.width, source.height)
            layer.set_offsets(source.left, source.top)
            mark(layer, call.sources, original)
        results.fill(layer, top, rows, data)

    try:
        engine.run(work(sink))
    except BaseException:
        if layer:
            layer.delete()
        raise
    Gimp.progress_end()
    return layer
