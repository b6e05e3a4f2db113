"""Contact picture: pictures that were found, and their palettes, as one PNG."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from palette_engine.collections.contact_sheet import SIDE
from palette_engine.color.hex_code import parse_hex
from palette_engine.drawing.shapes import Drawing, Rectangle, Shape, Text
from palette_engine.errors import InputError
from palette_engine.formats.png import rasterize
from palette_engine.palette.value import percent

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["MOST", "contact_picture"]

MOST = 600
"""The most pictures, as the result is decoded in one piece."""

COLUMNS = 6

GAP, BAND, TEXT, TITLE = 24, 32, 13, 18

BACKGROUND, INK = (119, 119, 119), (255, 255, 255)
"""A middle gray, on which light and dark pictures can be judged."""

BELOW = BAND + 3 * TEXT
"""The height of a palette and text, below a thumbnail."""


def contact_picture(
    title: str, found: Sequence[Mapping[str, Any]], thumbnail: Callable[[Mapping[str, Any]], bytes]
) -> bytes:
    """Return a PNG of pictures as `find.describe` has them.

    `thumbnail` returns a picture's thumbnail as a PNG, or nothing, and then only the palette is
    shown. Raises `InputError` if there are more than `MOST`.
    """
    if len(found) > MOST:
        raise InputError(
            f"A PNG shows at most {MOST} pictures; choose fewer with -n, or name it with .html."
        )
    columns = max(1, min(COLUMNS, len(found)))
    thumbnails = [_opened(thumbnail(each)) for each in found]
    lines = [thumbnails[start : start + columns] for start in range(0, len(found), columns)]
    heights = [max((each.height for each in line if each), default=0) for line in lines]
    # Where the thumbnails of each line end.
    bottoms = [
        2 * GAP + TITLE + above + index * (BELOW + GAP)
        for index, above in enumerate(accumulate(heights))
    ]
    width = columns * (SIDE + GAP) + GAP
    height = bottoms[-1] + BELOW + GAP if bottoms else 2 * GAP + TITLE
    places = [
        (GAP + index % columns * (SIDE + GAP), bottoms[index // columns])
        for index in range(len(found))
    ]
    shapes: list[Shape] = [Rectangle(0, 0, width, height, BACKGROUND)]
    shapes.append(Text.of(GAP, GAP + TITLE, title, TITLE, INK, width - 2 * GAP))
    for each, (x, y) in zip(found, places, strict=True):
        shapes += _below(each, x, y)
    sheet = rasterize(Drawing(title, width, height, tuple(shapes)), 1)
    for small, (x, y) in zip(thumbnails, places, strict=True):
        if small:
            sheet.paste(small, (x + (SIDE - small.width) // 2, y - small.height), small)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _opened(data: bytes) -> Image.Image | None:
    """Return the picture of a PNG, if there is one."""
    from PIL import Image

    if not data:
        return None
    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGBA")


def _below(found: Mapping[str, Any], x: int, y: int) -> Iterator[Shape]:
    """Yield the palette, the score and the name of a picture."""
    start, share = x, 0.0
    for swatch in found["swatches"]:
        share += swatch["share"]
        end = x + round(SIDE * min(1.0, share))
        if end > start:
            yield Rectangle(start, y + 8, end - start, BAND - 8, parse_hex(swatch["hex"]))
        start = end
    distance = found["distance"]
    score = percent(found["area"]) if distance is None else f"ΔE {distance:.1f}"
    yield Text.of(x, y + BAND + TEXT + 4, score, TEXT, INK, SIDE)
    name = str(found["source"])
    yield Text.of(x, y + BAND + 2 * TEXT + 8, name.rsplit("/", 1)[-1], TEXT, INK, SIDE)
