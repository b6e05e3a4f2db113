"""Bit field decoder: the BMPs whose channels are told by masks, of which Pillow knows a few."""

from __future__ import annotations

from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import DAMAGE, InputError
from palette_engine.pictures.bit_field import BitField
from palette_engine.pictures.bmp_file import BIT_FIELDS, BmpHeader
from palette_engine.pictures.bmp_file import header_of as bmp_header_of
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.color_tags import bmp_tags, color_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box

__all__ = ["header_of"]

BITS = (16, 32)
"""The bits of a pixel with bit fields."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a BMP with bit fields, or None if it is none.

    `data` must stay open until the picture is decoded. Raises `InputError` if a mask has gaps or
    reaches beyond the pixel.
    """
    try:
        header = bmp_header_of(data)
    except DAMAGE:
        return None
    if header is None or header.compression not in BIT_FIELDS or header.bits not in BITS:
        return None
    if header.width < 0:
        raise InputError(f"{name} is damaged: its width is below 0.")
    fields = tuple(BitField.of(mask) for mask in header.masks)
    if not all(field.fits(header.bits) for field in fields) or not any(header.masks[:3]):
        raise InputError(f"{name} uses bit masks that this does not read; save it as PNG.")
    decode = partial(_decode, data, header, fields, name)
    return Header(header.width, abs(header.height), decode, _row_size(header) * abs(header.height))


def _decode(data: IO[bytes], header: BmpHeader, fields: tuple[BitField, ...], name: str) -> Decoded:
    height, row = abs(header.height), _row_size(header)
    data.seek(header.start)
    stored = data.read(row * height)
    if len(stored) < row * height:
        raise InputError(f"{name} is damaged or cut short: some of its rows are missing.")
    pixels = np.frombuffer(stored, f"<u{header.bits // 8}").reshape(height, -1)[:, : header.width]
    upright = pixels if header.height < 0 else pixels[::-1]
    # If no pixel has any alpha, its writer did not mean any.
    has_alpha = bool(np.bitwise_or.reduce(pixels, axis=None) & np.uint32(fields[3].mask))
    return Decoded(
        rows=partial(_rows, upright),
        channels=partial(_channels, fields if has_alpha else fields[:3]),
        is_deep=max(field.size for field in fields) > 8,
        profile=color_of(bmp_tags(header), name),
    )


def _row_size(header: BmpHeader) -> int:
    """Return the bytes of a row, which ends at four bytes."""
    return -(-header.width * header.bits // 32) * 4


def _rows(pixels: NDArray[Any], box: Box) -> NDArray[Any]:
    return pixels[box.top : box.bottom, box.left : box.right]


def _channels(fields: tuple[BitField, ...], native: NDArray[Any]) -> Channels:
    numbers = native.astype(np.uint32)
    values = [field.values(numbers) for field in fields]
    return Channels("RGB", np.stack(values[:3], axis=1), values[3] if len(values) > 3 else None)
