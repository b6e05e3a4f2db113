"""Look for known security holes in the versions of the locks, the lowest among them.

Usage, in the repository: ``make audit``. Compares with ``requirements/advisories.toml``, and where
there is a network also asks the OSV database, through pip-audit.

Exit code 0 when nothing is known, or 1 with a line for each version that has a hole.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

__all__ = ["LOCKS", "recorded", "versions"]

FOLDER = Path(__file__).resolve().parents[1] / "requirements"

LOCKS = tuple(FOLDER / f"{name}.txt" for name in ("bench", "tools", "lowest"))
"""The locks that have every version there is; the others are parts of the first."""


class Unreachable(Exception):
    """The database cannot be asked; the message is the last line of what pip-audit says."""


def versions(lock: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and version of every package in a lock."""
    yield from re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE)


def recorded(lock: Path) -> Iterator[str]:
    """Yield a line for every version in a lock that advisories.toml has a hole of."""
    advisories = tomllib.loads((FOLDER / "advisories.toml").read_text())
    for name, version in versions(lock):
        known = advisories.get(name)
        if known and Version(version) < Version(known["fixed"]):
            names = ", ".join(known["names"])
            yield f"{lock.name}: {name} {version} has {names}; {known['fixed']} has not"


def found(lock: Path) -> Iterator[str]:
    """Yield a line for every version in a lock that the OSV database has a hole of.

    Raises `Unreachable` if it does not answer.
    """
    left = [*versions(lock)]
    while left:
        # One version of each package at a time, whatever Python they are for.
        asked = dict(left)
        left = [(name, version) for name, version in left if asked[name] != version]
        for package in answer(asked)["dependencies"]:
            for hole in package.get("vulns", ()):
                fixed = " or ".join(hole["fix_versions"]) or "no version"
                name = f"{package['name']} {package['version']}"
                yield f"{lock.name}: {name} has {hole['id']}; {fixed} has not"


def answer(asked: Mapping[str, str]) -> Any:
    """Return what pip-audit says of versions by name; raises `Unreachable`."""
    with tempfile.TemporaryDirectory() as temporary:
        report, packages = Path(temporary) / "report.json", Path(temporary) / "packages.txt"
        packages.write_text("".join(f"{name}=={version}\n" for name, version in asked.items()))
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip_audit", "--vulnerability-service=osv"),
                *("--disable-pip", "--no-deps", "--requirement", packages),
                *("--progress-spinner=off", "--format=json", "--output", report),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise Unreachable((done.stderr.strip() or "pip-audit says nothing").splitlines()[-1])
        return json.loads(report.read_text())


def main() -> int:
    """Print what is known."""
    holes = [line for lock in LOCKS for line in recorded(lock)]
    asked = "advisories.toml and OSV"
    try:
        holes += [line for lock in LOCKS for line in found(lock)]
    except Unreachable as reason:
        asked = "advisories.toml alone"
        print(f"The OSV database cannot be asked: {reason}", file=sys.stderr)
    print(*holes, sep="\n", end="\n" if holes else "")
    count = sum(1 for lock in LOCKS for _ in versions(lock))
    print(f"{len(holes)} known security holes in {count} versions, by {asked}.")
    return int(bool(holes))


if __name__ == "__main__":
    sys.exit(main())
