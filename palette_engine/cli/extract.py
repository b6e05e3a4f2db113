"""``palette-engine extract``: pictures in, palettes out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import click

from palette_engine.cli.choosing import FILE, options_of_the_table
from palette_engine.cli.input import extracted
from palette_engine.cli.output import (
    FORMATS_HELP,
    copy_option,
    destinations,
    force_option,
    format_option,
    outputs_option,
    print_line,
    print_swatches,
    print_text,
    write_palette,
)
from palette_engine.cli.progress import progress, tell_nobody
from palette_engine.cli.terminal import on_terminal, one_line, say
from palette_engine.errors import InputError, OptionError
from palette_engine.palette.value import Palette

__all__ = ["extract"]

EXAMPLES = """\b
Examples:
  palette-engine extract photo.jpg
  palette-engine extract photo.jpg -n 5 -o photo.gpl -o photo.css -o photo.png
  palette-engine extract photo.jpg --order smooth --names xkcd
  palette-engine extract *.png --format json | jq .swatches
  palette-engine extract shot.png -n auto --ignore white --keep e6194b
  palette-engine extract page-*.png --together -o book.gpl
  curl ... | palette-engine extract - --order hue --copy
"""

ONE_AFTER_THE_OTHER = (None, "hex", "json")
"""Formats of which several can follow each other; None is for people."""


@click.command(
    short_help="Make a palette of a picture, or one of several.",
    epilog=f"{EXAMPLES}\n{FORMATS_HELP}",
)
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True, type=FILE)
@options_of_the_table
@format_option("by the suffix of -o; else swatches on a terminal and hex to a pipe")
@outputs_option("Write to this file instead of printing")
@copy_option
@click.option("--name", metavar="TEXT", help="The palette's name.  [default: the picture's]")
@force_option
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
    outputs: tuple[str, ...],
    copied: bool,
    name: str | None,
    force: bool,
    weighting: str | None,
    **options: Any,
) -> None:
    """Print or write the palette of each PICTURE; - is standard input.

    A picture that cannot be used does not stop the others, unless they have one palette
    together.
    """
    several = len(pictures) > 1 and weighting is None
    if several and (outputs or format_name not in ONE_AFTER_THE_OTHER):
        raise OptionError(
            "A palette file takes one picture; extract the others one at a time, "
            "or make one palette of all with --together."
        )
    deliver = _delivery(outputs, format_name, copied, several, force)
    groups = [pictures] if weighting else [(picture,) for picture in pictures]
    failures: list[InputError] = []
    with _watched(len(pictures), outputs or ("-",)) as tell:
        for number, group in enumerate(groups):
            tell(number / len(groups))
            try:
                palette = extracted(group, weighting, options, tell)
            except InputError as error:
                failures.append(error)
                say(str(error))
                continue
            if name is not None:
                palette = replace(palette, name=name)
            deliver(palette)
            if palette.note:
                source = palette.source or "standard input"
                say(f"{source}: {palette.note}" if several else palette.note)
    if failures:
        raise click.exceptions.Exit(failures[0].exit_code)


def _delivery(
    outputs: tuple[str, ...], format_name: str | None, copied: bool, several: bool, force: bool
) -> Callable[[Palette], None]:
    """Return what takes a palette to where it was asked for."""
    if copied and (outputs or format_name):
        raise OptionError("--copy prints one line; leave out --format and -o.")
    if copied:
        return print_line
    if not outputs and format_name is None and on_terminal():
        return _print_with_source if several else print_swatches
    chosen = destinations(outputs or ("-",), format_name, force)
    return lambda palette: write_palette(palette, chosen, force)


def _watched(
    pictures: int, outputs: tuple[str, ...]
) -> AbstractContextManager[Callable[[float], None]]:
    """Return a bar for several pictures, unless the terminal shows how far it is anyway."""
    printing = "-" in outputs and on_terminal()
    return nullcontext(tell_nobody) if pictures == 1 or printing else progress("Extracting")


def _print_with_source(palette: Palette) -> None:
    print_text(one_line(palette.source or "standard input"))
    print_swatches(palette)
