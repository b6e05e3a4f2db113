"""Color vision: simulates the loss of one kind of cone, and finds colors that then look alike.

The model is that of H. Brettel, F. Viénot and J. D. Mollon, "Computerized simulation of color
appearance for dichromats", J. Opt. Soc. Am. A 14 (1997), which covers protan, deutan and tritan
vision. Simulated colors lie on two half-planes of cone space that meet in the grays; each is
spanned by a wavelength that looks the same with and without the cone. The cone fundamentals are
those of Smith and Pokorny on a display with the primaries of sRGB, as in F. Viénot, H. Brettel and
J. D. Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats",
Color Res. Appl. 24 (1999). The gray axis is that of the display, so that grays stay gray.

See docs/decisions.md#color-vision-model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.color.srgb import LINEAR, Color, encode_srgb

__all__ = ["CONFUSION_LIMIT", "VISIONS", "Confusion", "View", "Vision", "simulate", "view_of"]

CONFUSION_LIMIT = 10.0
"""The ΔE2000 below which two colors of a palette are hard to tell apart.

There is no standard. A difference of 1 or 2 is visible where large areas touch; small separate
marks need several times that (M. Stone, D. A. Szafir and V. Setlur, "An engineering model for color
difference as a function of size", CIC 2014), and palette checkers use 9 or 10. See
docs/decisions.md#color-vision-model.
"""

# CIE XYZ as corrected by Judd and Vos, which both papers use.
XYZ_OF_SRGB = np.array(
    [[40.9568, 35.5041, 17.9167], [21.3389, 70.6743, 7.98680], [1.86297, 11.4620, 91.2367]],
    np.float64,
)
LMS_OF_XYZ = np.array(
    [[0.15514, 0.54312, -0.03286], [-0.15514, 0.45684, 0.03286], [0.0, 0.0, 0.01608]], np.float64
)
XYZ_OF_NANOMETERS = {
    475: (0.13287, 0.11284, 0.9422),
    485: (0.05699, 0.16987, 0.5864),
    575: (0.84394, 0.91558, 0.00197),
    660: (0.16161, 0.061, 0.00001),
}
LMS_OF_SRGB = LMS_OF_XYZ @ XYZ_OF_SRGB
WHITE = LMS_OF_SRGB.sum(axis=1)

L, M, S = range(3)


@dataclass(frozen=True)
class Vision:
    """A kind of color vision, and the cone that is missing.

    `short` and `long` are the wavelengths, in nm, that span the two half-planes. The first is for
    colors whose ratio of cone responses, `more` to `less`, is at least that of white.
    """

    meaning: str
    missing: int
    more: int
    less: int
    short: int
    long: int


VISIONS: Mapping[str, Vision] = {
    "protan": Vision("without red-sensitive cones", L, S, M, 475, 575),
    "deutan": Vision("without green-sensitive cones", M, S, L, 475, 575),
    "tritan": Vision("without blue-sensitive cones", S, M, L, 485, 660),
}


@dataclass(frozen=True)
class Confusion:
    """Two swatches, by their indexes, and their ΔE2000 in usual and in simulated vision."""

    first: int
    second: int
    usual: float
    seen: float

    @property
    def words(self) -> str:
        """Both differences as text; rounded down, so that 9.99 does not read 10.0."""
        seen, usual = (math.floor(value * 10) / 10 for value in (self.seen, self.usual))
        return f"{seen:.1f}, usually {usual:.1f}"


@dataclass(frozen=True)
class View:
    """Colors in one simulated vision, and the pairs that are hard to tell apart, worst first.

    `vision` is a key of `VISIONS`; `meaning` explains it to users.
    """

    vision: str
    meaning: str
    colors: tuple[Color, ...]
    confusions: tuple[Confusion, ...]


def view_of(colors: Sequence[Color], vision: str) -> View:
    """Return colors as seen with a vision of `VISIONS`, and the pairs that it confuses.

    A pair is a confusion if its ΔE2000 is below `CONFUSION_LIMIT` in that vision only.
    """
    seen = simulate(colors, vision)
    first, second = np.triu_indices(len(colors), k=1)
    before, after = (
        # Rounded to six digits, where processors agree.
        np.round(delta_e(lab[first], lab[second]), 6)
        for lab in (lab_of(np.array(each, np.uint8).reshape(-1, 3)) for each in (colors, seen))
    )
    hard = np.flatnonzero((after < CONFUSION_LIMIT) & (before >= CONFUSION_LIMIT))
    hard = hard[np.argsort(after[hard], kind="stable")]
    columns = (column[hard].tolist() for column in (first, second, before, after))
    return View(vision, VISIONS[vision].meaning, seen, tuple(map(Confusion, *columns)))


def simulate(colors: Sequence[Color], vision: str) -> tuple[Color, ...]:
    """Return sRGB colors that show, in usual vision, how a vision of `VISIONS` sees `colors`."""
    row = VISIONS[vision]
    light = np.array(LINEAR, np.float64)[np.array(colors, np.intp).reshape(-1, 3)]
    cones = light @ LMS_OF_SRGB.T
    is_first = cones[:, row.more] * WHITE[row.less] >= cones[:, row.less] * WHITE[row.more]
    missing = [_missing_cone(cones, row.missing, anchor) for anchor in (row.short, row.long)]
    cones[:, row.missing] = np.where(is_first, *missing)
    light = (cones @ np.linalg.inv(LMS_OF_SRGB).T).clip(0, 1)
    return tuple(map(tuple, np.round(encode_srgb(light) * 255).astype(np.uint8).tolist()))


def _missing_cone(cones: NDArray[np.float64], missing: int, nanometers: int) -> NDArray[np.float64]:
    """Return the missing responses that put colors on the plane of white and a wavelength."""
    normal = np.cross(WHITE, LMS_OF_XYZ @ np.array(XYZ_OF_NANOMETERS[nanometers], np.float64))
    others = [cone for cone in (L, M, S) if cone != missing]
    response: NDArray[np.float64] = -(cones[:, others] @ normal[others]) / normal[missing]
    return response
