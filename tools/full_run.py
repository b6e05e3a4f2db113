"""Run all checks and tests, those that mostly wait beside those that calculate.

Usage, in the repository: ``python -m tools.full_run [--without STEP]``; ``make test-all``. A step
is a target of the Makefile. Every step runs, whatever became of those before it, with its output
in ``build/full-run/STEP.log``; what failed is printed at the end, and where the time went is
written to ``build/test-times.md``.

Exit code 0 when all steps passed, apart from those of `TOLD`; 1 otherwise.
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
from pathlib import Path

from tools.durations import forget, write_times

REPOSITORY = Path(__file__).resolve().parents[1]

LOGS = REPOSITORY / "build" / "full-run"

FIRST = ("programs",)
"""The steps that the others need. Where programs cannot be had, their tests say so."""

CHAINS = (
    ("test-gimp-3.2",),
    ("test-gimp-3.0",),
    ("test-browser",),
    ("style", "types", "test-readers", "audit"),
    ("test", "test-lowest", "test-newest"),
)
"""The steps that run one after the other, beside the other chains."""

TOLD = {"audit", "test-newest"}
"""Steps that may fail: somebody else's release or discovery is no defect of a change here."""

SHOWN = 60
"""How many lines of a step that failed are printed."""


@dataclass(frozen=True)
class Outcome:
    """How a step ended, after how many seconds, and the last line that it printed."""

    step: str
    code: int
    seconds: float
    last: str

    @property
    def is_failure(self) -> bool:
        """Return whether the run fails with the step."""
        return self.code != 0 and self.step not in TOLD

    def __str__(self) -> str:
        """Return a line for a person."""
        ended = "ok" if self.code == 0 else "FAILED" if self.is_failure else "failed (only told)"
        return f"{self.step:14} {ended:8} {self.seconds:5.0f} s  {self.last.strip('= ')}"


def log(step: str) -> Path:
    """Return where the output of a step goes."""
    return LOGS / f"{step}.log"


def outcome_of(step: str) -> Outcome:
    """Run a step."""
    began = time.monotonic()
    with log(step).open("wb") as output:
        code = subprocess.run(
            [os.environ.get("MAKE", "make"), "--no-print-directory", step],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    lines = log(step).read_text(errors="replace").strip().splitlines()
    said = [line for line in lines if not line.startswith("make")]
    outcome = Outcome(step, code, time.monotonic() - began, said[-1] if said else "")
    print(outcome, flush=True)
    return outcome


def run(steps: Iterable[str]) -> list[Outcome]:
    """Run the steps of a chain."""
    return [outcome_of(step) for step in steps]


def main(arguments: list[str]) -> int:
    """Run all chains at once."""
    parser = argparse.ArgumentParser(prog="python -m tools.full_run")
    parser.add_argument("--without", action="append", default=[], metavar="STEP")
    left_out = parser.parse_args(arguments).without
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    chains = [[step for step in chain if step not in left_out] for chain in CHAINS]
    forget(step for chain in chains for step in chain)
    print(f"Running {len(chains)} chains of steps; their output is in {LOGS}.", flush=True)
    outcomes = run(FIRST)
    with ThreadPoolExecutor(len(chains)) as pool:
        outcomes += [outcome for chain in pool.map(run, chains) for outcome in chain]
    for outcome in outcomes:
        if outcome.code:
            lines = log(outcome.step).read_text(errors="replace").splitlines()
            print(f"\n== {outcome.step}: the end of {log(outcome.step)}", *lines[-SHOWN:], sep="\n")
    print()
    print(*outcomes, sep="\n")
    minutes = (time.monotonic() - began) / 60
    print(f"{minutes:.1f} minutes; where they went is in {write_times()}.")
    return int(any(outcome.is_failure for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
