"""Files that people drop: pictures, and what is none."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from tests.sample_pictures import blocks, encoded, tiff, u8
from tools.provisioning.debian import REPOSITORY

__all__ = ["ADDRESS", "SAMPLES", "write"]

PHOTO = REPOSITORY / "docs" / "astronaut.jpg"

ADDRESS = (
    "#name=Sunset&colors=e6194b-ffffff-000009&shares=500000-437500-62500"
    "&names=Cherry+red&names=&names=Ink"
)
"""A palette that somebody handed on."""

SIDE = 160
"""Of the photo, for speed."""


def photo() -> Image.Image:
    """Return a small portrait of Eileen Collins by NASA."""
    with Image.open(PHOTO) as picture:
        return picture.resize((SIDE, SIDE))


def screenshot() -> Image.Image:
    """Return an application's window, flat colors on white."""
    picture = np.full((120, 160, 3), 255, np.uint8)
    picture[:16] = (38, 50, 56)
    picture[16:, :40] = (236, 239, 241)
    picture[28:36, 8:32] = (0, 121, 107)
    picture[48:100, 56:100] = (255, 193, 7)
    picture[48:100, 108:152] = (211, 47, 47)
    picture[108:112, 56:152] = (0, 0, 0)
    return Image.fromarray(picture)


def flag() -> Image.Image:
    """Return half red, a quarter white and a quarter blue."""
    row = blocks(((230, 25, 75), 32), ((255, 255, 255), 16), ((0, 0, 128), 16))
    return Image.fromarray(np.tile(row, (48, 1, 1)))


def animation() -> bytes:
    """Return a GIF that is red and blue first, and green afterwards."""
    first = Image.fromarray(np.tile(blocks(((255, 0, 0), 24), ((0, 0, 255), 8)), (32, 1, 1)))
    rest = [Image.new("RGB", (32, 32), (0, 128 + shade, 0)) for shade in (0, 64)]
    return encoded(first, "GIF", save_all=True, append_images=rest, duration=100, loop=0)


def turned() -> bytes:
    """Return a JPEG that says of itself that it is shown turned by a quarter."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return encoded(flag(), "JPEG", exif=exif)


def bomb() -> bytes:
    """Return a sound PNG of a hundred kilobytes that has 30,000 x 30,000 pixels."""
    side = 30_000
    small = encoded(Image.new("1", (1, 1)), "PNG")
    header = bytearray(small[16:29])
    header[:8] = side.to_bytes(4) * 2
    rows = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(rows.compress(row) for _ in range(side)) + rows.flush()
    chunks = ((b"IHDR", bytes(header)), (b"IDAT", data), (b"IEND", b""))
    return small[:8] + b"".join(
        len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
        for kind, body in chunks
    )


SAMPLES: Mapping[str, Callable[[], bytes]] = {
    "photo.png": lambda: encoded(photo(), "PNG"),
    "photo.tif": lambda: tiff(u8(photo()), photometric="rgb"),
    "window.png": lambda: encoded(screenshot(), "PNG"),
    "flag.png": lambda: encoded(flag(), "PNG"),
    "<b>&amp;'é🍮.png": lambda: encoded(flag(), "PNG"),
    "turned.jpg": turned,
    "animation.gif": animation,
    "transparent.png": lambda: encoded(Image.new("RGBA", (8, 8), (200, 100, 50, 0)), "PNG"),
    "text.png": lambda: b"This is no picture.\n",
    "empty.png": lambda: b"",
    "bomb.png": bomb,
}
"""The samples' file names, and what makes them."""


def write(folder: Path) -> None:
    """Write every sample into a folder."""
    for name, make in SAMPLES.items():
        (folder / name).write_bytes(make())
