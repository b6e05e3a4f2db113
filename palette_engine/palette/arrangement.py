"""Arrangement: a palette with names from a list, and in an order."""

from __future__ import annotations

from palette_engine.palette.value import Palette

__all__ = ["arranged"]


def arranged(palette: Palette, order: str | None = None, names: str | None = None) -> Palette:
    """Return a palette with names from a list and in an order; None keeps those of the palette.

    Raises `OptionError` if there is no such order or list.
    """
    if names is not None:
        from palette_engine.palette.names import named

        palette = named(palette, names)
    if order is not None:
        from palette_engine.palette.order import ordered

        palette = ordered(palette, order)
    return palette
