"""JSON of other programs."""

from __future__ import annotations

from typing import Any

import pytest

from palette_engine.errors import InputError
from palette_engine.formats.json_colors import read_colors

RED, GREEN = "#e6194b", "#3cb44b"


def found(content: Any) -> list[tuple[str, str]]:
    return [(swatch.hex, swatch.full_name) for swatch in read_colors(content).swatches]


@pytest.mark.parametrize(
    "content",
    [
        ["#e6194b", "#3cb44b"],
        ["e6194b", "3cb44b"],
        ["rgb(230, 25, 75)", "hsl(127.5 50% 47.06%)"],
        [[230, 25, 75], [60, 180, 75]],
        [[230, 25, 75, 255], [60, 180, 75, 255]],
        [{"r": 230, "g": 25, "b": 75}, {"r": 60, "g": 180, "b": 75}],
        {"colors": ["e6194b", "3cb44b"]},
        {"palette": [[230, 25, 75], [60, 180, 75]]},
        {"result": [{"color": "#e6194b"}, {"color": "#3cb44b"}]},
        {"compatibleVersion": "2.0", "pluginVersion": "2.22", "colors": [RED, GREEN]},
    ],
)
def test_lists_are_read(content: Any) -> None:
    assert found(content) == [(RED, ""), (GREEN, "")]


COOLORS = [
    {
        "name": "Red",
        "hex": "e6194b",
        "rgb": [230, 25, 75],
        "cmyk": [0, 89, 67, 10],
        "lab": [49, 72, 26],
    },
    {
        "name": "Green",
        "hex": "3cb44b",
        "rgb": [60, 180, 75],
        "cmyk": [67, 0, 58, 29],
        "lab": [65, 1, 2],
    },
]
SKETCH = {
    "compatibleVersion": "1.4",
    "pluginVersion": "1.4",
    "colors": [
        {"name": "Red", "red": 230 / 255, "green": 25 / 255, "blue": 75 / 255, "alpha": 1},
        {"name": "Green", "red": 60 / 255, "green": 180 / 255, "blue": 75 / 255, "alpha": 1},
    ],
}
FIGMA = {
    "status": 200,
    "meta": {
        "variables": {
            "VariableID:1:2": {
                "id": "VariableID:1:2",
                "name": "Red",
                "resolvedType": "COLOR",
                "valuesByMode": {"1:0": {"r": 230 / 255, "g": 25 / 255, "b": 75 / 255, "a": 1}},
            },
            "VariableID:1:3": {
                "id": "VariableID:1:3",
                "name": "Green",
                "valuesByMode": {"1:0": {"r": 60 / 255, "g": 180 / 255, "b": 75 / 255, "a": 1}},
            },
        }
    },
}


@pytest.mark.parametrize(
    "content",
    [
        COOLORS,
        SKETCH,
        FIGMA,
        {"Red": "#e6194b", "Green": "#3cb44b"},
        {"colors": {"Red": "#e6194b", "Green": "#3cb44b"}},
        {"theme": {"extend": {"colors": {"Red": "#E6194B", "Green": {"DEFAULT": "#3cb44b"}}}}},
        {
            "themes": [
                {"swatches": [{"name": "Red", "hex": "E6194B"}, {"name": "Green", "hex": "3CB44B"}]}
            ]
        },
        {"Red": {"hex": "#e6194b", "rgb": "rgb(230, 25, 75)"}, "Green": {"hex": "#3cb44b"}},
        [{"title": "Red", "value": "#e6194b"}, {"title": "Green", "value": "#3cb44b"}],
    ],
)
def test_names_are_read(content: Any) -> None:
    assert found(content) == [(RED, "Red"), (GREEN, "Green")]


def test_nested_names_are_groups() -> None:
    content = {"palette": {"primary": {"main": RED, "light": GREEN}, "gray": {"50": "#fafafa"}}}
    swatches = read_colors(content).swatches
    assert [(each.group, each.name) for each in swatches] == [
        ("primary", "main"),
        ("primary", "light"),
        ("gray", "50"),
    ]


def test_the_palette_of_lospec_has_its_name() -> None:
    palette = read_colors({"name": "Two", "author": "", "colors": ["e6194b", "3cb44b"]})
    assert (palette.name, [swatch.hex for swatch in palette.swatches]) == ("Two", [RED, GREEN])


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        "#e6194b text",
        {"word": "facade", "text": "tan", "number": 123456},
        ["add", "bad", "fed", "cab", "x"],
        {"points": [[1, 2, 3], [4, 5, 6]]},
        {"position": {"x": 1, "y": 2}},
        {"a": {"r": "230", "g": 25, "b": 75}},
    ],
)
def test_what_is_no_color_is_not_taken_for_one(content: Any) -> None:
    with pytest.raises(InputError, match="has no colors"):
        read_colors(content)


def test_what_is_left_out_is_told() -> None:
    content = [{"hex": "#e6194b80"}, {"hex": "none"}, {"color": "color(display-p3 0 1 0)"}]
    palette = read_colors(content)
    assert [swatch.hex for swatch in palette.swatches] == ["#e6194b", "#00ff00"]
    assert [remark.count for remark in palette.remarks] == [1, 1, 1]


def test_json_as_deep_as_python_reads_it_is_read_or_refused() -> None:
    content: Any = {"hex": "#e6194b"}
    for _ in range(400):
        content = [content]
    with pytest.raises(InputError):
        read_colors(content)
