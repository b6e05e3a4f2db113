"""``palette-engine convert``: reads palette files and writes them in other formats."""

from __future__ import annotations

from collections.abc import Sequence
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
    output_option,
    some_options,
)
from palette_engine.cli.sources import read_recognized
from palette_engine.errors import OptionError
from palette_engine.formats import FORMATS
from palette_engine.palette.arrangement import arranged
from palette_engine.palette.value import Palette

__all__ = ["convert"]

EXAMPLES = """\b
Examples:
  palette-engine convert brand.ase brand.gpl
  palette-engine convert brand.gpl brand.css brand.tokens.json brand.svg
  palette-engine convert brand.aco brand.gpl --order smooth --names xkcd
  palette-engine convert brand.kpl - -f tailwind
  palette-engine convert web.css print.ase -o all.gpl --drop-duplicates 2
"""


@click.command(
    short_help="Read palette files and write them in other formats.",
    epilog=f"{EXAMPLES}\n{FORMATS_HELP}",
)
@click.argument("palette", metavar="IN", type=FILE)
@click.argument("others", metavar="OUT...", nargs=-1, type=FILE)
@output_option("Write this file, and take every IN and OUT for a palette to read")
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
@click.option(
    "--drop-duplicates",
    "distance",
    metavar="X",
    type=click.FloatRange(0, 100),
    help="Drop colors within this ΔE2000 of an earlier one; 0 for equal colors.",
)
@click.option("--verbose", "verbose", is_flag=True, help="Say what each file was recognized as.")
@force_option
def convert(
    palette: str,
    others: tuple[str, ...],
    outputs: tuple[str, ...],
    source_format: str | None,
    format_name: str | None,
    name: str | None,
    distance: float | None,
    verbose: bool,
    force: bool,
    **options: Any,
) -> None:
    """Read the palette file IN and write it to each OUT; - is standard input or output.

    With -o, all files before it are read, and become one palette in their order.
    """
    sources, targets = ((palette, *others), outputs) if outputs else ((palette,), others)
    if not targets:
        raise OptionError("Name a file to write after the palette, or - for standard output.")
    if sources.count("-") > 1:
        raise OptionError("Standard input is one palette; name files for the others.")
    destinations = destinations_of(targets, format_name, force, sources)
    palettes = []
    for source in sources:
        found, read = read_recognized(source, source_format)
        palettes.append(read)
        if verbose:
            say(f"{_title(source)}: {FORMATS[found].title} ({found}), {_count(read)}")
    converted = _combined(palettes, distance)
    converted = arranged(converted, **drop_unset(options))
    if name is not None:
        converted = replace(converted, name=name)
    write_palette(converted, destinations, force)
    for remark in converted.remarks:
        say(remark.sentence)


def _combined(palettes: Sequence[Palette], distance: float | None) -> Palette:
    """Return one palette of several, without duplicates unless the distance is None."""
    if len(palettes) == 1 and distance is None:
        return palettes[0]
    from palette_engine.palette.merge import merged, without_duplicates

    palette = merged(palettes)
    return palette if distance is None else without_duplicates(palette, distance)


def _title(path: str) -> str:
    return "standard input" if path == "-" else path


def _count(palette: Palette) -> str:
    count = len(palette.swatches)
    return "1 color" if count == 1 else f"{count:,} colors"
