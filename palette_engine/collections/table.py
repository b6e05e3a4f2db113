"""Table: the rows of a collection as a file that other programs read, and back.

A format is one row of `TABLES`. Values that have parts, such as swatches, are JSON in CSV and
SQLite, so that nothing is lost; SQLite has swatches and families as tables of their own, too. The
same rows give the same bytes. SQLite is imported where it is used, as the command line only names
the formats.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from palette_engine.collections.row import SCHEMA, Row
from palette_engine.errors import InputError, OptionError, OutputError, SetupError, cause_of

__all__ = ["TABLES", "Table", "read_table", "table_of", "write_table"]

NESTED = ("swatches", "families", "difference", "options")
"""The columns that are JSON."""

COLUMNS = ("schema", *(each.name for each in fields(Row)))

NUMBERS = {"schema": int, "bytes": int, "mtime": float, "width": int, "height": int, "gray": float}

BATCH = 1000


@dataclass(frozen=True)
class Table:
    """A format: how rows are written to a path, and read from it.

    `module` is what it needs beside the standard library, if anything, and `extra` is the extra of
    this package that brings it.
    """

    title: str
    write: Callable[[Iterable[Row], Path], None]
    read: Callable[[Path], Iterator[Row]]
    module: str = ""
    extra: str = ""


def table_of(path: Path) -> Table:
    """Return the format of a table by its suffix.

    Raises `OptionError` if there is none, and `SetupError` if it needs what is not installed.
    """
    if path.suffix.lower() not in TABLES:
        raise OptionError(
            f"{path} has no suffix of a table; name it with one of {', '.join(TABLES)}."
        )
    table = TABLES[path.suffix.lower()]
    if table.module and find_spec(table.module) is None:
        raise SetupError(
            f"{table.title} needs what the extra “{table.extra}” brings; install it with pip "
            f"install 'palette-engine[{table.extra}]', or name the table with .csv."
        )
    return table


def write_table(rows: Iterable[Row], path: Path) -> None:
    """Write rows, in their order, completely or not at all; raises `OutputError` if that fails."""
    import sqlite3

    # Always the same name, so that a run that is killed leaves nothing that the next does not use.
    new = path.with_name(f".{path.name}.new")
    table = table_of(path)
    try:
        new.unlink(missing_ok=True)
        table.write(rows, new)
        with new.open("r+b") as file:
            os.fsync(file.fileno())
        new.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise OutputError(f"{path} cannot be written: {cause_of(error)}.") from error
    finally:
        new.unlink(missing_ok=True)


def read_table(path: Path) -> Iterator[Row]:
    """Yield the rows of a table; raises `InputError` if it cannot be read or is none."""
    import sqlite3

    try:
        yield from table_of(path).read(path)
    except FileNotFoundError as error:
        raise InputError(f"There is no table {path}; collect one first.") from error
    except (OSError, sqlite3.Error, csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a table: {cause_of(error)}.") from error


def _cells(row: Row) -> list[Any]:
    """Return the values of the columns of a row."""
    found = row.to_object()
    for name in NESTED:
        found[name] = json.dumps(found[name], ensure_ascii=False, separators=(",", ":"))
    return [found[name] for name in COLUMNS]


def _row(cells: Mapping[str, Any]) -> Row:
    """Return the row of the values of the columns."""
    found = {name: cells[name] for name in COLUMNS if name in cells}
    try:
        for name in NESTED:
            found[name] = json.loads(found.get(name) or "")
        for name, kind in NUMBERS.items():
            found[name] = kind(found[name]) if found.get(name) not in ("", None) else None
    except (TypeError, ValueError) as error:
        raise InputError(
            "The file is not a table of a collection, or of another program."
        ) from error
    monochrome = found.get("monochrome")
    found["monochrome"] = None if monochrome in ("", None) else str(monochrome) in ("True", "1")
    return Row.from_object(found)


def _write_csv(rows: Iterable[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(_cells, rows))


def _read_csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with path.open(encoding="utf-8", newline="") as file:
        yield from map(_row, csv.DictReader(file))


def _write_lines(rows: Iterable[Row], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(row.to_line() + b"\n" for row in rows)


def _read_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        yield from map(Row.from_line, file)


SQL = f"""
PRAGMA user_version = {SCHEMA};
CREATE TABLE pictures ({", ".join(COLUMNS)}, PRIMARY KEY (source, raw));
CREATE TABLE swatches (picture INTEGER, position INTEGER, hex TEXT, share REAL, L REAL, a REAL,
    b REAL, css TEXT, name TEXT, PRIMARY KEY (picture, position)) WITHOUT ROWID;
CREATE TABLE families (picture INTEGER, family TEXT, share REAL, PRIMARY KEY (picture, family))
    WITHOUT ROWID;
"""
"""`picture` is the rowid of `pictures`."""


def _write_sqlite(rows: Iterable[Row], path: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SQL}")
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        for number, row in enumerate(rows, start=1):
            connection.execute(
                f"INSERT INTO pictures (rowid, {', '.join(COLUMNS)}) VALUES ({marks})",
                [number, *_cells(row)],
            )
            connection.executemany(
                "INSERT INTO swatches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (number, position, s.hex, s.share, s.L, s.a, s.b, s.css, s.name)
                    for position, s in enumerate(row.swatches, start=1)
                ],
            )
            connection.executemany(
                "INSERT INTO families VALUES (?, ?, ?)",
                [(number, name, share) for name, share in row.families.items()],
            )
        connection.commit()
        connection.execute("CREATE INDEX swatches_css ON swatches (css)")
        connection.execute("CREATE INDEX families_family ON families (family, share)")


def _read_sqlite(path: Path) -> Iterator[Row]:
    import sqlite3

    address = f"{path.absolute().as_uri()}?mode=ro"
    if not path.exists():
        raise FileNotFoundError(path)
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        for cells in connection.execute("SELECT * FROM pictures ORDER BY rowid"):
            yield _row(dict(cells))


PARQUET = {
    "schema": "INTEGER",
    "source": "VARCHAR",
    "raw": "VARCHAR",
    "id": "VARCHAR",
    "bytes": "BIGINT",
    "mtime": "DOUBLE",
    "etag": "VARCHAR",
    "width": "INTEGER",
    "height": "INTEGER",
    "format": "VARCHAR",
    "swatches": "STRUCT(hex VARCHAR, share DOUBLE, L DOUBLE, a DOUBLE, b DOUBLE, css VARCHAR, "
    "name VARCHAR)[]",
    "families": "MAP(VARCHAR, DOUBLE)",
    "gray": "DOUBLE",
    "monochrome": "BOOLEAN",
    "difference": "STRUCT(mean DOUBLE, p95 DOUBLE)",
    "sketch": "VARCHAR",
    "note": "VARCHAR",
    "error": "VARCHAR",
    "reason": "VARCHAR",
    "engine": "VARCHAR",
    "options": "JSON",
}
"""The types of the columns in Parquet, as DuckDB names them."""


def _write_parquet(rows: Iterable[Row], path: Path) -> None:
    import duckdb

    lines = path.with_suffix(".lines")
    try:
        _write_lines(rows, lines)
        with duckdb.connect(config={"threads": "1"}) as connection:
            found = connection.read_json(str(lines), columns=PARQUET, format="newline_delimited")
            found.write_parquet(str(path), compression="zstd")
    except duckdb.Error as error:
        raise OSError(str(error)) from error
    finally:
        lines.unlink(missing_ok=True)


def _read_parquet(path: Path) -> Iterator[Row]:
    import duckdb

    if not path.exists():
        raise FileNotFoundError(path)
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            columns = [each[0] for each in found.description or ()]
            while batch := found.fetchmany(BATCH):
                for values in batch:
                    cells = dict(zip(columns, values, strict=True))
                    yield Row.from_object({**cells, "options": json.loads(cells["options"])})
    except duckdb.Error as error:
        raise OSError(str(error)) from error


TABLES: Mapping[str, Table] = {
    ".csv": Table("CSV", _write_csv, _read_csv),
    ".jsonl": Table("JSON lines", _write_lines, _read_lines),
    ".sqlite": Table("SQLite", _write_sqlite, _read_sqlite),
    ".parquet": Table("Parquet", _write_parquet, _read_parquet, "duckdb", "parquet"),
}
"""The formats by their suffixes."""
