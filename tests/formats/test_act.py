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


@pytest.mark.parametrize("size", [0, 3, 767, 769, 771, 773, 1024])
def test_another_size_is_refused(size: int) -> None:
    with pytest.raises(InputError, match="neither 768 bytes nor 772"):
        act.loads(bytes(size))
