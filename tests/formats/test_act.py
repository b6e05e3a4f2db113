"""Photoshop's color table."""

from __future__ import annotations

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import act

TABLE = bytes(range(256)) * 3


@pytest.mark.parametrize(
    ("end", "count"),
    [
        (b"", 256),
        (b"\0\1\xff\xff", 1),
        (b"\0\x10\0\0", 16),
        (b"\1\0\xff\xff", 256),
        (b"\0\0\0\0", 256),
        (b"\xff\xff\xff\xff", 256),
    ],
)
def test_as_many_colors_are_read_as_are_used(end: bytes, count: int) -> None:
    swatches = act.loads(TABLE + end).swatches
    assert len(swatches) == count
    assert swatches[0].color == (0, 1, 2)


@pytest.mark.parametrize(
    ("size", "count", "remarks"),
    [
        (3, 1, 0),
        (5, 1, 1),
        (767, 255, 1),
        (769, 256, 0),
        (771, 256, 0),
        (773, 257, 1),
        (1008, 336, 0),
    ],
)
def test_all_colors_of_another_size_are_read(size: int, count: int, remarks: int) -> None:
    palette = act.loads((TABLE + TABLE)[:size])
    assert len(palette.swatches) == count
    assert len(palette.remarks) == remarks


@pytest.mark.parametrize("data", [b"", b"ab", bytes(64), b"\x89PNG\r\n\x1a\n", b"<html>"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not a Photoshop color table"):
        act.loads(data)
