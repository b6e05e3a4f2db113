"""What a server and the processes it has started hold: memory, and files."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

__all__ = [
    "Peak",
    "deleted_files",
    "loaded_libraries",
    "megabytes",
    "own_megabytes",
    "processor_seconds",
    "tree",
    "watched",
]


def tree(number: int) -> list[int]:
    """Return the numbers of a process and of all that came from it."""
    found = [number]
    for parent in found:
        for thread in Path(f"/proc/{parent}/task").glob("*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found += map(int, (thread / "children").read_text().split())
    return found


def megabytes(number: int) -> float:
    """Return how much memory a process and all that came from it hold; what they share, once."""
    return sum(map(own_megabytes, tree(number)))


def own_megabytes(number: int) -> float:
    """Return how much memory a process holds, with its part of what it shares."""
    total = 0
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            name, *values = line.split()
            total += int(values[0]) if name in ("Pss:", "SwapPss:") else 0
    return total * 1024 / 1e6


def processor_seconds(number: int) -> float:
    """Return how long a process and all that came from it have kept processors busy."""
    total = 0
    for each in tree(number):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])  # as a user, and in the system
    return total / os.sysconf("SC_CLK_TCK")


def deleted_files(number: int) -> set[str]:
    """Return the files that these processes have open and that have no name any more."""
    found = set()
    for each in tree(number):
        for opened in Path(f"/proc/{each}/fd").glob("*"):
            with contextlib.suppress(OSError):
                target = str(opened.readlink())
                found |= {target} if "(deleted)" in target or "/memfd:" in target else set()
    return found


def loaded_libraries(number: int) -> set[str]:
    """Return the packages whose extension modules a process has loaded."""
    lines = Path(f"/proc/{number}/maps").read_text().splitlines()
    files = {line.partition("/")[2] for line in lines if line.endswith(".so")}
    return {file.partition("site-packages/")[2].partition("/")[0] for file in files}


class Peak:
    """The most megabytes that were seen."""

    megabytes = 0.0


@contextlib.contextmanager
def watched(number: int, seconds: float = 0.1) -> Iterator[Peak]:
    """Watch the memory of a process and of all that came from it."""
    peak, over = Peak(), threading.Event()

    def watch() -> None:
        is_over = False
        while not is_over:  # once at least, however short it was
            is_over = over.wait(seconds)
            peak.megabytes = max(peak.megabytes, megabytes(number))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
