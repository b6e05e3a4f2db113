"""Orientation: how a picture as it is stored is turned and mirrored to be shown.

Orientations are those of EXIF and TIFF, 1 to 8 (Exif 2.32, tag 274). What is stored becomes what is
shown in up to three steps, in this order: rows and columns are swapped, the columns are reversed,
the rows are reversed.

Loads no numpy, as the page's server asks where a region is and leaves pixels to its workers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ORIENTATION",
    "UPRIGHT",
    "Edges",
    "orientation_of",
    "shown",
    "shown_position",
    "shown_size",
    "stored",
    "stored_edges",
]

ORIENTATION = 274
"""The tag, in EXIF and TIFF, that holds the orientation."""

UPRIGHT = 1
"""The orientation of a picture that is shown as it is stored."""

SWAPPED = (5, 6, 7, 8)
COLUMNS_REVERSED = (2, 3, 6, 7)
ROWS_REVERSED = (3, 4, 7, 8)

Edges: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom of a rectangle; right and bottom are the first pixels outside."""

Number = TypeVar("Number", bound="np.generic")


def orientation_of(value: object) -> int:
    """Return a tag's value if it is an orientation, else `UPRIGHT`."""
    return value if isinstance(value, int) and 1 <= value <= 8 else UPRIGHT


def shown_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return width and height as shown from those as stored."""
    return size[::-1] if orientation in SWAPPED else size


def shown(stored: NDArray[Number], orientation: int) -> NDArray[Number]:
    """Return rows and columns, `(h, w, ...)`, as they are shown."""
    rows = stored.swapaxes(0, 1) if orientation in SWAPPED else stored
    if orientation in COLUMNS_REVERSED:
        rows = rows[:, ::-1]
    if orientation in ROWS_REVERSED:
        rows = rows[::-1]
    return rows.copy(order="C") if rows is not stored else rows


def stored(picture: NDArray[Number], orientation: int) -> NDArray[Number]:
    """Return rows and columns as shown, `(h, w, ...)`, as they are stored."""
    rows = picture[::-1] if orientation in ROWS_REVERSED else picture
    if orientation in COLUMNS_REVERSED:
        rows = rows[:, ::-1]
    return rows.swapaxes(0, 1) if orientation in SWAPPED else rows


def shown_position(
    row: NDArray[np.int64], column: NDArray[np.int64], side: int, orientation: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns in a grid of `side` x `side` tiles as the grid is shown."""
    if orientation in SWAPPED:
        row, column = column, row
    if orientation in COLUMNS_REVERSED:
        column = side - 1 - column
    if orientation in ROWS_REVERSED:
        row = side - 1 - row
    return row, column


def stored_edges(edges: Edges, size: tuple[int, int], orientation: int) -> Edges:
    """Return where a rectangle of a picture as shown, of width and height `size`, is stored."""
    left, top, right, bottom = edges
    width, height = size
    if orientation in COLUMNS_REVERSED:
        left, right = width - right, width - left
    if orientation in ROWS_REVERSED:
        top, bottom = height - bottom, height - top
    if orientation in SWAPPED:
        left, top, right, bottom = top, left, bottom, right
    return left, top, right, bottom
