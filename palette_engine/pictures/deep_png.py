"""Deep PNG: all 16 bits of PNGs in color, of which Pillow gives the upper 8.

See docs/decisions.md#16-bit-pngs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.pictures.channels import Channels, channels_of
from palette_engine.pictures.pillow_image import load_image, open_image
from palette_engine.pictures.region import Box

__all__ = ["DeepPng", "raw_mode_of"]

RGB, RGBA, GRAY_ALPHA = "RGB;16B", "RGBA;16B", "LA;16B"
"""Pillow's names of how a PNG stores pixels of 16 bits in more than one channel."""

SAME_BYTES: Mapping[str, str] = {RGB: "RGB;16L", RGBA: "RGBA;16L", GRAY_ALPHA: "RGBA"}
"""How to decode the same bytes otherwise: the lower ones, or all four of gray and alpha."""


def raw_mode_of(image: Image.Image) -> str:
    """Return Pillow's name of how a PNG that is not decoded yet stores its pixels."""
    tiles = getattr(image, "tile", [])
    return str(tiles[0][3]) if tiles and image.format == "PNG" else ""


@dataclass(frozen=True)
class DeepPng:
    """A PNG of 16 bits in more than one channel: its file, raw mode, and transparent color."""

    file: IO[bytes]
    mode: str
    key: tuple[int, ...] | None

    @classmethod
    def of(cls, image: Image.Image) -> DeepPng | None:
        """Return the PNG of an image that is not decoded yet; None if it is none."""
        mode, file = raw_mode_of(image), getattr(image, "fp", None)
        if mode not in SAME_BYTES or file is None:
            return None
        key = image.info.get("transparency")
        return cls(file, mode, key if isinstance(key, tuple) else None)

    def rows(self, upper: Image.Image) -> Callable[[Box], NDArray[np.uint16]] | None:
        """Return a function from a box to its pixels, uint16 `(h, w, channels)`.

        `upper` is the image as Pillow decodes it. Decodes the file again; None if it is closed.
        """
        if self.file.closed:
            return None
        lower: Any = open_image(self.file, ["PNG"])
        lower.tile = [tile._replace(args=SAME_BYTES[self.mode]) for tile in lower.tile]
        load_image(lower)
        if self.mode == GRAY_ALPHA:
            return partial(_pairs, lower)
        return partial(_joined, upper, lower)

    def channels(self, native: NDArray[Any]) -> Channels:
        """Return what pixels `(n, channels)` mean."""
        channels = channels_of(native)
        if self.key is None or channels.alpha is not None:
            return channels
        alpha = (native != np.array(self.key, np.uint16)).any(axis=1) * np.uint8(255)
        return Channels(channels.mode, channels.color, alpha)


def _joined(upper: Image.Image, lower: Image.Image, box: Box) -> NDArray[np.uint16]:
    high = _cropped(upper, box).astype(np.uint16)
    return high << np.uint16(8) | _cropped(lower, box)


def _pairs(image: Image.Image, box: Box) -> NDArray[np.uint16]:
    pixels = np.ascontiguousarray(_cropped(image, box)).view(">u2")
    return pixels.astype(np.uint16)


def _cropped(image: Image.Image, box: Box) -> NDArray[np.uint8]:
    return np.asarray(image.crop((box.left, box.top, box.right, box.bottom)))
