"""Shares: how much of a picture each swatch of a palette stands for, measured anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from palette_engine.color.cielab import lab_of
from palette_engine.errors import InputError, Reason
from palette_engine.extraction.difference import difference_of
from palette_engine.extraction.nearest import nearest
from palette_engine.extraction.pipeline import counted_points, read_summary
from palette_engine.extraction.summary import Summary
from palette_engine.libraries import preload
from palette_engine.options import Options
from palette_engine.palette.value import Palette
from palette_engine.pictures.reading import Source
from palette_engine.pictures.weights import Weight

__all__ = ["measure_shares", "with_shares"]


def measure_shares(
    palette: Palette,
    source: Source,
    options: Options | None = None,
    *,
    weight: Weight | None = None,
) -> Palette:
    """Return a palette with the shares and the difference that its colors have in a picture.

    A share is the part of the visible area to which the swatch looks nearest, as in `index_map` and
    `recolor`; of equal swatches, the first has all of it. Shares sum to 1. `source` and `weight`
    are those of `extract`. Of the `options`, those count that choose what is read and what is
    ignored; with the order ``"image"``, it is also measured where swatches are first seen.

    Raises `InputError` for a palette without swatches, and what `extract` raises.
    """
    preload()
    chosen = options or Options()
    summary, _ = read_summary(source, chosen, weight)
    return with_shares(palette, summary, chosen)


def with_shares(palette: Palette, summary: Summary, options: Options) -> Palette:
    """Return what `measure_shares` does, by the summary of a picture."""
    if not palette.swatches:
        raise InputError("The palette has no colors; take one that has.", Reason.NO_COLORS)
    points = counted_points(summary, options)
    swatches = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))
    label = nearest(points.lab, swatches)
    shares = points.shares(label, len(swatches))
    first: list[float | None] = [None] * len(shares)
    if summary.tiles is not None:
        first = [*summary.tiles.first(points, label, len(swatches))]
    measured = tuple(
        replace(swatch, share=share, first_seen=position)
        for swatch, share, position in zip(palette.swatches, shares, first, strict=True)
    )
    return replace(palette, swatches=measured, difference=difference_of(points, swatches, label))
