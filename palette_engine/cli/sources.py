"""Sources: the pictures and palette files that a command line names; ``-`` is standard input."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from palette_engine import formats
from palette_engine.errors import InputError, OptionError, Reason, cause_of
from palette_engine.formats import FORMATS, MAX_BYTES
from palette_engine.libraries import preload, warn
from palette_engine.option_kinds import frame_bounds
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.arrangement import arranged
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from palette_engine.extraction.jobs import Report
    from palette_engine.extraction.pipeline import NamedSummary

__all__ = [
    "Reported",
    "extract_frame",
    "extract_palette",
    "extract_together",
    "memory_errors_of",
    "picture_source",
    "read_palette",
    "read_palette_or_picture",
    "read_recognized",
]

Reported: TypeAlias = "Callable[[int], Report | None]"
"""Returns the report of the picture with an index, or None if it is still to be read."""


def extract_palette(
    pictures: Sequence[str], number: int, options: dict[str, Any], reported: Reported
) -> Palette:
    """Return the palette of the picture with an index, unless it is `reported` already."""
    picture = pictures[number]
    with memory_errors_of(picture):
        report = reported(number)
        if report is not None:
            palette: Palette = _value(report)
            return palette
        from palette_engine.extraction import pipeline

        return pipeline.extract(_picture_source(picture, options["max_memory"]), **options)


def extract_frame(source: str | bytes, options: dict[str, Any], frames: int) -> Palette:
    """Return the palette of a picture of which one frame is used; it has `frames` of them.

    Raises what `extract` does, but if the frame is empty, the advice is to choose another one, and
    not to read all of them.
    """
    from palette_engine.extraction.pipeline import extract
    from palette_engine.pictures.reading import source_name

    frame, _ = frame_bounds(options["frames"])
    try:
        return extract(source, **{**options, "frames": frame})
    except InputError as error:
        if error.reason != Reason.TRANSPARENT or frames == 1:
            raise
        name = source_name(source) or "The picture"
        raise InputError(
            f"{name} has no colors in frame {frame:,} of {frames:,}, which is fully transparent; "
            f"--frames chooses another, such as --frames {2 if frame == 1 else 1}.",
            Reason.EMPTY_FRAME,
            count=frames,
        ) from error


def extract_together(
    pictures: Sequence[str],
    weighting: str,
    options: dict[str, Any],
    reported: Reported,
    progress: Callable[[float], None],
) -> Palette:
    """Return the one palette of several pictures, some of which may be `reported`.

    `progress` is called with the fraction of the pictures that is done.
    """
    from palette_engine.extraction import pipeline

    chosen = Options.of(options)
    preload()

    def summaries() -> Iterator[NamedSummary]:
        for number, picture in enumerate(pictures):
            progress(number / len(pictures))
            report = reported(number)
            if report is None:
                source = _picture_source(picture, chosen.max_memory)
                yield pipeline.weighed_summary(source, weighting, chosen)
            else:
                yield _value(report)

    with memory_errors_of(pictures[0] if len(pictures) == 1 else "The pictures"):
        return pipeline.palette_of_pictures(summaries(), chosen)


def _value(report: Report) -> Any:
    """Return the value of a report, after its warnings, or raise its error."""
    for message in report.warnings:
        warn(message)
    if report.error is not None:
        raise report.error
    return report.value


def read_palette(path: str, format_name: str | None = None) -> Palette:
    """Return the palette in a file, in the format that is named or else detected.

    Raises `InputError` if the file cannot be read or is not a palette.
    """
    return formats.loads(_read_beginning(path), _file_name(path), format_name)


def read_recognized(path: str, format_name: str | None = None) -> tuple[str, Palette]:
    """Return the name of the format of a palette file, and its palette as `read_palette` does."""
    data, name = _read_beginning(path), _file_name(path)
    palette = formats.loads(data, name, format_name)
    return format_name or formats.detect_format(data, name) or "", palette


def read_palette_or_picture(path: str, options: dict[str, Any]) -> Palette:
    """Return the palette in a palette file, or that of a picture.

    `options` are those that were set on the command line. Raises `InputError` if the file is
    neither a palette nor a picture, and `OptionError` if it is a palette and an option other than
    order and names was set.
    """
    source = picture_source(path, options.get("max_memory", OPTIONS["max_memory"].default))
    data = _read_beginning(path) if isinstance(source, str) else source
    name = _file_name(path)
    if formats.detect_format(data, name) is None and not _is_only_written(path):
        from palette_engine.extraction.pipeline import extract

        with memory_errors_of(path):
            return extract(source, **options)
    for option in options:
        if option not in ("order", "names"):
            flag = f"--{option.replace('_', '-')}"
            raise OptionError(f"{flag} is for pictures, and {name or 'this'} is a palette.")
    return arranged(formats.loads(data, name), **options)


def picture_source(path: str, max_memory: int = OPTIONS["max_memory"].default) -> str | bytes:
    """Return a source of a picture that can be read repeatedly.

    That is the path of a regular file, or else the bytes of standard input or of a pipe. Raises
    `InputError` if those cannot be read, or take more than `max_memory` megabytes with the picture.
    """
    if path == "-":
        return _read_picture(_standard_input(), path, max_memory)
    return path if Path(path).is_file() else _read_picture(path, path, max_memory)


@contextlib.contextmanager
def memory_errors_of(path: str) -> Iterator[None]:
    """Turn a `MemoryError` in the body of ``with`` into an `InputError` about a picture."""
    try:
        yield
    except MemoryError as error:
        name = "The picture" if path == "-" else path
        raise InputError(f"{name} does not fit into memory; make it smaller.") from error


def _picture_source(path: str, max_memory: int) -> str | bytes:
    """Return the source of a picture that is read once.

    At most `max_memory` megabytes are read of standard input, and of pipes, in one that is a
    picture.
    """
    return path if path != "-" else _read_picture(_standard_input(), path, max_memory)


def _is_only_written(path: str) -> bool:
    """Return whether a file's suffix is that of a palette format that is not read.

    PNG and SVG are not such formats, as the file may be any picture.
    """
    pictures = ((".png",), (".svg",))
    rows = (row for row in FORMATS.values() if row.loads is None and row.suffixes not in pictures)
    return any(path.lower().endswith(row.suffixes) for row in rows)


def _file_name(path: str) -> str:
    return "" if path == "-" else Path(path).name


def _read_beginning(path: str) -> bytes:
    """Return at most one byte more of a file than a palette file may have."""
    if path == "-":
        return _read_standard_input(MAX_BYTES + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(f"There is no file {path}.")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path or 'The empty name'} is a folder; name a file in it.")
    return InputError(f"{path} cannot be read: {cause_of(error)}.")


def _read_picture(source: str | IO[bytes], path: str, max_memory: int) -> bytes:
    """Return the bytes of a picture that is not in a regular file."""
    from palette_engine.pictures.limits import Limits
    from palette_engine.pictures.reading import open_source

    name = "Standard input" if path == "-" else path
    with open_source(source, name, Limits(megabytes=max_memory).stream) as file:
        return file.read()


def _standard_input() -> IO[bytes]:
    """Return standard input, or raise `InputError` if it is closed."""
    if sys.stdin is None:
        raise InputError("Standard input is closed.")
    return sys.stdin.buffer


def _read_standard_input(most: int) -> bytes:
    """Return at most `most` bytes of standard input, or raise `InputError`."""
    try:
        return _standard_input().read(most)
    except OSError as error:
        raise InputError(f"Standard input cannot be read: {error.strerror or error}.") from error
