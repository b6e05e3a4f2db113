"""Archives: the members of zip and tar archives as sources."""

from __future__ import annotations

import lzma
import os
import tarfile
import zipfile
import zlib
from calendar import timegm
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

from palette_engine.collections.limits import MEMBER_BYTES
from palette_engine.collections.picture import Entry
from palette_engine.collections.source import Source
from palette_engine.errors import DAMAGE, InputError, cause_of

__all__ = ["BROKEN", "DAMAGED", "TARS", "ZIPS", "member_of", "tar_members", "zip_members"]

ZIPS = (".zip", ".cbz")
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".cbt")
"""What the names of archives end with."""

DAMAGED = (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error)
"""The errors that only damaged archives have."""

BROKEN = (*DAMAGE, *DAMAGED)
"""The errors of damaged archives."""


def zip_members(path: str, file: IO[bytes] | str) -> Iterator[tuple[str, Source | None]]:
    """Yield the name of each member, and the source that it is, or None for a folder."""
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            try:
                mtime = float(timegm(info.date_time))
            except (ValueError, OverflowError):  # zeros for month and day
                mtime = 0.0
            entry = Entry(f"{path}/{info.filename}", info.file_size, mtime)
            yield info.filename, Source(entry, partial(_unpack, partial(archive.open, info)))


def tar_members(path: str, archive: tarfile.TarFile) -> Iterator[tuple[str, Source | None]]:
    """Yield the name of each member, and the source that it is; None if it is no regular file.

    Raises `tarfile.TarError` if it has no end, as one that was cut between two members.
    """
    for info in archive:
        if info.isdir():
            continue
        # It keeps what it has found otherwise.
        archive.members = []  # type: ignore[attr-defined]
        entry = Entry(
            f"{path}/{info.name.removeprefix('./')}", info.size, round(float(info.mtime), 6)
        )
        read = partial(_unpack, partial(archive.extractfile, info))
        yield info.name, Source(entry, read) if info.isreg() else None
    # A block of zeros is the end; the module takes the end of the file for one, too.
    file = archive.fileobj
    if file is None or file.tell() <= archive.offset:
        raise tarfile.ReadError("it ends early, without the blocks at the end of an archive")


def _unpack(open_member: Callable[[], IO[bytes] | None]) -> bytes:
    """Return the bytes of a member; raises `InputError` if it is damaged or too large."""
    try:
        file = open_member()
        assert file is not None
        with file:
            data = file.read(MEMBER_BYTES + 1)
    except BROKEN as error:
        raise InputError(f"cannot be unpacked: {cause_of(error)}; unpack the archive") from error
    if len(data) > MEMBER_BYTES:
        raise InputError(f"has more than {MEMBER_BYTES // 10**6} MB; unpack the archive")
    return data


def member_of(path: str) -> bytes | None:
    """Return the bytes of a source in an archive, such as ``scans.zip/page.jpg``.

    The result is None if there is no such member. Raises `InputError` if it is damaged or too
    large, and what `BROKEN` has if the archive is.
    """
    parts = path.split("/")
    for count in range(1, len(parts)):
        archive = "/".join(parts[:count])
        if not os.path.isfile(archive):  # noqa: PTH113  its name may be no text
            continue
        if archive.lower().endswith(ZIPS):
            return _found_in(zip_members(archive, archive), path)
        if archive.lower().endswith(TARS):
            with tarfile.open(archive) as opened:
                return _found_in(tar_members(archive, opened), path)
        break
    return None


def _found_in(members: Iterator[tuple[str, Source | None]], path: str) -> bytes | None:
    for _, source in members:
        if source is not None and source.entry.path == path and source.read is not None:
            return source.read()
    return None
