"""Jobs: pictures that are read in other processes; see `workers.worker_process`.

Libraries are imported where they are used, so that they load while the first picture is decoded.
"""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from palette_engine.errors import PaletteError, PaletteWarning
from palette_engine.libraries import preload

if TYPE_CHECKING:
    from palette_engine.extraction.pipeline import NamedSummary
    from palette_engine.palette.value import Palette

__all__ = ["Report", "make_palette", "make_summary", "prepare"]

_warned: list[str] = []
"""The warnings about the picture that is read."""


@dataclass(frozen=True)
class Report:
    """What became of a picture: a value, or an error; and the warnings before, in their order."""

    value: Palette | NamedSummary | None = None
    error: PaletteError | MemoryError | None = None
    warnings: tuple[str, ...] = ()


def prepare() -> None:
    """Make this process one that runs the jobs: collect warnings, and start to load libraries."""
    warnings.simplefilter("always", PaletteWarning)
    warnings.showwarning = lambda message, *_: _warned.append(str(message))
    # An import that fails in the background fails again where it is needed.
    threading.excepthook = lambda _: None
    preload()


def make_palette(options: dict[str, Any], path: str) -> Report:
    """Report the palette of a picture file."""
    from palette_engine.extraction import pipeline

    try:
        value = pipeline.extract(path, **options)
    except (PaletteError, MemoryError) as error:
        return Report(error=error, warnings=_warnings())
    return Report(value, warnings=_warnings())


def make_summary(weighting: str, options: dict[str, Any], path: str) -> Report:
    """Report the weighed summary of a picture file, one of several that have one palette."""
    from palette_engine.extraction import pipeline
    from palette_engine.options import Options

    try:
        value = pipeline.weighed_summary(path, weighting, Options.of(options))
    except (PaletteError, MemoryError) as error:
        return Report(error=error, warnings=_warnings())
    return Report(value, warnings=_warnings())


def _warnings() -> tuple[str, ...]:
    """Return the warnings since the last call."""
    found = tuple(_warned)
    _warned.clear()
    return found
