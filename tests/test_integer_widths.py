"""Results must not depend on the width of the platform's default integer."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.integer_widths import ROOT, Call, calls_in, complaints_about
from tests.patience import PATIENCE

SOURCES = sorted(
    path for folder in ("palette_engine", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)


@cache
def run_with(widths: str) -> dict[str, Any]:
    """Return what `tests.integer_widths` prints, for widths of ``wide`` or ``narrow``."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.integer_widths", widths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert not run.returncode, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_integers_name_their_type(path: Path) -> None:
    assert not [*complaints_about(path)]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("np.arange(9)", "np.arange must name its dtype"),
        ("np.arange(0, 9)", "np.arange must name its dtype"),
        ("np.array([1, 2])", "np.array must name its dtype"),
        ("np.full((2, 2), 1)", "np.full must name its dtype"),
        ("map(np.array, [[1]])", "np.array must be called to name its dtype"),
        ("np.zeros(9, int)", "the type int has the platform's width"),
        ("np.array([1, 2], dtype=int)", "the type int has the platform's width"),
        ("values.astype(int)", "the type int has the platform's width"),
        ("values.astype(np.int_)", "np.int_ has the platform's width"),
        ("np.mgrid[:3, :3]", "np.mgrid has the platform's width"),
        ("np.arange(9, dtype=np.int64)", ""),
        ("np.array([1, 2], np.uint8)", ""),
        ("np.zeros(9)", ""),
        ("isinstance(values, int)", ""),
    ],
)
def test_the_rule_finds_what_it_is_for(
    line: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integer_widths.ROOT", tmp_path)
    path = tmp_path / "example.py"
    path.write_text(f"import numpy as np\n{line}\n")
    assert [*complaints_about(path)] == ([f"example.py:2: {complaint}"] if complaint else [])


def key(call: Call) -> str:
    return f"{call.location}:{call.end}"


def test_a_sum_that_names_no_type_is_never_one_of_narrow_integers() -> None:
    """A sum without `dtype` must be reached by `integer_widths.results`, which shows its type."""
    met = run_with("wide")["met"]
    calls = [
        call
        for path in SOURCES
        if path.is_relative_to(ROOT / "palette_engine")
        for call in calls_in(path)
    ]
    complaints = [
        f"{call.location}: {call.owner}.{call.name} gives the platform's integer; name its dtype"
        for call in calls
        if met.get(key(call))
    ] + [
        f"{call.location}: the type of this {call.name} is unknown; name its dtype, or have "
        "tests.integer_widths.results reach it"
        for call in calls
        if call.is_sum and not call.has_type and key(call) not in met
    ]
    assert not complaints


def test_palettes_are_the_same_where_the_default_integer_has_32_bits() -> None:
    """Emulate numpy 1.26 on Windows, in part.

    Functions and methods that the package calls return integers of 32 bits. Three things differ
    from Windows: operators keep 64 bits, such as a Boolean array times a Python integer; so do
    the libraries that the package calls; and with numpy 2, a Python integer of more than 32 bits
    beside such an array is an error, where numpy 1.26 changes to 64 bits.
    """
    narrow, wide = (run_with(widths)["results"] for widths in ("narrow", "wide"))
    for name, found in wide.items():
        assert narrow[name] == found, name
