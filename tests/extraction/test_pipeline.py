"""The whole pipeline on pictures whose colors are known."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.collections.collect import collect
from palette_engine.collections.film import film
from palette_engine.collections.reader import rows
from palette_engine.errors import InputError, OptionError
from palette_engine.extraction.pipeline import extract, extract_together, palette_of
from palette_engine.extraction.summary import Summary
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.reading import read_pixels
from tests.sample_pictures import BROWN, blocks, encoded, solid, stripes, u8

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
PETROL = (12, 90, 101)


def shares(palette: Palette) -> dict[tuple[int, int, int], float]:
    return {swatch.color: swatch.share for swatch in palette.swatches}


def distinct(palette: Palette) -> int:
    return len({swatch.color for swatch in palette.swatches})


# Flat pictures


def test_flat_colors_and_their_shares_are_exact() -> None:
    palette = extract(blocks((BROWN, 50), (RED, 25), (PETROL, 15), ((1, 2, 3), 10)), colors=4)
    assert palette.swatches == (
        Swatch(BROWN, 0.5),
        Swatch(RED, 0.25),
        Swatch(PETROL, 0.15),
        Swatch((1, 2, 3), 0.1),
    )
    assert [swatch.hex for swatch in palette.swatches] == [
        "#c86432",
        "#ff0000",
        "#0c5a65",
        "#010203",
    ]


def test_near_colors_share_a_swatch_that_shows_the_larger_exactly() -> None:
    picture = blocks((BROWN, 60), ((201, 101, 51), 10), (PETROL, 20), ((12, 91, 101), 10))
    assert shares(extract(picture, colors=2)) == {BROWN: 0.7, PETROL: 0.3}


def test_two_colors_are_two_swatches_however_many_are_asked_for() -> None:
    palette = extract(blocks((BROWN, 3), (RED, 1)), colors=5)
    assert shares(palette) == {BROWN: 0.75, RED: 0.25}
    assert palette.asked == 5
    assert palette.note == "Only 2 colors were found in the picture; 5 were asked for."


@pytest.mark.parametrize("colors", [1, 2, 256])
def test_one_color_is_one_swatch(colors: int) -> None:
    palette = extract(encoded(solid(), "PNG"), colors=colors)
    assert palette.swatches == (Swatch(BROWN, 1.0),)


@pytest.mark.parametrize("value", [0, 1, 128, 254, 255])
def test_a_single_pixel_is_a_palette(value: int) -> None:
    assert shares(extract(u8([[[value, 0, 255]]]))) == {(value, 0, 255): 1.0}


def test_every_corner_of_the_cube_is_exact() -> None:
    corners = [(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)]
    palette = extract(blocks(*((corner, 2) for corner in corners)), colors=8)
    assert shares(palette) == dict.fromkeys(corners, 1 / 8)


def test_a_color_of_one_pixel_in_a_hundred_thousand_has_its_exact_share() -> None:
    palette = extract(blocks((BROWN, 99_999), (BLUE, 1)), colors=2)
    assert shares(palette) == {BROWN: 0.99999, BLUE: 0.00001}
    assert palette.swatches[1].label == "#0000ff <0.1%"


def test_colors_do_not_blend_across_edges() -> None:
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[10:30, 10:30] = (255, 255, 255)
    assert shares(extract(picture, colors=10)) == {(0, 0, 0): 0.75, (255, 255, 255): 0.25}


# How many


@pytest.mark.slow
@pytest.mark.parametrize("colors", [1, 2, 3, 5, 10, 16, 64, 255, 256])
def test_a_photo_has_exactly_as_many_distinct_swatches_as_asked(
    colors: int, photo_summary: Summary
) -> None:
    palette = palette_of(photo_summary, Options(colors=colors), name="photo")
    assert len(palette.swatches) == distinct(palette) == colors
    assert sum(shares(palette).values()) == pytest.approx(1)
    assert min(shares(palette).values()) > 0
    assert palette.note == ""


@pytest.mark.parametrize("colors", [1, 15, 16, 19, 20])
def test_near_identical_colors_are_still_distinct_swatches(colors: int) -> None:
    picture = blocks(*(((100 + n % 3, 100 + n // 3 % 3, 100 + n // 9), n + 1) for n in range(20)))
    palette = extract(picture, colors=colors)
    assert len(palette.swatches) == distinct(palette) == colors


@pytest.mark.parametrize("colors", [1, 16, 255, 256])
def test_noise_is_divided_into_exactly_as_many_swatches_as_asked(colors: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)
    assert distinct(extract(noise, colors=colors)) == colors


@pytest.mark.slow
@pytest.mark.parametrize("top", [4, 8, 17])
def test_dark_noise_is_divided_into_exactly_as_many_swatches_as_asked(top: int) -> None:
    noise = np.random.default_rng(0).integers(0, top, (150, 150, 3), np.uint8)
    colors = min(256, top**3)
    assert distinct(extract(noise, colors=256)) == colors


@pytest.mark.parametrize("colors", [2, 16, 255, 256])
def test_a_gray_gradient_is_divided_evenly(colors: int) -> None:
    gradient = np.repeat(np.arange(256, dtype=np.uint8)[np.newaxis], 8, axis=0)
    palette = extract(gradient, colors=colors, order="lightness")
    levels = [swatch.color[0] for swatch in palette.swatches]
    assert len({*levels}) == colors
    assert levels == sorted(levels, reverse=True)
    assert all(len({*swatch.color}) == 1 for swatch in palette.swatches)
    assert max(shares(palette).values()) < 2.5 / colors


# Transparency


def test_what_is_transparent_does_not_count_whatever_color_hides_there() -> None:
    picture = np.concatenate(
        [blocks((RED, 9), (BLUE, 3)), u8([[[0]] * 9 + [[255]] * 3]).reshape(1, 12, 1)], 2
    )
    assert shares(extract(picture)) == {BLUE: 1.0}


def test_what_is_half_transparent_counts_half() -> None:
    assert shares(extract(u8([[[*RED, 255], [*BLUE, 51]]]))) == {RED: 5 / 6, BLUE: 1 / 6}


def test_a_color_that_can_hardly_be_seen_counts() -> None:
    assert shares(extract(u8([[[*BROWN, 1], [*RED, 0]]]))) == {BROWN: 1.0}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_picture_that_is_all_transparent_is_refused(kind: str) -> None:
    with pytest.raises(InputError, match="fully transparent"):
        extract(encoded(Image.new("RGBA", (4, 4)), kind))


# Patterns


SMALL, LARGE = (97, 131), (1801, 1303)


def pattern_share(picture: NDArray[np.uint8], color: tuple[int, int, int]) -> float:
    return float(np.mean(np.all(picture == u8(color), axis=-1)))


@pytest.mark.parametrize("across", [False, True], ids=["columns", "rows"])
@pytest.mark.parametrize("period", range(2, 17))
@pytest.mark.parametrize(("size", "tolerance"), [(SMALL, 1e-12), (LARGE, 0.002)], ids=str)
def test_stripes_of_any_period_have_their_true_colors_and_shares(
    size: tuple[int, int], tolerance: float, period: int, across: bool
) -> None:
    height, width = size[::-1] if across else size
    picture = stripes(height, width, period, [BROWN, PETROL])
    if across:
        picture = picture.transpose(1, 0, 2)
    palette = extract(picture, colors=4)
    expected = pattern_share(picture, PETROL)
    assert shares(palette) == pytest.approx({BROWN: 1 - expected, PETROL: expected}, abs=tolerance)


@pytest.mark.parametrize("size", [(100, 100), (101, 99), (2400, 1200), (1500, 1401)], ids=str)
def test_a_checkerboard_of_single_pixels_has_its_true_colors_and_shares(
    size: tuple[int, int],
) -> None:
    odd = np.indices(size).sum(axis=0) % 2 == 1
    picture = np.where(odd[..., np.newaxis], u8(RED), u8(GREEN))
    expected = float(odd.mean())
    assert shares(extract(picture, colors=3)) == pytest.approx(
        {RED: expected, GREEN: 1 - expected}, abs=0.002
    )


@pytest.mark.parametrize("period", [2, 3, 5, 8, 16])
def test_stripes_on_a_picture_of_round_size_have_their_true_shares(period: int) -> None:
    # 2400 x 1200 is 1.44 times the number of samples: a ratio at which strides alias.
    for picture in (
        stripes(1200, 2400, period, [BROWN, PETROL]),
        stripes(2400, 1200, period, [BROWN, PETROL]).transpose(1, 0, 2),
    ):
        sampled = pattern_share(read_pixels(picture).rgb, PETROL)
        assert sampled == pytest.approx(1 / period, abs=0.002)


# The same again


@pytest.mark.parametrize("order", ["share", "lightness", "hue"])
def test_the_same_picture_gives_the_same_palette(order: str, photo: NDArray[np.uint8]) -> None:
    once, again = (extract(photo, colors=7, order=order) for _ in range(2))
    assert once == again


def test_the_order_changes_nothing_but_the_order(photo_summary: Summary) -> None:
    found = [
        palette_of(photo_summary, Options(colors=9, order=order)).swatches
        for order in ("share", "lightness", "hue")
    ]
    assert len({frozenset(swatches) for swatches in found}) == 1
    assert len({*found}) == 3


def test_turning_a_picture_round_changes_nothing(photo: NDArray[np.uint8]) -> None:
    assert extract(photo, colors=6) == extract(photo[::-1, ::-1].transpose(1, 0, 2), colors=6)


# Names and refusals


def test_a_palette_is_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "My holiday.v2.png"
    path.write_bytes(encoded(solid(), "PNG"))
    palette = extract(path)
    assert (palette.name, palette.source) == ("My holiday.v2", "My holiday.v2.png")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are not text")
def test_a_file_whose_name_is_not_text_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.png"
    Path(os.fsdecode(path)).write_bytes(encoded(solid(), "PNG"))
    assert extract(os.fsdecode(path)).name == "caf\udce9"


def test_a_wrong_option_is_refused_before_the_picture_is_opened() -> None:
    with pytest.raises(OptionError):
        extract("nowhere.png", colors=0)
    with pytest.raises(OptionError):
        extract("nowhere.png", order="size")


@pytest.mark.parametrize("function", [extract, extract_together])
def test_every_option_is_a_keyword_with_its_default_and_its_description(
    function: Callable[..., Palette],
) -> None:
    parameters = signature(function).parameters
    keywords = {
        name: parameter.default
        for name, parameter in parameters.items()
        if parameter.kind is Parameter.KEYWORD_ONLY
    }
    assert keywords == {
        **({"weighting": "equal"} if function is extract_together else {"weight": None}),
        "start": (),
        **{name: option.default for name, option in OPTIONS.items()},
    }
    assert all(f"        {name}: " in str(extract.__doc__) for name in OPTIONS)
    assert get_type_hints(function).keys() >= OPTIONS.keys()


@pytest.mark.parametrize(
    ("function", "left_out"), [(collect, set()), (rows, set()), (film, {"frames"})]
)
def test_collections_take_the_same_keywords(
    function: Callable[..., object], left_out: set[str]
) -> None:
    parameters = signature(function).parameters
    assert {name: parameters[name].default for name in OPTIONS if name in parameters} == {
        name: option.default for name, option in OPTIONS.items() if name not in left_out
    }
    assert {parameter.kind for parameter in parameters.values()} == {
        Parameter.POSITIONAL_OR_KEYWORD,
        Parameter.KEYWORD_ONLY,
    }


def test_options_can_be_given_as_one_value(photo: NDArray[np.uint8]) -> None:
    options = Options(colors=6, order="hue")
    assert extract(photo, options) == extract(photo, colors=6, order="hue")
    assert extract_together([photo], options) == extract_together([photo], colors=6, order="hue")


def test_options_are_given_once() -> None:
    with pytest.raises(OptionError, match="not both"):
        extract("nowhere.png", Options(colors=6), order="hue")
    with pytest.raises(OptionError, match="must be an Options value, not str"):
        extract_together(["nowhere.png"], "equal")  # type: ignore[arg-type]


def test_the_limit_on_pixels_is_an_option() -> None:
    with pytest.raises(InputError, match="--max-pixels"):
        extract(encoded(solid(), "PNG"), max_pixels=100)


def test_an_empty_summary_is_refused() -> None:
    nothing = Summary.of(read_pixels(np.zeros((2, 2, 4), np.uint8)))
    assert nothing.is_empty
    with pytest.raises(InputError, match=r"^The picture has no colors"):
        palette_of(nothing, Options())
    with pytest.raises(InputError, match=r"^clear\.png has no colors"):
        palette_of(nothing, Options(), source="clear.png")
