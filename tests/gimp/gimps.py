"""Real GIMPs for the tests: the machine's own, or one in a Debian root (see tools/provisioning)."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE
from tools.provisioning.debian import REPOSITORY, command_inside
from tools.provisioning.gimp import ENGINE_ENVIRONMENT, SUITES, own_gimp, roots

INSIDE = Path(__file__).with_name("inside.py")


@dataclass(frozen=True)
class Gimp:
    """A GIMP with a profile and an engine of its own, all in one folder.

    `prefix` enters the place where it is installed; the folder has the same path there.
    """

    series: str
    folder: Path
    prefix: tuple[str, ...]
    python: str
    dependencies: str

    @property
    def profile(self) -> Path:
        return self.folder / "profile"

    @property
    def palettes(self) -> Path:
        return self.profile / "palettes"

    @property
    def plug_in(self) -> Path:
        return self.profile / "plug-ins" / "extract-palette"

    @property
    def engine_python(self) -> Path:
        return self.folder / "engine" / "bin" / "python"

    def call(
        self, *command: str | Path, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command where this GIMP is installed, with a clean environment."""
        done = subprocess.run(
            self.command(*command, env=env),
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

    def command(
        self, *command: str | Path, env: Mapping[str, str] | None = None
    ) -> list[str | Path]:
        """Return the command that runs another one where this GIMP is installed."""
        settings = {**self.environment(), **(env or {})}
        return [*self.prefix, "env", "-i", *(f"{k}={v}" for k, v in settings.items()), *command]

    def environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "GIMP3_DIRECTORY": str(self.profile),
        }

    def set_up(self, wheel: Path) -> None:
        """Install the engine and then the plug-in, as a user would."""
        (self.folder / "home").mkdir(parents=True)
        environment = self.folder / "engine"
        self.call(self.python, "-m", "venv", "--without-pip", environment)
        site = next(environment.glob("lib/python3*/site-packages"))
        (site / "dependencies.pth").write_text(f"{self.dependencies}\n")
        here = Path(shutil.copy(wheel, self.folder))
        self.call(
            *(self.python, "-m", "pip", "--python", self.engine_python),
            *("install", "--quiet", "--no-deps", "--no-index", here),
            env={"PYTHONPATH": self.dependencies},
        )
        self.palette_engine("gimp", "install", "--create")
        # The welcome and update dialogs would cover the windows that are tested.
        full = self.console("--version").stdout.split()[-1]
        (self.profile / "gimprc").write_text(
            f'(config-version "{full}")\n(show-welcome-dialog no)\n'
            "(check-updates no)\n(save-session-info no)\n"
        )

    def palette_engine(self, *arguments: str | Path, check: bool = True) -> str:
        """Run the engine's command line and return what it printed."""
        command = self.folder / "engine" / "bin" / "palette-engine"
        done = self.call(command, *arguments, check=check)
        return done.stdout + done.stderr if not check else done.stdout

    def console(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run GIMP without windows."""
        return self.call("gimp-console", *arguments, check=False)

    def scheme(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run Script-Fu inside GIMP."""
        return self.console(
            *("--no-interface", "--quit", "--batch-interpreter=plug-in-script-fu-eval", "-b", code)
        )


class Worker:
    """A GIMP without windows that runs the Python code that tests send.

    It is shared, as GIMP takes seconds to start; the plug-in is a new process in each call.
    """

    def __init__(self, gimp: Gimp, env: Mapping[str, str] | None = None) -> None:
        self.jobs = Path(tempfile.mkdtemp(prefix="jobs-", dir=gimp.folder))
        self.count = 0
        code = f"jobs = {str(self.jobs)!r}; exec(open({str(self._copied(INSIDE))!r}).read())"
        self.log = self.jobs / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                gimp.command(
                    *("gimp-console", "--no-interface", "--quit"),
                    *("--batch-interpreter=python-fu-eval", "-b", f"{code}\nwork(jobs)"),
                    env=env,
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _copied(self, path: Path) -> Path:
        return Path(shutil.copy(path, self.jobs))

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_exception: object) -> None:
        (self.jobs / "stop").touch()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
        self.process.kill()
        self.process.wait()

    def run(self, code: str) -> Any:
        """Run Python inside GIMP, after inside.py, and return what it put into `result`."""
        self.count += 1
        job = self.jobs / f"{self.count}.py"
        outcome = job.with_suffix(".json")
        unfinished = job.with_suffix(".new")
        unfinished.write_text(code)
        unfinished.rename(job)
        until = time.monotonic() + PATIENCE
        while not outcome.exists():
            assert self.process.poll() is None, f"GIMP ended\n{self._said()}"
            assert time.monotonic() < until, f"GIMP hangs\n{self._said()}"
            time.sleep(0.02)
        answer = json.loads(outcome.read_text())
        assert "failure" not in answer, answer["failure"] + self._said()
        return answer["result"]

    def _said(self) -> str:
        return self.log.read_text(errors="replace")


def build_wheel(folder: Path) -> Path:
    """Build the wheel as it is shipped: from the sdist, away from the checkout."""
    source, built = folder / "palette-engine", folder / "built"
    leave = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(REPOSITORY, source, ignore=leave)
    # With the locked setuptools, and so without a network.
    command = (sys.executable, "-m", "build", "--no-isolation", "--outdir", built, source)
    subprocess.run(command, check=True, capture_output=True)
    (path,) = built.glob("*.whl")
    return path


def available(series: str, folder: Path) -> Gimp | None:
    """Return the GIMP of a series with its files in a folder, or None if there is none here."""
    if own_gimp() == series:
        python, site = sys.executable, sysconfig.get_path("purelib")
        return Gimp(series, folder, (), python, site)
    root = roots().get(series)
    if root is None or not root.is_ready() or shutil.which("bwrap") is None:
        return None
    inside = next((root.path / ENGINE_ENVIRONMENT).glob("lib/python3*/site-packages"))
    site = f"/{inside.relative_to(root.path)}"
    return Gimp(series, folder, command_inside(root, folder), "/usr/bin/python3", site)


def missing(series: str) -> str:
    """Return why there is no GIMP of a series."""
    return (
        f"there is no GIMP {series} on this machine; “make gimp” provisions it on Debian, as root"
    )


__all__ = ["INSIDE", "SUITES", "Gimp", "Worker", "available", "build_wheel", "missing"]
