"""RGB spaces: what RGB numbers mean, by primaries, white and curve, and their conversion to sRGB.

The numbers are those of ITU-T H.273 (07/2024), whose codes CICP has; BT.2100-2 has the equations
of PQ and HLG. See docs/decisions.md#color-without-an-icc-profile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palette_engine.color.srgb import ENCODED_THRESHOLD, GAMMA, OFFSET, SLOPE, encode_srgb
from palette_engine.pictures.channels import Channels

__all__ = [
    "ADOBE_RGB",
    "CURVES",
    "D65",
    "PRIMARIES",
    "SRGB",
    "SRGB_CURVE",
    "Curve",
    "Primaries",
    "RgbSpace",
    "power",
]

Floats: TypeAlias = NDArray[np.float64]

Chromaticity: TypeAlias = tuple[float, float]
"""The x and y of CIE 1931."""

REFERENCE_WHITE = 203.0
"""The luminance of white in HDR, in cd/m² (BT.2408-7, table 1). It becomes the white of sRGB."""

HLG_PEAK = 1000.0
"""The luminance of a display of HLG, in cd/m², for which its system gamma is 1.2."""

HLG_SYSTEM_GAMMA = 1.2

NARROW_BLACK, NARROW_WHITE = 16 / 255, 235 / 255
"""Black and white of narrow range in 8 bits; with more bits they are at the same places."""


ROUNDING = 0.0015
"""How far chromaticities may be from others that are meant."""

MIN_SHARE = 0.001
"""A primary has at least this part of the sum of X, Y and Z of the white."""


@dataclass(frozen=True)
class Primaries:
    """The white and the three primaries of an RGB space."""

    white: Chromaticity
    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity

    def is_near(self, other: Primaries) -> bool:
        """Return whether all chromaticities are those of another, apart from rounding."""
        return float(np.abs(self._points - other._points).max()) <= ROUNDING

    @property
    def is_possible(self) -> bool:
        """Whether a display can have them: three corners of a triangle with the white inside."""
        points = self._points
        if (
            points.min() < 0
            or points.sum(axis=1, dtype=np.float64).max() > 1 + ROUNDING
            or not self.white[1]
        ):
            return False
        try:
            return bool(self.to_xyz.sum(axis=0, dtype=np.float64).min() > MIN_SHARE)
        except np.linalg.LinAlgError:
            return False

    @property
    def _points(self) -> Floats:
        return np.array([self.white, self.red, self.green, self.blue], np.float64)

    @property
    def to_xyz(self) -> Floats:
        """The matrix from linear RGB to XYZ, where RGB (1, 1, 1) is the white, with Y = 1.

        Raises `numpy.linalg.LinAlgError` if the primaries lie on a line.
        """
        points = np.array([_xyz(*point) for point in self._points[1:].tolist()], np.float64).T
        x, y = self.white
        return np.asarray(points * np.linalg.solve(points, _xyz(x, y) / y))


@dataclass(frozen=True)
class Curve:
    """A transfer function: from numbers of 0 to 1 to light.

    Light is linear, and 1 is the white of SDR. `is_hdr` is whether it exceeds 1. If `system_gamma`
    is not 1, `light` is that of the scene, and the displayed light depends on the luminance of
    each pixel.
    """

    name: str
    light: Callable[[Floats], Floats]
    is_hdr: bool = False
    system_gamma: float = 1.0


@dataclass(frozen=True)
class RgbSpace:
    """The meaning of RGB or gray numbers. `is_narrow` is whether black is 16/255, white 235/255."""

    primaries: Primaries
    curve: Curve
    is_narrow: bool = False

    def to_srgb(self, channels: Channels) -> Channels:
        """Return gray or RGB pixels as sRGB, float64 `(n, 3)`, 0 to 1; others are clipped.

        Pixels in other modes, such as CMYK, are returned unchanged.
        """
        if channels.mode not in ("L", "RGB"):
            return channels
        # One channel after the other, which processors add up faster than pixel by pixel.
        light = self._light_of(np.ascontiguousarray(channels.color.T))
        light = np.broadcast_to(light, (3, light.shape[1]))
        if self.curve.system_gamma != 1:
            luminance = _weighted(light, self.primaries.to_xyz[1])
            light = light * (
                HLG_PEAK / REFERENCE_WHITE * luminance ** (self.curve.system_gamma - 1)
            )
        if self.curve.is_hdr:
            # What is brighter than white keeps its hue. See docs/decisions.md#hdr-to-sdr.
            light = light / np.maximum(light.max(axis=0), 1)
        matrix = _to_linear_srgb(self.primaries)
        srgb = np.stack([_weighted(light, row) for row in matrix])
        return Channels("RGB", encode_srgb(srgb.clip(0, 1)).T, channels.alpha)

    def _light_of(self, numbers: NDArray[Any]) -> Floats:
        """Return the light of numbers, bool, uint8, uint16, or float from 0 to 1."""
        if numbers.dtype.kind == "f":
            return self._light_of_parts(numbers.astype(np.float64).clip(0, 1))
        full = 1 if numbers.dtype.kind == "b" else 256**numbers.dtype.itemsize - 1
        table = self._light_of_parts(np.arange(full + 1, dtype=np.float64) / full)
        light: Floats = table.take(numbers)
        return light

    def _light_of_parts(self, parts: Floats) -> Floats:
        if self.is_narrow:
            parts = ((parts - NARROW_BLACK) / (NARROW_WHITE - NARROW_BLACK)).clip(0, 1)
        return self.curve.light(parts)


def _xyz(x: float, y: float) -> Floats:
    return np.array([x, y, 1 - x - y], np.float64)


def _weighted(light: Floats, weights: Floats) -> Floats:
    """Return the weighted sums of channels `(3, n)`, term by term, as all processors do alike."""
    red, green, blue = weights.tolist()
    sums: Floats = light[0] * red
    sums += light[1] * green
    sums += light[2] * blue
    return sums


BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]],
    np.float64,
)
"""From XYZ to the cone responses in which white is adapted (ICC.1:2022, annex E)."""


@cache
def _to_linear_srgb(primaries: Primaries) -> Floats:
    """Return the matrix from linear RGB to that of sRGB; white becomes white."""
    target = PRIMARIES[1]
    gain = _cones_of_white(target) / _cones_of_white(primaries)
    adaptation = np.linalg.inv(BRADFORD) @ np.diag(gain) @ BRADFORD
    return np.asarray(np.linalg.inv(target.to_xyz) @ adaptation @ primaries.to_xyz)


def _cones_of_white(primaries: Primaries) -> Floats:
    x, y = primaries.white
    return np.asarray(BRADFORD @ (_xyz(x, y) / y))


def _srgb_light(parts: Floats) -> Floats:
    return np.where(
        parts <= ENCODED_THRESHOLD, parts / SLOPE, ((parts + OFFSET) / (1 + OFFSET)) ** GAMMA
    )


def _pq_light(parts: Floats) -> Floats:
    """Return the light of PQ (BT.2100-2, table 4)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = parts ** (1 / m2)
    luminance = (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1) * 10_000
    return np.asarray(luminance / REFERENCE_WHITE)


def _hlg_light(parts: Floats) -> Floats:
    """Return the light of the scene of HLG, 0 to 1 (BT.2100-2, table 5)."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    return np.where(parts <= 0.5, parts**2 / 3, (np.exp((parts - c) / a) + b) / 12)


def _smpte_240_light(parts: Floats) -> Floats:
    return np.where(parts < 0.0913, parts / 4, ((parts + 0.1115) / 1.1115) ** (1 / 0.45))


def _power_light(exponent: float, gain: float, parts: Floats) -> Floats:
    return np.asarray(gain * parts**exponent)


def power(exponent: float, gain: float = 1) -> Curve:
    """Return the curve of a plain gamma."""
    return Curve(f"gamma {exponent:g}", partial(_power_light, exponent, gain))


SRGB_CURVE = Curve("sRGB", _srgb_light)

D65 = (0.3127, 0.3290)
_C = (0.310, 0.316)
_BT_601 = Primaries(D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070))

PRIMARIES: Mapping[int, Primaries] = {
    1: Primaries(D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    4: Primaries(_C, (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: Primaries(D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: _BT_601,
    7: _BT_601,
    8: Primaries(_C, (0.681, 0.319), (0.243, 0.692), (0.145, 0.049)),
    9: Primaries(D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    10: Primaries((1 / 3, 1 / 3), (1, 0), (0, 1), (0, 0)),
    11: Primaries((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: Primaries(D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    22: Primaries(D65, (0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
"""The primaries by their code in CICP (H.273, table 2): 1 BT.709, 9 BT.2020, 11 and 12 P3."""

_VIDEO = power(2.4)
"""How displays show video, whatever curve its camera had (BT.1886, for a black of 0)."""

CURVES: Mapping[int, Curve] = {
    1: _VIDEO,
    4: power(2.2),
    5: power(2.8),
    6: _VIDEO,
    7: Curve("SMPTE ST 240", _smpte_240_light),
    8: power(1),
    11: _VIDEO,
    13: SRGB_CURVE,
    14: _VIDEO,
    15: _VIDEO,
    16: Curve("PQ", _pq_light, is_hdr=True),
    17: power(2.6, 52.37 / 48),
    18: Curve("HLG", _hlg_light, is_hdr=True, system_gamma=HLG_SYSTEM_GAMMA),
}
"""The curves by their code of transfer characteristics in CICP (H.273, table 3)."""

SRGB = RgbSpace(PRIMARIES[1], SRGB_CURVE)

ADOBE_RGB = RgbSpace(Primaries(D65, (0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), power(563 / 256))
"""Adobe RGB (1998), section 4.3."""
