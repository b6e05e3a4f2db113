"""The command that recolors: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from palette_engine import count_frames, extract, recolor_frames
from palette_engine.recoloring.image_files import WRITERS
from palette_engine.recoloring.recolor import DITHERS
from tests.animations import COLORS, GifFrame, gif
from tests.cli.program import Main, run
from tests.cli.samples import names

TWO = "GIMP Palette\nName: Two\n#\n255 255 255 White\n0 0 128 Blue\n"


def pixels(path: str) -> list[tuple[int, ...]]:
    """Return the colors of a file's pixels, each once."""
    with Image.open(path) as image:
        found = np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)
    return [tuple(color) for color in found.tolist()]


@pytest.fixture(autouse=True)
def two(folder: Path) -> None:
    (folder / "two.gpl").write_text(TWO)


def test_a_picture_takes_the_colors_of_a_palette_file(main: Main) -> None:
    ended = main("recolor", "flag.png", "--palette", "two.gpl", "-o", "out.png")
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == "wrote 16 x 1 pixels in 2 colors to out.png"
    assert pixels("out.png") == [(0, 0, 128), (255, 255, 255)]
    with Image.open("out.png") as image:
        assert (image.mode, (image.getpalette() or [])[:6]) == ("P", [255, 255, 255, 0, 0, 128])


def test_without_a_palette_file_it_takes_those_that_extract_finds(main: Main) -> None:
    main("extract", "noise.png", "-n", "4", "-o", "four.gpl")
    main("recolor", "noise.png", "--palette", "four.gpl", "-o", "file.png")
    ended = main("recolor", "noise.png", "-n", "4", "-o", "found.png")
    assert ended.line == "wrote 64 x 64 pixels in 4 colors to found.png"
    assert Path("found.png").read_bytes() == Path("file.png").read_bytes()


def test_of_itself_it_takes_ten_colors_or_as_many_as_there_are(main: Main) -> None:
    assert main("recolor", "noise.png", "-o", "ten.png").line.startswith(
        "wrote 64 x 64 pixels in 10 colors"
    )
    few = main("recolor", "flag.png", "-o", "few.png").lines
    assert few[0] == "wrote 16 x 1 pixels in 3 colors to few.png"
    assert few[1].startswith("Only 3 colors were found")


def test_one_color_is_counted_as_one(main: Main) -> None:
    ended = main("recolor", "1x1.png", "-n", "1", "-o", "out.png")
    assert ended.line == "wrote 1 x 1 pixels in 1 color to out.png"


@pytest.mark.parametrize("dither", DITHERS)
def test_each_dither_can_be_chosen(dither: str, main: Main) -> None:
    ended = main("recolor", "noise.png", "--palette", "two.gpl", "--dither", dither, "-o", "o.png")
    assert ended.code == 0
    assert pixels("o.png") == [(0, 0, 128), (255, 255, 255)]


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_suffix_chooses_the_kind_of_file_in_either_case(suffix: str, main: Main) -> None:
    kinds = {".tif": "TIFF", ".jpg": "JPEG"}
    for name in (f"out{suffix}", f"OUT{suffix.upper()}"):
        assert main("recolor", "flag.png", "--palette", "two.gpl", "-o", name).code == 0
        with Image.open(name) as image:
            assert image.format == kinds.get(suffix, suffix[1:].upper())
        assert pixels(name) == [(0, 0, 128), (255, 255, 255)]


@pytest.mark.parametrize("name", ["out.jpg", "out.gpl", "out", ".png"])
def test_another_suffix_is_refused_before_the_work_begins(name: str, main: Main) -> None:
    before = names(Path())
    ended = main("recolor", "missing.png", "-o", name)
    assert (ended.code, ended.out) == (2, b"")
    assert all(suffix in ended.line for suffix in WRITERS)
    assert names(Path()) == before


def test_the_help_names_every_kind_of_file(main: Main) -> None:
    text = main("recolor", "--help").out.decode()
    assert all(suffix in text for suffix in WRITERS)


def test_the_output_must_be_named(main: Main) -> None:
    ended = main("recolor", "flag.png")
    assert (ended.code, ended.out) == (2, b"")
    assert "Missing option '-o'" in ended.line


@pytest.mark.parametrize(
    "options",
    [("-n", "3"), ("--colors", "10"), ("--order", "hue"), ("--keep", "e6194b")],
    ids=" ".join,
)
def test_a_palette_file_leaves_nothing_to_extract(options: tuple[str, ...], main: Main) -> None:
    ended = main("recolor", "flag.png", "--palette", "two.gpl", *options, "-o", "out.png")
    assert (ended.code, ended.out) == (2, b"")
    flag = {"-n": "--colors"}.get(options[0], options[0])
    assert ended.line == (
        f"{flag} is for a palette from the picture; leave it out, or leave out --palette."
    )
    assert not Path("out.png").exists()


def test_the_limit_on_pixels_holds_with_a_palette_file_too(main: Main) -> None:
    command = ("recolor", "noise.png", "--palette", "two.gpl", "-o", "out.png", "--max-pixels")
    assert main(*command, "100").code == 3
    assert main(*command, "4096").code == 0


@pytest.mark.parametrize(
    ("picture", "chosen"),
    [
        ("text.png", "two.gpl"),
        ("cut.jpg", "two.gpl"),
        ("missing.png", "two.gpl"),
        ("flag.png", "missing.gpl"),
        ("flag.png", "text.png"),
        ("flag.png", "empty.gpl"),
        ("flag.png", "none.gpl"),
    ],
)
def test_what_cannot_be_used_leaves_no_file(picture: str, chosen: str, main: Main) -> None:
    Path("empty.gpl").write_bytes(b"")
    Path("none.gpl").write_text("GIMP Palette\nName: None\n#\n")
    before = names(Path())
    ended = main("recolor", picture, "--palette", chosen, "-o", "out.png")
    assert (ended.code, ended.out) == (3, b"")
    assert len(ended.lines) == 1
    assert names(Path()) == before


def test_what_is_wrong_with_a_picture_is_told_once(main: Main) -> None:
    for options in ((), ("--palette", "two.gpl")):
        ended = main("recolor", "broken profile.png", *options, "-o", "out.png", "--force")
        assert ended.code == 0
        assert sum("color profile cannot be used" in line for line in ended.lines) == 1


def test_another_picture_is_replaced_only_by_force(main: Main) -> None:
    before = Path("two.png").read_bytes()
    command = ("recolor", "flag.png", "--palette", "two.gpl", "-o", "two.png")
    ended = main(*command)
    assert (ended.code, Path("two.png").read_bytes()) == (2, before)
    assert ended.line == "two.png exists; use --force to replace it, or choose another name."
    assert main(*command, "--force").code == 0
    assert pixels("two.png") == [(0, 0, 128), (255, 255, 255)]


def test_transparency_that_a_file_cannot_hold_is_refused(main: Main) -> None:
    image = Image.new("RGBA", (4, 4), (200, 100, 50, 128))
    image.save("half.png")
    for name in ("out.gif", "out.bmp"):
        ended = main("recolor", "half.png", "--palette", "two.gpl", "-o", name)
        assert (ended.code, ended.out) == (2, b"")
        assert "write a .png" in ended.line
        assert not Path(name).exists()


def test_standard_input_is_the_picture_or_the_palette(folder: Path) -> None:
    picture = (folder / "flag.png").read_bytes()
    for stdin, *words in (
        (picture, "-", "--palette", "two.gpl"),
        (picture, "-", "-n", "3"),
        (TWO.encode(), "flag.png", "--palette", "-"),
    ):
        ended = run("recolor", *words, "-o", "out.png", "--force", folder=folder, stdin=stdin)
        assert ended.code == 0, ended.said
        assert Image.open(io.BytesIO((folder / "out.png").read_bytes())).size == (16, 1)
    ended = run("recolor", "-", "--palette", "-", "-o", "new.png", folder=folder)
    assert ended.code == 2
    assert "name a file for one" in ended.line


def test_a_picture_too_wide_for_its_file_is_a_sentence(main: Main) -> None:
    Image.new("RGB", (70_000, 1), "red").save("wide.png")
    ended = main("recolor", "wide.png", "-n", "1", "-o", "wide.gif")
    assert ended.code == 2
    assert ended.line.startswith("A .gif file cannot hold this picture (")
    assert not Path("wide.gif").exists()


def test_what_is_not_seen_takes_one_entry(main: Main) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64, 4), np.uint8)
    pixels[..., 3] = np.where(pixels[..., 3] > 99, 255, 0)
    Image.fromarray(pixels).save("cut.png")
    Path("many.hex").write_text(
        "".join(f"{n:02x}{255 - n:02x}{n * 7 % 256:02x}\n" for n in range(200))
    )
    assert main("recolor", "cut.png", "--palette", "many.hex", "-o", "out.gif").code == 0
    assert main("recolor", "cut.png", "--palette", "many.hex", "-o", "out.png").code == 0
    with Image.open("out.png") as png, Image.open("out.gif") as gif:
        assert (png.mode, gif.mode) == ("P", "P")
        for image in (png, gif):
            assert np.array_equal(np.asarray(image.convert("RGBA"))[..., 3], pixels[..., 3])


# Animations


@pytest.fixture
def moving(folder: Path) -> list[bytes]:
    """Write moving.gif with four frames of one color each, which is returned, and pages.tif."""
    frames = [GifFrame(np.full((3, 4), at, np.uint8), delay=7 * at + 3) for at in range(4)]
    (folder / "moving.gif").write_bytes(gif((4, 3), frames, loops=4))
    images = [Image.new("RGB", (4, 3), color) for color in COLORS]
    images[0].save(folder / "pages.tif", save_all=True, append_images=images[1:])
    return [bytes((*color, 255)) for color in COLORS]


def frames_of(path: str) -> list[bytes]:
    """Return the first pixel of each frame."""
    return [
        frame.image.convert("RGBA").tobytes()[:4]
        for frame in recolor_frames(path, extract(path, frames="all"))
    ]


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp"])
def test_an_animation_stays_one_in_the_colors_of_all_frames(
    suffix: str, moving: list[bytes], main: Main
) -> None:
    ended = main("recolor", "moving.gif", "-n", "4", "-o", f"out{suffix}")
    assert ended.line == f"wrote 4 frames of 4 x 3 pixels in 4 colors to out{suffix}"
    assert frames_of(f"out{suffix}") == moving
    assert count_frames(f"out{suffix}").plays == 5


@pytest.mark.usefixtures("moving")
@pytest.mark.parametrize("suffix", [".bmp", ".tif"])
def test_of_an_animation_the_first_frame_is_written_where_there_is_one(
    suffix: str, main: Main
) -> None:
    ended = main("recolor", "moving.gif", "--palette", "two.gpl", "-o", f"out{suffix}")
    assert ended.lines == [
        f"wrote 4 x 3 pixels in 2 colors to out{suffix}",
        "took the first of 4 frames; --frames chooses others",
    ]


def test_pages_are_no_animation_unless_they_are_chosen(moving: list[bytes], main: Main) -> None:
    ended = main("recolor", "pages.tif", "--palette", "two.gpl", "-o", "out.gif")
    assert ended.lines[1] == "took the first of 4 frames; --frames chooses others"
    assert len(frames_of("out.gif")) == 1
    chosen = ("--frames", "all", "-n", "4", "-o", "all.gif")
    assert main("recolor", "pages.tif", *chosen).line.startswith("wrote 4 frames")
    assert frames_of("all.gif") == moving


@pytest.mark.parametrize(
    ("frames", "indices"),
    [("first", [0]), ("1", [0]), ("3", [2]), ("2-3", [1, 2]), ("all", [0, 1, 2, 3])],
)
def test_the_frames_that_are_chosen_are_written(
    frames: str, indices: list[int], moving: list[bytes], main: Main
) -> None:
    options = ("--frames", frames, "-n", str(len(indices)), "-o", "out.png")
    assert main("recolor", "moving.gif", *options).code == 0
    assert frames_of("out.png") == [moving[at] for at in indices]


@pytest.mark.usefixtures("moving")
def test_several_frames_are_not_written_where_there_is_one(main: Main) -> None:
    ended = main("recolor", "moving.gif", "--frames", "2-3", "-o", "out.bmp")
    assert ended.code == 2
    assert ended.line == (
        "A .bmp file holds one picture; write a .png, .webp, .gif, or choose one frame, such as "
        "--frames 1."
    )
    assert main("recolor", "noise.png", "--frames", "all", "-o", "out.bmp").code == 0


@pytest.mark.usefixtures("moving")
def test_a_frame_that_does_not_exist_is_not_written(main: Main) -> None:
    ended = main("recolor", "moving.gif", "--frames", "9", "--palette", "two.gpl", "-o", "o.gif")
    assert (ended.code, ended.line) == (
        3,
        "moving.gif has no frame 9: it has 4 frames; choose one of them.",
    )
