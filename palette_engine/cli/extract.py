"""``palette-engine extract``: prints or writes the palettes of pictures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import click

from palette_engine.cli.destinations import destinations_of, write_palette
from palette_engine.cli.messages import escape, say
from palette_engine.cli.parameters import (
    FILE,
    FORMATS_HELP,
    copy_option,
    extraction_options,
    force_option,
    format_option,
    output_option,
)
from palette_engine.cli.process_count import MOST, count_processes
from palette_engine.cli.progress import ignore_progress, progress_bar
from palette_engine.cli.sources import Reported, extract_palette, extract_together
from palette_engine.cli.standard_output import is_terminal, print_text
from palette_engine.cli.swatch_lines import print_hex_line, print_swatches
from palette_engine.errors import InputError, OptionError
from palette_engine.extraction.jobs import make_palette, make_summary
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

CONCATENATED = (None, "hex", "json")
"""The formats in which several palettes can be printed in sequence; None is text for people."""


@click.command(
    short_help="Make a palette of a picture, or one of several.",
    epilog=f"{EXAMPLES}\n{FORMATS_HELP}",
)
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True, type=FILE)
@extraction_options
@click.option("--quick", "effort", flag_value="quick", help="The same as --effort quick.")
@format_option("by the suffix of -o; else swatches on a terminal and hex to a pipe")
@output_option("Write to this file instead of printing")
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
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST),
    metavar="N",
    help="Read several pictures in N processes at the same time; each takes up to --max-memory.  "
    "[default: one for each processor, fewer for few or small pictures]",
)
def extract(
    pictures: tuple[str, ...],
    format_name: str | None,
    outputs: tuple[str, ...],
    copy: bool,
    name: str | None,
    force: bool,
    weighting: str | None,
    jobs: int | None,
    **options: Any,
) -> None:
    """Print or write the palette of each PICTURE; - is standard input.

    A picture that cannot be used does not stop the others, unless they have one palette
    together.
    """
    several = len(pictures) > 1 and weighting is None
    if several and (outputs or format_name not in CONCATENATED):
        raise OptionError(
            "A palette file takes one picture; extract the others one at a time, "
            "or make one palette of all with --together."
        )
    deliver = _delivery(pictures, outputs, format_name, copy, several, force)
    failures: list[InputError] = []
    with (
        _progress(len(pictures), outputs or ("-",)) as report,
        _reports(pictures, weighting, options, jobs) as reported,
    ):
        for number in range(1 if weighting else len(pictures)):
            report(number / len(pictures))
            try:
                if weighting:
                    palette = extract_together(pictures, weighting, options, reported, report)
                else:
                    palette = extract_palette(pictures, number, options, reported)
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
    pictures: tuple[str, ...],
    outputs: tuple[str, ...],
    format_name: str | None,
    copy: bool,
    several: bool,
    force: bool,
) -> Callable[[Palette], None]:
    """Return the function that prints or writes one palette."""
    if copy and (outputs or format_name):
        raise OptionError("--copy prints one line; leave out --format and -o.")
    if copy:
        return print_hex_line
    if not outputs and format_name is None and is_terminal():
        return _print_with_source if several else print_swatches
    destinations = destinations_of(outputs or ("-",), format_name, force, pictures)
    return lambda palette: write_palette(palette, destinations, force)


def _reports(
    pictures: tuple[str, ...], weighting: str | None, options: dict[str, Any], jobs: int | None
) -> AbstractContextManager[Reported]:
    """Return what reads the pictures ahead in processes, if more than one is worth it."""
    count = jobs or count_processes(pictures, options["max_memory"])
    if count == 1 or len(pictures) == 1:
        return nullcontext(lambda _: None)
    from palette_engine.cli.processes import reports_of

    if weighting:
        return reports_of(pictures, count, partial(make_summary, weighting, options))
    return reports_of(pictures, count, partial(make_palette, options))


def _progress(
    pictures: int, outputs: tuple[str, ...]
) -> AbstractContextManager[Callable[[float], None]]:
    """Return a progress bar for several pictures, unless their palettes appear on the terminal."""
    printing = "-" in outputs and is_terminal()
    return nullcontext(ignore_progress) if pictures == 1 or printing else progress_bar("Extracting")


def _print_with_source(palette: Palette) -> None:
    print_text(escape(palette.source or "standard input"))
    print_swatches(palette)
