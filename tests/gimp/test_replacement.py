"""Palettes that get new colors in place of a second palette with a number, in real GIMP."""

from __future__ import annotations

import pytest

from palette_engine import extract
from tests.gimp.gimps import Gimp, Worker

pytestmark = pytest.mark.gimp


@pytest.mark.parametrize("count", [4, 9])
def test_a_palette_gets_other_colors_and_stays_the_only_one(
    gimp: Gimp, inside: Worker, count: int
) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""
def all_names():
    return [palette.get_name() for palette in Gimp.palettes_get_list("")]

def named(colors, **more):
    return extract(load({str(photo)!r}), colors=colors, palette_name="Again", **more)

first = named(6)
names = all_names()
second = named({count}, replace_palette=True)
third = named(3)
result = [first["colors"], names == [name for name in all_names() if name != third["name"]],
          second, third["name"]]
for name in ("Again", third["name"]):
    Gimp.Palette.get_by_name(name).delete()
""")
    first, same_names, second, third = made
    expected = extract(photo, colors=count)
    assert same_names
    assert second["name"] == "Again"
    assert third == "Again #1"
    assert second["colors"] == [swatch.hex for swatch in expected.swatches] != first
    assert second["labels"] == [swatch.label for swatch in expected.swatches]
    assert second["columns"] == expected.columns
    assert second["active"]
    written = [line for line in second["file"].splitlines() if line[:3].strip().isdecimal()]
    rows = [f"#{bytes(map(int, line.split()[:3])).hex()}" for line in written]
    assert rows == second["colors"]


def test_a_name_that_no_palette_has_gives_a_new_palette(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""
result = extract(load({str(photo)!r}), palette_name="Brand new", replace_palette=True)
Gimp.Palette.get_by_name("Brand new").delete()
""")
    assert made["name"] == "Brand new"
    assert made["active"]


def test_a_palette_of_gimp_itself_is_not_replaced(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    said, before, after = inside.run(f"""
palette = Gimp.Palette.get_by_name("Bears")
before = [palette.get_entry_name(i)[1] for i in range(palette.get_color_count())]
said = extract(load({str(photo)!r}), palette_name="Bears", replace_palette=True)
after = [palette.get_entry_name(i)[1] for i in range(palette.get_color_count())]
result = [said, before, after]
""")
    assert said["status"] == "execution"
    assert "The palette “Bears” is read-only, so it cannot be replaced." in said["error"]
    assert before == after
