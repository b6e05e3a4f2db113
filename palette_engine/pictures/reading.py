"""Reading: a picture file, bytes, a Pillow image or an array becomes sRGB pixels."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from palette_engine.color.srgb import encode_srgb
from palette_engine.errors import DAMAGE, InputError, Reason, cause_of
from palette_engine.options import OPTIONS, Region
from palette_engine.pictures.file_types import FORMATS, GET_PILLOW, format_of, readable_formats
from palette_engine.pictures.icc import is_linear_srgb, to_pixels
from palette_engine.pictures.pixels import (
    SAMPLES,
    Frame,
    Pixels,
    check_size,
    sampled,
    sampled_strips,
    strip_rows,
)
from palette_engine.pictures.region import Box
from palette_engine.pictures.samples import Planes, holds_samples, planes_of

__all__ = ["Source", "read_pixels", "source_name"]

Source: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | IO[bytes]
    | Image.Image
    | NDArray[np.generic]
)
"""What a picture can be given as; a string is a path."""

ORIENTATION = 274
"""The tag, in EXIF and TIFF, that says how a picture is to be turned."""

PILLOW_DAMAGE = (*DAMAGE, Image.DecompressionBombError)
"""What Pillow raises on damaged files; a bomb it finds is a size that the header hides."""

_DEFAULT_LIMIT = OPTIONS["max_pixels"].default
assert isinstance(_DEFAULT_LIMIT, int)

_pillow_limit = threading.Lock()


def read_pixels(
    source: Source,
    *,
    max_pixels: int = _DEFAULT_LIMIT,
    region: Region | None = None,
    samples: int = SAMPLES,
) -> Pixels:
    """Return a picture's pixels, or an even sample of them if it has more than `samples`.

    Reads the first frame, or a `region` of it as it is shown. Converts embedded ICC profiles,
    16-bit, float, gray, indexed and CMYK to 8-bit sRGB; alpha becomes weight. Arrays are
    `(h, w)` gray, or `(h, w, c)` with gray and alpha, RGB or RGBA, in bool, uint8, uint16 or
    float from 0 to 1, taken as sRGB.

    Warns with `PaletteWarning` if a profile is broken or pixels are not numbers. Raises
    `InputError` if the source cannot be read, is not a picture in one of `FORMATS` that the
    installed Pillow can read, is damaged, ends inside the region, or has more than `max_pixels`
    pixels, which is checked before decoding.
    """
    if isinstance(source, np.ndarray):
        return _array_pixels(source, max_pixels, region, samples)
    if isinstance(source, Image.Image):
        return _image_pixels(source, "The image", max_pixels, region, samples)
    name = source_name(source) or "The picture"
    data = _opened(source, name)
    with contextlib.closing(data):
        try:
            image = _identified(data)
        except UnidentifiedImageError as error:
            from palette_engine.pictures.deep_tiff import tiff_pixels

            pixels = tiff_pixels(data, name, max_pixels, region, samples)
            if pixels is None:
                raise _not_a_picture(data, name) from error
            return pixels
        except PILLOW_DAMAGE as error:
            raise InputError(
                f"{name} is damaged and cannot be opened: {cause_of(error)}."
            ) from error
        with image:
            if _is_deep(image):
                from palette_engine.pictures.deep_tiff import tiff_pixels

                # What tifffile cannot decompress, Pillow may, in 8 bits.
                with contextlib.suppress(InputError):
                    if pixels := tiff_pixels(data, name, max_pixels, region, samples):
                        return pixels
            return _image_pixels(image, name, max_pixels, region, samples)


def source_name(source: Source) -> str:
    """Return what to call a source: its file name, or an empty string if it has none."""
    if isinstance(source, str | os.PathLike):
        return Path(source).name
    name = getattr(source, "filename", "") or getattr(source, "name", "")
    return Path(name).name if isinstance(name, str) else ""


def _opened(source: object, name: str) -> IO[bytes]:
    """Return a seekable binary file of a source, or raise `InputError`."""
    try:
        if isinstance(source, str | os.PathLike):
            path = Path(source)
            # Pillow and tifffile seek, which a pipe cannot.
            return path.open("rb") if path.is_file() else io.BytesIO(path.read_bytes())
        if isinstance(source, bytes | bytearray | memoryview):
            return io.BytesIO(bytes(source))
        data = source.read()  # type: ignore[attr-defined]  # anything else must be a file
    except FileNotFoundError as error:
        raise InputError(f"There is no file {source}.") from error
    except IsADirectoryError as error:
        raise InputError(
            f"{source or 'The empty name'} is a folder; name a picture in it."
        ) from error
    except PermissionError as error:
        raise InputError(f"{source} cannot be read: permission denied.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {cause_of(error)}.") from error
    except AttributeError as error:
        raise TypeError(f"a picture cannot be read from {type(source).__name__}") from error
    if not isinstance(data, bytes):
        raise TypeError("a picture is read from a file opened in binary mode")
    return io.BytesIO(data)


def _identified(data: IO[bytes]) -> Image.Image:
    """Return the picture with its header read and its pixels not yet decoded."""
    formats = readable_formats()
    for name in formats:
        # If Pillow has not loaded a plug-in yet, it loads all of them, which takes four times as
        # long; and of a format that it does not have, it raises a `KeyError`.
        import_module(FORMATS[name][0])
    with _without_pillow_limit():
        return Image.open(data, formats=formats)


def _is_deep(image: Image.Image) -> bool:
    """Tell whether a file has colors of more than 8 bits, which Pillow would cut."""
    depths: tuple[int, ...] = getattr(image, "tag_v2", {}).get(258, (8,))
    return image.mode in ("RGB", "RGBA", "RGBX") and max(depths) > 8


def _decode(image: Image.Image) -> None:
    """Have Pillow decode a picture whose size has been checked."""
    with _pillow_limit:
        limit = Image.MAX_IMAGE_PIXELS
    if limit is None or image.width * image.height <= limit:
        image.load()
    else:
        with _without_pillow_limit():
            image.load()


@contextlib.contextmanager
def _without_pillow_limit() -> Iterator[None]:
    """Lift Pillow's own limit on pixels, a global; ours is checked before decoding."""
    with _pillow_limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _not_a_picture(data: IO[bytes], name: str) -> InputError:
    """Return the error to raise for a file that Pillow and tifffile cannot identify."""
    data.seek(0)
    start = data.read(64)
    if not start:
        return InputError(f"{name} is empty: it has no bytes.")
    formats = readable_formats()
    format_name = format_of(start)
    if format_name and format_name not in formats:
        return InputError(
            f"{name} is {format_name}, which the installed Pillow cannot read; {GET_PILLOW}, or "
            "save the picture as PNG.",
            Reason.FORMAT_MISSING,
        )
    return InputError(
        f"{name} is not a picture this can read. It reads {', '.join(formats)}.",
        Reason.NOT_A_PICTURE,
    )


def _image_pixels(
    image: Image.Image, name: str, max_pixels: int, region: Region | None, samples: int
) -> Pixels:
    """Return the pixels of a Pillow image, decoding it if that is still to be done."""
    check_size(*image.size, name, max_pixels)
    key = _transparent_color(image)
    try:
        _decode(image)
    except PILLOW_DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: {cause_of(error)}.") from error
    turn = _turn(image)
    box = Box.of(region, image.size, name, turn)
    width, height = box.size
    white_is_zero = getattr(image, "tag_v2", {}).get(262) == 0  # in TIFF
    profile = image.info.get("icc_profile")
    linear = image.mode[0] in "IF" and key is None and is_linear_srgb(profile)
    parts: list[Planes] = []
    for top, bottom in strip_rows(width, height):
        strip = image.crop((box.left, box.top + top, box.right, box.top + bottom))
        if "transparency" in strip.info:
            strip.info["transparency"] = key
        if strip.mode == "La":
            strip = strip.convert("LA")
        elif _needs_expanding(strip):
            strip = strip.convert("RGBA")
        native = sampled(np.asarray(strip), top * width, width * height, samples)
        if strip.mode[0] in "IF" and white_is_zero:
            native = (1 if strip.mode == "F" else 65535) - native
        if linear:
            depth = native if strip.mode == "F" else native.astype(np.uint16)
            parts.append(planes_of(encode_srgb(depth.reshape(-1, 1)), name))
        else:
            parts.append(_planes(native, strip.mode, key, name))
    pixels = to_pixels(Planes.joined(parts), None if linear else profile, name)
    return replace(pixels, frame=Frame(width, height, turn))


def _array_pixels(
    array: NDArray[np.generic], max_pixels: int, region: Region | None, samples: int
) -> Pixels:
    """Return the pixels of an array in memory."""
    bands = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or bands not in (1, 2, 3, 4):
        raise InputError(
            f"An array of shape {array.shape} is not a picture; it takes (h, w) or (h, w, 1 to 4)."
        )
    if not holds_samples(array.dtype):
        raise InputError(
            f"An array of {array.dtype} is not a picture; it takes uint8, uint16 or float."
        )
    check_size(array.shape[1], array.shape[0], "The array", max_pixels)
    box = Box.of(region, (array.shape[1], array.shape[0]), "the array")
    array = array[box.top : box.bottom, box.left : box.right].reshape(*box.size[::-1], bands)
    parts = [planes_of(native, "The array") for native in sampled_strips(array, samples)]
    pixels = to_pixels(Planes.joined(parts), None, "The array")
    return replace(pixels, frame=Frame(*box.size))


def _turn(image: Image.Image) -> int:
    """Return the EXIF orientation of a decoded picture; Pillow has turned some by itself."""
    with contextlib.suppress(*PILLOW_DAMAGE):
        turn = image.getexif().get(ORIENTATION, 1)
        if isinstance(turn, int) and 1 <= turn <= 8:
            return turn
    return 1


def _transparent_color(image: Image.Image) -> object:
    """Return the gray, color or index that is transparent, in the depth of decoded pixels.

    Pillow leaves a PNG's in the depth of the file. Must be called before decoding.
    """
    key: object = image.info.get("transparency")
    tiles = getattr(image, "tile", [])
    raw_mode = tiles[0][3] if tiles and image.format == "PNG" else ""
    if isinstance(key, int) and raw_mode in ("L;2", "L;4"):
        return key * {"L;2": 85, "L;4": 17}[raw_mode]
    if isinstance(key, tuple) and raw_mode == "RGB;16B":
        return tuple(value >> 8 for value in key)
    return key


def _needs_expanding(image: Image.Image) -> bool:
    """Tell whether Pillow must spell a pixel out: a palette index, a color that is transparent."""
    if image.mode in ("1", "P", "PA", "RGBa"):
        return True
    return "transparency" in image.info and image.mode in ("L", "RGB")


def _planes(native: NDArray[np.generic], mode: str, transparent: object, name: str) -> Planes:
    """Return 8-bit color and alpha of pixels in one of Pillow's modes."""
    if mode.startswith("I"):
        if native.min(initial=0) < 0 or native.max(initial=0) > 65535:
            raise InputError(
                f"{name} has 32-bit whole numbers as pixels; save it with 16 or 8 bits."
            )
        planes = planes_of(native.astype(np.uint16).reshape(-1, 1), name)
        opaque = native != transparent if isinstance(transparent, int) else None
        return planes if opaque is None else replace(planes, alpha=(opaque * np.uint8(255)))
    if mode == "F":
        return planes_of(native.reshape(-1, 1), name)
    # There may be no pixel, in a strip that is smaller than the distance between two samples.
    bands = native if native.ndim == 2 else native[:, np.newaxis]
    color = bands.astype(np.uint8, copy=False)
    if mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        return Planes(mode, color, np.full(len(color), 255, np.uint8))
    if mode in ("L", "LA", "RGB", "RGBA"):
        return planes_of(color, name)
    raise InputError(f"{name} has pixels of a kind this cannot read (Pillow calls it {mode}).")
