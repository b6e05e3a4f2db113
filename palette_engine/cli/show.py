"""``palette-engine show``: a palette as one looks at it."""

from __future__ import annotations

from typing import Any

import click

from palette_engine.cli.choosing import FILE, given, options_for_either
from palette_engine.cli.input import read_palette_or_picture
from palette_engine.cli.output import (
    copy_option,
    destinations,
    force_option,
    outputs_option,
    print_line,
    print_text,
    write_palette,
)
from palette_engine.cli.terminal import NAME, cut, say, shown
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
@click.argument("inputs", metavar="PALETTE|PICTURE...", nargs=-1, required=True, type=FILE)
@options_for_either
@outputs_option("Draw a sheet, .png or .svg, instead of printing")
@copy_option
@force_option
def show(
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    copied: bool,
    force: bool,
    **options: Any,
) -> None:
    """Show the colors of each PALETTE or PICTURE; - is standard input."""
    if len(inputs) > 1 and outputs:
        raise OptionError("A sheet takes one palette; draw the others one at a time.")
    if copied and outputs:
        raise OptionError("--copy prints one line; leave out -o.")
    chosen = destinations(outputs, None, force)
    failures: list[InputError] = []
    for path in inputs:
        try:
            palette = read_palette_or_picture(path, given(options))
        except InputError as error:
            failures.append(error)
            say(str(error))
            continue
        if chosen:
            write_palette(palette, chosen, force)
        elif copied:
            print_line(palette)
        else:
            count = len(palette.swatches)
            colors = f"{count} {'color' if count == 1 else 'colors'}"
            print_text("\n".join([f"{cut(palette.name, NAME)}, {colors}", *shown(palette)]))
        if palette.note:
            say(palette.note)
    if failures:
        raise click.exceptions.Exit(failures[0].exit_code)
