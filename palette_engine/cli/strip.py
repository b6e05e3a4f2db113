"""``palette-engine strip``: a picture with a column for each picture of a table."""

from __future__ import annotations

from pathlib import Path

import click

from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import FILE, force_option
from palette_engine.errors import OptionError

__all__ = ["HEIGHT", "WIDTH", "check_strip", "strip"]

WIDTH, HEIGHT = 2000, 400

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
    type=click.IntRange(1, 32_768),
    metavar="N",
    default=WIDTH,
    show_default=True,
    help="At most so many pixels, if there are not more pictures.",
)
@click.option(
    "--height",
    type=click.IntRange(1, 4096),
    metavar="N",
    default=HEIGHT,
    show_default=True,
    help="The height in pixels.",
)
@force_option
def strip(table: str, output: str, width: int, height: int, force: bool) -> None:
    """Draw the palettes of the pictures of a TABLE, one column a picture, in its order.

    In a column, each color is as high as its share. TABLE is what "collect" has written.
    """
    check_strip(output, force, table)
    from palette_engine.collections.film_strip import film_strip
    from palette_engine.collections.index import index_of

    index = index_of(Path(table))
    parts = [index.swatches(each) for each in range(len(index))]
    columns = [(index.rgb[part], index.share[part].astype("float64")) for part in parts]
    write_file(Path(output), film_strip(columns, width, height), force)
    say(f"wrote {len(columns):,} {'column' if len(columns) == 1 else 'columns'} to {output}")


def check_strip(output: str, force: bool, source: str) -> None:
    """Raise `OptionError` or `OutputError` if a strip cannot be written to a file."""
    if not output.lower().endswith(".png"):
        raise OptionError(f"{output} is no picture of a strip; name it with .png.")
    check_output(Path(output), force, (source,))
