"""Extraction: the whole pipeline, from a picture to its palette."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from palette_engine.clustering import cluster
from palette_engine.errors import InputError
from palette_engine.histogram import Histogram
from palette_engine.image import Source, read_pixels, source_name
from palette_engine.options import Options
from palette_engine.order import ordered
from palette_engine.palette import Palette, Swatch
from palette_engine.representative import representatives

__all__ = ["extract", "palette_of", "preload"]


def extract(source: Source, **options: Any) -> Palette:
    """Return the palette of a picture.

    `source` is a path, the bytes of a file, a binary file, a Pillow image or an array (see
    `palette_engine.image.read_pixels`). The options are those of `palette_engine.options`.

    Guarantees: the same pixels and options give the same palette; no two swatches have the
    same color; shares are true areas and sum to 1; there are as many swatches as asked for,
    or as many as the picture has, and then `Palette.note` says so.

    Raises `OptionError` for an option that does not fit and `InputError` for a picture that
    cannot be used; both are `PaletteError` and `ValueError`.
    """
    chosen = Options.of(options)
    preload()
    name = source_name(source)
    histogram = Histogram.of(read_pixels(source, max_pixels=chosen.max_pixels))
    return palette_of(histogram, chosen, name=Path(name).stem or "Palette", source=name)


def palette_of(histogram: Histogram, options: Options, *, name: str, source: str) -> Palette:
    """Return the palette of a histogram's colors.

    Raises `InputError` if the histogram is empty.
    """
    if not histogram.total:
        raise InputError(
            f"{source or 'The picture'} has no colors: all pixels found are fully transparent; "
            "choose a picture or layer with something visible."
        )
    points = histogram.points()
    clusters = cluster(points, options.colors)
    colors = representatives(points, clusters)
    shares = histogram.shares(clusters.label)
    swatches = tuple(
        Swatch((red, green, blue), share)
        for (red, green, blue), share in zip(colors.tolist(), shares, strict=True)
    )
    return ordered(Palette(swatches, name, source, asked=options.colors), options.order)


def preload() -> None:
    """Begin to import scikit-learn and scikit-image in the background.

    They take longer to import than most pictures take to decode, and decoding leaves Python's
    lock alone, so the two go on side by side.
    """
    threading.Thread(target=_import_heavy, daemon=True).start()


def _import_heavy() -> None:
    for module in ("skimage.color.colorconv", "sklearn.cluster", "threadpoolctl"):
        import_module(module)
