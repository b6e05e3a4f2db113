"""Remains: what can be decoded of a JPEG or PNG that is damaged or cut short.

See docs/decisions.md#damaged-pictures.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE
from palette_engine.pictures import damaged_jpeg, damaged_png
from palette_engine.pictures.channels import Channels
from palette_engine.pictures.decoded import Decoded
from palette_engine.pictures.deep_png import DeepPng
from palette_engine.pictures.pillow_image import load_image, open_image
from palette_engine.pictures.pixels import strip_rows
from palette_engine.pictures.region import Box

__all__ = ["Remains", "is_doubtful", "is_mendable", "may_end_in_filler", "remains_of"]

MAX_FILE = 2**27
"""A larger file is not mended, which takes up to four times its bytes; 100 megapixels have less."""


FILLER = 128
"""The gray that libjpeg invents, or the ink."""


@dataclass(frozen=True, eq=False)
class Remains:
    """A picture that may be less than `height` high, and of which only the first `rows` are real.

    Of each `step`, columns and rows, only the first one was decoded, and stands for the others. If
    the picture is not `detailed`, all rows are there, but some of their detail is not; if it is not
    `certain`, some pixels may be wrong. `deep` is what remains of a PNG of 16 bits.
    """

    image: Image.Image
    rows: int
    height: int
    step: tuple[int, int] = (1, 1)
    is_detailed: bool = True
    is_certain: bool = True
    deep: DeepPng | None = None

    @property
    def missing(self) -> str:
        """What is missing or wrong, as the end of a sentence; empty if nothing is."""
        doubt = (
            "" if self.is_certain else "a checksum of its pixels is wrong, so some of them may be"
        )
        return ", and ".join(filter(None, (self._lack, doubt)))

    @property
    def _lack(self) -> str:
        if self.rows < self.height:
            share = 1 - self.rows / self.height
            shown = f"{share:.0%}".replace("%", " %") if share >= 0.01 else "less than 1 %"
            return f"{shown} of its rows are missing"
        columns, rows = self.step
        if columns * rows > 1:
            return f"only 1 of {columns * rows} pixels is there, and stands for its neighbors"
        return "" if self.is_detailed else "all of its rows are there, but not all of their detail"

    def marked(self, decoded: Decoded) -> Decoded:
        """Return what the image holds, in which pixels that are not real are transparent."""
        columns, rows = self.step
        if columns * rows > 1:
            return replace(decoded, rows=partial(self._nearest_rows, decoded.rows))
        if self.rows == self.height:
            return decoded
        return replace(
            decoded,
            rows=partial(self._marked_rows, decoded.rows),
            channels=partial(_marked_channels, decoded.channels),
        )

    def _nearest_rows(self, rows: Callable[[Box], NDArray[Any]], box: Box) -> NDArray[Any]:
        """Return pixels in a box, each that of the first one in its step."""
        across, down = self.step
        left, top = box.left - box.left % across, box.top - box.top % down
        native = rows(Box(left, top, box.right, box.bottom))
        column = np.arange(box.left, box.right, dtype=np.int64)
        row = np.arange(box.top, box.bottom, dtype=np.int64)
        picked: NDArray[Any] = native[row - row % down - top][:, column - column % across - left]
        return picked

    def _marked_rows(self, rows: Callable[[Box], NDArray[Any]], box: Box) -> NDArray[Any]:
        """Return pixels in a box, with one more channel that is 1 for the real ones, or else 0."""
        native = rows(box)  # below its last row, Pillow fills a box with zeros
        native = native[..., np.newaxis] if native.ndim == 2 else native
        mark = np.zeros((*native.shape[:2], 1), native.dtype)
        mark[: max(0, self.rows - box.top)] = 1
        return np.concatenate([native, mark], axis=2)


def _marked_channels(
    channels: Callable[[NDArray[Any]], Channels], native: NDArray[Any]
) -> Channels:
    """Return what pixels with a mark mean; those without it are transparent."""
    found = channels(native[:, :-1])
    opaque = np.full(len(native), 255, np.uint8) if found.alpha is None else found.alpha
    return Channels(found.mode, found.color, np.where(native[:, -1] > 0, opaque, 0))


def is_mendable(file: IO[bytes]) -> bool:
    """Return whether a damaged file is small enough to be mended; moves the position in it."""
    return file.seek(0, os.SEEK_END) <= MAX_FILE


def is_doubtful(file: IO[bytes], image: Image.Image) -> bool:
    """Return whether a file looks as if Pillow would invent pixels without raising an error."""
    place = file.tell()
    try:
        check = _CHECKS.get(image.format or "")
        return check is not None and is_mendable(file) and check(file)
    except DAMAGE:
        return False
    finally:
        file.seek(place)


def may_end_in_filler(image: Image.Image) -> bool:
    """Return whether the last pixel of a decoded JPEG is as bright as those that libjpeg invents.

    Of its color, other blocks may be a part.
    """
    if image.format not in ("JPEG", "MPO"):
        return False
    last = image.crop((image.width - 1, image.height - 1, image.width, image.height))
    values = np.asarray(last if image.mode == "CMYK" else last.convert("L"))
    return bool((np.abs(values.astype(np.int64) - FILLER) <= 2).all())


def remains_of(file: IO[bytes], image: Image.Image) -> Remains | None:
    """Return what remains, decoded, of a file that Pillow opened as an image but cannot decode.

    None if that is nothing. Moves the position in the file.
    """
    try:
        read = _READERS.get(image.format or "")
        found = read(file, image.height) if read and is_mendable(file) else None
    except (*DAMAGE, Image.DecompressionBombError):
        return None
    # A damaged file may have two headers, of which one was checked.
    return found if found and _fits(found, image) else None


def _fits(found: Remains, image: Image.Image) -> bool:
    return found.image.width == image.width and found.rows <= found.image.height <= image.height


def _of_png(file: IO[bytes], height: int) -> Remains | None:
    completed = damaged_png.completed(file)
    if completed is None:
        return None
    image = open_image(completed.file, ["PNG"])
    deep = DeepPng.of(image)
    load_image(image)
    step, is_certain = completed.step, completed.is_certain
    return Remains(image, image.height, height, step, is_certain=is_certain, deep=deep)


def _of_jpeg(file: IO[bytes], height: int) -> Remains | None:
    file.seek(0)
    outline = damaged_jpeg.outline_of(file.read())
    if outline is None or not (outline.gaps or outline.is_whole):
        return None
    files = map(io.BytesIO, outline.completed())
    if outline.is_coarse:
        image = _decoded(next(files), "JPEG")
        return Remains(image, image.height, height, is_detailed=False)
    before = [*_row_checksums(_decoded(next(files), "JPEG"))]  # so only one image is in memory
    image = _decoded(next(files), "JPEG")
    pairs = zip(before, _row_checksums(image), strict=True)
    known = next((row for row, (one, other) in enumerate(pairs) if one != other), image.height)
    return Remains(image, known, height) if known else None


def _is_doubtful_jpeg(file: IO[bytes]) -> bool:
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return False
    file.seek(0)
    outline = damaged_jpeg.outline_of(file.read())
    return outline is not None and not outline.is_whole


def _row_checksums(image: Image.Image) -> Iterator[int]:
    """Yield a checksum of each row."""
    for first, end in strip_rows(image.width, image.height):
        yield from map(zlib.crc32, np.asarray(image.crop((0, first, image.width, end))))


def _decoded(file: IO[bytes], kind: str) -> Image.Image:
    image = open_image(file, [kind])
    load_image(image)
    return image


_READERS: Mapping[str, Callable[[IO[bytes], int], Remains | None]] = {
    "JPEG": _of_jpeg,
    "MPO": _of_jpeg,
    "PNG": _of_png,
}

_CHECKS: Mapping[str, Callable[[IO[bytes]], bool]] = {
    "JPEG": _is_doubtful_jpeg,
    "MPO": _is_doubtful_jpeg,
    "PNG": damaged_png.is_doubtful,
}
