"""Lock: one run at a time on a table."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from palette_engine.errors import OutputError

__all__ = ["locked"]


@contextlib.contextmanager
def locked(path: str, table: str) -> Iterator[None]:
    """Hold the lock file at a path in the body of ``with``; it ends with the process, too.

    Raises `OutputError` if another process holds it, or it cannot be written. `table` is what
    messages name.
    """
    try:
        number = _opened(path)
    except BlockingIOError as error:
        raise OutputError(
            f"Another run is collecting into {table}; wait until it has ended, or name another "
            "table."
        ) from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows keeps files that are open
            os.unlink(path)  # noqa: PTH108  a name of `os`
        os.close(number)


def _opened(path: str) -> int:
    """Return a descriptor of the file, locked; raises `BlockingIOError` if another one holds it."""
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(number)
            # Its name may have been given up between the two calls.
            if os.path.exists(path) and os.path.samestat(os.fstat(number), os.stat(path)):  # noqa: PTH110, PTH116
                return number
        except OSError:
            os.close(number)
            raise
        os.close(number)


def _lock(number: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
