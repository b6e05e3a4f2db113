"""Tables: rows come back as they were, and the same rows give the same bytes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.table import TABLES, read_table, write_table
from palette_engine.color.cielab import delta_e
from palette_engine.errors import InputError, OptionError, OutputError, SetupError

ROWS = [
    Row(
        "a, \"b\"\n'c'.png",
        id="0" * 32,
        bytes=10,
        mtime=1.25,
        width=3,
        height=4,
        format="PNG",
        swatches=(RowSwatch("#e6194b", 0.75, 50.1, 70.2, 30.3, "crimson", "ü"),),
        families={"red": 0.75, "blue": 0.25},
        gray=0.0,
        monochrome=False,
        difference={"mean": 1.5, "p95": 2.5},
        sketch="AAAA",
        note="Only 1 color was found.",
        engine="1",
        options={"colors": 5},
    ),
    Row("caf\\xe9.png", "Y2Fm6S5wbmc=", error="It is empty.", reason="unusable"),
    Row("mono.png", monochrome=True, gray=1.0),
]


@pytest.mark.parametrize("suffix", TABLES)
def test_rows_come_back_as_they_were(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table{suffix}"
    write_table(iter(ROWS), path)
    assert [*read_table(path)] == ROWS
    before = path.read_bytes()
    write_table(iter(ROWS), path)
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("suffix", TABLES)
def test_a_table_without_rows_is_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table{suffix}"
    write_table([], path)
    assert [*read_table(path)] == []


@pytest.mark.parametrize("suffix", TABLES)
def test_what_is_no_table_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table{suffix}"
    with pytest.raises(InputError, match="There is no table"):
        [*read_table(path)]
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError):
        [*read_table(path)]
    path.write_bytes(b"\xff\0\n\xff")
    with pytest.raises(InputError):
        [*read_table(path)]


@pytest.mark.parametrize("suffix", TABLES)
def test_a_table_of_another_version_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"t{suffix}"
    with monkeypatch.context() as newer:
        newer.setattr("palette_engine.collections.row.SCHEMA", 9)
        write_table(ROWS, path)
    with pytest.raises(InputError, match="has version 9, and this program reads 1; collect into a"):
        [*read_table(path)]


def test_sqlite_has_swatches_and_families_as_tables(tmp_path: Path) -> None:
    write_table(ROWS, tmp_path / "t.sqlite")
    with closing(sqlite3.connect(tmp_path / "t.sqlite")) as connection:
        found = connection.execute(
            "SELECT pictures.width, css, families.share FROM pictures "
            "JOIN swatches ON swatches.picture = pictures.rowid "
            "JOIN families ON families.picture = pictures.rowid WHERE family = 'red'"
        ).fetchall()
    assert found == [(3, "crimson", 0.75)]


def test_parquet_has_types_of_its_own(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    write_table(ROWS, tmp_path / "it's.parquet")
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(tmp_path / "it's.parquet"))
        found = table.query(
            "t", "SELECT source, families['red'], s.L FROM t, UNNEST(swatches) u(s)"
        ).fetchall()
    assert found == [(ROWS[0].source, 0.75, 50.1)]


def test_the_sql_of_the_docs_has_the_exact_difference_and_finds_pictures(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    page = (Path(__file__).parents[2] / "docs/collections.md").read_text(encoding="utf-8")
    (block,) = (each for each in re.findall(r"```sql\n(.*?)```", page, re.S) if "MACRO" in each)
    macros, _, query = block.partition("SELECT source, sum")
    red = RowSwatch("#e6194b", 0.75, 48.5, 71.0, 33.5, "crimson")
    gray = RowSwatch("#808080", 0.25, 53.6, 0.0, 0.0, "gray")
    rows = [Row("a.png", swatches=(red, gray)), Row("b.png", swatches=(gray,))]
    write_table(rows, tmp_path / "pictures.parquet")
    chance = np.random.default_rng(4)
    pairs = [
        (tuple(one), tuple(other))
        for one, other in chance.uniform((0, -90, -90), (100, 90, 90), (300, 2, 3)).tolist()
    ]
    # Of the data of Sharma, Wu and Dalal (2005), where hues are opposite or undefined.
    published = {
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)): 2.0425,
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0)): 2.3669,
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011)): 7.2195,
        ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49)): 4.7461,
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0)): 22.8977,
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447)): 1.4441,
    }
    with duckdb.connect() as connection:
        connection.execute(macros)
        for one, other in [*pairs, *published]:
            call = f"SELECT delta_e({', '.join(map(str, (*one, *other)))})"
            (found,) = connection.execute(call).fetchone()
            expected = float(delta_e(np.array(one, np.float64), np.array(other, np.float64)))
            assert found == pytest.approx(expected, abs=1e-9)
            assert found == pytest.approx(published.get((one, other), found), abs=5e-5)
        connection.execute(f"SET file_search_path = '{tmp_path}'")
        assert connection.execute(f"SELECT source, sum{query}").fetchall() == [("a.png", 0.75)]


def test_a_format_that_is_not_installed_is_an_error_that_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palette_engine.collections.table.find_spec", lambda _: None)
    with pytest.raises(SetupError, match=r"pip install 'palette-engine\[parquet\]'"):
        write_table([], tmp_path / "t.parquet")


def test_another_suffix_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"\.csv, \.jsonl, \.sqlite, \.parquet"):
        write_table([], tmp_path / "table.xls")


def test_a_table_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    (tmp_path / "t.csv" / "x").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_table(ROWS, tmp_path / "t.csv")
    assert [*tmp_path.iterdir()] == [tmp_path / "t.csv"]
