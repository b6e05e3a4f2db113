"""What the page shows of a palette."""

from __future__ import annotations

import json
import math

import pytest

from palette_engine import formats
from palette_engine.color.contrast import contrast_ratio
from palette_engine.formats.json_palette import from_object
from palette_engine.palette.value import Difference, Palette, Swatch
from palette_engine.web.palette_json import MATCHES, NOTATIONS, difference_sentence, palette_json
from tools.provisioning.debian import REPOSITORY


def test_a_view_is_json_and_its_document_gives_the_palette_again(flag: Palette) -> None:
    view = json.loads(json.dumps(palette_json(flag)))
    assert from_object(view["document"]) == flag
    assert view["name"] == "Tricolore"
    assert [swatch["percent"] for swatch in view["swatches"]] == ["50.0%", "43.8%", "6.2%"]


def test_what_is_copied_is_what_would_be_written(flag: Palette) -> None:
    texts = palette_json(flag)["texts"]
    assert [*texts] == [*NOTATIONS]
    for name, text in texts.items():
        assert text.encode() == formats.dumps(flag, name)


def test_the_ink_can_be_read_on_its_color() -> None:
    levels = (0, 51, 102, 119, 128, 153, 204, 255)
    colors = [(red, green, blue) for red in levels for green in levels for blue in levels]
    view = palette_json(Palette(tuple(map(Swatch, colors))))
    for color, swatch in zip(colors, view["swatches"], strict=True):
        red, green, blue = bytes.fromhex(swatch["ink"][1:])
        assert contrast_ratio(color, (red, green, blue)) >= 4.5


def test_a_color_without_a_share_has_none_in_words() -> None:
    (swatch,) = palette_json(Palette((Swatch((1, 2, 3)),)))["swatches"]
    assert (swatch["share"], swatch["percent"]) == (0, "")


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (0.0, "a very good match"),
        (3.0, "a very good match"),
        (3.01, "a good match"),
        (6.0, "a good match"),
        (9.9, "a fair match"),
        (10.1, "a rough match"),
        (99.0, "a rough match"),
    ],
)
def test_a_match_has_the_words_of_gimps_dialog(mean: float, words: str) -> None:
    palette = Palette((Swatch((1, 2, 3), 1.0),), difference=Difference(mean, 2 * mean))
    assert palette_json(palette)["match"] == words
    widgets = REPOSITORY / "gimp_plugin/extract-palette/extract_palette/widgets"
    source = (widgets / "captions.py").read_text()
    for most, known in MATCHES:
        number = 'float("inf")' if most == math.inf else str(most)
        assert f'({number}, _("{known}"))' in source


def test_the_fit_is_said_in_numbers_too() -> None:
    assert difference_sentence(Difference(3.04, 8.96)).startswith(
        "Mean difference from the picture: ΔE 3.0. 95% of the area is within ΔE 9.0. "
    )


@pytest.mark.parametrize("note", ["", "Only 1 color was found in the picture; 3 were asked for."])
def test_fewer_colors_than_asked_for_are_said(note: str) -> None:
    palette = Palette((Swatch((1, 2, 3), 1.0),), asked=3 if note else 1)
    assert palette_json(palette)["note"] == note
