"""Design tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from palette_engine.formats import tokens
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

each = pytest.mark.parametrize("dumps", [tokens.dumps, tokens.dumps_legacy])


def test_a_palette_is_a_group_of_colors(flag: Palette) -> None:
    assert json.loads(tokens.dumps(flag)) == {
        "tricolore": {
            "$type": "color",
            "$description": "Tricolore",
            "creme-brulee": {
                "$value": {
                    "colorSpace": "srgb",
                    "components": [230 / 255, 25 / 255, 75 / 255],
                    "hex": "#e6194b",
                },
                "$description": "Crème “brûlée” 🍮",
                "$extensions": {"palette-engine": {"share": 0.5}},
            },
            "white": {
                "$value": {"colorSpace": "srgb", "components": [1, 1, 1], "hex": "#ffffff"},
                "$description": "White",
                "$extensions": {"palette-engine": {"share": 0.4375}},
            },
            "color-3": {
                "$value": {"colorSpace": "srgb", "components": [0, 0, 9 / 255], "hex": "#000009"},
                "$extensions": {"palette-engine": {"share": 0.0625}},
            },
        }
    }


def test_before_2025_a_value_was_a_hex_value() -> None:
    palette = Palette((Swatch((1, 2, 3), name="Ink"),), "")
    assert json.loads(tokens.dumps_legacy(palette)) == {
        "palette": {"$type": "color", "ink": {"$value": "#010203", "$description": "Ink"}}
    }


@each
@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_every_name_is_one_that_the_standard_allows(
    dumps: Callable[[Palette], bytes], name: str
) -> None:
    swatches = (Swatch((9, 8, 7), 0.5, name), Swatch((6, 5, 4), 0.5, name))
    content: dict[str, dict[str, Any]] = json.loads(dumps(Palette(swatches, name)))
    ((group_name, group),) = content.items()
    assert {key for key in group if key[0] == "$"} <= {"$type", "$description"}
    names = [key for key in group if key[0] != "$"]
    assert len(names) == 2
    for key in [group_name, *names]:
        assert key
        assert not {*key} & {*"{}.$"}
    # JavaScript puts keys that are numbers before all others.
    assert not any(key.isdigit() for key in names)
    assert all("$value" in group[key] for key in names)


def test_a_description_has_no_reference_and_ends_no_comment() -> None:
    palette = Palette((Swatch((1, 2, 3), name="{a.b} */ <b>"),), "x{y}")
    group = json.loads(tokens.dumps(palette))["x-y"]
    assert group["$description"] == "x y"
    assert group["a-b-b"]["$description"] == "a.b / b"
