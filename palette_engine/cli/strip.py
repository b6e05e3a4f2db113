"""``palette-engine strip``: a picture with a column for each picture of a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import FILE, force_option
from palette_engine.collections.limits import STRIP_HEIGHT, STRIP_SIZE, STRIP_WIDTH
from palette_engine.errors import OptionError

if TYPE_CHECKING:
    from palette_engine.collections.film_strip import Column

__all__ = ["check_strip", "strip", "write_strip"]

EXAMPLES = """\b
Examples:
  palette-engine strip pictures.csv -o strip.png
  palette-engine strip frames.csv -o strip.png --width 4000 --height 300
"""


@click.command(short_help="Draw a column for each picture of a table.", epilog=EXAMPLES)
@click.argument("table", metavar="TABLE", type=FILE)
@click.option(
    "-o", "--output", metavar="FILE", required=True, type=FILE, help="The picture (.png)."
)
@click.option(
    "--width",
    type=click.IntRange(1, STRIP_WIDTH),
    metavar="N",
    default=STRIP_SIZE[0],
    show_default=True,
    help="At most so many pixels, if there are not more pictures.",
)
@click.option(
    "--height",
    type=click.IntRange(1, STRIP_HEIGHT),
    metavar="N",
    default=STRIP_SIZE[1],
    show_default=True,
    help="The height in pixels.",
)
@force_option
def strip(table: str, output: str, width: int, height: int, force: bool) -> None:
    """Draw the palettes of the pictures of a TABLE, one column a picture, in its order.

    In a column, each color is as high as its share. TABLE is what "collect" has written.
    """
    check_strip(output, force, table)
    from palette_engine.collections.film_strip import columns_of

    write_strip(columns_of(Path(table)), output, force, width, height)


def check_strip(output: str, force: bool, source: str) -> None:
    """Raise `OptionError` or `OutputError` if a strip cannot be written to a file."""
    if not output.lower().endswith(".png"):
        raise OptionError(f"{output} is no picture of a strip; name it with .png.")
    check_output(Path(output), force, (source,))


def write_strip(
    columns: Sequence[Column],
    output: str,
    force: bool,
    width: int = STRIP_SIZE[0],
    height: int = STRIP_SIZE[1],
) -> None:
    """Write the strip of columns to a file, and say how many there are."""
    from palette_engine.collections.film_strip import film_strip

    write_file(Path(output), film_strip(columns, width=width, height=height), force)
    say(f"wrote {len(columns):,} {'column' if len(columns) == 1 else 'columns'} to {output}")
