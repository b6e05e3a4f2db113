"""The plug-in's own modules, without GIMP: those that import no `gi`."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

import pytest

from palette_engine.gimp.plugin_files import plugin_source

PACKAGE = "extract_palette"


def plugin_module(monkeypatch: pytest.MonkeyPatch, name: str, language: str = "en") -> ModuleType:
    """Return a module of the plug-in, as if it ran for a user of a language."""
    monkeypatch.syspath_prepend(plugin_source())
    monkeypatch.setenv("LANGUAGE", language)
    for loaded in [*sys.modules]:
        if loaded.split(".")[0] == PACKAGE:
            del sys.modules[loaded]
    return import_module(f"{PACKAGE}.{name}")
