"""Swatch sheets as other programs show them: drawn by librsvg, and opened by Pillow."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.readers.palettes import PALETTES, colors, write_palettes
from tests.readers.programs import Programs

SWATCH = "{http://www.w3.org/2000/svg}rect[@class='swatch']"


def areas(path: Path) -> list[tuple[int, int, int, int]]:
    """Return where the swatches of an SVG sheet are: left, top, right and bottom."""
    found = []
    for rect in ElementTree.parse(path).getroot().findall(SWATCH):
        x, y, width, height = (int(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        found.append((x, y, x + width, y + height))
    return found


def shown(picture: Image.Image, boxes: list[tuple[int, int, int, int]]) -> list[object]:
    """Return the colors of areas of a picture, each of one color."""
    opaque = picture.convert("RGB")
    found = [opaque.crop(box).getcolors() or [] for box in boxes]
    return [color for ((_, color),) in found]


@pytest.mark.readers
@pytest.mark.parametrize("name", PALETTES)
def test_librsvg_fills_each_swatch_with_its_color(
    programs: Programs, files: Path, name: str
) -> None:
    sheet, drawn = files / f"{name}-svg.svg", programs.folder / f"{name}.png"
    programs.call("rsvg-convert", sheet, "--output", drawn)
    with Image.open(drawn) as picture:
        assert shown(picture, areas(sheet)) == colors(PALETTES[name])


@pytest.mark.parametrize("name", PALETTES)
def test_pillow_sees_each_swatch_twice_as_large(tmp_path: Path, name: str) -> None:
    write_palettes(tmp_path, {name: PALETTES[name]}, ["svg", "png"])
    boxes = [
        (2 * left, 2 * top, 2 * right, 2 * bottom)
        for left, top, right, bottom in areas(tmp_path / f"{name}-svg.svg")
    ]
    with Image.open(tmp_path / f"{name}-png.png") as picture:
        assert shown(picture, boxes) == colors(PALETTES[name])
