"""Process count: how many processes read pictures in the least time.

See docs/decisions.md#processes-for-many-pictures.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

__all__ = ["MOST", "count_processes", "count_workers", "is_shared"]

MOST = 60
"""The most processes; Windows cannot wait for more."""

WORTH = 3_000_000
"""A process starts for this many bytes of pictures: they take as long as its libraries to load."""

LEAST = 150_000
"""The bytes that a picture counts at least, as small ones take some time, too."""


def count_processes(pictures: Sequence[str], megabytes: int) -> int:
    """Return how many processes read pictures in the least time; 1 is this process alone.

    At most one for each processor that this process may use, for each `megabytes` of the
    machine's memory, and for each `WORTH` bytes of files.
    """
    sizes = [max(LEAST, _size(each)) for each in pictures if is_shared(each)]
    worth = sum(sizes) // WORTH
    return max(1, min(MOST, len(sizes), worth, _count_processors(), _memory() // megabytes))


def count_workers(megabytes: int) -> int:
    """Return how many processes read a collection: one for each processor that may be used.

    At most one for each `megabytes` of the machine's memory.
    """
    return max(1, min(MOST, _count_processors(), _memory() // megabytes))


def is_shared(path: str) -> bool:
    """Return whether another process finds the same regular file under a path."""
    own = os.path.abspath(path).startswith(("/dev/", "/proc/"))  # noqa: PTH100  may be no path
    return path != "-" and not own and os.path.isfile(path)  # noqa: PTH113  raises nothing


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)  # noqa: PTH202  it is a path as the user wrote it
    except OSError:  # it has gone meanwhile
        return 0


def _count_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> int:
    """Return the megabytes of memory that the machine has; very many if that is not known."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10**6
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return 10**9
