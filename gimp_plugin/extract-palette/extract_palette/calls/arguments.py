"""Arguments of the procedures, in one table that GIMP, the dialogs and scripts read.

Most rows are the engine's own options, from the table that was installed beside the plug-in;
the others are about GIMP. All are declared with the widest range of their type, and ranges are
checked here and by the engine. See docs/decisions.md#arguments-without-ranges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from gi.repository import Gimp, Gio, GLib, GObject

from extract_palette.errors import Problem
from extract_palette.images import scope
from extract_palette.installed_files import installed_formats, installed_options
from extract_palette.translation import _, translated

FLAGS = GObject.ParamFlags.READWRITE


class ArgumentError(Problem):
    """An argument has a value that it does not take."""

    is_argument = True


@dataclass(frozen=True)
class Choice:
    """One of the values that an argument offers."""

    name: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Row:
    """One argument: its name in GIMP, the kind of its values, and its texts.

    `kind` is a kind of the engine's options, "flag" or "text"; see `option_widgets.WIDGETS`.
    """

    name: str
    kind: str
    default: Any
    label: str
    help: str
    minimum: float = 0
    maximum: float = 0
    choices: tuple[Choice, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The names of the choices."""
        return [choice.name for choice in self.choices]


BY_SUFFIX = "by-suffix"
"""The choice of the format that the suffix of a file's name belongs to."""

ONE_PICTURE = (
    Choice(scope.SELECTION, _("Selection in this layer"), _("All of it if nothing is selected.")),
    Choice(scope.LAYER, _("Whole layer"), _("All of the layer, whatever is selected.")),
    Choice(
        scope.VISIBLE_SELECTION,
        _("Selection in the visible image"),
        _("The visible image where it is selected; all of it if nothing is selected."),
    ),
    Choice(scope.VISIBLE, _("Whole visible image"), _("All layers, as they look together.")),
)

# See docs/decisions.md#the-default-scope.
SCOPE = Row(
    "scope",
    "choice",
    scope.SELECTION,
    _("Take colors _from"),
    _("The part of the image that the colors are taken from."),
    choices=(
        *ONE_PICTURE,
        Choice(
            scope.LAYERS,
            _("Layers, one by one"),
            _("Each layer counts the same, whether others cover it or not."),
        ),
        Choice(scope.IMAGES, _("Open images"), _("Each image counts the same, as it looks.")),
    ),
)

# See docs/decisions.md#numbers-of-pictures.
PICTURES = Row(
    "pictures",
    "text",
    "",
    _("Pictures"),
    _(
        "The numbers (IDs) of the layers or images that count, such as “3, 5”, where there are "
        "several; if empty, all of them."
    ),
)

AREA = replace(
    SCOPE,
    label=_("_Area"),
    help=_("The part of the image that is recolored."),
    choices=ONE_PICTURE,
)

# See docs/decisions.md#settings-that-are-not-remembered.
PALETTE_NAME = Row(
    "palette-name", "text", "", _("_Palette name"), _("The palette's name; if empty, the image's.")
)

REPLACE_PALETTE = Row(
    "replace-palette",
    "flag",
    False,
    _("Replace the palette of that name"),
    _("Give a palette that has this name the new colors, instead of adding a number to the name."),
)

RECOLORED_LAYER = Row(
    "recolored-layer",
    "flag",
    False,
    _("Recolored l_ayer"),
    _("Also make a new layer with the picture in the colors of the palette."),
)

SWATCH_STRIP = Row(
    "swatch-strip",
    "choice",
    "none",
    _("Swatch strip"),
    _("Also draw the colors with their names and shares."),
    choices=(
        Choice("none", _("None"), _("Only the palette.")),
        Choice("layer", _("New layer"), _("At the lower edge of the image.")),
        Choice("image", _("New image"), _("In an image of its own.")),
        Choice("below", _("Below the picture"), _("On a new layer; the canvas grows for it.")),
    ),
)

INTO = Row(
    "into",
    "choice",
    "layers",
    _("_Make"),
    _("What is made of each color."),
    choices=(
        Choice("layers", _("Layers"), _("In a layer group, from dark to light.")),
        Choice(
            "layer-masks",
            _("Layers with masks"),
            _("In a layer group; a layer mask shows where the color is."),
        ),
        Choice("channels", _("Channels"), _("Saved selections of the color.")),
    ),
)

CONTENT = Row(
    "content",
    "choice",
    "flat",
    _("Co_ntent"),
    _("What a layer is filled with."),
    choices=(
        Choice("flat", _("Flat color"), _("The layers together are the recolored picture.")),
        Choice("pixels", _("Pixels"), _("The layers together are the picture as it is.")),
    ),
)

EDGES = Row(
    "edges",
    "choice",
    "hard",
    _("E_dges"),
    _("The edges between two colors."),
    choices=(
        Choice("hard", _("Hard"), _("Every pixel is in the layer of one color.")),
        Choice("soft", _("Soft"), _("Pixels between two colors are partly in the layers of both.")),
    ),
)

SEPARATED_AREA = replace(AREA, help=_("The part of the image that is separated."))

CHANGED_AREA = replace(AREA, help=_("The part of the image that is changed."))

# See docs/decisions.md#settings-that-are-not-remembered.
SWAPS = Row(
    "swaps",
    "text",
    "",
    _("_Swaps"),
    _(
        "The colors that change, and those that they become, such as “#d5633e=#2050d0, "
        "#761516=#102878”."
    ),
)

# See docs/decisions.md#settings-that-are-not-remembered.
IMPORTED_NAME = replace(
    PALETTE_NAME, help=_("The palette's name; if empty, the one in the file, or the file's own.")
)

FORMAT = Row(
    "format",
    "choice",
    BY_SUFFIX,
    _("Fo_rmat"),
    _("The format of the file."),
    choices=(
        Choice("by-suffix", _("By the end of the file's name"), ""),
        *(
            Choice(row["name"], f"{translated(row['title'])} ({row['suffixes'][0]})", "")
            for row in installed_formats()
            if row["is_written"]
        ),
    ),
)

REPLACE_FILE = Row(
    "replace-file",
    "flag",
    False,
    _("Replace the file"),
    _("Write the file even if there is one of that name; the dialog asks."),
)

AS_IT_IS = "as-it-is"
"""The choice that leaves the order or the names of a palette alone."""

AUTO = Row(
    "auto-colors",
    "flag",
    False,
    _("A_uto"),
    _("As many colors as the picture needs, whatever the number says."),
)

NEAR_WHITE = Row(
    "ignore-white",
    "flag",
    False,
    _("White (paper)"),
    _("White and colors that look much like it do not count."),
)

NEAR_BLACK = Row(
    "ignore-black",
    "flag",
    False,
    _("Black (lines)"),
    _("Black and colors that look much like it do not count."),
)

NAMED = {("colors", "auto"): AUTO, ("ignore", "white"): NEAR_WHITE, ("ignore", "black"): NEAR_BLACK}
"""The flags for words that an option takes beside its usual values, by option and word."""


def engine_rows(group: str) -> list[Row]:
    """Return the rows of the engine's “extraction” or “recoloring”; empty if not installed."""
    rows = []
    for option in installed_options(group):
        rows.append(_row_of(option))
        rows += [NAMED[option["name"], word] for word in option["named"]]
    return rows


def _row_of(option: dict[str, Any]) -> Row:
    return Row(
        name=argument_name(option["name"]),
        kind=option["kind"],
        default=option["default"],
        label=translated(option["label"]),
        help=translated(option["help"]),
        minimum=option["minimum"],
        maximum=option["maximum"],
        choices=tuple(
            Choice(choice["name"], translated(choice["label"]), translated(choice["help"]))
            for choice in option["choices"]
        ),
    )


def extraction_rows() -> list[Row]:
    """Return the arguments of the procedure that extracts a palette."""
    own = [SCOPE, PICTURES, PALETTE_NAME, REPLACE_PALETTE, RECOLORED_LAYER]
    return [*engine_rows("extraction"), *own, *engine_rows("recoloring"), SWATCH_STRIP]


def layer_rows() -> list[Row]:
    """Return the arguments of the procedure that makes palettes of layers."""
    return [*engine_rows("extraction"), PICTURES]


def recoloring_rows() -> list[Row]:
    """Return the arguments of the procedure that recolors with a palette, except the palette."""
    return [AREA, *engine_rows("recoloring")]


def separation_rows() -> list[Row]:
    """Return the arguments of the procedure that separates colors, except the palette."""
    return [SEPARATED_AREA, INTO, CONTENT, EDGES]


def palette_size_rows() -> list[Row]:
    """Return the number of colors of a palette; empty if the engine's options are missing."""
    return [row for row in engine_rows("extraction") if row.name == "colors"]


def change_rows() -> list[Row]:
    """Return the arguments of the procedure that changes colors."""
    return [*palette_size_rows(), CHANGED_AREA, SWAPS]


def import_rows() -> list[Row]:
    """Return the arguments of the procedure that imports a palette, except the file."""
    return [IMPORTED_NAME, REPLACE_PALETTE]


def arrangement_rows() -> list[Row]:
    """Return the order and the names of a palette that is exported; empty if not installed."""
    kept = {
        "order": Choice("as-it-is", _("As in the palette"), _("The order of the palette.")),
        "names": Choice("as-it-is", _("As in the palette"), _("The names of the palette.")),
    }
    return [
        replace(row, default=AS_IT_IS, choices=(kept[row.name], *row.choices))
        for row in engine_rows("extraction")
        if row.name in kept
    ]


def export_rows() -> list[Row]:
    """Return the arguments of the procedure that exports a palette, except palette and file."""
    return [FORMAT, *arrangement_rows(), REPLACE_FILE]


def export_options(config: Gimp.ProcedureConfig) -> dict[str, str]:
    """Return the order and the list of names that are chosen; raises `ArgumentError`."""
    chosen = {row.name: value(config, row) for row in arrangement_rows()}
    return {name: found for name, found in chosen.items() if found != AS_IT_IS}


def file_in(config: Gimp.ProcedureConfig) -> Gio.File:
    """Return the file that is named, or raise `ArgumentError`."""
    file = config.get_property("file")
    if file is None:
        raise ArgumentError(_("No file is named."))
    return file


def declare(procedure: Gimp.Procedure, row: Row) -> None:
    """Add an argument to a procedure, of the type of its default."""
    texts = (row.name, row.label, row.help)
    if isinstance(row.default, bool):
        procedure.add_boolean_argument(*texts, row.default, FLAGS)
    elif isinstance(row.default, int):
        bounds = (GLib.MININT32, GLib.MAXINT32, row.default)
        procedure.add_int_argument(*texts, *bounds, FLAGS)
    elif isinstance(row.default, float):
        procedure.add_double_argument(*texts, -GLib.MAXDOUBLE, GLib.MAXDOUBLE, row.default, FLAGS)
    elif row.choices:
        # As text: GIMP takes the default in place of a choice that it does not know.
        takes = _("{help} One of: {choices}.").format(help=row.help, choices=", ".join(row.keys))
        procedure.add_string_argument(row.name, row.label, takes, row.default, FLAGS)
    else:
        # Lists are written as on the command line, and are empty by default.
        procedure.add_string_argument(*texts, "", FLAGS)


def value(config: Gimp.ProcedureConfig, row: Row) -> Any:
    """Return the value of an argument, or raise `ArgumentError`."""
    found = config.get_property(row.name)
    if found is None:  # an empty text, once GIMP has the procedure from its cache
        found = ""
    if row.choices and found not in row.keys:
        sentence = _("{name} must be one of {choices}, not “{value}”.")
        choices = ", ".join(row.keys)
        raise ArgumentError(sentence.format(name=row.name, choices=choices, value=found))
    if row.maximum and not row.minimum <= found <= row.maximum:
        sentence = _("{name} must be from {minimum:g} to {maximum:g}, not {value:g}.")
        bounds = {"minimum": row.minimum, "maximum": row.maximum}
        raise ArgumentError(sentence.format(name=row.name, value=found, **bounds))
    return found


def forget_picture(config: Gimp.ProcedureConfig) -> None:
    """Reset the arguments that were for another picture.

    See docs/decisions.md#settings-that-are-not-remembered.
    """
    for name in ("keep", PALETTE_NAME.name, PICTURES.name):
        if config.find_property(name):
            config.set_property(name, "")


def forget_several(config: Gimp.ProcedureConfig) -> None:
    """Have the picture taken that the dialog is opened for, and not several ones as last time."""
    if config.get_property(SCOPE.name) in scope.SEVERAL:
        config.set_property(SCOPE.name, SCOPE.default)


def check(config: Gimp.ProcedureConfig, rows: Iterable[Row]) -> None:
    """Raise `ArgumentError` if an argument has a value that it does not take."""
    for row in rows:
        value(config, row)


def chosen_options(config: Gimp.ProcedureConfig, group: str) -> dict[str, Any]:
    """Return the values of the engine's “extraction” or “recoloring”, by its names.

    Raises `ArgumentError`.
    """
    return {option["name"]: _chosen(config, option) for option in installed_options(group)}


def _chosen(config: Gimp.ProcedureConfig, option: dict[str, Any]) -> Any:
    """Return the value of an option, with the words whose flags are on."""
    found = value(config, _row_of(option))
    name = option["name"]
    words = [word for word in option["named"] if value(config, NAMED[name, word])]
    if option["is_list"]:
        return " ".join([*words, found])
    return words[-1] if words else found


def wants_layer(config: Gimp.ProcedureConfig) -> bool:
    """Return whether the image is to get another layer."""
    return bool(value(config, RECOLORED_LAYER)) or value(config, SWATCH_STRIP) in ("layer", "below")


def argument_name(option: str) -> str:
    """Return the name in GIMP of an option of the engine."""
    return option.replace("_", "-")


def palette_options(config: Gimp.ProcedureConfig) -> dict[str, int]:
    """Return the engine's options for the palette; raises `ArgumentError`."""
    return {row.name: value(config, row) for row in palette_size_rows()}
