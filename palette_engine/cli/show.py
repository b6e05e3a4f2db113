"""``palette-engine show``: shows palettes or the colors of pictures, compares two, or draws one."""

from __future__ import annotations

import json
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
from palette_engine.cli.standard_output import print_data, print_text
from palette_engine.cli.swatch_lines import (
    NAME_COLUMNS,
    comparison_lines,
    print_hex_line,
    shorten,
    swatch_lines,
)
from palette_engine.errors import InputError, OptionError
from palette_engine.palette.value import Palette

__all__ = ["show"]

EXAMPLES = """\b
Examples:
  palette-engine show brand.ase
  palette-engine show photo.jpg -n 5 --order smooth --names xkcd
  palette-engine show brand.gpl -o brand.png -o brand.svg
  palette-engine show brand.gpl --copy
  palette-engine show brand.gpl website.css
"""


@click.command(short_help="Show a palette or the colors of a picture.", epilog=EXAMPLES)
@click.argument("sources", metavar="PALETTE|PICTURE...", nargs=-1, required=True, type=FILE)
@palette_or_picture_options
@output_option("Draw a swatch sheet, .png or .svg, instead of printing")
@copy_option
@click.option("--json", "as_json", is_flag=True, help="Print the comparison of two as JSON.")
@force_option
def show(
    sources: tuple[str, ...],
    outputs: tuple[str, ...],
    copy: bool,
    as_json: bool,
    force: bool,
    **options: Any,
) -> None:
    """Show the colors of each PALETTE or PICTURE; - is standard input.

    Two are compared: what is the same, moved, gone and new, and how much they differ.
    """
    if len(sources) > 1 and outputs:
        raise OptionError("A swatch sheet takes one palette; draw the others one at a time.")
    if copy and outputs:
        raise OptionError("--copy prints one line; leave out -o.")
    if as_json and (len(sources) != 2 or copy or outputs):
        raise OptionError("--json is for the comparison of two; use convert FILE - -f json.")
    destinations = destinations_of(outputs, None, force, sources)
    is_comparison = len(sources) == 2 and not copy
    palettes: list[Palette] = []
    failures: list[InputError] = []
    for path in sources:
        try:
            palette = read_palette_or_picture(path, drop_unset(options))
        except InputError as error:
            failures.append(error)
            say(str(error))
            continue
        palettes.append(palette)
        if is_comparison:
            pass  # shown when both are read
        elif destinations:
            write_palette(palette, destinations, force)
        elif copy:
            print_hex_line(palette)
        else:
            _print(palette)
        if palette.note:
            say(palette.note)
    if is_comparison and len(palettes) == 2:
        _print_comparison(palettes[0], palettes[1], as_json)
    elif is_comparison and not as_json:
        for palette in palettes:
            _print(palette)
    if failures:
        raise click.exceptions.Exit(failures[0].exit_code)


def _print(palette: Palette) -> None:
    """Print a palette with its title."""
    print_text("\n".join([_title(palette), *swatch_lines(palette)]))


def _title(palette: Palette) -> str:
    count = len(palette.swatches)
    colors = f"{count} {'color' if count == 1 else 'colors'}"
    return f"{shorten(palette.name, NAME_COLUMNS)}, {colors}"


def _print_comparison(first: Palette, second: Palette, as_json: bool) -> None:
    """Print what is new, gone and moved between two palettes."""
    from palette_engine.palette.comparison import compared, to_object

    found = compared(first, second)
    if as_json:
        print_data(f"{json.dumps(to_object(found), indent=2)}\n".encode())
    else:
        title = f"{_title(first)}; {_title(second)}"
        print_text("\n".join([title, *comparison_lines(found)]))
