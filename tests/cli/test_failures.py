"""Every failure is one line, with an exit code that depends on its cause."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.program import Main, command, environment, run
from tests.cli.samples import names
from tests.patience import PATIENCE
from tests.sample_pictures import png

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's devices and limits")


# 2: wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("extract",), "PICTURE"),
        (("extract", "-n", "5"), "PICTURE"),
        (("extract", "flag.png", "-n", "0"), "colors must be a whole number from 1 to 256"),
        (("extract", "flag.png", "-n", "-1"), "not '-1'."),
        (("extract", "flag.png", "-n", "300"), "not '300'."),
        (("extract", "flag.png", "-n", "9" * 30), "not '9999"),
        (("extract", "flag.png", "-n", "x"), "not 'x'."),
        (("extract", "flag.png", "-n", "1.5"), "not '1.5'."),
        (("extract", "flag.png", "-n", ""), "not ''."),
        (("extract", "flag.png", "-n", "9" * 5000), "colors must be"),
        (("extract", "flag.png", "-n"), "-n"),
        (("extract", "flag.png", "--max-pixels", "0"), "from 1 to 2,147,483,647, not '0'"),
        (
            ("extract", "flag.png", "-n", "12-3"),
            "auto, or bounds for that such as 3-12, not '12-3'",
        ),
        (("extract", "flag.png", "-n", "nan"), "colors must be"),
        (("extract", "flag.png", "--emphasis", "nan"), "a number from 0 to 1, not 'nan'"),
        (("extract", "flag.png", "--emphasis", "2"), "a number from 0 to 1, not '2'"),
        (("extract", "flag.png", "--emphasis", "-1"), "a number from 0 to 1, not '-1'"),
        (("extract", "flag.png", "--tolerance", "0"), "tolerance must be a number from 1 to 50"),
        (("extract", "flag.png", "--min-distance", "x"), "min_distance must be a number"),
        (("extract", "flag.png", "--swatch", "best"), "'auto', 'mean', 'real'"),
        (("extract", "flag.png", "--keep", "red"), "keep must be colors like #e6194b"),
        (("extract", "flag.png", "--keep", "#12"), "keep must be colors like #e6194b"),
        (("extract", "flag.png", "--keep", "#111,#222", "-n", "1"), "keep names 2 colors"),
        (("extract", "flag.png", "--ignore", "pink"), "ignore must be white, black or colors"),
        (("extract", "flag.png", "--ignore-distance", "inf"), "ignore_distance must be"),
        (("extract", "flag.png", "--region", "1,2,3"), "region must be left,top,width,height"),
        (("extract", "flag.png", "--region", "0,0,0,5"), "region must be left,top,width,height"),
        (("extract", "flag.png", "--region", "0,0,150%,5%"), "region reaches beyond"),
        (("extract", "--together"), "PICTURE"),
        (("extract", "flag.png", "--order", "rainbow"), "'share', 'lightness', 'hue'"),
        (("extract", "flag.png", "--order", "a\nb"), "'share', 'lightness', 'hue'"),
        (("extract", "flag.png", "--format", "bmp"), "'hex', 'json', 'gpl'"),
        (("extract", "flag.png", "--colour"), "--colour"),
        (("extract", "flag.png", "--a\nb"), "--a\\nb"),
        (("extract", "flag.png", "-z"), "-z"),
        (("extrakt", "flag.png"), "extrakt"),
        (("a\nb",), "a\\nb"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_said_in_one_line(
    arguments: tuple[str, ...], words: str, main: Main
) -> None:
    ended = main(*arguments)
    assert (ended.code, ended.out) == (2, b"")
    assert words in ended.line


@pytest.mark.parametrize("words", [(), ("gimp",)], ids=["palette-engine", "palette-engine gimp"])
def test_a_command_that_is_left_out_is_answered_with_help(
    words: tuple[str, ...], main: Main
) -> None:
    ended = main(*words)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.said == main(*words, "--help").out.decode()


# 3: the input cannot be used


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ("missing.png", "There is no file missing.png"),
        ("missing/flag.png", "There is no file missing/flag.png"),
        ("flag.png/flag.png", "flag.png"),
        (".", "folder"),
        ("x" * 300, "File name too long"),
        ("two\nlines.png", r"There is no file two\nlines.png"),
        ("\x1b[31m.png", r"There is no file \x1b[31m.png"),
        ("empty.png", "empty.png is empty"),
        ("text.png", "text.png is not a picture"),
        ("cut.jpg", "cut.jpg is damaged"),
        ("header only.jpg", "header only.jpg"),
        ("cut.tif", "cut.tif"),
        ("transparent.png", "transparent"),
        ("all nan.tif", "colors"),
    ],
    ids=lambda value: value[:40],
)
def test_a_picture_that_cannot_be_used_is_named_in_one_line(
    picture: str, words: str, main: Main
) -> None:
    ended = main("extract", picture, "-o", "palette.gpl")
    assert (ended.code, ended.out) == (3, b"")
    assert words in ended.lines[-1]
    assert all(line.startswith("warning: ") for line in ended.lines[:-1])
    assert not names(Path())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--region", "0,0,17,1"),
            "region 0,0,17,1 reaches beyond flag.png, which is 16 x 1 pixels",
        ),
        (
            ("--ignore", "#e6194b,white,#000080"),
            "All colors are within ΔE 5 of what is to be ignored",
        ),
        (("--ignore", "white", "--ignore-distance", "100"), "within ΔE 100 of what is"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_options_that_leave_nothing_of_a_picture_are_said_in_one_line(
    options: tuple[str, ...], words: str, main: Main
) -> None:
    ended = main("extract", "flag.png", *options, "-o", "palette.gpl")
    assert (ended.code, ended.out) == (3, b"")
    assert words in ended.line
    assert not names(Path())


@pytest.mark.parametrize("flag", ["--together", "--by-area"])
@pytest.mark.parametrize("picture", ["missing.png", "text.png", "transparent.png", "cut.jpg"])
def test_one_bad_picture_is_an_error_for_all_that_have_one_palette(
    flag: str, picture: str, main: Main
) -> None:
    ended = main("extract", "flag.png", picture, "two.png", flag, "-o", "palette.gpl")
    assert (ended.code, ended.out) == (3, b"")
    assert picture in ended.line
    assert not names(Path())


def test_what_is_there_of_a_damaged_picture_counts_unless_it_is_to_be_refused(main: Main) -> None:
    ended = main("extract", "half.jpg", "-n", "2")
    assert ended.code == 0
    assert "half.jpg is damaged or cut short" in ended.line
    for name in ("show", "check"):
        shown = main(name, "half.jpg", "-n", "2")
        assert shown.code == 0
        assert "half.jpg is damaged or cut short" in shown.line
    commands = (("extract",), ("recolor", "-o", "out.png"), ("show",), ("check",))
    for name, *more in (*commands, ("separate", "-o", "out.png")):
        refused = main(name, "half.jpg", *more, "--damaged", "refuse")
        assert refused.code == 3
        assert "rows are missing; --damaged read reads what is there" in refused.line
    assert not Path("out.png").exists()


@linux
def test_a_file_that_fails_while_it_is_read_is_named_in_one_line(main: Main) -> None:
    ended = main("extract", "/proc/self/mem")  # nothing is where it begins
    assert (ended.code, ended.out) == (3, b"")
    assert "Input/output error" in ended.line


def test_a_picture_with_too_many_pixels_is_refused(main: Main) -> None:
    assert main("extract", "noise.png", "-n", "3", "--max-pixels", "4096").code == 0
    ended = main("extract", "noise.png", "-n", "3", "--max-pixels", "4095")
    assert (ended.code, ended.out) == (3, b"")
    assert "4,096" in ended.line
    assert "--max-pixels" in ended.line


@pytest.mark.parametrize("name", ["extract", "show", "check"])
@pytest.mark.parametrize("option", ["--max-pixels", "--max-memory"])
def test_every_command_that_reads_pictures_has_their_limits(
    name: str, option: str, main: Main
) -> None:
    Image.new("1", (1100, 1000)).save("wide.png")
    least, enough = {"--max-pixels": ("1099999", "1100000"), "--max-memory": ("1", "2")}[option]
    assert main(name, "wide.png", option, enough).code == 0
    ended = main(name, "wide.png", option, least)
    assert (ended.code, ended.out) == (3, b"")
    assert option in ended.line


@pytest.mark.parametrize("name", ["show", "check"])
def test_limits_of_pictures_are_not_for_palettes(name: str, main: Main) -> None:
    Path("palette.hex").write_text("#e6194b\n")
    ended = main(name, "palette.hex", "--damaged", "refuse")
    assert ended.code == 2
    assert ended.line == "--damaged is for pictures, and palette.hex is a palette."


@linux
def test_a_picture_that_does_not_fit_into_memory_does_not_stop_the_others(folder: Path) -> None:
    (folder / "huge.png").write_bytes(png(8, 6, b"", size=(40_000, 40_000)))
    ended = run(
        *("extract", "huge.png", "1x1.png", "-n", "1"),
        *("--max-pixels", "2000000000", "--max-memory", "1000000"),
        folder=folder,
        first="import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))",
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    assert (ended.code, ended.colors) == (3, ["#c86432"])
    assert ended.line == "huge.png does not fit into memory; make it smaller."


def test_a_bad_picture_does_not_stop_the_others(main: Main) -> None:
    pictures = ("missing.png", "1x1.png", "text.png", "one color.png", "transparent.png")
    ended = main("extract", *pictures, "-n", "1")
    assert (ended.code, ended.colors) == (3, ["#c86432", "#c86432"])
    assert len(ended.lines) == 3


# 0, with a word about it


@pytest.mark.parametrize(
    ("picture", "asked", "colors", "words"),
    [
        ("1x1.png", 10, ["#c86432"], "1 color was found in the picture; 10 were asked for."),
        ("one color.png", 2, ["#c86432"], "1 color was found in the picture; 2 were asked for."),
        (
            "two.png",
            5,
            ["#ff0000", "#0000ff"],
            "2 colors were found in the picture; 5 were asked for.",
        ),
        ("broken profile.png", 1, ["#c86432"], "warning: broken profile.png: the color profile"),
        ("some nan.tif", 1, ["#ff0000"], "warning: some nan.tif: 2 pixels are not numbers"),
        ("nan in gray.tif", 1, ["#ffffff"], "warning: nan in gray.tif: 2 pixels are not numbers"),
    ],
)
def test_what_is_less_than_perfect_is_said_and_no_failure(
    picture: str, asked: int, colors: list[str], words: str, main: Main
) -> None:
    ended = main("extract", picture, "-n", str(asked))
    assert (ended.code, ended.colors) == (0, colors)
    assert words in ended.line


def test_warnings_are_lines_of_the_program_each_time_and_whatever_python_was_told(
    folder: Path,
) -> None:
    ended = run(
        *("extract", "broken profile.png", "broken profile.png", "all nan.tif", "-n", "1"),
        folder=folder,
        env={"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"},
    )
    assert (ended.code, ended.colors) == (3, ["#c86432", "#c86432"])
    first, second, third, error = ended.lines
    assert first == second
    assert first.startswith("warning: broken profile.png: the color profile cannot be used")
    assert first.endswith("sRGB is assumed.")
    assert third.startswith("warning: all nan.tif: 16 pixels are not numbers")
    assert not error.startswith("warning: ")


# 1: a defect of ours


def test_a_defect_is_one_line_and_its_traceback_is_to_be_had(folder: Path) -> None:
    # A broken installation is a defect that can be had at will: scikit-learn, which is imported
    # in the background as well, fails as it does when it was built for another machine.
    libraries = folder / "libraries"
    libraries.mkdir()
    (libraries / "sklearn.py").write_text("raise ImportError('built for\\nanother machine')")
    arguments = ("extract", "noise.png", "-n", "2", "-o", "palette.gpl")
    ended = run(*arguments, folder=folder, env={"PYTHONPATH": str(libraries)})
    sentence = r"this is a defect, please report it: ImportError: built for\nanother machine"
    assert (ended.code, ended.out, ended.line) == (1, b"", sentence)
    assert names(folder) == {"libraries"}

    env = {"PYTHONPATH": str(libraries), "PALETTE_ENGINE_DEBUG": "1"}
    ended = run(*arguments, folder=folder, env=env)
    first, *rest = ended.said.splitlines()
    assert (ended.code, ended.out, first) == (1, b"", f"palette-engine: {sentence}")
    assert rest[0] == "Traceback (most recent call last):"
    assert rest[-2:] == ["ImportError: built for", "another machine"]
    assert rest.count(rest[0]) == 1


# 130: Ctrl-C


def test_ctrl_c_ends_the_program_without_a_word_or_a_file(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        command(
            *("extract", "pipe", "-o", "palette.gpl"),
            # A shell that runs the tests in the background has children that ignore Ctrl-C.
            first="import signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)",
        ),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    try:
        writer = opened_by_reader(pipe)
        out, said = interrupted(process)
        os.close(writer)
    finally:
        process.kill()
    assert (process.returncode, out, said.strip()) == (130, b"", b"")
    assert names(folder) == {"pipe"}


def opened_by_reader(pipe: Path) -> int:
    """Return a pipe's end to write, as soon as somebody has opened the other end."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < deadline, "nobody reads"
            time.sleep(0.01)


def interrupted(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Interrupt a process that waits for a pipe, and return what it has printed.

    Python sleeps through a signal that comes just before it begins to wait; people press
    Ctrl-C again then.
    """
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=10)
    raise AssertionError("Ctrl-C does not end the program")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's devices")
def test_help_on_a_full_device_is_said_in_one_line(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run("--help", folder=folder, stdout=full)
    assert ended.code == 2
    assert ended.line == "Standard output cannot be written: No space left on device."


def test_choices_that_are_missing_are_named_in_one_line(main: Main) -> None:
    ended = main("completion")
    assert ended.code == 2
    assert ended.line == "Missing argument 'SHELL'. Choose from: bash, zsh, fish"


# Devices and streams without end


@linux
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
@pytest.mark.parametrize(
    "command",
    [("extract",), ("show",), ("check",), ("recolor", "-o", "a.png"), ("separate", "-o", "out")],
)
def test_a_device_is_refused_in_one_line(command: tuple[str, ...], device: str, main: Main) -> None:
    ended = main(*command, device)
    assert (ended.code, ended.out) == (3, b"")
    assert ended.line == f"{device} is a device and no picture; name a file."


@linux
@pytest.mark.parametrize(
    ("picture", "arguments", "words"),
    [
        ("", "extract -", "not a picture"),
        ("", "show -", "not a picture"),
        ("", "recolor - -o a.png", "not a picture"),
        ("", "separate - -o out", "not a picture"),
        ("flag.png", "extract - --max-memory 60", "Standard input does not end after 30 MB"),
        ("flag.png", "recolor - -o a.png --max-memory 60", "does not end after 30 MB"),
    ],
    ids=lambda value: value if "-" in value else "",
)
def test_standard_input_without_end_is_refused(
    picture: str, arguments: str, words: str, folder: Path
) -> None:
    shell = f"cat {picture} /dev/zero | {sys.executable} -m palette_engine {arguments}"
    ended = subprocess.run(shell, shell=True, cwd=folder, capture_output=True, check=False)
    assert ended.returncode == 3
    assert words in ended.stderr.decode()
