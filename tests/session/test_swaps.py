"""Swaps in a session: pictures and thumbnails that follow as swatches are edited."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.color.hex_code import parse_hex
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.color_mapping import COARSE_NODES, ColorMapping
from palette_engine.recoloring.swap import swap_colors
from tests.sample_pictures import noise
from tests.session.test_previews import thumbnail
from tests.session.test_server import layout, line, recolored, served, strips, with_alpha

pytestmark = pytest.mark.slow

COLORS, EDITED = ["#d5633e", "#4e3c25", "#dcd3d1"], ["#2050d0", "#4e3c25", "#dcd3d1"]


def palette(codes: list[str]) -> Palette:
    return Palette(tuple(Swatch(parse_hex(code)) for code in codes))


def swapping(*planes: NDArray[np.uint8], strip: int, **values: Any) -> bytes:
    """Return a request to swap colors of a picture, with its strips."""
    kinds = ["rgba", *["mask"] * (len(planes) - 1)]
    known = {"colors": COLORS, "edited": EDITED} | values
    wanted = layout(planes[0], strip, planes=kinds, **known)
    return line(id=7, swap=wanted) + strips(strip, *planes)


@pytest.mark.parametrize("strip", [1, 7, 60])
def test_a_swapped_picture_is_that_of_the_same_picture_as_a_file(strip: int) -> None:
    rgb, mask = noise(0, 60, 41), noise(1, 60, 41)[..., 0]
    *answers, last = served(swapping(with_alpha(rgb), mask, strip=strip))
    found = recolored(answers, 41)
    expected = swap_colors(rgb, palette(COLORS), palette(EDITED)).convert("RGB")
    assert np.array_equal(found[..., :3], np.asarray(expected))
    assert np.array_equal(found[..., 3], mask)
    assert last == {"id": 7, "swapped": {"width": 41, "height": 60}}


def test_a_swapped_thumbnail_is_that_of_a_coarser_mapping() -> None:
    rgba = with_alpha(noise(0, 20, 30))
    rgba[3, 4, 3] = 0
    request = line(id=8, swap_thumbnail={"colors": COLORS, "edited": EDITED})
    *_, first, answer = served(thumbnail(rgba), request, request)
    assert first == answer
    assert answer["swap_thumbnail"] == {"colors": COLORS, "edited": EDITED}
    found = np.frombuffer(answer["data"], np.uint8).reshape(20, 30, 4)
    change = ColorMapping.of(palette(COLORS), palette(EDITED), COARSE_NODES)
    assert np.array_equal(found[..., :3].reshape(-1, 3), change(rgba[..., :3].reshape(-1, 3)))
    assert np.array_equal(found[..., 3], rgba[..., 3])


def test_swaps_name_colors_that_take_the_place_of_the_nearest_or_are_added() -> None:
    rgba = with_alpha(noise(0, 6, 5))
    # The first is near #d5633e, the second is a swatch, and the third is near none.
    swaps = ["d6643f=2050d0", "#4e3c25 = #806040", "#00ff00=white"]
    before = ["#d6643f", "#4e3c25", "#dcd3d1", "#00ff00"]
    after = ["#2050d0", "#806040", "#dcd3d1", "#ffffff"]
    named = swapping(rgba, strip=3, edited=None, swaps=swaps)
    small = {"colors": COLORS, "swaps": swaps}
    *strips_of, last, _, answer = served(named, thumbnail(rgba), line(id=8, swap_thumbnail=small))
    assert answer["swap_thumbnail"] == {"colors": before, "edited": after}
    assert "swapped" in last
    expected = swap_colors(rgba[..., :3], palette(before), palette(after)).convert("RGB")
    assert np.array_equal(recolored(strips_of, 5)[..., :3], np.asarray(expected))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"edited": None}, "edited must be a list of colors"),
        ({"edited": ["#fff"] * 3}, "edited must be a list of colors"),
        ({"colors": ["white"] * 3}, "colors must be a list of colors"),
        ({"edited": EDITED[:2]}, "The edited palette has 2 colors and the other 3"),
        ({"swaps": "#d5633e=#2050d0"}, "swaps must be a list of texts"),
        ({"swaps": [["#d5633e", "#2050d0"]]}, "swaps must be a list of texts"),
        ({"swaps": ["#d5633e"]}, "A swap is OLD=NEW"),
        ({"swaps": ["d5633e=white", "d5633e=black"]}, "#d5633e is swapped twice"),
        ({"colors": [], "edited": []}, "The palette has no colors"),
        ({"colors": ["#ff0000"] * 3}, "Swatches of the same color become different ones"),
    ],
    ids=str,
)
def test_a_wrong_swap_is_answered_and_the_session_goes_on(
    wrong: dict[str, Any], message: str
) -> None:
    rgba = with_alpha(noise(0, 5, 4))
    values = {"colors": COLORS, "edited": EDITED}
    small = line(id=8, swap_thumbnail=values | wrong)
    first, _, second, last = served(
        swapping(rgba, strip=2, **wrong),
        thumbnail(rgba),
        small,
        line(id=9, swap_thumbnail=values),
    )
    assert (first["id"], second["id"], last["id"]) == (7, 8, 9)
    assert message in first["error"]
    assert message in second["error"]
    assert "error" not in last


def test_without_a_thumbnail_there_is_nothing_to_swap() -> None:
    (answer,) = served(line(id=8, swap_thumbnail={"colors": COLORS, "edited": EDITED}))
    assert answer == {"id": 8, "error": "There is no thumbnail to recolor; send one first."}
