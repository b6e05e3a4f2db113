"""The tables of speed: in docs as in the benchmarks, and by parts that the engine has."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from benchmarks.parts import PARTS, REST, part_times, place_of
from benchmarks.speed import DOCS, REPORT, shown_in_docs
from benchmarks.tools.process import Driver

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "docs" / "astronaut.jpg"


def sections() -> dict[str, str]:
    """Return the sections of the report by their titles."""
    _, *pairs = re.split(r"^## (.+)\n", REPORT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def test_the_docs_show_the_tables_of_the_report() -> None:
    page, found = DOCS.read_text(encoding="utf-8"), sections()
    assert {*re.findall(r"<!-- (.+) -->\n\|", page)} == {*found}
    assert shown_in_docs(page, found) == page


def test_a_table_in_the_docs_is_replaced_and_the_text_stays() -> None:
    page = "Before.\n\n<!-- One -->\n| old |\n| --- |\n| 1 |\n\n<!-- Two -->\n\nBehind.\n"
    text = "Some words.\n\n| new |\n| --- |\n| 2 |\n\nMore."
    expected = page.replace("old", "new").replace("| 1 |", "| 2 |")
    assert shown_in_docs(page, {"One": text, "Three": text}) == expected
    both = shown_in_docs(page, {"One": text, "Two": text})
    assert both.count("| new |\n| --- |\n| 2 |\n\n") == 2
    assert both.startswith("Before.\n\n<!-- One -->\n| new |")
    assert both.endswith("\n\nBehind.\n")


@pytest.mark.parametrize("place", [place for places in PARTS.values() for place in places])
def test_every_part_is_a_function_of_the_engine(place: str) -> None:
    owner, name = place_of(place)
    assert name in vars(owner)


def test_parts_take_the_time_of_the_functions_that_they_are() -> None:
    originals = [vars(owner)[name] for owner, name in map(place_of, sum(PARTS.values(), ()))]
    times = part_times(PHOTO, 10)
    assert [*times] == [*PARTS, REST]
    used = ("decode", "histogram", "points", "cells", "search", "k-means", "difference")
    assert all(times[part] > 0 for part in used)
    after = [vars(owner)[name] for owner, name in map(place_of, sum(PARTS.values(), ()))]
    assert after == originals


@pytest.mark.parametrize("driver", [("own", "palette-engine-quick"), ("elsewhere", str(ROOT))])
def test_a_driver_tells_its_processor_time(driver: tuple[str, str]) -> None:
    module, name = driver
    with Driver((sys.executable, "-m", f"benchmarks.tools.drivers.{module}", name)) as process:
        answer = process.ask(PHOTO, 4)
    assert len(answer.colors) == 4
    assert answer.processor > 0
