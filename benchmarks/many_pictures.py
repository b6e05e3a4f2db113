"""Many pictures: JPEGs of 0.65 megapixels, parts of those of CQ100, as of a museum's thumbnails.

``python -m benchmarks.many_pictures FOLDER --count 20000`` writes them, a thousand in a folder.
The same numbers give the same pixels, so a folder that is there is continued.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmarks.cq100 import VARIABLE, cq100_pictures

__all__ = ["write_pictures"]

LONG, SHORT = 930, 700
"""0.65 megapixels, upright or not."""

SMALLEST_PART = 0.5
"""A part of a picture has at least this share of its width and height."""

QUALITIES = (85, 93)
"""From which the quality of a JPEG is drawn; the last is not."""

IN_FOLDER = 1000


def write_pictures(folder: Path, count: int, pictures: Sequence[Path], workers: int = 1) -> None:
    """Write so many JPEGs, made of parts of pictures, into a folder; those there are kept."""
    for start in range(0, count, IN_FOLDER):
        (folder / f"{start // IN_FOLDER:03}").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool:
        write = partial(_write, folder, tuple(pictures))
        for _ in pool.map(write, range(count), chunksize=100):
            pass


def _write(folder: Path, pictures: Sequence[Path], number: int) -> None:
    path = folder / f"{number // IN_FOLDER:03}" / f"{number:06}.jpg"
    if path.exists():
        return
    chance = np.random.default_rng(number)
    part = _part(_opened(pictures[number % len(pictures)]), chance)
    quality = int(chance.integers(*QUALITIES))
    unfinished = path.with_suffix(".part")
    part.save(unfinished, "JPEG", quality=quality)
    unfinished.replace(path)


def _part(whole: Image.Image, chance: np.random.Generator) -> Image.Image:
    """Return a part of a picture in the size of all, perhaps mirrored."""
    size = (LONG, SHORT) if whole.width >= whole.height else (SHORT, LONG)
    scale = float(chance.uniform(SMALLEST_PART, 1))
    width, height = (round(scale * side) for side in whole.size)
    left = int(chance.integers(0, whole.width - width + 1))
    top = int(chance.integers(0, whole.height - height + 1))
    box = (left, top, left + width, top + height)
    part = whole.resize(size, Image.Resampling.BICUBIC, box)
    return ImageOps.mirror(part) if chance.integers(2) else part


@cache
def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def main() -> None:
    """Write the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--count", type=int, default=20_000, metavar="N", help="how many")
    parser.add_argument("--cq100", metavar="DIR", help=f"its pictures  [default: {VARIABLE}]")
    arguments = parser.parse_args()
    try:
        pictures = cq100_pictures(arguments.cq100, every=1)
    except FileNotFoundError as error:
        sys.exit(str(error))
    write_pictures(arguments.folder, arguments.count, pictures, os.cpu_count() or 1)


if __name__ == "__main__":
    main()
