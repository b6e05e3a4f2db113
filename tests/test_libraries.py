"""Libraries that are imported in the background, and warnings meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

from palette_engine import libraries
from palette_engine.errors import PaletteWarning
from tests.patience import PATIENCE


def test_a_warning_comes_through_while_libraries_are_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    importing, done = threading.Event(), threading.Event()

    def import_leanly(names: Sequence[tuple[str, str]]) -> list[None]:
        with warnings.catch_warnings():  # as old releases of SciPy do
            warnings.simplefilter("ignore")
            importing.set()
            assert done.wait(PATIENCE)
        return [None] * len(names)

    monkeypatch.setattr(libraries, "import_leanly", import_leanly)
    monkeypatch.setattr(libraries, "_loaded", [])
    monkeypatch.setattr(libraries, "_lists_libraries", lambda: False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        libraries.preload()
        assert importing.wait(PATIENCE)
        threading.Timer(0.1, done.set).start()
        libraries.warn("the profile is broken")
    assert [(each.category, str(each.message)) for each in caught] == [
        (PaletteWarning, "the profile is broken")
    ]


def test_what_shows_a_warning_may_itself_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def show(message: Warning | str, *_: object) -> None:
        shown.append(str(message))
        if len(shown) == 1:
            libraries.warn("another picture is broken")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", show)
        thread = threading.Thread(target=libraries.warn, args=["a picture is broken"], daemon=True)
        thread.start()
        thread.join(PATIENCE)
    assert shown == ["a picture is broken", "another picture is broken"]


@pytest.mark.parametrize("module", ["palette_engine", "palette_engine.session"])
@pytest.mark.parametrize(("chosen", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_programs_start_no_idle_threads_unless_the_user_wants_them(
    module: str, chosen: dict[str, str], threads: str
) -> None:
    code = """
import atexit, os, runpy, sys
atexit.register(lambda: print(os.environ["OPENBLAS_NUM_THREADS"], file=sys.stderr))
sys.argv = [sys.argv[1], "--version"]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)
"""
    environment = {name: value for name, value in os.environ.items() if "OPENBLAS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code, module],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment | chosen,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stderr.splitlines() == [threads]


@pytest.mark.parametrize(
    ("source", "is_listed"),
    [
        ("from threadpoolctl import ThreadpoolController\n_all = ThreadpoolController()\n", True),
        ("import threadpoolctl\n", False),
    ],
)
def test_what_lists_libraries_while_it_is_imported_is_not_imported_in_the_background(
    source: str, is_listed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sklearn.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(libraries, "_lists_libraries", libraries._lists_libraries.__wrapped__)
    started: list[object] = []
    monkeypatch.setattr(threading.Thread, "start", lambda thread: started.append(thread))
    libraries.preload()
    assert bool(started) is not is_listed
