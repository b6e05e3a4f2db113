"""``palette-engine show``: shows the colors of palettes or pictures, or draws a swatch sheet."""

from __future__ import annotations

from typing import Any

import click

from palette_engine.cli.destinations import destinations_of, write_palette
from palette_engine.cli.messages import say
from palette_engine.cli.parameters import (
    FILE,
    copy_option,
    drop_unset,
    force_option,
    output_option,
    palette_or_picture_options,
)
from palette_engine.cli.sources import read_palette_or_picture
from palette_engine.cli.standard_output import print_text
from palette_engine.cli.swatch_lines import NAME_COLUMNS, print_hex_line, shorten, swatch_lines
from palette_engine.errors import InputError, OptionError

__all__ = ["show"]

EXAMPLES = """\b
Examples:
  palette-engine show brand.ase
  palette-engine show photo.jpg -n 5 --order smooth --names xkcd
  palette-engine show brand.gpl -o brand.png -o brand.svg
  palette-engine show brand.gpl --copy
"""


@click.command(short_help="Show a palette or the colors of a picture.", epilog=EXAMPLES)
@click.argument("sources", metavar="PALETTE|PICTURE...", nargs=-1, required=True, type=FILE)
@palette_or_picture_options
@output_option("Draw a swatch sheet, .png or .svg, instead of printing")
@copy_option
@force_option
def show(
    sources: tuple[str, ...],
    outputs: tuple[str, ...],
    copy: bool,
    force: bool,
    **options: Any,
) -> None:
    """Show the colors of each PALETTE or PICTURE; - is standard input."""
    if len(sources) > 1 and outputs:
        raise OptionError("A swatch sheet takes one palette; draw the others one at a time.")
    if copy and outputs:
        raise OptionError("--copy prints one line; leave out -o.")
    destinations = destinations_of(outputs, None, force, sources)
    failures: list[InputError] = []
    for path in sources:
        try:
            palette = read_palette_or_picture(path, drop_unset(options))
        except InputError as error:
            failures.append(error)
            say(str(error))
            continue
        if destinations:
            write_palette(palette, destinations, force)
        elif copy:
            print_hex_line(palette)
        else:
            count = len(palette.swatches)
            colors = f"{count} {'color' if count == 1 else 'colors'}"
            title = f"{shorten(palette.name, NAME_COLUMNS)}, {colors}"
            print_text("\n".join([title, *swatch_lines(palette)]))
        if palette.note:
            say(palette.note)
    if failures:
        raise click.exceptions.Exit(failures[0].exit_code)
