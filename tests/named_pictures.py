"""Pictures with colors that a person would name, smeared as files and renderers smear them."""

from __future__ import annotations

import colorsys
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.measures import differences
from tests.sample_pictures import clearly_different

__all__ = [
    "LIGHTS",
    "SMOOTHINGS",
    "NamedPicture",
    "card",
    "jpeg",
    "lines",
    "text",
]

Color = tuple[int, int, int]

WORDS = "The quick brown fox jumps over the lazy dog while five wizards box in a jug"


@dataclass(frozen=True, eq=False)
class NamedPicture:
    """A picture, uint8 `(h, w, 3)`, and the colors that a person would name in it."""

    rgb: NDArray[np.uint8]
    colors: tuple[Color, ...]


def jpeg(rgb: NDArray[np.uint8], quality: int) -> bytes:
    """Return a picture as a JPEG whose chroma is subsampled, 4:2:0."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality, subsampling=2)
    return file.getvalue()


def card(seed: int, size: int = 56) -> NamedPicture:
    """Return a card of four clearly different colors; only its heading has the fourth."""
    rng = np.random.default_rng([seed, 15])
    paper, band, button, ink = clearly_different(4, seed=1000 + seed, least=25)
    if seed % 2:
        paper = (255, 255, 255)
        band, button, ink = _unlike(paper, 3, 2000 + seed)
    image = Image.new("RGB", (640, 400), paper)
    draw = ImageDraw.Draw(image)
    height = int(rng.integers(110, 170))
    draw.rectangle((0, 0, 640, height), band)
    top = int(rng.integers(200, 240))
    draw.rectangle((40, top, 300, top + 80), button)
    heading = ("Evening Radio", "Summer Market", "Open Library", "Harbor Lights")[seed % 4]
    draw.text((64, height // 2 - size // 2), heading, ink, ImageFont.load_default(size))
    draw.text((70, top + 18), "Listen now", band, ImageFont.load_default(36))
    draw.text((340, top), "Every day at nine\nwith new songs", band, ImageFont.load_default(24))
    return NamedPicture(np.asarray(image), (paper, band, button, ink))


def _unlike(color: Color, count: int, seed: int) -> list[Color]:
    """Return clearly different colors that are all far from one."""
    for attempt in range(1000):
        found = clearly_different(count, seed=seed * 1000 + attempt, least=25)
        if differences(found, [color]).min() >= 25:
            return found
    raise AssertionError("no such colors")


Mask = NDArray[np.float64]
"""How much of each pixel is covered, 0 to 1, `(h, w)`, or of each of its thirds, `(h, w, 3)`."""


def _supersampled(factor: int) -> Callable[[Image.Image], Mask]:
    """Return the smoothing that has `factor` squared steps."""

    def smooth(image: Image.Image) -> Mask:
        big = np.asarray(image, np.float64) / 255
        height, width = big.shape[0] // factor, big.shape[1] // factor
        cut = big[: height * factor, : width * factor]
        parts: Mask = cut.reshape(height, factor, width, factor).mean(axis=(1, 3))
        return parts

    return smooth


def _subpixels(image: Image.Image) -> Mask:
    """Return the coverage of each third of a pixel, filtered as FreeType does by default."""
    big = np.asarray(image, np.float64) / 255
    height, width = big.shape[0] // 6, big.shape[1] // 6
    cut = big[: height * 6, : width * 6]
    thirds = cut.reshape(height, 6, width * 3, 2).mean(axis=(1, 3))
    kernel = np.array([8, 77, 86, 77, 8]) / 256
    padded = np.pad(thirds, ((0, 0), (2, 2)))
    filtered = sum(kernel[i] * padded[:, i : i + width * 3] for i in range(5))
    return np.asarray(filtered).reshape(height, width, 3)


SMOOTHINGS: Mapping[str, tuple[int, Callable[[Image.Image], Mask]]] = {
    "4": (2, _supersampled(2)),
    "16": (4, _supersampled(4)),
    "256": (16, _supersampled(16)),
    "subpixel": (6, _subpixels),
}
"""The enlargement in which edges are drawn, and the function that smooths them."""


def text(size: int, ink: Color, paper: Color, smoothing: str) -> NamedPicture:
    """Return some lines of text."""
    factor, smooth = SMOOTHINGS[smoothing]
    width, height = 320, 200
    image = Image.new("L", (width * factor, height * factor), 0)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    font = ImageFont.load_default(size * factor)
    words = WORDS.split()
    y, number = 8, 0
    while y + size < height - 8:
        line = " ".join(words[(number + i) % len(words)] for i in range(max(1, 600 // (size * 6))))
        draw.text((8 * factor, y * factor), line, 255, font)
        y, number = y + round(size * 1.4), number + 3
    return NamedPicture(_blended(smooth(image), ink, paper), (paper, ink))


def lines(width: int, ink: Color, paper: Color, smoothing: str) -> NamedPicture:
    """Return some straight lines."""
    factor, smooth = SMOOTHINGS[smoothing]
    rng = np.random.default_rng(width)
    image = Image.new("L", (320 * factor, 200 * factor), 0)
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        ends = rng.uniform(0, 1, 4) * np.array([320, 200, 320, 200]) * factor
        draw.line(ends.tolist(), 255, width * factor)
    return NamedPicture(_blended(smooth(image), ink, paper), (paper, ink))


def _blended(mask: Mask, ink: Color, paper: Color) -> NDArray[np.uint8]:
    part = mask if mask.ndim == 3 else mask[..., np.newaxis]
    blend = np.array(paper) * (1 - part) + np.array(ink) * part
    return np.round(blend).astype(np.uint8)


# Lights in the dark


def _night(seed: int, height: int = 400, width: int = 600) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(8, 3, (height, width, 3)).clip(0, 30)


def _distance(shape: tuple[int, ...], row: float, column: float) -> NDArray[np.float64]:
    rows, columns = np.indices(shape[:2])
    distance: NDArray[np.float64] = np.hypot(rows - row, columns - column)
    return distance


def _glow(
    picture: NDArray[np.float64], color: Color, part: NDArray[np.float64]
) -> NDArray[np.float64]:
    return picture * (1 - part[..., np.newaxis]) + np.array(color) * part[..., np.newaxis]


def _soft(distance: NDArray[np.float64], half: float) -> NDArray[np.float64]:
    """Return a Gaussian that is one half at a distance."""
    return np.asarray(0.5 ** ((distance / half) ** 2))


def discs(share: float, hues: int = 3, seed: int = 0) -> NamedPicture:
    """Return soft discs of several hues, each above half its brightness on a share of the area."""
    picture = _night(seed)
    height, width = picture.shape[:2]
    half = (share * height * width / np.pi) ** 0.5
    if hues == 3:
        colors = [(255, 40, 120), (40, 220, 255), (255, 200, 40)]
    else:
        colors = [_rgb(colorsys.hsv_to_rgb(number / hues, 0.85, 1.0)) for number in range(hues)]
    for number, color in enumerate(colors):
        row = height * (0.3 if number % 2 else 0.7)
        distance = _distance(picture.shape, row, width * (number + 0.5) / hues)
        picture = _glow(picture, color, _soft(distance, half))
    return NamedPicture(_rounded(picture), tuple(colors))


def embers(seed: int = 1) -> NamedPicture:
    """Return many small orange glows."""
    rng = np.random.default_rng(seed)
    picture = _night(seed)
    color = (255, 120, 30)
    for _ in range(30):
        distance = _distance(picture.shape, rng.uniform(200, 390), rng.uniform(10, 590))
        picture = _glow(picture, color, _soft(distance, rng.uniform(1.5, 3)))
    return NamedPicture(_rounded(picture), (color,))


def stars(seed: int = 2) -> NamedPicture:
    """Return white and blue stars."""
    rng = np.random.default_rng(seed)
    picture = _night(seed)
    colors = ((255, 250, 240), (120, 170, 255))
    for number in range(80):
        distance = _distance(picture.shape, rng.uniform(5, 395), rng.uniform(5, 595))
        picture = _glow(picture, colors[number % 2], _soft(distance, rng.uniform(1.0, 1.8)))
    return NamedPicture(_rounded(picture), colors)


def neon(seed: int = 3) -> NamedPicture:
    """Return two glowing tubes."""
    picture = _night(seed)
    rows, columns = np.indices(picture.shape[:2])
    colors = ((255, 30, 160), (30, 240, 220))
    for color, row, column in zip(colors, (150, 260), (300, 250), strict=True):
        ring = np.abs(np.hypot(rows - row, columns - column) - 60)
        picture = _glow(picture, color, _soft(ring, 3))
        picture = _glow(picture, color, 0.25 * _soft(ring, 12))
    return NamedPicture(_rounded(picture), colors)


def candle(seed: int = 4) -> NamedPicture:
    """Return a flame with a wide warm glow."""
    picture = _night(seed)
    rows, columns = np.indices(picture.shape[:2])
    flame = np.hypot((rows - 200) / 2.2, columns - 300)
    picture = _glow(picture, (120, 50, 10), 0.5 * _soft(flame, 40))
    picture = _glow(picture, (255, 170, 60), _soft(flame, 7))
    return NamedPicture(_rounded(picture), ((255, 170, 60),))


LIGHTS: Mapping[str, Callable[[], NamedPicture]] = {
    **{
        f"{hues} discs of {share:.2%}": partial(discs, share, hues)
        for share in (0.0005, 0.001, 0.0025, 0.01)
        for hues in (3, 6)
    },
    "embers": embers,
    "stars": stars,
    "neon": neon,
    "candle": candle,
}


def _rgb(color: tuple[float, float, float]) -> Color:
    red, green, blue = (round(255 * channel) for channel in color)
    return red, green, blue


def _rounded(picture: NDArray[np.float64]) -> NDArray[np.uint8]:
    return picture.round().clip(0, 255).astype(np.uint8)
