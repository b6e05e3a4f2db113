"""The frames of an animation on the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.animations import COLORS, GifFrame, gif
from tests.cli.program import Main

SAMPLES = Path(__file__).parents[1] / "pictures/samples"
HEX = [f"#{bytes(color).hex()}" for color in COLORS]


@pytest.fixture(autouse=True)
def moving(folder: Path) -> None:
    """Write moving.gif, whose frames have one color each and are shown ever shorter."""
    frames = [GifFrame(np.full((3, 4), at, np.uint8), delay=40 - 9 * at) for at in range(4)]
    (folder / "moving.gif").write_bytes(gif((4, 3), frames))


@pytest.mark.parametrize(
    ("frames", "colors"),
    [("all", HEX), ("3", HEX[2:3]), ("2-3", HEX[1:3]), ("1", HEX[:1])],
)
def test_the_chosen_frames_are_extracted(frames: str, colors: list[str], main: Main) -> None:
    ended = main("extract", "moving.gif", "-n", str(len(colors)), "--frames", frames)
    assert (ended.code, ended.colors, ended.said) == (0, colors, "")


@pytest.mark.parametrize("command", ["extract", "show", "check"])
def test_every_command_that_reads_pictures_takes_frames(command: str, main: Main) -> None:
    ended = main(command, "moving.gif", "-n", "4", "--frames", "all")
    assert ended.code == 0
    assert all(color in ended.out.decode() for color in HEX)


@pytest.mark.parametrize("command", ["extract", "show", "check"])
def test_an_empty_first_frame_is_told_with_what_to_do(command: str, main: Main) -> None:
    ended = main(command, SAMPLES / "animated-first-frame-empty.gif")
    assert (ended.code, ended.line) == (
        3,
        "animated-first-frame-empty.gif has no colors in the first of its 3 frames, which is fully "
        'transparent; --frames all reads all of them (in Python: frames="all").',
    )


def test_a_first_frame_of_one_color_is_told_with_what_to_do(main: Main) -> None:
    ended = main("extract", SAMPLES / "animated-fades-in-from-black.gif", "-n", "1")
    assert (ended.code, ended.colors) == (0, ["#000000"])
    assert ended.line == (
        "warning: animated-fades-in-from-black.gif: only the first of 3 frames was read, which has "
        'one color; --frames all reads all of them (in Python: frames="all").'
    )


EMPTY = (
    "animated-first-frame-empty.gif has no colors in frame 1 of 3, which is fully transparent; "
    "--frames chooses another, such as --frames 2."
)


@pytest.mark.parametrize(
    "command", [("separate", "-o", "out"), ("recolor", "-o", "out.bmp")], ids=" ".join
)
@pytest.mark.parametrize("chosen", [(), ("--frames", "1")], ids=["default", "first"])
def test_where_one_frame_is_taken_the_advice_is_another_one_and_not_all(
    command: tuple[str, ...], chosen: tuple[str, ...], main: Main
) -> None:
    name, *output = command
    ended = main(name, SAMPLES / "animated-first-frame-empty.gif", *output, *chosen)
    assert (ended.code, ended.line) == (3, EMPTY)
    picture = SAMPLES / "animated-first-frame-empty.gif"
    assert main(name, picture, *output, "--frames", "2").code == 0  # as it advises


@pytest.mark.parametrize(
    "command", [("separate", "-o", "out"), ("recolor", "-o", "out.bmp")], ids=" ".join
)
def test_where_one_frame_is_taken_one_color_is_told_without_wrong_advice(
    command: tuple[str, ...], main: Main
) -> None:
    name, *output = command
    ended = main(name, SAMPLES / "animated-fades-in-from-black.gif", "-n", "1", *output)
    assert ended.code == 0
    assert any("took the first of 3 frames; --frames chooses" in line for line in ended.lines)
    assert "--frames all" not in ended.said


@pytest.mark.parametrize("frames", ["0", "last", "3-2", "-1"])
def test_other_frames_are_wrong_usage(frames: str, main: Main) -> None:
    ended = main("extract", "moving.gif", f"--frames={frames}")
    assert ended.code == 2
    assert "frames must be first, all, the number of a frame" in ended.said


def test_a_frame_that_does_not_exist_is_an_input_error(main: Main) -> None:
    ended = main("extract", "moving.gif", "--frames", "5")
    assert (ended.code, ended.line) == (
        3,
        "moving.gif has no frame 5: it has 4 frames; choose one of them.",
    )


def test_frames_are_not_for_palettes(folder: Path, main: Main) -> None:
    (folder / "two.hex").write_text("#ff0000\n#00ff00\n")
    ended = main("show", "two.hex", "--frames", "all")
    assert (ended.code, ended.line) == (2, "--frames is for pictures, and two.hex is a palette.")
