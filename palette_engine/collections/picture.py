"""Picture: makes the row of one picture, in a process that it may end.

Libraries are imported where they are used, as the process that only names the job needs none.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import os
import stat
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeAlias

from palette_engine import __version__
from palette_engine.collections.download import (
    Download,
    NotDownloaded,
    download,
    has_address,
)
from palette_engine.collections.row import Row, RowSwatch, readable
from palette_engine.errors import InputError, OptionError, PaletteError, PaletteWarning, cause_of
from palette_engine.options import OPTIONS, Options

if TYPE_CHECKING:
    from palette_engine.color.cielab import Lab
    from palette_engine.extraction.summary import Summary
    from palette_engine.palette.value import Palette

__all__ = [
    "CHANGED",
    "KILLED",
    "LEFTOVER",
    "LOST",
    "UNCHANGED",
    "UNREADABLE",
    "UNUSABLE",
    "Entry",
    "Read",
    "Reading",
    "begin",
    "chosen_options",
    "empty_row",
    "entry_of",
    "hashed_row",
    "mtime_of",
    "read_alone",
    "read_row",
    "read_summed",
]

CHANGED, KILLED, LEFTOVER, LOST, UNREADABLE, UNUSABLE = (
    *("changed", "killed", "defect", "lost", "unreadable", "unusable"),
)
"""The reasons of rows beside those of `errors.Reason`."""

UNCHANGED = "unchanged"
"""The reason of a row without anything else: its source is as it was when it was read before."""

CHUNK = 2**20

SPARE = 600 * 10**6
"""Bytes of address space that a process may have beside `max_memory`, as its libraries grow."""

SHARE_DIGITS, LAB_DIGITS = 6, 3


@dataclass(frozen=True)
class Entry:
    """A source: a file, or a member of an archive, whose bytes are `data`.

    `path` is its name as Python names files, or its address; if it is relative, it is so to
    `folder`, or to the folder of the process. `size` and `mtime` are None if they are not known.
    `etag` is the version that a server told.
    """

    path: str
    size: int | None = None
    mtime: float | None = None
    data: bytes | None = None
    folder: str = ""
    etag: str = ""

    @property
    def place(self) -> str:
        """Where the file is."""
        return os.path.join(self.folder, self.path)  # noqa: PTH118  its name may be no text


@cache
def chosen_options(options: Options) -> Mapping[str, Any]:
    """Return the options that differ from their defaults, as JSON has them."""
    found = {}
    for name, row in OPTIONS.items():
        value = getattr(options, name)
        if value != row.read(row.default):
            found[name] = [*value] if isinstance(value, tuple) else value
    return found


def empty_row(entry: Entry, options: Options) -> Row:
    """Return the row of a source of which nothing is known but where it is."""
    source, raw = readable(entry.path)
    return Row(
        source,
        raw,
        bytes=entry.size,
        mtime=entry.mtime,
        etag=entry.etag,
        engine=__version__,
        options=chosen_options(options),
    )


def entry_of(path: str) -> Entry:
    """Return the entry of a file, with its size and time if it is there."""
    try:
        status = os.stat(path)  # noqa: PTH116  its name may be no text
    except (OSError, ValueError):
        return Entry(path)
    return Entry(path, status.st_size, mtime_of(status))


def hashed_row(entry: Entry, options: Options) -> Row:
    """Return the row of a source of which only the file itself is known, if it can be read."""
    row = empty_row(entry, options)
    try:
        with contextlib.closing(_opened(entry)) as file:
            return replace(row, **_identity(file, entry))
    except (OSError, ValueError):
        return row


def begin(megabytes: int) -> None:
    """Load what the job needs, and limit the memory of this process, where the system can.

    A picture may take `megabytes`, and libraries `SPARE` more.
    """
    from palette_engine import libraries

    libraries.limit_threads()  # before numpy is imported
    from palette_engine.collections.families import family_of
    from palette_engine.extraction import pipeline  # noqa: F401

    # An import that fails in the background fails again where it is needed.
    threading.excepthook = lambda _: None
    libraries.load()
    import numpy as np

    family_of(np.zeros((1, 3), np.uint8))
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + megabytes * 10**6 + SPARE
        # Not the hard limit, as decoders in processes of their own set another one.
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Reading(NamedTuple):
    """The row of a picture, and if it can be used and that was asked for, its summary.

    The summary has the weight that all pictures have in common, so that each counts the same.
    """

    row: Row
    summary: Summary | None = None


Read: TypeAlias = Callable[[Entry, Options], Reading]
"""What is read of a picture: `read_alone` or `read_summed`."""


def read_row(entry: Entry, options: Options) -> Row:
    """Return the row of a picture, which says what is wrong if it cannot be used.

    Raises `OptionError` for options that no picture can have.
    """
    return _read(entry, options).row


def read_alone(entry: Entry, options: Options) -> Reading:
    """Return what `read_row` does, without a summary."""
    return Reading(_read(entry, options).row)


def read_summed(entry: Entry, options: Options) -> Reading:
    """Return what `read_row` does, with the summary."""
    row, summary = _read(entry, options)
    return Reading(row, summary.equalized() if summary is not None else None)


def _read(entry: Entry, options: Options) -> Reading:
    row = empty_row(entry, options)
    try:
        if entry.data is None and has_address(entry.path):
            found = download(entry.path, entry.etag, entry.mtime)
            if found is None:
                return Reading(replace(row, reason=UNCHANGED))
            if entry.size is not None and _is_other(entry, found):
                raise _Changed(f"{row.source} has changed since it was listed; collect it again.")
            entry = _downloaded(entry, found)
            row = empty_row(entry, options)
        with contextlib.closing(_opened(entry)) as file:
            row = replace(row, **_identity(file, entry))
            row, summary = _measured_row(file, entry, row, options)
            if entry.data is None and _has_changed(entry, row):
                raise _Changed(f"{row.source} has changed while it was read; collect it again.")
    except OptionError:
        raise
    except _Changed as error:
        return Reading(_failed(row, str(error), CHANGED))
    except NotDownloaded as error:
        return Reading(_failed(row, str(error), str(error.reason or UNREADABLE)))
    except OSError as error:
        said = f"{row.source} cannot be read: {cause_of(error)}."
        return Reading(_failed(row, said, UNREADABLE))
    except MemoryError:
        return Reading(
            _failed(row, f"{row.source} does not fit into memory; make it smaller.", "memory")
        )
    except PaletteError as error:
        return Reading(_failed(row, str(error), str(error.reason or UNUSABLE)))
    return Reading(row, summary)


def _is_other(entry: Entry, found: Download) -> bool:
    """Return whether a file has another size or version than the list of its store has told."""
    has_versions = bool(entry.etag and found.etag)
    return entry.size != len(found.data) or (has_versions and entry.etag != found.etag)


def _downloaded(entry: Entry, found: Download) -> Entry:
    """Return an entry with what was downloaded; what a list of the store has told stays."""
    if entry.size is not None:
        return replace(entry, data=found.data)
    size = len(found.data)
    return replace(entry, data=found.data, size=size, mtime=found.mtime, etag=found.etag)


def _identity(file: IO[bytes], entry: Entry) -> dict[str, Any]:
    """Return the fields `id`, `bytes` and `mtime` of an open file; it is at its beginning again."""
    digest = hashlib.blake2b(digest_size=16)
    size = 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    mtime = entry.mtime if entry.data is not None else mtime_of(os.fstat(file.fileno()))
    return {"id": digest.hexdigest(), "bytes": size, "mtime": mtime}


def _has_changed(entry: Entry, row: Row) -> bool:
    """Return whether the size or the time of a file differ from those in its row."""
    status = os.stat(entry.place)  # noqa: PTH116  its name may be no text
    return (status.st_size, mtime_of(status)) != (row.bytes, row.mtime)


class _Changed(InputError):
    """A file has changed while it was read."""


def _opened(entry: Entry) -> IO[bytes]:
    """Return the file of an entry, which is regular; it never waits for a pipe."""
    if entry.data is not None:
        return io.BytesIO(entry.data)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(entry.place, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise InputError(f"{readable(entry.path)[0]} is not a regular file; name a picture.")
    return file


def mtime_of(status: os.stat_result) -> float:
    """Return when a file was changed, in seconds since 1970, to the microsecond."""
    return round(status.st_mtime_ns / 10**9, 6)


def _failed(row: Row, error: str, reason: str) -> Row:
    """Return the row without colors, with what is wrong."""
    return replace(
        row,
        swatches=(),
        families={},
        gray=None,
        monochrome=None,
        difference=None,
        sketch="",
        note="",
        width=None,
        height=None,
        error=_encodable(error),
        reason=reason,
    )


def _encodable(text: str) -> str:
    """Return text with escapes for what names of files have beside Unicode."""
    return text.encode(errors="backslashreplace").decode()


class _Member(io.BytesIO):
    """The bytes of a member of an archive, which has a name."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def _measured_row(file: IO[bytes], entry: Entry, row: Row, options: Options) -> Reading:
    """Return the row with the colors of an entry, which is open as `file`, and its summary."""
    from palette_engine.extraction.pipeline import counted_points, measured, palette_of
    from palette_engine.pictures.file_types import type_of

    name = os.path.basename(row.source)  # noqa: PTH119  it may be no path
    row = replace(row, format=type_of(file, name))
    # Not the open file, which would be read into memory.
    source = entry.place if entry.data is None else _Member(entry.data, name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PaletteWarning)
        found = measured(source, options)
        palette = palette_of(found.summary, options, source=name)
    points = counted_points(found.summary, options)
    notes = [str(each.message) for each in caught if issubclass(each.category, PaletteWarning)]
    width, height = found.size
    row = replace(
        row,
        width=width,
        height=height,
        swatches=_swatches(palette),
        difference=asdict(palette.difference) if palette.difference else None,
        note=_encodable(" ".join([*notes, *([palette.note] if palette.note else [])])),
        **_color_fields(points.rgb, points.lab, points.weight),
    )
    return Reading(row, found.summary)


def _color_fields(rgb: Any, lab: Lab, weight: Any) -> dict[str, Any]:
    """Return the fields that are measured on all colors, `(n, 3)`, with weights, `(n,)`."""
    import numpy as np

    from palette_engine.collections import families
    from palette_engine.collections.sketch import sketch_of

    family = families.family_of(np.rint(rgb).astype(np.uint8))
    shares = np.bincount(family, weight, len(families.FAMILIES)).tolist()
    named = zip(families.FAMILIES, (round(share, SHARE_DIGITS) for share in shares), strict=True)
    return {
        "families": {name: share for name, share in named if share},
        "gray": round(families.share_of_gray(lab, weight), SHARE_DIGITS),
        "monochrome": families.is_monochrome(lab, weight),
        "sketch": base64.b64encode(sketch_of(lab, weight).tobytes()).decode("ascii"),
    }


def _swatches(palette: Palette) -> tuple[RowSwatch, ...]:
    """Return the swatches of a palette as rows have them."""
    import numpy as np

    from palette_engine.color.cielab import delta_e, lab_of
    from palette_engine.palette.names import LISTS, read_list

    lab = lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))
    names, listed = read_list(LISTS["css"])
    # Rounded, so that the last digits do not decide.
    nearest = np.round(delta_e(lab[:, np.newaxis], listed), 6).argmin(axis=1)
    return tuple(
        RowSwatch(
            swatch.hex,
            round(swatch.share, SHARE_DIGITS),
            round(lightness, LAB_DIGITS),
            round(a, LAB_DIGITS),
            round(b, LAB_DIGITS),
            names[index],
            swatch.name,
        )
        for swatch, (lightness, a, b), index in zip(
            palette.swatches, lab.tolist(), nearest.tolist(), strict=True
        )
    )
