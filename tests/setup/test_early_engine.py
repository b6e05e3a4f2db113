"""The engine that the plug-in starts before anything else."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.setup.plugin_modules import plugin_module

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs as POSIX knows them")


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module, of a plug-in that finds the engine by its variable."""
    return plugin_module(monkeypatch, "engine.process")


def program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("#!/bin/sh\necho started\nexec cat\n")
    path.chmod(0o755)
    monkeypatch.setenv("PALETTE_ENGINE", str(path))


def test_its_first_user_takes_the_process_that_was_started(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "engine", monkeypatch)
    early = module.EarlyEngine()
    early.start()
    process = early.take()
    try:
        assert process.stdout.readline() == b"started\n"
        process.stdin.write(b"x" * 2**20)  # at once, whatever the system's pipes hold
        assert process.stdout.read(2**16) == b"x" * 2**16
        early.stop()
        assert process.poll() is None
        assert early.take() is None
    finally:
        process.kill()
        process.communicate()


def test_a_process_that_nobody_takes_is_ended(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "engine", monkeypatch)
    early = module.EarlyEngine()
    early.start()
    process = early._process
    early.stop()
    assert process.poll() is not None
    assert early.take() is None


def test_an_engine_that_is_missing_is_told_only_to_who_needs_it(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALETTE_ENGINE", "/nowhere/engine")
    early = module.EarlyEngine()
    early.start()
    assert early.take() is None
    with pytest.raises(module.EngineError, match="There is no program /nowhere/engine"):
        module.start_engine()


def test_one_that_was_not_started_is_none(module: ModuleType) -> None:
    early = module.EarlyEngine()
    early.stop()
    assert early.take() is None
