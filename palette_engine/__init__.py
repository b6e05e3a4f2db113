"""Palette Engine turns pictures into palettes.

    >>> from palette_engine import extract, extract_together
    >>> palette = extract("photo.jpg", colors=5)
    >>> [swatch.hex for swatch in palette.swatches]

Importing the package loads nothing heavy; numpy, Pillow, scikit-image and scikit-learn come
with the first use of a name that needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from palette_engine.errors import (
    InputError,
    OptionError,
    OutputError,
    PaletteError,
    PaletteWarning,
    Reason,
    SetupError,
)
from palette_engine.option_kinds import Option
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.value import Difference, Palette, Remark, Swatch, WideColor

if TYPE_CHECKING:
    from palette_engine.extraction.pipeline import extract, extract_together
    from palette_engine.formats import FORMATS, dumps, loads
    from palette_engine.palette.check import checked
    from palette_engine.palette.names import named
    from palette_engine.palette.order import ordered
    from palette_engine.pictures.reading import count_frames
    from palette_engine.recoloring.animation_files import dumps_frames
    from palette_engine.recoloring.recolor import recolor, recolor_frames

__all__ = [
    "FORMATS",
    "OPTIONS",
    "Difference",
    "InputError",
    "Option",
    "OptionError",
    "Options",
    "OutputError",
    "Palette",
    "PaletteError",
    "PaletteWarning",
    "Reason",
    "Remark",
    "SetupError",
    "Swatch",
    "WideColor",
    "__version__",
    "checked",
    "count_frames",
    "dumps",
    "dumps_frames",
    "extract",
    "extract_together",
    "loads",
    "named",
    "ordered",
    "recolor",
    "recolor_frames",
]

__version__ = "0.1.0"

_LATE = {
    "FORMATS": "palette_engine.formats",
    "checked": "palette_engine.palette.check",
    "count_frames": "palette_engine.pictures.reading",
    "dumps": "palette_engine.formats",
    "dumps_frames": "palette_engine.recoloring.animation_files",
    "extract": "palette_engine.extraction.pipeline",
    "extract_together": "palette_engine.extraction.pipeline",
    "loads": "palette_engine.formats",
    "named": "palette_engine.palette.names",
    "ordered": "palette_engine.palette.order",
    "recolor": "palette_engine.recoloring.recolor",
    "recolor_frames": "palette_engine.recoloring.recolor",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_LATE[name]), name)
    globals()[name] = value
    return value
