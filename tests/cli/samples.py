"""Pictures of every kind that the command line has to deal with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from tests.sample_pictures import BROWN, blocks, encoded, f32, solid, tiff, u8

__all__ = ["names", "samples"]

FLAG = blocks(((230, 25, 75), 8), ((255, 255, 255), 4), ((0, 0, 128), 4))
"""Half red, a quarter white, a quarter blue."""

NOISE = u8(np.random.default_rng(1).integers(0, 256, (64, 64, 3)))


@cache
def samples() -> dict[str, bytes]:
    """Return the pictures' files by their names."""
    return {
        "flag.png": encoded(Image.fromarray(FLAG), "PNG"),
        "two.png": encoded(Image.fromarray(blocks(((255, 0, 0), 3), ((0, 0, 255), 1))), "PNG"),
        "1x1.png": encoded(Image.new("RGB", (1, 1), BROWN), "PNG"),
        "one color.png": encoded(solid(), "PNG"),
        "noise.png": encoded(Image.fromarray(NOISE), "PNG"),
        "broken profile.png": encoded(solid(), "PNG", icc_profile=b"no profile"),
        "some nan.tif": tiff(
            f32([[[np.nan, 0, 0], [0, np.inf, 0], [1, 0, 0], [1, 0, 0]]]), photometric="rgb"
        ),
        "all nan.tif": tiff(f32(np.full((4, 4, 3), np.nan)), photometric="rgb"),
        "nan in gray.tif": tiff(f32([[np.nan, np.nan, 1.0, 1.0]])),
        "transparent.png": encoded(Image.new("RGBA", (4, 4), (*BROWN, 0)), "PNG"),
        "empty.png": b"",
        "text.png": b"This is no picture.\n",
        "cut.jpg": encoded(Image.fromarray(NOISE), "JPEG")[:640],
        "half.jpg": encoded(Image.fromarray(NOISE), "JPEG")[:-1000],
        "header only.jpg": encoded(Image.fromarray(NOISE), "JPEG")[:12],
        "cut.tif": tiff(f32(np.zeros((4, 4, 3))), photometric="rgb")[:204],
    }


def names(folder: Path) -> set[str]:
    """Return what is in a folder besides the pictures, hidden files too."""
    return {path.name for path in folder.iterdir()} - {*samples()}
