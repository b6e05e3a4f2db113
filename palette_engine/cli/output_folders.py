"""Output folders: several files that are written together, all of them or none."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from palette_engine.cli.output_files import check_output
from palette_engine.errors import OutputError

__all__ = ["check_folder", "write_folder"]


def check_folder(folder: Path, names: Iterable[str], force: bool, inputs: Sequence[str]) -> None:
    """Raise `OutputError` if files of some names cannot be written into a folder.

    The folder may be missing, but not the one that it is in. Files that are among the `inputs` of
    the same command are never replaced, others only with `force`.
    """
    if str(folder) == "-":
        raise OutputError("Several files cannot go to standard output; name a folder.")
    try:
        is_folder = folder.is_dir()
    except OSError as error:  # such as a name that is too long
        raise OutputError(f"{folder} cannot be written: {error.strerror}.") from error
    if is_folder:
        for name in names:
            check_output(folder / name, force, inputs)
        return
    if folder.exists() or folder.is_symlink():
        raise OutputError(f"{folder} is no folder; name another one.")
    check_output(folder, force)


def write_folder(
    folder: Path, files: Iterable[tuple[str, bytes]], force: bool, obsolete: Iterable[str] = ()
) -> None:
    """Write files of some names into a folder, which is created if it is missing.

    They are written into a hidden folder beside their places first, and then renamed; `obsolete`
    are the names of files that they replace, too. If anything fails, the folder is as it was.
    Raises `OutputError`, and what `files` raises.
    """
    is_new = not folder.is_dir()
    unfinished = (folder.parent if is_new else folder) / _unfinished_name()
    try:
        unfinished.mkdir()
        try:
            names = [_written(unfinished, name, data) for name, data in files]
            if is_new:
                _rename_folder(unfinished, folder)
            else:
                _rename_files(unfinished, folder, names, force, {*obsolete} - {*names})
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except FileExistsError as error:
        raise OutputError(
            f"{error.filename2 or folder} has appeared meanwhile; use --force to replace it."
        ) from error
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}.") from error


def _unfinished_name() -> str:
    # Random, as a process in another container may have the same process ID.
    return f".palette-engine-{os.urandom(8).hex()}.tmp"


def _written(folder: Path, name: str, data: bytes) -> str:
    """Write a file, and return its name."""
    with (folder / name).open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def _rename_folder(unfinished: Path, folder: Path) -> None:
    """Give a folder its name, unless something has it."""
    if folder.exists() or folder.is_symlink():  # a rename would replace an empty folder
        raise _exists(unfinished, folder)
    unfinished.rename(folder)


def _exists(path: Path, other: Path) -> FileExistsError:
    """Return the error for a path that cannot have the name of another one."""
    return FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path), None, str(other))


def _rename_files(
    unfinished: Path, folder: Path, names: Sequence[str], force: bool, obsolete: Iterable[str]
) -> None:
    """Move files into a folder, and obsolete ones away; if one cannot be, all are as they were."""
    placed: list[str] = []
    replaced: list[str] = []

    def put_away(name: str) -> None:
        (folder / name).rename(unfinished / f"{name}.old")
        replaced.append(name)

    try:
        for name in names:
            path = folder / name
            if path.exists() or path.is_symlink():
                if not force:
                    raise _exists(unfinished / name, path)
                put_away(name)
            (unfinished / name).rename(path)
            placed.append(name)
        for name in obsolete:
            put_away(name)
    except OSError:
        for name in placed:
            (folder / name).unlink(missing_ok=True)
        for name in replaced:
            (unfinished / f"{name}.old").rename(folder / name)
        raise
