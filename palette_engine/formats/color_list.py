"""CLR: a color list of macOS, as a binary property list (``NSKeyedArchiver``).

Older lists are in the format of NeXT's typed streams, which only Apple's libraries read.
"""

from __future__ import annotations

import math
from typing import Any

from palette_engine.errors import DAMAGE, InputError
from palette_engine.formats import color_models
from palette_engine.formats.remarks import colors
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["MAGIC", "loads"]

MAGIC = b"bplist00"
NAME_BYTES = 200


def loads(data: bytes) -> Palette:
    """Return the palette in a color list; sRGB, other RGB and gray are taken for sRGB.

    A remark tells of colors in other models, which are left out. Raises `InputError` if the bytes
    are not such a property list.
    """
    import plistlib

    if not data.startswith(MAGIC):
        raise InputError("This is not a color list of macOS from 10.12 on; save it again there.")
    try:
        content = plistlib.loads(data)
        objects = content["$objects"]
        top = content["$top"]
        keys = _items(objects, top.get("NSKeys", top.get("root")))
        rows = _items(objects, top.get("NSColors", top.get("root")))
        pairs = [
            (objects[key.data], objects[row.data]) for key, row in zip(keys, rows, strict=False)
        ]
    except (*DAMAGE, MemoryError, plistlib.InvalidFileException) as error:
        raise InputError("The color list is damaged, or holds something else.") from error
    swatches = tuple(
        swatch
        for key, row in pairs
        if isinstance(row, dict) and (swatch := _swatch(plain_text(str(key), NAME_BYTES), row))
    )
    missing = len(pairs) - len(swatches)
    were = "was" if missing == 1 else "were"
    sentence = f"{colors(missing)} in an unknown color model {were} left out."
    return Palette(swatches, "", remarks=(Remark(sentence, missing),) if missing else ())


def _items(objects: list[Any], reference: Any) -> list[Any]:
    items: list[Any] = objects[reference.data]["NS.objects"]
    return items


def _swatch(name: str, row: dict[str, Any]) -> Swatch | None:
    """Return the swatch of an archived color; None if it is in another model."""
    for key, count in (("NSComponents", 3), ("NSRGB", 3), ("NSWhite", 1)):
        values = _numbers(row.get(key))
        if len(values) >= count and (key != "NSComponents" or len(values) == 4):
            return Swatch(
                color_models.rgb(*(values[:3] if count == 3 else values[:1] * 3)), name=name
            )
    return None


def _numbers(text: object) -> list[float]:
    """Return the numbers in the text of an archived color; none if it has something else."""
    if not isinstance(text, bytes):
        return []
    try:
        values = [float(word) for word in text.rstrip(b"\0").split()]
    except ValueError:
        return []
    return values if all(map(math.isfinite, values)) else []
