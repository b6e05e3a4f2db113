"""Output files: written completely or not at all, and replacing others only with --force."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from palette_engine.errors import OutputError

__all__ = ["check_output", "write_file"]


def check_output(path: Path, force: bool, inputs: Iterable[str] = ()) -> None:
    """Raise `OutputError` if a file cannot be written; called before the work begins.

    A file that is one of the `inputs` of the same command is never replaced; ``-`` is standard
    input.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:  # such as a name that is too long, or a cycle of links
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error
    if any(_is_same_file(path, each) for each in inputs):
        raise OutputError(f"{path} is what is read, and is not replaced; choose another name.")
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it.")
    folder = (path.resolve() if path.is_symlink() else path).parent
    if not folder.is_dir():
        raise OutputError(f"There is no folder {folder}; create it first.")
    if path.is_file() and not force:
        raise OutputError(f"{path} exists; use --force to replace it, or choose another name.")
    if not os.access(folder, os.W_OK) and not _is_device(path):
        raise OutputError(f"The folder {folder} is not writable; choose another one.")


def write_file(path: Path, data: bytes, force: bool) -> None:
    """Write a file by renaming a complete one, or raise `OutputError`.

    A path that is not a regular file, such as a pipe or /dev/stdout, is written directly.
    """
    try:
        if _is_device(path):
            path.write_bytes(data)
        else:
            _rename_into_place(path, data, force)
    except FileExistsError as error:
        raise OutputError(f"{path} has appeared meanwhile; use --force to replace it.") from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error


def _is_same_file(path: Path, source: str) -> bool:
    """Return whether a source is a regular file that a path names, too, by any name or link."""
    try:
        if source == "-":
            if sys.stdin is None:
                return False
            found = os.fstat(sys.stdin.fileno())
        else:
            found = os.stat(source)  # noqa: PTH116  the name may be invalid as a path
        return stat.S_ISREG(found.st_mode) and os.path.samestat(found, path.stat())
    except (OSError, ValueError):  # there is no such file, or no file behind standard input
        return False


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _rename_into_place(path: Path, data: bytes, force: bool) -> None:
    # Replaces the target of a link instead of the link.
    path = path.resolve()
    # Random, as a process in another container may have the same process ID.
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
    """Give a file its name unless another file has it; a rename would replace that one."""
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        unfinished.replace(path)
