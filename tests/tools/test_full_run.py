"""The full run of all steps, and the report on durations."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import durations, full_run

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")

MAKEFILE = """\
good:
\t@echo all is well
bad:
\t@echo the third line is wrong; exit 3
slow:
\t@echo a test has begun; sleep 600; echo it has ended
reported:
\t@echo a newer version is wrong; exit 1
"""

REPORT = """\
<testsuites><testsuite>
<testcase classname="tests.web.test_app" name="test_a[x|y]" time="2.5"/>
<testcase classname="tests.web.test_app" name="test_b" time="0.25"/>
</testsuite></testsuites>
"""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the tools work in a temporary repository."""
    (tmp_path / "Makefile").write_text(MAKEFILE)
    (tmp_path / "build" / "times").mkdir(parents=True)
    (tmp_path / "build" / "times" / "test.xml").write_text(REPORT)
    monkeypatch.setattr(full_run, "REPOSITORY", tmp_path)
    monkeypatch.setattr(full_run, "LOGS", tmp_path / "build" / "full-run")
    monkeypatch.setattr(full_run, "REPORTED_ONLY", {"reported"})
    monkeypatch.setattr(full_run, "FIRST", ("good",))
    monkeypatch.setattr(durations, "BUILD", tmp_path / "build")
    monkeypatch.setattr(durations, "REPORTS", tmp_path / "build" / "times")
    return tmp_path


def test_what_fails_stops_nothing_and_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(full_run, "CHAINS", (("bad", "good"), ("reported",)))
    assert full_run.main([]) == 1
    printed = capsys.readouterr().out
    assert "\nbad            FAILED " in printed
    assert "\ngood           ok " in printed
    assert "\nreported       failed (reported only) " in printed
    for step, line in (
        ("bad", "the third line is wrong"),
        ("reported", "a newer version is wrong"),
    ):
        assert f"\n== {step}: the end of " in printed
        assert f"\n{line}\n" in printed
    assert "== good" not in printed


def test_a_step_that_takes_too_long_is_ended_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(full_run, "CHAINS", (("slow", "good"),))
    assert full_run.main(["--minutes", "0.05"]) == 1
    printed = capsys.readouterr().out
    assert "\nslow           FAILED " in printed
    assert "\na test has begun\n" in printed
    assert "\nEnded after 3 s, as it took too long.\n" in printed
    assert "\ngood           ok " in printed


def test_a_step_that_is_reported_only_does_not_fail_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(full_run, "CHAINS", (("reported", "good"),))
    assert full_run.main([]) == 0


def test_missing_programs_stop_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(full_run, "FIRST", ("bad",))
    monkeypatch.setattr(full_run, "CHAINS", (("good",),))
    assert full_run.main([]) == 1
    assert "\ngood           ok " in capsys.readouterr().out


def test_reports_of_earlier_runs_are_removed(
    monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.setattr(full_run, "CHAINS", (("good",),))
    old = repository / "build" / "times" / "good.xml"
    old.write_text("half a report")
    assert full_run.main([]) == 0
    assert not old.exists()


def test_a_step_can_be_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(full_run, "CHAINS", (("bad", "good"),))
    assert full_run.main(["--without", "bad"]) == 0
    assert "bad" not in capsys.readouterr().out


def test_the_times_are_added_up_and_the_slowest_come_first(repository: Path) -> None:
    path = durations.write_times()
    assert path == repository / "build" / "test-times.md"
    text = path.read_text()
    assert "| test | 2 | 3 |\n" in text
    rows = [line for line in text.splitlines() if "test_app.py" in line]
    assert rows == [
        "| 2.5 | test | `web/test_app.py::test_a[x\\|y]` |",
        "| 0.2 | test | `web/test_app.py::test_b` |",
    ]
