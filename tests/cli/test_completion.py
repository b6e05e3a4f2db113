"""Completions in real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from palette_engine.options import OPTIONS
from tests.cli.program import Main, environment

BIN = Path(sys.executable).parent

BASH = """
source <(palette-engine completion bash)
COMP_WORDS=({words})
COMP_CWORD={last}
compopt() {{ echo "$@"; }}
_palette_engine_completion palette-engine
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed_by_bash(*words: str) -> set[str]:
    """Return what bash offers for the last word of a line; `-o default` stands for files."""
    quoted = " ".join(f"'{word}'" for word in ("palette-engine", *words))
    run = subprocess.run(
        ["bash", "--norc", "-c", BASH.format(words=quoted, last=len(words))],
        env=environment(PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
    return {*run.stdout.split("\n")} - {""}


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


@needs_bash
def test_bash_completes_commands() -> None:
    assert completed_by_bash("") == {
        *("check", "collect", "completion", "convert", "extract", "facets", "film", "find"),
        *("gimp", "recolor", "separate", "serve", "show", "strip"),
    }
    assert completed_by_bash("co") == {"collect", "completion", "convert"}


@needs_bash
def test_bash_completes_options_and_their_choices() -> None:
    assert completed_by_bash("extract", "--or") == {"--order"}
    assert completed_by_bash("extract", "--order", "") == {*OPTIONS["order"].keys}
    assert "tokens-legacy" in completed_by_bash("convert", "a", "b", "-f", "tok")


@needs_bash
@pytest.mark.parametrize(
    "words",
    [
        ("extract", ""),
        ("extract", "a.png", "-o", ""),
        ("convert", "a.ase", ""),
        ("show", ""),
        ("check", ""),
        ("recolor", ""),
        ("recolor", "a.png", "--palette", ""),
        ("separate", ""),
        ("separate", "a.png", "--palette", ""),
    ],
    ids=" ".join,
)
def test_bash_completes_files(words: tuple[str, ...]) -> None:
    assert completed_by_bash(*words) == {"-o default"}


@needs_bash
def test_bash_completes_folders() -> None:
    assert completed_by_bash("separate", "a.png", "-o", "") == {"-o dirnames"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_all_that_is_printed(shell: str, main: Main) -> None:
    ended = main("completion", shell)
    assert (ended.code, ended.said) == (0, "")
    assert b"_PALETTE_ENGINE_COMPLETE" in ended.out


def test_another_shell_is_refused_with_those_there_are(main: Main) -> None:
    ended = main("completion", "tcsh")
    assert (ended.code, ended.out) == (2, b"")
    assert "bash" in ended.line
