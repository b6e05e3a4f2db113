"""CSS, Tailwind CSS and SCSS."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from palette_engine.formats import FORMATS
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

LINES = {
    "css": r":root \{|\}|  /\* [^*/<>:;{}]+ \*/|  --color-[a-z0-9-]+: #[0-9a-f]{6};",
    "tailwind": r"@theme \{|\}|  /\* [^*/<>:;{}]+ \*/|  --color-[a-z0-9-]+: #[0-9a-f]{6};",
    "scss": r"// [^*/<>:;{}]+|\$color-[a-z0-9-]+: #[0-9a-f]{6};"
    r'|\$palette: \(|  "[a-z0-9-]+": \$color-[a-z0-9-]+,|\);',
}
"""All that a line can be."""

each = pytest.mark.parametrize("name", LINES)


def written(name: str, palette: Palette) -> str:
    dumps = FORMATS[name].dumps
    assert dumps is not None
    return dumps(palette).decode()


@pytest.mark.parametrize(("name", "rule"), [("css", ":root"), ("tailwind", "@theme")])
def test_a_palette_is_a_custom_property_a_color(name: str, rule: str, flag: Palette) -> None:
    assert written(name, flag) == (
        f"{rule} {{\n"
        "  /* Crème “brûlée” */\n"
        "  --color-creme-brulee: #e6194b;\n"
        "  /* White */\n"
        "  --color-white: #ffffff;\n"
        "  --color-3: #000009;\n"
        "}\n"
    )


def test_a_palette_is_a_variable_a_color_and_a_map(flag: Palette) -> None:
    assert written("scss", flag) == (
        "// Crème “brûlée”\n"
        "$color-creme-brulee: #e6194b;\n"
        "// White\n"
        "$color-white: #ffffff;\n"
        "$color-3: #000009;\n"
        "$palette: (\n"
        '  "creme-brulee": $color-creme-brulee,\n'
        '  "white": $color-white,\n'
        '  "3": $color-3,\n'
        ");\n"
    )


@each
@pytest.mark.parametrize("hostile", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_adds_a_color_or_a_rule(name: str, hostile: str) -> None:
    swatches = (Swatch((9, 8, 7), 0.5, hostile), Swatch((6, 5, 4), 0.5, hostile))
    text = written(name, Palette(swatches, hostile, hostile))
    lines = text.removesuffix("\n").split("\n")
    assert all(re.fullmatch(LINES[name], line) for line in lines)
    assert re.findall(r"#[0-9a-f]{6}", text) == ["#090807", "#060504"]
    variables = re.findall(r"^ *[$-]+(color-\S+):", text, re.MULTILINE)
    assert len({*variables}) == 2


class _Tags(HTMLParser):
    """The elements that begin in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Remember an element."""
        self.found.append(tag)


@each
@pytest.mark.parametrize("hostile", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_ends_the_style_of_a_page(name: str, hostile: str) -> None:
    text = written(name, Palette((Swatch((9, 8, 7), 0.5, hostile),), hostile))
    page = _Tags()
    page.feed(f"<style>{text}</style><p>")
    assert page.found == ["style", "p"]


@pytest.mark.parametrize("hostile", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_programs_that_look_for_color_in_lines_find_each_once(hostile: str) -> None:
    swatches = (Swatch((9, 8, 7), 0.5, hostile), Swatch((6, 5, 4), 0.5, f"color {hostile}"))
    text = written("css", Palette(swatches, hostile))
    found = [re.fullmatch(r".*color.*:(.*);", line, re.IGNORECASE) for line in text.splitlines()]
    assert [match[1] for match in found if match] == [" #090807", " #060504"]
