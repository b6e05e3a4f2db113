"""Libraries: imports of slow libraries in the background, and warnings despite them."""

from __future__ import annotations

import threading
import warnings
from importlib import import_module

from palette_engine.errors import PaletteWarning

__all__ = ["load", "preload", "warn"]

_importing = threading.RLock()  # reentrant, as the code that shows a warning may read a picture


def preload() -> None:
    """Start to import scikit-learn and scikit-image in a background thread.

    They take longer to import than most pictures to decode, and decoding releases the global
    interpreter lock, so both run at the same time.
    """
    threading.Thread(target=load, daemon=True).start()


def load() -> None:
    """Import scikit-learn and scikit-image, which the first palette would do otherwise."""
    with _importing:
        for module in (
            "skimage.color.colorconv",
            "skimage.color.delta_e",
            "sklearn.cluster",
            "threadpoolctl",
        ):
            import_module(module)


def warn(message: str) -> None:
    """Issue a `PaletteWarning` after any import in the background has ended.

    While some libraries are imported, they turn off warnings, for all threads.
    """
    with _importing:
        warnings.warn(message, PaletteWarning, stacklevel=3)
