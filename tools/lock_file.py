"""Lock files: the packages that a file in requirements/ names, with their versions and hashes.

Standard library only, as environments are set up with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["LockedPackage", "normalize_name", "packages_in"]

ENTRY = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)"
    r"(\s*;\s*(?P<marker>.*?))?"
    r"(?P<hashes>(\s+--hash=\S+)*)\s*"
)


@dataclass(frozen=True)
class LockedPackage:
    """One version of a package; `marker` is for which Pythons and systems, empty for all."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def packages_in(text: str) -> Iterator[LockedPackage]:
    """Yield the packages of a lock's text; a package has an entry for each of its versions.

    Raises `ValueError` for a line that is no exact version.
    """
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        entry = ENTRY.fullmatch(line)
        if entry is None:
            raise ValueError(f"The lock has a line that names no exact version: {line}")
        hashes = re.findall(r"--hash=(\S+)", entry["hashes"])
        yield LockedPackage(entry["name"], entry["version"], entry["marker"] or "", tuple(hashes))


def normalize_name(name: str) -> str:
    """Return the name of a package in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
