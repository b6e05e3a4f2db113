"""Pipeline: from pictures to a palette."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, delta_e, lab_of
from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.extraction.accents import emphasized, lost_accent, lost_at, worth_it
from palette_engine.extraction.color_count import needed
from palette_engine.extraction.difference import fit_of
from palette_engine.extraction.first_seen import Places
from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.kmeans import NONE, Clusters, cluster, freed
from palette_engine.extraction.min_distance import NEAR_KEPT, Distance, distinct
from palette_engine.extraction.swatch_color import SWATCHES, Colors
from palette_engine.libraries import preload
from palette_engine.options import Options, rgb_of
from palette_engine.palette.names import named
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.pixels import Pixels
from palette_engine.pictures.reading import Source, read_pixels, source_name

__all__ = ["extract", "extract_together", "palette_of", "points_of"]

COMMON_TOTAL = 2**40
"""What the weight of each picture is scaled to when all count the same."""

RESCUED = 4
"""One in so many colors, at the most, is given to an accent; but always one."""


def extract(source: Source, **options: Any) -> Palette:
    """Return the palette of a picture.

    `source` is a path, the bytes of a file, a binary file, a Pillow image or an array (see
    `pictures.reading.read_pixels`). The options are those of `palette_engine.options`.

    Guarantees: the same pixels and options give the same palette; no two swatches have the
    same color; shares are true areas and sum to 1; there are as many swatches as asked for,
    or as many as the picture has, and then `Palette.note` says so.

    Raises `OptionError` for an option that does not fit and `InputError` for a picture that
    cannot be used; both are `PaletteError` and `ValueError`.
    """
    chosen = Options.of(options)
    preload()
    name = source_name(source)
    pixels = _pixels(source, chosen)
    points = points_of(Histogram.of(pixels), name)
    palette_name = Path(name).stem or "Palette"
    return palette_of(points, chosen, _places(pixels, chosen), name=palette_name, source=name)


def extract_together(
    sources: Iterable[Source], weighting: str = "equal", **options: Any
) -> Palette:
    """Return the one palette of several pictures.

    Each picture counts the same, or with ``weighting="area"`` as much as it has visible
    pixels. Takes, guarantees and raises what `extract` does; one picture that cannot be used
    is an error for all.
    """
    chosen = Options.of(options)
    if weighting not in ("equal", "area"):
        raise OptionError(f"weighting must be equal or area, not {weighting!r}.")
    preload()
    names: list[str] = []
    total: Histogram | None = None
    places: Places | None = None
    for source in sources:
        names.append(source_name(source))
        pixels = _pixels(source, chosen)
        # Among several, an empty picture is a mistake; say which.
        histogram = _visible(Histogram.of(pixels), names[-1])
        seen = _places(pixels, chosen)
        if weighting == "equal":
            factor = histogram.factor(COMMON_TOTAL)
            histogram, seen = histogram.scaled(factor), seen and seen.scaled(factor)
        total = histogram if total is None else total + histogram
        places = seen if places is None or seen is None else places + seen
    if total is None:
        raise OptionError("There is no picture to make a palette of; name at least one.")
    source_text = names[0] if len(names) == 1 else f"{len(names)} pictures"
    return palette_of(total.points(), chosen, places, name="Palette", source=source_text)


def points_of(histogram: Histogram, name: str) -> Points:
    """Return a histogram's colors in CIELAB, or raise `InputError` if there are none."""
    return _visible(histogram, name).points()


def _visible(histogram: Histogram, name: str) -> Histogram:
    """Return the histogram, or raise `InputError` if there is nothing in it."""
    if not histogram.total:
        raise InputError(
            f"{name or 'The picture'} has no colors: all pixels found are fully transparent; "
            "choose a picture or layer with something visible.",
            Reason.TRANSPARENT,
        )
    return histogram


def palette_of(
    points: Points, options: Options, places: Places | None = None, *, name: str, source: str
) -> Palette:
    """Return the palette of colors; `places` is where they are, which only one order asks for.

    Raises `InputError` if all of them are to be ignored, and `OptionError` if they are to be in
    the order ``image`` and nobody knows where they are.
    """
    points = _counting(points, options)
    pull = emphasized(points, options.emphasis)
    kept = fixed = _lab_of(options.keep)
    least, asked = options.bounds
    if options.automatic:
        asked, fixed = needed(
            points, pull, least=least, most=asked, tolerance=options.tolerance, fixed=kept
        )
    clusters, colors = distinct(
        points,
        pull,
        freed(_clusters(points, pull, asked, fixed, options.emphasis), len(kept)),
        SWATCHES[options.swatch],
        Distance(options.min_distance, max(options.min_distance, NEAR_KEPT)),
        len(kept),
    )
    shares = points.shares(clusters.label, clusters.count)
    first = places.first(points, clusters.label, clusters.count) if places else [None] * len(shares)
    palette = Palette(
        _swatches(colors, shares, first),
        name,
        source,
        asked=max(asked, least),
        min_distance=options.min_distance,
        difference=fit_of(points, lab_of(colors), clusters.label),
    )
    return ordered(named(palette, options.names), options.order)


def _pixels(source: Source, options: Options) -> Pixels:
    """Return the pixels of a picture, or of the part of it that is asked for."""
    return read_pixels(source, max_pixels=options.max_pixels, region=options.region)


def _places(pixels: Pixels, options: Options) -> Places | None:
    """Return where the colors are, if anybody wants to know."""
    return Places.of(pixels) if options.order == "image" else None


def _counting(points: Points, options: Options) -> Points:
    """Return the points that are not to be ignored."""
    if not options.ignore:
        return points
    ignored = _lab_of(options.ignore)
    counts = np.ones(len(points.area), bool)
    for color in ignored:
        counts &= delta_e(points.lab, color) > options.ignore_distance
    if not counts.any():
        raise InputError(
            f"All colors are within ΔE {options.ignore_distance:g} of what is to be ignored "
            f"({', '.join(options.ignore)}); ignore less, or lower ignore_distance.",
            Reason.ALL_IGNORED,
            distance=options.ignore_distance,
        )
    return points.where(counts)


def _clusters(
    points: Points, pull: NDArray[np.float64], colors: int, fixed: Lab, emphasis: float
) -> Clusters:
    """Return clusters in which the fixed colors and the accents have centers of their own.

    An accent gets one unless too much of the picture is lost in exchange.
    """
    clusters = cluster(points.lab, pull, colors, fixed)
    distance = lost_at(emphasis)
    free = colors - len(fixed)
    for _ in range(max(1, free // RESCUED) if free > 1 else 0):
        lost = lost_accent(points, clusters.center, distance)
        if not len(lost):
            break
        fixed = np.concatenate([fixed, lost])
        others = cluster(points.lab, pull, colors, fixed)
        if not worth_it(points, clusters.center, others.center, distance):
            break
        clusters = others
    return clusters


def _lab_of(codes: tuple[str, ...]) -> Lab:
    return lab_of(np.array([rgb_of(code) for code in codes], np.uint8)) if codes else NONE


def _swatches(
    colors: Colors, shares: list[float], first: Sequence[float | None]
) -> tuple[Swatch, ...]:
    return tuple(
        Swatch((red, green, blue), share, first_seen=place)
        for (red, green, blue), share, place in zip(colors.tolist(), shares, first, strict=True)
    )
