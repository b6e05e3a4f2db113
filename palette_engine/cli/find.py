"""``palette-engine find`` and ``facets``: the pictures of a table by color, and their counts."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palette_engine.cli.messages import escape, say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import FILE, force_option
from palette_engine.cli.standard_output import print_text
from palette_engine.collections.limits import SECONDS
from palette_engine.color.hex_code import parse_hex
from palette_engine.errors import InputError, OptionError
from palette_engine.palette.value import percent

if TYPE_CHECKING:
    from palette_engine.color.srgb import Color

__all__ = ["facets", "find", "print_lines"]

EXAMPLES = """\b
Examples:
  palette-engine find pictures.csv '#e6194b'
  palette-engine find pictures.csv '#e6194b' '#0b57d0' --within 15 --least 5%
  palette-engine find pictures.csv --family red --not gray:30% -o red.html
  palette-engine find pictures.csv --like poster.png --json
"""

WITHOUT = 0.1
"""With this share of a picture or more, a color counts as being in it, for --not."""


class _Share(click.ParamType):  # type: ignore[type-arg]  # click before 8.2 has none
    """A share as a percentage such as 5%, or a number from 0 to 1."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share from 0 to 1."""
        if isinstance(value, float):
            return value
        try:
            return _share(value)
        except ValueError:
            self.fail(f"{value!r} is not a share such as 5% or 0.05.", param, ctx)


table_argument = click.argument("table", metavar="TABLE", type=FILE)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command(short_help="Find pictures of a table by their colors.", epilog=EXAMPLES)
@table_argument
@click.argument("colors", metavar="[COLOR]...", nargs=-1)
@click.option(
    "--within",
    type=click.FloatRange(0, 100),
    metavar="X",
    default=10.0,
    show_default=True,
    help="How far, in ΔE2000, a picture's color may be from a COLOR.",
)
@click.option(
    "--least",
    type=_Share(),
    metavar="SHARE",
    default=0.01,
    show_default="1%",
    help="The least share of a picture that each COLOR and family has.",
)
@click.option("--family", "families", metavar="FAMILY", multiple=True, help="A basic color.")
@click.option(
    "--not",
    "without",
    metavar="COLOR|FAMILY[:SHARE]",
    multiple=True,
    help="A color or family that has a smaller share than this.  [default share: 10%]",
)
@click.option(
    "--monochrome/--no-monochrome",
    default=None,
    help="Only pictures with one hue or none, or only others.",
)
@click.option(
    "--like",
    metavar="PICTURE|PALETTE",
    type=FILE,
    help="Those most like a picture or a palette file come first.",
)
@click.option(
    "-n",
    "--count",
    type=click.IntRange(1, 10_000),
    metavar="N",
    default=50,
    show_default=True,
    help="At most so many pictures.",
)
@json_option
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    help="Write a contact sheet (.html or .png) instead.",
)
@force_option
def find(
    table: str,
    colors: tuple[str, ...],
    within: float,
    least: float,
    families: tuple[str, ...],
    without: tuple[str, ...],
    monochrome: bool | None,
    like: str | None,
    count: int,
    as_json: bool,
    output: str | None,
    force: bool,
) -> None:
    """Print the pictures of a TABLE that have each COLOR and family, the largest area first.

    A COLOR is a hex code such as '#e6194b', in quotes. Families are red, orange, brown, yellow,
    green, turquoise, blue, purple, pink, white, gray and black. TABLE is what "collect" has
    written. If no picture is found, the exit code is 3.
    """
    if output is not None:
        if as_json:
            raise OptionError("--json prints; leave out -o.")
        if not output.lower().endswith((".html", ".htm", ".png")):
            raise OptionError(f"{output} is no contact sheet; name it with .html or .png.")
        check_output(Path(output), force, (table, *([like] if like else [])))
    from palette_engine.cli.sources import read_palette_or_picture
    from palette_engine.collections.find import Query, describe
    from palette_engine.collections.find import find as find_pictures
    from palette_engine.collections.index import index_of

    query = Query(
        tuple(map(_color, colors)),
        within,
        least,
        families,
        tuple(map(_exclusion, without)),
        monochrome,
        read_palette_or_picture(like, {}) if like else None,
    )
    if query == Query(within=within, least=least):
        raise OptionError("Name a COLOR, or use --family, --like, --not or --monochrome.")
    index = index_of(Path(table))
    found = describe(index, find_pictures(index, query, count))
    if as_json:
        print_text(json.dumps(found, ensure_ascii=False, indent=2))
    elif output is not None:
        _write_sheet(_title(table, colors, families, like), found, output, force)
    else:
        print_lines(found)
    if not found:
        say("no picture was found; allow more with --within, or less with --least")
        raise click.exceptions.Exit(InputError.exit_code)


@click.command(short_help="Count the pictures of a table by color.")
@table_argument
@click.option(
    "--least",
    type=_Share(),
    metavar="SHARE",
    default=0.05,
    show_default="5%",
    help="The least share of a picture that a color has to count.",
)
@click.option(
    "--by",
    metavar="folder|year|COLUMN",
    help="Print the mean share of each family over folders, over the years in which files were "
    "changed, or over a column of --csv, as CSV.",
)
@click.option(
    "--csv", "lookup", metavar="FILE", type=FILE, help="A CSV with the columns source and --by."
)
@json_option
def facets(table: str, least: float, by: str | None, lookup: str | None, as_json: bool) -> None:
    """Print how many pictures of a TABLE have each family of colors, and each CSS color."""
    if by is not None or lookup is not None:
        _print_groups(table, by, lookup, as_json)
        return
    from palette_engine.collections.find import find_facets
    from palette_engine.collections.index import index_of

    counts = find_facets(index_of(Path(table)), least)
    if as_json:
        print_text(json.dumps(counts, indent=2))
        return
    lines = [
        f"{group}  {name}  {number}"
        for group, each in counts.items()
        for name, number in each.items()
    ]
    print_text("\n".join(lines))


def _print_groups(table: str, by: str | None, lookup: str | None, as_json: bool) -> None:
    """Print the mean shares of families over groups of pictures."""
    from palette_engine.collections.statistics import GROUPINGS, column_of, group_rows
    from palette_engine.collections.table import read_table

    if by is None:
        raise OptionError("--csv needs --by, the name of one of its columns.")
    if lookup is not None:
        group_of = column_of(Path(lookup), by)
    elif by in GROUPINGS:
        group_of = GROUPINGS[by]
    else:
        raise OptionError(
            f"Pictures can be grouped by {' or '.join(GROUPINGS)}, or by a column of --csv FILE, "
            f"not by {by!r}."
        )
    groups = group_rows(read_table(Path(table)), group_of)
    if as_json:
        print_text(json.dumps([asdict(each) for each in groups], ensure_ascii=False, indent=2))
        return
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    families = [*groups[0].families] if groups else []
    writer.writerow([by, "pictures", *families])
    writer.writerows([each.name, each.pictures, *each.families.values()] for each in groups)
    print_text(file.getvalue().rstrip("\n"))


def print_lines(found: list[dict[str, Any]]) -> None:
    """Print a line for each picture: its distance or area, if it has one, and its source."""
    for each in found:
        score = f"{percent(each['area']):>6}  " if each["area"] else ""
        if each["distance"] is not None:
            score = f"{each['distance']:>5.1f}  "
        print_text(f"{score}{escape(each['source'])}")


def _write_sheet(title: str, found: list[dict[str, Any]], output: str, force: bool) -> None:
    from palette_engine.collections.contact_picture import contact_picture
    from palette_engine.collections.contact_sheet import contact_sheet, thumbnails

    draw = contact_picture if output.lower().endswith(".png") else contact_sheet
    with thumbnails(SECONDS) as thumbnail:
        data = draw(title, found, thumbnail)
    write_file(Path(output), data, force)
    say(f"wrote {len(found)} {'picture' if len(found) == 1 else 'pictures'} to {output}")


def _title(table: str, colors: tuple[str, ...], families: tuple[str, ...], like: str | None) -> str:
    """Return what a contact sheet is called."""
    parts = [*colors, *families, *([f"like {Path(like).name}"] if like else [])]
    return f"{Path(table).name}: {', '.join(parts)}" if parts else Path(table).name


def _color(text: str) -> Color:
    """Return the color of a hex code, or raise `OptionError`."""
    with contextlib.suppress(ValueError):
        return parse_hex(text)
    raise OptionError(f"{text!r} is not a color; write it like '#e6194b'.")


def _exclusion(text: str) -> tuple[Color | str, float]:
    """Return a color or family and the share from which on it is there, or raise `OptionError`."""
    name, _, share = text.partition(":")
    try:
        most = _share(share) if share else WITHOUT
    except ValueError as error:
        raise OptionError(f"{share!r} is not a share such as 5% or 0.05.") from error
    with contextlib.suppress(ValueError):
        return parse_hex(name), most
    return name, most


def _share(text: str) -> float:
    """Return a share from 0 to 1; raises `ValueError` if the text is none."""
    number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= number <= 1:
        raise ValueError
    return number
