"""Setting up environments, with real environments and pip, offline."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tools.provisioning.debian import REPOSITORY

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs are in other folders")

SCRIPT = "tools/environment.py"

BACKEND = """\
import zipfile

METADATA = "Metadata-Version: 2.1\\nName: palette-engine\\nVersion: 1"

def build_editable(folder, settings=None, metadata=None):
    name = "palette_engine-1-py3-none-any.whl"
    info = "palette_engine-1.dist-info"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("own.py", "")
        wheel.writestr(f"{info}/METADATA", METADATA)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""
"""The build backend of the checkout, as setuptools would have to be downloaded."""

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout whose locked packages are in a folder instead of on a server."""

    folder: Path
    wheels: Path

    def set_up(
        self, *arguments: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the script as the Makefile does."""
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_RETRIES": "1"}
        return subprocess.run(
            [sys.executable, SCRIPT, *arguments],
            cwd=self.folder,
            env={**os.environ, **offline, **(env or {})},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def has(self, module: str, environment: str = ".venv") -> bool:
        """Return whether an environment can import a module."""
        python = self.folder / environment / "bin" / "python"
        command: list[str | Path] = [python, "-c", f"import {module}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def lock(self, name: str, *packages: str) -> None:
        """Write a lock of packages, and their wheels."""
        lines = [f"{each}==1 --hash=sha256:{self._wheel(each)}" for each in packages]
        (self.folder / "requirements" / f"{name}.txt").write_text("\n".join(lines))

    def _wheel(self, name: str) -> str:
        path = self.wheels / f"{name}-1-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            info = f"{name}-1.dist-info"
            wheel.writestr(f"{name}.py", "")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any")
            wheel.writestr(f"{info}/RECORD", "")
        return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a checkout in a folder whose name has blanks and an umlaut."""
    made = Checkout(tmp_path / "Bilder & Töne ü", tmp_path / "wheels")
    for folder in (made.wheels, made.folder / "tools", made.folder / "requirements"):
        folder.mkdir(parents=True)
    for script in (SCRIPT, "tools/lock_file.py"):
        (made.folder / script).write_bytes((REPOSITORY / script).read_bytes())
    (made.folder / "backend.py").write_text(BACKEND)
    (made.folder / "pyproject.toml").write_text(PYPROJECT)
    (made.folder / "setup.cfg").write_text("")
    (made.folder / "setup.py").write_text("from setuptools import setup\n\nsetup()\n")
    made.lock("engine", "first")
    made.lock("test", "first", "second")
    return made


def test_it_installs_a_lock_and_the_package_and_is_silent_when_all_is_there(
    checkout: Checkout, tmp_path: Path
) -> None:
    astray = {"PIP_USER": "1", "PIP_TARGET": str(tmp_path / "astray"), "PYTHONHOME": ""}
    done = checkout.set_up(env=astray)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.startswith("Setting up .venv for “engine” with Python 3.")
    assert checkout.has("first, own")
    assert not checkout.has("second")
    assert not (tmp_path / "astray").exists()
    assert checkout.set_up().stderr == ""

    assert checkout.set_up("requirements/test.txt").returncode == 0
    assert checkout.has("second")
    for lock in ("engine", "test"):
        assert checkout.set_up(f"requirements/{lock}.txt").stderr == ""

    checkout.lock("engine", "first", "third")
    assert "Setting up" in checkout.set_up().stderr
    assert checkout.has("first, second, third")


def test_what_is_no_longer_locked_is_removed(checkout: Checkout) -> None:
    checkout.set_up("requirements/test.txt")
    python = str(checkout.folder / ".venv" / "bin" / "python")
    checkout.lock("spare", "by_hand")
    wheel = str(checkout.wheels / "by_hand-1-py3-none-any.whl")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-index", wheel], check=True)
    assert checkout.has("first, second, by_hand, pip, own")

    # Another lock of the same environment still has the second.
    checkout.lock("engine", "third")
    assert "Setting up" in checkout.set_up().stderr
    assert checkout.has("first, second, third, pip, own")
    assert not checkout.has("by_hand")

    checkout.lock("test", "third")
    assert "Setting up" in checkout.set_up("requirements/test.txt").stderr
    assert checkout.has("third, pip, own")
    assert not checkout.has("first")
    assert not checkout.has("second")
    assert checkout.set_up().stderr == ""


def test_an_environment_of_another_kind_has_only_its_own_lock(checkout: Checkout) -> None:
    checkout.lock("lowest", "first", "second")
    assert checkout.set_up("requirements/lowest.txt", "old").returncode == 0
    checkout.lock("lowest", "second")
    assert checkout.set_up("requirements/lowest.txt", "old").returncode == 0
    assert checkout.has("second, own", "old")
    assert not checkout.has("first", "old")


def test_what_fails_says_what_to_do_and_leaves_what_is_there(checkout: Checkout) -> None:
    checkout.set_up()
    unreachable = {
        "PIP_NO_INDEX": "0",
        "PIP_FIND_LINKS": "",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
    }
    unhashed = f"--hash=sha256:{'0' * 64}"
    for line, env, sentence in (
        (f"second==1 {unhashed}", unreachable, "Check the network, then try again."),
        (
            f"second==1 {unhashed}",
            {},
            "does not have its hash in odd.txt, so nothing was installed.",
        ),
        (f"nowhere==1 {unhashed}", {}, "odd.txt does not fit this machine (Python 3."),
    ):
        (checkout.folder / "requirements" / "odd.txt").write_text(line)
        failed = checkout.set_up("requirements/odd.txt", env=env)
        assert failed.returncode == 1
        assert failed.stderr.splitlines()[1].startswith("Palette Engine is not set up: ")
        assert sentence in failed.stderr
        assert "Traceback" not in failed.stderr
        assert checkout.set_up(env=unreachable).stderr == ""  # the environment is still ready
    assert checkout.set_up("requirements/test.txt").returncode == 0
    assert checkout.has("second")


def test_what_was_interrupted_or_moved_is_set_up_anew(checkout: Checkout) -> None:
    left = checkout.folder / ".venv" / "bin" / "python"
    left.parent.mkdir(parents=True)
    left.write_text("the half of a program")
    assert "Setting up" in checkout.set_up().stderr
    assert checkout.has("first, own")

    checkout.set_up("requirements/test.txt")
    moved = Checkout(checkout.folder.with_name("elsewhere"), checkout.wheels)
    checkout.folder.rename(moved.folder)
    assert "Setting up" in moved.set_up().stderr
    assert moved.has("first, own")
    assert not moved.has("second")
    assert "Setting up" in moved.set_up("requirements/test.txt").stderr
    assert moved.has("second")


def test_a_lock_that_is_missing_is_named(checkout: Checkout) -> None:
    failed = checkout.set_up("requirements/nothing.txt")
    assert failed.returncode == 1
    assert "nothing.txt; get the whole repository again." in failed.stderr


def test_a_python_that_cannot_make_environments_is_told_from_others(
    checkout: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    failed = checkout.set_up(env={"PYTHONPATH": str(tmp_path)})
    assert failed.returncode == 1
    assert "“sudo apt install python3-venv” brings it; then try again." in failed.stderr
    assert not (checkout.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("programs", "advice"),
    [
        (
            ["python3.9", "python3.12"],
            "Run “make PYTHON=python3.12”, followed by what you want to make.",
        ),
        (["python3.9"], "Install one, for example from your system's packages, and run"),
    ],
)
def test_an_older_python_is_refused_in_a_sentence(
    checkout: Checkout, tmp_path: Path, programs: list[str], advice: str
) -> None:
    (tmp_path / "programs").mkdir()
    for name in programs:
        (tmp_path / "programs" / name).write_text("#!/bin/sh\n")
        (tmp_path / "programs" / name).chmod(0o755)
    code = f"import runpy, sys; sys.version_info = (3, 10, 4); runpy.run_path({SCRIPT!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout.folder,
        env={**os.environ, "PATH": str(tmp_path / "programs")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    sentence = "Palette Engine needs Python 3.11 or newer; this is 3.10. "
    assert done.stderr.startswith(sentence + advice)
    assert not (checkout.folder / ".venv").exists()
