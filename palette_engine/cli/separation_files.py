"""Separation files: the pictures of a separation, one a swatch, and what is said about them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palette_engine.formats.safe_names import slug
from palette_engine.palette.value import Palette, Swatch

if TYPE_CHECKING:
    from PIL import Image

    from palette_engine.recoloring.index_map import IndexMap, Place
    from palette_engine.recoloring.separation import Separation

__all__ = ["FIXED", "SCHEMA", "WAYS", "earlier_files", "file_names", "files_of", "from_dark"]

SCHEMA = 1
"""The version of the JSON; grows if programs that read it have to change."""

INDEX, PLACES = FIXED = ("index.png", "places.json")
"""The names of the files that do not depend on the palette."""

PICTURE = re.compile(r"[0-9]{2,}-[a-z0-9-]+\.png")
"""What the names of pictures are like."""

MAX_ENTRIES = 256
"""The number of colors that an indexed PNG has, at most."""

WAYS: Mapping[str, str] = {"masks": "hard", "soft-masks": "soft", "pixels": "hard"}
"""What each picture of a swatch can be, and the kind of edges that it has."""


def from_dark(palette: Palette) -> Palette:
    """Return a palette from its darkest color to its lightest."""
    from dataclasses import replace

    from palette_engine.palette.order import ordered

    return replace(palette, swatches=ordered(palette, "lightness").swatches[::-1])


def file_names(swatches: Sequence[Swatch]) -> list[str]:
    """Return the name of each swatch's picture: its number, and its name or hex value."""
    digits = max(2, len(str(len(swatches))))
    return [
        f"{number:0{digits}}-{slug(swatch.name) or swatch.hex[1:]}.png"
        for number, swatch in enumerate(swatches, start=1)
    ]


def earlier_files(folder: Path) -> list[str]:
    """Return the names of the pictures of an earlier separation in a folder.

    They are named in its JSON, and as `file_names` names them.
    """
    try:
        rows = json.loads((folder / PLACES).read_bytes())["swatches"]
        names = {row["file"] for row in rows}
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return []  # there is none, or the file is of another program
    named = [name for name in names if isinstance(name, str) and PICTURE.fullmatch(name)]
    return sorted(name for name in named if (folder / name).is_file())


def files_of(
    separation: Separation, palette: Palette, way: str, report: Callable[[float], None]
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file; one mask at a time is in memory."""
    names = file_names(palette.swatches)
    for index, name in enumerate(names):
        report(index / len(names))
        image = separation.layer(index) if way == "pixels" else separation.masks[index]
        yield name, _png(image)
    yield INDEX, _index_picture(separation.map, palette)
    yield PLACES, _places(separation.map, palette, way, names)


def _png(pixels: Any) -> bytes:
    from PIL import Image

    return _encoded(Image.fromarray(pixels))


def _encoded(image: Image.Image, **values: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **values)
    return file.getvalue()


def _index_picture(found: IndexMap, palette: Palette) -> bytes:
    """Return a PNG with the index of each pixel as its value; what belongs to none is clear.

    If 256 entries are not enough, it has the colors instead.
    """
    import numpy as np
    from PIL import Image

    colors = np.array([*(swatch.color for swatch in palette.swatches), (0, 0, 0)], np.uint8)
    is_none = found.index == found.none
    if is_none.any() and len(colors) > MAX_ENTRIES:
        alpha = np.where(is_none, np.uint8(0), np.uint8(255))
        return _png(np.dstack([colors[found.index], alpha]))
    image = Image.fromarray(found.index.astype(np.uint8, copy=False))
    image.putpalette(colors[:MAX_ENTRIES].tobytes())
    return _encoded(image, **({"transparency": found.none} if is_none.any() else {}))


def _places(found: IndexMap, palette: Palette, way: str, names: Sequence[str]) -> bytes:
    """Return the JSON of the areas, boxes and centers of all swatches."""
    height, width = found.index.shape
    rows = zip(names, palette.swatches, found.places, strict=True)
    content = {
        "schema": SCHEMA,
        "width": width,
        "height": height,
        "as": way,
        "none": found.none,
        "swatches": [
            {"index": index, "file": name, "hex": swatch.hex, "name": swatch.name, **_values(place)}
            for index, (name, swatch, place) in enumerate(rows)
        ],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return f"{text}\n".encode(errors="replace")


def _values(place: Place) -> dict[str, Any]:
    return {
        "pixels": place.pixels,
        "area": place.area,
        "share": place.share,
        "box": place.box,
        "center": place.center,
    }
