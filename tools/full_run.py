"""Full run: all checks and tests, in several chains of steps at the same time.

Usage, in the repository: ``make test-all``, which runs ``python -m tools.full_run``; with
``--without STEP``, a step is left out; with ``--minutes N``, a step that takes longer is ended, and
fails. A step is a target of the Makefile. Every step runs, even if previous ones failed, with its
output in ``build/full-run/STEP.log``. Failures are printed at the end; the durations are written to
``build/test-times.md``.

Exit code 0 if all steps pass, except those of `REPORTED_ONLY`; 1 otherwise.

See docs/decisions.md#chains-that-run-together.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from tools.durations import remove_reports, write_times

REPOSITORY = Path(__file__).resolve().parents[1]

LOGS = REPOSITORY / "build" / "full-run"

FIRST = ("programs",)
"""The steps that the others need. If programs are missing, their tests are skipped and say so."""

CHAINS = (
    ("test-gimp-3.2",),
    ("test-gimp-3.0",),
    ("test-browser",),
    ("style", "types", "test-readers", "audit"),
    ("test", "test-lowest", "test-newest"),
)
"""Chains run at the same time, the steps of a chain one after the other.

Tests of real programs mostly wait, so they run beside those that use the processor.
"""

REPORTED_ONLY = {"audit", "test-newest"}
"""Steps that may fail: new releases and newly found vulnerabilities are no faults of a change.

See docs/decisions.md#locks-change-on-purpose.
"""

TOO_LONG = 124
"""The exit code of a step that was ended, as of the command ``timeout``."""

SHOWN = 60
"""How many lines of a failed step are printed."""


@dataclass(frozen=True)
class Outcome:
    """The exit code, the seconds and the last line of a step that has ended."""

    step: str
    code: int
    seconds: float
    last: str

    @property
    def is_failure(self) -> bool:
        """Whether the step makes the run fail."""
        return self.code != 0 and self.step not in REPORTED_ONLY

    def __str__(self) -> str:
        """Return a line about the step."""
        ended = (
            "ok" if self.code == 0 else "FAILED" if self.is_failure else "failed (reported only)"
        )
        return f"{self.step:14} {ended:8} {self.seconds:5.0f} s  {self.last.strip('= ')}"


def log(step: str) -> Path:
    """Return the file for the output of a step."""
    return LOGS / f"{step}.log"


def code_of(step: str, seconds: float | None) -> int:
    """Run a step, and return its exit code; end it if it takes longer than some seconds."""
    with log(step).open("wb") as output:
        process = subprocess.Popen(
            [os.environ.get("MAKE", "make"), "--no-print-directory", step],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()  # make passes it on to the program that it runs
            process.wait()
            output.seek(0, os.SEEK_END)
            output.write(f"\nEnded after {seconds:.0f} s, as it took too long.\n".encode())
            return TOO_LONG


def outcome_of(step: str, seconds: float | None) -> Outcome:
    """Run a step, print a line about it, and return its outcome."""
    began = time.monotonic()
    code = code_of(step, seconds)
    lines = log(step).read_text(errors="replace").strip().splitlines()
    own = [line for line in lines if not line.startswith("make")]
    outcome = Outcome(step, code, time.monotonic() - began, own[-1] if own else "")
    print(outcome, flush=True)
    return outcome


def run(steps: Iterable[str], seconds: float | None) -> list[Outcome]:
    """Run the steps of a chain, and return their outcomes."""
    return [outcome_of(step, seconds) for step in steps]


def main(arguments: list[str]) -> int:
    """Run all chains at the same time, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.full_run")
    parser.add_argument("--without", action="append", default=[], metavar="STEP")
    parser.add_argument("--minutes", type=float, metavar="N")
    options = parser.parse_args(arguments)
    left_out = options.without
    seconds = None if options.minutes is None else options.minutes * 60
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    chains = [[step for step in chain if step not in left_out] for chain in CHAINS]
    remove_reports(step for chain in chains for step in chain)
    print(f"Running {len(chains)} chains of steps; their output is in {LOGS}.", flush=True)
    outcomes = run(FIRST, seconds)
    with ThreadPoolExecutor(len(chains)) as pool:
        ended = pool.map(run, chains, repeat(seconds))
        outcomes += [outcome for chain in ended for outcome in chain]
    for outcome in outcomes:
        if outcome.code:
            lines = log(outcome.step).read_text(errors="replace").splitlines()
            print(f"\n== {outcome.step}: the end of {log(outcome.step)}", *lines[-SHOWN:], sep="\n")
    print()
    print(*outcomes, sep="\n")
    minutes = (time.monotonic() - began) / 60
    print(f"{minutes:.1f} minutes; the durations are in {write_times()}.")
    return int(any(outcome.is_failure for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
