"""Choosing: the table of options as options of a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from palette_engine.errors import OptionError
from palette_engine.options import KINDS, OPTIONS, Option
from palette_engine.palette.value import Palette

__all__ = [
    "FILE",
    "METAVARS",
    "arranged",
    "given",
    "options_for_either",
    "options_of_the_table",
    "some_options",
]

METAVARS = {
    "integer": "N",
    "number": "X",
    "count": "N|auto|N-N",
    "colors": "COLORS",
    "ignored": "COLORS",
    "region": "X,Y,W,H",
}

FILE = click.Path(readable=False)
"""A file that shells complete; whether it can be read is found out where it is read."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Value(click.ParamType):  # type: ignore[type-arg]  # click before 8.2 has none
    """A value that one row of the table of options reads."""

    def __init__(self, option: Option) -> None:
        self.option = option
        self.name = METAVARS.get(option.kind, option.kind)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value as the engine keeps it."""
        try:
            return self.option.read(value)
        except OptionError as error:
            self.fail(str(error), param, ctx)


def options_of_the_table(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command one option for each row of the table."""
    for option in reversed(tuple(OPTIONS.values())):
        is_bounded = KINDS[option.kind].is_bounded
        range_ = f"  [{option.minimum}-{option.maximum}]" if is_bounded else ""
        command = _option(
            option,
            default=option.default,
            show_default=option.default not in ((), None),
            help=option.help + range_,
        )(command)
    return command


def some_options(**help_texts: str) -> Decorator:
    """Return what gives a command some options of the table, with help texts of its own.

    Those that are not given are None, as the picture or the palette decides then.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name, text in reversed(help_texts.items()):
            command = _option(OPTIONS[name], default=None, help=text)(command)
        return command

    return decorate


options_for_either = some_options(
    colors="How many colors of a picture.  [default: 10]",
    order="The order of the colors.  [default: as in the file; share for a picture]",
    names="Name the colors from a list.  [default: as in the file]",
)
"""Gives a command the options that make sense for a palette file or for a picture."""


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def arranged(palette: Palette, order: str | None = None, names: str | None = None) -> Palette:
    """Return a palette with the names and in the order that were given, if any."""
    if names is not None:
        from palette_engine.palette.names import named

        palette = named(palette, names)
    if order is not None:
        from palette_engine.palette.order import ordered

        palette = ordered(palette, order)
    return palette


def _option(option: Option, **settings: Any) -> Decorator:
    """Return what gives a command the option of a row."""
    takes: Any = click.Choice(option.keys) if option.choices else _Value(option)
    metavar = None if option.choices else METAVARS[option.kind]
    long = f"--{option.name.replace('_', '-')}"
    flags = (option.flag, long) if option.flag else (long,)
    return click.option(*flags, option.name, type=takes, metavar=metavar, **settings)
