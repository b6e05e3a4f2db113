"""Doctor: checks everything between GIMP and the engine, and names the fix for each problem.

Nothing is changed. The engine is started and used in the same way as by the plug-in.
"""

from __future__ import annotations

import re
import runpy
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from palette_engine.errors import SetupError
from palette_engine.gimp.engine_check import check_engine, check_libraries
from palette_engine.gimp.finding import Finding, command_line, install_command
from palette_engine.gimp.manifest import Installation
from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.gimp.profile_check import check_profile, installations, interpreters
from palette_engine.gimp.profiles import FLATPAK, sandbox
from palette_engine.gimp.programs import PATIENCE, is_program, run_program

__all__ = ["examine"]

GIMP_PROGRAMS = ("gimp", "gimp-console", "gimp-3")

LOCATION = "extract_palette/engine/location.py"
"""The plug-in's own module that finds the engine; it is run from the plug-in's files.

See docs/decisions.md#finding-the-engine.
"""

DESKTOP_PATH = "/usr/local/bin:/usr/bin:/bin"
"""The PATH that GIMP has at least, however it is started."""

GET_GIMP = "Install GIMP 3.0 or newer from https://www.gimp.org/downloads/"


def examine(
    profiles: Sequence[Path],
    environment: Mapping[str, str],
    home: Path,
    patience: float = PATIENCE,
) -> list[Finding]:
    """Return all findings about GIMP, its profiles and the engine.

    `patience` is the seconds that each program that is started may take.
    """
    findings = [_gimp(environment, patience), *_flatpak(profiles, home)]
    if "GIMP3_DIRECTORY" in environment:
        sentence = "GIMP3_DIRECTORY is set: while it is, GIMP uses the profile that it names."
        findings.append(Finding("note", sentence))
    about_profiles = [finding for profile in profiles for finding in check_profile(profile)]
    findings += about_profiles
    if not profiles:
        start = "Start GIMP 3 once, then run: palette-engine gimp install"
        findings.append(Finding("problem", "No profile of GIMP 3 was found.", start))
    elif all(finding.verdict == "note" for finding in about_profiles):
        again = install_command(profiles[-1])
        findings.append(Finding("problem", "No profile has the plug-in.", f"Run: {again}"))
    present = installations(profiles)
    recorded = filter(is_program, interpreters(present))
    commands = [_by_python(python) for python in recorded]
    for by_hand in (found for found in present if found.interpreter is None):
        command = _found_engine(environment, home)
        findings.append(_search(by_hand, command, environment, home))
        if command and is_program(command[0]) and command not in commands:
            commands.append(command)
    for command in commands or [_by_python(sys.executable)]:
        if "-m" in command:
            findings.append(check_libraries(command[0], environment, patience))
        findings.append(check_engine(command, environment, patience))
    return findings


def _gimp(environment: Mapping[str, str], patience: float) -> Finding:
    """Return which GIMP is on the PATH."""
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
            said = run_program([program, "--version"], environment, patience).stdout
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
    """Yield a note if GIMP runs in a sandbox, where the engine's Python may not run."""
    apps = (home / ".local/share/flatpak/app", Path("/var/lib/flatpak/app"))
    kinds = {sandbox(found.folder) for found in installations(profiles)}
    if "flatpak" in kinds or (kinds and any((folder / FLATPAK).is_dir() for folder in apps)):
        for python in interpreters(installations(profiles)):
            attempt = command_line(
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


def _search(
    by_hand: Installation,
    command: list[str] | None,
    environment: Mapping[str, str],
    home: Path,
) -> Finding:
    """Return which engine a plug-in that was unpacked by hand finds."""
    again = install_command(by_hand.folder.parents[1])
    about = f"The plug-in in {by_hand.folder} was unpacked by hand and finds"
    if command is None:
        sentence = f"{about} no engine, neither on the PATH nor where pipx, uv and pip put it."
        return Finding("problem", sentence, f"Run: {again}")
    if not is_program(command[0]):
        sentence = f"There is no program {command[0]}, which PALETTE_ENGINE names."
        return Finding("problem", sentence, f"Unset PALETTE_ENGINE, or run: {again}")
    others = {key: value for key, value in environment.items() if key != "PALETTE_ENGINE"}
    if _found_engine({**others, "PATH": DESKTOP_PATH}, home) == command:
        return Finding("ok", f"{about} {command[0]}.")
    sentence = f"{about} {command[0]}, but only if GIMP is started with the environment from here."
    return Finding("note", sentence, f"For a GIMP that is started elsewhere, run: {again}")


def _found_engine(environment: Mapping[str, str], home: Path) -> list[str] | None:
    """Return the command of the engine that a plug-in unpacked by hand finds, if any."""
    rule = runpy.run_path(str(plugin_source() / LOCATION))
    path: str | None = rule["find"](sys.platform, environment, home)
    if path is None:
        return None
    command: list[str] = rule["command"](path)
    return command


def _by_python(python: str) -> list[str]:
    return [python, "-I", "-m", "palette_engine.session"]
