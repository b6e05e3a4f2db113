"""A palette as one looks at it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from palette_engine.formats import FORMATS, gpl, json_palette, loads, png, svg
from palette_engine.palette.comparison import compared, to_object
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.file_types import readable_formats
from tests.cli.program import Main, run, run_in_terminal
from tests.cli.samples import names, samples

NAMED = Palette(
    (
        Swatch((230, 25, 75), name="Crème brûlée"),
        Swatch((0, 0, 9), name="a name that is much too long for its column"),
        Swatch((255, 255, 255), name="🍮"),
    ),
    "My \x1b[31mbrand",
)


@pytest.fixture
def brand(folder: Path) -> str:
    """Return the name of a file with a palette."""
    (folder / "brand.gpl").write_bytes(gpl.dumps(NAMED))
    return "brand.gpl"


def test_a_palette_is_listed_with_its_names(brand: str, main: Main) -> None:
    ended = main("show", brand)
    assert (ended.code, ended.said) == (0, "")
    assert ended.out.decode() == (
        "My [31mbrand, 3 colors\n"
        "#e6194b  Crème brûlée\n"
        "#000009  a name that is much too…\n"
        "#ffffff  🍮\n"
    )


def test_a_terminal_shows_the_colors(brand: str, folder: Path) -> None:
    ended = run_in_terminal("show", brand, folder=folder)
    assert ended.code == 0
    assert ended.out.decode().splitlines()[1] == (
        f"  \x1b[48;2;230;25;75m{' ' * 8}\x1b[0m  #e6194b  Crème brûlée"
    )
    plain = run_in_terminal("show", brand, folder=folder, NO_COLOR="1")
    assert "\x1b" not in plain.out.decode()


def test_a_picture_is_shown_with_its_shares_and_names(main: Main) -> None:
    ended = main("show", "flag.png", "-n", "auto", "--order", "lightness", "--names", "css")
    assert ended.out.decode() == (
        "flag, 3 colors\n"
        "#ffffff   25.0%  white\n"
        "#e6194b   50.0%  crimson\n"
        "#000080   25.0%  navy\n"
        "ΔE2000: 0.0 on average, 95 % of the area within 0.0\n"
    )


def test_names_and_bars_fit_into_eighty_columns(folder: Path) -> None:
    ended = run_in_terminal("show", "flag.png", "--names", "meodai", folder=folder)
    lines = re.sub(r"\x1b\[[\d;]*m", "", ended.out.decode()).split("\n")
    assert len(lines) == 6
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize("kind", ["palette", "picture"])
def test_standard_input_is_whatever_it_is(kind: str, brand: str, folder: Path) -> None:
    stdin = (folder / brand).read_bytes() if kind == "palette" else samples()["flag.png"]
    count = () if kind == "palette" else ("-n", "3")
    ended = run("show", "-", "--copy", *count, folder=folder, stdin=stdin)
    assert (ended.code, ended.said) == (0, "")
    expected = "#e6194b, #000009, #ffffff" if kind == "palette" else "#e6194b, #000080, #ffffff"
    assert ended.out.decode() == f"{expected}\n"


def test_several_are_shown_and_one_that_fails_does_not_stop_the_others(
    brand: str, main: Main
) -> None:
    ended = main("show", "none.gpl", brand, "text.png", "flag.png")
    assert ended.code == 3
    assert [line for line in ended.out.decode().splitlines() if "colors" in line] == [
        "My [31mbrand, 3 colors",
        "flag, 3 colors",
    ]
    first, second, note = ended.lines
    assert first == "There is no file none.gpl."
    assert second.startswith("text.png is not")
    assert note.startswith("Only 3 colors")


@pytest.mark.parametrize("name", ["sheet.svg", "sheet.png"])
def test_a_sheet_is_drawn(name: str, brand: str, main: Main) -> None:
    ended = main("show", brand, "-o", name)
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == f"wrote 3 colors to {name}"
    palette = gpl.loads(Path(brand).read_bytes())
    expected = {"sheet.svg": svg, "sheet.png": png}[name].dumps(
        Palette(palette.swatches, palette.name, brand)
    )
    assert Path(name).read_bytes() == expected


def test_a_sheet_of_a_picture_has_its_colors(main: Main) -> None:
    assert main("show", "flag.png", "-o", "sheet.png").code == 0
    with Image.open(io.BytesIO(Path("sheet.png").read_bytes())) as sheet:
        shown = {color for _, color in sheet.convert("RGB").getcolors(2**24) or []}
    assert {(230, 25, 75), (0, 0, 128), (255, 255, 255)} <= shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("brand.gpl", "-n", "5"), 2, "--colors is for pictures, and brand.gpl is a palette."),
        (("brand.gpl", "flag.png", "-o", "a.png"), 2, "A swatch sheet takes one palette;"),
        (("brand.gpl", "--copy", "-o", "a.png"), 2, "--copy prints one line; leave out -o."),
        (("brand.gpl", "-o", "flag.png"), 2, "flag.png exists;"),
        (("brand.gpl", "-o", "a.bmp"), 2, "a.bmp has none of the suffixes"),
        (("brand.gpl", "--order", "image"), 2, "The order image needs the picture;"),
        (("cut.gpl",), 3, ""),
        (("none",), 3, "There is no file none."),
        (("empty.gpl",), 3, "empty.gpl has no colors."),
        (("transparent.png",), 3, "transparent.png has no colors"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_one_sentence_and_no_file(
    arguments: tuple[str, ...], code: int, message: str, brand: str, main: Main
) -> None:
    Path("cut.gpl").write_bytes(b"GIMP Palette\n1 2")
    Path("empty.gpl").write_bytes(b"GIMP Palette\nName: x\n#\n")
    before = names(Path())
    assert brand in before
    ended = main("show", *arguments)
    assert (ended.code, ended.out) == (code, b"")
    assert ended.line.startswith(message)
    assert names(Path()) == before


def test_every_format_that_is_read_is_shown(flag: Palette, main: Main) -> None:
    for name, row in FORMATS.items():
        if row.dumps and row.loads:
            path = f"flag{row.suffixes[0]}"
            Path(path).write_bytes(row.dumps(flag))
            ended = main("show", path, "--copy")
            assert (ended.code, ended.out) == (0, b"#e6194b, #ffffff, #000009\n"), name


def test_fewer_colors_than_asked_for_are_told(main: Main) -> None:
    ended = main("show", "flag.png", "-n", "5", "--copy")
    assert ended.line == "Only 3 colors were found in the picture; 5 were asked for."


def test_wide_and_long_names_stay_in_their_columns(folder: Path) -> None:
    swatches = tuple(
        Swatch((n, 0, 0), 0.5, name) for n, name in enumerate(("日本" * 20, "Créme\u0301"))
    )
    (folder / "wide.json").write_bytes(json_palette.dumps(Palette(swatches, "日本" * 200)))
    first, *rows = run_in_terminal("show", "wide.json", folder=folder).out.decode().splitlines()
    assert first == f"{'日本' * 5}日…, 2 colors"
    shown = [re.sub(r"\x1b\[[\d;]*m", "", row) for row in rows]
    assert f"  {'日本' * 5}日…   " in shown[0]
    # The bars begin in the same column: eleven characters are two columns wide, one has none.
    assert len(shown[0].rstrip()) + 11 <= 80
    assert shown[1].index("Créme") == shown[0].index("日")


def test_pictures_and_palettes_are_told_apart_by_their_content(folder: Path, main: Main) -> None:
    # As an ACT palette, these bytes are 256 colors; as a TGA, they are gray.
    act = b"\0\0\3" + bytes(9) + (30).to_bytes(2, "little") + (25).to_bytes(2, "little") + b"\x08 "
    (folder / "colors.act").write_bytes(act + bytes([90]) * 750)
    (folder / "gray.tga").write_bytes(act + bytes([90]) * 750)
    assert len((folder / "colors.act").read_bytes()) == 768
    assert b"256 colors" in main("show", "colors.act").out
    assert main("show", "gray.tga").out.decode().splitlines()[1].startswith("#5a5a5a  100.0%")
    Image.new("RGB", (16, 16), (200, 100, 50)).save(folder / "icon.ico", sizes=[(16, 16)])
    assert b"#c86432" in main("show", "icon.ico").out


@pytest.mark.skipif("SVG" not in readable_formats(), reason="resvg-py is not installed")
def test_an_svg_is_a_picture_although_palettes_are_written_as_svg(folder: Path, main: Main) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9" fill="red"/></svg>'
    )
    (folder / "drawing.svg").write_text(drawing)
    assert b"#ff0000" in main("show", "drawing.svg").out


def test_two_palettes_are_compared(brand: str, main: Main) -> None:
    Path("new.hex").write_text("e6194b\n000008\n123456\n")
    ended = main("show", brand, "new.hex")
    assert (ended.code, ended.said) == (0, "")
    first, second = (loads(Path(each).read_bytes(), each) for each in (brand, "new.hex"))
    found = compared(first, second)
    assert ended.out.decode() == (
        "My [31mbrand, 3 colors; new, 3 colors\n"
        "#e6194b  #e6194b  same          Crème brûlée\n"
        f"#000009  #000008  moved  {found.matches[1].distance:>5.1f}  a name that is much too…\n"
        "#ffffff  -        gone          🍮\n"
        "-        #123456  new\n"
        f"minimum color difference (ΔE2000) {found.minimum_difference:.1f}, "
        f"DCCW (ΔE*ab) {found.dccw:.1f}\n"
    )
    as_json = main("show", brand, "new.hex", "--json")
    assert json.loads(as_json.out) == to_object(found)


def test_a_picture_is_compared_with_a_palette(main: Main) -> None:
    Path("navy.hex").write_text("000080\n")
    ended = main("show", "flag.png", "navy.hex", "-n", "3")
    assert ended.code == 2  # the number of colors is for pictures only
    ended = main("show", "flag.png", "navy.hex")
    lines = ended.out.decode().splitlines()[1:4]
    assert [line.split()[2] for line in lines] == ["gone", "same", "gone"]


def test_blocks_of_both_colors_are_on_a_terminal(brand: str, folder: Path) -> None:
    (folder / "new.hex").write_text("e6194b\n")
    shown = run_in_terminal("show", brand, "new.hex", folder=folder).out.decode().splitlines()
    assert shown[1].count(f"\x1b[48;2;230;25;75m{' ' * 8}\x1b[0m #e6194b") == 2


def test_a_comparison_of_one_that_cannot_be_read_shows_the_other(brand: str, main: Main) -> None:
    ended = main("show", brand, "none.gpl")
    assert ended.code == 3
    assert ended.out.decode().startswith("My [31mbrand, 3 colors\n")
    assert main("show", brand, "none.gpl", "--json").out == b""


@pytest.mark.parametrize("more", [(), ("flag.png", "flag.png"), ("flag.png", "--copy")])
def test_json_is_for_two(more: tuple[str, ...], brand: str, main: Main) -> None:
    ended = main("show", brand, *more, "--json")
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line.startswith("--json is for the comparison of two;")
