"""The one palette of a collection: exact, and never with a picture twice."""

from __future__ import annotations

import io
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from palette_engine import collect, extract_together
from palette_engine.collections import tally as module
from palette_engine.collections.collect import Progress, journal_of
from palette_engine.collections.journal import Journal
from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.tally import Tally, tally_of
from palette_engine.errors import InputError
from palette_engine.extraction.summary import Summary
from palette_engine.palette.value import Palette
from palette_engine.pictures.pixels import Frame, Pixels
from tests.cli.program import changed, command, environment, run
from tests.patience import PATIENCE

slow = pytest.mark.slow


def picture(path: Path, seed: int) -> None:
    colors = np.random.default_rng(seed).integers(0, 256, (5, 4, 3), np.uint8)
    Image.fromarray(colors.repeat(7, axis=0).repeat(9, axis=1)).save(path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, in which the test is, with 12 pictures and one that is none."""
    (tmp_path / "p").mkdir()
    for number in range(12):
        picture(tmp_path / "p" / f"{number:02}.png", number)
    (tmp_path / "p" / "bad.png").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def together(**options: object) -> Palette:
    """Return the palette of all good pictures in the folder, read at once."""
    names = [each for each in sorted(Path("p").iterdir()) if each.stat().st_size]
    return extract_together(names, **options)  # type: ignore[arg-type]


def shown(palette: Palette | None) -> list[tuple[str, float]]:
    assert palette is not None
    return [(each.hex, each.share) for each in palette.swatches]


@slow
@pytest.mark.usefixtures("folder")
def test_it_is_exactly_the_palette_of_all_pictures_at_once() -> None:
    done = collect("p", "t.jsonl", together=True, order="image", colors=6)
    assert shown(done.palette) == shown(together(order="image", colors=6))
    assert done.palette
    assert (done.palette.source, done.palette.name) == ("12 pictures", "t")
    again = collect("p", "t.jsonl", together=True, order="image", colors=6)
    assert (again.read, again.before) == (0, 13)
    assert again.palette == done.palette


@slow
@pytest.mark.usefixtures("folder")
def test_new_pictures_are_added_and_changed_and_pruned_ones_make_it_anew() -> None:
    collect("p", "t.jsonl", together=True)
    picture(Path("p/new.png"), 77)
    more = collect("p", "t.jsonl", together=True)
    assert (more.read, shown(more.palette)) == (1, shown(together()))
    picture(Path("p/03.png"), 78)
    changed = collect("p", "t.jsonl", together=True)
    assert shown(changed.palette) == shown(together())
    Path("p/04.png").unlink()
    pruned = collect("p", "t.jsonl", together=True, prune=True)
    assert shown(pruned.palette) == shown(together())
    # What was bad and is good now is only added.
    picture(Path("p/bad.png"), 79)
    better = collect("p", "t.jsonl", together=True)
    assert (better.read, shown(better.palette)) == (1, shown(together()))


@slow
@pytest.mark.usefixtures("folder")
def test_rows_of_runs_without_it_are_counted_later() -> None:
    collect("p", "t.jsonl", together=True)
    picture(Path("p/new.png"), 77)
    picture(Path("p/03.png"), 78)
    collect("p", "t.jsonl")
    done = collect("p", "t.jsonl", together=True)
    assert shown(done.palette) == shown(together())


@slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("together_before", [True, False])
def test_a_picture_that_was_away_while_all_was_counted_is_counted_when_it_is_back(
    together_before: bool,
) -> None:
    collect("p", "t.jsonl", together=together_before)
    Path("p/05.png").rename("05.png")
    picture(Path("p/03.png"), 78)
    away = collect("p", "t.jsonl", together=True)
    assert shown(away.palette) == shown(together())
    again = collect("p", "t.jsonl", together=True)
    assert (again.read, shown(again.palette)) == (0, shown(together()))
    Path("05.png").rename("p/05.png")
    back = collect("p", "t.jsonl", together=True)
    assert (back.read, back.rows, shown(back.palette)) == (1, 13, shown(together()))
    last = collect("p", "t.jsonl", together=True)
    assert (last.read, shown(last.palette)) == (0, shown(together()))


@slow
@pytest.mark.usefixtures("folder")
def test_a_list_that_cannot_be_read_twice_is_an_error_and_the_next_run_is_right() -> None:
    collect("p", "t.jsonl", together=True)
    picture(Path("p/03.png"), 78)
    with pytest.raises(InputError, match="run the same command again, which counts all anew"):
        collect(["-"], "t.jsonl", together=True, stdin=io.BytesIO(b"p"))
    done = collect(["-"], "t.jsonl", together=True, stdin=io.BytesIO(b"p"))
    assert shown(done.palette) == shown(together())


@slow
@pytest.mark.usefixtures("folder")
def test_an_interruption_counts_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stop(Exception):
        pass

    def stop(done: Progress) -> None:
        if done.read == 4:
            raise Stop

    monkeypatch.setattr(module, "SAVE_SECONDS", 0.0)
    for _ in range(3):
        with pytest.raises(Stop):
            collect("p", "t.jsonl", together=True, report=stop)
    done = collect("p", "t.jsonl", together=True)
    assert shown(done.palette) == shown(together())


@slow
@pytest.mark.skipif(sys.platform != "linux", reason="ends processes by signals")
@pytest.mark.parametrize("options", [(), ("--compress-journal",)], ids=["lines", "frames"])
def test_kills_count_nothing_twice(folder: Path, options: tuple[str, ...]) -> None:
    chance = random.Random(5)
    program = changed(
        "from palette_engine.collections import journal, tally\n"
        "tally.SAVE_SECONDS = 0.05\njournal.SYNC_SECONDS = 0.0"
    )
    arguments = (
        "collect",
        "p",
        "-o",
        "t.jsonl",
        "--together",
        "all.hex",
        "--workers",
        "1",
        *options,
    )
    for number in range(12, 60):
        picture(folder / "p" / f"{number:02}.png", number)
    for _ in range(5):
        journal = journal_of(folder / "t.jsonl")
        before = journal.stat().st_size if journal.exists() else 0
        with subprocess.Popen(
            command(*arguments, program=program),
            cwd=folder,
            stderr=subprocess.PIPE,
            env=environment(),
        ) as process:
            end = time.monotonic() + PATIENCE
            while process.poll() is None and (
                not journal.exists() or journal.stat().st_size <= before
            ):
                assert time.monotonic() < end
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
    ended = run(*arguments, "--force", folder=folder)
    assert ended.code == 0
    expected = [each.hex for each in together().swatches]
    assert (folder / "all.hex").read_text().split() == expected


@slow
def test_the_command_writes_it_in_any_format(folder: Path) -> None:
    ended = run("collect", "p", "-o", "t.csv", "--together", "all.gpl", "-n", "3", folder=folder)
    assert ended.lines[0].startswith("wrote 13 rows, 1 with an error to t.csv")
    assert ended.lines[1] == "wrote 3 colors to all.gpl"
    assert "Name: t" in (folder / "all.gpl").read_text()
    again = run("collect", "p", "-o", "t.csv", "--together", "all.gpl", "-n", "3", folder=folder)
    assert (again.code, "exists" in again.line) == (2, True)


def row(name: str, *, failed: bool = False) -> Row:
    swatches = () if failed else (RowSwatch("#000000", 1.0, 0.0, 0.0, 0.0, "black"),)
    return Row(name, bytes=1, mtime=1.0, swatches=swatches, error="bad" if failed else "")


def summary(seed: int) -> Summary:
    chance = np.random.default_rng(seed)
    rgb = chance.integers(0, 256, (600, 3), np.uint8)
    pixels = Pixels(rgb, np.full(600, 255, np.uint8), frame=Frame(30, 20))
    return Summary.of(pixels, "image").equalized()


def test_sums_beyond_int64_are_kept_exactly(tmp_path: Path) -> None:
    big = summary(1).scaled(2**40) + summary(2)
    with Journal(tmp_path / "t.journal") as journal:
        tally = Tally(tmp_path / "t", journal, {})
        journal.append(row("a"))
        tally.add(big, 1)
        tally.save()
        found = Tally(tmp_path / "t", journal, {})
        assert found.total is not None
        assert found.count == 1
        for one, other in (
            (found.total.histogram, big.histogram),
            (found.total.sharpened.rest, big.sharpened.rest),
        ):
            assert one.bits == other.bits
            assert one.keys.tolist() == other.keys.tolist()
            assert one.sums.tolist() == other.sums.tolist()
            assert one.found.tolist() == other.found.tolist()
        assert found.total.tiles is not None
        assert big.tiles is not None
        assert found.total.tiles.weight.tolist() == big.tiles.weight.tolist()
        assert found.counts(b"a")
        assert Tally(tmp_path / "t", journal, {"colors": 5}).total is None


def test_a_sum_of_another_journal_counts_nothing(tmp_path: Path) -> None:
    with Journal(tmp_path / "t.journal") as journal:
        tally = Tally(tmp_path / "t", journal, {})
        journal.append(row("a"))
        journal.append(row("b", failed=True))
        tally.add(summary(1), 1)
        tally.save()
        journal.append(row("b"))
        assert Tally(tmp_path / "t", journal, {}).count == 1
        journal.append(row("a"))
        assert Tally(tmp_path / "t", journal, {}).count == 0
    (tmp_path / "t").write_bytes(b"PK damaged")
    with Journal(tmp_path / "t.journal") as journal:
        assert Tally(tmp_path / "t", journal, {}).count == 0
    assert tally_of(Path("a/t.csv")) == Path("a/t.csv.together")
