"""The page's scripts and stylesheet, checked as the rest is: by TypeScript and Biome."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.readers.programs import Programs
from tools.provisioning.debian import REPOSITORY

SCRIPTS = sorted((REPOSITORY / "palette_engine" / "web" / "page").glob("*.js"))

STYLESHEET = REPOSITORY / "palette_engine" / "web" / "page" / "style.css"

TYPES = Path(__file__).with_name("tsconfig.json")
STYLE = Path(__file__).with_name("biome.json")


def typed(programs: Programs, settings: Path) -> subprocess.CompletedProcess[str]:
    """Return what TypeScript says about the types of scripts."""
    program = programs.folder / "node_modules/.bin/tsc"
    return programs.call(program, "--project", settings, check=False)


def styled(programs: Programs, *scripts: Path) -> subprocess.CompletedProcess[str]:
    """Return what Biome says about how scripts are written and formatted."""
    program = programs.folder / "node_modules/.bin/biome"
    options = ("--colors=off", "--max-diagnostics=none", f"--config-path={STYLE}")
    return programs.call(program, "check", *options, *scripts, check=False)


@pytest.fixture
def scripts(programs: Programs, tmp_path: Path) -> Path:
    """Return a folder with a copy of the scripts, and settings for TypeScript that name it."""
    folder = programs.folder / tmp_path.name
    folder.mkdir()
    for script in SCRIPTS:
        shutil.copy(script, folder)
    settings = {"extends": str(TYPES), "include": ["*.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    return folder


def test_the_types_fit(programs: Programs) -> None:
    done = typed(programs, TYPES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_style_is_kept(programs: Programs) -> None:
    done = styled(programs, *SCRIPTS, STYLESHEET)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_that_do_not_fit_are_told(programs: Programs, scripts: Path) -> None:
    mistakes = {
        "export const last = state.picture.at(-1);": "Did you mean 'pictures'?",
        "export const called = state.current.name;": "'state.current' is possibly 'null'",
        "export const first = state.pictures[0].name;": "Object is possibly 'undefined'",
        "export const same = (value) => value;": "implicitly has an 'any' type",
        "const unused = 1;": "'unused' is declared but its value is never read",
    }
    with (scripts / "state.js").open("a") as script:
        script.writelines(f"{mistake}\n" for mistake in mistakes)
    done = typed(programs, scripts)
    assert done.returncode != 0
    complaints = [line for line in done.stdout.splitlines() if ": error TS" in line]
    assert len(complaints) == len(mistakes), done.stdout
    for complaint, expected in zip(complaints, mistakes.values(), strict=True):
        assert "state.js" in complaint
        assert expected in complaint


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        ("export const isEmpty = state.stopped == '';", "lint/suspicious/noDoubleEquals"),
        ('export const quoted = "state";', "Formatter would have printed"),
    ],
)
def test_a_style_that_is_not_kept_is_told(
    programs: Programs, scripts: Path, mistake: str, complaint: str
) -> None:
    script = scripts / "state.js"
    with script.open("a") as file:
        file.write(f"\n{mistake}\n")
    done = styled(programs, script)
    assert done.returncode != 0
    assert complaint in done.stderr
