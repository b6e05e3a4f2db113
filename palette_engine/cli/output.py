"""Output: files that appear whole or not at all, and never in another's place."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from palette_engine import formats
from palette_engine.cli.choosing import FILE
from palette_engine.cli.terminal import on_terminal, say, shown
from palette_engine.errors import OptionError, OutputError
from palette_engine.formats import FORMATS, writer_of
from palette_engine.palette.value import Palette

__all__ = [
    "FORMATS_HELP",
    "Destination",
    "check_destination",
    "copy_option",
    "destinations",
    "force_option",
    "format_option",
    "outputs_option",
    "print_data",
    "print_line",
    "print_swatches",
    "print_text",
    "write",
    "write_palette",
]

WRITTEN = [name for name, row in FORMATS.items() if row.dumps]
"""The formats that can be written."""

FORMATS_HELP = "\b\nFormats:\n" + "".join(
    f"  {name:<13}  {FORMATS[name].title} ({', '.join(FORMATS[name].suffixes)})\n"
    for name in WRITTEN
)
"""What a command's help says about them."""


def format_option(otherwise: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what gives a command the option that names a format to write."""
    return click.option(
        "-f",
        "--format",
        "format_name",
        metavar="FORMAT",
        type=click.Choice(WRITTEN),
        help=f"How to write the palette; see below.  [default: {otherwise}]",
    )


def outputs_option(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what gives a command the option that names files to write."""
    return click.option(
        "-o",
        "--output",
        "outputs",
        metavar="FILE",
        multiple=True,
        type=FILE,
        help=f"{help_text}; may be said several times.",
    )


copy_option = click.option(
    "--copy", "copied", is_flag=True, help="Print all colors on one line, to copy."
)

force_option = click.option(
    "--force", is_flag=True, help="Replace what is written if it is there already."
)


@dataclass(frozen=True)
class Destination:
    """Where a palette goes, and in which format; a path of None is standard output."""

    path: Path | None
    format_name: str


def destinations(
    outputs: Sequence[str], format_name: str | None, force: bool
) -> tuple[Destination, ...]:
    """Return where a palette goes, having checked that it could; ``-`` is standard output.

    Raises `OptionError` if a suffix means no format, and `OutputError` if nothing could be
    written there.
    """
    if format_name is not None and len(outputs) > 1:
        raise OptionError("--format is for one output; several are written by their suffixes.")
    places = {output if output == "-" else Path(output).absolute() for output in outputs}
    if len(places) < len(outputs):
        raise OptionError("The same output is named twice; name each once.")
    chosen = []
    for output in outputs:
        if output == "-":
            chosen.append(_printed(format_name or "hex"))
        else:
            check_destination(Path(output), force)
            chosen.append(Destination(Path(output), format_name or writer_of(output)))
    return tuple(chosen)


def write_palette(palette: Palette, chosen: Sequence[Destination], force: bool) -> None:
    """Write a palette wherever it goes, and say so; all files are made before one is written."""
    contents = [formats.dumps(palette, each.format_name) for each in chosen]
    for each, data in zip(chosen, contents, strict=True):
        if each.path is None:
            print_data(data)
            continue
        write(each.path, data, force)
        count = len(palette.swatches)
        say(f"wrote {count} {'color' if count == 1 else 'colors'} to {each.path}")
        most = FORMATS[each.format_name].most
        if count > most:
            say(f"{each.path}: the program it is for takes only the first {most} colors")


def _printed(format_name: str) -> Destination:
    """Return standard output as where a palette goes.

    Raises `OutputError` if that is a terminal and the format is not text.
    """
    if FORMATS[format_name].binary and on_terminal():
        raise OutputError(f"{format_name} is not text; say -o FILE, or send it into a pipe.")
    return Destination(None, format_name)


def print_swatches(palette: Palette) -> None:
    """Print a palette for who looks."""
    print_text("\n".join(shown(palette)))


def print_line(palette: Palette) -> None:
    """Print all colors on one line."""
    print_text(", ".join(swatch.hex for swatch in palette.swatches))


def print_text(text: str) -> None:
    """Print text and end the line, or raise `OutputError`."""
    with _standard_output() as output:
        click.echo(text, file=output)
        output.flush()


def print_data(data: bytes) -> None:
    """Print a file, or raise `OutputError` if standard output does not take it."""
    with _standard_output() as output:
        output.buffer.write(data)
        output.buffer.flush()


@contextlib.contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Yield standard output; what goes wrong with it is an `OutputError`."""
    if sys.stdout is None:
        raise OutputError("Standard output is closed; say -o FILE.")
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {error.strerror}.") from error


def check_destination(path: Path, force: bool) -> None:
    """Raise `OutputError` if a file could not be written there; called before the work begins."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:  # such as a name that is too long, or links in a circle
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it.")
    folder = (path.resolve() if path.is_symlink() else path).parent
    if not folder.is_dir():
        raise OutputError(f"There is no folder {folder}; create it first.")
    if path.is_file() and not force:
        raise OutputError(f"{path} exists; say --force to replace it, or choose another name.")
    if not os.access(folder, os.W_OK) and not _is_device(path):
        raise OutputError(f"The folder {folder} is not writable; choose another one.")


def write(path: Path, data: bytes, force: bool) -> None:
    """Write a file by renaming a finished one to its name, or raise `OutputError`.

    What is no regular file, such as a pipe or /dev/stdout, is written as it is.
    """
    try:
        if _is_device(path):
            path.write_bytes(data)
        else:
            _rename_into_place(path, data, force)
    except FileExistsError as error:
        raise OutputError(f"{path} has appeared meanwhile; say --force to replace it.") from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _rename_into_place(path: Path, data: bytes, force: bool) -> None:
    # A link's target is replaced, not the link.
    path = path.resolve()
    # Not the process's number: in another container, another process has it too.
    unfinished = path.with_name(f".palette-engine-{os.urandom(8).hex()}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if force:
            if path.exists():
                shutil.copymode(path, unfinished)
            unfinished.replace(path)
        else:
            _link_into_place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _link_into_place(unfinished: Path, path: Path) -> None:
    """Give a file its name unless another has it, which a rename would replace."""
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        unfinished.replace(path)
