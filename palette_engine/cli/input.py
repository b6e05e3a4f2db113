"""Input: pictures and palettes as a command line names them; - is standard input."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from palette_engine import formats
from palette_engine.cli.choosing import arranged
from palette_engine.cli.progress import tell_nobody
from palette_engine.errors import InputError, OptionError, cause_of
from palette_engine.formats import FORMATS, MOST_BYTES
from palette_engine.palette.value import Palette

__all__ = [
    "enough_memory_for",
    "extracted",
    "picture_source",
    "read_palette",
    "read_palette_or_picture",
]


def extracted(
    pictures: Sequence[str],
    weighting: str | None,
    options: dict[str, Any],
    tell: Callable[[float], None],
) -> Palette:
    """Return the palette of a picture, or with a weighting the one palette of several.

    `tell` is called with the fraction of several that is done.
    """
    from palette_engine.extraction import pipeline

    sources = _sources(pictures, tell if weighting else tell_nobody)
    with enough_memory_for(pictures[0] if len(pictures) == 1 else "The pictures"):
        if weighting:
            return pipeline.extract_together(sources, weighting=weighting, **options)
        return pipeline.extract(next(sources), **options)


def read_palette(path: str, format_name: str | None = None) -> Palette:
    """Return the palette in a file, in the format that is named or else that it shows.

    Raises `InputError` if it cannot be read, or is no palette.
    """
    return formats.loads(_beginning(path), _name(path), format_name)


def read_palette_or_picture(path: str, options: dict[str, Any]) -> Palette:
    """Return the palette in a file, or of the picture that it is.

    `options` are those that were given; only order and names also hold for a palette.

    Raises `InputError` if it is neither, and `OptionError` for an option that is for pictures
    if it is a palette.
    """
    source = picture_source(path)
    data = _beginning(path) if isinstance(source, str) else source
    if formats.recognized(data, _name(path)) is None and not _is_written_only(path):
        from palette_engine.extraction.pipeline import extract

        with enough_memory_for(path):
            return extract(source, **options)
    for option in options:
        if option not in ("order", "names"):
            flag = f"--{option.replace('_', '-')}"
            raise OptionError(f"{flag} is for pictures, and {_name(path) or 'this'} is a palette.")
    return arranged(formats.loads(data, _name(path)), **options)


def _sources(pictures: Sequence[str], tell: Callable[[float], None]) -> Iterator[str | bytes]:
    """Yield what to read each picture from; one is let go before the next is opened."""
    for number, picture in enumerate(pictures):
        tell(number / len(pictures))
        yield _standard_input() if picture == "-" else picture


@contextlib.contextmanager
def enough_memory_for(name: str) -> Iterator[None]:
    """Raise `InputError` if there is not."""
    try:
        yield
    except MemoryError as error:
        name = "The picture" if name == "-" else name
        raise InputError(f"{name} does not fit into memory; make it smaller.") from error


def _is_written_only(path: str) -> bool:
    """Tell whether a file's suffix is that of a palette which cannot be read, nor be a picture."""
    rows = (row for row in FORMATS.values() if row.loads is None and row.suffixes != (".png",))
    return any(path.lower().endswith(row.suffixes) for row in rows)


def _name(path: str) -> str:
    return "" if path == "-" else Path(path).name


def _beginning(path: str) -> bytes:
    """Return as much of a file as a palette may have, and a byte more."""
    if path == "-":
        return _standard_input(MOST_BYTES + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def picture_source(path: str) -> str | bytes:
    """Return what to read a picture from, more than once.

    That is the path, or the bytes of standard input or of a pipe. Raises `InputError` if those
    cannot be read.
    """
    if path == "-":
        return _standard_input()
    if Path(path).is_file():
        return path
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(f"There is no file {path}.")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path or 'The empty name'} is a folder; name a file in it.")
    return InputError(f"{path} cannot be read: {cause_of(error)}.")


def _standard_input(most: int = -1) -> bytes:
    """Return all of standard input, or so many bytes of it, or raise `InputError`."""
    if sys.stdin is None:
        raise InputError("Standard input is closed.")
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        raise InputError(f"Standard input cannot be read: {error.strerror or error}.") from error
