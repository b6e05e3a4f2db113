"""Libraries that are imported in the background, and warnings meanwhile."""

from __future__ import annotations

import threading
import warnings

import pytest

from palette_engine import libraries
from palette_engine.errors import PaletteWarning
from tests.patience import PATIENCE


def test_a_warning_comes_through_while_libraries_are_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    importing, done = threading.Event(), threading.Event()

    def import_module(_name: str) -> None:
        with warnings.catch_warnings():  # as old releases of SciPy do
            warnings.simplefilter("ignore")
            importing.set()
            assert done.wait(PATIENCE)

    monkeypatch.setattr(libraries, "import_module", import_module)
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
