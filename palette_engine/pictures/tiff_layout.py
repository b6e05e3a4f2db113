"""TIFF layout: what the tags of a TIFF say of its samples, and where they are.

TIFF 6.0 (Adobe, 1992) and its supplements; numbers of tags are in tiff_tags.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures.tiff_tags import Tags, damage
from palette_engine.pictures.tiff_ycbcr import YCbCr, ycbcr_of

__all__ = [
    "COLOR_MODELS",
    "FLOAT",
    "SIGNED",
    "UNSIGNED",
    "Layout",
    "Segments",
    "check_work",
    "layout_of",
]

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, INDEXED, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9

COLOR_MODELS: Mapping[int, tuple[str, int]] = {
    WHITE_IS_ZERO: ("negative", 1),
    BLACK_IS_ZERO: ("gray", 1),
    RGB: ("RGB", 3),
    INDEXED: ("indexed", 1),
    CMYK: ("CMYK", 4),
    YCBCR: ("YCbCr", 3),
    CIELAB: ("CIELAB", 3),
    ICCLAB: ("ICCLab", 3),
}
"""The name and the number of channels of each photometric interpretation that is read."""

UNSIGNED, SIGNED, FLOAT, UNDEFINED = 1, 2, 3, 4
"""Sample formats."""

UNCOMPRESSED = 1
CHUNKY, SEPARATE = 1, 2
"""The planar configurations: the samples of a pixel together, or each channel in own strips."""

PILLOW_COMPRESSIONS: Mapping[int, str] = {
    2: "CCITT", 3: "CCITT", 4: "CCITT", 6: "JPEG", 7: "JPEG", 32771: "raw", 32809: "ThunderScan",
}  # fmt: skip
"""Compressions for pictures of at most 8 bits, which Pillow decodes."""

PREDICTED = (5, 8, 32946, 34925, 50000)
"""The compressions that can have a predictor; others ignore it, as in libtiff."""

WEBP = 50001
"""The compression whose strips and tiles are WebP files, of RGB with or without alpha."""

OWN_COMPRESSIONS = (UNCOMPRESSED, 32773, WEBP, *PREDICTED)
"""The compressions that are read here: but for WebP, those of bytes for samples of any size."""

FEW_SEGMENTS = 10_000
"""So many strips or tiles may be WebP files, as each takes a third of a millisecond."""

COMPRESSION_NAMES: Mapping[int, str] = {
    32766: "NeXT", 32895: "JPEG XR", 33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000",
    34661: "JBIG", 34676: "SGI Log", 34677: "SGI Log", 34712: "JPEG 2000", 34887: "LERC",
    34892: "lossy JPEG", 34933: "PNG", 34934: "JPEG XR", 50002: "JPEG XL", 52546: "JPEG XL",
    65000: "Kodak DCR", 32767: "Sony ARW", 34713: "Nikon NEF", 65535: "Pentax PEF",
}  # fmt: skip
"""What users call compressions that nothing here decodes."""

MAX_SAMPLES = 64
"""At most this many samples a pixel are read; more are measurements and no picture."""

MAX_SEGMENTS = 200_000
"""So many strips or tiles a picture of any size may have; each takes some microseconds."""

SMALLEST = 4096
"""One more for each so many pixels, as tiles of 64 x 64 pixels have."""

MAX_UNPACKED = 4 * 10**9
"""At most this many bytes are unpacked of a picture of more than `USUAL_BYTES` a pixel."""

USUAL_BYTES = 32
"""The bytes of a pixel with four channels in floats of 64 bits."""

BATCH = 2**20
"""Segments of at most so many bytes in all are read at once, but at least one."""

BAND = 2**20
"""Uncompressed strips are read at most so many bytes at a time, but at least one row."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Strips or tiles: `width` x `height` pixels each, and where each is in the file.

    They are in rows from the top left. `offsets` and `counts` are int64 `(planes, down, across)`.
    """

    width: int
    height: int
    offsets: NDArray[np.int64]
    counts: NDArray[np.int64]
    is_tiled: bool


@dataclass(frozen=True, eq=False)
class Layout:
    """How the samples of a TIFF are stored.

    `bits` has the size of each sample of a pixel, which all have the sample format `kind`.
    `extra` are the meanings of the samples behind the channels of the color model: 1 is alpha
    that is multiplied into the colors, 2 is straight alpha, and all others have no meaning here.
    `colormap` is uint16 `(colors, 3)`, empty unless the picture is indexed. `ycbcr` is None unless
    it is YCbCr.
    """

    width: int
    height: int
    order: str
    photometric: int
    bits: tuple[int, ...]
    kind: int
    extra: tuple[int, ...]
    planes: int
    compression: int
    predictor: int
    is_reversed: bool
    segments: Segments
    colormap: NDArray[np.uint16]
    ycbcr: YCbCr | None

    @property
    def channels(self) -> int:
        """The number of samples of a pixel in each plane."""
        return len(self.bits) // self.planes

    @property
    def is_subsampled(self) -> bool:
        """Whether several pixels share samples, as those of YCbCr can."""
        return self.ycbcr is not None and self.ycbcr.is_subsampled

    @property
    def rows_together(self) -> int:
        """The number of rows that are stored as one, as their pixels share samples."""
        return self.ycbcr.down if self.ycbcr else 1

    @property
    def row_bytes(self) -> int:
        """The number of bytes in a stored row of a segment; several planes have equal samples."""
        if self.ycbcr and self.ycbcr.is_subsampled:
            return -(-self.segments.width // self.ycbcr.across) * self.ycbcr.unit_bytes
        return (self.segments.width * sum(self.bits[: self.channels]) + 7) // 8

    @property
    def stored_bytes(self) -> int:
        """The number of bytes in a segment that is not compressed."""
        return max(1, -(-self.segments.height // self.rows_together) * self.row_bytes)

    @cached_property
    def rows_at_once(self) -> int:
        """The number of rows of segments that are read at once."""
        planes, down, across = self.segments.offsets.shape
        most = max(1, BATCH // max(1, planes * across * self.stored_bytes))
        return int(min(most, down))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of samples once they are unpacked."""
        most = max(self.bits)
        if self.kind == FLOAT:
            return np.dtype(f"f{most // 8}")
        return np.dtype(f"u{1 if most <= 8 else 2 if most <= 16 else 4}")

    @property
    def memory(self) -> int:
        """The bytes that reading takes at a time: rows of segments, as stored and unpacked."""
        segments = self.segments
        count: int = self.rows_at_once * segments.offsets[:, 0].size
        stored = max(self.stored_bytes, min(BATCH, count * self.stored_bytes))
        packed = any(bits not in (8, 16, 32, 64) for bits in self.bits)
        pixels = segments.height * segments.width
        # Unpacking bits takes a byte for each of them, and a predictor a second copy.
        unpacking = stored * (17 if packed else 3)
        return unpacking + pixels * count * self.channels * self.dtype.itemsize


def layout_of(tags: Tags) -> Layout | None:
    """Return the layout of a TIFF, or None if only Pillow can read one of its kind.

    Raises `InputError` if the tags contradict each other or the picture is of a kind that is not
    read.
    """
    width, height = (tags.number(tag, 0) for tag in (256, 257))
    if 256 not in tags or 257 not in tags:
        raise damage(tags.name, "it does not tell its size")
    samples = tags.number(277, max(1, len(tags.numbers(258))))  # some writers leave it out
    if not 0 < samples <= MAX_SAMPLES:
        raise damage(tags.name, f"it has {samples:,} samples a pixel")
    bits = _each(tags, 258, 1, samples)
    kinds = _each(tags, 339, UNSIGNED, samples)
    photometric = tags.number(262, RGB if samples >= 3 else BLACK_IS_ZERO)
    compression = tags.number(259, UNCOMPRESSED)
    if _is_for_pillow(tags, photometric, compression, bits, kinds):
        return None
    extra = _extra_samples(tags, photometric, samples)
    _check_kind(tags, photometric, bits, kinds)
    planar = tags.number(284, CHUNKY)
    if planar not in (CHUNKY, SEPARATE):
        raise damage(tags.name, f"there is no planar configuration {planar}")
    planes = samples if planar == SEPARATE else 1
    predictor = tags.number(317, 1) if compression in PREDICTED else 1
    layout = Layout(
        width,
        height,
        tags.order,
        photometric,
        bits,
        UNSIGNED if kinds[0] == UNDEFINED else kinds[0],
        extra,
        planes,
        compression,
        predictor,
        is_reversed=tags.number(266, 1) == 2,
        segments=_segments(tags, width, height, planes),
        colormap=_colormap(tags, photometric, bits[0]),
        ycbcr=ycbcr_of(tags, width * height) if photometric == YCBCR else None,
    )
    if layout.is_subsampled and (extra or planes > 1 or predictor > 1):
        raise _unreadable(tags)
    is_plain = photometric == RGB and planes == 1 and bits in ((8,) * 3, (8,) * 4)
    if compression == WEBP and not is_plain:
        raise _unreadable(tags)
    _check_predictor(layout, tags.name)
    return _with_sizes(layout, tags)


def check_work(layout: Layout, name: str) -> None:
    """Raise `InputError` if a picture takes too long to read for what it is.

    Its pieces may all be the same one in the file, so a small file may take long, too.
    """
    pixels, pieces = layout.width * layout.height, int(layout.segments.offsets.size)
    most = FEW_SEGMENTS if layout.compression == WEBP else MAX_SEGMENTS
    if pieces > most + pixels // SMALLEST:
        raise InputError(
            f"{name} is cut into {pieces:,} pieces, which take too long to read; save it with "
            "larger strips or tiles."
        )
    unpacked = pieces * layout.stored_bytes
    if unpacked > max(MAX_UNPACKED, USUAL_BYTES * pixels):
        raise InputError(
            f"{name} unpacks to {unpacked // 10**6:,} MB, which takes too long; save it with fewer "
            "channels, or with strips or tiles that fit it."
        )


def _each(tags: Tags, tag: int, default: int, samples: int) -> tuple[int, ...]:
    """Return a number for each sample of a pixel; one number is that of all."""
    numbers = tags.numbers(tag).tolist() or [default]
    if len(numbers) == 1 or len({*numbers}) == 1:
        return (numbers[0],) * samples
    if len(numbers) < samples:
        raise damage(tags.name, "it does not tell the kind of each sample")
    return tuple(numbers[:samples])


def _is_for_pillow(
    tags: Tags,
    photometric: int,
    compression: int,
    bits: tuple[int, ...],
    kinds: tuple[int, ...],
) -> bool:
    """Return whether Pillow decodes a TIFF; raises `InputError` if nothing does."""
    if compression in OWN_COMPRESSIONS and photometric in COLOR_MODELS:
        return False
    if compression not in OWN_COMPRESSIONS and compression not in PILLOW_COMPRESSIONS:
        known = COMPRESSION_NAMES.get(compression, f"a method with the number {compression}")
        raise InputError(
            f"{tags.name} is compressed with {known}, which this cannot read; save it with LZW or "
            "Deflate (ZIP) compression, or without any."
        )
    if photometric not in COLOR_MODELS or max(bits) > 8 or {*kinds} - {UNSIGNED, UNDEFINED}:
        raise _unreadable(tags)
    return True


def _extra_samples(tags: Tags, photometric: int, samples: int) -> tuple[int, ...]:
    """Return the meaning of each sample behind the color.

    A single one without a meaning in the file is straight alpha, as for libvips and Pillow: many
    writers of RGBA leave the tag out.
    """
    count = samples - COLOR_MODELS[photometric][1]
    if count < 0:
        raise damage(
            tags.name, f"it has {samples} samples a pixel, too few for its {_model(photometric)}"
        )
    meanings = tags.numbers(338).tolist()
    if not meanings and count == 1:
        return (2,)
    return (*meanings, *(0 for _ in range(count)))[:count]


def _model(photometric: int) -> str:
    return COLOR_MODELS[photometric][0]


def _check_kind(
    tags: Tags, photometric: int, bits: tuple[int, ...], kinds: tuple[int, ...]
) -> None:
    """Raise `InputError` unless it is known what the samples mean."""
    lab = photometric in (CIELAB, ICCLAB)
    # Of CIELAB, a* and b* have a sign, whatever the file says of it.
    is_mixed = len({*kinds}) > 1 and not (lab and {*kinds} <= {UNSIGNED, SIGNED, UNDEFINED})
    if SIGNED in kinds and not lab:
        raise InputError(
            f"{tags.name} has signed whole numbers of {max(bits)} bits as pixels, and nothing says "
            "which of them are black and white; save it with unsigned 8 or 16 bits."
        )
    known = {
        UNSIGNED: all(1 <= size <= 32 for size in bits),
        UNDEFINED: all(1 <= size <= 32 for size in bits),
        FLOAT: {*bits} in ({16}, {32}, {64}),
        SIGNED: True,
    }
    unread = is_mixed or not known.get(kinds[0], False) or tags.number(32997, 1) > 1
    unread = unread or (len({*bits}) > 1 and tags.number(284, 1) == SEPARATE)
    unread = unread or (photometric == YCBCR and {*bits} != {8})
    unread = unread or (lab and ({*bits} not in ({8}, {16}) or FLOAT in kinds))
    indexed = photometric == INDEXED and (bits[0] > 16 or FLOAT in kinds)
    # Another ink set than CMYK, which has names but no colors.
    inks = photometric == CMYK and tags.number(332, 1) == 2
    if unread or indexed or inks:
        raise _unreadable(tags)


def _unreadable(tags: Tags) -> InputError:
    return InputError(
        f"{tags.name} is a TIFF of a kind this cannot read; save it as RGB with 8 or 16 bits."
    )


def _colormap(tags: Tags, photometric: int, bits: int) -> NDArray[np.uint16]:
    """Return the colors of an indexed picture, uint16 `(colors, 3)`.

    Some writers fill only 8 of their 16 bits, which libtiff recognizes in the same way.
    """
    if photometric != INDEXED:
        return np.empty((0, 3), np.uint16)
    numbers = tags.numbers(320)
    if len(numbers) != 3 * 2**bits or numbers.max() > 65535:
        raise damage(tags.name, "its ColorMap does not fit its indexes")
    factor = 257 if numbers.max() < 256 else 1
    return (numbers.reshape(3, -1).T * np.uint64(factor)).astype(np.uint16)


def _segments(tags: Tags, width: int, height: int, planes: int) -> Segments:
    """Return where the strips or tiles are; sizes that are missing are 0."""
    is_tiled = 322 in tags or 323 in tags
    across = down = 1
    if is_tiled:
        wide, high = tags.number(322, 0), tags.number(323, 0)
        if not wide or not high:
            raise damage(tags.name, "its tiles have no size")
        across, down = -(-width // wide), -(-height // high)
    else:
        wide, high = width, min(tags.number(278, height) or height, height)
        down = -(-height // high) if high else 0
    count = planes * across * down
    offsets = tags.numbers(324 if is_tiled else 273)
    if is_tiled and not len(offsets):
        offsets = tags.numbers(273)
    counts = tags.numbers(325 if is_tiled and 325 in tags else 279)
    if len(offsets) < count:
        what = "tiles" if is_tiled else "strips"
        raise damage(tags.name, f"{count - len(offsets):,} of its {count:,} {what} are missing")
    if len(counts) < count:
        counts = np.zeros(count, np.uint64)
    shape = (planes, down, across)
    return Segments(
        wide,
        high,
        _within(offsets[:count]).reshape(shape),
        _within(counts[:count]).reshape(shape),
        is_tiled,
    )


def _within(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return numbers as int64; those beyond are far outside of any file."""
    return np.minimum(numbers, np.uint64(2**62)).astype(np.int64)


def _check_predictor(layout: Layout, name: str) -> None:
    """Raise `InputError` for a predictor that the samples cannot have."""
    sizes = {*layout.bits}
    if layout.predictor == 1 or (layout.predictor == 2 and sizes in ({8}, {16}, {32}, {64})):
        return
    if layout.predictor == 3 and layout.kind == FLOAT:
        return
    raise damage(name, f"its samples cannot have the predictor {layout.predictor}")


def _with_sizes(layout: Layout, tags: Tags) -> Layout:
    """Return a layout with a byte count for each segment, uncompressed strips in smaller parts.

    Raises `InputError` if a segment is outside of the file.
    """
    segments = layout.segments
    _, down, _ = segments.offsets.shape
    heights = np.full(down, segments.height, np.int64)
    if not segments.is_tiled and down:
        heights[-1] = layout.height - (down - 1) * segments.height
    counts = segments.counts
    if layout.compression == UNCOMPRESSED:
        counts = np.broadcast_to(_sizes(heights, layout)[:, np.newaxis], segments.offsets.shape)
    elif (counts == 0).any():
        # Up to the end of the file; no more is read than the samples can need.
        counts = np.where(counts == 0, tags.file_size - segments.offsets, counts)
    if ((segments.offsets <= 0) | (segments.offsets >= tags.file_size)).any():
        raise damage(tags.name, "some of its pixels are outside of the file")
    is_whole = bool((segments.offsets + counts <= tags.file_size).all())
    if layout.compression == UNCOMPRESSED and not is_whole:
        raise damage(tags.name, "it is cut short")
    segments = replace(segments, counts=counts)
    if layout.compression == UNCOMPRESSED and not segments.is_tiled:
        segments = _divided(_joined(segments, layout), layout)
    return replace(layout, segments=segments)


def _sizes(heights: NDArray[np.int64], layout: Layout) -> NDArray[np.int64]:
    """Return the bytes of uncompressed segments of some heights."""
    return -(-heights // layout.rows_together) * layout.row_bytes


def _joined(segments: Segments, layout: Layout) -> Segments:
    """Return uncompressed strips as one for each plane if they follow each other in the file."""
    offsets, counts = segments.offsets, segments.counts
    if segments.height % layout.rows_together and offsets.shape[1] > 1:
        return segments  # each of them ends with rows that are no pixels
    if not (offsets[:, 1:] == offsets[:, :-1] + counts[:, :-1]).all():
        return segments
    whole = counts.sum(axis=1, keepdims=True, dtype=np.int64)
    return replace(segments, height=layout.height, offsets=offsets[:, :1], counts=whole)


def _divided(segments: Segments, layout: Layout) -> Segments:
    """Return uncompressed strips as several that are short, so that few rows are read at a time."""
    together = layout.rows_together
    rows = max(1, BAND // max(1, layout.row_bytes)) * together
    if rows >= segments.height or (segments.height < layout.height and segments.height % together):
        return segments
    # Strips keep their edges, so only a divisor of their height divides several of them evenly.
    while segments.height < layout.height and segments.height % rows:
        rows -= together
    starts = np.arange(0, layout.height, rows, dtype=np.int64)
    within = _sizes(starts % segments.height, layout)
    offsets = segments.offsets[:, starts // segments.height] + within[:, np.newaxis]
    heights = np.minimum(rows, layout.height - starts)
    counts = np.broadcast_to(_sizes(heights, layout)[:, np.newaxis], offsets.shape)
    return replace(segments, height=rows, offsets=offsets, counts=counts)
