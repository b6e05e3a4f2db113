"""Picture writers: small files of the kinds that Pillow does not write, for tests and fuzzing."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["boxed", "dds", "icon", "pdf", "psd", "qoi", "tga"]


def psd(
    planes: NDArray[Any],
    mode: int,
    *,
    packed: bool = False,
    large: bool = False,
    resources: Mapping[int, bytes] | None = None,
    colors: bytes = b"",
    layers: int = 0,
) -> bytes:
    """Return a Photoshop document of `(channels, h, w)`, bool, uint8 or uint16.

    `layers` is the number of layers, without any, below 0 if the first channel behind the colors is
    transparency.
    """
    channels, height, width = planes.shape
    depth = 1 if planes.dtype == np.bool_ else planes.dtype.itemsize * 8
    head = struct.pack("!4sH6xHIIHH", b"8BPS", 1 + large, channels, height, width, depth, mode)
    blocks = b"".join(
        b"8BIM" + struct.pack("!HHI", number, 0, len(body)) + body + bytes(len(body) % 2)
        for number, body in (resources or {}).items()
    )
    length = "!Q" if large else "!I"
    layer_info = struct.pack("!hH", layers, 0) if layers else b""
    section = struct.pack(length, len(layer_info)) + layer_info + bytes(4) if layers else b""
    rows = [_row_bytes(row) for plane in planes for row in plane]
    if packed:
        rows = [_packed(row) for row in rows]
        counts = b"".join(struct.pack("!I" if large else "!H", len(row)) for row in rows)
        body = b"\0\1" + counts + b"".join(rows)
    else:
        body = b"\0\0" + b"".join(rows)
    parts = (struct.pack("!I", len(colors)) + colors, struct.pack("!I", len(blocks)) + blocks)
    return head + b"".join(parts) + struct.pack(length, len(section)) + section + body


def _row_bytes(row: NDArray[Any]) -> bytes:
    if row.dtype == np.bool_:
        return np.packbits(row).tobytes()
    return row.astype(row.dtype.newbyteorder(">")).tobytes()


def _packed(row: bytes) -> bytes:
    """Return a row in PackBits, a run of the first byte and literals."""
    run = 1
    while run < min(len(row), 128) and row[run] == row[0]:
        run += 1
    out = bytes([257 - run, row[0]]) if run > 1 else bytes([0, row[0]])
    for at in range(run, len(row), 128):
        piece = row[at : at + 128]
        out += bytes([len(piece) - 1]) + piece
    return out


def tga(
    pixels: NDArray[np.uint8],
    kind: int,
    *,
    flags: int = 0,
    color_map: NDArray[np.uint8] | None = None,
    first: int = 0,
    attributes: int | None = None,
) -> bytes:
    """Return a TGA without compression, of the bytes of pixels `(h, w, bytes)`.

    `color_map` is `(colors, bytes)`, and `attributes` what its extension says of alpha.
    """
    height, width, size = pixels.shape
    colors = b"" if color_map is None else color_map.tobytes()
    count, bits = (0, 0) if color_map is None else (len(color_map), color_map.shape[1] * 8)
    head = struct.pack(
        "<3B2HB4H2B", 0, color_map is not None, kind, first, count, bits, 0, 0, width, height,
        size * 8, flags,
    )  # fmt: skip
    body = head + colors + pixels.tobytes()
    if attributes is None:
        return body
    extension = struct.pack("<H", 495) + bytes(492) + bytes([attributes])
    return body + extension + struct.pack("<II", len(body), 0) + b"TRUEVISION-XFILE.\0"


def dds(
    size: tuple[int, int],
    body: bytes,
    *,
    characters: bytes = b"",
    masks: Sequence[int] = (),
    bits: int = 0,
    number: int | None = None,
    alpha_mode: int = 0,
) -> bytes:
    """Return a DDS: by `characters`, by `masks` of RGB and perhaps alpha, or a DXGI `number`."""
    flags = 4 if not masks else 0x40 | (len(masks) > 3)
    code = b"DX10" if number is not None else characters
    head = b"DDS " + struct.pack("<7I44x", 124, 0x1007, size[1], size[0], 0, 0, 0)
    head += struct.pack("<II4sI4I", 32, flags, code, bits, *(*masks, 0, 0, 0, 0)[:4])
    head += struct.pack("<5I", 0x1000, 0, 0, 0, 0)
    if number is not None:
        head += struct.pack("<5I", number, 3, 0, 1, alpha_mode)
    return head + body


def icon(*pictures: tuple[int, int, int, bytes], kind: int = 1) -> bytes:
    """Return an icon, or a cursor if `kind` is 2, of width, height, bits and bytes of pictures."""
    place = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, kind, len(pictures)), b""
    for width, height, bits, data in pictures:
        head += struct.pack(
            "<4B2H2I", width % 256, height % 256, 0, 0, 1, bits, len(data), place + len(body)
        )
        body += data
    return head + body


def qoi(width: int, height: int, channels: int, codes: bytes) -> bytes:
    """Return a QOI of codes of pixels."""
    return b"qoif" + struct.pack("!IIBB", width, height, channels, 0) + codes + bytes(7) + b"\1"


def boxed(name: bytes, *bodies: bytes) -> bytes:
    """Return a box, as in JPEG 2000 and HEIF."""
    body = b"".join(bodies)
    return struct.pack("!I", 8 + len(body)) + name + body


def pdf(content: bytes, box: str = "0 0 200 100") -> bytes:
    """Return a PDF of one page with some content."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end
