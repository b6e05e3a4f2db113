"""Separation settings: what is to become of the colors of a palette, and of which."""

from __future__ import annotations

from gi.repository import Gimp

from extract_palette.calls import arguments
from extract_palette.images import results
from extract_palette.images.names import part_name
from extract_palette.images.separated_items import Settings, Swatch

MASKS = {"hard": "masks", "soft": "soft-masks"}
"""What the engine separates a picture into, for each kind of edges."""


def settings_of(config: Gimp.ProcedureConfig) -> Settings:
    """Return what becomes of the colors; raises `ArgumentError`."""
    rows = (arguments.INTO, arguments.CONTENT, arguments.EDGES)
    return Settings(*(arguments.value(config, row) for row in rows))


def swatches_of(palette: Gimp.Palette) -> list[Swatch]:
    """Return the colors of a palette, without duplicates; raises `ResultError`."""
    codes = results.colors_of(palette)
    labels: dict[str, str] = {}
    for index, code in enumerate(results.codes_of(palette)):
        labels.setdefault(code, palette.get_entry_name(index)[1] or "")
    return [Swatch(code, part_name(code, labels[code])) for code in codes]


def check_image(image: Gimp.Image, swatches: list[Swatch], settings: Settings) -> None:
    """Raise `ResultError` if an image cannot have what is chosen of these colors."""
    if settings.into != "channels":
        is_flat = settings.content == "flat"
        results.check_image(image, [swatch.hex for swatch in swatches] if is_flat else [])
