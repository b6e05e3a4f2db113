"""``palette-engine convert``: reads a palette file and writes it in other formats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from palette_engine.cli.destinations import destinations_of, write_palette
from palette_engine.cli.messages import say
from palette_engine.cli.parameters import (
    FILE,
    FORMATS_HELP,
    drop_unset,
    force_option,
    format_option,
    some_options,
)
from palette_engine.cli.sources import arrange, read_palette
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
    "source_format",
    type=click.Choice([name for name, row in FORMATS.items() if row.loads]),
    help="The format of IN.  [default: by its content, or else by its suffix]",
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
    source_format: str | None,
    format_name: str | None,
    name: str | None,
    force: bool,
    **options: Any,
) -> None:
    """Read the palette file IN and write it to each OUT; - is standard input or output."""
    destinations = destinations_of(outputs, format_name, force, (palette,))
    converted = arrange(read_palette(palette, source_format), **drop_unset(options))
    if name is not None:
        converted = replace(converted, name=name)
    write_palette(converted, destinations, force)
    for remark in converted.remarks:
        say(remark.sentence)
