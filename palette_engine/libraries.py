"""Libraries: what takes long to import is imported in the background; warnings come through."""

from __future__ import annotations

import threading
import warnings
from importlib import import_module

from palette_engine.errors import PaletteWarning

__all__ = ["load", "preload", "warn"]

_importing = threading.RLock()  # as what shows a warning may itself read a picture


def preload() -> None:
    """Begin to import scikit-learn and scikit-image in the background.

    They take longer to import than most pictures take to decode, and decoding leaves Python's
    lock alone, so the two go on side by side.
    """
    threading.Thread(target=load, daemon=True).start()


def load() -> None:
    """Import scikit-learn and scikit-image now, so that the first palette need not."""
    with _importing:
        for module in (
            "skimage.color.colorconv",
            "skimage.color.delta_e",
            "sklearn.cluster",
            "threadpoolctl",
        ):
            import_module(module)


def warn(message: str) -> None:
    """Warn with `PaletteWarning`, once nothing is being imported in the background.

    Libraries turn warnings off while they are imported, which turns them off for all threads.
    """
    with _importing:
        warnings.warn(message, PaletteWarning, stacklevel=3)
