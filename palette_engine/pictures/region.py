"""Region: the part of a picture to look at, in its pixels."""

from __future__ import annotations

from dataclasses import dataclass

from palette_engine.errors import InputError, Reason
from palette_engine.options import Region

__all__ = ["Box"]


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels: `right` and `bottom` are the first that are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, region: Region | None, size: tuple[int, int], name: str, turn: int = 1) -> Box:
        """Return the box of a region in a picture as it is stored.

        `size` is the stored width and height. `turn` is the EXIF orientation, 1 to 8: how a
        stored picture is shown. Regions are meant as shown.

        Raises `InputError` if the region reaches beyond the picture.
        """
        if region is None:
            return cls(0, 0, *size)
        width, height = size if turn < 5 else size[::-1]
        left, top, right, bottom = _edges(region, width, height)
        if right > width or bottom > height:
            shown = ",".join(f"{length:g}" for length in region)
            raise InputError(
                f"region {shown} reaches beyond {name}, which is {width:,} x {height:,} pixels.",
                Reason.BEYOND_PICTURE,
                width=width,
                height=height,
            )
        return _stored(cls(left, top, right, bottom), width, height, turn)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return (self.right - self.left, self.bottom - self.top)


def _edges(region: Region, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the edges of a region in pixels; of parts, those nearest, and at least one pixel."""
    left, top, wide, high = region
    if isinstance(left, int) and isinstance(top, int):
        return left, top, left + int(wide), top + int(high)
    first_column = min(round(left * width), width - 1)
    first_row = min(round(top * height), height - 1)
    last_column = max(round((left + wide) * width), first_column + 1)
    last_row = max(round((top + high) * height), first_row + 1)
    return first_column, first_row, last_column, last_row


def _stored(box: Box, width: int, height: int, turn: int) -> Box:
    """Return where a box of a picture as shown, of that width and height, is stored."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    if turn in (2, 3, 6, 7):
        left, right = width - right, width - left
    if turn in (3, 4, 7, 8):
        left, top, right, bottom = left, height - bottom, right, height - top
    if turn >= 5:
        left, top, right, bottom = top, left, bottom, right
    return Box(left, top, right, bottom)
