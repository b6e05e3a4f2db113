"""Location: where the engine is when no installation wrote it down.

That is so for a plug-in that was unpacked by hand. Standard library only. The engine's own
``palette-engine gimp doctor`` runs this file, so that it looks where the plug-in looks.
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
    """Return the program or Python that is the engine, or None if there is none.

    `platform` is as in `sys.platform`. What `VARIABLE` names counts, whether it is there or not;
    then comes the PATH, then the places where installers put programs, as GIMP has the PATH of
    the desktop, which seldom has them.
    """
    search = environment.get("PATH", "")
    named = environment.get(VARIABLE)
    if named:
        return shutil.which(named, path=search) or named
    on_path = shutil.which(PROGRAM, path=search)
    if on_path:
        return on_path
    name = f"{PROGRAM}.exe" if platform == "win32" else PROGRAM
    programs = (str(folder / name) for folder in places(platform, environment, home))
    return next(filter(is_program, programs), None)


def places(platform: str, environment: Mapping[str, str], home: Path) -> Iterator[Path]:
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
    """Return the command that holds a session with the engine, given its program or a Python."""
    # A program is run as it is, without -I: what pip install --user put into the user's folders
    # would not be found with it.
    return run_by_python(path) if is_python(path) else [path, "session"]


def run_by_python(python: str) -> list[str]:
    """Return the command that holds a session with the engine of a Python."""
    return [python, "-I", "-m", "palette_engine.session"]


def is_program(path: str) -> bool:
    """Tell whether there is a file that can be executed."""
    return os.access(path, os.X_OK) and Path(path).is_file()


def is_python(path: str) -> bool:
    """Tell whether a program is a Python, by its name: python3, python3.12, pythonw.exe."""
    name = re.split(r"[/\\]", path)[-1].lower().removesuffix(".exe")
    return re.fullmatch(r"python(w?|[\d.]+)|pypy[\d.]*", name) is not None


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    """Return what matches a pattern, that of the newest Python first: 3.13, 3.12, 3.9."""

    def version(path: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", str(path.relative_to(folder)))]

    return sorted(folder.glob(pattern), key=version, reverse=True)
