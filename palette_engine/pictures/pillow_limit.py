"""Pillow's own limit on pixels, a global, which is lifted where ours has been checked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from PIL import Image

__all__ = ["pillow_limit", "without_pillow_limit"]

_lock = threading.Lock()


def pillow_limit() -> int | None:
    """Return the limit that is set for the rest of the program."""
    with _lock:
        return Image.MAX_IMAGE_PIXELS


@contextlib.contextmanager
def without_pillow_limit() -> Iterator[None]:
    """Lift the limit in the body of ``with``, for one thread at a time."""
    with _lock:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before
