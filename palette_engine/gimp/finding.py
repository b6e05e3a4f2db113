"""Finding: one result of the doctor, and the commands that it recommends."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Finding", "command_line", "install_command"]


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: the result, and for a problem what to do about it."""

    verdict: Literal["ok", "note", "problem"]
    sentence: str
    fix: str = ""


def install_command(profile: Path) -> str:
    """Return the command that installs the plug-in in a profile."""
    return command_line("palette-engine", "gimp", "install", "--profile", str(profile))


def command_line(*words: str) -> str:
    """Return words as a command to type into a terminal."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
