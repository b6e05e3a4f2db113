"""The locks hold what setup.cfg declares, agree with each other, and have no known holes."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools import audit
from tools.lock import LOCKS
from tools.provisioning.debian import REPOSITORY

FOLDER = REPOSITORY / "requirements"

EXTRAS = {"engine": (), "web": ("web",), "test": ("web", "test"), "lowest": ("web", "test")}
EXTRAS |= {"check": (*EXTRAS["test"], "check"), "bench": (*EXTRAS["test"], "check", "bench")}
"""The extras of setup.cfg whose packages a lock has."""

AGREEING = [name for name, lock in LOCKS.items() if lock.agrees or name == "bench"]


def text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def entries(name: str) -> Iterator[Requirement]:
    """Yield every package of a lock, once for each Python that has a version of its own."""
    for line in re.findall(r"^(\w.*?) \\$", text(name), re.MULTILINE):
        yield Requirement(line)


def declared(name: str) -> Iterator[Requirement]:
    """Yield what setup.cfg declares of what is in a lock."""
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
def test_no_version_has_a_known_hole(lock: Path) -> None:
    assert [*audit.recorded(lock)] == []


def test_a_known_hole_is_told_with_what_closes_it(tmp_path: Path) -> None:
    lock = tmp_path / "old.txt"
    lock.write_text("multipart==1.2.1 \\\n    --hash=sha256:0\npillow==13.0.0 \\\n")
    assert [*audit.recorded(lock)] == ["old.txt: multipart 1.2.1 has CVE-2026-28356; 1.3.1 has not"]
