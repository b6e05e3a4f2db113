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
    from palette_engine.collections.collect import collect
    from palette_engine.collections.film import Film, Shot, film
    from palette_engine.collections.film_strip import film_strip
    from palette_engine.collections.reader import rows
    from palette_engine.extraction.pipeline import extract, extract_together
    from palette_engine.extraction.shares import measure_shares
    from palette_engine.formats import FORMATS, dumps, loads
    from palette_engine.palette.check import checked
    from palette_engine.palette.comparison import compared
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
    from palette_engine.recoloring.color_mapping import ColorMapping
    from palette_engine.recoloring.cube_file import dumps_cube
    from palette_engine.recoloring.index_map import IndexMap, Place, index_map
    from palette_engine.recoloring.recolor import recolor, recolor_frames
    from palette_engine.recoloring.separation import Separation, separate
    from palette_engine.recoloring.spot import spot_color
    from palette_engine.recoloring.swap import swap_colors, swap_colors_of_frames
    from palette_engine.recoloring.swaps import EditedPalette, with_swaps

__all__ = [
    "FORMATS",
    "OPTIONS",
    "ColorMapping",
    "Difference",
    "EditedPalette",
    "Film",
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
    "Remark",
    "Separation",
    "SetupError",
    "Shot",
    "Swatch",
    "WideColor",
    "__version__",
    "carry_edits",
    "checked",
    "collect",
    "compared",
    "count_frames",
    "dumps",
    "dumps_cube",
    "dumps_frames",
    "edited_colors",
    "extract",
    "extract_together",
    "film",
    "film_strip",
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
    "rows",
    "separate",
    "spot_color",
    "swap_colors",
    "swap_colors_of_frames",
    "with_swaps",
]

__version__ = "0.1.0"

_LATE = {
    "ColorMapping": "palette_engine.recoloring.color_mapping",
    "EditedPalette": "palette_engine.recoloring.swaps",
    "FORMATS": "palette_engine.formats",
    "Film": "palette_engine.collections.film",
    "History": "palette_engine.palette.edit",
    "IndexMap": "palette_engine.recoloring.index_map",
    "Place": "palette_engine.recoloring.index_map",
    "Separation": "palette_engine.recoloring.separation",
    "Shot": "palette_engine.collections.film",
    "carry_edits": "palette_engine.palette.edit",
    "checked": "palette_engine.palette.check",
    "compared": "palette_engine.palette.comparison",
    "collect": "palette_engine.collections.collect",
    "count_frames": "palette_engine.pictures.reading",
    "dumps": "palette_engine.formats",
    "dumps_cube": "palette_engine.recoloring.cube_file",
    "dumps_frames": "palette_engine.recoloring.animation_files",
    "edited_colors": "palette_engine.palette.edit",
    "extract": "palette_engine.extraction.pipeline",
    "extract_together": "palette_engine.extraction.pipeline",
    "film": "palette_engine.collections.film",
    "film_strip": "palette_engine.collections.film_strip",
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
    "swap_colors": "palette_engine.recoloring.swap",
    "swap_colors_of_frames": "palette_engine.recoloring.swap",
    "with_swaps": "palette_engine.recoloring.swaps",
    "rows": "palette_engine.collections.reader",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_LATE[name]), name)
    globals()[name] = value
    return value
