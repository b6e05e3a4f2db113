"""Sources: the pictures in folders, lists, patterns and archives, one by one, in a fixed order.

Folders are walked in the order of the bytes of their names, and nothing is kept but the names in
the folders that are open, so that collections may have any size. The rules stand in
docs/collections.md.
"""

from __future__ import annotations

import errno
import glob
import os
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from palette_engine.collections.archives import BROKEN, TARS, ZIPS, tar_members, zip_members
from palette_engine.collections.download import has_address
from palette_engine.collections.picture import UNREADABLE, UNUSABLE, Entry, mtime_of
from palette_engine.collections.remote import Remote
from palette_engine.collections.row import readable
from palette_engine.collections.source import Source, is_hidden, is_named
from palette_engine.errors import InputError, cause_of

__all__ = ["Walk"]

PATTERN = "*?["

CHUNK = 2**16


class Walk:
    """A walk through sources; `skipped` counts the files that are not pictures by their names.

    `remote` leads from an address to sources, and calls its second argument for what is skipped.
    """

    def __init__(
        self,
        names: Iterable[str],
        stdin: IO[bytes] | None = None,
        remote: Callable[[str, Callable[[], None]], Iterator[Source]] | None = None,
    ) -> None:
        self.skipped = 0
        self._remote = remote or Remote().sources
        self._names = names
        self._stdin = stdin
        self._entered: set[tuple[int, int]] = set()

    def __iter__(self) -> Iterator[Source]:
        for name in self._names:
            if name == "-":
                yield from self._listed(name, self._stdin)
            elif name.startswith("@") and not os.path.lexists(name):
                yield from self._in_list(name[1:])
            else:
                yield from self._named(name)

    def _in_list(self, path: str) -> Iterator[Source]:
        try:
            file = open(path, "rb")  # noqa: PTH123, SIM115  its name may be no text
        except (OSError, ValueError) as error:
            yield _unreadable(path, error, is_container=True)
            return
        with file:
            yield from self._listed(path, file)

    def _listed(self, name: str, file: IO[bytes] | None) -> Iterator[Source]:
        """Yield the sources in a list with one on each line, or with NUL bytes between them."""
        if file is None:
            raise InputError("Standard input is closed; name the pictures, or a file as @LIST.")
        try:
            for part in _parts(file):
                yield from self._named(os.fsdecode(part))
        except OSError as error:
            yield _unreadable(name, error, is_container=True)

    def _named(self, name: str) -> Iterator[Source]:
        """Yield the sources of a name: an address, a file, a folder, an archive or a pattern."""
        if has_address(name):
            yield from self._remote(name, self._skip)
            return
        try:
            status = os.stat(name)  # noqa: PTH116  its name may be no text
        except (OSError, ValueError) as error:
            is_pattern = any(each in name for each in PATTERN) and not os.path.lexists(name)
            matches = glob.glob(name, recursive=True) if is_pattern else []  # noqa: PTH207
            found = sorted(matches, key=os.fsencode)
            for each in found:
                yield from self._named(each)
            if not found:
                yield _unreadable(name, error, is_container=True)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._in_folder(name)
        elif name.lower().endswith(ZIPS):
            yield from self._in_archive(name, zip_members(name, name))
        elif name.lower().endswith(TARS):
            yield from self._in_archive(name, _in_tar(name))
        else:
            yield _file(name, status)

    def _in_folder(self, top: str) -> Iterator[Source]:
        """Yield the pictures in a folder and in those in it, each of which is entered once."""
        # Not by recursion, as paths may have more parts than Python has stack.
        opened: list[Iterator[str]] = [iter([top])]
        while opened:
            path = next(opened[-1], None)
            if path is None:
                opened.pop()
                continue
            is_inner = len(opened) > 1
            try:
                status = os.stat(path)  # noqa: PTH116
                if stat.S_ISDIR(status.st_mode):
                    if (status.st_dev, status.st_ino) not in self._entered:
                        self._entered.add((status.st_dev, status.st_ino))
                        opened.append(iter(_names_in(path)))
                    continue
            except OSError as error:
                # A link to nothing, or a circle of links, counts only if it is named as a picture.
                if error.errno in (errno.ENOENT, errno.ELOOP) and is_inner and not is_named(path):
                    self.skipped += 1
                else:
                    yield _unreadable(path, error, is_container=True)
                continue
            if is_named(path):
                yield _file(path, status)
            else:
                self.skipped += 1

    def _skip(self) -> None:
        self.skipped += 1

    def _in_archive(
        self, path: str, members: Iterator[tuple[str, Source | None]]
    ) -> Iterator[Source]:
        try:
            for name, source in members:
                hidden = any(map(is_hidden, name.split("/")))
                if source is None or hidden or not is_named(name):
                    self.skipped += 1
                else:
                    yield source
        except BROKEN as error:
            said = f"{readable(path)[0]} is a damaged archive: {cause_of(error)}; pack it anew."
            yield Source(Entry(path), None, said, UNUSABLE, is_container=True)


def _in_tar(path: str) -> Iterator[tuple[str, Source | None]]:
    with tarfile.open(path) as archive:
        yield from tar_members(path, archive)


def _file(path: str, status: os.stat_result) -> Source:
    """Return a file as a source, whatever is in it; only regular files are read."""
    entry = Entry(path, status.st_size, mtime_of(status))
    if stat.S_ISREG(status.st_mode):
        return Source(entry)
    said = f"{readable(path)[0]} is a pipe, socket or device, which is not read; name a file."
    return Source(Entry(path), None, said, UNREADABLE)


def _unreadable(path: str, error: Exception, *, is_container: bool = False) -> Source:
    said = f"{readable(path)[0]} cannot be read: {cause_of(error)}."
    return Source(Entry(path), None, said, UNREADABLE, is_container)


def _names_in(folder: str) -> list[str]:
    """Return the paths in a folder, without hidden ones, in order."""
    with os.scandir(folder) as found:
        names = [each.name for each in found if not is_hidden(each.name)]
    return [os.path.join(folder, name) for name in sorted(names, key=os.fsencode)]  # noqa: PTH118


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the parts of a list that are not empty; NUL bytes separate them if there is one."""
    rest = file.read(CHUNK)
    separator = b"\0" if b"\0" in rest else b"\n"
    while chunk := file.read(CHUNK):
        *parts, rest = (rest + chunk).split(separator)
        yield from filter(None, (part.rstrip(b"\r") for part in parts))
    yield from filter(None, (part.rstrip(b"\r") for part in rest.split(separator)))
