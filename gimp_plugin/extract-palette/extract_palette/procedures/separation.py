"""Separation: runs the procedure that takes a picture apart by the colors of a palette."""

from __future__ import annotations

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.separation_settings import (
    MASKS,
    check_image,
    settings_of,
    swatches_of,
)
from extract_palette.engine.requests import separate_strips
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.images.products import mark, number
from extract_palette.images.scope import SourceError, check_there
from extract_palette.images.separated_items import (
    ITEMS,
    Items,
    Settings,
    Swatch,
    from_dark_to_light,
)
from extract_palette.procedures.dialog_start import ask_for_separation
from extract_palette.procedures.recoloring import layer_below
from extract_palette.translation import _, ngettext


def separate(call: Call) -> list[GObject.Value] | None:
    """Make a layer or channel of each color of a palette; None if the user cancels.

    See docs/decisions.md#slow-work-first.
    """
    if call.is_interactive:
        found = ask_for_separation(call)
        if found is None:
            return None
        call, engine = found
    else:
        arguments.check(call.config, arguments.separation_rows())
        engine = Engine(process=call.early.take())
    swatches = swatches_of(call.config.get_property("palette"))
    settings = settings_of(call.config)
    with engine:
        check_image(call.image, swatches, settings)
        items, title, count = separated(engine, call, swatches, settings)
    group = inserted(call, items, title)
    Gimp.displays_flush()
    if count < len(swatches):
        Gimp.message(missing_sentence(len(swatches) - count, len(swatches)))
    return [GObject.Value(Gimp.Layer, group), GObject.Value(GObject.TYPE_INT, count)]


def separated(
    engine: Engine, call: Call, swatches: list[Swatch], settings: Settings
) -> tuple[Items, str, int]:
    """Return layers or channels that are in no image yet, their source's title, their count."""
    scope = arguments.value(call.config, arguments.SEPARATED_AREA)
    codes = [swatch.hex for swatch in swatches]
    Gimp.progress_init(_("Separating the colors…"))
    with call.opened(scope) as source:
        items = ITEMS[settings.into](call.image, source, settings)
        try:
            kind = MASKS[settings.edges]
            progress = Gimp.progress_update
            engine.run(separate_strips(engine, source, codes, kind, progress, items.add))
            count = items.finish(from_dark_to_light(swatches))
            if not count:
                raise SourceError(
                    _("Nothing of it is visible, or on the canvas. Choose another part, or layer.")
                )
        except BaseException:
            items.discard()
            raise
    Gimp.progress_end()
    return items, source.title, count


def inserted(call: Call, items: Items, title: str) -> Gimp.GroupLayer | None:
    """Insert layers or channels into the image as one step; return the group of layers, if any.

    `title` is that of what they were made from.
    """
    try:
        check_there(call.image, call.drawables)
        selected = call.image.get_selected_layers()
        with results.one_undo_step(call.image):
            group = items.insert(_("Colors of {title}").format(title=title), layer_below(call))
            for layer in [group, *group.get_children()] if group else []:
                mark(layer, call.sources, title)
                number(layer, call.sources)
            # GIMP selects what is new, but the next command is meant for the picture.
            call.image.set_selected_layers(selected)
    finally:
        items.discard()
    return group


def missing_sentence(missing: int, count: int) -> str:
    """Return the sentence for colors without a pixel."""
    sentence = ngettext(
        "{missing} of the {count} colors has no pixel here; nothing was made of it.",
        "{missing} of the {count} colors have no pixel here; nothing was made of them.",
        missing,
    )
    return sentence.format(missing=missing, count=count)
