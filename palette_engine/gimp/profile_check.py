"""Profile check: whether the plug-in is in a profile as it was installed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from palette_engine import __version__
from palette_engine.errors import SetupError
from palette_engine.gimp.finding import Finding, command_line, install_command
from palette_engine.gimp.manifest import Installation, installed, is_ours
from palette_engine.gimp.plugin_files import ENTRY, PLUGIN, PLUGINS
from palette_engine.gimp.programs import is_program
from palette_engine.session.protocol import PROTOCOL

__all__ = ["check_profile", "installations", "interpreters"]


def check_profile(profile: Path) -> list[Finding]:
    """Return the findings about one profile and the plug-in in it."""
    again = install_command(profile)
    if not profile.is_dir():
        sentence = f"There is no folder {profile}."
        return [Finding("problem", sentence, f"Start GIMP 3 once, or run: {again} --create")]
    misplaced = list(_misplaced(profile))
    try:
        found = installed(profile)
    except SetupError as error:
        # The folder with the plug-in's name may be one that it was unpacked into.
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
    """Yield the problems of an installation."""
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
        yield Finding("problem", sentence, f"Run: {command_line('chmod', '+x', str(entry))}")
    if found.interpreter is not None and not is_program(found.interpreter):
        yield Finding(
            "problem",
            f"The Python that runs the engine, {found.interpreter}, is not there any more.",
            f"Run: {again}",
        )


def _misplaced(profile: Path) -> Iterator[Finding]:
    """Yield the folders into which the plug-in was unpacked by mistake, so that GIMP misses it."""
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


def installations(profiles: Sequence[Path]) -> list[Installation]:
    """Return the installations that can be read."""
    found = []
    for profile in profiles:
        with suppress(SetupError):
            found.append(installed(profile))
    return [installation for installation in found if installation]


def interpreters(installations: Sequence[Installation]) -> list[str]:
    """Return the Pythons that the installations recorded, without duplicates."""
    pythons = (found.interpreter for found in installations)
    return list(dict.fromkeys(python for python in pythons if python is not None))
