"""Pillow's limit: its own limit on pixels, a global, is lifted while Pillow opens and decodes.

Ours is checked before decoding.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import IO

from PIL import Image

__all__ = ["load_image", "open_image"]

_pillow_limit = threading.Lock()


def open_image(data: IO[bytes], formats: Sequence[str]) -> Image.Image:
    """Return a file with its header read, as one of some formats; raises what Pillow does."""
    data.seek(0)
    with _without_limit():
        return Image.open(data, formats=list(formats))


def load_image(image: Image.Image) -> None:
    """Have Pillow decode a picture whose size has been checked; raises what Pillow does.

    See docs/decisions.md#full-jpeg-decoding.
    """
    with _pillow_limit:
        limit = Image.MAX_IMAGE_PIXELS
    if limit is None or image.width * image.height <= limit:
        image.load()
    else:
        with _without_limit():
            image.load()


@contextlib.contextmanager
def _without_limit() -> Iterator[None]:
    with _pillow_limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before
