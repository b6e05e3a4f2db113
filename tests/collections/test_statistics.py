"""The families of colors over groups of pictures, and strips with a column for each."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from palette_engine.collections.film_strip import film_strip
from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.statistics import GROUPINGS, column_of, group_rows
from palette_engine.collections.table import write_table
from palette_engine.errors import InputError, OptionError
from tests.cli.program import run


def row(source: str, mtime: float | None, **families: float) -> Row:
    red = RowSwatch("#ff0000", 0.25, 53.2, 80.1, 67.2, "red")
    blue = RowSwatch("#0000ff", 0.75, 32.3, 79.2, -107.9, "blue")
    return Row(source, mtime=mtime, swatches=(red, blue), families=families)


ROWS = [
    row("a/1.png", 0.0, red=0.5, blue=0.5),
    row("a/2.png", 86400.0 * 366, red=1.0),
    row("b/3.png", None, green=0.3, red=0.1),
    Row("b/bad.png", mtime=0.0, error="bad", reason="unusable"),
]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_table(ROWS, tmp_path / "t.csv")
    (tmp_path / "works.csv").write_text(
        "source,creator\na/1.png,Klee\nb/3.png,Klee\nx.png,Nobody\n", encoding="utf-8-sig"
    )
    return tmp_path / "t.csv"


def means(by: str) -> dict[str, tuple[int, float, float]]:
    groups = group_rows(ROWS, GROUPINGS[by])
    return {
        each.name: (each.pictures, each.families["red"], each.families["blue"]) for each in groups
    }


def test_the_mean_share_of_each_picture_counts_the_same() -> None:
    assert means("folder") == {"a": (2, 0.75, 0.25), "b": (1, 0.1, 0.0)}
    assert means("year") == {"": (1, 0.1, 0.0), "1970": (1, 0.5, 0.5), "1971": (1, 1.0, 0.0)}
    assert group_rows([], GROUPINGS["year"]) == []
    odd = row("x.png", 1e18, red=1.0)
    assert [each.name for each in group_rows([odd], GROUPINGS["year"])] == [""]


def test_a_csv_says_what_pictures_belong_together(table: Path) -> None:
    groups = group_rows(ROWS, column_of(table.parent / "works.csv", "creator"))
    assert [(each.name, each.pictures, each.families["red"]) for each in groups] == [
        ("", 1, 1.0),
        ("Klee", 2, 0.3),
    ]
    with pytest.raises(OptionError, match=r"no column 'year'; its columns are source, creator\."):
        column_of(table.parent / "works.csv", "year")
    with pytest.raises(InputError, match="cannot be read as CSV: No such file"):
        column_of(table.parent / "none.csv", "year")


@pytest.mark.slow
def test_the_command_prints_csv_and_json(table: Path) -> None:
    lines = run("facets", "t.csv", "--by", "folder", folder=table.parent).out.decode().splitlines()
    assert lines[0].startswith("folder,pictures,red,orange,")
    assert [line.split(",")[:3] for line in lines[1:]] == [["a", "2", "0.75"], ["b", "1", "0.1"]]
    found = json.loads(
        run(
            "facets",
            "t.csv",
            "--by",
            "creator",
            "--csv",
            "works.csv",
            "--json",
            folder=table.parent,
        ).out
    )
    assert [each["name"] for each in found] == ["", "Klee"]
    for arguments, said in (
        (("--by", "artist"), "Pictures can be grouped by folder or year, or by a column of --csv"),
        (("--csv", "works.csv"), "--csv needs --by, the name of one of its columns."),
    ):
        ended = run("facets", "t.csv", *arguments, folder=table.parent)
        assert ended.code == 2
        assert ended.line.startswith(said)


@pytest.mark.slow
def test_a_strip_has_a_column_for_each_picture_in_order(table: Path) -> None:
    ended = run(
        "strip", "t.csv", "-o", "s.png", "--width", "9", "--height", "8", folder=table.parent
    )
    assert ended.line == "wrote 3 columns to s.png"
    pixels = np.asarray(Image.open(table.parent / "s.png"))
    assert pixels.shape == (8, 9, 3)
    assert (pixels[:2] == (255, 0, 0)).all()
    assert (pixels[2:] == (0, 0, 255)).all()
    assert run("strip", "t.csv", "-o", "s.gif", folder=table.parent).code == 2
    assert run("strip", "t.csv", "-o", "s.png", folder=table.parent).code == 2


def test_a_strip_of_many_pictures_has_a_pixel_for_each() -> None:
    columns = [
        (np.array([[number % 256, 0, 0]], np.uint8), np.ones(1, np.float64))
        for number in range(500)
    ]
    image = Image.open(io.BytesIO(film_strip(columns, width=100, height=2)))
    assert image.size == (500, 2)
    assert image.getpixel((300, 1)) == (44, 0, 0)
    with pytest.raises(InputError, match="There is no picture"):
        film_strip([], width=100, height=2)
    with pytest.raises(InputError, match=r"at most 32,768 columns, and there are 33,000 pictures"):
        film_strip(columns * 66)
    for size in ({"width": 0}, {"width": 32_769}, {"height": 0}, {"height": 4097}):
        with pytest.raises(OptionError, match=r"must be a whole number from 1 to (32768|4096)"):
            film_strip(columns, **size)


def test_a_strip_of_a_table_is_that_of_its_palettes(table: Path) -> None:
    red_and_blue = (np.array([[255, 0, 0], [0, 0, 255]], np.uint8), np.array([0.25, 0.75]))
    assert film_strip(table, width=9) == film_strip([red_and_blue] * 3, width=9)
    with pytest.raises(InputError, match="There is no table"):
        film_strip(table.with_name("none.csv"))
