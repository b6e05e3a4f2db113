"""Profiles: the folders in which GIMP 3 keeps a user's settings and plug-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

__all__ = ["FLATPAK", "chosen_profile", "find_profiles", "sandbox"]

FLATPAK = "org.gimp.GIMP"
"""The name of GIMP in Flatpak."""


def find_profiles(platform: str, environment: Mapping[str, str], home: Path) -> list[Path]:
    """Return the existing profiles of every GIMP 3.x, older versions first.

    `platform` is as in `sys.platform`. A folder that two paths lead to is listed once.
    """
    chosen = chosen_profile(environment, home)
    if chosen is not None:
        return [chosen] if chosen.is_dir() else []
    profiles: dict[Path, Path] = {}
    for parent in _parents(platform, environment, home):
        for folder in _versions(parent):
            profiles.setdefault(folder.resolve(), folder)
    return list(profiles.values())


def chosen_profile(environment: Mapping[str, str], home: Path) -> Path | None:
    """Return the profile that GIMP3_DIRECTORY names, existing or not, or None if it is not set.

    GIMP then uses no other. As in GIMP, a relative path is relative to the home folder.
    """
    value = environment.get("GIMP3_DIRECTORY")
    return None if value is None else home / value


def sandbox(profile: Path) -> Literal["", "flatpak", "snap"]:
    """Return the kind of sandbox that a profile belongs to, or an empty string for none."""
    steps = list(zip(profile.parts, profile.parts[1:], strict=False))
    if ("app", FLATPAK) in steps:
        return "flatpak"
    return "snap" if ("snap", "gimp") in steps else ""


def _parents(platform: str, environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield the folders that hold one profile for each version of GIMP."""
    if platform == "win32":
        roaming = environment.get("APPDATA")
        yield (Path(roaming) if roaming else home / "AppData" / "Roaming") / "GIMP"
    elif platform == "darwin":
        yield home / "Library" / "Application Support" / "GIMP"
    else:
        config = Path(environment.get("XDG_CONFIG_HOME", ""))
        # The specification of these folders says to ignore a relative path.
        yield (config if config.is_absolute() else home / ".config") / "GIMP"
        yield home / ".var" / "app" / FLATPAK / "config" / "GIMP"
        yield home / "snap" / "gimp" / "current" / ".config" / "GIMP"


def _versions(parent: Path) -> list[Path]:
    """Return the folders named 3.0, 3.2 and so on, in the order of their numbers."""
    minors = {
        folder: folder.name.removeprefix("3.") for folder in parent.glob("3.*") if folder.is_dir()
    }
    numbered = [folder for folder, minor in minors.items() if minor.isascii() and minor.isdigit()]
    return sorted(numbered, key=lambda folder: int(minors[folder]))
