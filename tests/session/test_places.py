"""Sessions: palettes changed by hand, places of their colors, and pictures taken apart."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.extraction.shares import measure_shares
from palette_engine.formats import loads
from palette_engine.formats.json_palette import from_object, to_object
from palette_engine.options import Options
from palette_engine.palette.edit import merge_swatches, remove_swatch
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.index_map import index_map
from palette_engine.recoloring.recolor import recolor
from palette_engine.recoloring.separation import separate
from palette_engine.recoloring.spot import spot_color
from tests.sample_pictures import noise, u8
from tests.session.test_server import (
    PICTURE,
    TAKEN,
    WHOLE,
    ask,
    layout,
    line,
    served,
    strips,
    with_alpha,
)

CODES = ["#ffffff", "#ff0000", "#000000"]
THREE = Palette(tuple(Swatch(color) for color in ((255, 255, 255), (255, 0, 0), (0, 0, 0))))
DOCUMENT = to_object(THREE)

ALPHA = np.random.default_rng(5).integers(0, 256, (30, 20), np.uint8)
COLORFUL = np.dstack([noise(4, 30, 20), ALPHA])


def thumbnail(rgba: NDArray[np.uint8]) -> bytes:
    return line(id="small", thumbnail=layout(rgba)) + rgba.tobytes()


def separation(rgba: NDArray[np.uint8], rows: int, **values: Any) -> bytes:
    return line(id=1, separate=layout(rgba, rows, colors=CODES) | values) + strips(rows, rgba)


def told(request: bytes) -> list[dict[str, Any]]:
    """Return the answers to a request, without its progress."""
    return [answer for answer in served(request) if "progress" not in answer]


def as_json(value: object) -> Any:
    return json.loads(json.dumps(value))


def places(picture: NDArray[np.uint8], **values: Any) -> list[dict[str, Any]]:
    found = index_map(picture, THREE, **values).places
    return [as_json({**vars(place)}) for place in found]


def test_a_map_says_which_color_each_pixel_of_the_thumbnail_has() -> None:
    _, answer = served(thumbnail(COLORFUL), line(id=7, map={"colors": CODES}))
    expected = index_map(COLORFUL, THREE)
    assert answer["id"] == 7
    assert answer["data"] == expected.index.tobytes()
    assert answer["map"] == {
        "width": 20,
        "height": 30,
        "none": 3,
        "depth": 1,
        "places": places(COLORFUL),
    }


def test_a_map_of_more_than_255_colors_has_two_bytes_a_pixel() -> None:
    colors = noise(1, 300)
    codes = [f"#{bytes(color).hex()}" for color in colors]
    _, answer = served(thumbnail(COLORFUL), line(id=7, map={"colors": codes}))
    palette = Palette(tuple(Swatch((r, g, b)) for r, g, b in colors.tolist()))
    expected = index_map(COLORFUL, palette).index
    assert answer["map"]["depth"] == 2
    np.testing.assert_array_equal(np.frombuffer(answer["data"], "<u2").reshape(30, 20), expected)


def test_a_map_ignores_colors() -> None:
    ignored = {"ignore": ["white"], "ignore_distance": 40}
    _, answer = served(thumbnail(COLORFUL), line(id=7, map={"colors": CODES, **ignored}))
    assert answer["data"] == index_map(COLORFUL, THREE, **ignored).index.tobytes()  # type: ignore[arg-type]
    assert answer["map"]["places"] == places(COLORFUL, **ignored)


def test_the_color_under_a_spot_is_averaged() -> None:
    opaque = with_alpha(COLORFUL[..., :3])
    answers = served(
        thumbnail(opaque),
        line(id=1, spot={"x": 3.5, "y": 4, "radius": 2}),
        line(id=2, spot={"x": 3, "y": 4}),
    )
    expected = [spot_color(opaque, 3.5, 4, 2), spot_color(opaque, 3, 4)]
    assert [answer["spot"]["hex"] for answer in answers[1:]] == [
        f"#{bytes(color).hex()}" for color in expected
    ]


def test_a_palette_is_edited() -> None:
    answers = served(
        line(id=1, edit={"palette": DOCUMENT, "do": "remove", "index": 1}),
        line(id=2, edit={"palette": DOCUMENT, "do": "merge", "index": 0, "other": 2, "name": "A"}),
        line(id=3, edit={"palette": DOCUMENT, "do": "nudge", "index": 1, "lightness": 0.1}),
        line(id=4, edit={"palette": DOCUMENT, "do": "replace", "index": 1, "color": "#123456"}),
    )
    assert answers[0] == {"id": 1, "palette": as_json(to_object(remove_swatch(THREE, 1)))}
    merged = merge_swatches(THREE, 0, 2, "A")
    assert answers[1] == {"id": 2, "palette": as_json(to_object(merged))}
    assert from_object(answers[1]["palette"]) == merged
    assert answers[2]["palette"]["swatches"][1]["edited"] is True
    assert answers[3]["palette"]["swatches"][1]["hex"] == "#123456"


def test_shares_of_an_edited_palette_are_measured() -> None:
    picture = with_alpha(noise(3, 20, 20))
    options = {"ignore": ["black"], "ignore_distance": 20}
    answers = served(
        line(id="picture", picture=layout(picture)) + picture.tobytes(),
        line(id=1, measure={"palette": DOCUMENT}),
        line(id=2, measure={"palette": DOCUMENT, "options": options}),
    )
    assert answers[0] == TAKEN
    assert answers[1]["palette"] == as_json(to_object(measure_shares(THREE, picture)))
    expected = measure_shares(THREE, picture, Options.of(options))
    assert answers[2]["palette"] == as_json(to_object(expected))


@pytest.mark.parametrize("rows", [1, 7, 30])
@pytest.mark.parametrize(("kind", "edges"), [("masks", "hard"), ("soft-masks", "soft")])
def test_a_picture_is_taken_apart_into_masks(kind: str, edges: str, rows: int) -> None:
    answers = told(separation(COLORFUL, rows, **{"as": kind}))
    expected = separate(COLORFUL, THREE, edges)
    masks = np.zeros((3, 30, 20), np.uint8)
    for answer in answers[:-1]:
        top, count = answer["strip"], answer["rows"]
        part = np.frombuffer(answer["data"], np.uint8).reshape(count, 20)
        assert part.any()
        masks[answer["color"], top : top + count] = part
    np.testing.assert_array_equal(masks, np.stack([*expected.masks]))
    np.testing.assert_array_equal(masks.sum(axis=0), ALPHA)
    ended = {"width": 20, "height": 30, "none": 3, "depth": 1, "places": places(COLORFUL)}
    assert answers[-1] == {"id": 1, "separated": ended}


def test_masks_of_a_selection_count() -> None:
    mask = np.random.default_rng(6).integers(0, 256, (30, 20), np.uint8)
    values = layout(COLORFUL, 11, colors=CODES) | {"planes": ["rgba", "mask"]}
    answers = told(line(id=1, separate=values) + strips(11, COLORFUL, mask))
    total = np.zeros((30, 20), np.uint32)
    for answer in answers[:-1]:
        top, count = answer["strip"], answer["rows"]
        total[top : top + count] += np.frombuffer(answer["data"], np.uint8).reshape(count, 20)
    product = np.round(ALPHA.astype(float) * mask / 255)
    assert abs(total - product).max() <= 0.5


def test_a_picture_is_taken_apart_into_indexes() -> None:
    ignored = {"ignore": ["#ff0000"], "ignore_distance": 30}
    answers = told(separation(COLORFUL, 7, **{"as": "index"}, **ignored))
    index = index_map(COLORFUL, THREE, **ignored).index  # type: ignore[arg-type]
    assert [(answer["strip"], answer["rows"]) for answer in answers[:-1]] == [
        (0, 7),
        (7, 7),
        (14, 7),
        (21, 7),
        (28, 2),
    ]
    assert b"".join(answer["data"] for answer in answers[:-1]) == index.tobytes()
    assert answers[-1]["separated"]["places"] == places(COLORFUL, **ignored)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"map": {"colors": CODES}}, "There is no thumbnail; send one first."),
        ({"spot": {"x": 0, "y": 0}}, "There is no thumbnail; send one first."),
        ({"measure": {"palette": DOCUMENT}}, "There is no picture"),
        ({"measure": {"palette": {}}}, "not a palette"),
        ({"edit": {"palette": DOCUMENT, "do": "paint"}}, "do must be remove, replace"),
        ({"edit": {"palette": DOCUMENT, "do": ["remove"]}}, "do must be remove, replace"),
        ({"edit": {"palette": DOCUMENT, "do": "remove"}}, "The arguments do not fit remove"),
        ({"edit": {"palette": DOCUMENT, "do": "remove", "index": 0, "x": 1}}, "do not fit"),
        ({"edit": {"palette": DOCUMENT, "do": "remove", "index": 3}}, "index 3"),
        ({"edit": {"palette": DOCUMENT, "do": "merge", "index": 0, "other": 1, "name": 5}}, "text"),
        ({"edit": {"palette": None, "do": "remove", "index": 3}}, "not a palette"),
        ({"edit": []}, "must be an object"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_session_continues(
    request_: dict[str, Any], error: str
) -> None:
    refused, taken = served(line(id=1, **request_), WHOLE)
    assert refused["id"] == 1
    assert error in refused["error"]
    assert taken == TAKEN


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"colors": []}, "The palette has no colors"),
        ({"colors": ["red"]}, "colors must be a list of colors"),
        ({"colors": ["#000000"] * 257}, "up to 256"),
        ({"as": "layers"}, "as must be index, masks, soft-masks, not 'layers'"),
        ({"as": None}, "as must be"),
        ({"ignore": ["red"]}, "ignore must be"),
        ({"ignore_distance": -1}, "ignore_distance must be"),
    ],
)
def test_a_separation_that_does_not_fit_is_refused_and_its_pixels_skipped(
    values: dict[str, Any], error: str
) -> None:
    refused, taken = served(separation(COLORFUL, 9, **values), WHOLE)
    assert error in refused["error"]
    assert taken == TAKEN


def test_a_thumbnail_without_a_point_there_is_no_spot() -> None:
    _, one, two = served(
        thumbnail(PICTURE), line(id=1, spot={"x": 5, "y": 0}), line(id=2, spot={"x": None, "y": 0})
    )
    assert "outside of the picture" in one["error"]
    assert "numbers" in two["error"]


def test_a_small_picture_can_be_all_of_one_color() -> None:
    _, answer = served(
        thumbnail(u8(np.full((2, 3, 4), 255))), line(id=1, map={"colors": ["#000000"]})
    )
    assert answer["data"] == bytes(6)
    assert answer["map"]["places"] == [
        {"pixels": 6, "area": 1530, "share": 1.0, "box": [0, 0, 3, 2], "center": [1.5, 1.0]}
    ]


def test_palettes_and_previews_start_from_the_palette_that_is_seen() -> None:
    picture = with_alpha(noise(7, 40, 40, top=200))
    sent = line(id="picture", picture=layout(picture)) + picture.tobytes()
    options = {"colors": 6, "order": "lightness"}
    seen = [row["hex"] for row in served(sent, ask(1, **options))[1]["palette"]["swatches"]]
    kept = {**options, "keep": [seen[2]], "start": seen}
    answers = served(
        sent, thumbnail(picture), ask(1, **kept), line(id=2, preview={"options": kept})
    )
    for answer in answers[2:]:
        assert [row["hex"] for row in answer["palette"]["swatches"]] == seen
    expected = np.asarray(recolor(picture, loads("\n".join(seen).encode(), "a.hex")).convert("RGB"))
    pixels = np.frombuffer(answers[-1]["data"], np.uint8).reshape(40, 40, 4)
    np.testing.assert_array_equal(pixels[..., :3], expected)


def test_a_map_after_a_preview_is_that_of_its_colors_and_of_the_thumbnail_that_is_there() -> None:
    other = with_alpha(noise(8, 9, 5))
    answers = served(
        WHOLE,
        thumbnail(COLORFUL),
        line(id=2, preview={"options": {"colors": 2, "order": "lightness"}}),
        line(id=3, map={"colors": ["#ff0000", "#c86432"]}),
        line(id=4, map={"colors": ["#c86432", "#ff0000"]}),
        thumbnail(other),
        line(id=5, map={"colors": ["#c86432", "#ff0000"]}),
    )
    red, brown = Swatch((255, 0, 0)), Swatch((200, 100, 50))
    expected = [
        index_map(COLORFUL, Palette((red, brown))),
        index_map(COLORFUL, Palette((brown, red))),
        index_map(other, Palette((brown, red))),
    ]
    found = [answer["data"] for answer in answers if "map" in answer]
    assert found == [each.index.tobytes() for each in expected]


@pytest.mark.parametrize("start", ["#000000", ["red"], [5], None])
def test_a_start_that_is_no_list_of_colors_is_refused(start: Any) -> None:
    _, answer = served(WHOLE, ask(1, start=start))
    assert answer["error"] == 'start must be a list of colors like "#e6194b".'


def test_a_map_without_places_has_the_same_pixels() -> None:
    ignored = {"ignore": ["white"], "ignore_distance": 40}
    _, plain, other, again = served(
        thumbnail(COLORFUL),
        line(id=1, map={"colors": CODES, "places": False}),
        line(id=2, map={"colors": CODES, "places": False, **ignored}),
        line(id=3, map={"colors": CODES}),
    )
    assert plain["data"] == again["data"] == index_map(COLORFUL, THREE).index.tobytes()
    assert other["data"] == index_map(COLORFUL, THREE, **ignored).index.tobytes()  # type: ignore[arg-type]
    assert plain["map"]["places"] == other["map"]["places"] == []
    assert plain["map"]["none"] == other["map"]["none"] == 3
    assert again["map"]["places"] == places(COLORFUL)
