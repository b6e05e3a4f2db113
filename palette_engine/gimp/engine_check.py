"""Engine check: whether the engine starts and answers, in the way that the plug-in uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from palette_engine import __version__
from palette_engine.errors import SetupError
from palette_engine.gimp.finding import Finding, command_line
from palette_engine.gimp.programs import clean_environment, last_error, run_program
from palette_engine.session.protocol import PROTOCOL

__all__ = ["check_engine", "check_libraries"]

LIBRARIES = {
    "PIL": "pillow",
    "numpy": "numpy",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}
"""The libraries that the engine needs: the names of their modules and of their packages."""

LOAD_LIBRARIES = """\
import importlib, importlib.metadata, sys
for module, name in zip(sys.argv[1::2], sys.argv[2::2]):
    importlib.import_module(module)
    print(name, importlib.metadata.version(name), flush=True)
"""

TWO_PIXELS = b"\xff\x00\x00\xff\x00\x00\xff\xff"


def check_libraries(python: str, environment: Mapping[str, str], patience: float) -> Finding:
    """Find out whether the Python that runs the engine can load its libraries."""
    pairs = [word for pair in LIBRARIES.items() for word in pair]
    command = [python, "-I", "-c", LOAD_LIBRARIES, *pairs]
    try:
        done = run_program(command, clean_environment(environment), patience)
    except SetupError as error:
        return Finding("problem", str(error), _renewal(python))
    loaded = dict(
        line.split(" ", 1)
        for line in done.stdout.decode(errors="replace").splitlines()
        if line.count(" ") == 1
    )
    for name in LIBRARIES.values():
        if name not in loaded:
            return Finding(
                "problem",
                f"{python} cannot load {name}{last_error(done)}.",
                f"Run: {command_line(python, '-m', 'pip', 'install', '--force-reinstall', name)}",
            )
    versions = ", ".join(f"{name} {loaded[name]}" for name in LIBRARIES.values())
    return Finding("ok", f"{python} loads {versions}.")


def check_engine(command: list[str], environment: Mapping[str, str], patience: float) -> Finding:
    """Find out whether the engine answers, by a session about a picture of two pixels."""
    python = command[0]
    layout = {"width": 2, "height": 1, "rows": 1, "planes": ["rgba"]}
    picture, request = {"id": 1, "picture": layout}, {"id": 2, "options": {"colors": 2}}
    data = b"".join(
        (json.dumps(picture).encode(), b"\n", TWO_PIXELS, json.dumps(request).encode(), b"\n")
    )
    try:
        done = run_program(command, clean_environment(environment), patience, data)
        version = _greeted(python, done)
        _check_answers(python, done)
    except SetupError as error:
        return Finding("problem", str(error), _renewal(python))
    return Finding("ok", f"The engine {version} answers when {python} runs it.")


def _greeted(python: str, done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the version in the engine's first line, or raise `SetupError`."""
    if not done.stdout:
        raise SetupError(f"The engine does not start when {python} runs it{last_error(done)}.")
    greeting = _line(done, 0)
    if "protocol" not in greeting:
        raise SetupError(f"What {python} runs does not answer as the engine does.")
    protocol, version = greeting["protocol"], greeting.get("version")
    if (protocol, version) != (PROTOCOL, __version__):
        raise SetupError(
            f"The engine that {python} runs is of version {version} (protocol {protocol}), but "
            f"this is version {__version__} (protocol {PROTOCOL})."
        )
    return str(version)


def _check_answers(python: str, done: subprocess.CompletedProcess[bytes]) -> None:
    """Raise `SetupError` unless the engine accepts the picture and finds its two colors."""
    answers = [_line(done, 1), _line(done, 2)]
    for answer in answers:
        if isinstance(answer.get("error"), str):
            raise SetupError(f"The engine that {python} runs refuses a picture: {answer['error']}")
    palette = answers[1].get("palette")
    swatches = palette.get("swatches") if isinstance(palette, dict) else None
    if not isinstance(swatches, list):
        raise SetupError(f"The engine that {python} runs gives no palette{last_error(done)}.")
    if len(swatches) != 2:
        raise SetupError(
            f"The engine that {python} runs finds {len(swatches)}, not 2 colors in a test picture."
        )


def _line(done: subprocess.CompletedProcess[bytes], number: int) -> dict[str, Any]:
    """Return the JSON object in a line of a program's output; empty if there is none."""
    try:
        value = json.loads(done.stdout.split(b"\n")[number])
    except (IndexError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _renewal(python: str) -> str:
    """Return what to do about an engine that does not work."""
    if python == sys.executable:
        # With -I, as the plug-in starts it, Python does not search the user's own folders.
        return (
            "Install Palette Engine again, in a virtual environment of its own, "
            "then run from there: palette-engine gimp install"
        )
    return "Run: palette-engine gimp install"
