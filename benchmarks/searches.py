"""Searches: what those of a table of many pictures take, by the command and on the page."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.report import table
from benchmarks.usage import used
from palette_engine.collections.contact_sheet import make_thumbnail
from palette_engine.web.collection import PAGE_SIZE, Collection, Search

__all__ = ["search_table"]

ENGINE = (sys.executable, "-m", "palette_engine")

RED, BLUE = "#e6194b", "#0b57d0"

COMMANDS: Mapping[str, Sequence[str]] = {
    "`find`: a color": ("find", RED),
    "`find`: two colors": ("find", RED, BLUE, "--within", "15"),
    "`find`: five colors": ("find", RED, BLUE, "#228b22", "#f4d35e", "#808080", "--within", "20"),
    "`find`: all colors": ("find", "#808080", "--within", "100"),
    "`find`: a family": ("find", "--family", "red"),
    "`find`: a family, not another": ("find", "--family", "red", "--not", "gray"),
    "`find`: not a color": ("find", "--not", RED),
    "`find --no-monochrome`": ("find", "--no-monochrome"),
    "`find --like`": ("find", "--like", "like.hex"),
    "`find --like`, a color": ("find", "--like", "like.hex", RED),
    "`find`: 10,000 pictures of a color": ("find", RED, "-n", "10000"),
    "`facets`": ("facets",),
}

PAGES: Mapping[str, Callable[[int], Search]] = {
    "page: the first": lambda _: Search(),
    "page: the last": lambda last: Search(page=str(last)),
    "page: a color": lambda _: Search(color=RED),
    "page: two colors": lambda _: Search(color=f"{RED} {BLUE}", within="15"),
    "page: a family": lambda _: Search(family="red"),
    "page: like a picture": lambda _: Search(like="77"),
    "page: like a picture, the last": lambda last: Search(like="77", page=str(last)),
}


def search_table(path: Path, rows: int, picture: Path) -> str:
    """Return the table of processor times of searches in a table of so many rows.

    `picture` is what a thumbnail is made of.
    """
    (path.parent / "like.hex").write_text(f"{RED}\n{BLUE}\n#ffffff\n")
    lines = []
    for name, (command, *options) in COMMANDS.items():
        taken = used([*ENGINE, command, path.name, *options], path.parent)
        lines.append((name, f"{taken.seconds:.2f}", f"{taken.megabytes:.0f}"))
    collection = Collection(path)
    collection.page(Search(color=RED), "")  # which loads libraries
    for name, search in PAGES.items():
        seconds = _seconds(lambda search=search: collection.page(search(rows // PAGE_SIZE), ""))  # type: ignore[misc]
        lines.append((name, f"{seconds:.2f}", ""))
    lines.append(("page: a thumbnail", f"{_seconds(lambda: make_thumbnail(str(picture))):.2f}", ""))
    return table((f"in {rows:,} rows", "processor seconds", "MB"), lines)


def _seconds(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return time.process_time() - begun
