"""Engine location: finds the engine if no installation recorded it.

That is so for a plug-in that was unpacked by hand. Standard library only, and nothing else of
the plug-in: ``palette-engine gimp doctor`` runs this file, so that it looks in the same places.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

PROGRAM = "palette-engine"

VARIABLE = "PALETTE_ENGINE"
"""The environment variable that names the program, or a Python that has it."""


def find(platform: str, environment: Mapping[str, str], home: Path) -> str | None:
    """Return the program or Python that runs the engine, or None if there is none.

    `platform` is as in `sys.platform`. The value of `VARIABLE` is returned even if there is no
    such program. Next come the PATH, and the folders where installers put programs: GIMP has the
    PATH of the desktop, which seldom includes them. See docs/decisions.md#finding-the-engine.
    """
    search = environment.get("PATH", "")
    named = environment.get(VARIABLE)
    if named:
        return shutil.which(named, path=search) or named
    on_path = shutil.which(PROGRAM, path=search)
    if on_path:
        return on_path
    name = f"{PROGRAM}.exe" if platform == "win32" else PROGRAM
    programs = (str(folder / name) for folder in folders(platform, environment, home))
    return next(filter(is_program, programs), None)


def folders(platform: str, environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield the folders where pipx, uv and pip put programs, those for one user first."""
    for variable in ("PIPX_BIN_DIR", "UV_TOOL_BIN_DIR", "XDG_BIN_HOME"):
        if environment.get(variable):
            yield Path(environment[variable])
    # pipx and uv everywhere, and pip install --user on Linux.
    yield home / ".local" / "bin"
    if platform == "win32":
        roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
        local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
        store = "Packages/PythonSoftwareFoundation.Python.3.*/LocalCache/local-packages"
        yield from _newest_first(roaming, "Python/Python3*/Scripts")  # pip install --user
        yield from _newest_first(local, f"{store}/Python3*/Scripts")  # Python of the store
        yield from _newest_first(local, "Python/pythoncore-3.*/Scripts")  # install manager
        yield from _newest_first(local, "Programs/Python/Python3*/Scripts")  # python.org
        if environment.get("PROGRAMFILES"):
            yield from _newest_first(Path(environment["PROGRAMFILES"]), "Python3*/Scripts")
    elif platform == "darwin":
        yield from _newest_first(home / "Library" / "Python", "3.*/bin")  # pip install --user
        yield Path("/opt/homebrew/bin")
        yield Path("/usr/local/bin")
        yield from _newest_first(Path("/Library/Frameworks/Python.framework/Versions"), "3.*/bin")


def command(path: str) -> list[str]:
    """Return the command that starts a session, given the engine's program or a Python."""
    # A program is run without -I, which would hide what pip install --user put into the user's
    # folders.
    return run_by_python(path) if is_python(path) else [path, "session"]


def run_by_python(python: str) -> list[str]:
    """Return the command that starts a session with the engine of a Python."""
    return [python, "-I", "-m", "palette_engine.session"]


def is_program(path: str) -> bool:
    """Return whether a path is that of a file that can be executed."""
    return os.access(path, os.X_OK) and Path(path).is_file()


def is_python(path: str) -> bool:
    """Return whether a program is a Python, by its name: python3, python3.12, pythonw.exe."""
    name = re.split(r"[/\\]", path)[-1].lower().removesuffix(".exe")
    return re.fullmatch(r"python(w?|[\d.]+)|pypy[\d.]*", name) is not None


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    """Return the matches of a pattern, the newest Python first: 3.13, 3.12, 3.9."""

    def version(path: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", str(path.relative_to(folder)))]

    return sorted(folder.glob(pattern), key=version, reverse=True)
