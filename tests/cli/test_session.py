"""``palette-engine session``."""

from __future__ import annotations

import json
import sys
import sysconfig
from pathlib import Path

import pytest

from palette_engine.session.protocol import PROTOCOL
from tests.cli.program import MODULE, run

SCRIPT = Path(sysconfig.get_path("scripts"), "palette-engine")


@pytest.mark.parametrize("program", [(str(SCRIPT),), MODULE], ids=["script", "module"])
def test_the_program_holds_a_session(program: tuple[str, ...], tmp_path: Path) -> None:
    ended = run("session", folder=tmp_path, program=program)
    assert (ended.code, ended.said) == (0, "")
    greeting, *_ = ended.out.splitlines()
    assert json.loads(greeting)["protocol"] == PROTOCOL


def test_a_session_does_not_wait_for_the_command_line(tmp_path: Path) -> None:
    program = (sys.executable, "-X", "importtime", "-m", "palette_engine")
    said = run("session", folder=tmp_path, program=program).said
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines()}
    assert "palette_engine.session.server" in loaded
    assert not {"click", "palette_engine.cli"} & loaded
