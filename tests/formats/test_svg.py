"""The swatch sheet as a drawing."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from palette_engine.drawing.check_sheet import check_sheet_of
from palette_engine.formats import svg
from palette_engine.palette.check import checked
from palette_engine.palette.value import Palette, Swatch, plain_text
from tests.formats.test_gpl import HOSTILE_NAMES

SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = [
    *HOSTILE_NAMES,
    "</style><script>alert(1)</script>",
    '"/><rect class="swatch" fill="#000000"/>',
    "' onload='alert(1)",
    "]]><!--",
    "&amp; &#0; &lol;",
    "<!DOCTYPE x>",
    "\x1b[31m",
    "\ufffe\uffff\U0001fffe",
]


def parsed(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)


def swatches(root: ElementTree.Element) -> list[ElementTree.Element]:
    return root.findall(f"{SVG}rect[@class='swatch']")


def test_other_programs_find_every_swatch_in_its_order(flag: Palette) -> None:
    root = parsed(svg.dumps(flag))
    fills = [rect.get("fill") for rect in swatches(root)]
    assert fills == [swatch.hex for swatch in flag.swatches]
    titles = [rect.findtext(f"{SVG}title") for rect in swatches(root)]
    assert titles == ["#e6194b Crème “brûlée” 🍮", "#ffffff White", "#000009"]


def test_the_drawing_has_a_title_and_a_size(flag: Palette) -> None:
    data = svg.dumps(flag)
    root = parsed(data)
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<svg ')
    assert root.findtext(f"{SVG}title") == "Tricolore"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_a_palette_without_swatches_is_a_drawing() -> None:
    assert swatches(parsed(svg.dumps(Palette(())))) == []


def test_a_checked_palette_has_its_own_swatches_and_no_others(flag: Palette) -> None:
    root = parsed(svg.encode(check_sheet_of(checked(flag))))
    assert [rect.get("fill") for rect in swatches(root)] == [each.hex for each in flag.swatches]
    assert "Contrast" in [text.text for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_adds_anything(name: str) -> None:
    def drawn(text: str) -> ElementTree.Element:
        swatch = Swatch((9, 8, 7), 0.5, text)
        return parsed(svg.dumps(Palette((swatch, swatch), name=text, source=f"{text}.png")))

    alike = "Moss" if plain_text(name, 200) else ""
    hostile, harmless = list(drawn(name).iter()), list(drawn(alike).iter())
    assert [each.tag for each in hostile] == [each.tag for each in harmless]
    assert [each.attrib for each in hostile] == [each.attrib for each in harmless]
    assert {each.tag.removeprefix(SVG) for each in hostile} == {"svg", "title", "rect", "text"}


def test_there_is_nothing_that_runs_or_is_fetched(flag: Palette) -> None:
    data = svg.dumps(flag)
    assert data.count(b"http") == 1  # the name space
    for word in (b"href", b"url(", b"<style", b"<script", b"<!DOCTYPE", b" on"):
        assert word not in data
