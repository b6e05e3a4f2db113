"""Tables opened in LibreOffice: CSV files in its Calc, and color tables."""

from __future__ import annotations

from typing import Any

import pytest

from palette_engine.palette.value import plain_text
from tests.readers.palettes import PALETTES, colors, labels, write_palettes
from tests.readers.programs import PYTHON, Programs

pytestmark = pytest.mark.readers

COLUMNS = ["name", "hex", "red", "green", "blue", "share"]

WAYS = ["usual", "eager", "split"]
"""The ways of office_look.py to read a CSV file."""


@pytest.fixture(scope="session")
def opened(programs: Programs) -> dict[str, dict[str, Any]]:
    """Return what LibreOffice, started once, sees in each file."""
    folder, profile = programs.folder / "office", programs.folder / "office-profile"
    folder.mkdir()
    write_palettes(folder, PALETTES, ["csv", "soc"])
    (folder / "control-csv.csv").write_text('"name","note"\n"=1+1","x"\n')
    look = programs.folder / "inside" / "office_look.py"
    found: dict[str, dict[str, Any]] = programs.look(PYTHON, look, folder, profile)
    return found


def texts(rows: list[list[list[str]]], column: int) -> list[str]:
    """Return what is shown in a column, below its title."""
    return [row[column][2] for row in rows[1:]]


@pytest.mark.parametrize("name", PALETTES)
def test_a_table_has_the_same_rows_in_calc(opened: dict[str, dict[str, Any]], name: str) -> None:
    palette, rows = PALETTES[name], opened["usual"][name]
    assert [text for _, _, text in rows[0]] == COLUMNS
    assert texts(rows, 1) == [swatch.hex for swatch in palette.swatches]
    channels = [tuple(int(row[column][2]) for column in (2, 3, 4)) for row in rows[1:]]
    assert channels == colors(palette)
    assert [float(row[5][1]) for row in rows[1:]] == [s.share for s in palette.swatches]
    # What could be a formula has an apostrophe more.
    names = [text.replace("'", "") for text in texts(rows, 0)]
    assert names == [plain_text(s.name, 200).replace("'", "") for s in palette.swatches]


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("way", WAYS)
def test_no_name_becomes_a_formula_in_calc(
    opened: dict[str, dict[str, Any]], name: str, way: str
) -> None:
    rows = opened[way][name]
    assert len(rows) == 1 + len(PALETTES[name].swatches)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert {kind for row in rows for kind, _, _ in row} <= {"TEXT", "VALUE", "EMPTY"}


@pytest.mark.parametrize("way", ["eager", "split"])
def test_calc_would_take_a_name_for_a_formula(opened: dict[str, dict[str, Any]], way: str) -> None:
    assert opened[way]["control"][1][0] == ["FORMULA", "=1+1", "2"]


@pytest.mark.parametrize("name", PALETTES)
def test_a_color_table_has_the_same_colors(opened: dict[str, dict[str, Any]], name: str) -> None:
    palette = PALETTES[name]
    found = [tuple(value.to_bytes(3)) for _, value in opened["soc"][name]]
    assert found == colors(palette)
    # No two have the same name there, so a number follows some.
    shown = [text for text, _ in opened["soc"][name]]
    expected = labels(palette)
    assert all(
        one.startswith(other) if other in expected[:index] else one == other
        for index, (one, other) in enumerate(zip(shown, expected, strict=True))
    )
