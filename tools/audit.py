"""Audit: compares all locked versions, the lowest among them, with known vulnerabilities.

Usage, in the repository: ``make audit``, which runs ``python -m tools.audit``. The vulnerabilities
are those of ``requirements/advisories.toml`` and, if there is a network, those of the OSV database,
which pip-audit asks.

Exit code 0 if none is known, or 1 with a line for each vulnerability.

See docs/decisions.md#a-table-of-vulnerabilities.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.version import Version

from tools.lock_file import packages_in

__all__ = ["LOCKS", "recorded_vulnerabilities"]

FOLDER = Path(__file__).resolve().parents[1] / "requirements"

LOCKS = tuple(FOLDER / f"{name}.txt" for name in ("bench", "tools", "lowest"))
"""The locks that together hold all versions; the others are parts of the first."""


class Unreachable(Exception):
    """The database does not answer; the message is the last line of pip-audit."""


def locked_versions(lock: Path) -> list[tuple[str, str]]:
    """Return the name and version of every package in a lock."""
    return [(package.name, package.version) for package in packages_in(lock.read_text())]


def recorded_vulnerabilities(lock: Path) -> Iterator[str]:
    """Yield a line for each version in a lock that advisories.toml has a vulnerability of."""
    advisories = tomllib.loads((FOLDER / "advisories.toml").read_text())
    for name, version in locked_versions(lock):
        known = advisories.get(name)
        if known and Version(version) < Version(known["fixed"]):
            names = ", ".join(known["names"])
            yield f"{lock.name}: {name} {version} has {names}; {known['fixed']} has not"


def published_vulnerabilities(lock: Path) -> Iterator[str]:
    """Yield a line for each vulnerability that the OSV database has of a lock's versions.

    Raises `Unreachable` if the database does not answer.
    """
    left = locked_versions(lock)
    while left:
        # One version of each package at a time; a lock has several for different Pythons.
        versions = dict(left)
        left = [(name, version) for name, version in left if versions[name] != version]
        for package in pip_audit(versions)["dependencies"]:
            for vulnerability in package.get("vulns", ()):
                fixed = " or ".join(vulnerability["fix_versions"]) or "no version"
                name = f"{package['name']} {package['version']}"
                yield f"{lock.name}: {name} has {vulnerability['id']}; {fixed} has not"


def pip_audit(versions: Mapping[str, str]) -> Any:
    """Return pip-audit's report on versions of packages; raises `Unreachable`."""
    with tempfile.TemporaryDirectory() as temporary:
        report, packages = Path(temporary) / "report.json", Path(temporary) / "packages.txt"
        packages.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
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
    """Print all known vulnerabilities."""
    lines = [line for lock in LOCKS for line in recorded_vulnerabilities(lock)]
    sources = "advisories.toml and OSV"
    try:
        lines += [line for lock in LOCKS for line in published_vulnerabilities(lock)]
    except Unreachable as reason:
        sources = "advisories.toml alone"
        print(f"The OSV database does not answer: {reason}", file=sys.stderr)
    print(*lines, sep="\n", end="\n" if lines else "")
    count = sum(len(locked_versions(lock)) for lock in LOCKS)
    print(f"{len(lines)} known vulnerabilities in {count} versions, according to {sources}.")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
