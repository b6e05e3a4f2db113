"""Palette replacement: the colors of a palette that GIMP has already, replaced by others."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp

from extract_palette.images.gimp_colors import color_of
from extract_palette.images.names import one_line
from extract_palette.images.results import ResultError, checked
from extract_palette.translation import _


def palette_to_replace(name: str) -> Gimp.Palette | None:
    """Return the palette of a name, if there is one; raise `ResultError` if it is read-only."""
    palette = Gimp.Palette.get_by_name(name)
    if palette is not None and not palette.is_editable():
        sentence = _(
            "The palette “{name}” is read-only, so it cannot be replaced. Choose another name."
        )
        raise ResultError(sentence.format(name=name))
    return palette


def replace_palette(palette: Gimp.Palette, document: dict[str, Any]) -> None:
    """Give a palette the swatches of a document, save it and make it active.

    Its colors change one by one, so that it is never empty; it stays where it is in GIMP's lists.
    """
    before = palette.get_color_count()
    for index, swatch in enumerate(document["swatches"]):
        label, color = one_line(swatch["label"]), color_of(swatch["hex"])
        if index < before:
            checked(palette.set_entry_color(index, color))
            checked(palette.set_entry_name(index, label))
        else:
            checked(palette.add_entry(label, color)[0])
    for index in reversed(range(len(document["swatches"]), before)):
        checked(palette.delete_entry(index))
    checked(palette.set_columns(document["columns"]))
    checked(Gimp.palettes_refresh())
    checked(Gimp.context_set_palette(palette))
