"""Lights: lamps, embers and stars in the dark, in the color of their bright cores."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from palette_engine.extraction.busy_patches import BusyPatches
from palette_engine.extraction.grounds import (
    DARK,
    MAX_COLORS,
    NOISY_REACH,
    SIGNIFICANT,
    Grounds,
    Rgb,
)
from palette_engine.extraction.inks import cosine, inks_on

__all__ = ["lights_in", "night_of"]

NIGHT = 0.5
"""A night is a dark ground that fills at least this part of the picture."""

GLIMMER = 50.0
"""What is less than this many levels from the night is too dim to have a hue."""

CONE = cosine(12)
"""Pixels within this angle, seen from the night, are of one light."""

ALIKE = cosine(15)
"""Two lights within this angle are one: the farther is its core."""

TIP = 200
"""One in so many pixels of a light may be brighter than its core."""

MISFIT, SUM = 0.2, 1.2
"""A mixture of two lights differs at most by this part, and is at most so many times as bright."""


def night_of(grounds: Grounds) -> int | None:
    """Return the ground that is the night of a picture, or None if it is none."""
    blocks = NIGHT * grounds.block.size
    for ground, color in enumerate(grounds.rgb):
        if color.max() <= DARK and np.count_nonzero(grounds.block == ground) >= blocks:
            return ground
    return None


def lights_in(patches: BusyPatches, grounds: Grounds, night: int, picture: float) -> Rgb:
    """Return the colors of the lights in a night, `(n, 3)`; `picture` is its area in patches.

    Small ones are found as inks are, which codecs cannot smear; large ones by their pixels.
    """
    every = np.concatenate(
        [_glows(patches, grounds, night, picture), inks_on(patches, grounds, night, picture)]
    )
    offset = every - grounds.rgb[night]
    length = np.linalg.norm(offset, axis=1)
    kept: list[int] = []
    for one in np.argsort(-length, kind="stable").tolist():
        if all(offset[one] @ offset[other] < ALIKE * length[one] * length[other] for other in kept):
            kept.append(one)
    lights: Rgb = every[kept]
    return lights


def _glows(patches: BusyPatches, grounds: Grounds, night: int, picture: float) -> Rgb:
    """Return the cores of lights, the brightest first, `(n, 3)`."""
    dark = grounds.rgb[night]
    chosen = patches.without_others(night)
    if grounds.reach[night] < NOISY_REACH:
        # What is drawn on a black without noise are inks, unless it fills patches.
        chosen &= ~patches.has_ground[:, night]
    offset = patches.loose(chosen) - dark
    offset = offset[np.linalg.norm(offset, axis=1) >= GLIMMER]
    least = int(SIGNIFICANT * picture * patches.rgb.shape[1])
    found: list[Rgb] = []
    for _ in range(MAX_COLORS):
        if len(offset) <= least:
            break
        length = np.linalg.norm(offset, axis=1)
        toward = offset[length.argmax()] / length.max()
        for _ in range(3):
            along = offset @ toward
            members = along >= CONE * length
            members[length.argmax()] = True
            pull = along[members] ** 2 @ offset[members]
            toward = pull / np.linalg.norm(pull)
        falling = -np.sort(-along[members])
        if len(falling) > least:
            # It is so bright that a significant area has half of its brightness.
            core = min(falling[len(falling) // TIP], 2 * falling[least]) * toward
            if not _is_between(core, found):
                found.append(np.clip(dark + core, 0, 255) - dark)
        offset = offset[~members]
    cores: Rgb = np.array(found, np.float64).reshape(-1, 3) + dark
    return cores


def _is_between(offset: Rgb, lights: Sequence[Rgb]) -> bool:
    """Return whether an offset is a mixture of two lights, where their glows meet."""
    for pair in combinations(lights, 2):
        lines = np.stack(pair)
        parts = np.linalg.lstsq(lines.T, offset, rcond=None)[0]
        rest = np.linalg.norm(offset - parts @ lines)
        if (parts >= 0).all() and parts.sum() <= SUM and rest <= MISFIT * np.linalg.norm(offset):
            return True
    return False
