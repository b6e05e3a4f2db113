"""Bit fields: the pixels of a BMP whose channels are told by masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures.bit_field import BitField
from palette_engine.pictures.bmp_file import BIT_FIELDS, BmpHeader
from palette_engine.pictures.channels import Channels

__all__ = ["BitFields"]

PLAIN_MASKS = {16: (0x7C00, 0x3E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}
"""The masks of pixels without any, by their bits."""


@dataclass(frozen=True)
class BitFields:
    """The bits of red, green, blue and alpha in the pixels of a BMP."""

    fields: tuple[BitField, ...]

    @classmethod
    def of(cls, header: BmpHeader, name: str) -> BitFields:
        """Return the fields; raises `InputError` if a mask has gaps or is beyond the pixel."""
        is_told = header.compression in BIT_FIELDS
        masks = header.masks if is_told else PLAIN_MASKS[header.bits]
        fields = tuple(BitField.of(mask) for mask in masks)
        if not all(field.fits(header.bits) for field in fields) or not any(masks[:3]):
            raise InputError(f"{name} uses bit masks that this does not read; save it as PNG.")
        return cls(fields)

    @property
    def is_deep(self) -> bool:
        """Whether a channel has more than 8 bits."""
        return max(field.size for field in self.fields) > 8

    def visible(self, pixels: NDArray[Any]) -> BitFields:
        """Return the fields without alpha if no pixel has any, as its writer did not mean any."""
        some = np.bitwise_or.reduce(pixels, axis=None) & np.uint32(self.fields[3].mask)
        return self if some else BitFields(self.fields[:3])

    def channels(self, native: NDArray[Any]) -> Channels:
        """Return what pixels mean, whole numbers `(n,)`."""
        numbers = native.astype(np.uint32)
        values = [field.values(numbers) for field in self.fields]
        alpha = values[3] if len(values) > 3 else None
        return Channels("RGB", np.stack(values[:3], axis=1), alpha)
