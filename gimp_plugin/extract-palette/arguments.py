"""Arguments: what the procedures take, in one table that GIMP, the dialogs and scripts read.

Most rows are the engine's own options, from the file that was installed beside the plug-in;
the others are about GIMP. Declared as wide as GIMP can: it replaces what is out of range by the
default without telling anybody, so the ranges are checked here and by the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import engine
import layer
from gi.repository import Gimp, GLib, GObject
from texts import Problem, _, translated

FLAGS = GObject.ParamFlags.READWRITE

FOLDER = Path(__file__).resolve().parent


class ArgumentError(Problem):
    """An argument has a value that it does not take."""


@dataclass(frozen=True)
class Choice:
    """One value of an argument that offers a few."""

    name: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Row:
    """One argument: its name in GIMP, what kind it is, and how to explain it."""

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


SCOPE = Row(
    "scope",
    "choice",
    layer.SELECTION,
    _("Colors o_f"),
    _("Which part of the image the colors are taken from."),
    choices=(
        Choice(
            layer.SELECTION, _("Selected part of the layer"), _("All of it if nothing is selected.")
        ),
        Choice(layer.LAYER, _("Layer"), _("All of the layer, whatever is selected.")),
        Choice(
            layer.VISIBLE_SELECTION,
            _("Selected part of the image"),
            _("The visible image where it is selected; all of it if nothing is selected."),
        ),
        Choice(layer.VISIBLE, _("Visible image"), _("All layers, as they look together.")),
    ),
)

AREA = replace(SCOPE, label=_("_Area"), help=_("What is recolored."))

DITHER = Row(
    "dither",
    "choice",
    "none",
    _("Di_thering"),
    _("How pixels side by side mix to colors that are not in the palette."),
    choices=(
        Choice("none", _("None"), _("Every pixel gets the color nearest to it.")),
        Choice("floyd-steinberg", _("Floyd–Steinberg"), _("Fine and irregular, for photos.")),
        Choice("ordered", _("Ordered"), _("A regular pattern, for pixel art.")),
    ),
)

PALETTE_NAME = Row(
    "palette-name", "text", "", _("_Palette name"), _("The palette's name; if empty, the image's.")
)

RECOLORED_LAYER = Row(
    "recolored-layer",
    "flag",
    False,
    _("Recolored la_yer"),
    _("Also make a new layer with the picture in the colors of the palette."),
)

SWATCH_STRIP = Row(
    "swatch-strip",
    "choice",
    "none",
    _("Sw_atch strip"),
    _("Also draw the colors with their names and shares."),
    choices=(
        Choice("none", _("None"), _("Only the palette.")),
        Choice("layer", _("New layer"), _("At the lower edge of the image.")),
        Choice("image", _("New image"), _("In an image of its own.")),
    ),
)

AUTO = Row(
    "auto-colors",
    "flag",
    False,
    _("A_uto"),
    _("As many colors as the picture needs, whatever the number says."),
)


def engine_rows() -> list[Row]:
    """Return the rows of the engine's options; empty if it was never installed."""
    rows = []
    for option in engine.installed_options(FOLDER):
        row = Row(
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
        rows.append(row)
        if row.kind == "count":
            rows.append(AUTO)
        elif row.kind == "ignored":
            rows += map(_near, option["named"])
    return rows


def _near(name: str) -> Row:
    """Return the row for one of the colors that can be ignored by name."""
    labels = {"white": _("Near whi_te"), "black": _("Near _black")}
    helps = {
        "white": _("White and what looks much like it does not count."),
        "black": _("Black and what looks much like it does not count."),
    }
    return Row(f"ignore-{name}", "flag", False, labels.get(name, name), helps.get(name, name))


def extraction_rows() -> list[Row]:
    """Return the arguments of the procedure that extracts a palette."""
    return [*engine_rows(), SCOPE, PALETTE_NAME, RECOLORED_LAYER, DITHER, SWATCH_STRIP]


def recoloring_rows() -> list[Row]:
    """Return the arguments of the procedure that recolors with a palette, but the palette."""
    return [AREA, DITHER]


def declare(procedure: Gimp.Procedure, row: Row) -> None:
    """Add an argument to a procedure."""
    texts = (row.name, row.label, row.help)
    if row.kind in ("integer", "count"):
        bounds = (GLib.MININT32, GLib.MAXINT32, row.default)
        procedure.add_int_argument(*texts, *bounds, FLAGS)
    elif row.kind == "number":
        procedure.add_double_argument(*texts, -GLib.MAXDOUBLE, GLib.MAXDOUBLE, row.default, FLAGS)
    elif row.kind == "flag":
        procedure.add_boolean_argument(*texts, row.default, FLAGS)
    elif row.kind == "choice":
        # As text: GIMP takes the default in place of a choice that it does not know.
        takes = _("{help} One of: {choices}.").format(help=row.help, choices=", ".join(row.keys))
        procedure.add_string_argument(row.name, row.label, takes, row.default, FLAGS)
    else:
        # Lists are written as on the command line, and are empty to begin with.
        procedure.add_string_argument(*texts, "", FLAGS)


def value(config: Gimp.ProcedureConfig, row: Row) -> Any:
    """Return the value of an argument, or raise `ArgumentError`."""
    found = config.get_property(row.name)
    if found is None:  # what an empty text is once GIMP has the procedure from its cache
        found = ""
    if row.kind == "choice" and found not in row.keys:
        sentence = _("{name} must be one of {choices}, not “{value}”.")
        choices = ", ".join(row.keys)
        raise ArgumentError(sentence.format(name=row.name, choices=choices, value=found))
    if row.maximum and not row.minimum <= found <= row.maximum:
        sentence = _("{name} must be from {minimum:g} to {maximum:g}, not {value:g}.")
        bounds = {"minimum": row.minimum, "maximum": row.maximum}
        raise ArgumentError(sentence.format(name=row.name, value=found, **bounds))
    return found


def check(config: Gimp.ProcedureConfig, rows: Iterable[Row]) -> None:
    """Raise `ArgumentError` if an argument has a value that it does not take."""
    for row in rows:
        value(config, row)


def chosen_options(config: Gimp.ProcedureConfig) -> dict[str, Any]:
    """Return the engine's options that were chosen, under its names, or raise `ArgumentError`."""
    chosen: dict[str, Any] = {}
    rows = {row.name: row for row in engine_rows()}
    for option in engine.installed_options(FOLDER):
        row = rows[argument_name(option["name"])]
        found = value(config, row)
        if row.kind == "count" and value(config, AUTO):
            found = "auto"
        elif row.kind == "ignored":
            near = [name for name in option["named"] if value(config, _near(name))]
            found = " ".join([*near, found])
        chosen[option["name"]] = found
    return chosen


def wants_layer(config: Gimp.ProcedureConfig) -> bool:
    """Tell whether the image is to get another layer."""
    return bool(value(config, RECOLORED_LAYER)) or value(config, SWATCH_STRIP) == "layer"


def argument_name(option: str) -> str:
    """Return what an option of the engine is called in GIMP."""
    return option.replace("_", "-")
