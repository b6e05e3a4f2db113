"""Reading: a picture file, bytes, a Pillow image or an array becomes sRGB pixels."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, Reason, cause_of
from palette_engine.option_kinds import Region
from palette_engine.options import OPTIONS
from palette_engine.pictures import array_decoder, bit_field_decoder, pillow_decoder
from palette_engine.pictures.channels import ByteChannels
from palette_engine.pictures.color_conversion import exact_conversion, to_pixels
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.file_types import GET_PILLOW, readable_formats, type_of
from palette_engine.pictures.pixels import (
    LEAST_ALPHA,
    SAMPLES,
    Frame,
    Pixels,
    check_size,
    sampled,
    seen,
    strip_rows,
)
from palette_engine.pictures.region import Box
from palette_engine.pictures.rgb_space import RgbSpace

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

_DEFAULT_LIMIT = OPTIONS["max_pixels"].default
assert isinstance(_DEFAULT_LIMIT, int)

_DEFAULT_DAMAGED = OPTIONS["damaged"].default
assert isinstance(_DEFAULT_DAMAGED, str)


def read_pixels(
    source: Source,
    *,
    max_pixels: int = _DEFAULT_LIMIT,
    region: Region | None = None,
    samples: int = SAMPLES,
    damaged: str = _DEFAULT_DAMAGED,
    least_alpha: int = LEAST_ALPHA,
) -> Pixels:
    """Return a picture's pixels, or an even sample of them if it has more than `samples`.

    Reads the first frame, or a `region` of it as it is shown. Converts colors by what the file
    tells about them, 16-bit, float, gray, indexed and CMYK to 8-bit sRGB. Alpha becomes weight,
    which is 0 if alpha is below `least_alpha`, of 255, and others are not. Arrays are `(h, w)`
    gray, or `(h, w, c)` with gray and alpha, RGB or RGBA, in bool, uint8, uint16 or float from 0 to
    1, taken as sRGB.

    What a damaged JPEG or PNG does not have is transparent, unless `damaged` is ``"refuse"``.

    Warns with `PaletteWarning` if a profile is broken, other tags about color cannot be used,
    pixels are not numbers, or something is missing. Raises `InputError` if the source cannot be
    read, is not a picture in one of `FILE_TYPES` that the installed Pillow can read, is damaged
    beyond that, ends inside the region, or has more than `max_pixels` pixels, which is checked
    before decoding. See docs/decisions.md#one-reader-for-all-decoders.
    """
    named = source_name(source)
    name = named or _stand_in(source)
    with _headers(source, name, damaged) as headers:
        decoded, size = _decode_first(headers, name, max_pixels)
        box = Box.of(region, size, named or name.lower(), decoded.orientation)
        pixels = _pixels(decoded, box, name, samples)
        return replace(pixels, weight=seen(pixels.weight, pixels.weight, least_alpha))


def _pixels(decoded: Decoded, box: Box, name: str, samples: int) -> Pixels:
    """Return the pixels in a box of a decoded picture, a strip at a time."""
    width, height = box.size
    convert = exact_conversion(decoded)
    parts = []
    for first, end in strip_rows(width, height):
        rows = decoded.rows(box.rows(first, end))
        native = decoded.channels(sampled(rows, first * width, width * height, samples))
        parts.append((convert(native) if convert else native).in_bytes())
    profile = None if convert else decoded.profile
    frame = Frame(width, height, decoded.orientation)
    pixels = to_pixels(ByteChannels.joined(parts), profile, name, frame)
    space = decoded.profile if isinstance(decoded.profile, RgbSpace) else None
    return replace(pixels, space=space)


def _decode_first(
    headers: list[Header], name: str, max_pixels: int
) -> tuple[Decoded, tuple[int, int]]:
    """Return what the first decoder that can makes of a picture, and the stored size.

    Raises the `InputError` of the last decoder if none can.
    """
    *preferred, last = headers
    for header in preferred:
        with contextlib.suppress(InputError):
            return _decode_first([header], name, max_pixels)
    check_size(last.width, last.height, name, max_pixels)
    return last.decode(), (last.width, last.height)


@contextlib.contextmanager
def _headers(source: Source, name: str, damaged: str) -> Iterator[list[Header]]:
    """Open a source, and yield its headers by all decoders that know it, the best one first.

    They can be decoded while the source is open.
    """
    if isinstance(source, np.ndarray):
        yield [array_decoder.header_of(source)]
    elif isinstance(source, Image.Image):
        yield [pillow_decoder.header_of(source, name, damaged)]
    else:
        with contextlib.closing(_opened(source, name)) as data:
            yield _file_headers(data, name, damaged)


def _file_headers(data: IO[bytes], name: str, damaged: str) -> list[Header]:
    """Return the headers of a picture file, or raise `InputError` if it is none."""
    if fields := bit_field_decoder.header_of(data, name):
        return [fields]
    image = pillow_decoder.opened(data, name)
    if image is None:
        if header := _tiff_header(data, name):
            return [header]
        raise _not_a_picture(data, name)
    header = pillow_decoder.header_of(image, name, damaged)
    if pillow_decoder.is_cut(image):
        # What tifffile cannot decompress, Pillow may, in 8 bits.
        with contextlib.suppress(InputError):
            if deep := _tiff_header(data, name):
                return [deep, header]
    return [header]


def _tiff_header(data: IO[bytes], name: str) -> Header | None:
    """Return what `deep_tiff_decoder.header_of` does; tifffile is loaded only if it is needed."""
    from palette_engine.pictures import deep_tiff_decoder

    return deep_tiff_decoder.header_of(data, name)


def _stand_in(source: Source) -> str:
    """Return what messages call a source without a name."""
    if isinstance(source, np.ndarray):
        return "The array"
    return "The image" if isinstance(source, Image.Image) else "The picture"


def source_name(source: Source) -> str:
    """Return the file name of a source, or an empty string if it has none."""
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


def _not_a_picture(data: IO[bytes], name: str) -> InputError:
    """Return the error to raise for a file that Pillow and tifffile cannot identify."""
    data.seek(0)
    start = data.read(64)
    if not start:
        return InputError(f"{name} is empty: it has no bytes.")
    formats = readable_formats()
    format_name = type_of(start)
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
