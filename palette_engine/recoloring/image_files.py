"""Image files: recolored pictures as bytes, in the file types that keep colors exactly."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from palette_engine.errors import DAMAGE, OutputError, cause_of
from palette_engine.pictures.file_types import GET_PILLOW, readable_formats

__all__ = ["WRITERS", "dumps"]

EFFORT = {"P": 6}
"""zlib's level for a PNG, by the image's mode."""

LESS_EFFORT = 4
"""zlib's level for colors that are not indexed: 40 % of the time of 6, and 5 % larger.

See docs/decisions.md#lossless-recolored-files.
"""


def dumps(image: Image.Image, suffix: str) -> bytes:
    """Return a recolored picture as a file of the type that a suffix of `WRITERS` names.

    `image` is what `raster.image_of` returns. Raises `OutputError` if that type cannot hold it.
    """
    file = io.BytesIO()
    try:
        WRITERS[suffix](image, file)
    except OutputError:
        raise
    except DAMAGE as error:
        raise OutputError(
            f"A {suffix} file cannot hold this picture ({cause_of(error)}); write a .png."
        ) from error
    return file.getvalue()


def _png(image: Image.Image, file: io.BytesIO) -> None:
    info = PngInfo()
    info.add(b"sRGB", b"\1")  # relative colorimetric, as the colors were converted
    level = EFFORT.get(image.mode, LESS_EFFORT)
    image.save(file, "PNG", pnginfo=info, compress_level=level)


def _webp(image: Image.Image, file: io.BytesIO) -> None:
    if "WEBP" not in readable_formats():
        raise OutputError(
            f"The installed Pillow cannot write .webp files; {GET_PILLOW}, or write a .png."
        )
    mode = "RGBA" if image.has_transparency_data else "RGB"
    image.convert(mode).save(file, "WEBP", lossless=True, exact=True)


def _tiff(image: Image.Image, file: io.BytesIO) -> None:
    plain = image.convert("RGBA") if image.has_transparency_data else image
    plain.save(file, "TIFF", compression="tiff_lzw")


def _bmp(image: Image.Image, file: io.BytesIO) -> None:
    if image.has_transparency_data:
        raise OutputError("A .bmp file has no transparency, but this picture has; write a .png.")
    image.save(file, "BMP")


def _gif(image: Image.Image, file: io.BytesIO) -> None:
    alpha = image.info.get("transparency", b"")
    if image.mode != "P" or {*alpha} - {0, 255}:
        raise OutputError(
            "A .gif file has at most 256 colors, one of them transparent, and no partial "
            "transparency; write a .png."
        )
    if not alpha:
        image.save(file, "GIF", optimize=False)
        return
    image.save(file, "GIF", optimize=False, transparency=alpha.index(0))


WRITERS: Mapping[str, Callable[[Image.Image, io.BytesIO], None]] = {
    ".png": _png,
    ".webp": _webp,
    ".tif": _tiff,
    ".tiff": _tiff,
    ".gif": _gif,
    ".bmp": _bmp,
}
"""The function that writes each lossless file type, by suffix.

See docs/decisions.md#lossless-recolored-files.
"""
