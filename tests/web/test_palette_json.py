"""What the page shows of a palette."""

from __future__ import annotations

import json

import pytest

from palette_engine import formats
from palette_engine.color.contrast import contrast_ratio
from palette_engine.formats.json_palette import from_object
from palette_engine.palette.value import Difference, Palette, Swatch
from palette_engine.web.palette_json import JUDGMENTS, NOTATIONS, difference_sentence, palette_json


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


def test_a_larger_difference_is_never_called_better() -> None:
    means = [most for most, _ in JUDGMENTS]
    assert means == sorted(means)
    said = [
        difference_sentence(Difference(mean, 2 * mean)).split(" The difference")[0]
        for mean in [*means, 99]
    ]
    assert len({*said}) == len(said) == len(JUDGMENTS) + 1


def test_the_fit_is_said_in_numbers_too() -> None:
    assert difference_sentence(Difference(3.04, 8.96)).endswith(
        "The difference (ΔE2000) is 3.0 on average, and at most 9.0 for 95 % of the picture."
    )


@pytest.mark.parametrize("note", ["", "Only 1 color was found in the picture; 3 were asked for."])
def test_fewer_colors_than_asked_for_are_said(note: str) -> None:
    palette = Palette((Swatch((1, 2, 3), 1.0),), asked=3 if note else 1)
    assert palette_json(palette)["note"] == note
