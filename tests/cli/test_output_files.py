"""Files are written completely or not at all, and never replace others without --force."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from palette_engine.cli.output_files import write_file
from palette_engine.errors import OutputError
from palette_engine.extraction.pipeline import extract
from palette_engine.formats import FORMATS, loads
from tests.cli.program import Main, run
from tests.cli.samples import names

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's devices and limits")

WITHOUT_ROOTS_RIGHTS = """
import ctypes
for capability in (1, 2):  # those to read and write whatever the permissions say
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
"""
"""Code after which permissions apply to root too, once another program is executed."""

COLORS = ["#e6194b", "#000080", "#ffffff"]
EXTRACT = ("extract", "flag.png", "-n", "3")


WRITTEN = {name: row for name, row in FORMATS.items() if row.dumps}


def colors_in(path: Path) -> list[str]:
    return [swatch.hex for swatch in loads(path.read_bytes()).swatches]


def is_written(path: Path, format_name: str, name: str = "flag.png") -> bool:
    """Return whether a file is the palette of a picture, in a format."""
    dumps = WRITTEN[format_name].dumps
    return dumps is not None and path.read_bytes() == dumps(extract(name, colors=3))


# Which format


@pytest.mark.parametrize("format_name", WRITTEN)
def test_the_suffix_chooses_the_format_in_either_case(format_name: str, main: Main) -> None:
    for suffix in WRITTEN[format_name].suffixes:
        for name in (f"palette{suffix}", f"PALETTE{suffix.upper()}", f"a.b{suffix}"):
            ended = main(*EXTRACT, "-o", name)
            assert (ended.code, ended.out) == (0, b"")
            assert ended.line == f"wrote 3 colors to {name}"
            assert is_written(Path(name), format_name)


@pytest.mark.parametrize("suffix", [".hex", ".webp", "", "."])
@pytest.mark.parametrize("format_name", WRITTEN)
def test_a_format_that_is_named_wins_over_any_suffix(
    suffix: str, format_name: str, main: Main
) -> None:
    ended = main(*EXTRACT, "--format", format_name, "-o", f"palette{suffix}")
    assert ended.code == 0
    assert is_written(Path(f"palette{suffix}"), format_name)


@pytest.mark.parametrize("name", ["palette.webp", "palette", "gpl", "palette.gpl.", "..."])
def test_a_file_without_a_known_suffix_needs_a_format(name: str, main: Main) -> None:
    ended = main(*EXTRACT, "-o", name)
    assert (ended.code, ended.out) == (2, b"")
    assert all(suffix in ended.line for row in WRITTEN.values() for suffix in row.suffixes)
    assert "--format" in ended.line
    assert not names(Path())


def test_a_dash_as_output_is_standard_output(main: Main) -> None:
    ended = main(*EXTRACT, "-o", "-")
    assert (ended.code, ended.colors, ended.said) == (0, COLORS, "")
    assert not names(Path())


def test_one_color_is_counted_as_one(main: Main) -> None:
    ended = main("extract", "1x1.png", "-n", "1", "-o", "one.gpl")
    assert (ended.code, ended.line) == (0, "wrote 1 color to one.gpl")


def test_the_file_is_as_readable_as_any_other(main: Main) -> None:
    Path("other").write_bytes(b"")
    assert main(*EXTRACT, "-o", "palette.gpl").code == 0
    assert Path("palette.gpl").stat().st_mode == Path("other").stat().st_mode


# Where


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "with --force"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", ". is a folder; name a file in it."),
        ("folder", "folder is a folder; name a file in it."),
        ("folder.gpl", "folder.gpl is a folder; name a file in it."),
        ("missing/palette.gpl", "There is no folder missing; create it first."),
        ("flag.png/palette.gpl", "There is no folder flag.png; create it first."),
        ("x" * 300 + ".gpl", "cannot be written: File name too long."),
        ("circle.gpl", "circle.gpl cannot be written: Too many levels of symbolic links."),
        ("astray.gpl", "nowhere; create it first."),
    ],
    ids=lambda value: "a long name" if len(value) > 100 else value,
)
def test_a_place_that_takes_no_file_is_refused(
    name: str, sentence: str, force: tuple[str, ...], main: Main
) -> None:
    Path("folder").mkdir()
    Path("folder.gpl").mkdir()
    Path("circle.gpl").symlink_to("circle.gpl")
    Path("astray.gpl").symlink_to("nowhere/palette.gpl")
    before = names(Path())
    ended = main(*EXTRACT, "-o", name, *force)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line.endswith(sentence)
    assert names(Path()) == before
    assert not [*Path("folder").iterdir(), *Path("folder.gpl").iterdir()]


@linux
@pytest.mark.parametrize("name", ["/proc/palette.gpl", "/sys/palette.gpl"])
def test_a_place_that_is_read_only_even_for_root_is_refused(name: str, main: Main) -> None:
    ended = main(*EXTRACT, "-o", name)
    assert (ended.code, ended.out) == (2, b"")
    assert name.rpartition("/")[0] in ended.line


@linux
def test_permissions_are_respected_in_words(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir()
    (closed / "old.gpl").write_text("old")
    (folder / "secret.png").write_bytes((folder / "flag.png").read_bytes())
    (folder / "secret.png").chmod(0)
    closed.chmod(0o500)
    try:
        refused = run(*EXTRACT, "-o", "closed/new.gpl", folder=folder, first=WITHOUT_ROOTS_RIGHTS)
        forced = run(
            *(*EXTRACT, "-o", "closed/old.gpl", "--force"),
            folder=folder,
            first=WITHOUT_ROOTS_RIGHTS,
        )
        unreadable = run("extract", "secret.png", folder=folder, first=WITHOUT_ROOTS_RIGHTS)
    finally:
        closed.chmod(0o700)
    if not unreadable.code:
        pytest.skip("this root cannot give up its rights")
    assert (unreadable.code, unreadable.out) == (3, b"")
    assert unreadable.line == "secret.png cannot be read: permission denied."
    for ended in (refused, forced):
        assert (ended.code, ended.out) == (2, b"")
        assert ended.line == "The folder closed is not writable; choose another one."
    assert names(closed) == {"old.gpl"}
    assert (closed / "old.gpl").read_text() == "old"


# What is there already


def test_an_existing_file_is_replaced_only_by_force(main: Main) -> None:
    path = Path("palette.gpl")
    path.write_text("mine")
    ended = main(*EXTRACT, "-o", path)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == "palette.gpl exists; use --force to replace it, or choose another name."
    assert path.read_text() == "mine"
    assert main(*EXTRACT, "-o", path, "--force").code == 0
    assert colors_in(path) == COLORS
    assert names(Path()) == {"palette.gpl"}


def test_the_picture_itself_is_not_replaced_without_force(main: Main) -> None:
    before = Path("flag.png").read_bytes()
    assert main(*EXTRACT, "-o", "flag.png", "-f", "gpl").code == 2
    assert Path("flag.png").read_bytes() == before


def test_a_failure_leaves_the_file_that_was_to_be_replaced(main: Main) -> None:
    Path("palette.gpl").write_text("mine")
    for picture in ("missing.png", "text.png", "transparent.png", "cut.jpg"):
        assert main("extract", picture, "-o", "palette.gpl", "--force").code == 3
        assert main("extract", picture, "-o", "new.gpl").code == 3
    assert main(*EXTRACT, "-n", "300", "-o", "palette.gpl", "--force").code == 2
    assert Path("palette.gpl").read_text() == "mine"
    assert names(Path()) == {"palette.gpl"}


def test_a_link_is_kept_and_what_it_leads_to_is_replaced(main: Main) -> None:
    Path("elsewhere").mkdir()
    target = Path("elsewhere/target.gpl")
    link = Path("link.gpl")
    link.symlink_to(target)
    assert main(*EXTRACT, "-o", link).code == 0  # to a file that is still to be
    assert main(*EXTRACT, "-o", link).code == 2
    assert colors_in(target) == COLORS
    target.write_text("mine")
    assert main(*EXTRACT, "-o", link, "--force").code == 0
    assert link.is_symlink()
    assert colors_in(target) == COLORS
    assert names(Path()) == {"elsewhere", "link.gpl"}
    assert names(Path("elsewhere")) == {"target.gpl"}


@linux
def test_a_link_where_nothing_can_be_written_may_lead_to_where_it_can(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir()
    (closed / "link.gpl").symlink_to(folder / "target.gpl")
    closed.chmod(0o500)
    try:
        ended = run(*EXTRACT, "-o", "closed/link.gpl", folder=folder, first=WITHOUT_ROOTS_RIGHTS)
    finally:
        closed.chmod(0o700)
    assert (ended.code, ended.line) == (0, "wrote 3 colors to closed/link.gpl")
    assert colors_in(folder / "target.gpl") == COLORS


def test_a_file_that_appears_while_the_work_goes_on_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "palette.gpl"
    path.write_text("mine")
    with pytest.raises(OutputError, match=r"palette\.gpl has appeared meanwhile; use --force"):
        write_file(path, b"ours", force=False)
    assert path.read_text() == "mine"
    assert names(tmp_path) == {"palette.gpl"}


def test_what_a_killed_program_left_is_in_nobodys_way(main: Main) -> None:
    # Named after a process number that comes again, as they do in containers.
    Path(f".palette-engine-{os.getpid()}.tmp").write_text("not ours")
    assert main(*EXTRACT, "-o", "palette.gpl").code == 0
    assert colors_in(Path("palette.gpl")) == COLORS
    assert Path(f".palette-engine-{os.getpid()}.tmp").read_text() == "not ours"


# Devices and full disks


@linux
def test_devices_are_written_as_they_are(main: Main) -> None:
    ended = main(*EXTRACT, "-f", "gpl", "-o", "/dev/null")
    assert (ended.code, ended.line) == (0, "wrote 3 colors to /dev/null")
    assert Path("/dev/null").is_char_device()
    ended = main(*EXTRACT, "-f", "gpl", "-o", "/dev/full")
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == "/dev/full cannot be written: No space left on device."
    assert Path("/dev/full").is_char_device()
    assert main(*EXTRACT, "-o", "/dev/null").code == 2  # it has no suffix


@linux
def test_the_name_of_standard_output_may_be_the_output(folder: Path) -> None:
    ended = run(*EXTRACT, "-f", "json", "-o", "/dev/stdout", folder=folder)
    assert (ended.code, ended.line) == (0, "wrote 3 colors to /dev/stdout")
    assert len(json.loads(ended.out)["swatches"]) == 3


@linux
def test_a_full_disk_leaves_the_old_file_whole_and_nothing_beside_it(folder: Path) -> None:
    old = folder / "palette.gpl"
    old.write_text("mine")
    ended = run(
        *(*EXTRACT, "-o", "palette.gpl", "--force"),
        folder=folder,
        first="import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))",
    )
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == "palette.gpl cannot be written: File too large."
    assert old.read_text() == "mine"
    assert names(folder) == {"palette.gpl"}


# Several pictures


@pytest.mark.parametrize(
    "options",
    [("-o", "palette.gpl"), ("-o", "-"), ("-f", "gpl"), ("-f", "gpl", "-o", "palette")],
    ids=" ".join,
)
def test_a_palette_file_takes_one_picture(options: tuple[str, ...], main: Main) -> None:
    ended = main("extract", "flag.png", "two.png", *options)
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == (
        "A palette file takes one picture; extract the others one at a time, "
        "or make one palette of all with --together."
    )
    assert not names(Path())


# Inputs stay what they are


@linux
@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
def test_no_output_replaces_its_picture_under_any_name(force: tuple[str, ...], main: Main) -> None:
    before = Path("flag.png").read_bytes()
    Path("hard.png").hardlink_to("flag.png")
    Path("soft.png").symlink_to("flag.png")
    Path("folder").mkdir()
    absolute = str(Path("flag.png").absolute())
    for name in ("flag.png", "./flag.png", "folder/../flag.png", absolute, "hard.png", "soft.png"):
        ended = main("extract", "flag.png", "-o", "first.gpl", "-o", name, *force)
        assert (ended.code, ended.out) == (2, b"")
        assert (
            ended.line == f"{Path(name)} is what is read, and is not replaced; choose another name."
        )
    assert Path("flag.png").read_bytes() == before
    assert not Path("first.gpl").exists()


@linux
@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "flag.png", "two.png", "--together", "-o", "two.png"),
        ("recolor", "flag.png", "-o", "flag.png"),
        ("recolor", "flag.png", "--palette", "two.png", "-o", "two.png"),
        ("show", "flag.png", "-o", "flag.png"),
        ("check", "flag.png", "-o", "flag.png"),
        ("convert", "own.gpl", "own.gpl"),
        ("convert", "own.gpl", "own.hex", "own.gpl"),
    ],
    ids=" ".join,
)
def test_no_command_replaces_what_it_reads(arguments: tuple[str, ...], main: Main) -> None:
    main("extract", "flag.png", "-o", "own.gpl")
    inputs = {name: Path(name).read_bytes() for name in ("flag.png", "two.png", "own.gpl")}
    ended = main(*arguments, "--force")
    assert ended.code == 2
    assert "is what is read, and is not replaced" in ended.line
    assert {name: Path(name).read_bytes() for name in inputs} == inputs
    assert not Path("own.hex").exists()


@linux
def test_a_picture_on_standard_input_is_not_replaced_either(folder: Path) -> None:
    before = (folder / "flag.png").read_bytes()
    command = (sys.executable, "-m", "palette_engine", "extract", "-", "-o", "flag.png", "--force")
    with (folder / "flag.png").open("rb") as picture:
        ended = subprocess.run(command, cwd=folder, stdin=picture, capture_output=True, check=False)
    assert ended.returncode == 2
    assert b"is what is read" in ended.stderr
    assert (folder / "flag.png").read_bytes() == before


def test_a_copy_of_the_picture_may_be_replaced(main: Main) -> None:
    Path("copy.png").write_bytes(Path("flag.png").read_bytes())
    assert main("extract", "flag.png", "-o", "copy.png", "--force").code == 0
