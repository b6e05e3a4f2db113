"""Raster: all pixels of a picture, as they are shown, and pictures of swatches as files."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from palette_engine.errors import DAMAGE, OutputError, cause_of
from palette_engine.pictures.file_types import GET_PILLOW, readable_formats
from palette_engine.pictures.orientation import shown
from palette_engine.pictures.reading import Source, read_pixels

__all__ = ["FILES", "Picture", "dumps", "image_of"]

MOST_ENTRIES = 256
"""How many entries an indexed picture has at the most."""


@dataclass(frozen=True, eq=False)
class Picture:
    """All pixels of a picture: sRGB, uint8 `(h, w, 3)`, and alpha, uint8 `(h, w)`."""

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]

    @classmethod
    def read(cls, source: Source, max_pixels: int) -> Picture:
        """Return a picture as it is shown; takes and raises what `read_pixels` does."""
        pixels = read_pixels(source, max_pixels=max_pixels, samples=max_pixels)
        frame = pixels.frame
        assert frame is not None
        rgb = pixels.rgb.reshape(frame.height, frame.width, 3)
        alpha = pixels.weight.reshape(frame.height, frame.width)
        return cls(shown(rgb, frame.orientation), shown(alpha, frame.orientation))


def image_of(
    index: NDArray[np.unsignedinteger[Any]],
    alpha: NDArray[np.uint8],
    colors: NDArray[np.uint8],
) -> Image.Image:
    """Return pixels as a Pillow image: indexed if 256 entries are enough, else RGB or RGBA.

    `index` is `(h, w)`, the place of each pixel's color in `colors`, `(k, 3)`; `alpha` is
    `(h, w)`. The entries are the colors, opaque, in their order, and then each color that is
    there with another alpha, by color and alpha; where nothing is seen it is the first color.
    """
    clear = alpha < 255
    key = index[clear].astype(np.uint32) << np.uint32(8) | alpha[clear]
    key[alpha[clear] == 0] = 0
    pairs = np.unique(key)
    count = len(colors) + len(pairs)
    if count > MOST_ENTRIES:
        rgb = colors[index]
        return Image.fromarray(np.dstack([rgb, alpha]) if len(pairs) else rgb)
    if len(pairs):
        index = index.copy()
        index[clear] = len(colors) + np.searchsorted(pairs, key)
        colors = np.concatenate([colors, colors[pairs >> np.uint32(8)]])
    image = Image.fromarray(index.astype(np.uint8, copy=False))
    image.putpalette(colors.tobytes())
    if len(pairs):
        opaque = np.full(count - len(pairs), 255, np.uint8)
        image.info["transparency"] = bytes([*opaque, *(pairs & np.uint32(255))])
    return image


def dumps(image: Image.Image, suffix: str) -> bytes:
    """Return an image of `image_of` as the bytes of a file, by a suffix among `FILES`.

    Raises `OutputError` if that kind of file cannot hold it.
    """
    file = io.BytesIO()
    try:
        FILES[suffix](image, file)
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
    image.save(file, "PNG", pnginfo=info)


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
        raise OutputError("A .bmp file has no transparency, and this picture has; write a .png.")
    image.save(file, "BMP")


def _gif(image: Image.Image, file: io.BytesIO) -> None:
    alpha = image.info.get("transparency", b"")
    if image.mode != "P" or {*alpha} - {0, 255}:
        raise OutputError(
            "A .gif file has 256 colors at the most, of which one is transparent, and none half "
            "so; write a .png."
        )
    if not alpha:
        image.save(file, "GIF", optimize=False)
        return
    image.save(file, "GIF", optimize=False, transparency=alpha.index(0))


FILES: Mapping[str, Callable[[Image.Image, io.BytesIO], None]] = {
    ".png": _png,
    ".webp": _webp,
    ".tif": _tiff,
    ".tiff": _tiff,
    ".gif": _gif,
    ".bmp": _bmp,
}
"""What writes each kind of file, by its suffix: those that keep colors exactly."""
