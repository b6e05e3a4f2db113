"""Pictures are found by color, family and likeness; the right answers are computed by hand."""

from __future__ import annotations

import base64
import io
import itertools
import json
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from palette_engine.collections import index as index_module
from palette_engine.collections.contact_picture import contact_picture
from palette_engine.collections.contact_sheet import contact_sheet
from palette_engine.collections.find import (
    Found,
    Query,
    find,
    find_facets,
    transport_distance,
)
from palette_engine.collections.index import Index, index_of, path_of, write_index
from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.sketch import sketch_of
from palette_engine.collections.table import write_table
from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.color.hex_code import parse_hex
from palette_engine.errors import InputError, OptionError
from palette_engine.palette.value import Palette, Swatch
from tests.cli.program import run


def row(source: str, *colors: tuple[str, float], css: str = "red", **families: float) -> Row:
    """Return the row of a picture with colors and shares."""
    lab = lab_of(np.array([parse_hex(code) for code, _ in colors], np.uint8))
    weight = np.array([share for _, share in colors], np.float64)
    swatches = tuple(
        RowSwatch(code, share, *(round(value, 3) for value in values), css=css)  # type: ignore[misc]
        for (code, share), values in zip(colors, lab.tolist(), strict=True)
    )
    sketch = base64.b64encode(sketch_of(lab, weight).tobytes()).decode()
    return Row(source, swatches=swatches, families=families, sketch=sketch, monochrome=False)


ROWS = [
    row("a/red-blue.png", ("#e6194b", 0.7), ("#0b57d0", 0.3), red=0.7, blue=0.3),
    Row("b/broken.png", error="It is empty.", reason="unusable"),
    row("c/blue-red.png", ("#0b57d0", 0.6), ("#e81c4d", 0.3), ("#d91545", 0.1), red=0.4, blue=0.6),
    row("d/green.png", ("#228b22", 0.98), ("#e6194b", 0.02), css="green", green=0.98, red=0.02),
    row("e/gray.png", ("#808080", 0.995), ("#e6194b", 0.005), css="gray", gray=0.995),
]

RED, BLUE = parse_hex("#e6194b"), parse_hex("#0b57d0")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    write_table(ROWS, path)
    return path


@pytest.fixture
def index(table: Path) -> Index:
    return index_of(table)


def names(index: Index, query: Query, count: int = 50) -> list[str]:
    return [index.name(each.picture)[0] for each in find(index, query, count)]


def test_the_largest_area_comes_first_and_too_little_does_not_count(index: Index) -> None:
    found = find(index, Query(colors=(RED,)), 50)
    # The 0.5 % of the gray picture are less than 1 %.
    assert found == [Found(0, 0.7), Found(1, 0.4), Found(2, 0.02)]
    assert [*names(index, Query(colors=(RED,), least=0.05))] == ["a/red-blue.png", "c/blue-red.png"]
    assert names(index, Query(colors=(RED,)), 1) == ["a/red-blue.png"]


def test_several_colors_must_all_be_there_and_an_area_counts_once(index: Index) -> None:
    found = find(index, Query(colors=(RED, BLUE)), 50)
    assert found == [Found(0, 1.0), Found(1, 1.0)]
    near = parse_hex("#e81c4d")
    assert find(index, Query(colors=(RED, near)), 1) == [Found(0, 0.7)]


def test_no_tolerance_means_the_same_color(index: Index) -> None:
    assert find(index, Query(colors=(RED,), within=0), 50) == [Found(0, 0.7), Found(2, 0.02)]


def test_all_within_the_tolerance_are_found_and_no_other() -> None:
    chance = np.random.default_rng(3)
    colors = chance.integers(0, 256, (3000, 3), np.uint8)
    made = [row(f"{n:04}", (f"#{bytes(c).hex()}", 1.0)) for n, c in enumerate(colors.tolist())]
    index = index_module._made(made, Path("nothing.csv"))
    for target in chance.integers(0, 256, (5, 3), np.uint8).tolist():
        lab = lab_of(np.array(target, np.uint8))
        for within in (3.0, 10.0, 40.0):
            distance = delta_e(lab_of(colors), lab)
            expected = np.flatnonzero(distance <= within)
            unsure = np.flatnonzero(abs(distance - within) < 0.01)
            query = Query(colors=(tuple(target),), within=within)
            found = [each.picture for each in find(index, query, 3000)]
            assert {*expected} ^ {*found} <= {*unsure}


def test_families_and_exclusions(index: Index) -> None:
    assert names(index, Query(families=("blue",))) == ["c/blue-red.png", "a/red-blue.png"]
    assert names(index, Query(families=("red",), without=(("blue", 0.5),))) == [
        "a/red-blue.png",
        "d/green.png",
    ]
    assert names(index, Query(without=((RED, 0.1), ("grey", 0.1)))) == ["d/green.png"]
    with pytest.raises(OptionError, match="no family 'mauve'; the families are red, orange"):
        find(index, Query(families=("mauve",)), 1)


def palette(*colors: tuple[str, float]) -> Palette:
    return Palette(tuple(Swatch(parse_hex(code), share) for code, share in colors))


def test_those_like_a_palette_come_first(index: Index) -> None:
    query = Query(like=palette(("#e6194b", 0.7), ("#0b57d0", 0.3)))
    found = find(index, query, 50)
    assert [each.picture for each in found][:2] == [0, 1]
    assert found[0].distance == 0
    assert found == sorted(found, key=lambda each: each.distance or 0)
    only = Query(like=query.like, families=("green",))
    assert names(index, only) == ["d/green.png"]


def test_pages_of_pictures_like_a_palette_have_each_picture_once(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palette_engine.collections.find.CANDIDATES", 2)
    query = Query(like=palette(("#e6194b", 0.7), ("#0b57d0", 0.3)))
    count = len(index)
    assert count > 2
    pages = [each for start in range(0, count, 2) for each in find(index, query, 2, start)]
    assert sorted(each.picture for each in pages) == [*range(count)]
    assert find(index, query, 2, 1) == pages[1:3]
    assert find(index, query, 2, count - 1) == pages[-1:]
    assert find(index, query, 2, count) == []
    # As many as are wanted are compared.
    assert find(index, query, count) == sorted(
        pages, key=lambda each: (each.distance, each.picture)
    )


def test_pages_of_a_color_follow_each_other(index: Index) -> None:
    query = Query(colors=((230, 25, 75),), least=0.0)
    found = find(index, query, 50)
    assert [*find(index, query, 2), *find(index, query, 48, 2)] == found


def test_the_distance_is_what_moving_the_areas_costs() -> None:
    black, white, gray = ("#000000", 0.5), ("#ffffff", 0.5), ("#777777", 1.0)
    lab = lab_of(np.array([(0, 0, 0), (255, 255, 255), (119, 119, 119)], np.uint8))
    cost = delta_e(lab[:2], lab[2])
    assert transport_distance(palette(black, white), palette(gray)) == pytest.approx(
        cost.mean(), abs=1e-3
    )
    assert transport_distance(palette(black, white), palette(white, black)) == 0


def test_the_distance_is_the_least_of_all_ways_to_move() -> None:
    chance = np.random.default_rng(5)
    left, right = chance.integers(0, 256, (2, 4, 3), np.uint8)
    cost = delta_e(lab_of(left)[:, np.newaxis], lab_of(right))
    ways = itertools.permutations(range(4))
    least = min(sum(cost[i, j] for i, j in enumerate(way)) / 4 for way in ways)
    one, other = (
        Palette(tuple(Swatch(tuple(color)) for color in each.tolist())) for each in (left, right)
    )
    assert transport_distance(one, other) == pytest.approx(least, abs=1e-3)


def test_facets_count_pictures(index: Index) -> None:
    counts = find_facets(index, 0.05)
    assert counts["pictures"] == {"with colors": 4, "with errors": 1, "monochrome": 0}
    families = {name: number for name, number in counts["families"].items() if number}
    assert families == {"red": 2, "green": 1, "blue": 2, "gray": 1}
    assert list(counts["css"].items()) == [("red", 2), ("gray", 1), ("green", 1)]


def test_an_index_belongs_to_its_table_as_it_is(table: Path) -> None:
    index = index_of(table)
    assert path_of(table).is_file()
    path_of(table).write_bytes(b"damaged")
    assert len(index_of(table)) == len(index) == 4
    write_table(ROWS[:1], table)
    os.utime(table, ns=(1, 1))
    assert len(index_of(table)) == 1


def test_an_index_that_cannot_be_written_is_none(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "path_of", lambda _: Path("/nowhere/t.index"))
    assert len(write_index(ROWS, table)) == 4
    with pytest.raises(InputError, match="no table"):
        index_of(table.with_name("other.csv"))


def test_the_command_prints_lines_json_and_says_if_there_is_none(table: Path) -> None:
    folder = table.parent
    ended = run("find", "t.csv", "#e6194b", "--least", "5%", folder=folder)
    assert ended == (0, b" 70.0%  a/red-blue.png\n 40.0%  c/blue-red.png\n", "")
    ended = run("find", "t.csv", "--not", "red:1%", "--not", "gray", folder=folder)
    assert (ended.code, ended.line) == (
        3,
        "no picture was found; allow more with --within, or less with --least",
    )
    ended = run("find", "t.csv", "0b57d0", "--family", "blue", "--json", folder=folder)
    assert json.loads(ended.out)[0] == {
        "source": "c/blue-red.png",
        "raw": "",
        "area": 0.6,
        "distance": None,
        "swatches": [
            {"hex": "#0b57d0", "share": 0.6},
            {"hex": "#e81c4d", "share": 0.3},
            {"hex": "#d91545", "share": 0.1},
        ],
    }
    ended = run("facets", "t.csv", "--least", "50%", folder=folder)
    assert b"families  blue  1\n" in ended.out
    assert json.loads(run("facets", "t.csv", "--json", folder=folder).out)["families"]["red"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["t.csv"], "Name a COLOR, or use --family, --like, --not or --monochrome."),
        (["t.csv", "redd"], "'redd' is not a color; write it like '#e6194b'."),
        (["t.csv", "#fff", "--least", "5x"], "Invalid value for '--least': '5x' is not a share"),
        (["t.csv", "--not", "red:x"], "'x' is not a share such as 5% or 0.05."),
        (["t.csv", "--family", "x"], "There is no family 'x'; the families are red, orange"),
        (
            ["t.csv", "#fff", "-o", "x.gif"],
            "x.gif is no contact sheet; name it with .html or .png.",
        ),
        (["none.csv", "#fff"], "There is no table none.csv; collect one first."),
    ],
)
def test_what_is_wrong_is_said(table: Path, arguments: list[str], said: str) -> None:
    ended = run("find", *arguments, folder=table.parent)
    assert ended.code in (2, 3)
    assert ended.line.startswith(said)


def test_a_contact_sheet_has_thumbnails_of_what_is_there(table: Path) -> None:
    (table.parent / "a").mkdir()
    Image.new("RGB", (2000, 1000), "#e6194b").save(table.parent / "a/red-blue.png")
    ended = run("find", "t.csv", "#e6194b", "-o", "red.html", folder=table.parent)
    assert ended.line == "wrote 3 pictures to red.html"
    page = (table.parent / "red.html").read_text()
    assert page.count("<li>") == 3
    assert page.count("<img ") == 1
    data = base64.b64decode(page.partition("image/png;base64,")[2].partition('"')[0])
    (table.parent / "thumbnail.png").write_bytes(data)
    with Image.open(table.parent / "thumbnail.png") as thumbnail:
        assert thumbnail.size == (240, 120)
        assert thumbnail.convert("RGB").getpixel((120, 60)) == RED
    again = run("find", "t.csv", "#e6194b", "-o", "red.html", folder=table.parent)
    assert again.line.startswith("red.html exists; use --force")


def test_a_contact_sheet_shows_names_as_they_are_and_not_as_markup() -> None:
    found = {"source": "<script>&.png", "raw": "", "area": 0.5, "distance": None, "swatches": []}
    page = contact_sheet("<b>", [found], lambda _: b"").decode()
    assert "&lt;script&gt;&amp;.png" in page
    assert "<script" not in page
    assert "<b>" not in page


def test_a_contact_sheet_as_a_picture_has_thumbnails_and_palettes(table: Path) -> None:
    with zipfile.ZipFile(table.parent / "c.zip", "w") as archive:
        file = io.BytesIO()
        Image.new("RGB", (100, 240), "#00ff00").save(file, "PNG")
        archive.writestr("in/one.png", file.getvalue())
    with tarfile.open(table.parent / "c.tar.gz", "w:gz") as packed:
        info = tarfile.TarInfo("./in/one.png")
        info.size = len(file.getvalue())
        packed.addfile(info, io.BytesIO(file.getvalue()))
    found = [
        row(name, ("#e6194b", 0.75), ("#0b57d0", 0.25))
        for name in ("c.zip/in/one.png", "c.tar.gz/in/one.png", "c.zip/none.png", "none.png")
    ]
    write_table(found, table.parent / "u.csv")
    ended = run("find", "u.csv", "#e6194b", "-o", "red.png", folder=table.parent)
    assert ended.line == "wrote 4 pictures to red.png"
    with Image.open(table.parent / "red.png") as opened:
        sheet = opened.convert("RGB")
    gray = (119, 119, 119)
    # Thumbnails stand in the middle, on their palettes; cells are 264 pixels apart.
    tops = [sheet.getpixel((24 + index * 264 + 120, 186)) for index in range(4)]
    assert tops == [(0, 255, 0), (0, 255, 0), gray, gray]
    assert sheet.getpixel((24 + 40, 186)) == gray
    band = 66 + 240 + 20
    assert [sheet.getpixel((24 + x, band)) for x in (1, 178, 182, 238)] == [RED, RED, BLUE, BLUE]
    # A line is as high as its highest thumbnail.
    assert sheet.size == (24 + 4 * 264, 66 + 240 + 71 + 24)
    page = run("find", "u.csv", "#e6194b", "-o", "red.html", folder=table.parent)
    assert page.code == 0
    text = (table.parent / "red.html").read_text()
    assert (text.count("<img "), text.count("<a ")) == (2, 0)


def test_lines_of_a_contact_picture_are_as_high_as_their_thumbnails() -> None:
    found = {"source": "a.png", "raw": "", "area": 0.5, "distance": None, "swatches": []}
    file = io.BytesIO()
    Image.new("RGB", (240, 100), "#00ff00").save(file, "PNG")
    wide = [{**found, "source": "wide.png"}] * 6

    def thumbnail(each: Mapping[str, Any]) -> bytes:
        return file.getvalue() if each["source"] == "wide.png" else b""

    for shown, height in (([*wide, found], 66 + 100 + 95 + 95), ([found], 66 + 95), ([], 66)):
        with Image.open(io.BytesIO(contact_picture("t", shown, thumbnail))) as sheet:
            assert sheet.height == height


def test_a_picture_of_too_many_pictures_is_an_error() -> None:
    found = {"source": "a.png", "raw": "", "area": 0.5, "distance": None, "swatches": []}
    assert contact_picture("t", [found], lambda _: b"").startswith(b"\x89PNG")
    with pytest.raises(InputError, match="at most 600 pictures; choose fewer with -n"):
        contact_picture("t", [found] * 601, lambda _: b"")
