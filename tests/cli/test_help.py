"""Help texts, and the modules that they load."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from palette_engine import OPTIONS, Option, __version__
from palette_engine.cli import palette_engine as program
from palette_engine.cli.parameters import METAVARS
from palette_engine.formats import FORMATS
from palette_engine.option_kinds import KINDS
from tests.cli.program import MODULE, Main, run
from tests.test_imports import HEAVY

SCRIPT = Path(sysconfig.get_path("scripts"), "palette-engine")


def commands(
    command: click.Command, *words: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command of the program with the words that call it."""
    yield words, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, *words, name)


COMMANDS = dict(commands(program))


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_its_options(
    words: tuple[str, ...], flag: str, main: Main
) -> None:
    ended = main(*words, flag)
    assert (ended.code, ended.said) == (0, "")
    text = ended.out.decode()
    assert text.startswith("Usage: ")
    command = COMMANDS[words]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all(name in text for name in parameter.opts)
            assert parameter.help
    for name in getattr(command, "commands", ()):
        assert name in text


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_help_tells_what_an_option_takes_and_what_it_is_otherwise(
    option: Option, main: Main
) -> None:
    text = " ".join(main("extract", "--help").out.decode().split())
    long = f"--{option.name.replace('_', '-')}"
    takes = f"[{'|'.join(option.keys)}]" if option.choices else METAVARS[option.kind]
    flags = f"{option.flag}, {long}" if option.flag else long
    assert f"{flags} {takes} {option.help}" in text
    _, _, rest = text.partition(option.help)
    is_bounded = KINDS[option.kind].is_bounded
    range_ = f" [{option.minimum}-{option.maximum}]" if is_bounded else ""
    default = "" if option.default in ((), None) else f" [default: {option.default}]"
    assert rest.startswith(f"{range_}{default}")


def test_help_names_the_ways_to_make_one_palette_of_several_pictures(main: Main) -> None:
    text = " ".join(main("extract", "--help").out.decode().split())
    assert "--together One palette of all pictures" in text
    assert "--by-area One palette of all pictures" in text
    assert "extract [OPTIONS] PICTURE..." in text


def test_help_names_every_format_and_exit_code(main: Main) -> None:
    for command in ("extract", "convert"):
        text = " ".join(main(command, "--help").out.decode().split())
        for name, row in FORMATS.items():
            listed = f" {name} {row.title} ({', '.join(row.suffixes)}) "
            assert (listed in f"{text} ") == (row.dumps is not None)
    text = " ".join(main("--help").out.decode().split())
    assert "Exit codes: 0 done, 1 a defect" in text
    assert "2 wrong usage, 3 the input cannot be used." in text


def test_the_version_is_printed(main: Main) -> None:
    ended = main("--version")
    assert (ended.code, ended.out, ended.said) == (0, f"{__version__}\n".encode(), "")


def test_the_installed_script_is_the_same_program(folder: Path) -> None:
    arguments = ("extract", "flag.png", "--format", "json", "-n", "3")
    ended = run(*arguments, folder=folder, program=(str(SCRIPT),))
    assert (ended.code, ended.said) == (0, "")
    assert ended == run(*arguments, folder=folder)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("extract", "--help"), 0),
        (("extract", "flag.png", "--colour"), 2),
        (("extract", "flag.png", "-o", "two.png"), 2),
        (("extract", "flag.png", "-o", "flag.webp"), 2),
        (("extract", "flag.png", "two.png", "-f", "gpl"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_needs_no_picture_loads_nothing_heavy(
    arguments: tuple[str, ...], code: int, folder: Path
) -> None:
    python, *module = MODULE
    ended = run(*arguments, folder=folder, program=(python, "-X", "importtime", *module))
    report = [line for line in ended.said.splitlines() if line.startswith("import time:")]
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in report}
    assert ended.code == code
    assert {"palette_engine", "click"} <= loaded
    assert not loaded & {*HEAVY} - {"click"}
