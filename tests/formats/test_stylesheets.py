"""CSS, Tailwind CSS and SCSS."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import FORMATS, css, loads
from palette_engine.palette.value import Palette, Swatch, WideColor
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


def found(text: str) -> list[tuple[str, str]]:
    return [(swatch.hex, swatch.name) for swatch in css.loads(text.encode()).swatches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ":root{--red:#f00;--brand-500:rgb(0 0 255/50%)}",
            [("#ff0000", "red"), ("#0000ff", "brand-500")],
        ),
        ("--color-red: hsl(0, 100%, 50%);\n--size: 4px;", [("#ff0000", "red")]),
        ("$red: #f00 !default;\n$blue: blue;", [("#ff0000", "red"), ("#0000ff", "blue")]),
        ("@red: #f00;\n@link: @red;", [("#ff0000", "red"), ("#ff0000", "link")]),
        (":root { --red: #f00; --link: var(--red); }", [("#ff0000", "red"), ("#ff0000", "link")]),
        ("/* --red: #f00; */ --blue: #00f; // --green: #0f0;", [("#0000ff", "blue")]),
        ("--loop: var(--loop); --red: #f00;", [("#ff0000", "red")]),
        ("--icon: url('data:image/svg+xml;#abc'); --red: #f00;", [("#ff0000", "red")]),
        ("/* Colors */\n:root { /* The brand */\n --red: #f00; }", [("#ff0000", "red")]),
        (
            "$colors: (\n  'red': #f00,\n  blue: rgb(0, 0, 255)\n);",
            [("#ff0000", "red"), ("#0000ff", "blue")],
        ),
        (
            "a { color: red; border: 1px solid #00f }\nb { color: RED }",
            [("#0000ff", ""), ("#ff0000", "")],
        ),
        ("a:hover { background: linear-gradient(#f00, #00f) }", [("#ff0000", ""), ("#0000ff", "")]),
    ],
)
def test_stylesheets_of_others_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(found(text)) == sorted(expected)


@pytest.mark.parametrize("text", ["", "a { top: 0 }", "a { font-family: Tan, Navy }", "/* #f00 */"])
def test_a_stylesheet_without_colors_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="has no colors"):
        css.loads(text.encode())


def test_maps_are_groups_and_one_alone_is_the_palette() -> None:
    text = b"$warm: (red: #f00, gold: #fc0);\n$cold: (blue: #00f);"
    assert [(each.group, each.name) for each in loads(text, "a.scss").swatches] == [
        ("warm", "red"),
        ("warm", "gold"),
        ("cold", "blue"),
    ]
    palette = loads(b"$brand-colors: (red: #f00, gold: #fc0);", "a.scss")
    assert (palette.name, {each.group for each in palette.swatches}) == ("brand-colors", {""})


def test_colors_outside_of_variables_are_told() -> None:
    palette = css.loads(b":root { --red: #f00 } a { color: #f00; fill: #00f } b { color: #0f0 }")
    assert [swatch.hex for swatch in palette.swatches] == ["#ff0000"]
    assert palette.note == "2 colors outside of variables were left out."


def test_colors_beyond_srgb_are_clipped_with_a_remark() -> None:
    palette = css.loads(b"--red: color(display-p3 1 0 0); --gray: oklch(0.5 0 0);")
    assert [swatch.hex for swatch in palette.swatches] == ["#ff0000", "#636363"]
    assert palette.swatches[0].wide == WideColor("display-p3", (1.0, 0.0, 0.0))
    assert palette.note == "1 color is beyond sRGB and was clipped."


def test_colors_after_a_comma_or_in_nested_functions_count() -> None:
    text = b"""
    a:hover, #fad { box-shadow: 0 1px #fff inset, -0.3mm 0.6mm #FA0 inset, 0 0 2px red }
    b { background: url(x.png#123456) linear-gradient(rgba(1, 2, 3, 1), #030201), "#abcdef", #FFC; }
    """
    found = [swatch.hex for swatch in loads(text, "a.css").swatches]
    assert sorted(found) == [
        *("#010203", "#030201", "#ff0000", "#ffaa00", "#ffffcc", "#ffffff"),
    ]
