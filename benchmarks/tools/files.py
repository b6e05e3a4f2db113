"""Files: the pictures as PNG files, and wallpapers from Debian's packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.cache import cache_path
from benchmarks.photos import photo
from benchmarks.pictures import PICTURES, Picture

__all__ = ["GROUPS", "SIZES", "WALLPAPERS", "photo_for", "pictures", "wallpapers"]

SIZES: Mapping[str, tuple[int, int]] = {"1 MP": (1224, 816), "12 MP": (4000, 3000)}
"""Width and height of the photographs for measuring time."""

MAX_PIXELS = 1_000_000
"""Wallpapers are reduced to this size, so that a reference takes a minute."""

SEED = 20_260_102


@dataclass(frozen=True)
class Wallpaper:
    """A picture in a Debian package."""

    package: str
    path: str


WALLPAPERS: Mapping[str, Wallpaper] = {
    "sway": Wallpaper("sway-backgrounds", "sway/Sway_Wallpaper_Blue_1920x1080.png"),
    "dragonfly": Wallpaper("lomiri-wallpapers-16.04", "Dragonfly_by_Bolly.jpg"),
    "sunset": Wallpaper("lomiri-wallpapers-16.04", "sunset_by_Aitzol_Berasategi.jpg"),
    "sea": Wallpaper("lomiri-wallpapers-20.04", "Infinite-Sea_by_Aury88.jpg"),
    "dragon": Wallpaper("ukui-wallpapers", "firstgeneration.jpg"),
    "mouse": Wallpaper("ukui-wallpapers", "the-mouse.jpg"),
}
"""The wallpapers by name: two photographs, a night sky, three drawn ones."""


_NAMES = tuple(PICTURES)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "all pictures": _NAMES,
    "photographs": _NAMES[:12],
    "gray": _NAMES[12:17],
    "drawn": _NAMES[17:],
    "wallpapers": tuple(WALLPAPERS),
}
"""The names of the pictures by group."""


def pictures(names: Sequence[str]) -> dict[str, Path]:
    """Return the PNG files of the pictures with these names; the first call makes them."""
    return {name: _png(name, PICTURES[name]) for name in names}


def wallpapers() -> dict[str, Path]:
    """Return the PNG files of the wallpapers; prints those that cannot be downloaded."""
    found = {}
    for name, wallpaper in WALLPAPERS.items():
        try:
            found[name] = _png(name, partial(_reduce_wallpaper, wallpaper))
        except (OSError, subprocess.SubprocessError) as error:
            print(f"no wallpaper {name} of {wallpaper.package}: {error}", file=sys.stderr)
    return found


def photo_for(size: str, *, only_png: bool) -> Path:
    """Return the photograph of a size, as a JPEG file or as PNG."""
    path = photo(*SIZES[size])
    if not only_png:
        return path
    png = path.with_suffix(".png")
    if not png.exists():
        _save(Image.open(path), png)
    return png


def _png(name: str, make: Callable[[], Picture]) -> Path:
    path = cache_path(f"tools/pictures/{name}.png")
    if not path.exists():
        _save(Image.fromarray(make()), path)
    return path


def _save(image: Image.Image, path: Path) -> None:
    part = path.with_suffix(".part")
    image.save(part, "PNG")
    part.replace(path)


def _reduce_wallpaper(wallpaper: Wallpaper) -> Picture:
    return _reduce(_fetch(wallpaper))


def _fetch(wallpaper: Wallpaper) -> Picture:
    """Return a wallpaper; its package is downloaded by apt, but not installed."""
    folder = cache_path(f"tools/debian-{wallpaper.package}")
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as part:
            fetch = ["apt-get", "download", "-q", wallpaper.package]
            subprocess.run(fetch, cwd=part, check=True, capture_output=True, timeout=600)
            (package,) = Path(part).glob("*.deb")
            unpacked = Path(part, "unpacked")
            subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True, capture_output=True)
            shutil.move(unpacked, folder)
    with Image.open(folder / "usr/share/backgrounds" / wallpaper.path) as image:
        picture: Picture = np.asarray(image.convert("RGB"))
    return picture


def _reduce(picture: Picture) -> Picture:
    """Return some rows and columns of a picture, so that no colors are mixed.

    One of each group of neighbors is taken at random, to avoid aliasing with regular patterns.
    """
    height, width = picture.shape[:2]
    step = max(1.0, (height * width / MAX_PIXELS) ** 0.5)
    random = np.random.default_rng(SEED)
    rows, columns = (
        (np.arange(count, dtype=np.int64) * step + random.random(count) * step)
        .astype(np.int64)
        .clip(0, length - 1)
        for length, count in ((length, int(length / step)) for length in (height, width))
    )
    reduced: Picture = picture[rows][:, columns]
    return reduced
