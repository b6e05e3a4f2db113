"""Pipeline: from pictures to a palette."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import Lab, lab_of
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.extraction.accents import cluster_with_accents, pull_of
from palette_engine.extraction.centers import NONE
from palette_engine.extraction.color_count import count_colors
from palette_engine.extraction.difference import difference_of
from palette_engine.extraction.effort import EFFORTS
from palette_engine.extraction.histogram import Points
from palette_engine.extraction.ignored import is_ignored
from palette_engine.extraction.kmeans import Clusters, centered, coarse_cluster, occupied
from palette_engine.extraction.min_distance import keep_apart
from palette_engine.extraction.moods import MOODS, cluster_by_mood
from palette_engine.extraction.named_colors import NamedColors
from palette_engine.extraction.start import start_from
from palette_engine.extraction.summary import (
    Summary,
    area_of,
    mean_area,
    shown_duration,
    summary_of_frames,
)
from palette_engine.extraction.swatch_color import SWATCHES, Colors, with_named, without
from palette_engine.libraries import preload, warn
from palette_engine.option_kinds import ColorList, Region, frame_bounds, rgb_of
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.names import named
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.orientation import shown_size
from palette_engine.pictures.pixels import Pixels
from palette_engine.pictures.reading import Source, read_frames, source_name
from palette_engine.pictures.weights import Weight

__all__ = [
    "WEIGHTINGS",
    "Measured",
    "NamedSummary",
    "coarse_colors_of",
    "counted_points",
    "extract",
    "extract_together",
    "measured",
    "palette_of",
    "palette_of_pictures",
    "weighed_summary",
]

NamedSummary: TypeAlias = tuple[str, Summary]
"""The name of a picture, and its summary."""

WEIGHTINGS: Mapping[str, Callable[[Summary, Fraction], Summary]] = {
    "equal": lambda summary, _: summary.equalized(),
    "area": Summary.of_area,
}
"""How each of several pictures is weighed, by the name of the weighting, with its area."""

STILL_UNIT, FRAMES_UNIT = 2**20, 2**64
"""The weight of a pixel if pictures count by their area: so much that rounding does not matter.

Frames weigh much more before they are scaled, as each counts by its duration.
"""


@dataclass(frozen=True, eq=False)
class Measured:
    """The summary of a picture, its visible area in pixels, and its size as it is shown.

    Of frames, the area is their mean and the size that of the first. `size` is of all the picture,
    whatever the region.
    """

    summary: Summary
    area: Fraction
    size: tuple[int, int]


def palette_of(
    summary: Summary,
    options: Options,
    *,
    name: str = "Palette",
    source: str = "",
    start: Sequence[Color] = (),
) -> Palette:
    """Return the palette of a summary.

    `name` is the palette's, and `source` the name of the picture. With a `start`, only kept colors
    change (see `extract`). Raises `InputError` if the summary is empty or all of its colors are
    ignored, and `OptionError` if the order is ``image`` and the summary has no tiles.
    """
    points = counted_points(summary, options, source)
    pull = pull_of(points, options.emphasis)
    kept = _lab_of(options.keep)
    if start:
        started = start_from(start, points, pull, options)
        palette = _palette(summary, points, started.clusters, started.colors, options, name, source)
        return started.arranged(named(palette, options.names), options.order)
    found = _named(summary, points, options)
    count, fixed = _color_count(found, kept, options)
    search = EFFORTS[options.effort].search
    if options.mood in MOODS:
        clusters = cluster_by_mood(points, pull, count, kept, MOODS[options.mood], search)
    else:
        clusters = cluster_with_accents(points, pull, count, fixed, found, options.emphasis, search)
    clusters = occupied(points.lab, clusters, len(kept)).release(len(kept))
    choose = SWATCHES[options.swatch]
    if options.swatch == "auto":
        choose = with_named(choose, found.lab)
    elif len(found.lab):
        clusters = centered(points.lab, pull, clusters)
    if options.ignore:
        choose = without(choose, partial(is_ignored, options=options))
    clusters, colors = keep_apart(points, pull, clusters, choose, options.min_distance)
    palette = _palette(summary, points, clusters, colors, options, name, source)
    if options.automatic:
        palette = replace(palette, needed=count)
    return ordered(named(palette, options.names), options.order)


def coarse_colors_of(summary: Summary, options: Options) -> Colors | None:
    """Return colors near those of `palette_of`, in no order, in about a third of its time.

    Accents, named colors and the least distance are left out. The result is None if nothing is
    quicker than the palette itself: with automatic numbers of colors, and with moods. Raises what
    `palette_of` raises.
    """
    points = counted_points(summary, options)
    if options.automatic or options.mood in MOODS:
        return None
    kept = _lab_of(options.keep)
    pull = pull_of(points, options.emphasis)
    clusters = coarse_cluster(points.lab, pull, options.bounds[1], kept)
    return SWATCHES[options.swatch](points, clusters)


def extract(
    source: Source,
    options: Options | None = None,
    *,
    weight: Weight | None = None,
    start: Palette | ColorList = (),
    colors: int | str = 10,
    emphasis: float = 0.25,
    mood: str = "none",
    order: str = "share",
    names: str = "none",
    swatch: str = "auto",
    tolerance: float = 12.0,
    min_distance: float = 0.0,
    keep: ColorList = (),
    ignore: ColorList = (),
    ignore_distance: float = 5.0,
    effort: str = "full",
    region: str | Region | None = None,
    frames: int | str = "first",
    max_pixels: int = 100_000_000,
    max_memory: int = 1000,
    damaged: str = "read",
) -> Palette:
    """Return the palette of a picture.

    Args:
        source: A path, the bytes of a file, a binary file, a Pillow image or an array; see
            `pictures.reading.read_pixels`.
        options: All options as a value, in place of the keywords.
        weight: How much each pixel counts, such as a mask: an array `(h, w)` of the picture as it
            is shown, in bool, uint8, uint16 or float from 0 to 1. Only their ratios matter.
        start: A palette of the same picture and options, or its colors, of which only `keep` is to
            change. A kept color that is in it stays, as all others do; one that is not replaces the
            nearest other color. So the result has as many colors as `start`, at least those that
            are kept, at most those that `colors` allows, and in the same sequence. Other
            colors are replaced only if a new kept color is nearer to them than `min_distance`.
        colors: The number of colors, 1 to 256, or ``"auto"``, or bounds for that: ``"3-12"``.
            The palette has fewer if the picture has fewer, and then `Palette.note` says so.
        emphasis: 0 to 1: from 0, colors count by area, to 1, every significant color counts.
        mood: The colors that are preferred: ``"none"`` for the best difference, ``"people"``,
            ``"colorful"``, ``"bright"``, ``"muted"``, ``"deep"`` or ``"dark"``.
        order: ``"share"``, ``"lightness"``, ``"hue"``, ``"image"`` or ``"smooth"``.
        names: The list that names the colors: ``"none"``, ``"css"``, ``"xkcd"``, ``"meodai"``.
        swatch: The color of a swatch: ``"auto"``, ``"mean"`` or ``"real"``.
        tolerance: 1 to 50 ΔE2000: with ``"auto"`` colors, 95 % of the area is this near.
        min_distance: 0 to 100: the least ΔE2000 between two colors.
        keep: Colors that must be in the palette.
        ignore: Colors that do not count; ``"white"`` and ``"black"`` can be named.
        ignore_distance: 0 to 100: colors within this ΔE2000 of an ignored one do not count.
        effort: ``"full"`` or ``"quick"``: photographs are sampled sparsely, JPEGs are decoded at a
            part of their size, and centers are searched for a shorter time.
        region: Left, top, width and height of the part to look at, in pixels, or as parts from
            0.0 to 1.0.
        frames: The frames of an animation, or the pages of a TIFF: ``"first"``, ``"all"``, a number
            from 1, or a range such as ``"3-10"``. Each counts by how long it is shown.
        max_pixels: The largest number of pixels; more are refused before they are decoded.
        max_memory: The most megabytes that decoding may take; a picture that would take more is
            refused before it is decoded.
        damaged: A JPEG or PNG that is damaged or cut short: ``"read"`` as far as it is there, with
            a warning, or ``"refuse"``.

    Guarantees: the same pixels and options give the same palette; no two swatches have the
    same color; shares are true areas and sum to 1; there are as many swatches as asked for,
    or as many as the picture has.

    Raises `OptionError` for an option that does not fit and `InputError` for a picture that
    cannot be used; both are `PaletteError` and `ValueError`.

    See docs/decisions.md#options-as-typed-keywords.

    """
    chosen = Options.of_call(options, locals())
    seen = _start_of(start)
    preload()
    name = source_name(source)
    summary = measured(source, chosen, weight).summary
    if weight is not None and summary.is_empty:
        raise InputError(
            f"{name or 'The picture'} has no colors: all pixels found are fully "
            "transparent or have weight 0; give more of the visible ones a weight above 0."
        )
    return palette_of(summary, chosen, name=Path(name).stem or "Palette", source=name, start=seen)


def extract_together(
    sources: Iterable[Source],
    options: Options | None = None,
    *,
    weighting: str = "equal",
    start: Palette | ColorList = (),
    colors: int | str = 10,
    emphasis: float = 0.25,
    mood: str = "none",
    order: str = "share",
    names: str = "none",
    swatch: str = "auto",
    tolerance: float = 12.0,
    min_distance: float = 0.0,
    keep: ColorList = (),
    ignore: ColorList = (),
    ignore_distance: float = 5.0,
    effort: str = "full",
    region: str | Region | None = None,
    frames: int | str = "first",
    max_pixels: int = 100_000_000,
    max_memory: int = 1000,
    damaged: str = "read",
) -> Palette:
    """Return the one palette of several pictures.

    With the `weighting` ``"equal"`` all pictures count the same, with ``"area"`` by their number
    of visible pixels. The other arguments, guarantees and errors are those of `extract`; one
    picture that cannot be used is an error for all.
    """
    chosen = Options.of_call(options, locals())
    if weighting not in tuple(WEIGHTINGS):  # it may be something without a hash
        raise OptionError(f"weighting must be {' or '.join(WEIGHTINGS)}, not {weighting!r}.")
    seen = _start_of(start)
    preload()
    summaries = (weighed_summary(source, weighting, chosen) for source in sources)
    return palette_of_pictures(summaries, chosen, seen)


def weighed_summary(source: Source, weighting: str, options: Options) -> NamedSummary:
    """Return the name of one of several pictures, and its summary for a palette of all.

    Raises `InputError` if the picture cannot be used or is empty; among several, that is a mistake.
    """
    name = source_name(source)
    found = measured(source, options)
    unit = STILL_UNIT if frame_bounds(options.frames) == (1, 1) else FRAMES_UNIT
    return name, WEIGHTINGS[weighting](_visible(found.summary, name), unit * found.area)


def palette_of_pictures(
    summaries: Iterable[NamedSummary], options: Options, start: Sequence[Color] = ()
) -> Palette:
    """Return the one palette of pictures of which each is weighed.

    `start` is that of `palette_of`. Raises `OptionError` if there are none.
    """
    names, total = [], None
    for name, summary in summaries:
        names.append(name)
        total = summary if total is None else total + summary
    if total is None:
        raise OptionError("There is no picture to make a palette of; name at least one.")
    return palette_of(
        total,
        options,
        source=names[0] if len(names) == 1 else f"{len(names)} pictures",
        start=start,
    )


def measured(source: Source, options: Options, weight: Weight | None = None) -> Measured:
    """Return what was read of a picture, or of its frames and region that options name.

    Warns with `PaletteWarning` if only the first of several frames is read and has one color, and
    raises `InputError` if that one is empty.
    """
    frames = read_frames(
        source,
        options.frames,
        max_pixels=options.max_pixels,
        max_memory=options.max_memory,
        region=options.region,
        weight=weight,
        damaged=options.damaged,
        draft=EFFORTS[options.effort].draft,
    )
    if frame_bounds(options.frames) != (1, 1):
        areas: list[tuple[Fraction, Fraction]] = []
        sizes: list[tuple[int, int]] = []
        summary = summary_of_frames(_noting(areas, sizes, frames), options.order)
        return Measured(summary, mean_area(areas), sizes[0])
    with contextlib.closing(frames):
        pixels = next(frames)
    summary = Summary.of(pixels, options.order)
    if pixels.frame_count > 1:
        _tell_of_others(summary, source_name(source) or "The picture", pixels.frame_count)
    return Measured(summary, area_of(pixels), _shown_size(pixels))


def _shown_size(pixels: Pixels) -> tuple[int, int]:
    """Return the width and height of all the picture that pixels are of, as it is shown."""
    assert pixels.frame is not None
    assert pixels.size is not None
    return shown_size(pixels.size, pixels.frame.orientation)


def _noting(
    areas: list[tuple[Fraction, Fraction]],
    sizes: list[tuple[int, int]],
    frames: Iterable[Pixels],
) -> Iterator[Pixels]:
    """Yield frames, and append the duration and area of each, and its size, to lists."""
    for pixels in frames:
        areas.append((shown_duration(pixels), area_of(pixels)))
        sizes.append(_shown_size(pixels))
        yield pixels


def _tell_of_others(summary: Summary, name: str, count: int) -> None:
    """Warn that the first of several frames has one color, or raise `InputError` if it has none."""
    advice = '--frames all reads all of them (in Python: frames="all")'
    if summary.is_empty:
        raise InputError(
            f"{name} has no colors in the first of its {count:,} frames, which is fully "
            f"transparent; {advice}.",
            Reason.EMPTY_FRAME,
            count=count,
        )
    warn(f"{name}: only the first of {count:,} frames was read, which has one color; {advice}.")


def _visible(summary: Summary, name: str) -> Summary:
    """Return the summary, or raise `InputError` if it is empty."""
    if summary.is_empty:
        raise InputError(
            f"{name or 'The picture'} has no colors: all pixels found are fully transparent; "
            "choose a picture or layer with something visible.",
            Reason.TRANSPARENT,
        )
    return summary


def counted_points(summary: Summary, options: Options, name: str = "") -> Points:
    """Return the points of a summary that are not ignored.

    `name` is that of the picture. Raises `InputError` if the summary is empty or all are ignored.
    """
    points = _visible(summary, name).points
    if not options.ignore:
        return points
    counts = _counts(points, options)
    if not counts.any():
        raise InputError(
            f"All colors are within ΔE {options.ignore_distance:g} of what is to be ignored "
            f"({', '.join(options.ignore)}); ignore less, or lower ignore_distance.",
            Reason.ALL_IGNORED,
            distance=options.ignore_distance,
        )
    return points.where(counts)


def _counts(points: Points, options: Options) -> NDArray[np.bool_]:
    """Return which points are not ignored, nor the real color that may stand for them, `(m,)`."""
    counts = ~is_ignored(points.lab, options)
    if not np.array_equal(points.rgb, points.real):
        counts &= ~is_ignored(lab_of(points.real), options)
    return counts


def _named(summary: Summary, points: Points, options: Options) -> NamedColors:
    """Return the named colors that are not ignored."""
    sharpened = summary.sharpened
    if sharpened.is_plain:
        return NamedColors.none(points)
    named, every = (
        some.where(_counts(some, options)) for some in (sharpened.named.points, sharpened.points)
    )
    if not len(named.area) or not len(every.area):
        return NamedColors.none(every if len(every.area) else points)
    return NamedColors.of(named, every, points)


def _color_count(found: NamedColors, kept: Lab, options: Options) -> tuple[int, Lab]:
    """Return the number of colors, and those that must be among them."""
    least, most = options.bounds
    if not options.automatic:
        return most, kept
    return count_colors(
        found.points,
        pull_of(found.points, options.emphasis),
        least=least,
        most=most,
        tolerance=options.tolerance,
        fixed=kept,
        named=found.lab,
    )


def _palette(
    summary: Summary,
    points: Points,
    clusters: Clusters,
    colors: Colors,
    options: Options,
    name: str,
    source: str,
) -> Palette:
    """Return the palette of clusters and their colors, in their order and without names."""
    return Palette(
        _swatches(summary, points, clusters, colors),
        name,
        source,
        asked=options.bounds[0],
        min_distance=options.min_distance,
        difference=difference_of(points, lab_of(colors), clusters.label),
        kept=len(options.keep),
    )


def _swatches(
    summary: Summary, points: Points, clusters: Clusters, colors: Colors
) -> tuple[Swatch, ...]:
    shares = points.shares(clusters.label, clusters.count)
    first: list[float | None] = [None] * len(shares)
    if summary.tiles is not None:
        first = [*summary.tiles.first(points, clusters.label, clusters.count)]
    return tuple(
        Swatch((red, green, blue), share, first_seen=position)
        for (red, green, blue), share, position in zip(colors.tolist(), shares, first, strict=True)
    )


def _start_of(start: Palette | ColorList) -> tuple[Color, ...]:
    """Return the colors that a palette starts from, each once; raises `OptionError`."""
    if isinstance(start, Palette):
        return tuple(dict.fromkeys(swatch.color for swatch in start.swatches))
    try:
        return tuple(map(rgb_of, OPTIONS["keep"].read(start)))
    except OptionError as error:
        raise OptionError(f"start must be a palette or {OPTIONS['keep'].takes}.") from error


def _lab_of(codes: tuple[str, ...]) -> Lab:
    return lab_of(np.array([rgb_of(code) for code in codes], np.uint8)) if codes else NONE
