"""Layer palettes: runs the procedure that makes a palette of each layer.

See docs/decisions.md#palettes-of-layers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gi.repository import Gimp, GObject

from extract_palette.calls import arguments
from extract_palette.calls.members import Member, chosen_members, listed_members
from extract_palette.calls.procedure_call import Call
from extract_palette.engine.exchange import Refusal
from extract_palette.engine.requests import get_palette, send_picture
from extract_palette.engine.session import Engine
from extract_palette.images import results
from extract_palette.images.names import palette_name
from extract_palette.images.scope import LAYERS, SourceError, check_there, explained, title_of
from extract_palette.procedures.dialog_start import ask_for_layer_palettes
from extract_palette.translation import _, ngettext

SAVING = 0.1
"""The part of the progress that is left for GIMP to take the palettes."""


LISTED = 6
"""The names of palettes in a sentence, at most; of more, only the first and the last."""


class Extracted(NamedTuple):
    """The palette documents of layers, and the titles of those that have none."""

    documents: list[dict[str, Any]]
    left_out: list[str]


def extract_layers(call: Call) -> list[GObject.Value] | None:
    """Make a palette of each layer; None if the user cancels.

    See docs/decisions.md#slow-work-first.
    """
    results.check_folder()
    check_there(call.image, [])
    if call.is_of_user:
        arguments.forget_picture(call.config)
    if call.is_interactive:
        found = ask_for_layer_palettes(call)
        if found is None:
            return None
        call, engine = found
    else:
        arguments.check(call.config, arguments.layer_rows())
        engine = Engine(process=call.early.take())
    with engine:
        Gimp.progress_init(_("Extracting palettes…"))
        members = chosen_members(call, listed_members(call, LAYERS), LAYERS)
        extracted = _extracted(engine, call, members, Gimp.progress_update)
    if not extracted.documents:
        raise SourceError(
            _("There are no colors in any of them: all pixels are fully transparent.")
        )
    results.check_folder(sum(len(document["swatches"]) for document in extracted.documents))
    palettes = results.make_palettes(extracted.documents)
    Gimp.progress_end()
    names = [palette.get_name() for palette in palettes]
    Gimp.message(summary_of(names, extracted.left_out))
    return [GObject.Value(GObject.TYPE_STRV, names)]


def _extracted(
    engine: Engine, call: Call, members: Sequence[Member], progress: Callable[[float], None]
) -> Extracted:
    """Return the palette of each layer; a layer without colors stops nothing."""
    options = arguments.chosen_options(call.config, "extraction")
    title = title_of(call.image)
    documents, left_out = [], []
    for index, member in enumerate(members):

        def show(done: float, index: int = index) -> None:
            progress((1 - SAVING) * (index + done) / len(members))

        document = _document_of(engine, member, options, show)
        if document is None:
            left_out.append(member.title)
        else:
            documents.append({**document, "name": palette_name(member.title, title)})
    return Extracted(documents, left_out)


def _document_of(
    engine: Engine, member: Member, options: dict[str, Any], progress: Callable[[float], None]
) -> dict[str, Any] | None:
    """Return the palette of a layer, or None if it has no colors or is gone."""
    try:
        with member.opened() as source:
            engine.run(send_picture(engine, source, progress))
        return engine.run(get_palette(engine, options))
    except SourceError:
        return None
    except Refusal as error:
        if not error.is_colorless:
            raise
        return None
    except Exception as error:
        if explained(error, member.call.image, member.call.drawables) is None:
            raise
        return None


def summary_of(names: Sequence[str], left_out: Sequence[str]) -> str:
    """Return one sentence about what was made, and what was not."""
    count = len(names)
    listed = names if count <= LISTED else [names[0], "…", names[-1]]
    made = ngettext("Made {count} palette: {names}", "Made {count} palettes: {names}", count)
    made = made.format(count=count, names=", ".join(listed))
    if not left_out:
        return _("{made}.").format(made=made)
    sentence = ngettext(
        "{made}; “{titles}” has no colors.", "{made}; “{titles}” have no colors.", len(left_out)
    )
    return sentence.format(made=made, titles="”, “".join(left_out))
