"""Progress bars."""

from __future__ import annotations

import os
import pty
import select
from pathlib import Path

import pytest

from tests.cli.program import Ended, run


def run_watched(*arguments: str, folder: Path) -> Ended:
    """Run the program with a terminal for what it says to people."""
    ours, theirs = pty.openpty()
    ended = run(*arguments, folder=folder, stderr=theirs)
    said = b""
    while select.select([ours], [], [], 0)[0]:
        said += os.read(ours, 2**16)
    os.close(theirs)
    os.close(ours)
    return ended._replace(said=said.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("arguments", "label"),
    [
        (("recolor", "noise.png", "-n", "3", "-o", "out.png"), "Recoloring"),
        (("extract", "flag.png", "noise.png", "--together", "-o", "out.gpl"), "Extracting"),
        (("extract", "flag.png", "noise.png"), "Extracting"),
    ],
    ids=["recolor", "together", "several"],
)
def test_a_bar_goes_to_the_end(arguments: tuple[str, ...], label: str, folder: Path) -> None:
    ended = run_watched(*arguments, folder=folder)
    assert ended.code == 0
    assert label in ended.said
    assert "100%" in ended.said
    unwatched = run(*arguments, "--force" if "-o" in arguments else "--copy", folder=folder)
    assert label not in unwatched.said


def test_what_is_said_meanwhile_has_a_line_of_its_own(folder: Path) -> None:
    ended = run_watched("extract", "flag.png", "none.png", "two.png", "-n", "2", folder=folder)
    assert ended.code == 3
    assert "\r\x1b[Kpalette-engine: There is no file none.png.\n" in ended.said


def test_a_single_picture_has_no_bar(folder: Path) -> None:
    assert run_watched("extract", "flag.png", "-n", "3", folder=folder).said == ""
