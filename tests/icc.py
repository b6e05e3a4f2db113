"""ICC version 2 profiles, made from numbers so that none has to be copied from elsewhere."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ADOBE_RGB",
    "D65",
    "DISPLAY_P3",
    "PRIMARIES_ADOBE",
    "PRIMARIES_P3",
    "PRIMARIES_SRGB",
    "SRGB",
    "Chromaticity",
    "Lab",
    "Primaries",
    "cmyk_profile",
    "gray_profile",
    "matrix_profile",
    "profile_with",
    "srgb_curve",
]

Lab = tuple[float, float, float]
Chromaticity = tuple[float, float]
Primaries = tuple[Chromaticity, Chromaticity, Chromaticity]

D65: Chromaticity = (0.3127, 0.3290)
D50 = np.array([0.9642, 1.0, 0.8249])
"""The white of the profile connection space."""

PRIMARIES_SRGB: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
PRIMARIES_ADOBE: Primaries = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
PRIMARIES_P3: Primaries = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))

BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def srgb_curve(level: float) -> float:
    """Return the linear light of an sRGB level, both 0 to 1 (IEC 61966-2-1)."""
    return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)


def matrix_profile(
    primaries: Primaries, white: Chromaticity, curve: float | Callable[[float], float]
) -> bytes:
    """Return a display profile with three primaries, a white, and a gamma or curve."""
    light = np.array([_xyz(*point) for point in primaries]).T
    target = _xyz(*white)
    light = _adaptation(target) @ (light * np.linalg.solve(light, target))
    columns = {f"{name}XYZ": _xyz_tag(light[:, index]) for index, name in enumerate("rgb")}
    curves = {f"{name}TRC": _curve_tag(curve) for name in "rgb"}
    return _profile("mntr", "RGB", "XYZ", columns | curves)


def gray_profile(curve: float | Callable[[float], float]) -> bytes:
    """Return a gray display profile with a gamma or curve."""
    return _profile("mntr", "GRAY", "XYZ", {"kTRC": _curve_tag(curve)})


def cmyk_profile(inks: Callable[[int, int, int, int], Lab]) -> bytes:
    """Return a printer profile, from a function of the CIELAB color (D50) of full inks, 0 or 1."""
    corners = [
        inks(cyan, magenta, yellow, black)
        for cyan in (0, 1)
        for magenta in (0, 1)
        for yellow in (0, 1)
        for black in (0, 1)
    ]
    grid = bytes(
        round(value)
        for lightness, a, b in corners
        for value in (lightness * 2.55, a + 128, b + 128)
    )
    identity = b"".join(_fixed(float(row == column)) for row in range(3) for column in range(3))
    ramp = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + identity + ramp * 4 + grid + ramp * 3
    return _profile("prtr", "CMYK", "Lab", {"A2B0": table})


def profile_with(name: str, data: bytes) -> bytes:
    """Return a display profile of sRGB with one more tag."""
    light = np.array([_xyz(*point) for point in PRIMARIES_SRGB]).T
    target = _xyz(*D65)
    light = _adaptation(target) @ (light * np.linalg.solve(light, target))
    columns = {f"{each}XYZ": _xyz_tag(light[:, index]) for index, each in enumerate("rgb")}
    curves = {f"{each}TRC": _curve_tag(srgb_curve) for each in "rgb"}
    return _profile("mntr", "RGB", "XYZ", {**columns, **curves, name: data})


def _xyz(x: float, y: float) -> NDArray[np.float64]:
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _adaptation(white: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Bradford matrix that adapts colors from a white to D50."""
    gain = np.diag((BRADFORD @ D50) / (BRADFORD @ white))
    matrix: NDArray[np.float64] = np.linalg.inv(BRADFORD) @ gain @ BRADFORD
    return matrix


def _fixed(value: float) -> bytes:
    """Return a number as s15Fixed16."""
    return struct.pack(">i", round(value * 65536))


def _xyz_tag(xyz: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_fixed(value) for value in xyz.tolist())


def _curve_tag(curve: float | Callable[[float], float]) -> bytes:
    if callable(curve):
        table = [round(curve(step / 1023) * 65535) for step in range(1024)]
    else:
        table = [round(curve * 256)]
    return b"curv" + bytes(4) + struct.pack(f">I{len(table)}H", len(table), *table)


def _profile(kind: str, space: str, connection: str, tags: Mapping[str, bytes]) -> bytes:
    """Return a profile with the required tags and the given ones."""
    text = b"made for a test\0"
    everything = {
        "desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78),
        "cprt": b"text" + bytes(4) + text,
        "wtpt": _xyz_tag(D50),
        **tags,
    }
    offset = 132 + 12 * len(everything)
    table, content = struct.pack(">I", len(everything)), b""
    for name, data in everything.items():
        table += struct.pack(">4sII", name.encode(), offset + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s4s44x",
        offset + len(content),
        b"",
        0x02400000,
        kind.encode(),
        space.ljust(4).encode(),
        connection.ljust(4).encode(),
        *(2026, 1, 1, 0, 0, 0),
        b"acsp",
        b"",
        0,
        b"",
        b"",
        0,
        1,
        b"".join(_fixed(value) for value in D50.tolist()),
        b"",
    )
    return header + table + content


SRGB = matrix_profile(PRIMARIES_SRGB, D65, srgb_curve)
DISPLAY_P3 = matrix_profile(PRIMARIES_P3, D65, srgb_curve)
ADOBE_RGB = matrix_profile(PRIMARIES_ADOBE, D65, 563 / 256)
LINEAR_SRGB = matrix_profile(PRIMARIES_SRGB, D65, 1.0)
