"""Damaged palette files of every format."""

from __future__ import annotations

import pytest

pytest.importorskip("resource")

from palette_engine.formats import FORMATS
from tools.fuzz_palettes import fault_of, mutation, samples


def test_there_is_a_sample_of_every_format_that_is_read() -> None:
    named = {name for name in samples() if name in FORMATS}
    assert named == {name for name, row in FORMATS.items() if row.loads and row.dumps}


@pytest.mark.parametrize("seed", range(300))
def test_a_mutation_is_read_or_refused(seed: int) -> None:
    name, data = mutation(samples(), seed)
    filename = f"x{FORMATS[name].suffixes[0]}" if name in FORMATS else name
    assert fault_of(data, filename, None) is None


def test_a_fault_is_told() -> None:
    assert fault_of(b"#e6194b", "x.hex", "no such format") is not None
