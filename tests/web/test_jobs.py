"""What the page's workers do, equal to what the library does."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from palette_engine import extract, recolor
from palette_engine.errors import InputError
from palette_engine.option_kinds import Region
from palette_engine.options import Options
from palette_engine.palette.value import Palette
from palette_engine.pictures.reading import read_pixels
from palette_engine.web import jobs
from palette_engine.web.jobs import PREVIEW_SIDE


def png(pixels: NDArray[np.uint8], **settings: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", **settings)
    return file.getvalue()


def first(taken: jobs.ReadPicture) -> Palette:
    assert isinstance(taken.first, Palette)
    return taken.first


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"colors": "auto", "order": "image", "names": "xkcd"},
        {"colors": 5, "ignore": ("white", "black"), "min_distance": 10, "keep": ("#e6194b",)},
    ],
)
def test_palettes_are_those_of_the_library(
    photo: NDArray[np.uint8], chosen: dict[str, object]
) -> None:
    options = Options.of(chosen)
    wanted = extract(photo, options)
    taken = jobs.read_picture(png(photo), "portrait.png", options)
    again = jobs.make_palette(taken.summary, "portrait.png", options)
    for found in (first(taken), again):
        assert found.swatches == wanted.swatches
        assert found.difference == wanted.difference
        assert (found.name, found.source) == ("portrait", "portrait.png")


@pytest.mark.parametrize("region", [None, (0.25, 0.25, 0.5, 0.5), (0, 0, 512, 20)])
def test_palettes_of_a_part_are_those_of_the_library(
    photo: NDArray[np.uint8], region: Region | None
) -> None:
    options = Options(region=region)
    wanted = extract(photo, region=region)
    summary, found = jobs.read_region(png(photo), "portrait.png", options)
    assert isinstance(found, Palette)
    assert found.swatches == wanted.swatches
    assert jobs.make_palette(summary, "portrait.png", options) == found


def test_one_picture_gives_palettes_by_many_options(photo: NDArray[np.uint8]) -> None:
    taken = jobs.read_picture(png(photo), "a.png", Options(colors=3, order="image"))
    for count in (2, 7, 12):
        found = jobs.make_palette(taken.summary, "a.png", Options(colors=count))
        assert found.swatches == extract(photo, colors=count).swatches


def test_a_picture_is_as_large_as_it_is_shown(photo: NDArray[np.uint8]) -> None:
    turned = Image.Exif()
    turned[274] = 6  # a quarter turn
    data = png(photo[:200], exif=turned.tobytes())
    taken = jobs.read_picture(data, "", Options())
    assert (taken.width, taken.height) == (200, 512)
    with Image.open(io.BytesIO(jobs.make_preview(data, "", Options()))) as image:
        assert image.size == (200, 512)


def test_options_that_leave_nothing_do_not_lose_the_picture() -> None:
    white = png(np.full((4, 4, 3), 255, np.uint8))
    taken = jobs.read_picture(white, "white.png", Options(ignore=("white",)))
    assert isinstance(taken.first, InputError)
    assert taken.first.reason == "all-ignored"
    assert len(jobs.make_palette(taken.summary, "white.png", Options()).swatches) == 1


def test_what_a_job_gives_can_be_handed_to_another_process() -> None:
    white = png(np.full((4, 4, 3), 255, np.uint8))
    taken = jobs.read_picture(white, "white.png", Options(ignore=("white",)))
    again = pickle.loads(pickle.dumps(taken))
    assert str(again.first) == str(taken.first)
    assert (again.first.reason, again.first.values) == ("all-ignored", {"distance": 5.0})


def test_a_picture_of_which_nothing_is_visible_is_refused() -> None:
    clear = png(np.zeros((4, 4, 4), np.uint8))
    with pytest.raises(InputError, match="transparent"):
        jobs.read_picture(clear, "clear.png", Options())


def test_a_small_picture_is_shown_pixel_by_pixel(photo: NDArray[np.uint8]) -> None:
    with Image.open(io.BytesIO(jobs.make_preview(png(photo), "", Options()))) as image:
        assert np.array_equal(np.asarray(image), photo)


def test_a_large_picture_is_shown_smaller_in_its_shape() -> None:
    wide = np.zeros((30, 3 * PREVIEW_SIDE, 3), np.uint8)
    wide[:, ::2] = 255
    with Image.open(io.BytesIO(jobs.make_preview(png(wide), "", Options()))) as image:
        assert image.size == (PREVIEW_SIDE, 10)
        assert abs(np.asarray(image).mean() - 127.5) < 1.5


def test_transparency_stays_when_a_picture_is_made_smaller() -> None:
    rgba = np.zeros((10, 2 * PREVIEW_SIDE, 4), np.uint8)
    rgba[:, PREVIEW_SIDE:] = (200, 100, 50, 255)
    with Image.open(io.BytesIO(jobs.make_preview(png(rgba), "", Options()))) as image:
        pixels = read_pixels(image)
    assert {*pixels.weight.tolist()} == {0, 255}
    assert np.array_equal(np.unique(pixels.rgb[pixels.weight > 0], axis=0), [[200, 100, 50]])


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "ordered"])
def test_a_recolored_picture_is_that_of_the_library(
    photo: NDArray[np.uint8], flag: Palette, dither: str
) -> None:
    data = png(photo[:100, :120])
    made = jobs.recolor_picture(data, "a.png", Options(), flag, dither)
    wanted = recolor(io.BytesIO(data), flag, dither)
    with Image.open(io.BytesIO(made)) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), np.asarray(wanted.convert("RGB")))


def test_a_picture_that_is_too_large_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"large\.png has 8 x 8 = 64 pixels") as caught:
        jobs.read_picture(png(np.zeros((8, 8, 3), np.uint8)), "large.png", Options(max_pixels=63))
    assert caught.value.values == {"width": 8, "height": 8, "most": 63}


SEVERAL = "several frames or pages"


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [
        ("GIF", True),
        ("PNG", True),
        ("WEBP", True),
        ("TIFF", True),
        ("MPO", False),  # the other picture is for the other eye, or smaller
    ],
)
def test_the_page_tells_of_frames_and_pages(kind: str, is_told: bool) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    taken = jobs.read_picture(file.getvalue(), "a", Options())
    assert any(SEVERAL in note for note in taken.notes) == is_told


def test_a_smaller_version_in_a_tiff_is_no_page() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for size, subfile in ((20, 0), (5, 1)):
            pixels = np.zeros((size, size, 3), np.uint8)
            writer.write(pixels, photometric="rgb", subfiletype=subfile)
    taken = jobs.read_picture(file.getvalue(), "a.tif", Options())
    assert not any(SEVERAL in note for note in taken.notes)


def test_the_page_reads_icons_and_refuses_what_only_the_command_line_reads() -> None:
    icon = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 100, 50)).save(icon, "ICO", sizes=[(32, 32)])
    taken = jobs.read_picture(icon.getvalue(), "a.ico", Options())
    assert [swatch.hex for swatch in first(taken).swatches] == ["#c86432"]
    assert not taken.notes
    data = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 100, 50)).save(data, "JPEG2000")
    for job in (
        lambda: jobs.read_picture(data.getvalue(), "a.png", Options()),
        lambda: jobs.make_preview(data.getvalue(), "a.png", Options()),
    ):
        with pytest.raises(InputError, match=r"^a\.png is JPEG 2000, which only the command line"):
            job()
