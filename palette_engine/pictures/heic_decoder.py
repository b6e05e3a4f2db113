"""HEIC decoder: what libheif decodes, in all of its bits, by the package pi-heif (extra ``heic``).

libheif turns pictures as their properties say; Exif's orientation does not count (ISO/IEC 23008-12,
annex A.2.1). See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import os
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.pictures import array_decoder, avif_file
from palette_engine.pictures.alpha import without_background
from palette_engine.pictures.channels import Channels, channels_of
from palette_engine.pictures.color_tags import ColorTags, color_of
from palette_engine.pictures.decoded import Decoded, Header

__all__ = ["header_of"]

MAX_FILE = 2**28
"""Bytes of a file, at most; libheif needs all of them in memory."""

BYTES_PER_SAMPLE = 4
"""The memory that each sample of 8 bits takes: planes, RGB, and copies of both; 16 take twice."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a HEIC file; raises `InputError` if it is damaged.

    `data` must stay open until it is decoded.
    """
    import pi_heif

    size = data.seek(0, os.SEEK_END)
    if size > MAX_FILE:
        raise InputError(f"{name} is a HEIC file of more than {MAX_FILE >> 20} MB; save it as PNG.")
    try:
        nclx = avif_file.nclx_of(data)
        data.seek(0)
        file = pi_heif.HeifFile(data, convert_hdr_to_8bit=False, hdr_to_16bit=False)
        picture = file[file.primary_index]
        width, height = picture.size
    except DAMAGE as error:
        raise InputError(
            f"{name} is damaged, or HEIC of a kind that is not read: {cause_of(error)}."
        ) from error
    bits = int(picture.info.get("bit_depth", 8))
    channels = len(picture.mode.split(";")[0])
    memory = size + width * height * channels * BYTES_PER_SAMPLE * (2 if bits > 8 else 1)
    tags = ColorTags("HEIC", nclx=nclx, profile=picture.info.get("icc_profile") or b"")
    return Header(width, height, partial(_decode, picture, bits, tags, name), memory)


def _decode(picture: Any, bits: int, tags: ColorTags, name: str) -> Decoded:
    try:
        mode = picture.mode.split(";")[0]
        pixels = _pixels(picture, len(mode), bits)
    except (*DAMAGE, Image.DecompressionBombError) as error:
        raise InputError(f"{name} is damaged or cut short: {cause_of(error)}.") from error
    return Decoded(
        rows=partial(array_decoder.rows_of, pixels),
        channels=partial(_channels, bits, mode.endswith("a")),
        is_deep=bits > 8,
        profile=color_of(tags, name),
    )


def _pixels(picture: Any, channels: int, bits: int) -> NDArray[Any]:
    """Return the numbers of a picture, `(h, w, channels)`; raises one of `DAMAGE`."""
    width, height = picture.size
    stored = np.frombuffer(picture.data, np.uint16 if bits > 8 else np.uint8)
    rows = stored.reshape(height, picture.stride // stored.itemsize)
    # A copy, as libheif frees the numbers together with the picture.
    return rows[:, : width * channels].reshape(height, width, channels).copy()


def _channels(bits: int, is_multiplied: bool, native: NDArray[Any]) -> Channels:
    """Return what numbers, `(n, channels)`, mean."""
    numbers = native
    if bits > 8:
        most = np.uint32(2**bits - 1)
        scaled = (native.astype(np.uint32) * np.uint32(65535) + most // np.uint32(2)) // most
        numbers = scaled.astype(np.uint16)
    found = channels_of(numbers)
    if is_multiplied and found.alpha is not None:
        return Channels(found.mode, without_background(found.color, found.alpha, 0), found.alpha)
    return found
