"""Palette files that the engine writes, opened in real GIMP from its palettes folder."""

from __future__ import annotations

from typing import Any

import pytest

from palette_engine.formats import FORMATS
from palette_engine.palette.value import plain_text
from tests.gimp.gimps import Gimp, Worker
from tests.readers.palettes import PALETTES, labels, rows

pytestmark = [pytest.mark.gimp, pytest.mark.readers]

COMPLAINTS = ("GIMP-Error", "GIMP-Warning", "CRITICAL", "gimp-error", "alette")
"""What a line begins with, or has in it, when GIMP does not like a file."""


@pytest.fixture(scope="session")
def opened(gimp: Gimp, inside: Worker) -> dict[str, Any]:
    """Return the palette that GIMP reads from each file, and its messages."""
    inside.run("Gimp.palettes_refresh()")  # waits until there is a profile
    gimp.palettes.mkdir(exist_ok=True)
    paths = {}
    for name, palette in PALETTES.items():
        dumps = FORMATS["gpl"].dumps
        assert dumps is not None
        paths[name] = gimp.palettes / f"written-{name}.gpl"
        paths[name].write_bytes(dumps(palette))
    before = inside.log.stat().st_size
    found: dict[str, Any] = inside.run(
        "Gimp.palettes_refresh()\n"
        "for palette in Gimp.palettes_get_list(''):\n"
        "    result.setdefault(palette.get_name(), look(palette))\n"
    )
    said = inside.log.read_bytes()[before:].decode(errors="replace").splitlines()
    for path in paths.values():
        path.unlink()
    inside.run("Gimp.palettes_refresh()")
    return {"palettes": found, "said": said}


@pytest.mark.parametrize("name", PALETTES)
def test_gimp_sees_the_same_colors_and_names(opened: dict[str, Any], name: str) -> None:
    palette = PALETTES[name]
    found = opened["palettes"][plain_text(palette.name, 60)]
    colors = [tuple(bytes.fromhex(code[1:])) for code in found["colors"]]
    assert list(zip(colors, found["labels"], strict=True)) == rows(palette, labels(palette, 60))
    assert found["columns"] == palette.columns


def test_gimp_has_nothing_to_say_about_the_files(opened: dict[str, Any]) -> None:
    assert [line for line in opened["said"] if any(word in line for word in COMPLAINTS)] == []


@pytest.mark.usefixtures("opened")
def test_gimp_complains_about_a_bad_file(gimp: Gimp, inside: Worker) -> None:
    bad = gimp.palettes / "bad.gpl"
    bad.write_text("GIMP Palette\n# a comment\nName: Bad\n255 0 0\tRed\n")
    before = inside.log.stat().st_size
    inside.run("Gimp.palettes_refresh()")
    bad.unlink()
    said = inside.log.read_bytes()[before:].decode(errors="replace")
    inside.run("Gimp.palettes_refresh()")
    assert any(word in said for word in COMPLAINTS), said
