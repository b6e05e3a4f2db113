"""Engine command: the command that runs the engine, and what to type if there is none.

Standard library only.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from extract_palette.engine import location
from extract_palette.errors import Problem
from extract_palette.installed_files import FOLDER, recorded_interpreter
from extract_palette.translation import _

COMMAND = "palette-engine"
"""The engine's command in a terminal, if it is on the PATH."""

FOREIGN = ("PYTHON", "LD_", "DYLD_")
FOREIGN_NAMES = ("GI_TYPELIB_PATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
"""Variables that would reach from GIMP's Python into the engine's; the doctor removes the same."""


class EngineError(Problem):
    """The engine is missing, or does not work."""


def engine_command(folder: Path = FOLDER) -> list[str]:
    """Return the command that runs the engine, or raise `EngineError`."""
    interpreter = recorded_interpreter(folder)
    if interpreter:
        return location.run_by_python(interpreter)
    found = location.find(sys.platform, os.environ, Path.home())
    if found is None:
        sentence = _(
            "Extract Palette has no engine yet. README.txt in {folder} says how to install it. "
            "If it is installed: {advice}"
        )
        raise EngineError(sentence.format(folder=folder, advice=install_advice()))
    if not location.is_program(found):
        sentence = _(
            "There is no program {program}, which {variable} names. Let it name the program "
            "{command}, or unset it, then start GIMP again."
        )
        variable = location.VARIABLE
        raise EngineError(sentence.format(program=found, variable=variable, command=COMMAND))
    return location.command(found)


def terminal_command(command: list[str]) -> str:
    """Return what to type in a terminal for the engine that a command runs."""
    # A virtual environment is seldom on the PATH; its Python can always be named.
    return f'"{command[0]}" -m palette_engine' if "-m" in command else f'"{command[0]}"'


def install_advice(command: str = COMMAND) -> str:
    """Return what to do about an engine that is missing, or of another version."""
    advice = _("Run “{command} gimp install” in a terminal, then start GIMP again.")
    return advice.format(command=command)


def clean_environment() -> dict[str, str]:
    """Return GIMP's environment without what would reach into another Python."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }
