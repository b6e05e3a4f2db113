"""``palette-engine convert``: palette files of other programs in, yours out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from palette_engine.cli.choosing import FILE, arranged, given, some_options
from palette_engine.cli.input import read_palette
from palette_engine.cli.output import (
    FORMATS_HELP,
    destinations,
    force_option,
    format_option,
    write_palette,
)
from palette_engine.formats import FORMATS

__all__ = ["convert"]

EXAMPLES = """\b
Examples:
  palette-engine convert brand.ase brand.gpl
  palette-engine convert brand.gpl brand.css brand.tokens.json brand.svg
  palette-engine convert brand.aco brand.gpl --order smooth --names xkcd
  palette-engine convert brand.kpl - -f tailwind
"""


@click.command(
    short_help="Read a palette file and write it in other formats.",
    epilog=f"{EXAMPLES}\n{FORMATS_HELP}",
)
@click.argument("palette", metavar="IN", type=FILE)
@click.argument("outputs", metavar="OUT...", nargs=-1, required=True, type=FILE)
@click.option(
    "--from",
    "read_as",
    type=click.Choice([name for name, row in FORMATS.items() if row.loads]),
    help="What kind of file IN is.  [default: as it looks, or else by its suffix]",
)
@format_option("by the suffix of OUT; hex for -")
@some_options(
    order="The order of the colors.  [default: as in the file]",
    names="Name the colors from a list.  [default: as in the file]",
)
@click.option("--name", metavar="TEXT", help="The palette's name.  [default: as in the file]")
@force_option
def convert(
    palette: str,
    outputs: tuple[str, ...],
    read_as: str | None,
    format_name: str | None,
    name: str | None,
    force: bool,
    **options: Any,
) -> None:
    """Read the palette file IN and write it to each OUT; - is standard input or output."""
    chosen = destinations(outputs, format_name, force)
    converted = arranged(read_palette(palette, read_as), **given(options))
    if name is not None:
        converted = replace(converted, name=name)
    write_palette(converted, chosen, force)
