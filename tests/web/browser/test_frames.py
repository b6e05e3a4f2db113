"""Chromium judges: it shows each frame as it is read here, and as it was recolored."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine import count_frames, dumps_frames, extract, recolor_frames
from palette_engine.pictures.file_types import readable_formats
from palette_engine.recoloring.raster import Picture
from tests.animations import (
    CLEAR,
    KEEP,
    RESTORE,
    GifFrame,
    PngFrame,
    apng,
    encoded_frames,
    gif,
)
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

DECODE = """async ([data, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: 'none' });
  await decoder.tracks.ready;
  await decoder.completed;
  const found = { frames: [], plays: decoder.tracks.selectedTrack.repetitionCount };
  for (let index = 0; index < decoder.tracks.selectedTrack.frameCount; index += 1) {
    const { image } = await decoder.decode({ frameIndex: index });
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    found.frames.push({
      pixels: btoa(String.fromCharCode(...pixels)),
      width: canvas.width,
      duration: image.duration,
    });
    image.close();
  }
  return found;
}"""
"""Decodes all frames as Chromium shows them; durations are in microseconds."""


def by_chromium(shown: Shown, data: bytes, kind: str) -> tuple[list[NDArray[np.uint8]], list[Any]]:
    """Return the frames as RGBA, and their durations in milliseconds."""
    text = base64.b64encode(data).decode("ascii")
    found = shown.page.evaluate(DECODE, [text, f"image/{kind.lower()}"])
    frames = []
    for frame in found["frames"]:
        flat = np.frombuffer(base64.b64decode(frame["pixels"]), np.uint8)
        frames.append(flat.reshape(-1, frame["width"], 4).copy())
    return frames, [frame["duration"] / 1000 for frame in found["frames"]]


def visible(frame: NDArray[np.uint8]) -> NDArray[np.int64]:
    frame = frame.copy()
    frame[frame[..., 3] == 0] = 0
    return frame.astype(np.int64)


def check(shown: Shown, data: bytes, kind: str, tolerance: int = 0) -> None:
    frames, durations = by_chromium(shown, data, kind)
    ours = [*Picture.read_frames(data, "all", 10**8)]
    assert len(ours) == len(frames) > 1
    for picture, frame, duration in zip(ours, frames, durations, strict=True):
        found = visible(np.dstack([picture.rgb, picture.alpha]))
        assert np.abs(found - visible(frame)).max() <= tolerance
        assert picture.duration is not None
        assert duration == pytest.approx(float(picture.duration), abs=0.01)


DISPOSALS = (KEEP, CLEAR, RESTORE)


@pytest.mark.parametrize("seed", range(6))
def test_frames_of_a_gif_are_those_that_chromium_shows(shown: Shown, seed: int) -> None:
    random = np.random.default_rng(seed)
    frames = []
    for _ in range(8):
        height, width = random.integers(1, 9, 2).tolist()
        clear = random.choice([-1, 0, 3])
        frames.append(
            GifFrame(
                random.integers(0, 4, (height, width), np.uint8),
                int(random.integers(0, 13 - width)),
                int(random.integers(0, 10 - height)),
                int(random.choice(DISPOSALS)),
                int(random.integers(0, 30)),
                None if clear < 0 else int(clear),
            )
        )
    check(shown, gif((12, 9), frames), "GIF")


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_frames_of_a_png_are_those_that_chromium_shows(
    shown: Shown, seed: int, separate: bool, channels: int
) -> None:
    random = np.random.default_rng(seed)
    frames = []
    for at in range(8):
        height, width = (9, 12) if at == 0 else random.integers(1, 9, 2).tolist()
        pixels = random.integers(0, 256, (height, width, channels), np.uint8)
        if channels == 4:
            pixels[..., 3] = random.choice([0, 128, 200, 255], (height, width))
        frames.append(
            PngFrame(
                pixels,
                int(random.integers(0, 13 - width)),
                int(random.integers(0, 10 - height)),
                int(random.choice(DISPOSALS)),
                int(random.integers(0, 2)),
                (int(random.integers(0, 30)), 100),
            )
        )
    other = np.full((9, 12, channels), 77, np.uint8) if separate else None
    # Chromium blends premultiplied colors of 8 bits, which loses up to 1 of 128 levels each time.
    check(shown, apng((12, 9), frames, separate=other), "PNG", 0 if channels == 3 else 4)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_frames_of_other_kinds_are_those_that_chromium_shows(shown: Shown, kind: str) -> None:
    if kind not in readable_formats():
        pytest.skip(f"the installed Pillow has no {kind}")
    random = np.random.default_rng(0)
    frames = [random.integers(0, 256, (16, 16, 3), np.uint8) for _ in range(4)]
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": "4:4:4"}
    data = encoded_frames(frames, kind, duration=[40, 200, 80, 1000], **options)
    check(shown, data, kind, 0 if kind == "WEBP" else 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_recolored_animation_is_shown_by_chromium(
    shown: Shown, kind: str, transparent: bool
) -> None:
    random = np.random.default_rng(1)
    frames = [random.integers(0, 256, (11, 14, 4), np.uint8) for _ in range(5)]
    for frame in frames:
        clear = random.random((11, 14)) < 0.4
        frame[..., 3] = np.where(clear, 0, 255) if transparent else 255
    data = encoded_frames(frames, "PNG", duration=[50, 20, 200, 100, 1000])
    palette = extract(data, frames="all", colors=6)
    written = dumps_frames(
        recolor_frames(data, palette), f".{kind.lower()}", palette, count_frames(data).plays
    )
    found, durations = by_chromium(shown, written, kind)
    assert durations == [50, 20, 200, 100, 1000]
    for frame, right in zip(found, recolor_frames(data, palette), strict=True):
        assert np.array_equal(visible(frame), visible(np.array(right.image.convert("RGBA"))))
