"""Design tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import tokens
from palette_engine.palette.value import Palette, Swatch, WideColor
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


def value(space: str, *components: float | str, **more: Any) -> dict[str, Any]:
    return {"$type": "color", "$value": {"colorSpace": space, "components": components, **more}}


def read(content: object) -> Palette:
    return tokens.loads(json.dumps(content).encode())


@pytest.mark.parametrize(
    ("token", "color"),
    [
        (value("srgb", 1, 0.5, 0), "#ff8000"),
        (value("srgb", 1, "none", 0), "#ff0000"),
        (value("hsl", 120, 100, 25), "#008000"),
        (value("hwb", 0, 0, 0), "#ff0000"),
        # The values of sRGB's primaries in CSS Color 4.
        (value("oklch", 0.62796, 0.25768, 29.2339), "#ff0000"),
        (value("lab", 46.2775, -47.5524, 48.5837), "#008000"),
        (value("srgb-linear", 1, 1, 1), "#ffffff"),
        (value("cmyk", 0, 1, 1, hex="#ff0000"), "#ff0000"),
        ({"$type": "color", "$value": "#ff8000"}, "#ff8000"),
        ({"$type": "color", "$value": "rgb(255, 128, 0)"}, "#ff8000"),
        ({"$value": "#ff8000"}, "#ff8000"),
    ],
)
def test_values_in_every_notation_are_read(token: dict[str, Any], color: str) -> None:
    assert [swatch.hex for swatch in read({"a": token}).swatches] == [color]


def test_aliases_types_and_groups_are_read() -> None:
    content = {
        "size": {"small": {"$type": "dimension", "$value": {"value": 4, "unit": "px"}}},
        "base": {"$type": "color", "red": {"500": {"$value": "#ff0000"}, "$description": "x"}},
        "brand": {
            "primary": {"$type": "color", "$value": "{base.red.500}"},
            "link": {"$type": "color", "$value": "{brand.primary}"},
            "lost": {"$type": "color", "$value": "{no.such}"},
            "loop": {"$type": "color", "$value": "{brand.loop}"},
        },
    }
    palette = read(content)
    assert [(each.group, each.name, each.hex) for each in palette.swatches] == [
        ("base red", "500", "#ff0000"),
        ("brand", "primary", "#ff0000"),
        ("brand", "link", "#ff0000"),
    ]
    assert palette.note == "2 of 5 color tokens were not readable and left out."


def test_a_wide_color_is_kept_and_written_in_its_space() -> None:
    content = {"p": {"a": value("display-p3", 1, 0, 0, alpha=0.5), "b": value("srgb", 0, 0, 1)}}
    palette = read(content)
    assert palette.swatches[0].wide == WideColor("display-p3", (1.0, 0.0, 0.0))
    assert [remark.count for remark in palette.remarks] == [1, 1]
    group = json.loads(tokens.dumps(palette))["p"]
    assert group["a"]["$value"] == {
        "colorSpace": "display-p3",
        "components": [1, 0, 0],
        "hex": "#ff0000",
    }
    assert read(json.loads(tokens.dumps(palette))).swatches == palette.swatches


@pytest.mark.parametrize("content", [{}, [], {"a": {"$type": "dimension", "$value": "4px"}}, "x"])
def test_a_file_without_color_tokens_is_refused(content: object) -> None:
    with pytest.raises(InputError, match="token file"):
        read(content)
