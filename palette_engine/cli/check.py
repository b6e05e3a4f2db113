"""``palette-engine check``: which colors can be text on which, and which are hard to tell apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import (
    FILE,
    drop_unset,
    force_option,
    palette_or_picture_options,
)
from palette_engine.cli.sources import read_palette_or_picture
from palette_engine.cli.standard_output import has_color, print_data, print_text
from palette_engine.color.contrast import GRADES, Pair, ratio_text, text_color_on
from palette_engine.color.srgb import Color
from palette_engine.drawing.check_sheet import check_sheet_of
from palette_engine.errors import OptionError
from palette_engine.formats import png, svg

if TYPE_CHECKING:
    from palette_engine.color.color_vision import Confusion, View
    from palette_engine.palette.check import Check

__all__ = ["check"]

RENDERERS = {".svg": svg.encode, ".png": png.encode}
"""The functions that turn a drawing into a file, by the file's suffix."""

MAX_ROWS = 8
"""The number of rows that a terminal shows of each kind of result; a pipe gets all."""

EXAMPLES = """\b
Examples:
  palette-engine check brand.gpl
  palette-engine check photo.jpg -n 6 -o contrast.svg
  palette-engine check brand.ase --json | jq .contrast
"""


@click.command(short_help="Show which colors are readable on which others.", epilog=EXAMPLES)
@click.argument("source", metavar="PALETTE|PICTURE", type=FILE)
@palette_or_picture_options
@click.option("--json", "as_json", is_flag=True, help="Print all results as JSON.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    help="Draw a swatch sheet, .svg or .png, instead of printing.",
)
@force_option
def check(source: str, as_json: bool, output: str | None, force: bool, **options: Any) -> None:
    """Show which colors can be text on which others, and which are hard to tell apart.

    The contrast of every two colors of PALETTE or PICTURE is that of WCAG 2.2; - is standard
    input. Color vision is simulated after Brettel, Viénot and Mollon, 1997.
    """
    if output is not None:
        _check_drawing(source, output, force)
    palette = read_palette_or_picture(source, drop_unset(options))
    from palette_engine.palette.check import checked, to_object

    result = checked(palette)
    if not result.pairs:
        say(f"There is nothing to compare: {_count(len(palette.swatches), 'color')}.")
    if output is not None:
        path = Path(output)
        write_file(path, RENDERERS[path.suffix.lower()](check_sheet_of(result)), force)
        say(f"wrote the check of {_count(len(palette.swatches), 'color')} to {path}")
    if as_json:
        print_data(f"{json.dumps(to_object(result), indent=2)}\n".encode())
    elif output is None and result.pairs:
        print_text("\n".join(_color_lines(result) if has_color() else _plain_lines(result)))
    if palette.note:
        say(palette.note)


def _check_drawing(source: str, output: str, force: bool) -> None:
    """Raise an error if a swatch sheet cannot be written there; called before the work begins."""
    if Path(output).suffix.lower() not in RENDERERS:
        known = " or ".join(RENDERERS)
        raise OptionError(f"{output} does not end in {known}; use one of these for a swatch sheet.")
    check_output(Path(output), force, (source,))


def _count(count: int, thing: str) -> str:
    return f"{count or 'no'} {thing}{'' if count == 1 else 's'}"


# To a pipe


def _plain_lines(result: Check) -> Iterator[str]:
    """Yield a line for each pair, high contrast first, then one for each confusion."""
    swatches = result.palette.swatches
    for pair in result.pairs:
        colors = f"{swatches[pair.first].hex}  {swatches[pair.second].hex}"
        yield f"{pair.grade.mark or '-':<8}  {colors}  {ratio_text(pair.ratio):>5}"
    for view in result.views:
        for each in view.confusions:
            colors = f"{swatches[each.first].hex}  {swatches[each.second].hex}"
            yield f"{view.vision:<8}  {colors}  {each.words}"


# On a terminal


def _color_lines(result: Check) -> Iterator[str]:
    """Yield rows of pairs on each other, high contrast first, then rows of confusions."""
    yield "  Text on background: contrast ratio by WCAG 2.2"
    for grade in GRADES:
        pairs = [pair for pair in result.pairs if pair.grade == grade]
        if grade.mark:
            cells = [_pair_cell(result, pair) for pair in pairs]
            yield from ("", f"  {grade.mark}: {grade.meaning}", *_rows(cells or ["none"], 3))
        elif pairs:
            yield from ("", f"  {_count(len(pairs), 'pair')}: {grade.meaning}")
    yield from (
        "",
        "",
        f"  Hard to tell apart: ΔE2000 under {result.hard:g}, usually {result.hard:g} or more",
    )
    for view in result.views:
        cells = [_confusion_cell(result, view, each) for each in view.confusions]
        title = f"  {view.vision.capitalize()}: {view.meaning}"
        yield from ("", title, *_rows(cells or ["none"], 1))


def _rows(cells: Sequence[str], columns: int) -> Iterator[str]:
    """Yield rows of cells, and the number of cells that are left out."""
    shown = cells[: MAX_ROWS * columns]
    for start in range(0, len(shown), columns):
        yield f"  {'  '.join(shown[start : start + columns])}"
    if len(cells) > len(shown):
        yield f"  and {len(cells) - len(shown)} more, which --json lists"


def _pair_cell(result: Check, pair: Pair) -> str:
    """Return the two colors of a pair, each on the other, with their ratio: 24 columns."""
    first, second = (result.palette.swatches[index] for index in (pair.first, pair.second))
    on_second = _text(f" {first.hex} ", first.color, second.color)
    on_first = _text(f" {second.hex} ", second.color, first.color)
    return f"{on_second}{on_first} {ratio_text(pair.ratio):>5}"


def _confusion_cell(result: Check, view: View, pair: Confusion) -> str:
    """Return the two colors of a confusion, as they are and as they are seen."""
    swatches = [result.palette.swatches[index] for index in (pair.first, pair.second)]
    colors = [_text(f" {each.hex} ", text_color_on(each.color), each.color) for each in swatches]
    seen = [_text("     ", (0, 0, 0), view.colors[index]) for index in (pair.first, pair.second)]
    return f"{''.join(colors)}  seen as {''.join(seen)}  {pair.words}"


def _text(text: str, color: Color, background: Color) -> str:
    """Return text in a color on a background (24-bit SGR escape sequences)."""
    foreground, back = (";".join(map(str, each)) for each in (color, background))
    return f"\x1b[38;2;{foreground};48;2;{back}m{text}\x1b[0m"
