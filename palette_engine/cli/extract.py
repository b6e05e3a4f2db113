"""``palette-engine extract``: pictures in, palettes out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from palette_engine.cli.output import check_destination, write
from palette_engine.cli.terminal import one_line, painted, say
from palette_engine.errors import InputError, OptionError, OutputError
from palette_engine.formats import FORMATS
from palette_engine.options import OPTIONS, Option
from palette_engine.palette import Palette

__all__ = ["extract"]

EXAMPLES = """\b
Examples:
  palette-engine extract photo.jpg
  palette-engine extract photo.jpg -n 5 -o photo.gpl
  palette-engine extract *.png --format json | jq .swatches
  palette-engine extract shot.png -n auto --ignore white --keep e6194b
  palette-engine extract page-*.png --together -o book.gpl
  curl ... | palette-engine extract - --order hue
"""


def _flags(option: Option) -> tuple[str, ...]:
    long = f"--{option.name.replace('_', '-')}"
    return (option.flag, long) if option.flag else (long,)


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


METAVARS = {
    "integer": "N",
    "number": "X",
    "count": "N|auto|N-N",
    "colors": "COLORS",
    "ignored": "COLORS",
    "region": "X,Y,W,H",
}


def _options_of_the_table(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command one option for each row of the table."""
    for option in reversed(tuple(OPTIONS.values())):
        takes: Any = click.Choice(option.keys) if option.choices else _Value(option)
        bounded = option.kind in ("integer", "number", "count")
        range_ = f"  [{option.minimum}-{option.maximum}]" if bounded else ""
        command = click.option(
            *_flags(option),
            option.name,
            type=takes,
            default=option.default,
            show_default=bool(option.default) or option.kind == "number",
            metavar=None if option.choices else METAVARS[option.kind],
            help=option.help + range_,
        )(command)
    return command


@click.command(epilog=EXAMPLES)
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True)
@_options_of_the_table
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    help="How to write the palette.  [default: by the suffix of -o; else swatches on a "
    "terminal and hex to a pipe]",
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file instead of printing.")
@click.option("--name", metavar="TEXT", help="The palette's name.  [default: the picture's]")
@click.option("--force", is_flag=True, help="Replace the output file if it exists.")
@click.option(
    "--together",
    "weighting",
    flag_value="equal",
    help="One palette of all pictures, in which each counts the same.",
)
@click.option(
    "--by-area",
    "weighting",
    flag_value="area",
    help="One palette of all pictures, in which each counts by its area.",
)
def extract(
    pictures: tuple[str, ...],
    format_name: str | None,
    output: str | None,
    name: str | None,
    force: bool,
    weighting: str | None,
    **options: Any,
) -> None:
    """Print or write the palette of each PICTURE; - is standard input.

    A picture that cannot be used does not stop the others, unless they have one palette
    together.
    """
    path = Path(output) if output is not None and output != "-" else None
    several = len(pictures) > 1 and weighting is None
    if several and (output is not None or format_name == "gpl"):
        raise OptionError(
            "A palette file takes one picture; extract the others one at a time, "
            "or make one palette of all with --together."
        )
    if path is not None:
        check_destination(path, force)
        format_name = format_name or _format_of(path)
    groups = [pictures] if weighting else [(picture,) for picture in pictures]
    failures: list[InputError] = []
    for group in groups:
        try:
            palette = _extracted(group, weighting, options)
        except InputError as error:
            failures.append(error)
            say(str(error))
            continue
        if name is not None:
            palette = replace(palette, name=name)
        if path is None:
            _print(palette, format_name, several)
        else:
            write(path, FORMATS[format_name or "hex"].dumps(palette), force)
            count = len(palette.swatches)
            say(f"wrote {count} {'color' if count == 1 else 'colors'} to {path}")
        if palette.note:
            source = palette.source or "standard input"
            say(f"{source}: {palette.note}" if several else palette.note)
    if failures:
        raise click.exceptions.Exit(failures[0].exit_code)


def _extracted(
    pictures: tuple[str, ...], weighting: str | None, options: dict[str, Any]
) -> Palette:
    """Return the palette of paths; - is standard input."""
    from palette_engine import extraction

    # All at once or one by one: a picture is let go before the next is opened.
    sources = (_standard_input() if picture == "-" else picture for picture in pictures)
    try:
        if weighting:
            return extraction.extract_together(sources, weighting, **options)
        return extraction.extract(next(sources), **options)
    except MemoryError as error:
        name = pictures[0] if len(pictures) == 1 else "The pictures"
        raise InputError(f"{name} does not fit into memory; make it smaller.") from error


def _standard_input() -> bytes:
    """Return all of standard input, or raise `InputError`."""
    if sys.stdin is None:
        raise InputError("Standard input is closed.")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise InputError(f"Standard input cannot be read: {error.strerror or error}.") from error


def _format_of(path: Path) -> str:
    """Return the format that a file's suffix stands for."""
    for name, row in FORMATS.items():
        if path.suffix.lower() == row.suffix:
            return name
    known = ", ".join(row.suffix for row in FORMATS.values())
    raise OptionError(
        f"{path.name} has none of the suffixes {known}; use one of them, or say --format."
    )


def _print(palette: Palette, format_name: str | None, several: bool) -> None:
    """Print a palette: as swatches on a terminal, else as data."""
    if sys.stdout is None:
        raise OutputError("Standard output is closed; say -o FILE.")
    try:
        if format_name is None and sys.stdout.isatty():
            heading = f"{one_line(palette.source or 'standard input')}\n" if several else ""
            click.echo(heading + painted(palette))
        else:
            sys.stdout.buffer.write(FORMATS[format_name or "hex"].dumps(palette))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {error.strerror}.") from error
