"""``palette-engine collect``, as people run it: errors, changes, kills, and two runs at once."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from palette_engine.cli.collect import progress_text
from palette_engine.collections.collect import Progress, collect
from palette_engine.collections.journal_file import MAGIC
from palette_engine.collections.reader import close_readers
from palette_engine.collections.row import Row
from palette_engine.collections.table import read_table
from tests.cli.program import MODULE, Ended, changed, command, environment, run
from tests.collections.hostile import install, misdeed
from tests.patience import PATIENCE, wait_for
from tests.web.processes import tree

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="ends processes by signals"),
    pytest.mark.slow,
]

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux tells them")


FRAME_A_ROW = changed("from palette_engine.collections import journal\njournal.SYNC_SECONDS = 0.0")
"""The program, which writes each row at once, in a frame of its own if the journal has frames."""


def picture(path: Path, seed: int) -> None:
    """Write a small picture of its own colors."""
    path.parent.mkdir(parents=True, exist_ok=True)
    colors = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    Image.fromarray(colors.repeat(9, axis=0).repeat(9, axis=1)).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which the folder “pictures” has 30 pictures."""
    for number in range(30):
        picture(tmp_path / "pictures" / f"{number % 3}" / f"{number}.png", number)
    return tmp_path


def collected(folder: Path, *arguments: str, **env: str) -> Ended:
    return run("collect", *arguments, "-n", "5", "--workers", "2", folder=folder, env=env)


def rows_of(table: Path) -> dict[str, Row]:
    return {row.source: row for row in read_table(table)}


def test_a_folder_becomes_a_table_sorted_by_source(folder: Path) -> None:
    ended = collected(folder, "pictures", "-o", "t.csv")
    assert ended == (0, b"", "palette-engine: wrote 30 rows to t.csv (30 read now)\n")
    sources = [row.source for row in read_table(folder / "t.csv")]
    assert sources == sorted(f"pictures/{number % 3}/{number}.png" for number in range(30))


def test_only_what_is_new_or_changed_is_read_again_and_what_is_gone_stays(folder: Path) -> None:
    collected(folder, "pictures", "-o", "t.jsonl")
    before = (folder / "t.jsonl").read_bytes()
    again = collected(folder, "pictures", "-o", "t.jsonl")
    assert again.line == "wrote 30 rows to t.jsonl (0 read now, 30 before)"
    assert (folder / "t.jsonl").read_bytes() == before

    picture(folder / "pictures/new.png", 99)
    picture(folder / "pictures/1/1.png", 98)
    (folder / "pictures/0/0.png").unlink()
    changed = collected(folder, "pictures", "-o", "t.jsonl")
    assert changed.line == "wrote 31 rows to t.jsonl (2 read now, 28 before)"
    assert rows_of(folder / "t.jsonl")["pictures/0/0.png"].swatches

    pruned = collected(folder, "pictures", "-o", "t.jsonl", "--prune")
    assert pruned.line == "wrote 30 rows to t.jsonl (0 read now, 30 before, 1 dropped)"
    assert "pictures/0/0.png" not in rows_of(folder / "t.jsonl")

    # The same as if all had been collected at once.
    collected(folder, "pictures", "-o", "u.jsonl")
    assert (folder / "u.jsonl").read_bytes() == (folder / "t.jsonl").read_bytes()


def test_other_options_read_all_again(folder: Path) -> None:
    collected(folder, "pictures/0", "-o", "t.csv")
    again = collected(folder, "pictures/0", "-o", "t.csv", "--order", "hue")
    assert again.line == "wrote 10 rows to t.csv (10 read now)"


def test_a_folder_that_is_missing_drops_nothing(folder: Path) -> None:
    collected(folder, "pictures", "-o", "t.csv")
    (folder / "pictures").rename(folder / "elsewhere")
    ended = collected(folder, "pictures", "-o", "t.csv", "--prune")
    assert ended.line == "wrote 31 rows, 1 with an error to t.csv (1 read now)"


def test_bad_pictures_have_rows_and_stop_nothing(folder: Path) -> None:
    hooks = install(folder / "hooks")
    bad = folder / "pictures" / "bad"
    bad.mkdir()
    for name in ("segfault", "endless", "exit"):
        (bad / f"{name}.bmp").write_bytes(misdeed(name))
    (bad / "empty.png").write_bytes(b"")
    (bad / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    os.mkfifo(bad / "pipe.png")
    (bad / "circle.png").symlink_to("circle.png")
    (bad / "notes.txt").touch()
    with open(os.fsencode(bad) + b"/caf\xe9.png", "wb"):  # noqa: PTH123
        pass
    with zipfile.ZipFile(folder / "pictures.zip", "w") as archive:
        archive.write(folder / "pictures/0/0.png", "inner/0.png")
        archive.writestr("inner/text.png", "This is no picture.")
    ended = collected(
        folder, "pictures", "pictures.zip", "-o", "t.csv", "--seconds", "20", PYTHONPATH=hooks
    )
    assert (ended.code, ended.line) == (
        0,
        "wrote 40 rows, 9 with errors to t.csv (40 read now, 1 other file skipped)",
    )
    rows = rows_of(folder / "t.csv")
    assert {source: row.reason for source, row in rows.items() if row.error} == {
        "pictures/bad/segfault.bmp": "killed",
        "pictures/bad/endless.bmp": "too-slow",
        "pictures/bad/exit.bmp": "killed",
        "pictures/bad/empty.png": "unusable",
        "pictures/bad/cut.jpg": "unusable",
        "pictures/bad/pipe.png": "unreadable",
        "pictures/bad/circle.png": "unreadable",
        "pictures/bad/caf\\xe9.png": "unusable",
        "pictures.zip/inner/text.png": "not-a-picture",
    }
    member = rows["pictures.zip/inner/0.png"]
    assert member.swatches == rows["pictures/0/0.png"].swatches
    assert member.id == rows["pictures/0/0.png"].id


def test_the_exit_code_is_3_if_all_failed_or_with_strict_if_one_did(folder: Path) -> None:
    (folder / "bad.png").touch()
    assert collected(folder, "pictures/0", "bad.png", "-o", "t.csv").code == 0
    assert collected(folder, "pictures/0", "bad.png", "-o", "t.csv", "--strict").code == 3
    assert collected(folder, "bad.png", "-o", "u.csv").code == 3
    (folder / "empty").mkdir()
    ended = collected(folder, "empty", "-o", "v.csv")
    assert (ended.code, ended.line) == (3, "no picture was found; wrote an empty table to v.csv")


def test_what_is_no_table_of_ours_is_not_replaced(folder: Path) -> None:
    (folder / "mine.csv").write_text("my,own\n")
    ended = collected(folder, "pictures", "-o", "mine.csv")
    assert (ended.code, ended.line) == (
        2,
        "mine.csv exists, and its journal mine.csv.journal does not; choose another name, or "
        "remove it to collect anew.",
    )
    assert collected(folder, "pictures", "-o", "t.xls").code == 2
    assert collected(folder, "pictures", "-o", "no/t.csv").line == (
        "There is no folder no; create it first."
    )
    assert collected(folder, "pictures", "mine.csv", "-o", "mine.csv").code == 2
    assert (folder / "mine.csv").read_text() == "my,own\n"


def started(
    folder: Path, *options: str, program: Sequence[str] = MODULE
) -> subprocess.Popen[bytes]:
    arguments = ("collect", "pictures", "-o", "t.sqlite", "-n", "5", "--workers", "2", *options)
    return subprocess.Popen(
        command(*arguments, program=program),
        cwd=folder,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def wait_for_rows(folder: Path, least: int) -> None:
    """Wait until a journal is there, or has some bytes."""
    journal = folder / "t.sqlite.journal"
    wait_for(lambda: journal.exists() and journal.stat().st_size >= least)


def test_a_second_run_on_the_same_table_says_so(folder: Path) -> None:
    with started(folder) as first:
        wait_for_rows(folder, 0)
        second = collected(folder, "pictures", "-o", "t.sqlite")
        assert (second.code, second.line) == (
            2,
            "Another run is collecting into t.sqlite; wait until it has ended, or name another "
            "table.",
        )
        assert first.wait(PATIENCE) == 0


@linux
@pytest.mark.parametrize("options", [(), ("--compress-journal",)], ids=["lines", "frames"])
def test_runs_that_are_killed_and_continued_equal_one_that_is_not(
    folder: Path, options: tuple[str, ...]
) -> None:
    collected(folder, "pictures", "-o", "once.sqlite", *options)
    chance = random.Random(7)
    for _ in range(10):
        with started(folder, *options, program=FRAME_A_ROW) as process:
            wait_for_rows(folder, 0)
            # Between the start of the first process and the end of the run.
            time.sleep(chance.uniform(0, 3))
            family = tree(process.pid)
            process.kill()
            process.wait(PATIENCE)
        end = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{each}").exists() for each in family):
            assert time.monotonic() < end, "an orphan is left"
            time.sleep(0.01)
        journal = folder / "t.sqlite.journal"
        data = journal.read_bytes()
        if data and chance.random() < 0.5:  # a line is torn, as by a power cut
            journal.write_bytes(data[: -chance.randrange(1, 200)])
    assert collected(folder, "pictures", "-o", "t.sqlite").code == 0
    assert (folder / "t.sqlite").read_bytes() == (folder / "once.sqlite").read_bytes()
    names = {path.name for path in folder.iterdir()}
    tables = ("once.sqlite", "t.sqlite")
    assert names == {
        "pictures",
        *(f"{table}{end}" for table in tables for end in ("", ".journal", ".index")),
    }


@linux
@pytest.mark.parametrize("compress", [False, True], ids=["lines", "frames"])
def test_a_kill_at_any_line_and_in_it_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, compress: bool
) -> None:
    monkeypatch.setattr("palette_engine.collections.journal.SYNC_SECONDS", 0.0)
    monkeypatch.chdir(folder)
    sources = [f"pictures/0/{number}.png" for number in (0, 3, 6, 9)] + ["pictures/none.png"]
    table, journal = Path("t.jsonl"), Path("t.jsonl.journal")
    with ThreadPoolExecutor(1) as pool:  # whose child stays, so that many runs take little time

        def collected_at_once() -> Progress:
            return collect(sources, table, pool=pool, colors=5, compress_journal=compress)

        try:
            assert collected_at_once().failed == 1
            rows, lines = table.read_bytes(), journal.read_bytes()
            begin = re.escape(MAGIC if compress else b'{"schema"')
            starts = [found.start() for found in re.finditer(begin, lines)]
            assert len(starts) == 5
            for start in (*starts, len(lines)):
                for end in {max(0, start - 1), start, min(start + 30, len(lines))}:
                    journal.write_bytes(lines[:end])
                    table.unlink()
                    done = collected_at_once()
                    assert table.read_bytes() == rows
                    # What has an error comes first, and is read again.
                    kept = sum(each <= end for each in (*starts[1:], len(lines)))
                    assert (done.before, done.rows) == (max(0, kept - 1), 5)
        finally:
            close_readers()


@linux
def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(folder: Path) -> None:
    for number in range(300):
        picture(folder / "pictures" / "more" / f"{number}.png", number)
    # Shells start background processes without Ctrl+C.
    code = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)"
    with subprocess.Popen(
        command("collect", "pictures", "-o", "t.sqlite", "--workers", "2", first=code),
        cwd=folder,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        wait_for_rows(folder, 1)
        family = tree(process.pid)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert said.decode() == (
        "palette-engine: interrupted; run the same command again to continue t.sqlite\n"
    )
    # A child ends when its pipe does, which is just after its parent.
    wait_for(lambda: not [each for each in family if Path(f"/proc/{each}").exists()])
    assert not (folder / "t.sqlite").exists()
    again = run("collect", "pictures", "-o", "t.sqlite", folder=folder)
    found = re.fullmatch(
        r"wrote 330 rows to t\.sqlite \((\S+) read now, (\S+) before\)", again.line
    )
    assert found


WITHOUT_OVERRIDE = """
import ctypes
for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
"""
"""Makes root a user like others, who may only open what permissions say."""


@linux
def test_what_may_not_be_read_has_rows_and_a_table_that_may_not_be_written_is_an_error(
    folder: Path,
) -> None:
    inner, file = folder / "pictures/1", folder / "pictures/0/0.png"
    arguments = ("pictures", "-o", "t.jsonl", "-n", "5", "--workers", "1")

    def without_override() -> Ended:
        return run("collect", *arguments, folder=folder, first=WITHOUT_OVERRIDE)

    inner.chmod(0)
    file.chmod(0)
    try:
        ended = without_override()
        rows = rows_of(folder / "t.jsonl")
        if len(rows) == 30:
            pytest.skip("permissions hold for nobody here")
        assert ended.line == "wrote 21 rows, 2 with errors to t.jsonl (21 read now)"
        assert {row.error for row in rows.values() if row.error} == {
            "pictures/1 cannot be read: Permission denied.",
            "pictures/0/0.png cannot be read: Permission denied.",
        }
    finally:
        inner.chmod(0o755)
        file.chmod(0o644)
    before = (folder / "t.jsonl").read_bytes()
    for path, mode in ((folder / "t.jsonl", 0o444), (folder, 0o555)):
        path.chmod(mode)
        ended = without_override()
        path.chmod(0o755)
        said = "t.jsonl is not writable; choose another name or folder."
        assert (ended.code, ended.line) == (2, said)
    (folder / "t.jsonl.journal").chmod(0o444)
    ended = without_override()
    assert (ended.code, ended.line) == (
        2,
        "t.jsonl.journal cannot be written: Permission denied; make it writable, or name another "
        "table.",
    )
    assert (folder / "t.jsonl").read_bytes() == before


@linux
@pytest.mark.parametrize("options", [(), ("--compress-journal",)], ids=["lines", "frames"])
def test_a_disk_that_is_full_keeps_what_is_done_and_the_next_run_continues(
    folder: Path, options: tuple[str, ...]
) -> None:
    collected(folder, "pictures", "-o", "once.jsonl")
    code = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))"
    arguments = ("collect", "pictures", "-o", "t.jsonl", "-n", "5", "--workers", "2", *options)
    full = subprocess.run(
        command(*arguments, first=code, program=FRAME_A_ROW),
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=PATIENCE,
    )
    assert full.returncode == 2
    assert full.stderr == (
        "palette-engine: t.jsonl.journal cannot be written: File too large. What it has is kept; "
        "run the same command again to continue.\n"
    )
    assert not (folder / "t.jsonl").exists()
    again = collected(folder, "pictures", "-o", "t.jsonl")
    assert re.fullmatch(r"wrote 30 rows to t\.jsonl \(\d+ read now, \d+ before\)", again.line)
    assert (folder / "t.jsonl").read_bytes() == (folder / "once.jsonl").read_bytes()


@linux
def test_the_coordinator_remembers_little_of_many_sources(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100,000 names that lead to nothing take less than 150 MB."""
    names = folder / "names.txt"
    names.write_text("".join(f"{'x' * 60}/{number}.png\n" for number in range(100_000)))
    code = (
        "import re\n"
        "from pathlib import Path\n"
        "from palette_engine.collections.collect import collect\n"
        "from palette_engine.options import Options\n"
        "done = collect(['@names.txt'], Path('t.jsonl'), Options())\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(done.rows, int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) // 1024)\n"
    )
    monkeypatch.chdir(folder)
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout
    rows, megabytes = map(int, printed.split())
    assert rows == 100_000
    assert megabytes < 150


def test_progress_tells_rate_remaining_time_and_errors() -> None:
    done = Progress(read=1200, errors=1, before=300)
    assert progress_text(done, 20, 4500) == "1,500 of 4,500 pictures, 60.0/s, 1 error, 50 s left"
    assert progress_text(done, 20, None) == "1,500 pictures, 60.0/s, 1 error"
    assert progress_text(Progress(), 0, 10**6) == "0 of 1,000,000 pictures, 0.0/s, 0 errors"
    assert progress_text(done, 20, 40_000).endswith("11 min left")
    assert progress_text(done, 20, 10**6).endswith("4.6 h left")
