"""Recoloring with --swap: what it writes, what it says, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from palette_engine import count_frames
from palette_engine.recoloring.image_files import WRITERS
from tests.animations import COLORS, GifFrame, gif
from tests.cli.program import Main
from tests.cli.samples import names
from tests.sample_pictures import encoded, noise, u16

RED, WHITE, BLUE = "e6194b", "ffffff", "000080"
"""The colors of flag.png."""


def pixels(path: str, mode: str = "RGB") -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert(mode))


def hexes(path: str) -> set[str]:
    return {bytes(color).hex() for color in pixels(path).reshape(-1, 3)}


def table_of(path: str) -> NDArray[np.float64]:
    """Return the values of a cube file, by blue, green and red, as the specification says."""
    lines = Path(path).read_text(encoding="ascii").splitlines()
    assert all(len(line) <= 250 for line in lines)
    head = dict(line.split(" ", 1) for line in lines if line[0].isalpha())
    rows = [[float(number) for number in line.split()] for line in lines if not line[0].isalpha()]
    assert [*head] == ["TITLE", "LUT_3D_SIZE", "DOMAIN_MIN", "DOMAIN_MAX"]
    assert (head["DOMAIN_MIN"], head["DOMAIN_MAX"]) == ("0 0 0", "1 1 1")
    size = int(head["LUT_3D_SIZE"])
    return np.array(rows).reshape(size, size, size, 3)


def looked_up(table: NDArray[np.float64], color: list[int]) -> NDArray[np.float64]:
    """Return the value of a color, interpolated in a tetrahedron, in levels."""
    place = np.array(color[::-1]) / 255 * (len(table) - 1)
    corner = np.minimum(place.astype(int), len(table) - 2)
    beyond = place - corner
    value, before = np.zeros(3), 1.0
    for axis in np.argsort(-beyond):
        value += (before - beyond[axis]) * table[tuple(corner)]
        before = beyond[axis]
        corner[axis] += 1
    levels: NDArray[np.float64] = (value + before * table[tuple(corner)]) * 255
    return levels


def test_a_color_of_the_palette_becomes_another_and_the_others_stay(main: Main) -> None:
    ended = main("recolor", "flag.png", "-n", "3", "--swap", f"#{RED}=#2050D0", "-o", "out.png")
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == "wrote 16 x 1 pixels with 1 color swapped to out.png"
    assert hexes("out.png") == {"2050d0", WHITE, BLUE}


def test_several_colors_can_be_swapped_even_for_each_other(main: Main) -> None:
    swaps = ("--swap", f"{RED}={BLUE}", "--swap", f"{BLUE}={RED}", "--swap", "white=#abc")
    ended = main("recolor", "flag.png", "-n", "3", *swaps, "-o", "out.png")
    assert ended.line == "wrote 16 x 1 pixels with 3 colors swapped to out.png"
    becomes = {RED: BLUE, BLUE: RED, WHITE: "aabbcc"}
    before, after = ([bytes(c).hex() for c in pixels(name)[0]] for name in ("flag.png", "out.png"))
    assert after == [becomes[color] for color in before]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_color_that_becomes_itself_leaves_every_pixel_as_it_is(suffix: str, main: Main) -> None:
    rgb = noise(0, 12, 15)
    Image.fromarray(rgb).save("few.png")
    code = bytes(rgb[0, 0]).hex()
    ended = main("recolor", "few.png", "-n", "4", "--swap", f"{code}={code}", "-o", f"out{suffix}")
    assert ended.code == 0
    assert np.array_equal(pixels(f"out{suffix}"), rgb)


def test_transparency_stays(main: Main) -> None:
    rgba = np.concatenate([noise(0, 20, 30), noise(1, 20, 30)[..., :1]], axis=-1)
    Image.fromarray(rgba).save("alpha.png")
    code = bytes(rgba[0, 0, :3]).hex()
    main("recolor", "alpha.png", "-n", "4", "--swap", f"{code}=00ff00", "-o", "out.png")
    assert np.array_equal(pixels("out.png", "RGBA")[..., 3], rgba[..., 3])


def test_an_orientation_is_applied_and_sixteen_bits_are_read(main: Main) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Path("turned.png").write_bytes(encoded(Image.fromarray(noise(0, 4, 9)), "PNG", exif=exif))
    main("recolor", "turned.png", "-n", "2", "--swap", "white=black", "-o", "out.png")
    assert pixels("out.png").shape == (9, 4, 3)
    Image.fromarray(u16(np.full((3, 4), 0x8080))).save("deep.png")
    main("recolor", "deep.png", "-n", "1", "--swap", "808080=306090", "-o", "deep out.png")
    assert hexes("deep out.png") == {"306090"}


def test_what_stands_for_a_swatch_and_what_is_added_is_told(main: Main) -> None:
    swaps = ("--swap", "e01a4c=00a000", "--swap", "00ff00=ffff00")
    lines = main("recolor", "flag.png", "-n", "3", *swaps, "-o", "out.png").lines
    assert lines == [
        "wrote 16 x 1 pixels with 2 colors swapped to out.png",
        "#e01a4c stands for #e6194b of the palette (ΔE2000 1.5)",
        "#00ff00 is far from all colors of the palette, and was added",
    ]


def test_the_palette_can_be_that_of_a_file(main: Main) -> None:
    Path("one.hex").write_text(f"#{RED}\n")
    command = ("recolor", "flag.png", "--palette", "one.hex", "--swap", f"{RED}=2050d0")
    assert main(*command, "-o", "out.png").line.endswith("with 1 color swapped to out.png")
    assert {"2050d0", WHITE} < hexes("out.png")
    ended = main(*command, "-n", "3", "-o", "other.png")
    assert ended.code == 2
    assert ended.line.startswith("--colors is for a palette from the picture")


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp"])
def test_an_animation_stays_one(suffix: str, main: Main) -> None:
    frames = [GifFrame(np.full((3, 4), at, np.uint8), delay=20) for at in range(4)]
    Path("moving.gif").write_bytes(gif((4, 3), frames))
    old = bytes(COLORS[1]).hex()
    command = ("recolor", "moving.gif", "-n", "4", "--swap", f"{old}=123456")
    ended = main(*command, "-o", f"out{suffix}")
    assert ended.line == f"wrote 4 frames of 4 x 3 pixels with 1 color swapped to out{suffix}"
    assert count_frames(f"out{suffix}").frames == 4
    with Image.open(f"out{suffix}") as image:
        found = []
        for number in range(4):
            image.seek(number)
            found.append(bytes(np.asarray(image.convert("RGB"))[0, 0]).hex())
    assert found == [bytes(color).hex() if at != 1 else "123456" for at, color in enumerate(COLORS)]


def test_a_cube_file_changes_colors_as_the_picture_is_changed(main: Main) -> None:
    rgb = noise(0, 20, 15)
    Image.fromarray(rgb).save("colors.png")
    swap = ("--swap", f"{bytes(rgb[3, 3]).hex()}=2050d0")
    main("recolor", "colors.png", "-n", "5", *swap, "-o", "out.png")
    ended = main("recolor", "colors.png", "-n", "5", *swap, "-o", "Out.CUBE")
    assert ended.lines[0] == "wrote a table of 65 x 65 x 65 colors with 1 color swapped to Out.CUBE"
    table = table_of("Out.CUBE")
    seen = [looked_up(table, color) for color in rgb.reshape(-1, 3).tolist()]
    changed = pixels("out.png").reshape(-1, 3).astype(np.float64)
    assert np.abs(np.clip(seen, 0, 255) - changed).max() <= 0.51
    assert np.abs(changed - rgb.reshape(-1, 3)).max() > 60
    # Pillow takes such a table, and interpolates in cubes.
    image = Image.fromarray(rgb).filter(ImageFilter.Color3DLUT(65, table.ravel().tolist()))
    assert np.abs(np.asarray(image).reshape(-1, 3) - changed).mean() < 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--swap", "e6194b"), "A swap is OLD=NEW with two colors"),
        (("--swap", "e6194b="), "A swap is OLD=NEW with two colors"),
        (("--swap", "=e6194b"), "A swap is OLD=NEW with two colors"),
        (("--swap", "red=blue"), "A swap is OLD=NEW with two colors"),
        (("--swap", "e6194b=2050d0=ffffff"), "A swap is OLD=NEW with two colors"),
        (("--swap", "e6194b=fff", "--swap", "#E6194B=000"), "#e6194b is swapped twice"),
        (("--swap", "e6194b=fff", "--dither", "none"), "--dither is for the colors of a palette"),
    ],
)
def test_wrong_swaps_are_wrong_usage_and_leave_no_file(
    arguments: tuple[str, ...], said: str, main: Main
) -> None:
    before = names(Path())
    ended = main("recolor", "flag.png", *arguments, "-o", "out.png")
    assert (ended.code, ended.out) == (2, b"")
    assert said in ended.lines[-1]
    assert names(Path()) == before


def test_a_cube_file_without_swaps_is_wrong_usage(main: Main) -> None:
    ended = main("recolor", "flag.png", "-o", "out.cube")
    assert ended.code == 2
    assert ended.line == (
        "A .cube table says how colors change smoothly; name them with --swap OLD=NEW."
    )


@pytest.mark.parametrize("output", ["out.png", "out.cube"])
@pytest.mark.parametrize("picture", ["text.png", "cut.jpg", "missing.png", "transparent.png"])
def test_a_picture_that_cannot_be_used_leaves_no_file(
    picture: str, output: str, main: Main
) -> None:
    before = names(Path())
    ended = main("recolor", picture, "--swap", "white=black", "-o", output)
    assert (ended.code, ended.out) == (3, b"")
    assert names(Path()) == before


def test_a_file_is_only_replaced_on_request(main: Main) -> None:
    Path("out.cube").write_text("mine")
    command = ("recolor", "flag.png", "--swap", "white=black", "-o", "out.cube")
    assert main(*command).code == 2
    assert Path("out.cube").read_text() == "mine"
    assert main(*command, "--force").code == 0
    assert Path("out.cube").read_text().startswith('TITLE "out"\n')
