"""Microsoft's palette."""

from __future__ import annotations

import struct

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import riff


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def file(*chunks: bytes) -> bytes:
    return chunk(b"RIFF", b"PAL " + b"".join(chunks))


DATA = chunk(b"data", struct.pack("<2H", 0x0300, 2) + b"\1\2\3\0\4\5\6\0")


@pytest.mark.parametrize(
    "data",
    [
        file(DATA),
        file(chunk(b"plth", b"odd"), DATA),
        file(DATA, chunk(b"offl", b"")),
        file(DATA, DATA),
    ],
)
def test_the_chunk_of_colors_is_found(data: bytes) -> None:
    assert [swatch.color for swatch in riff.loads(data).swatches] == [(1, 2, 3), (4, 5, 6)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "does not begin with RIFF"),
        (chunk(b"RIFF", b"WAVE"), "does not begin with RIFF"),
        (b"RIFX", "does not begin with RIFF"),
        (file(), "damaged or cut short"),
        (file(chunk(b"plth", b"")), "damaged or cut short"),
        (file(b"plth\xff\xff\xff\xff"), "damaged or cut short"),
        (file(b"data"), "damaged or cut short"),
    ],
)
def test_lengths_and_counts_that_lie_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        riff.loads(data)


@pytest.mark.parametrize("declared", [0, 3, 0xFFFF])
def test_all_colors_are_read_whatever_the_count_says(declared: int) -> None:
    rows = b"\1\2\3\0\4\5\6\0"
    palette = riff.loads(file(chunk(b"data", struct.pack("<2H", 0x0300, declared) + rows)))
    assert [swatch.color for swatch in palette.swatches] == [(1, 2, 3), (4, 5, 6)]
    assert palette.note == f"The RIFF palette has 2 colors, though it says {declared:,}."


def test_as_many_empty_chunks_as_a_file_can_have_are_passed_over() -> None:
    assert len(riff.loads(file(chunk(b"none", b"") * 2**19, DATA)).swatches) == 2
