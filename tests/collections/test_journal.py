"""The journal keeps every complete line, once for each source."""

from __future__ import annotations

from pathlib import Path

import pytest

from palette_engine.collections.journal import Journal, fingerprint
from palette_engine.collections.lock import locked
from palette_engine.collections.row import Row
from palette_engine.errors import InputError, OutputError


def row(source: str, size: int = 1, **values: str) -> Row:
    return Row(source, bytes=size, mtime=2.5, engine="1", **values)  # type: ignore[arg-type]


def mark(size: int = 1) -> bytes:
    return fingerprint(size, 2.5, {}, "1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Journal(tmp_path / "journal") as journal:
        for source in ("b", "a", "c"):
            journal.append(row(source))
    return tmp_path / "journal"


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
    assert path.read_bytes().count(b"\n") == 3


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
    assert path.read_bytes() == b"".join(each.to_line() + b"\n" for each in expected)
    with Journal(path) as journal:
        assert [*journal.rows()] == expected


def test_a_journal_of_another_version_is_an_error_and_stays(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'{"schema":1', b'{"schema":9'))
    before = path.read_bytes()
    with pytest.raises(InputError, match="version 9"):
        Journal(path)
    assert path.read_bytes() == before


def test_a_full_disk_is_an_error_that_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Journal(path) as journal:
        journal._file.close()
        monkeypatch.setattr(journal, "_file", Path("/dev/full").open("r+b"))  # noqa: SIM115
        journal.append(row("d"))
        with pytest.raises(OutputError, match=r"No space left on device. What it has is kept; run"):
            journal.sync()


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
