"""The journal keeps every complete line, once for each source."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from palette_engine.collections import journal_file as module
from palette_engine.collections.journal import Journal, fingerprint
from palette_engine.collections.journal_file import opened
from palette_engine.collections.lock import locked
from palette_engine.collections.row import Row
from palette_engine.errors import InputError, OutputError, SetupError


def row(source: str, size: int = 1, **values: str) -> Row:
    return Row(source, bytes=size, mtime=2.5, engine="1", **values)  # type: ignore[arg-type]


def mark(size: int = 1) -> bytes:
    return fingerprint(size, 2.5, {}, "1")


@pytest.fixture(params=[False, True], ids=["lines", "frames"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a journal of three rows, each in its own frame if it is compressed."""
    with Journal(tmp_path / "journal", compress=request.param) as journal:
        for source in ("b", "a", "c"):
            journal.append(row(source))
            journal.sync()
    return tmp_path / "journal"


def is_compressed(path: Path) -> bool:
    return path.read_bytes()[:1] != b"{"


def lines_of(path: Path) -> bytes:
    """Return the lines of a journal, whether or not it is compressed."""
    file = opened(path)
    try:
        return b"".join(file.lines())
    finally:
        file.close()


def test_rows_come_back_sorted_by_source(path: Path) -> None:
    with Journal(path) as journal:
        assert [*journal.rows()] == [row("a"), row("b"), row("c")]
        assert len(journal) == 3


@pytest.mark.parametrize("cut", range(1, 40, 7))
def test_a_torn_line_is_cut_off(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path) as journal:
        assert [*journal.rows()] == [row("a"), row("b")]
        journal.append(row("d"))
        assert [each.source for each in journal.rows()] == ["a", "b", "d"]
    assert lines_of(path).count(b"\n") == 3


def test_the_last_bytes_of_a_power_cut_are_cut_off(path: Path) -> None:
    good = path.read_bytes()
    for tail in (bytes(500), b"\xff" * 50, b"\x28\xb5"):
        path.write_bytes(good + tail)
        with Journal(path) as journal:
            assert [*journal.rows()] == [row("a"), row("b"), row("c")]
        assert path.read_bytes() == good


def test_a_journal_stays_compressed_or_not(path: Path) -> None:
    before = is_compressed(path)
    with Journal(path, compress=not before) as journal:
        journal.append(row("a", 7))
        journal.compact()
        journal.append(row("d"))
    assert is_compressed(path) == before
    with Journal(path) as journal:
        assert [each.source for each in journal.rows()] == ["a", "b", "c", "d"]


def test_a_journal_that_was_torn_at_its_beginning_is_made_anew(path: Path) -> None:
    before = is_compressed(path)
    path.write_bytes(path.read_bytes()[:2])
    with Journal(path, compress=before) as journal:
        assert len(journal) == 0
        journal.append(row("d"))
    assert is_compressed(path) == before
    with Journal(path) as journal:
        assert [*journal.rows()] == [row("d")]


def test_rows_of_many_frames_are_found_in_any_order(tmp_path: Path) -> None:
    numbers = [(7 * number) % 3000 for number in range(3000)]
    with Journal(tmp_path / "journal", compress=True) as journal:
        for number in numbers:
            journal.append(row(f"{number:04}", note="x" * 600))
            # The same before it is in a frame.
            assert journal.row(b"%04d" % number) == row(f"{number:04}", note="x" * 600)
        end = journal.end
        assert [each.source for each in journal.rows()] == [f"{each:04}" for each in range(3000)]
        digest = journal.digest_before(end - 5)
    with Journal(tmp_path / "journal") as journal:
        assert journal.end == end
        assert [each.source for each in journal.rows()] == [f"{each:04}" for each in range(3000)]
        assert journal.digest_before(end - 5) == digest
        assert journal.digest_before(end) != digest
    assert (tmp_path / "journal").stat().st_size < end / 4


@pytest.mark.parametrize("path", [True], ids=["frames"], indirect=True)
def test_damage_in_the_middle_of_a_compressed_journal_is_an_error_and_nothing_is_cut(
    path: Path,
) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"is damaged at byte \d+; restore it from a copy, or"):
        Journal(path)
    assert path.read_bytes() == data


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python has it")
def test_zstandard_that_is_not_installed_is_an_error_that_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(SetupError, match=r"pip install 'palette-engine\[zstd\]'"):
        Journal(tmp_path / "journal", compress=True)


def test_a_source_is_done_with_the_same_size_time_options_and_engine(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.has(b"a", mark())
        assert not journal.has(b"d", mark())
        assert not journal.has(b"a", mark(2))
        assert not journal.has(b"a", fingerprint(1, 2.6, {}, "1"))
        assert not journal.has(b"a", fingerprint(1, 2.5, {"colors": 5}, "1"))
        assert not journal.has(b"a", fingerprint(1, 2.5, {}, "2"))


def test_what_has_no_size_is_never_done(path: Path) -> None:
    with Journal(path) as journal:
        journal.append(Row("e", error="It cannot be read.", engine="1"))
        assert not journal.has(b"e", fingerprint(None, None, {}, "1"))
        assert journal.failures == 1


def test_the_last_row_of_a_source_counts_and_others_are_removed(path: Path) -> None:
    with Journal(path) as journal:
        journal.append(row("a", 7))
        assert journal.has(b"a", mark(7))
        assert journal.keep(lambda key: key != b"b") == 1
        journal.compact()
        journal.append(row("d"))
        expected = [row("a", 7), row("c"), row("d")]
        assert [*journal.rows()] == expected
    assert lines_of(path) == b"".join(each.to_line() + b"\n" for each in expected)
    with Journal(path) as journal:
        assert [*journal.rows()] == expected


def test_a_journal_of_another_version_is_an_error_and_stays(path: Path) -> None:
    lines, compress = lines_of(path), is_compressed(path)
    path.unlink()
    file = opened(path, compress)
    file.append(lines.replace(b'{"schema":1', b'{"schema":9'))
    file.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="version 9"):
        Journal(path)
    assert path.read_bytes() == before


def test_a_full_disk_is_an_error_that_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    before = lines_of(path)
    with Journal(path) as journal:
        file: Any = journal._file
        file._file.close()
        monkeypatch.setattr(file, "_file", Path("/dev/full").open("r+b", buffering=0))  # noqa: SIM115

        def write() -> None:
            journal.append(row("d"))
            journal.sync()

        with pytest.raises(OutputError, match=r"No space left on device. What it has is kept; run"):
            write()
    assert lines_of(path) == before


def test_only_one_run_has_a_table(tmp_path: Path) -> None:
    lock = str(tmp_path / "lock")
    with (
        locked(lock, "t.csv"),
        pytest.raises(OutputError, match=r"Another run is collecting into t\.csv"),
        locked(lock, "t.csv"),
    ):
        pass
    with locked(lock, "t.csv"):
        pass
    assert not Path(lock).exists()
