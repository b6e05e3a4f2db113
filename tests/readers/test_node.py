"""Palettes opened in packages of Node.js: swatch files, design tokens and SCSS."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from palette_engine.palette.value import Swatch, plain_text
from tests.readers.palettes import PALETTES, check_slugs, colors, labels, rows

pytestmark = pytest.mark.readers


def exact(channels: list[float], top: float) -> tuple[int, ...]:
    """Return channels up to a top value as 8 bits, which they have to be."""
    values = [channel * 255 / top for channel in channels]
    assert all(abs(value - round(value)) < 1e-4 for value in values)
    return tuple(map(round, values))


@pytest.mark.parametrize("name", PALETTES)
def test_ase_utils_sees_one_group_with_the_same_colors(
    packages: dict[str, dict[str, Any]], name: str
) -> None:
    palette, found = PALETTES[name], packages[".ase"][name]
    (group,) = found["groups"]
    assert group["name"] == plain_text(palette.name, 200)
    assert {color["model"] for color in group["colors"]} == {"RGB"}
    seen = [(exact(color["color"], 1), color["name"]) for color in group["colors"]]
    assert seen == rows(palette, labels(palette))
    assert found["colors"] == group["colors"]


@pytest.mark.parametrize("name", PALETTES)
def test_procreate_swatches_sees_the_same_colors(
    packages: dict[str, dict[str, Any]], name: str
) -> None:
    palette, found = PALETTES[name], packages[".swatches"][name]
    parts = found["palettes"]
    assert found["first"] == parts[0]
    seen = [exact(channels, 255) for part in parts for channels, _ in part["colors"]]
    assert seen == colors(palette)
    assert all(len(part["colors"]) <= 30 for part in parts)
    title = plain_text(palette.name, 200)
    numbers = [f" {number + 1}" for number in range(len(parts))] if len(parts) > 1 else [""]
    assert [part["name"] for part in parts] == [title + number for number in numbers]


def described(swatch: Swatch) -> str | None:
    """Return a name without what means something in a token file or a stylesheet's comment."""
    return plain_text(re.sub("[{}*<>]", " ", swatch.name), 200) or None


@pytest.mark.parametrize("name", PALETTES)
def test_terrazzo_sees_the_same_tokens(packages: dict[str, dict[str, Any]], name: str) -> None:
    palette = PALETTES[name]
    # It sorts them by their names.
    found = {
        token["id"].partition(".")[2]: token for token in packages["-tokens.tokens.json"][name]
    }
    by_color = {exact(token["$value"]["components"], 1): slug for slug, token in found.items()}
    slugs = [by_color[color] for color in colors(palette)]
    check_slugs(name, slugs)
    tokens = [found[slug] for slug in slugs]
    assert [token.get("$description") for token in tokens] == list(map(described, palette.swatches))
    assert [token["$value"]["hex"] for token in tokens] == [s.hex for s in palette.swatches]
    assert {(token["$type"], token["$value"]["colorSpace"]) for token in tokens} == {
        ("color", "srgb")
    }
    assert {token["$value"]["alpha"] for token in tokens} == {1}


@pytest.mark.parametrize("name", PALETTES)
def test_style_dictionary_writes_the_same_colors(
    packages: dict[str, dict[str, Any]], files: Path, name: str
) -> None:
    palette = PALETTES[name]
    (group,) = json.loads((files / f"{name}-tokens-legacy.legacy.tokens.json").read_text())
    found = re.findall(
        r"^  --([\w-]+): (#\w+);", packages[".legacy.tokens.json"][name], re.MULTILINE
    )
    assert [code for _, code in found] == [swatch.hex for swatch in palette.swatches]
    assert all(variable.startswith(f"{group}-") for variable, _ in found)
    check_slugs(name, [variable.removeprefix(f"{group}-") for variable, _ in found])


@pytest.mark.parametrize("name", PALETTES)
def test_sass_sees_the_same_variables_and_map(
    packages: dict[str, dict[str, Any]], name: str
) -> None:
    found = packages[".scss"][name]
    assert (found["css"], found["said"]) == ("", [])
    *variables, (title, entries) = found["variables"]
    assert title == "palette"
    assert [channels for _, channels in entries] == [[*c, 1] for c in colors(PALETTES[name])]
    assert variables == [[f"color-{slug}", channels] for slug, channels in entries]
    check_slugs(name, [slug for slug, _ in entries])
