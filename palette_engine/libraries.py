"""Libraries: imports of slow libraries in the background, and warnings despite them."""

from __future__ import annotations

import gc
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.machinery import PathFinder
from types import SimpleNamespace

from palette_engine.errors import PaletteWarning
from palette_engine.lean_imports import import_leanly

__all__ = ["limit_threads", "load", "preload", "warn"]

NAMES = (
    ("sklearn.cluster", "KMeans"),
    ("sklearn.metrics", "pairwise_distances_argmin"),
    ("skimage.color", "rgb2lab"),
    ("skimage.color", "lab2rgb"),
    ("skimage.color", "deltaE_ciede2000"),
    ("scipy.optimize", "linear_sum_assignment"),
    ("scipy.spatial", "ConvexHull"),
    ("scipy.spatial", "KDTree"),
    ("threadpoolctl", "ThreadpoolController"),
)
"""The names that palettes need, each with its module."""

_loaded: list[SimpleNamespace] = []
"""The values of `NAMES`, once they are imported."""

_importing = threading.RLock()  # reentrant, as the code that shows a warning may read a picture


def limit_threads() -> None:
    """Let numpy and SciPy start no threads in this process, unless the user has chosen how many.

    For programs of our own, before they import numpy. Palettes are made in one thread, and idle
    ones take processor time at the start.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def preload() -> None:
    """Start to import scikit-learn and scikit-image in a background thread.

    They take longer to import than most pictures to decode, and decoding releases the global
    interpreter lock, so both run at the same time. See
    docs/decisions.md#no-preload-with-scikit-learn-15.
    """
    if not _lists_libraries():
        threading.Thread(target=load, daemon=True).start()


@cache
def _lists_libraries() -> bool:
    """Return whether importing scikit-learn lists all libraries that are loaded, as 1.5 does.

    Listing them holds the system's lock on libraries and waits for the global interpreter lock. A
    thread that imports an extension module meanwhile holds that one and waits for the system's.
    """
    spec = PathFinder.find_spec("sklearn")
    if spec is None or not spec.origin:
        return False
    try:
        with open(spec.origin, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return "= ThreadpoolController()" in file.read()
    except OSError:
        return False


def load() -> SimpleNamespace:
    """Return `NAMES`; import them, leanly if possible, unless that is done.

    Nothing else imports from these libraries: an import statement would run packages that lean
    imports have postponed. See docs/decisions.md#lean-imports.
    """
    if not _loaded:
        with _importing, _without_collection():
            if not _loaded:
                values = import_leanly(NAMES)
                _loaded.append(
                    SimpleNamespace(
                        **{name: value for (_, name), value in zip(NAMES, values, strict=True)}
                    )
                )
    return _loaded[0]


@contextmanager
def _without_collection() -> Iterator[None]:
    """Do not look for garbage in cycles, which takes a tenth of the time and finds nothing."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def warn(message: str) -> None:
    """Issue a `PaletteWarning` after any import in the background has ended.

    While some libraries are imported, they turn off warnings, for all threads.
    """
    with _importing:
        warnings.warn(message, PaletteWarning, stacklevel=3)
