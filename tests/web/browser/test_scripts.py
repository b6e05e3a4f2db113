"""The pages' scripts, stylesheets and markup, checked as the rest is: by TypeScript and Biome."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from palette_engine.options import Options
from palette_engine.palette.value import Palette, Swatch
from palette_engine.web.limits import Limits
from palette_engine.web.page_template import PageTemplate
from palette_engine.web.palette_json import palette_json
from tests.readers.programs import Programs
from tools.provisioning.debian import REPOSITORY

PAGE = REPOSITORY / "palette_engine" / "web" / "page"

SCRIPTS = sorted(PAGE.glob("*.js"))

STYLESHEETS = sorted(PAGE.glob("*.css"))

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
    done = styled(programs, *SCRIPTS, *STYLESHEETS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_layer_of_the_style_is_loaded_once() -> None:
    layers = re.findall(
        r"@import url\('(.*)\.css'\) layer\((.*)\);", (PAGE / "style.css").read_text()
    )
    assert all(file == layer for file, layer in layers)
    apart = {"collection", "style"}
    assert sorted([file for file, _ in layers]) == sorted(
        {sheet.stem for sheet in STYLESHEETS} - apart
    )


def pages() -> dict[str, bytes]:
    """Return the page in each of its states as the server sends it, by file name."""
    template = PageTemplate("token", Limits())
    palette = Palette((Swatch((230, 25, 75), 0.5, "Cherry"), Swatch((0, 0, 128), 0.5)), name="Flag")
    return {
        "empty.html": bytes(template.render(Options()).body),
        "error.html": bytes(template.render(Options(), error="It is empty.").body),
        "palette.html": bytes(template.render(Options(), palette_json(palette)).body),
    }


@pytest.fixture
def markup(programs: Programs, tmp_path: Path) -> list[Path]:
    """Return files with the page in each of its states."""
    folder = programs.folder / tmp_path.name
    folder.mkdir()
    for name, data in pages().items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def test_the_markup_is_sound(programs: Programs, markup: list[Path]) -> None:
    done = styled(programs, *markup)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        ("<b><i>crossed</b></i>", "Expected a matching closing tag"),
        ('<a class="x" class="y" href="/">twice</a>', "lint/correctness/noDuplicateAttributes"),
        ("<button>a form would be sent</button>", "lint/a11y/useButtonType"),
        ('<div role="buttn"></div>', "lint/a11y/useValidAriaRole"),
    ],
)
def test_markup_that_is_not_sound_is_told(
    programs: Programs, markup: list[Path], mistake: str, complaint: str
) -> None:
    page = markup[0]
    page.write_text(page.read_text().replace("</main>", f"{mistake}</main>"))
    done = styled(programs, page)
    assert done.returncode != 0
    assert complaint in done.stdout + done.stderr


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
