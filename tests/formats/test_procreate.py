"""Procreate's swatches."""

from __future__ import annotations

import colorsys
import json
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import ZipFile

import pytest

from palette_engine.formats import procreate
from palette_engine.formats.zip_file import pack
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES


def content(palette: Palette) -> list[dict[str, Any]]:
    with ZipFile(BytesIO(procreate.dumps(palette))) as zip_file:
        assert zip_file.namelist() == ["Swatches.json"]
        palettes: list[dict[str, Any]] = json.loads(zip_file.read("Swatches.json"))
    return palettes


def test_a_palette_is_a_list_of_hues(flag: Palette) -> None:
    (read,) = content(flag)
    assert read["name"] == "Tricolore"
    assert read["swatches"][1:2] == [
        {"hue": 0.0, "saturation": 0.0, "brightness": 1.0, "alpha": 1, "colorSpace": 0}
    ]


def test_every_color_comes_back_to_the_bit() -> None:
    levels = (0, 1, 2, 50, 127, 128, 200, 254, 255)
    palette = Palette(tuple(Swatch((r, g, b)) for r, g, b in product(levels, repeat=3)))
    found = [
        tuple(
            round(channel * 255)
            for channel in colorsys.hsv_to_rgb(row["hue"], row["saturation"], row["brightness"])
        )
        for part in content(palette)
        for row in part["swatches"]
    ]
    assert found == [swatch.color for swatch in palette.swatches]


@pytest.mark.parametrize(
    ("count", "sizes", "names"),
    [
        (0, [0], ["P"]),
        (30, [30], ["P"]),
        (31, [30, 1], ["P 1", "P 2"]),
        (90, [30, 30, 30], ["P 1", "P 2", "P 3"]),
    ],
)
def test_a_palette_has_thirty_places(count: int, sizes: list[int], names: list[str]) -> None:
    read = content(Palette((Swatch((1, 2, 3)),) * count, "P"))
    assert [len(part["swatches"]) for part in read] == sizes
    assert [part["name"] for part in read] == names


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_a_name_is_one_clean_line(name: str) -> None:
    (read,) = content(Palette((), name))
    assert read["name"]
    assert read["name"].isprintable()


HSB = {"hue": 0, "saturation": 1, "brightness": 1, "alpha": 1, "colorSpace": 0}


def packed(content: object) -> bytes:
    return pack({"Swatches.json": json.dumps(content).encode()})


def test_a_longer_palette_is_read_as_one_again() -> None:
    palette = Palette(tuple(Swatch((n, 0, 255 - n)) for n in range(61)), "Long")
    assert procreate.loads(procreate.dumps(palette)) == palette


def test_several_palettes_are_groups() -> None:
    content = [{"name": "One", "swatches": [HSB, None]}, {"name": "Two", "swatches": [HSB]}]
    palette = procreate.loads(packed(content))
    assert [(each.hex, each.group) for each in palette.swatches] == [
        ("#ff0000", "One"),
        ("#ff0000", "Two"),
    ]
    assert palette.remarks == ()


def test_a_single_palette_as_old_versions_write_it_is_read() -> None:
    palette = procreate.loads(packed({"name": "Old", "swatches": [HSB, {"hue": "x"}]}))
    assert (palette.name, len(palette.swatches)) == ("Old", 1)
    assert palette.note == "1 color that was damaged was left out."
