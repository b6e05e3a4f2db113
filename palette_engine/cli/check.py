"""``palette-engine check``: which colors can be text on which, and who cannot tell them apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palette_engine.cli.choosing import FILE, given, options_for_either
from palette_engine.cli.input import read_palette_or_picture
from palette_engine.cli.output import check_destination, force_option, print_data, print_text, write
from palette_engine.cli.terminal import in_color, say
from palette_engine.color.contrast import GRADES, Pair, ratio_text, readable_on
from palette_engine.color.srgb import Color
from palette_engine.drawing.swatch_sheet import check_sheet_of
from palette_engine.errors import OptionError
from palette_engine.formats import png, svg

if TYPE_CHECKING:
    from palette_engine.color.color_vision import Confusion, View
    from palette_engine.palette.check import Check

__all__ = ["check"]

DRAWINGS = {".svg": svg.encode, ".png": png.encode}

ROWS = 8
"""How many lines a terminal shows of each kind of finding; a pipe gets all."""

EXAMPLES = """\b
Examples:
  palette-engine check brand.gpl
  palette-engine check photo.jpg -n 6 -o contrast.svg
  palette-engine check brand.ase --json | jq .contrast
"""


@click.command(short_help="Tell which colors are readable on which others.", epilog=EXAMPLES)
@click.argument("source", metavar="PALETTE|PICTURE", type=FILE)
@options_for_either
@click.option("--json", "as_json", is_flag=True, help="Print everything as a JSON document.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    help="Draw a sheet, .svg or .png, instead of printing.",
)
@force_option
def check(source: str, as_json: bool, output: str | None, force: bool, **options: Any) -> None:
    """Tell which colors can be text on which others, and which look alike to whom.

    Contrast is that of WCAG 2.2, for every two colors of PALETTE or PICTURE; - is standard
    input. Color vision is simulated after Brettel, Viénot and Mollon, 1997.
    """
    if output is not None:
        _check_drawing(output, force)
    palette = read_palette_or_picture(source, given(options))
    from palette_engine.palette.check import checked, document

    found = checked(palette)
    if not found.pairs:
        say(f"There is nothing to compare: {_counted(len(palette.swatches), 'color')}.")
    if output is not None:
        path = Path(output)
        write(path, DRAWINGS[path.suffix.lower()](check_sheet_of(found)), force)
        say(f"wrote the check of {_counted(len(palette.swatches), 'color')} to {path}")
    if as_json:
        print_data(f"{json.dumps(document(found), indent=2)}\n".encode())
    elif output is None and found.pairs:
        print_text("\n".join(_painted(found) if in_color() else _listed(found)))
    if palette.note:
        say(palette.note)


def _check_drawing(output: str, force: bool) -> None:
    """Raise an error if a sheet could not be drawn there; called before the work begins."""
    if Path(output).suffix.lower() not in DRAWINGS:
        known = " or ".join(DRAWINGS)
        raise OptionError(f"{output} does not end in {known}, which are what a sheet is drawn as.")
    check_destination(Path(output), force)


def _counted(count: int, thing: str) -> str:
    return f"{count or 'no'} {thing}{'' if count == 1 else 's'}"


# To a pipe


def _listed(found: Check) -> Iterator[str]:
    """Yield a line for each pair, the best first, and then for each that is hard to tell apart."""
    swatches = found.palette.swatches
    for pair in found.pairs:
        colors = f"{swatches[pair.first].hex}  {swatches[pair.second].hex}"
        yield f"{pair.grade.mark or '-':<8}  {colors}  {ratio_text(pair.ratio):>5}"
    for view in found.views:
        for each in view.confusions:
            colors = f"{swatches[each.first].hex}  {swatches[each.second].hex}"
            yield f"{view.vision:<8}  {colors}  {each.words}"


# On a terminal


def _painted(found: Check) -> Iterator[str]:
    """Yield lines with what can be text on what, best first, and what is hard to tell apart."""
    yield "  Text on background: contrast ratio by WCAG 2.2"
    for grade in GRADES:
        pairs = [pair for pair in found.pairs if pair.grade == grade]
        if grade.mark:
            cells = [_sample(found, pair) for pair in pairs]
            yield from ("", f"  {grade.mark}: {grade.meaning}", *_rows(cells or ["none"], 3))
        elif pairs:
            yield from ("", f"  {_counted(len(pairs), 'pair')}: {grade.meaning}")
    yield from (
        "",
        "",
        f"  Hard to tell apart: ΔE2000 under {found.hard:g}, usually {found.hard:g} or more",
    )
    for view in found.views:
        cells = [_likeness(found, view, each) for each in view.confusions]
        title = f"  {view.vision.capitalize()}: {view.meaning}"
        yield from ("", title, *_rows(cells or ["none"], 1))


def _rows(cells: Sequence[str], columns: int) -> Iterator[str]:
    """Yield lines of cells, and how many more there are."""
    shown = cells[: ROWS * columns]
    for start in range(0, len(shown), columns):
        yield f"  {'  '.join(shown[start : start + columns])}"
    if len(cells) > len(shown):
        yield f"  and {len(cells) - len(shown)} more, which --json lists"


def _sample(found: Check, pair: Pair) -> str:
    """Return the two colors of a pair, each on the other, with their ratio: 24 columns."""
    first, second = (found.palette.swatches[place] for place in (pair.first, pair.second))
    on_second = _text(f" {first.hex} ", first.color, second.color)
    on_first = _text(f" {second.hex} ", second.color, first.color)
    return f"{on_second}{on_first} {ratio_text(pair.ratio):>5}"


def _likeness(found: Check, view: View, pair: Confusion) -> str:
    """Return the two colors of a pair, as they are and as they are seen."""
    swatches = [found.palette.swatches[place] for place in (pair.first, pair.second)]
    colors = [_text(f" {each.hex} ", readable_on(each.color), each.color) for each in swatches]
    seen = [_text("     ", (0, 0, 0), view.colors[place]) for place in (pair.first, pair.second)]
    return f"{''.join(colors)}  seen as {''.join(seen)}  {pair.words}"


def _text(text: str, color: Color, background: Color) -> str:
    """Return text in true color."""
    ink, paper = (";".join(map(str, each)) for each in (color, background))
    return f"\x1b[38;2;{ink};48;2;{paper}m{text}\x1b[0m"
