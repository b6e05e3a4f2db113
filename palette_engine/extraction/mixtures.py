"""Mixtures: how much of which grounds and inks is in each patch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from palette_engine.extraction.busy_patches import BusyPatches
from palette_engine.extraction.grounds import Grounds, Rgb

__all__ = ["parts_of"]

MISFIT, ROUNDING = 0.2, 1.5
"""Colors explain a patch if the rest of its mean, seen from the ground, is at most this part of it,
or this many levels."""

CODED_MISFIT, CODED_ROUNDING = 0.35, 2.0
"""The same if a lossy codec was there: it cuts ringing at 0 and 255, which moves the mean."""

BETWEEN = 10.0
"""Without a codec, a sample is at most this many levels beyond the colors it is mixed from."""

SLACK = 0.05
"""A part may be this much below 0, or all together above 1."""

MAX_OTHERS = 3
"""At most this many colors are mixed with a ground: more would explain anything."""

MAX_KINDS = 300
"""With more kinds of patches, by the grounds in them, a picture is a mosaic and no mixture."""

MAX_PAIRED = 8
"""At most this many inks of a ground are tried in pairs."""


def parts_of(
    patches: BusyPatches, grounds: Grounds, inks: Sequence[Rgb], night: int | None
) -> NDArray[np.float64]:
    """Return the part of each color in each patch, `(n, k)`, all 0 in unexplained patches.

    The `k` colors are the grounds and then the inks of each. A patch is explained by its grounds,
    or those and few inks, if a mixture of them has its mean: see `BusyPatches.offsets`. A patch
    without a ground is a part of a light, if there is a night.
    """
    colors = np.concatenate([grounds.rgb, *inks])
    first = len(grounds) + np.cumsum([0, *map(len, inks)], dtype=np.intp)
    parts = np.zeros((len(patches), len(colors)))
    if not len(patches):
        return parts
    ground = patches.counts[:, :-1].argmax(axis=1)
    has_ground: NDArray[np.bool_] = np.any(patches.has_ground, axis=1)
    if night is not None:
        ground[~has_ground] = night
        has_ground = np.ones_like(has_ground)
    kinds, kind = np.unique(
        np.column_stack([ground, patches.present])[has_ground], axis=0, return_inverse=True
    )
    if len(kinds) > MAX_KINDS:
        return parts
    for number, (start, *present) in enumerate(kinds.tolist()):
        here = [color for color in np.flatnonzero(present).tolist() if color != start]
        chosen = np.flatnonzero(has_ground)[kind.reshape(-1) == number]
        own, *others = (range(first[one], first[one + 1]) for one in (start, *here))
        offset = patches.offsets(grounds, start, chosen)
        for rank in _explanations(here, own, [*chain(*others)], len(grounds), start):
            if not len(chosen):
                break
            if patches.is_clean:
                rank = [mixed for mixed in rank if len(mixed) <= len(here) + 1]
            best, misfit = _best(offset, colors, start, rank)
            fits = misfit <= _limit(offset, patches)
            if patches.is_clean and fits.any():
                fits[fits] = _are_inside(patches, chosen[fits], best[fits], colors)
            parts[chosen[fits]] = best[fits]
            chosen, offset = chosen[~fits], offset[~fits]
        # What is only along the sides of a patch leaks from its neighbors.
        leaks = chosen[patches.inner[chosen] == 0]
        grounds_only = patches.counts[leaks, :-1]
        parts[leaks, : len(grounds)] = grounds_only / grounds_only.sum(axis=1, keepdims=True)
    return parts


def _explanations(
    here: list[int], own: Sequence[int], others: Sequence[int], grounds: int, start: int
) -> Iterator[list[list[int]]]:
    """Yield lists of colors that may be mixed with a ground: first those that likely are.

    `here` are the other grounds in the patch, `own` the inks of the ground, `others` those of the
    other grounds.
    """
    yield [here]
    yield [[*here, ink] for ink in chain(own, others)]
    yield [[*here, *pair] for pair in combinations(own[:MAX_PAIRED], 2)]
    if not here:
        yield [[ground] for ground in range(grounds) if ground != start]


def _best(
    offset: Rgb, colors: Rgb, start: int, rank: list[list[int]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the parts in each patch, `(n, k)`, by the explanation with the least misfit, `(n,)`.

    `offset` is `(n, 3)`, the means of the patches less the color `start`. The misfit is infinite if
    no explanation is a mixture.
    """
    best = np.zeros((len(offset), len(colors)))
    least = np.full(len(offset), np.inf, np.float64)
    for mixed in rank:
        if len(mixed) > MAX_OTHERS:
            continue
        lines = colors[mixed] - colors[start]
        part = np.zeros((len(offset), 0))
        if mixed:
            part = np.linalg.lstsq(lines.T, offset.T, rcond=None)[0].T
        mixture = np.all(part >= -SLACK, axis=1) & (part.sum(axis=1) <= 1 + SLACK)
        part = np.maximum(part, 0)
        part /= np.maximum(part.sum(axis=1, keepdims=True), 1)
        misfit = np.linalg.norm(offset - part @ lines, axis=1)
        better = mixture & (misfit < least)
        least[better] = misfit[better]
        best[better] = 0
        best[np.flatnonzero(better)[:, np.newaxis], mixed] = part[better]
        best[better, start] = 1 - part[better].sum(axis=1)
    return best, least


def _are_inside(
    patches: BusyPatches, chosen: NDArray[np.intp], parts: NDArray[np.float64], colors: Rgb
) -> NDArray[np.bool_]:
    """Return which patches have all of their samples between the colors they are mixed from.

    Smoothing mixes each channel on its own at most, so a sample beyond them has another color.
    """
    used = (parts > 0)[..., np.newaxis]
    least = np.where(used, colors, np.inf).min(axis=1) - BETWEEN
    most = np.where(used, colors, -np.inf).max(axis=1) + BETWEEN
    darkest, lightest = (extreme[chosen] for extreme in patches.extremes)
    result: NDArray[np.bool_] = ((darkest >= least) & (lightest <= most)).all(axis=1)
    return result


def _limit(offset: Rgb, patches: BusyPatches) -> NDArray[np.float64]:
    """Return the largest misfit of each patch, in levels, `(n,)`."""
    part, levels = (MISFIT, ROUNDING) if patches.is_clean else (CODED_MISFIT, CODED_ROUNDING)
    limit: NDArray[np.float64] = np.maximum(part * np.linalg.norm(offset, axis=1), levels)
    return limit
