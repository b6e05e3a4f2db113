"""A file that cannot be opened is refused in a sentence that is true of it."""

from __future__ import annotations

import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, features

from palette_engine.errors import InputError
from palette_engine.pictures.reading import read_pixels
from tests.sample_pictures import encoded, noise, png_of, solid

JPEG, PNG, GIF = (
    encoded(Image.fromarray(noise(0, 16, 16)), kind) for kind in ("JPEG", "PNG", "GIF")
)
FRAME = JPEG.index(b"\xff\xc0")
BEHIND_COLORS = 13 + 3 * 2 ** ((GIF[10] & 7) + 1)


def png_with_header(**fields: int) -> bytes:
    """Return a PNG whose header has other values: bits, kind, compression, filters, interlaced."""
    names = ["bits", "kind", "compression", "filters", "interlaced"]
    values = [fields.get(name, value) for name, value in zip(names, PNG[24:29], strict=True)]
    body = b"IHDR" + PNG[16:24] + bytes(values)
    return PNG[:12] + body + struct.pack(">I", zlib.crc32(body)) + PNG[33:]


def jpeg_with_frame(place: int, value: int) -> bytes:
    data = bytearray(JPEG)
    data[FRAME + place] = value
    return bytes(data)


INDEXED = png_of(np.zeros((4, 4, 1), np.uint8), (b"PLTE", b"\1\2\3"), kind=3)

FILES = {
    "PNG sent as text": (PNG.replace(b"\r\n", b"\n", 1), "not those of a PNG, as if"),
    "IHDR": (PNG[:29] + bytes(4) + PNG[33:], r"header \(IHDR\) has a wrong checksum"),
    "PLTE": (INDEXED.replace(b"PLTE\1", b"PLTE\2"), r"palette \(PLTE\) has a wrong checksum"),
    "bits of a PNG": (png_with_header(bits=3), "PNG has no 3 bits with color type 2"),
    "color type": (png_with_header(kind=5), "PNG has no 8 bits with color type 5"),
    "filters": (png_with_header(filters=1), "a method that PNG does not have"),
    "JPEG of 12 bits": (jpeg_with_frame(4, 12), "a JPEG of 12 bits.*save it as PNG"),
    "two channels": (jpeg_with_frame(9, 2), "a JPEG of 2 channels.*save it as PNG"),
    "JPEG-LS": (JPEG[:FRAME] + b"\xff\xf7" + JPEG[FRAME + 2 :], "is JPEG-LS.*save it as PNG"),
    "bytes in a JPEG": (JPEG[:2] + b"abc" + JPEG[2:], "bytes between its segments"),
    "JPEG cut short": (JPEG[: FRAME + 6], "is cut short"),
    "GIF without a picture": (GIF[:BEHIND_COLORS] + b";", "has no picture in it"),
    "GIF cut short": (GIF[:BEHIND_COLORS], "is cut short"),
}


@pytest.mark.parametrize(("data", "message"), FILES.values(), ids=FILES)
def test_the_message_says_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        read_pixels(data)
    assert "not a picture" not in str(raised.value)


def test_a_jpeg_whose_height_is_behind_its_pixels() -> None:
    data = JPEG[: FRAME + 5] + b"\0\0" + JPEG[FRAME + 7 : -2] + b"\xff\xdc\0\4\0\x10\xff\xd9"
    with pytest.raises(InputError, match=r"height behind its pixels|has no pixels"):
        read_pixels(data)


@pytest.mark.parametrize("kind", ["AVIF", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.95])
def test_a_cut_file_is_called_so(kind: str, part: float) -> None:
    if not features.check(kind.lower()):
        pytest.skip(f"This Pillow has no {kind}.")
    data = encoded(Image.fromarray(noise(0, 64, 64)), kind)
    with pytest.raises(InputError, match=re.compile("cut short|damaged")) as raised:
        read_pixels(data[: int(len(data) * part)])
    assert "not a picture" not in str(raised.value)


def test_a_sound_file_of_each_kind_is_read() -> None:
    for kind in ("PNG", "JPEG", "GIF"):
        assert len(read_pixels(encoded(solid(), kind)).rgb) == 128
