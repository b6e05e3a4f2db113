"""Destinations: the files, or standard output, that a palette is written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from palette_engine import formats
from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.standard_output import is_terminal, print_data
from palette_engine.errors import OptionError, OutputError
from palette_engine.formats import FORMATS, format_of
from palette_engine.palette.value import Palette

__all__ = ["Destination", "destinations_of", "write_palette"]


@dataclass(frozen=True)
class Destination:
    """A file to write and its format; a path of None is standard output."""

    path: Path | None
    format_name: str


def destinations_of(
    outputs: Sequence[str], format_name: str | None, force: bool, inputs: Sequence[str]
) -> tuple[Destination, ...]:
    """Return the destinations that outputs name, after checking them; ``-`` is standard output.

    `inputs` are the files that the command reads. Raises `OptionError` if no format has a file's
    suffix, and `OutputError` if a destination cannot be written or is an input.
    """
    if format_name is not None and len(outputs) > 1:
        raise OptionError("--format is for one output; several are written by their suffixes.")
    names = {output if output == "-" else Path(output).absolute() for output in outputs}
    if len(names) < len(outputs):
        raise OptionError("The same output is named twice; name each once.")
    destinations = []
    for output in outputs:
        if output == "-":
            destinations.append(_standard_output(format_name or "hex"))
        else:
            check_output(Path(output), force, inputs)
            destinations.append(Destination(Path(output), format_name or format_of(output)))
    return tuple(destinations)


def write_palette(palette: Palette, destinations: Sequence[Destination], force: bool) -> None:
    """Write a palette to destinations, and say so for each file.

    All files are encoded before the first is written.
    """
    contents = [formats.dumps(palette, each.format_name) for each in destinations]
    for each, data in zip(destinations, contents, strict=True):
        if each.path is None:
            print_data(data)
            continue
        write_file(each.path, data, force)
        count = len(palette.swatches)
        say(f"wrote {count} {'color' if count == 1 else 'colors'} to {each.path}")
        most = FORMATS[each.format_name].most_colors
        if count > most:
            say(f"{each.path}: the program it is for takes only the first {most} colors")


def _standard_output(format_name: str) -> Destination:
    """Return standard output as a destination.

    Raises `OutputError` if that is a terminal and the format is binary.
    """
    if FORMATS[format_name].binary and is_terminal():
        raise OutputError(f"{format_name} is not text; use -o FILE, or send it into a pipe.")
    return Destination(None, format_name)
