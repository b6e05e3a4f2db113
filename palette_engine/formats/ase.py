"""ASE: Adobe Swatch Exchange, which Photoshop, Illustrator, InDesign, Affinity and others open.

Big-endian: ``ASEF``, a version, the number of blocks, and blocks of a type, a length and that
many bytes. Written in the one form that GIMP 3 reads too: all colors in one group, RGB, and
names that are never empty and end with NUL.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import spaces
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = b"ASEF"
NAME_BYTES = 200

_GROUP_START, _GROUP_END, _COLOR = 0xC001, 0xC002, 0x0001
_NORMAL = 2

_MODELS: dict[bytes, tuple[int, Callable[..., Color]]] = {
    b"RGB ": (3, spaces.rgb),
    b"CMYK": (4, spaces.cmyk),
    b"LAB ": (3, lambda lightness, a, b: spaces.lab(lightness * 100, a, b)),
    b"GRAY": (1, spaces.gray),
}
"""How many numbers a model has, and what they mean. Adobe writes ``Gray``, others capitals."""


def dumps(palette: Palette) -> bytes:
    """Return the palette as an ASE file."""
    blocks = [_block(_GROUP_START, _name(palette.name, "Palette"))]
    for swatch in palette.swatches:
        channels = struct.pack(">3f", *(channel / 255 for channel in swatch.color))
        name = _name(swatch.label, swatch.hex)
        blocks.append(_block(_COLOR, name + b"RGB " + channels + struct.pack(">H", _NORMAL)))
    blocks.append(_block(_GROUP_END, b""))
    return MAGIC + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def loads(data: bytes) -> Palette:
    """Return the palette of an ASE file, the colors of all groups in their order.

    It has the name of its group if there is exactly one. CMYK, CIELAB, gray and spot colors
    become sRGB as `palette_engine.formats.spaces` says. Raises `InputError` if the file does
    not begin as an ASE file, is cut short, or has colors of another model.
    """
    if not data.startswith(MAGIC):
        raise InputError("This is not an Adobe Swatch Exchange file: it does not begin with ASEF.")
    groups: list[str] = []
    swatches: list[Swatch] = []
    try:
        for kind, block in _blocks(data):
            if kind == _GROUP_START:
                # Some programs leave the block of a group without a name empty.
                groups.append(_read_name(block)[0] if block else "")
            elif kind == _COLOR:
                swatches.append(_swatch(block, len(swatches) + 1))
    except struct.error as error:
        raise InputError("The Adobe Swatch Exchange file is damaged or cut short.") from error
    return Palette(tuple(swatches), groups[0] if len(groups) == 1 else "")


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and content of each block, as many as the file says it has."""
    (count,) = struct.unpack_from(">I", data, 8)
    place = 12
    for _ in range(count):
        kind, length = struct.unpack_from(">HI", data, place)
        (content,) = struct.unpack_from(f"{length}s", data, place + 6)
        yield kind, content
        place += 6 + length


def _name(text: str, fallback: str) -> bytes:
    """Return a name as UTF-16 that ends with NUL, after its length."""
    units = f"{plain_text(text, NAME_BYTES) or fallback}\0".encode("utf-16-be")
    return struct.pack(">H", len(units) // 2) + units


def _read_name(block: bytes) -> tuple[str, bytes]:
    """Return the name at the beginning of a block, and what follows."""
    (length,) = struct.unpack_from(">H", block)
    (units,) = struct.unpack_from(f"{2 * length}s", block, 2)
    text = units.decode("utf-16-be", "replace").partition("\0")[0]
    return plain_text(text, NAME_BYTES), block[2 + 2 * length :]


def _swatch(block: bytes, number: int) -> Swatch:
    """Return the swatch of a block."""
    name, content = _read_name(block)
    model = content[:4].upper()
    if model not in _MODELS:
        raise InputError(f"Color {number} of the Adobe Swatch Exchange file is of no known model.")
    count, color_of = _MODELS[model]
    return Swatch(color_of(*struct.unpack_from(f">{count}f", content, 4)), name=name)
