"""Pictures: the inputs of the benchmarks; nothing is downloaded."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

__all__ = ["PICTURES", "Picture", "photograph"]

Picture: TypeAlias = NDArray[np.uint8]
"""sRGB, uint8 `(height, width, 3)`."""

SEED = 20_260_101


def load_bundled(package: str, folder: str, name: str) -> Picture:
    """Return a picture from an installed package; its numbers are taken as sRGB."""
    with (
        files(package).joinpath(folder).joinpath(name).open("rb") as file,
        Image.open(file) as image,
    ):
        return np.asarray(image.convert("RGB"))


_scikit_image = partial(load_bundled, "skimage", "data")
_scikit_learn = partial(load_bundled, "sklearn", "datasets/images")


def photograph(width: int, height: int) -> Picture:
    """Return a photograph of any size: scikit-learn's `china.jpg`, enlarged, with sensor noise."""
    small = Image.fromarray(_scikit_learn("china.jpg"))
    picture = np.array(small.resize((width, height), Image.Resampling.BICUBIC), np.uint8)
    random = np.random.default_rng(SEED)
    for top in range(0, height, 256):  # in strips, because the noise takes four times the memory
        strip = picture[top : top + 256]
        noise = random.standard_normal(strip.shape, np.float32) * 3
        strip[:] = np.round(strip + noise).clip(0, 255)
    return picture


def screenshot() -> Picture:
    """Return a window with a title bar, a side bar, two buttons and anti-aliased text."""
    image = Image.new("RGB", (1200, 800), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1200, 47), "#2d2a32")
    for x, color in ((24, "#ff5f57"), (48, "#febc2e"), (72, "#28c840")):
        draw.ellipse((x - 7, 17, x + 7, 31), color)
    draw.text((560, 14), "Untitled", "#e6e1e5", ImageFont.load_default(16))
    draw.rectangle((0, 48, 259, 800), "#f3f3f6")
    draw.rectangle((0, 120, 259, 159), "#dbe7ff")
    for row in range(12):
        draw.text((24, 90 + 40 * row), f"Folder {row + 1}", "#3c3c43", ImageFont.load_default(15))
    draw.text((300, 80), "Palette Engine", "#1c1b1f", ImageFont.load_default(40))
    for row in range(18):
        line = f"{row + 1}. The quick brown fox jumps over the lazy dog, and back again."
        draw.text((300, 160 + 28 * row), line, "#49454f", ImageFont.load_default(17))
    for x, color, text in ((300, "#0b57d0", "Save"), (420, "#b3261e", "Delete")):
        draw.rounded_rectangle((x, 720, x + 100, 760), 8, color)
        draw.text((x + 26, 730), text, "#ffffff", ImageFont.load_default(17))
    return np.asarray(image)


ILLUSTRATION = (
    "#8ecae6",
    "#ffb703",
    "#ffffff",
    "#6a994e",
    "#386641",
    "#bc4749",
    "#774936",
    "#f2e8cf",
    "#023047",
    "#fb8500",
    "#a7c957",
    "#5c4d7d",
)
"""The twelve colors of `illustration`."""


def illustration() -> Picture:
    """Return a landscape in twelve flat colors with anti-aliased edges."""
    sky, sun, cloud, hill, tree, roof, trunk, wall, night, glow, field, mountain = ILLUSTRATION
    image = Image.new("RGB", (3200, 2400), sky)
    draw = ImageDraw.Draw(image)
    draw.ellipse((2300, 200, 2900, 800), glow)
    draw.ellipse((2380, 280, 2820, 720), sun)
    for x, y in ((400, 300), (1300, 500), (1700, 250)):
        draw.ellipse((x, y, x + 500, y + 160), cloud)
        draw.ellipse((x + 120, y - 90, x + 380, y + 140), cloud)
    draw.polygon(((0, 1500), (700, 600), (1500, 1500)), mountain)
    draw.polygon(((900, 1500), (1900, 800), (3000, 1500)), mountain)
    draw.ellipse((-800, 1200, 2200, 3000), hill)
    draw.ellipse((1000, 1400, 4400, 3200), field)
    for x in (300, 620, 2650):
        draw.rectangle((x + 80, 1700, x + 130, 1950), trunk)
        draw.ellipse((x, 1350, x + 210, 1780), tree)
    draw.rectangle((1400, 1600, 2000, 2050), wall)
    draw.polygon(((1330, 1600), (1700, 1250), (2070, 1600)), roof)
    draw.rectangle((1640, 1780, 1780, 2050), night)
    return np.asarray(image.reduce(4))


def gradient() -> Picture:
    """Return a smooth field of hue from left to right and lightness from top to bottom."""
    hues = np.array([colorsys.hls_to_rgb(x / 600, 0.5, 0.7) for x in range(600)], np.float64)
    lightness = np.linspace(1, 0.1, 400)[:, np.newaxis, np.newaxis]
    return np.round(hues * lightness * 255).astype(np.uint8)


def bird() -> Picture:
    """Return a gray sky and, on a thousandth of it, a vivid red bird."""
    height, width = 800, 1000
    random = np.random.default_rng(SEED)
    sky = np.linspace(150, 205, height)[:, np.newaxis] + random.normal(0, 2, (height, width))
    picture = sky[:, :, np.newaxis] + np.array((-2, 0, 4), np.float64)
    x = np.arange(width, dtype=np.float64)
    y = np.arange(height, dtype=np.float64)[:, np.newaxis]
    inside = ((x - 640) / 22) ** 2 + ((y - 270) / 11.6) ** 2 < 1
    red = np.array((214, 28, 36), np.float64)
    picture[inside] = red + random.normal(0, 6, (int(inside.sum()), 3))
    result: Picture = np.round(picture).clip(0, 255).astype(np.uint8)
    return result


def noise() -> Picture:
    """Return uniformly random colors."""
    return np.random.default_rng(SEED).integers(0, 256, (512, 512, 3), np.uint8)


def checkerboard() -> Picture:
    """Return two colors that alternate from pixel to pixel; it has more pixels than are sampled."""
    rows, columns = np.indices((1536, 2048), np.int32)
    odd = (rows + columns) % 2
    colors = np.array([(30, 60, 120), (250, 200, 40)], np.uint8)
    result: Picture = colors[odd]
    return result


def stripes() -> Picture:
    """Return columns of three colors in periods of 64; it has more pixels than are sampled."""
    column = np.arange(2048, dtype=np.int32) % 64
    color = np.select([column < 48, column < 63], [0, 1], 2)
    row = np.array([(235, 235, 230), (20, 110, 160), (220, 60, 40)], np.uint8)[color]
    return np.broadcast_to(row, (1536, 2048, 3))


PICTURES: Mapping[str, Callable[[], Picture]] = {
    "astronaut": partial(_scikit_image, "astronaut.png"),
    "chelsea": partial(_scikit_image, "chelsea.png"),
    "china": partial(_scikit_learn, "china.jpg"),
    "coffee": partial(_scikit_image, "coffee.png"),
    "color": partial(_scikit_image, "color.png"),
    "flower": partial(_scikit_learn, "flower.jpg"),
    "hubble": partial(_scikit_image, "hubble_deep_field.jpg"),
    "ihc": partial(_scikit_image, "ihc.png"),
    "large": partial(photograph, 2400, 1600),
    "motorcycle": partial(_scikit_image, "motorcycle_left.png"),
    "retina": partial(_scikit_image, "retina.jpg"),
    "rocket": partial(_scikit_image, "rocket.jpg"),
    "brick": partial(_scikit_image, "brick.png"),
    "camera": partial(_scikit_image, "camera.png"),
    "grass": partial(_scikit_image, "grass.png"),
    "gravel": partial(_scikit_image, "gravel.png"),
    "page": partial(_scikit_image, "page.png"),
    "screenshot": screenshot,
    "illustration": illustration,
    "gradient": gradient,
    "bird": bird,
    "noise": noise,
    "checkerboard": checkerboard,
    "stripes": stripes,
}
"""All pictures by name: eleven photographs and a large one, five gray ones, seven drawn ones."""
