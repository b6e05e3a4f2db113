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
from palette_engine.palette.value import Difference, Palette, Swatch

if TYPE_CHECKING:
    from palette_engine.extraction.pipeline import extract, extract_together
    from palette_engine.extraction.shares import measure_shares
    from palette_engine.formats import FORMATS, dumps, loads
    from palette_engine.palette.check import checked
    from palette_engine.palette.edit import (
        History,
        carry_edits,
        edited_colors,
        merge_swatches,
        move_swatch,
        nudge_color,
        remove_swatch,
        rename_swatch,
        replace_color,
    )
    from palette_engine.palette.names import named
    from palette_engine.palette.order import ordered
    from palette_engine.pictures.reading import count_frames
    from palette_engine.recoloring.animation_files import dumps_frames
    from palette_engine.recoloring.index_map import IndexMap, Place, index_map
    from palette_engine.recoloring.recolor import recolor, recolor_frames
    from palette_engine.recoloring.separation import Separation, separate
    from palette_engine.recoloring.spot import spot_color

__all__ = [
    "FORMATS",
    "OPTIONS",
    "Difference",
    "History",
    "IndexMap",
    "InputError",
    "Option",
    "OptionError",
    "Options",
    "OutputError",
    "Palette",
    "PaletteError",
    "PaletteWarning",
    "Place",
    "Reason",
    "Separation",
    "SetupError",
    "Swatch",
    "__version__",
    "carry_edits",
    "checked",
    "count_frames",
    "dumps",
    "dumps_frames",
    "edited_colors",
    "extract",
    "extract_together",
    "index_map",
    "loads",
    "measure_shares",
    "merge_swatches",
    "move_swatch",
    "named",
    "nudge_color",
    "ordered",
    "recolor",
    "recolor_frames",
    "remove_swatch",
    "rename_swatch",
    "replace_color",
    "separate",
    "spot_color",
]

__version__ = "0.1.0"

_LATE = {
    "FORMATS": "palette_engine.formats",
    "History": "palette_engine.palette.edit",
    "IndexMap": "palette_engine.recoloring.index_map",
    "Place": "palette_engine.recoloring.index_map",
    "Separation": "palette_engine.recoloring.separation",
    "carry_edits": "palette_engine.palette.edit",
    "checked": "palette_engine.palette.check",
    "count_frames": "palette_engine.pictures.reading",
    "dumps": "palette_engine.formats",
    "dumps_frames": "palette_engine.recoloring.animation_files",
    "edited_colors": "palette_engine.palette.edit",
    "extract": "palette_engine.extraction.pipeline",
    "extract_together": "palette_engine.extraction.pipeline",
    "index_map": "palette_engine.recoloring.index_map",
    "loads": "palette_engine.formats",
    "measure_shares": "palette_engine.extraction.shares",
    "merge_swatches": "palette_engine.palette.edit",
    "move_swatch": "palette_engine.palette.edit",
    "named": "palette_engine.palette.names",
    "nudge_color": "palette_engine.palette.edit",
    "ordered": "palette_engine.palette.order",
    "recolor": "palette_engine.recoloring.recolor",
    "recolor_frames": "palette_engine.recoloring.recolor",
    "remove_swatch": "palette_engine.palette.edit",
    "rename_swatch": "palette_engine.palette.edit",
    "replace_color": "palette_engine.palette.edit",
    "separate": "palette_engine.recoloring.separation",
    "spot_color": "palette_engine.recoloring.spot",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_LATE[name]), name)
    globals()[name] = value
    return value
