"""Stylesheets opened in Chromium: written ones, and what other tools build of what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from tests.readers.palettes import PALETTES, check_slugs, colors
from tests.readers.programs import INSIDE, Programs

pytestmark = pytest.mark.readers

CHROMIUM = (
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--allow-file-access-from-files", "--timeout=60000", "--dump-dom"),
)

USERS = """\
@import "tailwindcss" source(none);
@import "./{theme}";
@source inline("{classes}");
"""
"""The stylesheet of somebody who uses a theme for Tailwind."""


@pytest.fixture(scope="session")
def classes(files: Path) -> dict[str, list[str]]:
    """Return the classes that the themes for Tailwind are there for, in their order."""
    found = {}
    for name in PALETTES:
        theme = (files / f"{name}-tailwind.tailwind.css").read_text()
        found[name] = re.findall(r"^ +--color-([\w-]+):", theme, re.MULTILINE)
    return found


@pytest.fixture(scope="session")
def opened(
    programs: Programs,
    files: Path,
    classes: dict[str, list[str]],
    packages: dict[str, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Return what Chromium, started once, makes of each stylesheet."""
    frames = []
    for name in PALETTES:
        frames.append(frame(f"css {name}", (files / f"{name}-css.css").read_text()))
        frames.append(frame(f"tokens {name}", packages[".legacy.tokens.json"][name]))
        built = tailwind(programs, files, name, classes[name])
        frames.append(frame(f"tailwind {name}", built.read_text(), classes[name]))
    page = programs.folder / "page.html"
    script = (INSIDE / "page.js").read_text()
    page.write_text(
        f"<!doctype html><meta charset=utf-8><pre id=out></pre>{''.join(frames)}"
        f"<script>{script}</script>"
    )
    data = programs.folder / "chromium"
    done = programs.call(*CHROMIUM, f"--user-data-dir={data}", page.as_uri())
    match = re.search(r'<pre id="out">(.+?)</pre>', done.stdout, re.DOTALL)
    assert match, done.stdout + done.stderr
    found: dict[str, dict[str, Any]] = json.loads(unescape(match[1]))
    return found


def tailwind(programs: Programs, files: Path, name: str, classes: Iterable[str]) -> Path:
    """Return the stylesheet that Tailwind's command builds for somebody who uses a theme."""
    source, built = files / f"{name}-tailwind.in.css", files / f"{name}-tailwind.built.css"
    theme = f"{name}-tailwind.tailwind.css"
    source.write_text(USERS.format(theme=theme, classes=" ".join(f"bg-{one}" for one in classes)))
    command = programs.folder / "node_modules/.bin/tailwindcss"
    programs.call(command, "--input", source, "--output", built)
    return built


def frame(title: str, stylesheet: str, classes: Iterable[str] = ()) -> str:
    """Return a page of its own with a stylesheet inside, and an element for each class."""
    elements = "".join(f"<i class=bg-{one}></i>" for one in classes)
    page = f"<!doctype html><title>A</title><style>{stylesheet}</style><body>{elements}"
    return f'<iframe id="{title}" srcdoc="{escape(page)}"></iframe>'


@pytest.mark.parametrize("name", PALETTES)
def test_a_browser_knows_the_custom_properties(
    opened: dict[str, dict[str, Any]], name: str
) -> None:
    found = opened[f"css {name}"]
    assert [tuple(color) for _, color in found["variables"]] == colors(PALETTES[name])
    names = [variable for variable, _ in found["variables"]]
    assert all(variable.startswith("--color-") for variable in names)
    check_slugs(name, [variable.removeprefix("--color-") for variable in names])


@pytest.mark.parametrize("name", PALETTES)
def test_a_browser_knows_what_style_dictionary_writes(
    opened: dict[str, dict[str, Any]], name: str
) -> None:
    found = opened[f"tokens {name}"]
    assert [tuple(color) for _, color in found["variables"]] == colors(PALETTES[name])


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("kind", ["css", "tokens"])
def test_a_stylesheet_does_nothing_else_to_a_page(
    opened: dict[str, dict[str, Any]], kind: str, name: str
) -> None:
    found = opened[f"{kind} {name}"]
    assert found["rules"] == [":root"]
    assert found["ink"] == [0, 0, 0]
    assert found["title"] == "A"
    assert found["elements"] == len(("html", "head", "title", "style", "body"))


@pytest.mark.parametrize("name", PALETTES)
def test_tailwind_makes_the_classes_of_a_theme(
    opened: dict[str, dict[str, Any]], classes: dict[str, list[str]], name: str
) -> None:
    found = opened[f"tailwind {name}"]
    check_slugs(name, classes[name])
    assert [one for one, _ in found["classes"]] == [f"bg-{one}" for one in classes[name]]
    assert [tuple(color) for _, color in found["classes"]] == colors(PALETTES[name])
    assert found["title"] == "A"
    assert found["elements"] == len(("html", "head", "title", "style", "body"))
