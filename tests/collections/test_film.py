"""Shots, palettes and strips of videos and animations, which the tests make themselves."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.collections import film as module
from palette_engine.collections.film import film, read_film
from palette_engine.collections.film_strip import film_strip
from palette_engine.errors import InputError, OptionError, SetupError
from palette_engine.options import Options
from tests.cli.program import run
from tests.collections.hostile import install, misdeed

RED, BLUE, GREEN = (200, 30, 40), (20, 40, 180), (40, 160, 60)


def scene(one: tuple[int, int, int], other: tuple[int, int, int], moved: int) -> NDArray[np.uint8]:
    """Return a frame of two colors, one in a quarter that moves."""
    frame = np.full((64, 96, 3), one, np.uint8)
    frame[:, moved : moved + 24] = other
    return frame


SCENES = [
    *(scene(RED, BLUE, 6 * n) for n in range(10)),
    *(scene(GREEN, RED, 6 * n) for n in range(10)),
]
"""Ten frames, a cut, and ten more."""


def write_video(path: Path) -> None:
    """Write a video of five frames a second, with a key frame each second."""
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=Fraction(5))
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.bit_rate = 4_000_000
        stream.gop_size = 5
        for pixels in SCENES:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Return the video of `write_video`."""
    path = tmp_path / "film.mp4"
    write_video(path)
    return path


def near(colors: list[tuple[int, int, int]], expected: list[tuple[int, int, int]]) -> bool:
    """Tell whether colors are those that were encoded, as far as codecs keep them."""
    return len(colors) == len(expected) and all(
        abs(a - b) <= 8
        for one, two in zip(colors, expected, strict=True)
        for a, b in zip(one, two, strict=True)
    )


def test_a_cut_of_a_video_is_found_and_each_shot_has_its_palette(video: Path) -> None:
    found = read_film(str(video), 0.2, Options(colors=2))
    assert [(each.start, each.end, each.frames) for each in found.shots] == [
        (0.0, 1.8, 10),
        (2.0, 3.8, 10),
    ]
    first, second = ([swatch.color for swatch in shot.palette.swatches] for shot in found.shots)
    assert near(first, [RED, BLUE])
    assert near(second, [GREEN, RED])
    assert [round(swatch.share, 2) for swatch in found.shots[0].palette.swatches] == [0.75, 0.25]
    assert len(found.columns) == 20


def test_key_frames_are_read_unless_a_time_is_given(video: Path) -> None:
    keys = read_film(str(video), None, Options(colors=3))
    times = [(each.start, each.end) for each in keys.shots]
    assert times == [(0.0, 1.0), (2.0, 3.0)]
    assert near([each.color for each in keys.palette.swatches], [RED, GREEN, BLUE])
    assert len(read_film(str(video), 0.5, Options()).columns) == 8
    assert len(read_film(str(video), 100, Options()).columns) == 1


@pytest.mark.slow
def test_the_command_prints_shots_and_writes_palette_and_strip(video: Path) -> None:
    arguments = ("film", "film.mp4", "--every", "0.2", "-n", "2")
    ended = run(*arguments, "-o", "f.hex", "--strip", "s.png", folder=video.parent)
    lines = ended.out.decode().splitlines()
    assert [line[:26] for line in lines] == [
        "0:00:00.000  0:00:01.800  ",
        "0:00:02.000  0:00:03.800  ",
    ]
    assert ended.lines == ["wrote 2 colors to f.hex", "wrote 20 columns to s.png"]
    strip = np.asarray(Image.open(video.parent / "s.png").convert("RGB"))
    assert strip.shape == (400, 2000, 3)
    top = [tuple(strip[5, 100 * column + 50].tolist()) for column in range(20)]
    assert near(top, [RED] * 10 + [GREEN] * 10)
    shots = json.loads(run(*arguments, "--json", folder=video.parent).out)
    assert [each["frames"] for each in shots] == [10, 10]
    assert run(*arguments, "--strip", "s.jpg", folder=video.parent).code == 2


def test_an_animation_is_a_film_too(tmp_path: Path) -> None:
    frames = [Image.fromarray(each) for each in SCENES]
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=200)
    found = read_film(str(path), None, Options(colors=2))
    assert [(each.start, each.end, each.frames) for each in found.shots] == [
        (0.0, 1.8, 10),
        (2.0, 3.8, 10),
    ]
    assert [each.hex for each in found.shots[1].palette.swatches] == ["#28a03c", "#c81e28"]


def test_a_film_is_read_in_a_child_process(video: Path) -> None:
    found = film(video, every=0.2, colors=2)
    expected = read_film(str(video), 0.2, Options(colors=2))
    assert (found.shots, found.palette) == (expected.shots, expected.palette)
    assert film_strip(found.columns) == film_strip(expected.columns)
    with pytest.raises(OptionError, match="every must be a number of seconds above 0, not 0"):
        film(video, every=0)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        film(video.with_name("none.mp4"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("endless", "takes longer than 0.5 seconds; allow more with --seconds, or read fewer"),
        ("segfault", "needs more memory than there is, or is damaged; save it anew"),
    ],
)
def test_a_film_that_ends_or_stops_its_process_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", install(tmp_path / "hooks"))
    (tmp_path / "film.bmp").write_bytes(misdeed(name))
    with pytest.raises(InputError, match=f"film.bmp {said}"):
        film(tmp_path / "film.bmp", seconds=0.5)


def test_what_is_no_film_is_an_error(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.mp4").write_text("This is no video.")
    (tmp_path / "cut.mp4").write_bytes(video.read_bytes()[:500])
    for name in ("text.mp4", "cut.mp4"):
        with pytest.raises(InputError, match="is no video that can be read, or is damaged: "):
            read_film(str(tmp_path / name), None, Options())
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_film(str(tmp_path / "none.mp4"), None, Options())
    with pytest.raises(InputError, match="96 x 64 pixels; the limit is 1,000, see --max-pixels"):
        read_film(str(video), None, Options(max_pixels=1000))
    monkeypatch.setattr(module, "MOST_FRAMES", 3)
    with pytest.raises(InputError, match="more than 3 frames to read; read fewer with --every"):
        read_film(str(video), 0.2, Options())
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(SetupError, match=r"pip install 'palette-engine\[video\]'"):
        read_film(str(video), None, Options())
