"""Cube file: a color mapping as a table that photo and film programs read.

Adobe, "Cube LUT Specification 1.0" (2013), which is IRIDAS's format: text, with a line of red,
green and blue from 0 to 1 for each node, red fastest. The values are encoded in sRGB, before and
after.
"""

from __future__ import annotations

import numpy as np

from palette_engine.palette.value import plain_text
from palette_engine.recoloring.color_mapping import LEVELS, UNIT, ColorMapping

__all__ = ["dumps_cube"]

MAX_TITLE_BYTES = 100
"""Lines of such a file have at most 250 bytes."""


def dumps_cube(mapping: ColorMapping, title: str = "Palette Engine") -> bytes:
    """Return a mapping as a file, with a line for each of its nodes.

    A few values are a little below 0 or above 1, which the specification allows.
    """
    levels = np.arange(mapping.nodes, dtype=np.float64) / (mapping.nodes - 1)
    nodes = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    values = nodes + mapping.ways.reshape(nodes.shape) / (LEVELS * UNIT)
    rows = values.transpose(2, 1, 0, 3).reshape(-1, 3)
    text = plain_text(title.replace('"', "'"), MAX_TITLE_BYTES)
    head = f'TITLE "{text}"\nLUT_3D_SIZE {mapping.nodes}\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n'
    lines = (f"{red:.6f} {green:.6f} {blue:.6f}\n" for red, green, blue in rows.tolist())
    return (head + "".join(lines)).encode()
