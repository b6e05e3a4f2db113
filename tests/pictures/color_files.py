"""Pictures of the same colors, in files that tell in different ways what these colors mean."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from tests import icc
from tests.sample_pictures import encoded, png_of

__all__ = [
    "COLORS",
    "HDR_COLORS",
    "avif",
    "chromaticities",
    "cicp",
    "exif",
    "flat",
    "gamma",
    "hlg",
    "jpeg",
    "means",
    "png",
    "pq",
    "profile",
    "tiff_with_exif",
    "webp",
]

COLORS = (
    *((200, 60, 40), (188, 188, 188), (60, 60, 60), (90, 120, 60)),
    *((100, 100, 180), (255, 255, 255), (0, 0, 0), (230, 200, 120)),
)

HDR_COLORS = ((255, 255, 255), (230, 25, 75), (60, 180, 75), (128, 128, 128), (0, 0, 0))
"""Colors in sRGB that a file of HDR holds."""

SIDE = 16
"""Of the square of each color, so that lossy files keep its middle."""

Chunk = tuple[bytes, bytes]


def flat(colors: Any = COLORS) -> NDArray[Any]:
    """Return squares of colors `(n, channels)` in a row, in their type, or uint8."""
    row = np.asarray(colors)
    row = row.astype(np.uint8) if row.dtype == np.int64 else row
    return row.repeat(SIDE, axis=0)[np.newaxis].repeat(SIDE, axis=0)


def means(picture: NDArray[Any]) -> NDArray[np.float64]:
    """Return the colors in the middle of the squares of a picture `(h, w, channels)`."""
    middle = picture[SIDE // 2, SIDE // 2 :: SIDE]
    return middle.astype(np.float64)


def png(*chunks: Chunk, colors: Any = COLORS) -> bytes:
    """Return a PNG of squares with chunks; colors are RGB, RGBA, gray or gray with alpha."""
    return png_of(flat(colors), *chunks)


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> Chunk:
    return b"cICP", bytes((primaries, transfer, matrix, full))


def gamma(value: int) -> Chunk:
    return b"gAMA", struct.pack(">I", value)


def chromaticities(white: icc.Chromaticity, primaries: icc.Primaries) -> Chunk:
    values = (round(value * 100_000) for point in (white, *primaries) for value in point)
    return b"cHRM", struct.pack(">8I", *values)


def profile(data: bytes) -> Chunk:
    return b"iCCP", b"profile\0\0" + zlib.compress(data)


def exif(space: int, index: str = "") -> bytes:
    """Return Exif data with a color space, and an index of interoperability, as cameras write."""
    body = Image.Exif()
    body[ExifTags.IFD.Exif] = {
        ExifTags.Base.ColorSpace: space,
        **({ExifTags.IFD.Interop: {ExifTags.Interop.InteropIndex: index}} if index else {}),
    }
    return body.tobytes()


def tiff_with_exif(space: int, index: bytes, colors: NDArray[Any] | None = None) -> bytes:
    """Return a TIFF with Exif data as cameras write them, which Pillow writes otherwise.

    `colors` are RGB, uint8 or uint16, by default the usual ones.
    """
    pixels = flat() if colors is None else flat(colors)
    height, width, _ = pixels.shape
    bits, bits_at = pixels.itemsize * 8, 180
    exif_at, index_at, strip_at = 200, 300, 400
    fields = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits_at), (259, 3, 1, 1)),
        *((262, 3, 1, 2), (273, 4, 1, strip_at), (277, 3, 1, 3), (278, 4, 1, height)),
        *((279, 4, 1, pixels.nbytes), (34665, 4, 1, exif_at)),
    ]
    parts = {
        0: b"II*\0" + struct.pack("<I", 8),
        8: _directory(fields),
        exif_at: _directory([(40961, 3, 1, space), (40965, 4, 1, index_at)]),
        index_at: _directory([(1, 2, len(index), int.from_bytes(index, "little"))]),
        bits_at: struct.pack("<3H", bits, bits, bits),
        strip_at: pixels.tobytes(),
    }
    data = bytearray(strip_at)
    for start, part in parts.items():
        data[start : start + len(part)] = part
    return bytes(data)


def _directory(fields: list[tuple[int, int, int, int]]) -> bytes:
    rows = b"".join(struct.pack("<HHII", *field) for field in fields)
    return struct.pack("<H", len(fields)) + rows + bytes(4)


def jpeg(**options: Any) -> bytes:
    return encoded(Image.fromarray(flat()), "JPEG", quality=100, subsampling=0, **options)


def webp(**options: Any) -> bytes:
    return encoded(Image.fromarray(flat()), "WEBP", lossless=True, **options)


def avif(codes: tuple[int, int] | None = None, colors: Any = COLORS, **options: Any) -> bytes:
    """Return an AVIF, in whose nclx box the codes of primaries and transfer are changed."""
    image = Image.fromarray(flat(colors))
    data = bytearray(encoded(image, "AVIF", quality=100, subsampling="4:4:4", **options))
    if codes is not None:
        start = data.index(b"colrnclx") + 8
        data[start : start + 4] = struct.pack(">HH", *codes)
    return bytes(data)


TO_BT_2020 = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
)
"""From linear BT.709 to BT.2020 (BT.2087-0, section 2.2)."""


def _light(colors: Any) -> NDArray[np.float64]:
    """Return the luminances of channels in BT.2020 if the white of sRGB has 203 cd/m²."""
    linear = np.vectorize(icc.srgb_curve)(np.asarray(colors) / 255)
    return np.asarray(linear @ TO_BT_2020.T * 203).clip(0)


def pq(colors: Any) -> NDArray[np.float64]:
    """Return sRGB colors in BT.2020 and PQ, 0 to 1 (SMPTE ST 2084, equation 5.1)."""
    power = (_light(colors) / 10_000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)


def hlg(colors: Any) -> NDArray[np.float64]:
    """Return sRGB colors in BT.2020 and HLG, 0 to 1 (BT.2100-2, table 5, at 1,000 cd/m²)."""
    display = _light(colors) / 1000
    luminance = display @ np.array([0.2627, 0.6780, 0.0593])
    scene = display * np.where(luminance > 0, luminance, 1)[:, np.newaxis] ** (1 / 1.2 - 1)
    upper = 0.17883277 * np.log((12 * scene - 0.28466892).clip(1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), upper)
