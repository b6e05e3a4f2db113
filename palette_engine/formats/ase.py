"""ASE: Adobe Swatch Exchange, which Photoshop, Illustrator, InDesign, Affinity and others open.

A big-endian file: ``ASEF``, a version, the number of blocks, and blocks of a type, a length
and that many bytes. We write the form that GIMP 3 reads too: all colors in one group, as RGB, with
names that are never empty and end with NUL. Only a palette that has groups gets more of them, and
only colors beyond 8-bit sRGB are CIELAB.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.color_notation import coordinates_in, of_coordinates
from palette_engine.formats.limits import check_count
from palette_engine.formats.remarks import clipped, colors
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = b"ASEF"
NAME_BYTES = 200

_GROUP_START, _GROUP_END, _COLOR = 0xC001, 0xC002, 0x0001
_NORMAL = 2

_MOST_LAB = 1000
"""The largest value of CIELAB that is kept; real colors are far below."""

_MODELS: dict[bytes, tuple[int, Callable[..., Color]]] = {
    b"RGB ": (3, color_models.rgb),
    b"CMYK": (4, color_models.cmyk),
    b"LAB ": (3, lambda lightness, a, b: color_models.lab(lightness * 100, a, b)),
    b"GRAY": (1, color_models.gray),
}
"""The number of values and the conversion of each color model.

The names are in capitals, as most programs write them; Adobe writes ``Gray``.
"""


def dumps(palette: Palette) -> bytes:
    """Return a palette as an ASE file: one group, or those of the swatches if they have any."""
    blocks: list[bytes] = []
    runs = groupby(palette.swatches, key=lambda swatch: swatch.group)
    for group, swatches in runs if palette.swatches else [("", iter(()))]:
        blocks.append(_block(_GROUP_START, _name(group or palette.name, "Palette")))
        for swatch in swatches:
            name = _name(swatch.label, swatch.hex)
            blocks.append(_block(_COLOR, name + _values(swatch) + struct.pack(">H", _NORMAL)))
        blocks.append(_block(_GROUP_END, b""))
    return MAGIC + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def loads(data: bytes) -> Palette:
    """Return the palette in an ASE file, the colors of all groups in their order.

    The palette is named after its group if there is exactly one; several are the groups of the
    swatches. CMYK, CIELAB, gray and spot colors are converted by
    `palette_engine.formats.color_models`. Remarks tell of colors in unknown models, which are left
    out, and of a file that is cut short. Raises `InputError` if the bytes do not begin as an ASE
    file, or if they have no whole color.
    """
    if not data.startswith(MAGIC):
        raise InputError("This is not an Adobe Swatch Exchange file: it does not begin with ASEF.")
    groups: list[str] = []
    group = ""
    swatches: list[Swatch] = []
    unknown = clips = 0
    remarks: list[Remark] = []
    try:
        for block_type, block in _blocks(data):
            if block_type == _GROUP_START:
                # Some programs write an empty block for a group without a name.
                group = _read_name(block)[0] if block else ""
                groups.append(group)
            elif block_type == _GROUP_END:
                group = ""
            elif block_type == _COLOR:
                swatch, is_clipped = _swatch(block)
                unknown += swatch is None
                clips += is_clipped
                swatches += [replace(swatch, group=group)] if swatch else []
                check_count(len(swatches))
    except struct.error as error:
        if not swatches:
            raise InputError("The Adobe Swatch Exchange file is damaged or cut short.") from error
        sentence = f"The file is damaged or cut short after {colors(len(swatches))}."
        remarks.append(Remark(sentence, 1))
    if unknown and not swatches:
        raise InputError("No color of the Adobe Swatch Exchange file is in a known color model.")
    if unknown:
        were = "was" if unknown == 1 else "were"
        sentence = f"{colors(unknown)} in an unknown color model {were} left out."
        remarks.append(Remark(sentence, unknown))
    if clips:
        remarks.append(clipped(clips))
    name = groups[0] if len(groups) == 1 else ""
    if len(groups) == 1:
        swatches = [replace(swatch, group="") for swatch in swatches]
    return Palette(tuple(swatches), name, remarks=tuple(remarks))


def _values(swatch: Swatch) -> bytes:
    """Return the color model and the values of a color: CIELAB if it is beyond 8-bit sRGB."""
    if swatch.wide is None:
        return b"RGB " + struct.pack(">3f", *(channel / 255 for channel in swatch.color))
    lightness, a, b = coordinates_in(swatch, "lab")
    return b"LAB " + struct.pack(">3f", lightness / 100, a, b)


def _block(block_type: int, content: bytes) -> bytes:
    return struct.pack(">HI", block_type, len(content)) + content


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and content of each block, as many as the header declares."""
    (count,) = struct.unpack_from(">I", data, 8)
    offset = 12
    for _ in range(count):
        block_type, length = struct.unpack_from(">HI", data, offset)
        (content,) = struct.unpack_from(f"{length}s", data, offset + 6)
        yield block_type, content
        offset += 6 + length


def _name(text: str, fallback: str) -> bytes:
    """Return a name, or else the fallback, as its length in 16-bit units, UTF-16 and NUL."""
    units = f"{plain_text(text, NAME_BYTES) or fallback}\0".encode("utf-16-be")
    return struct.pack(">H", len(units) // 2) + units


def _read_name(block: bytes) -> tuple[str, bytes]:
    """Return the name at the beginning of a block, and the bytes after it."""
    (length,) = struct.unpack_from(">H", block)
    (units,) = struct.unpack_from(f"{2 * length}s", block, 2)
    text = units.decode("utf-16-be", "replace").partition("\0")[0]
    return plain_text(text, NAME_BYTES), block[2 + 2 * length :]


def _swatch(block: bytes) -> tuple[Swatch | None, bool]:
    """Return the swatch in the block of a color, and whether its color was clipped.

    There is none if its color model is unknown. One of CIELAB keeps its color beyond sRGB.
    """
    name, content = _read_name(block)
    model = content[:4].upper()
    if model not in _MODELS:
        return None, False
    count, color_of = _MODELS[model]
    values = struct.unpack_from(f">{count}f", content, 4)
    swatch = Swatch(color_of(*values), name=name)
    if model != b"LAB ":
        return swatch, False
    lightness, a, b = values
    notation = of_coordinates("lab", (lightness * 100, a, b))
    if notation is None or not all(abs(value) <= _MOST_LAB for value in values):
        return swatch, False  # no color, but a number that is not one
    return replace(swatch, wide=notation.wide), notation.is_clipped
