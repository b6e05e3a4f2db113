"""Palettes of several pictures together, in sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine import extract, extract_together
from palette_engine.extraction.summary import SampledPicture, SeveralPictures, Summary
from palette_engine.formats.json_palette import to_object
from palette_engine.palette.value import Palette
from palette_engine.pictures.pixels import Frame, Pixels
from tests.sample_pictures import BROWN, blocks
from tests.session.test_server import RED, ask, found, header, line, served, with_alpha

BLUE = (0, 0, 160)
SMALL = with_alpha(blocks((BROWN, 3), (RED, 1)).reshape(2, 2, 3))
LARGE = with_alpha(np.full((40, 60, 3), BLUE, np.uint8))
INVISIBLE = with_alpha(np.full((4, 4, 3), BLUE, np.uint8), alpha=0)


def part(number: Any, rgba: NDArray[np.uint8]) -> bytes:
    return header(rgba, part=number) + rgba.tobytes()


def together(*numbers: Any) -> bytes:
    return line(id="together", together={"parts": [*numbers]})


def swatches(palette: Palette) -> Any:
    return to_object(palette)["swatches"]


def test_pictures_together_count_the_same_whatever_their_sizes() -> None:
    small, large, answer, palette = served(
        part(3, SMALL), part(5, LARGE), together(3, 5), ask(1, colors=3)
    )
    assert small == large == {"id": "picture", "picture": {"empty": False}}
    assert answer == {"id": "together", "together": {}}
    shares = {"#0000a0": 0.5, "#ff0000": 0.125, _hex(BROWN): 0.375}
    assert found(palette) == pytest.approx(shares, abs=1e-6)


@pytest.mark.parametrize("order", ["share", "image", "smooth"])
@pytest.mark.parametrize("colors", [4, "auto"])
def test_the_palette_is_that_of_python(
    order: str, colors: int | str, photo: NDArray[np.uint8]
) -> None:
    pictures = [photo, photo[::-1, :200], SMALL[..., :3]]
    sent = [part(number, with_alpha(picture)) for number, picture in enumerate(pictures)]
    options = {"colors": colors, "order": order, "names": "css", "min_distance": 5.0}
    *_rest, answer = served(*sent, together(0, 1, 2), ask(1, **options))
    expected = extract_together([*pictures], **options)  # type: ignore[arg-type]
    assert answer["palette"]["swatches"] == swatches(expected)
    assert answer["palette"]["difference"] == to_object(expected)["difference"]


def test_parts_are_chosen_anew_without_being_sent_again() -> None:
    *_sent, _1, both, _2, one, _3, other = served(
        *(part(1, SMALL), part(2, LARGE)),
        *(together(1, 2), ask(1, colors=3), together(2), ask(2, colors=3)),
        *(together(1, 1), ask(3, colors=3)),
    )
    assert len(found(both)) == 3
    assert found(one) == {"#0000a0": 1.0}
    assert found(other) == {"#ff0000": 0.25, _hex(BROWN): 0.75}


def test_a_part_replaces_one_of_its_number_and_leaves_the_picture_alone() -> None:
    whole = header(LARGE) + LARGE.tobytes()
    _taken, _part, before, _again, _1, after = served(
        *(whole, part(7, LARGE), ask(1, colors=3)),
        *(part(7, SMALL), together(7), ask(2, colors=3)),
    )
    assert found(before) == {"#0000a0": 1.0}
    assert found(after) == {"#ff0000": 0.25, _hex(BROWN): 0.75}


def test_a_single_part_has_the_palette_of_the_picture(photo: NDArray[np.uint8]) -> None:
    *_rest, answer = served(part(0, with_alpha(photo)), together(0), ask(1, colors=6))
    assert answer["palette"]["swatches"] == swatches(extract(photo, colors=6))


def test_an_empty_part_is_told_at_once_and_cannot_be_used() -> None:
    empty, _part, refused, nothing, _1, palette = served(
        *(part(1, INVISIBLE), part(2, LARGE), together(2, 1), ask(1)),
        *(together(2), ask(2, colors=1)),
    )
    assert empty == {"id": "picture", "picture": {"empty": True}}
    assert refused["reason"] == "transparent"
    assert "There is no picture" in nothing["error"]
    assert found(palette) == {"#0000a0": 1.0}


@pytest.mark.parametrize("number", [-1, 2**31, 1.0, True, None, "1", [1], {}])
def test_a_wrong_number_of_a_part_is_told_and_the_session_goes_on(number: Any) -> None:
    wrong, refused, right = served(part(number, SMALL), together(number), part(0, SMALL))
    assert wrong["error"] == "A part must be a whole number from 0 to 2**31 - 1."
    assert "parts must be a list, and each of it a whole number" in refused["error"]
    assert right["picture"] == {"empty": False}


@pytest.mark.parametrize("parts", [None, [], {}, 3, "3"])
def test_a_wrong_list_of_parts_is_told(parts: Any) -> None:
    (answer,) = served(line(id=1, together={"parts": parts}))
    assert "parts must be a list" in answer["error"]


def test_a_part_that_was_not_sent_is_told() -> None:
    _part, answer = served(part(1, SMALL), together(1, 2))
    assert answer["error"] == "There is no part 2; send it first."


def test_several_pictures_have_the_sum_of_their_equalized_summaries() -> None:
    pictures = [Pixels(*_pixels(rgba), Frame(*rgba.shape[1::-1])) for rgba in (SMALL, LARGE)]
    several = SeveralPictures([SampledPicture(pixels) for pixels in pictures])
    for order in ("share", "image"):
        first, second = (Summary.of(pixels, order).equalized() for pixels in pictures)
        total, expected = several.summary(order), first + second
        assert total.histogram.total == expected.histogram.total
        assert first.histogram.total / total.histogram.total == pytest.approx(0.5, abs=1e-6)
        assert (total.tiles is None) == (order != "image")


def _pixels(rgba: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    rows = rgba.reshape(-1, 4)
    return rows[:, :3].copy(), rows[:, 3].copy()


def _hex(color: tuple[int, int, int]) -> str:
    return f"#{bytes(color).hex()}"
