"""The part of a picture to look at."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError
from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.option_kinds import Region
from palette_engine.options import Options
from palette_engine.pictures.reading import read_pixels
from palette_engine.pictures.region import Box
from tests.measures import shares
from tests.sample_pictures import encoded, noise, tiff

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
WIDTH, HEIGHT = 30, 20

QUARTERS = {
    RED: "0,0,15,10",
    GREEN: "15,0,15,10",
    BLUE: "0,10,15,10",
    WHITE: "15,10,15,10",
}
"""Where the colors are in the picture as it is shown."""

PARTS = {
    RED: "0,0,0.5,0.5",
    GREEN: "50%,0%,50%,50%",
    BLUE: "0,0.5,50%,0.5",
    WHITE: "0.5,0.5,0.5,0.5",
}


def quarters() -> NDArray[np.uint8]:
    """Return a picture, 30 x 20, with another color in each quarter."""
    top = [[RED] * 15 + [GREEN] * 15] * 10
    bottom = [[BLUE] * 15 + [WHITE] * 15] * 10
    return np.array(top + bottom, np.uint8)


STORED = {
    1: lambda shown: shown,
    2: lambda shown: shown[:, ::-1],
    3: lambda shown: shown[::-1, ::-1],
    4: lambda shown: shown[::-1],
    5: lambda shown: shown.swapaxes(0, 1),
    6: lambda shown: np.rot90(shown, 1),
    7: lambda shown: shown.swapaxes(0, 1)[::-1, ::-1],
    8: lambda shown: np.rot90(shown, -1),
}
"""How a picture is stored that is shown by each EXIF orientation."""


def with_orientation(turn: int, kind: str) -> bytes:
    exif = Image.Exif()
    exif[274] = turn
    stored = Image.fromarray(np.ascontiguousarray(STORED[turn](quarters())))
    return encoded(stored, kind, exif=exif, **({"quality": 100} if kind == "JPEG" else {}))


@pytest.mark.parametrize("turn", STORED)
def test_the_turned_pictures_of_these_tests_are_shown_as_they_should_be(turn: int) -> None:
    from PIL import ImageOps

    image = ImageOps.exif_transpose(Image.open(io.BytesIO(with_orientation(turn, "PNG"))))
    assert np.array_equal(np.asarray(image), quarters())


@pytest.mark.parametrize("color", QUARTERS)
@pytest.mark.parametrize("regions", [QUARTERS, PARTS], ids=["pixels", "parts"])
@pytest.mark.parametrize("turn", STORED)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_a_region_is_of_the_picture_as_it_is_shown(
    kind: str, turn: int, regions: dict[tuple[int, int, int], str], color: tuple[int, int, int]
) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    exif = Image.Exif()
    exif[274] = turn
    stored = Image.fromarray(np.ascontiguousarray(STORED[turn](quarters())))
    data = encoded(stored, kind, exif=exif, **options)
    assert shares(extract(data, region=regions[color])) == {color: 1.0}


@pytest.mark.parametrize("color", QUARTERS)
@pytest.mark.parametrize("turn", STORED)
def test_a_region_of_a_turned_jpeg_is_of_the_picture_as_it_is_shown(
    turn: int, color: tuple[int, int, int]
) -> None:
    left, top, *_ = map(int, QUARTERS[color].split(","))
    palette = extract(with_orientation(turn, "JPEG"), colors=1, region=(left + 4, top + 3, 6, 4))
    assert palette.swatches[0].color == pytest.approx(color, abs=12)


@pytest.mark.parametrize("color", QUARTERS)
@pytest.mark.parametrize("turn", STORED)
@pytest.mark.parametrize("options", [{}, {"planarconfig": "separate"}], ids=["chunky", "planar"])
def test_a_region_of_a_deep_tiff_is_of_the_picture_as_it_is_shown(
    turn: int, color: tuple[int, int, int], options: dict[str, Any]
) -> None:
    deep = np.ascontiguousarray(STORED[turn](quarters())).astype(np.uint16) * 257
    if options:
        deep = np.ascontiguousarray(np.moveaxis(deep, -1, 0))
    data = tiff(deep, photometric="rgb", extratags=[(274, "H", 1, turn, True)], **options)
    assert shares(extract(data, region=QUARTERS[color])) == {color: 1.0}
    assert shares(extract(data, region=PARTS[color])) == {color: 1.0}


@pytest.mark.parametrize("color", QUARTERS)
def test_a_region_of_an_array_an_image_and_an_open_file(color: tuple[int, int, int]) -> None:
    picture = quarters()
    region = QUARTERS[color]
    truth = {color: 1.0}
    assert shares(extract(picture, region=region)) == truth
    assert shares(extract(picture.astype(np.uint16) * 257, region=region)) == truth
    assert shares(extract(picture / 255, region=region)) == truth
    assert shares(extract(Image.fromarray(picture), region=region)) == truth
    assert shares(extract(io.BytesIO(encoded(Image.fromarray(picture), "PNG")), region=region)) == (
        truth
    )


@pytest.mark.parametrize(
    "region", ["0,0,30,20", "0,0,1.0,1.0", "0%,0%,100%,100%", (0, 0, 1.0, 1.0), None, ""], ids=str
)
@pytest.mark.parametrize("turn", [1, 6])
def test_the_whole_as_a_region_is_the_whole(region: str | Region | None, turn: int) -> None:
    data = with_orientation(turn, "PNG")
    assert extract(data, region=region) == extract(data)


@given(
    left=st.integers(0, WIDTH - 1),
    top=st.integers(0, HEIGHT - 1),
    right=st.integers(1, WIDTH),
    bottom=st.integers(1, HEIGHT),
)
def test_a_region_in_pixels_is_exactly_that_part_of_the_array(
    left: int, top: int, right: int, bottom: int
) -> None:
    picture = noise(0, HEIGHT, WIDTH)
    if left >= right or top >= bottom:
        left, right, top, bottom = 0, right, 0, bottom
    region = (left, top, right - left, bottom - top)
    part = read_pixels(picture[top:bottom, left:right])
    assert np.array_equal(read_pixels(picture, region=region).rgb, part.rgb)
    for image in (Image.fromarray(picture), encoded(Image.fromarray(picture), "PNG")):
        assert np.array_equal(read_pixels(image, region=region).rgb, part.rgb)


lengths = st.floats(0, 1)


@given(lengths, lengths, lengths, lengths, st.integers(1, 50), st.integers(1, 50))
def test_parts_of_any_size_are_pixels_of_the_picture(
    left: float, top: float, wide: float, high: float, width: int, height: int
) -> None:
    if not 0 < wide <= 1 - left or not 0 < high <= 1 - top:
        return
    region = Options.of({"region": (left, top, wide, high)}).region
    box = Box.of(region, (width, height), "it")
    assert 0 <= box.left < box.right <= width
    assert 0 <= box.top < box.bottom <= height


def test_regions_side_by_side_leave_nothing_out_and_nothing_twice() -> None:
    third = 1 / 3
    for width in range(3, 40):
        boxes = [Box.of((n * third, 0.0, third, 1.0), (width, 5), "it") for n in range(3)]
        assert [box.left for box in boxes[1:]] == [box.right for box in boxes[:-1]]
        assert (boxes[0].left, boxes[-1].right) == (0, width)


@pytest.mark.parametrize(
    "region", ["0,0,31,20", "0,0,30,21", "30,0,1,1", "0,20,1,1", "29,19,2,1", "999999,0,1,1"]
)
@pytest.mark.parametrize("turn", [1, 6])
def test_a_region_beyond_the_picture_is_refused_with_its_size(
    region: str, turn: int, tmp_path: Path
) -> None:
    path = tmp_path / "quarters.png"
    path.write_bytes(with_orientation(turn, "PNG"))
    sentence = f"region {region} reaches beyond quarters.png, which is 30 x 20 pixels."
    with pytest.raises(InputError) as refused:
        extract(path, region=region)
    assert str(refused.value) == sentence


def test_a_region_beyond_an_array_or_a_deep_tiff_is_refused() -> None:
    with pytest.raises(InputError, match="beyond the array, which is 30 x 20 pixels"):
        extract(quarters(), region="20,0,11,1")
    data = tiff(quarters().astype(np.uint16) * 257, photometric="rgb")
    with pytest.raises(InputError, match="which is 30 x 20 pixels"):
        extract(data, region="20,0,11,1")


def test_a_region_of_several_pictures_is_one_of_each() -> None:
    other = quarters()[::-1, ::-1]
    palette = extract_together([quarters(), other], region="0,0,0.5,0.5")
    assert shares(palette) == {RED: 0.5, WHITE: 0.5}


def test_a_region_of_which_nothing_can_be_seen_is_refused() -> None:
    alpha = np.full((HEIGHT, WIDTH, 1), 255, np.uint8)
    alpha[:, :15] = 0
    picture = np.concatenate([quarters(), alpha], axis=2)
    with pytest.raises(InputError, match="transparent"):
        extract(picture, region="0,0,15,20")
    assert shares(extract(picture, region="10,0,10,10")) == {GREEN: 1.0}


def test_a_small_region_of_a_large_picture_is_looked_at_in_full() -> None:
    picture = np.zeros((1500, 1500, 3), np.uint8)
    picture[700, 700] = RED
    region: Region = (690, 690, 20, 20)
    assert len(read_pixels(picture, region=region).weight) == 400
    assert shares(extract(picture, region=region)) == {(0, 0, 0): 399 / 400, RED: 1 / 400}
