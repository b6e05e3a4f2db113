"""Palettes opened in Krita."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from palette_engine.formats import FORMATS
from palette_engine.palette.value import Palette, plain_text
from tests.readers.palettes import PALETTES, labels, rows, write_palettes
from tests.readers.programs import Programs

pytestmark = pytest.mark.readers

NAMED = {"gpl": 60, "ase": 200, "aco": 200, "kpl": 200}
"""The formats with names, and how many bytes a name has at most."""


def titled(palette: Palette, format_name: str) -> Palette:
    """Return a palette with a name of its own, as Krita shows one of a name only."""
    return replace(palette, name=f"{format_name} {palette.name}")


@pytest.fixture(scope="session")
def opened(programs: Programs) -> dict[str, dict[str, Any]]:
    """Return what Krita, started once, sees in each file."""
    folder = programs.folder / "home/.local/share/kritarunner/palettes"
    folder.mkdir(parents=True)
    for format_name in (*NAMED, "jasc"):
        palettes = {name: titled(palette, format_name) for name, palette in PALETTES.items()}
        write_palettes(folder, palettes, [format_name])
    env = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(programs.folder / "inside")}
    found: dict[str, dict[str, Any]] = programs.look(
        "kritarunner", "-s", "krita_look", "-f", "main", env=env
    )
    return found


def seen(opened: dict[str, dict[str, Any]], name: str, format_name: str) -> dict[str, Any]:
    """Return what Krita sees in one file."""
    return opened[f"{name}-{format_name}{FORMATS[format_name].suffixes[0]}"]


def swatches(found: dict[str, Any]) -> list[tuple[tuple[int, ...], str]]:
    """Return the colors and names, of all groups; Krita keeps the NUL at the end of a name."""
    result = []
    for _, group in found["groups"]:
        for name, (blue, green, red, alpha), (model, _, profile) in group:
            assert (model, alpha) == ("RGBA", 1.0)
            assert profile == "sRGB-elle-V2-srgbtrc.icc"
            exact = [channel * 255 for channel in (red, green, blue)]
            assert all(abs(value - round(value)) < 1e-4 for value in exact)
            result.append((tuple(map(round, exact)), name.removesuffix("\0")))
    assert len(result) == found["total"]
    return result


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("format_name", NAMED)
def test_krita_sees_the_same_colors_and_names(
    opened: dict[str, dict[str, Any]], name: str, format_name: str
) -> None:
    palette = PALETTES[name]
    expected = rows(palette, labels(palette, NAMED[format_name]))
    assert swatches(seen(opened, name, format_name)) == expected


@pytest.mark.parametrize("name", PALETTES)
def test_krita_sees_the_same_colors_in_a_jasc_palette(
    opened: dict[str, dict[str, Any]], name: str
) -> None:
    colors = [color for color, _ in swatches(seen(opened, name, "jasc"))]
    assert colors == [swatch.color for swatch in PALETTES[name].swatches]


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("format_name", ["gpl", "kpl"])
def test_krita_sees_the_palettes_name_and_columns(
    opened: dict[str, dict[str, Any]], name: str, format_name: str
) -> None:
    palette = titled(PALETTES[name], format_name)
    found = seen(opened, name, format_name)
    expected = plain_text(palette.name, NAMED[format_name])
    if format_name == "gpl":
        # Krita ends it at the first colon.
        expected = expected.partition(":")[0]
    assert found["name"] == expected
    assert found["columns"] == palette.columns


@pytest.mark.parametrize("name", PALETTES)
def test_krita_sees_the_palettes_name_as_the_group_of_an_ase_file(
    opened: dict[str, dict[str, Any]], name: str
) -> None:
    palette = titled(PALETTES[name], "ase")
    groups = [group for group, found in seen(opened, name, "ase")["groups"] if found]
    assert groups == [plain_text(palette.name, 200)]
