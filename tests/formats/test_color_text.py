"""Colors in text: what people write is read, and prose is never taken for a color."""

from __future__ import annotations

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import MAX_COLORS, color_text, loads
from palette_engine.formats.color_text import loads_text

RED, GREEN, BLUE = "#e6194b", "#3cb44b", "#4363d8"


def found(text: str) -> list[tuple[str, str]]:
    return [(swatch.hex, swatch.name) for swatch in loads_text(text).swatches]


def colors(text: str) -> list[str]:
    return [hex_code for hex_code, _ in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "#e6194b, #3cb44b, #4363d8",
        "#e6194b,#3cb44b,#4363d8",
        "#e6194b #3cb44b #4363d8",
        "#e6194b;#3cb44b;#4363d8",
        "#e6194b|#3cb44b|#4363d8",
        "e6194b 3cb44b 4363d8",
        "e6194b, 3cb44b, 4363d8",
        "// my palette\n#e6194b\n#3cb44b\n#4363d8",
        "# my palette\n#e6194b\n# more\n#3cb44b\n#4363d8",
        "; my palette\ne6194b\n3cb44b\n4363d8",
        "-- my palette\n#e6194b\n#3cb44b\n#4363d8",
        "/* my\n#000000\npalette */\n#e6194b\n#3cb44b\n#4363d8",
        "['#e6194b', '#3cb44b', '#4363d8']",
        '["#e6194b", "#3cb44b", "#4363d8"]',
        '("e6194b", "3cb44b", "4363d8")',
        "{#E6194B}\n{#3CB44B}\n{#4363D8}",
        "“#e6194b”\n“#3cb44b”\n“#4363d8”",
        "#e6194bff\n#3cb44bff\n#4363d8ff",
        "#ffe6194b\n#ff3cb44b\n#ff4363d8",
        "FFE6194B\r\nFF3CB44B\r\nFF4363D8\r\n",
        "e6194b80\n3cb44bff\n4363d800",
        "0xe6194b\n0x3cb44b\n0x4363d8",
        "0xE6194B, 0x3CB44B, 0x4363D8",
        "Color(0xFFE6194B)\nColor(0xFF3CB44B)\nColor(0x804363D8)",
        "0xe6194bff 0x3cb44bff 0x4363d8ff",
        "rgb(230, 25, 75)\nrgb(60 180 75)\nRGB(67,99,216)",
        "rgba(230, 25, 75, 0.5)\nrgba(60 180 75 / 50%)\nrgb(26.3% 38.8% 84.7%)",
        "https://coolors.co/e6194b-3cb44b-4363d8",
        "https://coolors.co/palette/e6194b-3cb44b-4363d8 by me",
        "#e6194b // was #ff0000\n#3cb44b // was #00ff00\n#4363d8",
    ],
)
def test_a_list_as_people_write_it_is_read(text: str) -> None:
    assert colors(text) == [RED, GREEN, BLUE]


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#f0a", "#ff00aa"),
        ("#f0a8", "#ff00aa"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("hsl(120deg 100% 25%)", "#008000"),
        ("hsla(0.5turn 100% 50% / 0.5)", "#00ffff"),
        ("hwb(0 0% 0%)", "#ff0000"),
        # The values of the sRGB primaries in CSS Color 4, 9.3 and 9.4.
        ("oklch(62.796% 0.25768 29.2339)", "#ff0000"),
        ("oklab(86.644% -0.23389 0.1795)", "#00ff00"),
        ("lab(46.2775 -47.5524 48.5837)", "#008000"),
        ("lch(29.2345% 44.2 27)", "#7d2329"),
        ("color(srgb 1 0.5 0)", "#ff8000"),
        ("rebeccapurple", "#663399"),
        ("Tan", "#d2b48c"),
    ],
)
def test_every_notation_of_css_is_read(text: str, color: str) -> None:
    assert colors(text) == [color]


@pytest.mark.parametrize("text", ["red, green, blue", "red\nGreen\nBLUE", '"red" "green" "blue"'])
def test_names_of_css_are_read_if_there_is_nothing_else(text: str) -> None:
    assert colors(text) == ["#ff0000", "#008000", "#0000ff"]


def test_names_of_css_are_read_among_codes_of_their_own_lines() -> None:
    text = "#e6194b\nrgb(60, 180, 75)\nrebeccapurple\noklch(62.796% 0.25768 29.2339)\ntan"
    assert colors(text) == [RED, GREEN, "#663399", "#ff0000", "#d2b48c"]


@pytest.mark.parametrize(
    "text",
    [
        "#e6194b Red\n#3cb44b Green",
        "e6194b Red\n3cb44b Green",
        "Red #e6194b\nGreen #3cb44b",
        "Red e6194b\nGreen 3cb44b",
        "Red: #e6194b\nGreen: #3cb44b",
        "Red = #e6194b;\nGreen = #3cb44b;",
        '"Red": "#e6194b",\n"Green": "#3cb44b",',
        "1. Red #e6194b\n2. Green #3cb44b",
        "- #e6194b (Red)\n- #3cb44b (Green)",
        "#e6194b; Red\n#3cb44b; Green",
        "#e6194b // Red\n#3cb44b -- Green",
        "#e6194b # Red\n#3cb44b # Green",
        "/* Red */ #e6194b\n#3cb44b /* Green */",
        "Red #e6194b, Green #3cb44b",
        "#e6194b Red, #3cb44b Green",
        "Red\n#e6194b\nGreen\n#3cb44b",
        "Red\nHEX: #e6194b\n\nGreen\nHEX: #3cb44b",
        "Red   #E6194B   rgb(230, 25, 75)\nGreen\t#3CB44B\trgb(60, 180, 75)",
        "--Red: #e6194b;\n$Green: #3cb44b;",
        "Red | #e6194b\nGreen | #3cb44b",
    ],
)
def test_names_are_read_wherever_they_are(text: str) -> None:
    assert found(text) == [(RED, "Red"), (GREEN, "Green")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "tan leather",
        "I have a tan.",
        "The decade of the old facade",
        "The decade\nAn old facade",
        "add\nbad\nfed",
        "facade\ndecade",
        "see issue #123456",
        "Fixes #123456, closes #333.",
        "There are many open questions here, such as #123456 and #333.",
        "#add more colors here",
        "#e6194g",
        "##e6194b",
        "#e6194",
        "#e6194b0",
        "e6 19 4b",
        "&#123456; &#x27;",
        "page.html#abc https://example.org/#fff",
        "Invoice 123456\nInvoice 234567",
        "20240131\n20240201",
        "color: red; background: tan",
        "rgb(230, 25)",
        "rgb(var(--red))",
        "Orange juice and red wine",
        "transparent",
        "currentcolor",
        "d41d8cd98f00b204e9800998ecf8427e",
        "123e4567-e89b-12d3-a456-426614174000",
        "// #e6194b",
        "; e6194b",
        "-- #e6194b",
        "# #e6194b",
        "١٢٣٤٥٦",
    ],
)
def test_prose_and_numbers_are_not_taken_for_colors(text: str) -> None:
    with pytest.raises(InputError, match="has no colors"):
        loads_text(text)


def test_colors_in_a_sentence_are_read_without_names() -> None:
    text = "Use #e6194b for headings, and never #3cb44b on it; issue #123456 says why."
    assert found(text) == [(RED, ""), (GREEN, "")]


def test_a_heading_is_not_the_name_of_the_first_color() -> None:
    palette = loads_text("My palette\n#e6194b\n#3cb44b")
    assert [swatch.name for swatch in palette.swatches] == ["", ""]
    assert palette.note == "Line 1 is not a color and was left out."


@pytest.mark.parametrize(
    ("text", "count", "note"),
    [
        ("#e6194b", 0, ""),
        ("#e6194b\n// comment\n\n{\n}", 0, ""),
        ("#e6194b\n#e6194g", 1, "Line 2 is not a color and was left out."),
        ("#e6194b\nx\n#000\ny y\nz", 3, "3 lines are not colors and were left out, as line 2."),
        ("#e6194b80", 1, "The alpha of 1 color was left out."),
        ("e6194bff\n3cb44bff", 2, "The alpha of 2 colors was left out."),
        ("#f008", 1, "The alpha of 1 color was left out."),
        ("rgb(1 2 3 / 50%)", 1, "The alpha of 1 color was left out."),
        ("color(display-p3 1 0 0)", 1, "1 color is beyond sRGB and was clipped."),
    ],
)
def test_what_is_left_out_or_clipped_is_told_and_counted(text: str, count: int, note: str) -> None:
    palette = loads_text(text)
    assert palette.note == note
    assert sum(remark.count for remark in palette.remarks) == count


def test_the_name_of_a_palette_is_read_from_a_comment() -> None:
    assert loads_text(";Palette Name: Sunny Two\n;Colors: 1\nFFE6194B").name == "Sunny Two"


FUNCTIONS = " ".join(f"lab({number}x)" for number in range(MAX_COLORS + 1))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hex", f"#e6194b {FUNCTIONS}"),
        ("css", f"a {{ color: {FUNCTIONS}; }}"),
        ("csv", f"hex\n#e6194b\n{FUNCTIONS}"),
        ("json", f'["#e6194b", "{FUNCTIONS}"]'),
        ("tokens", f'{{"$type": "color", "a": {{"$value": "{FUNCTIONS}"}}}}'),
        ("hex", "\n".join(f"{number:06x} {number:06x}" for number in range(MAX_COLORS))),
    ],
    ids=["hex", "css", "csv", "json", "tokens", "digits"],
)
def test_more_functions_than_a_palette_has_colors_are_not_even_tried(name: str, text: str) -> None:
    with pytest.raises(InputError, match="at most 65,536 colors"):
        loads(text.encode(), "many", name)


def test_plain_rgb_is_what_css_says() -> None:
    for text in ("rgb(230, 25, 75)", "RGB( 230 25 75 )", "rgba(230,25,75)", "rgb(230 25 75 / 1)"):
        assert loads(f"{text}\n".encode()).swatches[0].color == (230, 25, 75)
    assert loads(b"rgb(300, 25, 75)\n").swatches[0].color == (255, 25, 75)


def test_each_code_of_a_long_list_is_looked_at_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def count(code: str) -> bool:
        nonlocal looked
        looked += 1
        return not code.isalpha() and not code.isdecimal()

    monkeypatch.setattr(color_text, "_is_mixed", count)
    lines = ["a heading of this list", *(f"{number:06d}" for number in range(3000))]
    with pytest.raises(InputError):
        loads_text("\n".join(lines))
    assert 0 < looked < 4 * len(lines)


@pytest.mark.parametrize(
    "text",
    [
        *("oklch(0.5 0.1 1e999)", "oklch(1e300 0.1 30)", "lab(50 1e200 1)", "hsl(1e999 50% 50%)"),
        *("color(xyz 1e308 1e308 1e308)", "oklab(-1e200 0 0)", "lch(50 10 -1e999)"),
    ],
)
def test_coordinates_beyond_all_colors_are_no_color(text: str) -> None:
    assert [each.color for each in loads_text(f"#e6194b\n{text}\n").swatches] == [(230, 25, 75)]
