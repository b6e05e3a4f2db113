"""An engine for the tests that notes what it does, and computes palettes only when it may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gimp.screen import Screen, wait_for

ENGINE = """
import sys, time
from pathlib import Path
from palette_engine.session import server

folder = Path({folder!r})
compute, answer = server.palette_of, server.Session._answer

def note(file, word):
    if word == "map":  # follows each palette, to show where its colors are
        return
    with (folder / file).open("a") as log:
        log.write(word + "\\n")

def held(*arguments, **names):
    note("computed", str(arguments[1].colors))
    while (folder / "hold").exists():
        time.sleep(0.02)
    return compute(*arguments, **names)

def answered(session, data=b"", **values):
    note("answers", next(key for key in values if key not in ("id", "bytes")))
    answer(session, data, **values)

class Requests(server.Requests):
    def _lines(self):
        for request in super()._lines():
            note("requests", server.kind_of(request))
            yield request

server.LONG = 0.0  # every preview takes long
server.palette_of, server.Session._answer, server.Requests = held, answered, Requests
sys.exit(server.main())
"""


@dataclass(frozen=True)
class Held:
    """The engine of a GIMP that notes what it does, and computes palettes only when it may."""

    folder: Path

    def hold(self) -> None:
        (self.folder / "hold").touch()

    def let_go(self) -> None:
        (self.folder / "hold").unlink()

    def noted(self, file: str) -> list[str]:
        path = self.folder / file
        return path.read_text().split() if path.exists() else []

    def forget(self) -> None:
        for file in ("requests", "answers", "computed"):
            (self.folder / file).unlink(missing_ok=True)

    def wait_for(self, file: str, *words: str) -> None:
        """Wait until a note ends with some words."""
        wait_for(lambda: self.noted(file)[-len(words) :] == [*words])


@pytest.fixture
def held(window: Screen) -> Iterator[Held]:
    """Install another engine for one test."""
    gimp = window.gimp
    folder = gimp.folder / "held"
    folder.mkdir(exist_ok=True)
    script, program = folder / "engine.py", folder / "program"
    script.write_text(ENGINE.format(folder=str(folder)))
    # The last word is for the tests, which look for the processes of engines.
    program.write_text(f"#!/bin/sh\nexec {gimp.engine_python} -I {script} palette_engine.session\n")
    program.chmod(0o755)
    record = gimp.plug_in / "engine.json"
    before = record.read_text()
    record.write_text(json.dumps({**json.loads(before), "interpreter": str(program)}))
    engine = Held(folder)
    engine.forget()
    (folder / "hold").unlink(missing_ok=True)
    try:
        yield engine
    finally:
        record.write_text(before)
        (folder / "hold").unlink(missing_ok=True)
