"""HEIC decoder: what libheif decodes, in all of its bits, by the package pi-heif (extra ``heic``).

libheif turns pictures as their properties say; Exif's orientation does not count (ISO/IEC 23008-12,
annex A.2.1). It runs in a process of its own, as damaged files crash it. See
docs/decisions.md#decoders-in-a-process-of-their-own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import DAMAGE, InputError
from palette_engine.pictures import array_decoder, avif_file
from palette_engine.pictures.alpha import without_background
from palette_engine.pictures.channels import Channels, channels_of
from palette_engine.pictures.color_tags import ColorTags, color_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.isolated import output_of

__all__ = ["header_of"]

MAX_FILE = 2**28
"""Bytes of a file, at most; libheif needs all of them in memory."""

SECONDS = 30
"""Decoding may take so long; 100 megapixels take about ten seconds."""

BYTES_PER_SAMPLE = 7
"""The memory that each sample of 8 bits takes in both processes; 16 bits take twice as much."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a HEIC file; `data` must stay open until it is decoded.

    Raises `InputError` if it is damaged.
    """
    size = data.seek(0, os.SEEK_END)
    if size > MAX_FILE:
        raise InputError(f"{name} is a HEIC file of more than {MAX_FILE >> 20} MB; save it as PNG.")
    try:
        nclx = avif_file.nclx_of(data)
    except DAMAGE:
        nclx = None
    data.seek(0)
    told = json.loads(output_of(("heic-header",), data.read(), name, SECONDS))
    samples = told["width"] * told["height"] * len(told["mode"])
    memory = 3 * size + samples * BYTES_PER_SAMPLE * (2 if told["bits"] > 8 else 1)
    tags = ColorTags("HEIC", nclx=nclx, profile=bytes.fromhex(told["profile"]))
    decode = partial(_decode, data, told, tags, name)
    return Header(told["width"], told["height"], decode, memory)


def _decode(data: IO[bytes], told: Mapping[str, Any], tags: ColorTags, name: str) -> Decoded:
    data.seek(0)
    stored = output_of(("heic-pixels",), data.read(), name, SECONDS)
    numbers = np.frombuffer(stored, np.uint16 if told["bits"] > 8 else np.uint8)
    shape = (told["height"], told["width"], len(told["mode"]))
    if numbers.size != shape[0] * shape[1] * shape[2]:
        raise InputError(f"{name} is damaged: its pixels are not as many as its header says.")
    return Decoded(
        rows=partial(array_decoder.rows_of, numbers.reshape(shape)),
        channels=partial(_channels, told["bits"], told["mode"].endswith("a")),
        is_deep=told["bits"] > 8,
        profile=color_of(tags, name),
    )


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
