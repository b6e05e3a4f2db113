"""Standard output: swatches for people, data for programs."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from palette_engine.cli.swatch_lines import color_lines
from palette_engine.extraction.pipeline import extract
from palette_engine.formats import FORMATS, loads
from palette_engine.palette.value import Palette, Swatch
from tests.cli.program import Main, run, run_in_terminal
from tests.cli.samples import samples

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's devices and limits")


def loaded(data: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(data)
    return content


# On a terminal


def test_a_terminal_shows_blocks_and_bars_in_true_color(folder: Path) -> None:
    ended = run_in_terminal("extract", "flag.png", "-n", "3", folder=folder)

    def line(red: int, green: int, blue: int, text: str, bar: int) -> str:
        paint = f"\x1b[48;2;{red};{green};{blue}m"
        return f"  {paint}{' ' * 8}\x1b[0m  {text}  {paint}{' ' * bar}\x1b[0m\n"

    assert ended.code == 0
    assert ended.out.decode() == (
        line(230, 25, 75, "#e6194b   50.0%", 40)
        + line(0, 0, 128, "#000080   25.0%", 20)
        + line(255, 255, 255, "#ffffff   25.0%", 20)
        + "  ΔE2000: 0.0 on average, 95 % of the area within 0.0\n"
    )
    assert ended.said == ""


def test_a_terminal_without_color_shows_text_and_names_that_do_no_harm(folder: Path) -> None:
    hostile = "🍮\x1b[31m\n.png"
    (folder / hostile).write_bytes(samples()["1x1.png"])
    # An encoding that has no emoji, as on an old system.
    ended = run_in_terminal(
        *("extract", "flag.png", hostile, "-n", "3"),
        folder=folder,
        NO_COLOR="1",
        PYTHONIOENCODING="latin-1",
    )
    assert ended.code == 0
    assert ended.out.decode() == (
        "flag.png\n#e6194b   50.0%\n#000080   25.0%\n#ffffff   25.0%\n"
        "\\u0394E2000: 0.0 on average, 95 % of the area within 0.0\n"
        "\\U0001f36e\\x1b[31m\\n.png\n#c86432  100.0%\n"
        "\\u0394E2000: 0.0 on average, 95 % of the area within 0.0\n"
    )
    assert "Only 1 color" in ended.line


def test_a_format_is_data_on_a_terminal_too(folder: Path) -> None:
    ended = run_in_terminal("extract", "flag.png", "-n", "3", "-f", "hex", folder=folder)
    assert ended.colors == ["#e6194b", "#000080", "#ffffff"]


# To a pipe


def test_a_pipe_gets_the_colors_of_each_picture_and_nothing_else(folder: Path) -> None:
    pictures = ("two.png", "missing.png", "text.png", "cut.jpg", "cut.tif", "-", "1x1.png")
    ended = run("extract", *pictures, "-n", "2", folder=folder, stdin=samples()["two.png"])
    assert ended.code == 3
    assert ended.colors == ["#ff0000", "#0000ff", "#ff0000", "#0000ff", "#c86432"]
    missing, text, cut, cut_tiff, few = ended.lines
    assert missing == "There is no file missing.png."
    assert text.startswith("text.png is not a picture")
    assert cut.startswith("cut.jpg is damaged or cut short")
    assert cut_tiff.startswith("cut.tif ")
    assert few == "1x1.png: Only 1 color was found in the picture; 2 were asked for."


def test_json_is_one_versioned_document(main: Main) -> None:
    ended = main("extract", "flag.png", "-n", "5", "--format", "json")
    content = loaded(ended.out)
    assert ended.code == 0
    assert (content["schema"], content["name"]) == (1, "flag")
    assert (content["source"], content["asked"]) == ("flag.png", 5)
    shares = {swatch["hex"]: swatch["share"] for swatch in content["swatches"]}
    assert shares == {"#e6194b": 0.5, "#ffffff": 0.25, "#000080": 0.25}
    assert (
        ended.line
        == content["note"]
        == "Only 3 colors were found in the picture; 5 were asked for."
    )


@pytest.mark.parametrize("format_name", [name for name, row in FORMATS.items() if row.dumps])
def test_every_format_can_be_printed(format_name: str, main: Main) -> None:
    ended = main("extract", "flag.png", "-n", "3", "-f", format_name, "-o", "-")
    dumps = FORMATS[format_name].dumps
    assert dumps is not None
    assert ended.out == dumps(extract("flag.png", colors=3))
    assert (ended.code, ended.said) == (0, "")


@pytest.mark.parametrize("output", [(), ("-o", "-")], ids=" ".join)
@pytest.mark.parametrize(
    "format_name", [name for name, row in FORMATS.items() if row.binary and row.dumps]
)
def test_what_is_not_text_is_not_printed_on_a_terminal(
    format_name: str, output: tuple[str, ...], folder: Path
) -> None:
    ended = run_in_terminal("extract", "flag.png", "-f", format_name, *output, folder=folder)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == f"{format_name} is not text; use -o FILE, or send it into a pipe."


def test_all_colors_are_printed_on_one_line_to_copy_them(main: Main, folder: Path) -> None:
    line = b"#e6194b, #000080, #ffffff\n"
    ended = main("extract", "flag.png", "-n", "3", "--copy")
    assert (ended.code, ended.out, ended.said) == (0, line, "")
    assert run_in_terminal("extract", "flag.png", "-n", "3", "--copy", folder=folder).out == line
    assert main("extract", "flag.png", "flag.png", "-n", "3", "--copy").out == line * 2


@pytest.mark.parametrize("other", [("-f", "hex"), ("-o", "a.gpl"), ("-o", "-")], ids=" ".join)
def test_a_line_to_copy_has_no_format_and_no_file(other: tuple[str, ...], main: Main) -> None:
    ended = main("extract", "flag.png", "--copy", *other)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == "--copy prints one line; leave out --format and -o."


@pytest.mark.parametrize(
    ("order", "colors"),
    [
        ("share", ["#e6194b", "#000080", "#ffffff"]),
        ("lightness", ["#ffffff", "#e6194b", "#000080"]),
        ("hue", ["#e6194b", "#000080", "#ffffff"]),
    ],
)
def test_colors_come_in_the_order_asked_for(order: str, colors: list[str], main: Main) -> None:
    assert main("extract", "flag.png", "-n", "3", "--order", order).colors == colors


def test_as_many_colors_come_as_were_asked_for(main: Main) -> None:
    for count in (1, 10, 256):
        ended = main("extract", "noise.png", "-n", str(count))
        assert (ended.code, len(set(ended.colors)), ended.said) == (0, count, "")
    assert main("extract", "noise.png").colors == main("extract", "noise.png", "-n", "10").colors


def test_standard_input_is_a_picture_without_a_name(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(samples()["flag.png"])))
    # The second time there is nothing left of it.
    ended = main("extract", "-", "-", "-n", "3", "--format", "json", "--name", "Flag")
    assert (ended.code, loaded(ended.out)["name"], loaded(ended.out)["source"]) == (3, "Flag", "")
    assert "is empty" in ended.line


def test_a_picture_whose_name_is_a_dash_or_begins_with_one_can_be_named(main: Main) -> None:
    for name in ("-", "-n"):
        Path(name).write_bytes(samples()["1x1.png"])
        assert main("extract", "-n", "1", "--", f"./{name}").colors == ["#c86432"]
    assert main("extract", "-n", "1", "--", "-n").colors == ["#c86432"]


# Names


def palette_of(data: bytes, format_name: str) -> Palette:
    return loads(data, format_name=format_name)


NAMES = {
    "a line break": ("two\nlines", "two lines"),
    "a carriage return": ("two\r\nlines", "two lines"),
    "a tab": ("a\ttab", "a tab"),
    "an escape sequence": ("a\x1b[31mb", "a [31mb"),
    "500 characters": ("x" * 500, "x" * 60),
    "emoji": ("🍮" * 20, "🍮" * 15),
    "bytes that are not text": (os.fsdecode(b"caf\xe9 noir"), "caf noir"),
    "only bytes that are not text": (os.fsdecode(b"\xff\xfe"), "Palette"),
    "a comment": ("# no comment", "# no comment"),
    "nothing": ("", "Palette"),
    "blanks": ("   ", "Palette"),
}


@pytest.mark.parametrize(("name", "clean"), NAMES.values(), ids=NAMES)
def test_a_name_may_hold(name: str, clean: str, main: Main) -> None:
    gpl = main("extract", "flag.png", "-n", "3", "-f", "gpl", "--name", name)
    lines = gpl.out.decode().splitlines()
    assert (gpl.code, gpl.said) == (0, "")
    assert lines[:4] == ["GIMP Palette", f"Name: {clean}", "Columns: 3", "#"]
    assert lines[4:] == [
        "230  25  75\t#e6194b 50.0%",
        "  0   0 128\t#000080 25.0%",
        "255 255 255\t#ffffff 25.0%",
    ]
    content = loaded(main("extract", "flag.png", "-n", "3", "-f", "json", "--name", name).out)
    assert content["name"] == name.encode(errors="replace").decode()


@linux
def test_a_file_name_that_is_not_text_is_read_printed_and_complained_of(folder: Path) -> None:
    name = b"caf\xe9.png"
    (folder / os.fsdecode(name)).write_bytes(samples()["two.png"])
    ended = run("extract", name, b"th\xe9.png", "-f", "json", "-n", "2", folder=folder)
    assert ended.code == 3
    content = loaded(ended.out)
    assert (content["name"], content["source"]) == ("caf?", "caf?.png")
    assert ended.line == r"There is no file th\udce9.png."


# When nobody reads


def test_a_reader_that_has_read_enough_is_no_failure(folder: Path) -> None:
    for arguments in (("--help",), ("--version",), ("extract", "two.png", "flag.png", "-n", "2")):
        reader, writer = os.pipe()
        os.close(reader)
        ended = run(*arguments, folder=folder, stdout=writer)
        os.close(writer)
        assert (ended.code, ended.said) == (0, "")


def test_nobody_listening_to_complaints_changes_no_exit_code(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert run("extract", "missing.png", folder=folder, stderr=writer).code == 3
    assert run("extract", "two.png", "--colour", folder=folder, stderr=writer).code == 2
    assert run("extract", "two.png", folder=folder, stderr=writer).colors == ["#ff0000", "#0000ff"]
    os.close(writer)
    assert run("extract", "missing.png", folder=folder, first="os.close(2)").code == 3


@linux
def test_a_full_disk_behind_standard_output_is_said_in_one_line(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run("extract", "two.png", "-n", "2", folder=folder, stdout=full)
    assert ended.code == 2
    assert ended.line == "Standard output cannot be written: No space left on device."


def test_a_closed_standard_output_only_matters_to_what_is_printed(folder: Path) -> None:
    ended = run("extract", "two.png", "-n", "2", folder=folder, first="os.close(1)")
    assert (ended.code, ended.line) == (2, "Standard output is closed; use -o FILE.")
    arguments = ("extract", "two.png", "-n", "2", "-o", "two.gpl")
    ended = run(*arguments, folder=folder, first="os.close(1)")
    assert (ended.code, ended.line) == (0, "wrote 2 colors to two.gpl")


def test_standard_input_that_cannot_be_read_is_said_in_one_line(folder: Path) -> None:
    ended = run("extract", "-", folder=folder, first="os.close(0)")
    assert (ended.code, ended.line) == (3, "Standard input is closed.")
    first = "os.dup2(os.open(os.devnull, os.O_WRONLY), 0)"
    ended = run("extract", "-", folder=folder, first=first)
    assert ended.code == 3
    assert ended.line.startswith("Standard input cannot be read: ")


def test_even_the_smallest_share_has_a_bar() -> None:
    palette = Palette((Swatch((255, 0, 0), 0.9999), Swatch((0, 0, 255), 0.0001)))
    _, last = color_lines(palette)
    assert last.endswith("#0000ff   <0.1%  \x1b[48;2;0;0;255m \x1b[0m")
