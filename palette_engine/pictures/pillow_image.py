"""Pillow image: opened and decoded without Pillow's own limit on pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from PIL import Image

from palette_engine.pictures.pillow_limit import pillow_limit, without_pillow_limit

__all__ = ["load_image", "open_image", "seek_image"]


def open_image(data: IO[bytes], formats: Sequence[str]) -> Image.Image:
    """Return a file with its header read, as one of some formats; raises what Pillow does."""
    data.seek(0)
    with without_pillow_limit():
        return Image.open(data, formats=list(formats))


def load_image(image: Image.Image) -> None:
    """Have Pillow decode a picture whose size has been checked; raises what Pillow does.

    See docs/decisions.md#full-jpeg-decoding.
    """
    limit = pillow_limit()
    if limit is None or image.width * image.height <= limit:
        image.load()
    else:
        with without_pillow_limit():
            image.load()


def seek_image(image: Image.Image, frame: int) -> None:
    """Have Pillow go to a frame, for which it may decode others; raises what Pillow does."""
    with without_pillow_limit():
        image.seek(frame)
