"""Locks: they have what setup.cfg declares, agree, and have no known vulnerabilities."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools import audit
from tools.lock import LOCKS
from tools.lock_file import LockedPackage, normalize_name, packages_in
from tools.provisioning.debian import REPOSITORY
from tools.provisioning.gimp import requirements_for

FOLDER = REPOSITORY / "requirements"

EXTRAS = {"engine": (), "web": ("web",), "test": ("web", "test"), "lowest": ("web", "test")}
EXTRAS |= {"check": (*EXTRAS["test"], "check"), "bench": (*EXTRAS["test"], "check", "bench")}
"""The extras of setup.cfg that each lock has."""

AGREEING = [name for name, lock in LOCKS.items() if lock.agrees or name == "bench"]


def text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def entries(name: str) -> Iterator[Requirement]:
    """Yield every version of every package of a lock."""
    for package in packages_in(text(name)):
        marker = f" ; {package.marker}" if package.marker else ""
        yield Requirement(f"{package.name}=={package.version}{marker}")


def declared(name: str) -> Iterator[Requirement]:
    """Yield the requirements of setup.cfg for a lock."""
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg", encoding="utf-8")
    lines = setup["options"]["install_requires"].split("\n")
    for extra in EXTRAS[name]:
        lines += setup["options.extras_require"][extra].split("\n")
    yield from (Requirement(line) for line in lines if line and "palette-engine" not in line)


def versions(name: str) -> set[str]:
    return {f"{entry.name}{entry.specifier}" for entry in entries(name)}


def test_every_lock_is_there_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {*LOCKS}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_exact_and_has_hashes(name: str) -> None:
    blocks = re.split(r"(?<!\\)\n", text(name).strip())
    packages = [block for block in blocks if not block.startswith("#")]
    assert len(packages) == len([*entries(name)]) > 10
    for package in packages:
        assert re.fullmatch(
            r"[\w.-]+==\S+( ; .*?)? (\\\n    --hash=sha256:[0-9a-f]{64} ?)+", package
        )


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_has_all_that_is_declared_within_its_range(name: str) -> None:
    found = {entry.name: entry for entry in entries(name)}
    for wanted in declared(name):
        (exact,) = found[wanted.name].specifier
        assert wanted.specifier.contains(exact.version), f"{name} has {found[wanted.name]}"


def test_the_lowest_versions_are_the_declared_ones() -> None:
    found = {entry.name: str(entry.specifier).removeprefix("==") for entry in entries("lowest")}
    for wanted in declared("lowest"):
        lowest = str(wanted.specifier).removeprefix(">=")
        assert re.fullmatch(rf"{re.escape(lowest)}(\.0)*", found[wanted.name])


@pytest.mark.parametrize("name", AGREEING)
def test_locks_for_the_same_environment_agree(name: str) -> None:
    assert versions(name) <= versions("bench")


@pytest.mark.parametrize("lock", audit.LOCKS, ids=lambda path: path.stem)
def test_no_version_has_a_known_vulnerability(lock: Path) -> None:
    assert [*audit.recorded_vulnerabilities(lock)] == []


def test_a_known_vulnerability_is_named_with_the_version_that_fixes_it(tmp_path: Path) -> None:
    lock = tmp_path / "old.txt"
    lock.write_text("multipart==1.2.1 \\\n    --hash=sha256:0\npillow==13.0.0 \\\n")
    assert [*audit.recorded_vulnerabilities(lock)] == [
        "old.txt: multipart 1.2.1 has CVE-2026-28356; 1.3.1 has not"
    ]


def test_the_text_of_a_lock_is_read_with_markers_and_hashes() -> None:
    lines = (
        "# This is a comment",
        "",
        "Click==8.5.1 \\",
        "    --hash=sha256:0a \\",
        "    --hash=sha256:1b",
        "contourpy==1.3.3 ; python_full_version < '3.12' \\",
        "    --hash=sha256:2c",
        "numpy==2.0 --hash=sha256:3d",
    )
    assert [*packages_in("\n".join(lines))] == [
        LockedPackage("Click", "8.5.1", "", ("sha256:0a", "sha256:1b")),
        LockedPackage("contourpy", "1.3.3", "python_full_version < '3.12'", ("sha256:2c",)),
        LockedPackage("numpy", "2.0", "", ("sha256:3d",)),
    ]


@pytest.mark.parametrize("line", ["numpy>=2", "numpy", "-r other.txt", "numpy==2 --pre"])
def test_a_line_without_an_exact_version_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=f"names no exact version: {line}"):
        [*packages_in(f"click==8\n{line}\n")]


def test_names_are_compared_without_case_and_kind_of_separator() -> None:
    assert {normalize_name(name) for name in ("a.b_c", "A-b-C", "a__b.-c")} == {"a-b-c"}


def test_the_root_of_a_gimp_gets_the_versions_for_its_python() -> None:
    for python in ("3.11.2", "3.13.5"):
        expected = {
            f"{entry.name}{entry.specifier}"
            for entry in entries("engine")
            if entry.marker is None or entry.marker.evaluate({"python_full_version": python})
        }
        lines = [line.split(" --hash=") for line in requirements_for(python)]
        assert {package for package, *_hashes in lines} == expected
        assert all(len(line) > 1 for line in lines)
