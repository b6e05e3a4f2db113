"""Palette files in, palette files out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from palette_engine.formats import FORMATS, MAX_BYTES, loads
from palette_engine.palette.names import named
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette
from tests.cli.program import Main, run, run_in_terminal
from tests.cli.samples import names

BOTH_WAYS = [name for name, row in FORMATS.items() if row.dumps and row.loads]
WRITTEN = [name for name, row in FORMATS.items() if row.dumps]


def dumped(palette: Palette, format_name: str) -> bytes:
    dumps = FORMATS[format_name].dumps
    assert dumps is not None
    return dumps(palette)


@pytest.fixture
def brand(folder: Path, flag: Palette) -> Palette:
    """Return the palette in the file brand.gpl."""
    (folder / "brand.gpl").write_bytes(dumped(flag, "gpl"))
    return loads((folder / "brand.gpl").read_bytes(), "brand.gpl")


@pytest.mark.parametrize("source", BOTH_WAYS)
def test_every_format_that_is_read_becomes_every_other(
    source: str, flag: Palette, main: Main
) -> None:
    name = f"in{FORMATS[source].suffixes[0]}"
    Path(name).write_bytes(dumped(flag, source))
    outputs = {target: f"out{FORMATS[target].suffixes[0]}" for target in WRITTEN}
    ended = main("convert", name, *outputs.values())
    assert (ended.code, ended.out) == (0, b"")
    assert ended.lines == [f"wrote 3 colors to {output}" for output in outputs.values()]
    palette = loads(Path(name).read_bytes(), name)
    for target, output in outputs.items():
        assert Path(output).read_bytes() == dumped(palette, target)


@pytest.mark.parametrize("format_name", [name for name in BOTH_WAYS if name != "aco"])
def test_a_file_in_a_pipe_shows_what_it_is(format_name: str, flag: Palette, folder: Path) -> None:
    ended = run("convert", "-", "-", folder=folder, stdin=dumped(flag, format_name))
    assert (ended.code, ended.said) == (0, "")
    assert ended.colors == [swatch.hex for swatch in flag.swatches]


@pytest.mark.parametrize("format_name", BOTH_WAYS)
def test_a_file_of_any_name_is_read_as_what_is_said(
    format_name: str, flag: Palette, main: Main
) -> None:
    Path("palette.old").write_bytes(dumped(flag, format_name))
    ended = main("convert", "palette.old", "-", "--from", format_name)
    assert (ended.code, ended.colors) == (0, [swatch.hex for swatch in flag.swatches])


@pytest.mark.parametrize("order", ["lightness", "hue", "smooth"])
def test_colors_come_in_the_order_asked_for(order: str, brand: Palette, main: Main) -> None:
    ended = main("convert", "brand.gpl", "-", "-f", "json", "--order", order)
    assert ended.code == 0
    assert loads(ended.out).swatches == ordered(brand, order).swatches


def test_a_file_has_no_order_of_its_picture(brand: Palette, main: Main) -> None:
    assert brand
    ended = main("convert", "brand.gpl", "out.css", "--order", "image")
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == ("The order image needs the picture; extract the palette in that order.")
    assert names(Path()) == {"brand.gpl"}


@pytest.mark.parametrize("choice", ["none", "css", "xkcd", "meodai"])
def test_colors_get_the_names_asked_for(choice: str, brand: Palette, main: Main) -> None:
    ended = main("convert", "brand.gpl", "-", "-f", "json", "--names", choice)
    assert ended.code == 0
    assert loads(ended.out).swatches == named(brand, choice).swatches


def test_names_and_order_are_those_of_the_file_unless_others_are_asked_for(
    brand: Palette, main: Main
) -> None:
    Path("brand.gpl").write_bytes(dumped(named(brand, "css"), "gpl"))
    ended = main("convert", "brand.gpl", "-", "-f", "gpl")
    assert ended.out == Path("brand.gpl").read_bytes()
    assert main("convert", "brand.gpl", "-", "-f", "gpl", "--name", "New").out == (
        ended.out.replace(brand.name.encode(), b"New", 1)
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.ase", "a.gpl"), 3, "There is no file none.ase."),
        (("-", "a.gpl", "./a.gpl"), 2, "The same output is named twice; name each once."),
        (("-", "a.gpl", "a.gpl"), 2, "The same output is named twice; name each once."),
        (("brand.gpl", "a.css", "brand.gpl"), 2, "brand.gpl is what is read"),
        (("brand.gpl", "a.css", "b.bmp"), 2, "b.bmp has none of the suffixes .hex, .json,"),
        (("brand.gpl", "a.act"), 2, "a.act has none of the suffixes"),
        (("brand.gpl", "no/a.gpl"), 2, "There is no folder"),
        (("brand.gpl", "a.css", "b.css", "-f", "css"), 2, "--format is for one output;"),
        (("flag.png", "a.gpl"), 3, "flag.png is not a palette that can be read;"),
        (("brand.gpl", "a.css", "--from", "ase"), 3, ""),
        (("large.gpl", "a.css"), 3, "A palette file has at most 4 MB; this one has more."),
        (("empty.gpl", "a.css"), 3, ""),
        ((".", "a.css"), 3, ". is a folder; name a file in it."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_one_sentence_and_no_file(
    arguments: tuple[str, ...], code: int, message: str, brand: Palette, main: Main
) -> None:
    assert brand
    Path("large.gpl").write_bytes(Path("brand.gpl").read_bytes() + b"#" * MAX_BYTES)
    Path("empty.gpl").write_bytes(b"")
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    ended = main("convert", *arguments)
    assert (ended.code, ended.out) == (code, b"")
    assert ended.line.startswith(message)
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


def test_what_was_left_out_is_told_counted_and_noted(main: Main) -> None:
    Path("list.txt").write_text("#e6194b80 Red\nabout colors\n#3cb44b Green\nmore\n")
    ended = main("convert", "list.txt", "a.gpl", "a.json")
    sentences = [
        "2 lines are not colors and were left out, as line 2.",
        "The alpha of 1 color was left out.",
    ]
    assert ended.code == 0
    assert ended.lines == ["wrote 2 colors to a.gpl", "wrote 2 colors to a.json", *sentences]
    content = json.loads(Path("a.json").read_bytes())
    assert content["note"] == " ".join(sentences)
    assert [remark["count"] for remark in content["remarks"]] == [2, 1]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gpl", b"GIMP Palette\nName: x\n#\n"),
        ("a.hex", b"\n"),
        ("a.txt", b"I have a tan."),
        ("a.json", b'{"schema": 1, "swatches": []}'),
        ("b.json", b'{"colors": []}'),
        ("a.pal", b"JASC-PAL\r\n0100\r\n0\r\n"),
        ("b.pal", b"RIFF\x10\0\0\0PAL data\4\0\0\0\0\3\0\0"),
        ("a.ase", b"ASEF\0\1\0\0\0\0\0\0"),
        ("a.aco", b"\0\1\0\0"),
        ("a.act", b""),
    ],
)
def test_no_colors_are_an_error(name: str, data: bytes, main: Main) -> None:
    Path(name).write_bytes(data)
    for command in (("convert", name, "out.css"), ("convert", name, "-")):
        ended = main(*command)
        assert (ended.code, ended.out) == (3, b"")
        assert ended.line
    assert names(Path()) == {name}


def test_several_files_become_one_palette_in_their_order(main: Main) -> None:
    Path("a.gpl").write_bytes(b"GIMP Palette\nName: A\n#\n230 25 75\tRed\n0 0 0\tBlack\n")
    Path("b.hex").write_text("#e6194c\n#3cb44b80\n")
    ended = main("convert", "a.gpl", "b.hex", "-o", "all.gpl", "-o", "all.json")
    assert (ended.code, ended.out) == (0, b"")
    assert ended.lines[-1] == "The alpha of 1 color was left out."
    palette = loads(Path("all.gpl").read_bytes())
    assert palette.name == "A and b"
    expected = ["#e6194b", "#000000", "#e6194c", "#3cb44b"]
    assert [swatch.hex for swatch in palette.swatches] == expected


@pytest.mark.parametrize(("distance", "count"), [("0", 3), ("1", 2), ("100", 1)])
def test_duplicates_are_dropped_by_how_they_look(distance: str, count: int, main: Main) -> None:
    Path("a.hex").write_text("#e6194b\n#000000\n#e6194b\n#e6194c\n")
    ended = main("convert", "a.hex", "-", "--drop-duplicates", distance)
    assert (ended.code, len(ended.colors)) == (0, count)
    assert "dropped" in ended.line


def test_verbose_says_what_was_recognized(main: Main) -> None:
    Path("a.txt").write_text("#e6194b\n")
    Path("b.pal").write_bytes(b"JASC-PAL\r\n0100\r\n1\r\n1 2 3\r\n")
    ended = main("convert", "a.txt", "b.pal", "-o", "-", "--verbose")
    assert ended.lines == [
        "a.txt: a hex color a line (hex), 1 color",
        "b.pal: a Paint Shop Pro palette (jasc), 1 color",
    ]
    assert ended.colors == ["#e6194b", "#010203"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("brand.gpl",), "Name a file to write after the palette"),
        (("-", "-", "-o", "a.gpl"), "Standard input is one palette"),
        (("brand.gpl", "-o", "brand.gpl"), "brand.gpl is what is read"),
    ],
)
def test_what_cannot_be_merged_is_wrong_usage(
    arguments: tuple[str, ...], message: str, brand: Palette, main: Main
) -> None:
    assert brand
    ended = main("convert", *arguments)
    assert ended.code == 2
    assert ended.line.startswith(message)


def test_a_file_without_an_end_is_refused_after_a_few_megabytes(folder: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))"
    ended = run("convert", "/dev/zero", "-", folder=folder, first=limit)
    assert (ended.code, ended.out) == (3, b"")
    assert ended.line == "A palette file has at most 4 MB; this one has more."


def test_what_is_not_text_is_not_printed_on_a_terminal(brand: Palette, folder: Path) -> None:
    assert brand
    ended = run_in_terminal("convert", "brand.gpl", "-", "-f", "ase", folder=folder)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == "ase is not text; use -o FILE, or send it into a pipe."


def test_colors_that_a_program_leaves_out_are_told(main: Main) -> None:
    Path("many.hex").write_text("".join(f"0000{n:02x}\n" for n in range(97)))
    ended = main("convert", "many.hex", "many.txt", "many.gpl")
    assert ended.code == 0
    assert ended.lines == [
        "wrote 97 colors to many.txt",
        "many.txt: the program it is for takes only the first 96 colors",
        "wrote 97 colors to many.gpl",
    ]


@pytest.mark.parametrize("format_name", ["gpl", "ase", "aco", "kpl"])
def test_what_stands_for_a_name_in_a_file_does_not_become_one(
    format_name: str, flag: Palette, main: Main
) -> None:
    Path("flag.file").write_bytes(dumped(named(flag, "none"), format_name))
    css = main("convert", "flag.file", "-", "--from", format_name, "-f", "css").out.decode()
    assert (
        css == ":root {\n  --color-1: #e6194b;\n  --color-2: #ffffff;\n  --color-3: #000009;\n}\n"
    )
