"""Parameters: the click options that commands share, most of them rows of the options table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from palette_engine.errors import OptionError
from palette_engine.formats import FORMATS
from palette_engine.option_kinds import KINDS, Option
from palette_engine.options import OPTIONS, READING

__all__ = [
    "FILE",
    "FORMATS_HELP",
    "METAVARS",
    "copy_option",
    "drop_unset",
    "extraction_options",
    "force_option",
    "format_option",
    "options_but",
    "output_option",
    "palette_or_picture_options",
    "some_options",
]

METAVARS = {
    "integer": "N",
    "number": "X",
    "count": "N|auto|N-N",
    "colors": "COLORS",
    "ignored": "COLORS",
    "frames": "first|all|N|N-N",
    "region": "X,Y,W,H",
}
"""The placeholder of a value in help texts, for each kind of option."""

FILE = click.Path(readable=False)
"""The type of file names, which shells complete; the code that opens the file checks it."""

WRITTEN = [name for name, row in FORMATS.items() if row.dumps]
"""The formats that can be written."""

FORMATS_HELP = "\b\nFormats:\n" + "".join(
    f"  {name:<13}  {FORMATS[name].title} ({', '.join(FORMATS[name].suffixes)})\n"
    for name in WRITTEN
)
"""The list of formats at the end of a command's help."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Value(click.ParamType):  # type: ignore[type-arg]  # click before 8.2 has none
    """A value that is read by a row of the options table."""

    def __init__(self, option: Option) -> None:
        self.option = option
        self.name = METAVARS.get(option.kind, option.kind)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value in the form that the engine uses."""
        try:
            return self.option.read(value)
        except OptionError as error:
            self.fail(str(error), param, ctx)


def options_but(*left_out: str) -> Decorator:
    """Return a decorator that adds a parameter for each row of the options table but some."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed([row for row in OPTIONS.values() if row.name not in left_out]):
            is_bounded = KINDS[option.kind].is_bounded
            range_ = f"  [{option.minimum}-{option.maximum}]" if is_bounded else ""
            command = _parameter(
                option,
                default=option.default,
                show_default=option.default not in ((), None),
                help=option.help + range_,
            )(command)
        return command

    return decorate


extraction_options = options_but()
"""Adds a parameter for each row of the options table."""


def some_options(**help_texts: str) -> Decorator:
    """Return a decorator that adds some rows of the options table, with other help texts.

    The default is None: the picture or the palette decides.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name, text in reversed(help_texts.items()):
            command = _parameter(OPTIONS[name], default=None, help=text)(command)
        return command

    return decorate


palette_or_picture_options = some_options(
    colors="How many colors of a picture.  [default: 10]",
    order="The order of the colors.  [default: as in the file; share for a picture]",
    names="Name the colors from a list.  [default: as in the file]",
    **{
        name: f"{OPTIONS[name].help}  [default: {OPTIONS[name].default}]"
        for name in (*READING, "frames")
    },
)
"""Adds the options that apply to a palette file or to a picture."""


def drop_unset(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that are not None."""
    return {name: value for name, value in options.items() if value is not None}


def format_option(default: str) -> Decorator:
    """Return a decorator that adds the option for the format; `default` is shown in the help."""
    return click.option(
        "-f",
        "--format",
        "format_name",
        metavar="FORMAT",
        type=click.Choice(WRITTEN),
        help=f"How to write the palette; see below.  [default: {default}]",
    )


def output_option(help_text: str) -> Decorator:
    """Return a decorator that adds the option for the files to write, which can be repeated."""
    return click.option(
        "-o",
        "--output",
        "outputs",
        metavar="FILE",
        multiple=True,
        type=FILE,
        help=f"{help_text}; can be repeated.",
    )


copy_option = click.option(
    "--copy", "copy", is_flag=True, help="Print all colors on one line, to copy."
)

force_option = click.option("--force", is_flag=True, help="Replace files that exist.")


def _parameter(option: Option, **settings: Any) -> Decorator:
    """Return a decorator that adds the parameter of a row."""
    type_: Any = click.Choice(option.keys) if option.choices else _Value(option)
    metavar = None if option.choices else METAVARS[option.kind]
    long = f"--{option.name.replace('_', '-')}"
    flags = (option.flag, long) if option.flag else (long,)
    return click.option(*flags, option.name, type=type_, metavar=metavar, **settings)
