"""Programs that open palettes, in their Debian root (see tools/provisioning)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE
from tools.provisioning.debian import REPOSITORY, command_inside
from tools.provisioning.readers import NODE_FOLDER, root

__all__ = ["MISSING", "Programs", "available"]

MISSING = (
    "there is no Debian with Krita, LibreOffice and others on this machine; “make readers” "
    "provisions it, as root"
)

INSIDE = Path(__file__).with_name("inside")

PYTHON = "/usr/bin/python3"

PACKAGES = sysconfig.get_path("purelib")
"""Where the engine's dependencies are; those that are not compiled suit any Python."""


@dataclass(frozen=True)
class Programs:
    """Programs with a folder for their files, which has the same path where they run.

    `prefix` enters that place. The repository is there too, read-only, and so is bash, zsh
    and fish.
    """

    prefix: tuple[str, ...]
    folder: Path

    def call(
        self, *command: str | Path, env: Mapping[str, str] | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command where the programs are, with a clean environment.

        ``palette-engine`` is one of them, run by that place's own Python, so it starts, but
        has nothing that is compiled.
        """
        settings = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": f"{REPOSITORY}:{PACKAGES}",
            "PYTHONDONTWRITEBYTECODE": "1",
            **(env or {}),
        }
        done = subprocess.run(
            [*self.prefix, "env", "-i", *(f"{k}={v}" for k, v in settings.items()), *command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done

    def set_up(self) -> None:
        """Make a home, the command ``palette-engine``, and the scripts that look into files."""
        (self.folder / "home").mkdir()
        (self.folder / "bin").mkdir()
        command = self.folder / "bin" / "palette-engine"
        command.write_text(f"#!{PYTHON}\nfrom palette_engine.cli import main\n\nmain()\n")
        command.chmod(0o755)
        shutil.copytree(INSIDE, self.folder / "inside")
        # Modules of Node.js are looked for beside whoever needs them.
        (self.folder / "node_modules").symlink_to(f"/{NODE_FOLDER}/node_modules")

    def look(self, *command: str | Path, env: Mapping[str, str] | None = None) -> Any:
        """Run a command that prints one line of JSON, and return what it says."""
        done = self.call(*command, env=env)
        assert done.stdout.startswith(("{", "[")), done.stdout + done.stderr
        return json.loads(done.stdout)


def available(folder: Path) -> Programs | None:
    """Return the programs with their files in a folder, or None if there are none here."""
    debian = root()
    if not debian.is_ready() or shutil.which("bwrap") is None:
        return None
    visible = (option for path in (REPOSITORY, PACKAGES) for option in ("--ro-bind", path, path))
    # Krita copies its bundles of brushes into every new profile, which takes four times as long
    # as all the rest, and Chromium wants shared memory.
    bundles = ("--tmpfs", "/usr/share/krita/bundles", "--tmpfs", "/dev/shm")
    programs = Programs(command_inside(debian, folder, *map(str, visible), *bundles), folder)
    programs.set_up()
    return programs
