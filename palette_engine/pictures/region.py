"""Region: the part of a picture to look at, in its pixels."""

from __future__ import annotations

from dataclasses import dataclass

from palette_engine.errors import InputError, Reason
from palette_engine.option_kinds import Region
from palette_engine.pictures.orientation import UPRIGHT, Edges, shown_size, stored_edges

__all__ = ["Box"]


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels; `right` and `bottom` are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(
        cls, region: Region | None, size: tuple[int, int], name: str, orientation: int = UPRIGHT
    ) -> Box:
        """Return the box of a region in a picture as it is stored.

        `size` is the stored width and height. The region is one of the picture as it is shown.

        Raises `InputError` if the region reaches beyond the picture.
        """
        if region is None:
            return cls(0, 0, *size)
        width, height = shown_size(size, orientation)
        left, top, right, bottom = _edges(region, width, height)
        if right > width or bottom > height:
            wanted = ",".join(f"{length:g}" for length in region)
            raise InputError(
                f"region {wanted} reaches beyond {name}, which is {width:,} x {height:,} pixels.",
                Reason.BEYOND_PICTURE,
                width=width,
                height=height,
            )
        return cls(*stored_edges((left, top, right, bottom), (width, height), orientation))

    @staticmethod
    def area_of(region: Region | None, size: tuple[int, int]) -> int:
        """Return about how many pixels a region has in a picture of width and height `size`."""
        left, top, right, bottom = _edges(region, *size) if region else (0, 0, *size)
        return (right - left) * (bottom - top)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return (self.right - self.left, self.bottom - self.top)

    @property
    def area(self) -> int:
        """The number of pixels."""
        return (self.right - self.left) * (self.bottom - self.top)

    def reduced(self, scale: int, size: tuple[int, int]) -> Box:
        """Return the squares of a side inside the box, counted from the top left of the picture.

        `size` is the picture's width and height; the squares at its right and its bottom may be
        incomplete. If there are none, the box is empty.
        """
        left, top = -(-self.left // scale), -(-self.top // scale)
        right, bottom = (
            -(-edge // scale) if edge == length else edge // scale
            for edge, length in zip((self.right, self.bottom), size, strict=True)
        )
        return Box(left, top, max(left, right), max(top, bottom))

    def rows(self, first: int, end: int) -> Box:
        """Return the part of the box from its row `first` to the row before `end`."""
        return Box(self.left, self.top + first, self.right, self.top + end)


def _edges(region: Region, width: int, height: int) -> Edges:
    """Return the edges of a region in pixels: for parts the nearest, at least one pixel apart."""
    left, top, wide, high = region
    if isinstance(left, int) and isinstance(top, int):
        return left, top, left + int(wide), top + int(high)
    first_column = min(round(left * width), width - 1)
    first_row = min(round(top * height), height - 1)
    last_column = max(round((left + wide) * width), first_column + 1)
    last_row = max(round((top + high) * height), first_row + 1)
    return first_column, first_row, last_column, last_row
