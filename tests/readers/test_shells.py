"""Completions in zsh and fish; for bash, see tests/cli/test_completion.py."""

from __future__ import annotations

import pytest

from palette_engine.options import OPTIONS
from tests.readers.programs import Programs

pytestmark = pytest.mark.readers

COMMANDS = {
    *("check", "collect", "completion", "convert", "extract", "facets", "film", "find"),
    *("gimp", "recolor", "separate", "serve", "show", "strip"),
}

ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'autoload -Uz compinit; compinit -u; source <(palette-engine completion zsh)'
zpty -w shell 'print -r RE"AD"Y'
zpty -r shell said '*READY*'
zpty -w -n shell $'palette-engine {line}\\n'
zpty -w shell 'print -r DO"NE"'
zpty -r shell said '*DONE*'
print -r -- $said
"""


def completed_by_fish(programs: Programs, line: str) -> set[str]:
    """Return what fish offers for the end of a line; descriptions follow a tab."""
    code = f'palette-engine completion fish | source; complete -C "{line}"'
    said = programs.call("fish", "--no-config", "-c", code).stdout
    return {row.split("\t")[0] for row in said.splitlines()}


def test_fish_completes_commands(programs: Programs) -> None:
    assert completed_by_fish(programs, "palette-engine ") == COMMANDS


def test_fish_completes_options_and_their_choices(programs: Programs) -> None:
    orders = {*OPTIONS["order"].keys}
    assert "--min-distance" in completed_by_fish(programs, "palette-engine extract --")
    assert completed_by_fish(programs, "palette-engine extract --order ") == orders


def test_fish_completes_files(programs: Programs) -> None:
    (programs.folder / "brand.gpl").touch()
    start = f"{programs.folder}/bra"
    assert completed_by_fish(programs, f"palette-engine show {start}") == {f"{start}nd.gpl"}


def typed_into_zsh(programs: Programs, line: str) -> str:
    """Return what a zsh says to which a line was typed, tabs and all, with single blanks."""
    return " ".join(programs.call("zsh", "-f", "-c", ZSH.format(line=line)).stdout.split())


def test_zsh_completes_commands_and_choices(programs: Programs) -> None:
    said = typed_into_zsh(programs, r"comple\tfi\t")
    assert "palette-engine completion fish" in said
    assert "complete --no-files --command palette-engine" in said


def test_zsh_completes_options_and_files(programs: Programs) -> None:
    (programs.folder / "zebra.gpl").write_text("GIMP Palette\n  1   2   3\tx\n")
    said = typed_into_zsh(programs, rf"show --cop\t{programs.folder}/zeb\t")
    assert "palette-engine show --copy /" in said
    assert "#010203" in said
