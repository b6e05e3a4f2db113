"""``palette-engine check``: contrast and color vision, to look at and as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from palette_engine.cli.check import MAX_ROWS
from palette_engine.drawing.check_sheet import check_sheet_of
from palette_engine.drawing.shapes import Drawing
from palette_engine.formats import loads, png, svg
from palette_engine.palette.check import checked, to_object
from tests.cli.program import Main, run_in_terminal

COLORS = "#e6194b\n#3cb44b\n#ffffff\n"


@pytest.fixture
def brand(folder: Path) -> Path:
    """Return a palette file with a red and a green that deutans take for the same."""
    path = folder / "brand.hex"
    path.write_text(COLORS)
    return path


def painted(ink: tuple[int, int, int], paper: tuple[int, int, int], text: str) -> str:
    color, background = (";".join(map(str, each)) for each in (ink, paper))
    return f"\x1b[38;2;{color};48;2;{background}m{text}\x1b[0m"


RED, GREEN, WHITE, BLACK = (230, 25, 75), (60, 180, 75), (255, 255, 255), (0, 0, 0)


def test_a_pipe_gets_a_line_for_every_pair_and_every_confusion(main: Main, brand: Path) -> None:
    ended = main("check", brand)
    assert (ended.code, ended.said) == (0, "")
    assert ended.out.decode() == (
        "AA        #e6194b  #ffffff   4.56\n"
        "-         #3cb44b  #ffffff   2.68\n"
        "-         #e6194b  #3cb44b   1.69\n"
        "deutan    #e6194b  #3cb44b  7.7, usually 79.4\n"
    )


def test_a_terminal_shows_each_color_on_the_other(brand: Path) -> None:
    ended = run_in_terminal("check", "brand.hex", folder=brand.parent)
    assert (ended.code, ended.said) == (0, "")
    lines = ended.out.decode().splitlines()
    on_white, on_red = (painted(RED, WHITE, " #e6194b "), painted(WHITE, RED, " #ffffff "))
    assert f"  {on_white}{on_red}  4.56" in lines
    assert "  2 pairs: neither text nor icons" in lines
    (confusion,) = (line for line in lines if "seen as" in line)
    assert painted(BLACK, GREEN, " #3cb44b ") in confusion
    assert confusion.endswith("  7.7, usually 79.4")


def test_a_terminal_without_color_gets_what_a_pipe_gets(main: Main, brand: Path) -> None:
    ended = run_in_terminal("check", "brand.hex", folder=brand.parent, NO_COLOR="1")
    assert ended.out == main("check", brand).out


def test_a_terminal_shows_the_best_of_many_and_counts_the_rest(folder: Path) -> None:
    (folder / "grays.hex").write_text("".join(f"{n:02x}" * 3 + "\n" for n in range(0, 256, 5)))
    ended = run_in_terminal("check", "grays.hex", folder=folder)
    lines = ended.out.decode().splitlines()
    start = lines.index("  AAA: text of any size")
    end = lines.index("", start)
    assert end - start == 1 + MAX_ROWS + 1
    found = checked(loads((folder / "grays.hex").read_bytes()))
    best = [pair for pair in found.pairs if pair.grade.mark == "AAA"]
    assert lines[end - 1] == f"  and {len(best) - 3 * MAX_ROWS} more, which --json lists"
    assert "21.00" in lines[start + 1]


def test_json_is_the_whole_document(main: Main, brand: Path) -> None:
    ended = main("check", brand, "--json")
    assert ended.code == 0
    palette = loads(brand.read_bytes(), "brand.hex")
    assert json.loads(ended.out) == to_object(checked(palette))


@pytest.mark.parametrize(("suffix", "encode"), [(".svg", svg.encode), (".PNG", png.encode)])
def test_a_sheet_is_drawn_instead_of_printing(
    suffix: str, encode: Callable[[Drawing], bytes], main: Main, brand: Path
) -> None:
    ended = main("check", brand, "-o", f"sheet{suffix}")
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == f"wrote the check of 3 colors to sheet{suffix}"
    palette = loads(brand.read_bytes(), "brand.hex")
    assert Path(f"sheet{suffix}").read_bytes() == encode(check_sheet_of(checked(palette)))


def test_a_sheet_and_the_document_can_be_had_together(main: Main, brand: Path) -> None:
    ended = main("check", brand, "--json", "-o", "sheet.svg")
    assert json.loads(ended.out)["name"] == "brand"
    assert Path("sheet.svg").read_bytes().startswith(b"<?xml")


def test_a_file_is_replaced_only_by_force(main: Main, brand: Path) -> None:
    Path("sheet.svg").write_text("precious")
    ended = main("check", brand, "-o", "sheet.svg")
    assert (ended.code, Path("sheet.svg").read_text()) == (2, "precious")
    assert "--force" in ended.line
    assert main("check", brand, "-o", "sheet.svg", "--force").code == 0
    assert Path("sheet.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("name", ["sheet.gif", "sheet", "sheet.gpl", "-"])
def test_a_sheet_is_nothing_but_a_drawing(name: str, main: Main, brand: Path) -> None:
    ended = main("check", brand, "-o", name)
    assert ended.code == 2
    assert ended.line == (
        f"{name} does not end in .svg or .png; use one of these for a swatch sheet."
    )


def test_a_picture_is_checked_by_its_palette(main: Main) -> None:
    content = json.loads(main("check", "flag.png", "-n", "2", "--json").out)
    assert [swatch["hex"] for swatch in content["swatches"]] == ["#e6194b", "#000080"]


def test_names_that_are_asked_for_are_in_the_document(main: Main, brand: Path) -> None:
    content = json.loads(main("check", brand, "--names", "css", "--json").out)
    assert content["swatches"][2] == {"hex": "#ffffff", "name": "white"}


def test_one_color_has_nothing_to_be_compared_with(main: Main) -> None:
    Path("one.hex").write_text("#123456\n")
    ended = main("check", "one.hex")
    assert (ended.code, ended.out.strip()) == (0, b"")
    assert ended.line == "There is nothing to compare: 1 color."


def test_more_colors_than_can_be_compared_are_refused(main: Main) -> None:
    Path("many.hex").write_text("".join(f"{n:06x}\n" for n in range(300)))
    ended = main("check", "many.hex", "-o", "sheet.svg")
    assert (ended.code, ended.out) == (3, b"")
    assert ended.line.startswith("The palette has 300 colors; ")
    assert not Path("sheet.svg").exists()


@pytest.mark.parametrize("name", ["missing.gpl", "text.png"])
def test_what_cannot_be_read_is_said_in_one_line(name: str, main: Main) -> None:
    ended = main("check", name)
    assert (ended.code, ended.out) == (3, b"")
    assert name in ended.line
