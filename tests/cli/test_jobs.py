"""Several pictures are read in processes; what is printed is as from one, to the byte."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from palette_engine.cli import process_count
from palette_engine.cli.process_count import LEAST, MOST, WORTH, count_processes
from palette_engine.extraction.jobs import Report, make_palette
from tests.cli.program import Ended, Main, command, environment, run
from tests.cli.samples import NOISE, samples
from tests.patience import PATIENCE

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

KINDS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "TGA", "ICO", "DDS", "PPM")


def run_both(*arguments: str, folder: Path, processes: int = 2, **settings: Any) -> Ended:
    """Run the program in one process and in several; return how both ended."""
    one = run("extract", *arguments, "--jobs", "1", folder=folder, **settings)
    several = run("extract", *arguments, "--jobs", str(processes), folder=folder, **settings)
    assert several == one
    return one


def add_kinds(folder: Path) -> list[str]:
    """Write a picture in each of many formats, all different; return their names."""
    names = []
    for number, kind in enumerate(KINDS):
        names.append(f"{number}.{kind.lower()}")
        Image.fromarray(np.roll(NOISE, number, axis=2) // (number + 1)).save(
            folder / names[-1], kind
        )
    return names


def children_of(process: subprocess.Popen[bytes]) -> set[int]:
    """Return the IDs of the processes that a process has started to read pictures."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {pid for pid in map(int, listed) if b"spawn_main" in command_line(pid)}


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def started(folder: Path) -> tuple[subprocess.Popen[bytes], set[int]]:
    """Start the program with much to do; return it as soon as two processes are there."""
    process = subprocess.Popen(
        command(
            *("extract", *["noise.png"] * 2000, "--jobs", "2"),
            first="import signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)",
        ),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    process.stdout.read(8)  # the first color, so that both are at work
    children = children_of(process)
    assert len(children) == 2
    return process, children


def wait_for_end(pids: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while any(command_line(pid) for pid in pids):
        assert time.monotonic() < deadline, "processes are left"
        time.sleep(0.05)


# The same to the byte


def test_output_messages_and_exit_code_are_those_of_one_process(folder: Path) -> None:
    pictures = [*add_kinds(folder), "missing.png", ".", "x" * 300, *samples(), "flag.png"]
    options = ("-n", "7", "--order", "image", "--names", "css", "--format", "json")
    ended = run_both(*pictures, *options, folder=folder, processes=3)
    assert ended.code == 3
    sources = re.findall(r'"source": "(.+)"', ended.out.decode())
    assert sources == [name for name in pictures if name in sources]
    assert {*KINDS} <= {name.partition(".")[2].upper() for name in sources}
    assert any(line.startswith("warning: half.jpg") for line in ended.lines)
    assert any(line.startswith("There is no file missing.png") for line in ended.lines)


@pytest.mark.parametrize(("flag", "order"), [("--together", "image"), ("--by-area", "share")])
def test_one_palette_of_all_is_that_of_one_process(flag: str, order: str, folder: Path) -> None:
    pictures = [*add_kinds(folder), "half.jpg", "flag.png"]
    arguments = (*pictures, flag, "-n", "12", "--order", order, "--format", "json")
    ended = run_both(*arguments, folder=folder, processes=3)
    assert ended.code == 0
    assert json.loads(ended.out)["source"] == f"{len(pictures)} pictures"
    assert "half.jpg is damaged" in ended.line


def test_files_of_one_palette_are_those_of_one_process(folder: Path) -> None:
    outputs = ("a.gpl", "a.ase", "a.png")
    written = []
    for jobs in ("1", "2"):
        named = [part for name in outputs for part in ("-o", name)]
        arguments = ("flag.png", "noise.png", "two.png", "--together", "--force", "--jobs", jobs)
        assert run("extract", *arguments, *named, folder=folder).code == 0
        written.append([(folder / name).read_bytes() for name in outputs])
    assert written[0] == written[1]


def test_the_first_bad_picture_of_one_palette_is_named(folder: Path) -> None:
    pictures = ("flag.png", "half.jpg", "text.png", "transparent.png", "broken profile.png")
    ended = run_both(*pictures, "--together", folder=folder)
    assert (ended.code, ended.out) == (3, b"")
    assert [line.split(" is ")[0] for line in ended.lines] == ["warning: half.jpg", "text.png"]


@pytest.mark.parametrize("options", [("--copy",), ("--name", "All")])
def test_other_ways_to_print_are_those_of_one_process(
    options: tuple[str, ...], folder: Path
) -> None:
    assert run_both("flag.png", "two.png", "noise.png", *options, folder=folder).code == 0


def test_an_option_that_does_not_fit_a_picture_ends_all(folder: Path) -> None:
    pictures = ("noise.png", "flag.png", "two.png")
    ended = run_both(*pictures, "--region", "0,0,17,1", "-n", "2", folder=folder)
    assert (ended.code, len(ended.colors)) == (3, 2)
    ended = run_both(*pictures, "--keep", "#111,#222", "-n", "1", folder=folder)
    assert (ended.code, ended.out) == (2, b"")


# What only the program itself can read


def test_standard_input_is_one_of_the_pictures(folder: Path) -> None:
    pictures = ("noise.png", "-", "two.png", "-", "flag.png")
    data = samples()["1x1.png"]
    ended = run_both(*pictures, "-n", "2", folder=folder, stdin=data)
    assert (ended.code, len(ended.colors)) == (3, 2 + 1 + 2 + 2)
    assert ended.colors[2] == "#c86432"
    together = run_both("noise.png", "-", "two.png", "--together", folder=folder, stdin=data)
    assert together.code == 0


@linux
def test_open_files_of_the_program_are_pictures(folder: Path) -> None:
    given = os.open(folder / "1x1.png", os.O_RDONLY)
    os.close(given)
    first = "os.dup2(os.open('1x1.png', os.O_RDONLY), 9)\nos.set_inheritable(9, True)"
    ended = run_both("noise.png", "/dev/fd/9", "two.png", "-n", "2", folder=folder, first=first)
    assert (ended.code, ended.colors[2]) == (0, "#c86432")


# What goes wrong


def die_of_two(options: dict[str, Any], path: str) -> Report:
    """End the process at once if the picture is two.png."""
    if path == "two.png":
        os.kill(os.getpid(), signal.SIGKILL)
    return make_palette(options, path)


def test_a_process_that_is_killed_is_said_of_its_picture(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("palette_engine.cli.extract"), "make_palette", die_of_two)
    pictures = ("1x1.png", "two.png", "flag.png", "two.png", "one color.png", "1x1.png")
    ended = main("extract", *pictures, "-n", "1", "--jobs", "2")
    assert (ended.code, len(ended.colors)) == (3, 4)
    assert ended.lines[0] == ended.lines[1]
    assert ended.lines[0].startswith("The process that read two.png has ended, perhaps because")


def test_a_defect_is_said_as_by_one_process(folder: Path) -> None:
    libraries = folder / "libraries"
    libraries.mkdir()
    (libraries / "sklearn.py").write_text("raise ImportError('built for\\nanother machine')")
    env = {"PYTHONPATH": str(libraries)}
    ended = run_both("noise.png", "two.png", "-n", "2", folder=folder, env=env)
    assert (ended.code, ended.out) == (1, b"")
    assert ended.line.startswith("this is a defect, please report it: ImportError: built for")


def test_all_is_read_here_if_no_process_can_start(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise BlockingIOError("there are too many processes")

    pictures = ("flag.png", "two.png", "text.png")
    one = main("extract", *pictures, "--jobs", "1")
    monkeypatch.setattr(SpawnProcess, "start", fail)
    assert main("extract", *pictures, "--jobs", "2") == one


@linux
def test_memory_that_runs_out_is_said_as_by_one_process(folder: Path) -> None:
    from tests.sample_pictures import png

    (folder / "huge.png").write_bytes(png(8, 6, b"", size=(40_000, 40_000)))
    limits = ("--max-pixels", "2000000000", "--max-memory", "1000000")
    ended = run_both(
        *("huge.png", "1x1.png", "-n", "1", *limits),
        folder=folder,
        first="import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))",
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    assert (ended.code, ended.colors) == (3, ["#c86432"])
    assert ended.line == "huge.png does not fit into memory; make it smaller."


@linux
def test_ctrl_c_ends_all_processes_without_a_word(folder: Path) -> None:
    process, children = started(folder)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.strip()) == (130, b"")
    wait_for_end(children)


@linux
def test_the_processes_end_if_the_program_is_killed(folder: Path) -> None:
    process, children = started(folder)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_for_end(children)


@linux
def test_a_reader_that_goes_ends_all_processes(folder: Path) -> None:
    process, children = started(folder)
    assert process.stdout is not None
    process.stdout.close()
    with process:
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
    wait_for_end(children)


def wait_for_another(path: Path) -> None:
    """Start another process, as decoders do, write its ID to a file, and wait for it."""
    with subprocess.Popen(["sleep", str(PATIENCE)]) as other:
        path.with_suffix(".new").write_text(str(other.pid))
        path.with_suffix(".new").rename(path)


@linux
@pytest.mark.parametrize("parent_ends", [False, True], ids=["killed", "pipe and parent end"])
def test_what_a_process_has_started_ends_with_it(parent_ends: bool, tmp_path: Path) -> None:
    code = f"""
import multiprocessing, os, pickle, pathlib, time
from tests.cli.test_jobs import wait_for_another
from palette_engine.extraction.jobs import prepare
from palette_engine.workers.worker_process import kill, run_jobs
path = pathlib.Path({str(tmp_path / "pid")!r})
pipe, other = multiprocessing.Pipe()
process = multiprocessing.get_context("spawn").Process(target=run_jobs, args=(other, prepare))
process.start()
pipe.recv_bytes()
pipe.send_bytes(pickle.dumps((wait_for_another, (path,))))
while not path.exists():
    time.sleep(0.05)
if {parent_ends}:
    os._exit(0)
kill(process)
process.join()
"""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=PATIENCE)
    wait_for_end({int((tmp_path / "pid").read_text())})


@pytest.mark.parametrize("jobs", ["0", "61", "many"])
def test_a_number_of_jobs_is_refused(jobs: str, main: Main) -> None:
    ended = main("extract", "flag.png", "two.png", "--jobs", jobs)
    assert (ended.code, ended.out) == (2, b"")
    assert "--jobs" in ended.line


# How many


def sized(folder: Path, sizes: Sequence[int]) -> list[str]:
    """Write files of some sizes and return their paths."""
    paths = []
    for number, size in enumerate(sizes):
        paths.append(str(folder / f"{number}.bin"))
        with Path(paths[-1]).open("wb") as file:
            file.truncate(size)
    return paths


@pytest.mark.parametrize(
    ("sizes", "processors", "memory", "count"),
    [
        ([WORTH * 9], 8, 10**6, 1),
        ([1000] * 3, 8, 10**6, 1),
        ([WORTH] * 2, 8, 10**6, 2),
        ([WORTH] * 5, 4, 10**6, 4),
        ([WORTH] * 5, 8, 3999, 3),
        ([WORTH] * 5, 8, 500, 1),
        ([1] * (3 * WORTH // LEAST), 8, 10**6, 3),
        ([WORTH] * 100, 128, 10**6, MOST),
        ([WORTH - 1] * 2, 8, 10**6, 1),
    ],
)
def test_processes_are_as_many_as_pay(
    sizes: list[int],
    processors: int,
    memory: int,
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process_count, "_count_processors", lambda: processors)
    monkeypatch.setattr(process_count, "_memory", lambda: memory)
    paths = sized(tmp_path, sizes)
    assert count_processes(paths, 1000) == count
    assert count_processes(["-", *paths, "/dev/stdin", "missing.png"], 1000) == count


@linux
def test_the_processors_are_those_of_this_process() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert process_count._count_processors() == 1
    finally:
        os.sched_setaffinity(0, allowed)


def test_large_pictures_are_read_in_processes_without_being_asked(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    start = SpawnProcess.start

    def count(process: SpawnProcess) -> None:
        seen.append(1)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", count)
    monkeypatch.setattr(process_count, "_count_processors", lambda: 4)
    assert main("extract", "flag.png", "two.png").code == 0
    assert not seen
    data = io.BytesIO()
    Image.fromarray(NOISE).save(data, "PNG")
    for name in ("a.png", "b.png", "c.png"):
        Path(name).write_bytes(data.getvalue() + bytes(WORTH))
    one = main("extract", "a.png", "b.png", "c.png", "--jobs", "1")
    assert not seen
    assert main("extract", "a.png", "b.png", "c.png") == one
    assert len(seen) == 3
