"""Doctor: looks at everything between GIMP and the engine, and names the fix for what is broken.

Nothing is changed. The engine is started and asked as the plug-in does it.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from palette_engine import __version__
from palette_engine.errors import SetupError
from palette_engine.gimp.installation import (
    ENTRY,
    PLUGIN,
    PLUGINS,
    Installation,
    installed,
    is_ours,
    plugin_source,
)
from palette_engine.gimp.profiles import FLATPAK, sandbox
from palette_engine.session.protocol import PROTOCOL

__all__ = ["Finding", "clean_environment", "examine"]

PATIENCE = 60.0
"""Seconds after which a program that was started counts as stuck."""

LIBRARIES = {
    "PIL": "pillow",
    "numpy": "numpy",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}
"""What the engine cannot do without: module names and what pip calls them."""

LOAD_LIBRARIES = """\
import importlib, importlib.metadata, sys
for module, name in zip(sys.argv[1::2], sys.argv[2::2]):
    importlib.import_module(module)
    print(name, importlib.metadata.version(name), flush=True)
"""

GIMP_PROGRAMS = ("gimp", "gimp-console", "gimp-3")

FOREIGN = ("PYTHON", "LD_", "DYLD_")
FOREIGN_NAMES = ("GI_TYPELIB_PATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
"""What would reach from one Python into another; the plug-in's engine.py leaves out the same."""

TWO_PIXELS = b"\xff\x00\x00\xff\x00\x00\xff\xff"

LOCATION = "location.py"
"""The plug-in's rule of where the engine is, which is run as it is."""

DESKTOP_PATH = "/usr/local/bin:/usr/bin:/bin"
"""The PATH that a GIMP has for certain, wherever it is started."""

GET_GIMP = "Install GIMP 3.0 or newer from https://www.gimp.org/downloads/"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and for a problem what to do about it."""

    verdict: Literal["ok", "note", "problem"]
    sentence: str
    fix: str = ""


def examine(
    profiles: Sequence[Path],
    environment: Mapping[str, str],
    home: Path,
    patience: float = PATIENCE,
) -> list[Finding]:
    """Return everything there is to say about GIMP, its profiles and the engine.

    `patience` is how many seconds each program that is started may take.
    """
    findings = [_gimp(environment, patience), *_flatpak(profiles, home)]
    if "GIMP3_DIRECTORY" in environment:
        sentence = "GIMP3_DIRECTORY is set: while it is, GIMP uses the profile that it names."
        findings.append(Finding("note", sentence))
    about_profiles = [finding for profile in profiles for finding in _profile(profile)]
    findings += about_profiles
    if not profiles:
        start = "Start GIMP 3 once, then run: palette-engine gimp install"
        findings.append(Finding("problem", "No profile of GIMP 3 was found.", start))
    elif all(finding.verdict == "note" for finding in about_profiles):
        again = _install_command(profiles[-1])
        findings.append(Finding("problem", "No profile has the plug-in.", f"Run: {again}"))
    installations = _installations(profiles)
    recorded = _interpreters(installations)
    interpreters = [python for python in recorded if _is_program(python)]
    commands = [_by_python(python) for python in interpreters]
    for by_hand in (found for found in installations if found.interpreter is None):
        command = _found_engine(environment, home)
        findings.append(_search(by_hand, command, environment, home))
        if command and _is_program(command[0]) and command not in commands:
            commands.append(command)
    for command in commands or [_by_python(sys.executable)]:
        if "-m" in command:
            findings.append(_libraries(command[0], environment, patience))
        findings.append(_engine(command, environment, patience))
    return findings


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what would reach into another Python."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }


def _installations(profiles: Sequence[Path]) -> list[Installation]:
    """Return the installations that can be read."""
    found = []
    for profile in profiles:
        with suppress(SetupError):
            found.append(installed(profile))
    return [installation for installation in found if installation]


def _interpreters(installations: Sequence[Installation]) -> list[str]:
    """Return the Pythons that were recorded, each once."""
    pythons = (found.interpreter for found in installations)
    return list(dict.fromkeys(python for python in pythons if python is not None))


def _by_python(python: str) -> list[str]:
    return [python, "-I", "-m", "palette_engine.session"]


def _found_engine(environment: Mapping[str, str], home: Path) -> list[str] | None:
    """Return the command that a plug-in without a record finds for its engine, if it does."""
    rule = runpy.run_path(str(plugin_source() / LOCATION))
    path: str | None = rule["find"](sys.platform, environment, home)
    if path is None:
        return None
    command: list[str] = rule["command"](path)
    return command


def _search(
    by_hand: Installation,
    command: list[str] | None,
    environment: Mapping[str, str],
    home: Path,
) -> Finding:
    """Say which engine a plug-in that was unpacked by hand finds."""
    again = _install_command(by_hand.folder.parents[1])
    about = f"The plug-in in {by_hand.folder} was unpacked by hand and finds"
    if command is None:
        sentence = f"{about} no engine, neither on the PATH nor where pipx, uv and pip put it."
        return Finding("problem", sentence, f"Run: {again}")
    if not _is_program(command[0]):
        sentence = f"There is no program {command[0]}, which PALETTE_ENGINE names."
        return Finding("problem", sentence, f"Unset PALETTE_ENGINE, or run: {again}")
    others = {key: value for key, value in environment.items() if key != "PALETTE_ENGINE"}
    if _found_engine({**others, "PATH": DESKTOP_PATH}, home) == command:
        return Finding("ok", f"{about} {command[0]}.")
    sentence = f"{about} {command[0]}, but only if GIMP is started with the environment from here."
    return Finding("note", sentence, f"For a GIMP that is started elsewhere, run: {again}")


def _misplaced(profile: Path) -> Iterator[Finding]:
    """Find the plug-in where unpacking puts it by mistake, and where GIMP does not see it."""
    plugins = profile / PLUGINS
    target = plugins / PLUGIN
    if os.access(plugins / ENTRY, os.R_OK):
        yield Finding(
            "problem",
            f"{plugins / ENTRY} is not in a folder of its own, so GIMP does not see it.",
            f"Remove the plug-in's files from {plugins}, then unpack all of the zip file there, "
            f"so that there is {target / ENTRY}.",
        )
    for pattern in (PLUGIN, f"{PLUGINS}/*", f"{PLUGINS}/*/{PLUGIN}"):
        for folder in sorted(profile.glob(pattern)):
            if folder != target and is_ours(folder):
                way = "the files in it up into" if folder.parent == target else "it to"
                yield Finding(
                    "problem",
                    f"The plug-in is in {folder}, where GIMP does not see it.",
                    f"Move {way} {target}.",
                )


def _gimp(environment: Mapping[str, str], patience: float) -> Finding:
    """Look for GIMP among the programs."""
    finding = Finding(
        "note",
        "There is no gimp among the programs on the PATH; that is as it should be for a GIMP "
        "from Flatpak, Snap or an AppImage, and on Windows and macOS.",
    )
    for name in GIMP_PROGRAMS:
        program = shutil.which(name, path=environment.get("PATH", ""))
        if not program:
            continue
        try:
            said = _run([program, "--version"], environment, patience).stdout
        except SetupError as error:
            return Finding("problem", str(error), GET_GIMP)
        version = re.search(r"(\d+)\.\d+(\.\d+)?", said.decode(errors="replace"))
        if not version:
            finding = Finding("note", f"{program} does not say which version it is.")
        elif int(version[1]) >= 3:
            return Finding("ok", f"GIMP {version[0]} is {program}.")
        else:
            sentence = f"{program} is GIMP {version[0]}, which cannot run the plug-in."
            finding = Finding("problem", sentence, GET_GIMP)
    return finding


def _flatpak(profiles: Sequence[Path], home: Path) -> Iterator[Finding]:
    """Remark that a sandboxed GIMP sees another file system than the engine was made for."""
    places = (home / ".local/share/flatpak/app", Path("/var/lib/flatpak/app"))
    kinds = {sandbox(found.folder) for found in _installations(profiles)}
    if "flatpak" in kinds or (kinds and any((place / FLATPAK).is_dir() for place in places)):
        for python in _interpreters(_installations(profiles)):
            attempt = _command(
                *("flatpak", "run", f"--command={python}", FLATPAK),
                *("-I", "-c", "import palette_engine.session.server"),
            )
            yield Finding(
                "note",
                "GIMP from Flatpak runs in a sandbox, which has other system libraries and may "
                f"not be able to run {python}.",
                f"To find out, run: {attempt}",
            )
    if "snap" in kinds:
        yield Finding(
            "note",
            "GIMP from Snap runs in a sandbox, which may not be able to run the engine's Python.",
            "If the plug-in reports so, use another GIMP: https://www.gimp.org/downloads/",
        )


def _profile(profile: Path) -> list[Finding]:
    """Look at one profile and the plug-in in it."""
    again = _install_command(profile)
    if not profile.is_dir():
        sentence = f"There is no folder {profile}."
        return [Finding("problem", sentence, f"Start GIMP 3 once, or run: {again} --create")]
    misplaced = list(_misplaced(profile))
    try:
        found = installed(profile)
    except SetupError as error:
        # What is in the plug-in's place may be the folder that it was unpacked into.
        return misplaced or [Finding("problem", str(error), f"After that, run: {again}")]
    if found is None and misplaced:
        return misplaced
    if found is None:
        return [Finding("note", f"The plug-in is not installed in {profile}.", f"Run: {again}")]
    findings = list(_faults(found, again))
    if not findings:
        sentence = f"The plug-in {found.version} is installed in {found.folder}."
        findings.append(Finding("ok", sentence))
    findings += misplaced
    if found.extra:
        sentence = f"{found.folder} also has files of somebody else: {', '.join(found.extra)}."
        findings.append(Finding("note", sentence))
    return findings


def _faults(found: Installation, again: str) -> Iterator[Finding]:
    """Yield what is wrong with an installation."""
    entry = found.folder / ENTRY
    if not found.is_current:
        yield Finding(
            "problem",
            f"The plug-in in {found.folder} is of version {found.version} (protocol "
            f"{found.protocol}), but this is version {__version__} (protocol {PROTOCOL}).",
            f"Run: {again}" if found.interpreter else f"Update the older one, or run: {again}",
        )
    for name in found.changed:
        sentence = f"{found.folder / name} was changed after it was installed."
        yield Finding("problem", sentence, f"Move it away, then run: {again}")
    for name in found.missing:
        yield Finding("problem", f"{found.folder / name} is missing.", f"Run: {again}")
    if entry.is_file() and not os.access(entry, os.X_OK):
        sentence = f"{entry} is not executable, so GIMP does not see it."
        yield Finding("problem", sentence, f"Run: {_command('chmod', '+x', str(entry))}")
    if found.interpreter is not None and not _is_program(found.interpreter):
        yield Finding(
            "problem",
            f"The Python that runs the engine, {found.interpreter}, is not there any more.",
            f"Run: {again}",
        )


def _is_program(path: str) -> bool:
    return os.access(path, os.X_OK) and Path(path).is_file()


def _libraries(python: str, environment: Mapping[str, str], patience: float) -> Finding:
    """Load the engine's libraries in the Python that runs it."""
    pairs = [word for pair in LIBRARIES.items() for word in pair]
    command = [python, "-I", "-c", LOAD_LIBRARIES, *pairs]
    try:
        done = _run(command, clean_environment(environment), patience)
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
                f"{python} cannot load {name}{_last_words(done)}.",
                f"Run: {_command(python, '-m', 'pip', 'install', '--force-reinstall', name)}",
            )
    versions = ", ".join(f"{name} {loaded[name]}" for name in LIBRARIES.values())
    return Finding("ok", f"{python} loads {versions}.")


def _engine(command: list[str], environment: Mapping[str, str], patience: float) -> Finding:
    """Hold a session about a picture of two pixels."""
    python = command[0]
    layout = {"width": 2, "height": 1, "rows": 1, "planes": ["rgba"]}
    picture, request = {"id": 1, "picture": layout}, {"id": 2, "options": {"colors": 2}}
    data = b"".join(
        (json.dumps(picture).encode(), b"\n", TWO_PIXELS, json.dumps(request).encode(), b"\n")
    )
    try:
        done = _run(
            command,
            clean_environment(environment),
            patience,
            data,
        )
        version = _greeted(python, done)
        _check_answers(python, done)
    except SetupError as error:
        return Finding("problem", str(error), _renewal(python))
    return Finding("ok", f"The engine {version} answers when {python} runs it.")


def _greeted(python: str, done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the version in the engine's first line, or raise `SetupError`."""
    if not done.stdout:
        raise SetupError(f"The engine does not start when {python} runs it{_last_words(done)}.")
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
    """Raise `SetupError` unless the engine takes the picture and finds a palette of two colors."""
    answers = [_line(done, 1), _line(done, 2)]
    for answer in answers:
        if isinstance(answer.get("error"), str):
            raise SetupError(f"The engine that {python} runs refuses a picture: {answer['error']}")
    palette = answers[1].get("palette")
    swatches = palette.get("swatches") if isinstance(palette, dict) else None
    if not isinstance(swatches, list):
        raise SetupError(f"The engine that {python} runs gives no palette{_last_words(done)}.")
    if len(swatches) != 2:
        raise SetupError(
            f"The engine that {python} runs finds {len(swatches)}, not 2 colors in a test picture."
        )


def _line(done: subprocess.CompletedProcess[bytes], number: int) -> dict[str, Any]:
    """Return the object in a line of a program's output; empty if there is none."""
    try:
        value = json.loads(done.stdout.split(b"\n")[number])
    except (IndexError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the end of a program's complaints in brackets; empty if it made none."""
    lines = done.stderr.decode(errors="replace").split("\n")
    reason = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f" ({reason[:200]})" if reason else ""


def _run(
    command: Sequence[str], environment: Mapping[str, str], patience: float, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, or raise `SetupError` if it cannot be started or hangs."""
    try:
        return subprocess.run(
            command,
            input=data,
            capture_output=True,
            env=environment,
            timeout=patience,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be started ({error.strerror}).") from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{command[0]} did not end within {patience:g} seconds.") from error


def _renewal(python: str) -> str:
    """Return how to get an engine that works, said to who has a broken one."""
    if python == sys.executable:
        # With -I, as the plug-in starts it, Python does not look into the user's own folders.
        return (
            "Install Palette Engine again, in a virtual environment of its own, "
            "then run from there: palette-engine gimp install"
        )
    return "Run: palette-engine gimp install"


def _install_command(profile: Path) -> str:
    return _command("palette-engine", "gimp", "install", "--profile", str(profile))


def _command(*words: str) -> str:
    """Return words as one would type them into a terminal."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
