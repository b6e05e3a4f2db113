"""The engine that a plug-in finds if it was unpacked by hand."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from palette_engine.gimp.doctor import LOCATION
from palette_engine.gimp.plugin_files import plugin_source
from tests.setup.plugin_modules import plugin_module

posix = pytest.mark.skipif(os.name == "nt", reason="programs as POSIX knows them")

RULE: dict[str, Any] = runpy.run_path(str(plugin_source() / LOCATION))


def program(path: Path) -> str:
    """Make a program and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def find(home: Path, platform: str = "linux", **environment: str) -> str | None:
    found: str | None = RULE["find"](platform, environment, home)
    return found


@pytest.fixture
def on_path(tmp_path: Path) -> str:
    """Return a folder on the PATH that has the engine."""
    return str(Path(program(tmp_path / "bin/palette-engine")).parent)


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        assert find(tmp_path, platform) is None
        assert find(tmp_path, platform, PATH=str(tmp_path), PALETTE_ENGINE="") is None


def test_the_variable_comes_before_the_path_and_the_path_before_the_usual_places(
    tmp_path: Path, on_path: str
) -> None:
    usual = program(tmp_path / ".local/bin/palette-engine")
    chosen = program(tmp_path / "chosen/palette-engine")
    assert find(tmp_path, PALETTE_ENGINE=chosen, PATH=on_path) == chosen
    assert find(tmp_path, PATH=on_path) == f"{on_path}/palette-engine"
    assert find(tmp_path, PATH="/nowhere") == usual
    assert find(tmp_path) == usual


def test_the_variable_may_be_a_name_on_the_path(tmp_path: Path, on_path: str) -> None:
    python = program(tmp_path / "bin/python3.12")
    assert find(tmp_path, PALETTE_ENGINE="python3.12", PATH=on_path) == python


def test_what_the_variable_names_is_not_replaced_if_it_is_not_there(
    tmp_path: Path, on_path: str
) -> None:
    assert find(tmp_path, PALETTE_ENGINE="/gone/python", PATH=on_path) == "/gone/python"


def test_what_cannot_be_executed_and_folders_are_passed_by(tmp_path: Path) -> None:
    (tmp_path / "pipx/palette-engine").mkdir(parents=True)
    Path(program(tmp_path / "uv/palette-engine")).chmod(0o644)
    environment = {"PIPX_BIN_DIR": str(tmp_path / "pipx"), "UV_TOOL_BIN_DIR": str(tmp_path / "uv")}
    assert find(tmp_path, **environment) is None
    usual = program(tmp_path / ".local/bin/palette-engine")
    assert find(tmp_path, **environment) == usual


@pytest.mark.parametrize("variable", ["PIPX_BIN_DIR", "UV_TOOL_BIN_DIR", "XDG_BIN_HOME"])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_where_pipx_and_uv_are_told_to_put_programs_is_searched(
    platform: str, variable: str, tmp_path: Path
) -> None:
    there = program(tmp_path / "programs/palette-engine")
    assert find(tmp_path, platform, **{variable: str(tmp_path / "programs")}) == there


@pytest.mark.parametrize(
    "place",
    [
        ".local/bin",
        "AppData/Roaming/Python/Python313/Scripts",
        "AppData/Local/Packages/PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0/LocalCache"
        "/local-packages/Python312/Scripts",
        "AppData/Local/Python/pythoncore-3.14-64/Scripts",
        "AppData/Local/Programs/Python/Python312/Scripts",
    ],
)
def test_windows_has_folders_called_scripts(place: str, tmp_path: Path) -> None:
    there = program(tmp_path / place / "palette-engine.exe")
    assert find(tmp_path, "win32") == there
    assert find(tmp_path, "linux") is None


def test_windows_folders_are_where_the_environment_says(tmp_path: Path) -> None:
    there = program(tmp_path / "Roaming/Python/Python313/Scripts/palette-engine.exe")
    assert find(tmp_path / "home", "win32", APPDATA=str(tmp_path / "Roaming")) == there
    there = program(tmp_path / "Program Files/Python313/Scripts/palette-engine.exe")
    assert find(tmp_path, "win32", PROGRAMFILES=str(tmp_path / "Program Files")) == there


def test_macos_has_a_folder_for_each_python_and_the_newest_comes_first(tmp_path: Path) -> None:
    paths = [
        program(tmp_path / f"Library/Python/3.{minor}/bin/palette-engine") for minor in (9, 14, 11)
    ]
    assert find(tmp_path, "darwin") == paths[1]
    usual = program(tmp_path / ".local/bin/palette-engine")
    assert find(tmp_path, "darwin") == usual


@pytest.mark.parametrize(
    "name",
    ["python", "python3", "python3.13", "/opt/x/bin/python3", "C:\\x\\Python.exe", "pythonw.exe"],
)
def test_a_python_is_asked_for_the_session_apart_from_what_surrounds_it(name: str) -> None:
    assert RULE["command"](name) == [name, "-I", "-m", "palette_engine.session"]


@pytest.mark.parametrize("name", ["palette-engine", "/python/palette-engine", "C:\\a\\my-python-x"])
def test_a_program_is_asked_by_its_own_command(name: str) -> None:
    assert RULE["command"](name) == [name, "session"]


def test_the_rule_needs_only_the_standard_library() -> None:
    text = (plugin_source() / LOCATION).read_text()
    imported = [
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    ]
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


# The command of the engine


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Return the plug-in's module of the engine's command, for a user who has no engine."""
    for name in ("PALETTE_ENGINE", "PIPX_BIN_DIR", "UV_TOOL_BIN_DIR", "XDG_BIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return plugin_module(monkeypatch, "engine.command")


@posix
def test_what_an_installation_recorded_comes_first(engine: ModuleType, tmp_path: Path) -> None:
    program(tmp_path / "home/.local/bin/palette-engine")
    (tmp_path / "engine.json").write_text('{"interpreter": "/venv/bin/python"}')
    command = engine.engine_command(tmp_path)
    assert command == ["/venv/bin/python", "-I", "-m", "palette_engine.session"]
    assert engine.terminal_command(command) == '"/venv/bin/python" -m palette_engine'


@posix
@pytest.mark.parametrize("record", [None, "", "[]", "{}", '{"interpreter": null}', "\xff"])
def test_without_a_record_the_engine_is_looked_for(
    record: str | None, engine: ModuleType, tmp_path: Path
) -> None:
    if record is not None:
        (tmp_path / "engine.json").write_bytes(record.encode("latin-1"))
    usual = program(tmp_path / "home/.local/bin/palette-engine")
    command = engine.engine_command(tmp_path)
    assert command == [usual, "session"]
    assert engine.terminal_command(command) == f'"{usual}"'


@posix
def test_no_engine_at_all_is_a_sentence_that_says_how_to_get_one(
    engine: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(engine.EngineError, match=r"README\.txt in .* says how to install it"):
        engine.engine_command(tmp_path)


@posix
def test_a_variable_that_names_nothing_is_a_sentence(
    engine: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "home/.local/bin/palette-engine")
    monkeypatch.setenv("PALETTE_ENGINE", "/gone/python")
    expected = "There is no program /gone/python, which PALETTE_ENGINE names"
    with pytest.raises(engine.EngineError, match=expected):
        engine.engine_command(tmp_path)
