"""Source: pixels to make a palette of, read from GIMP in strips or as a thumbnail."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from gi.repository import Gegl, Gimp

from extract_palette.pictures.small_picture import BYTES, SmallPicture, Watch, ignore_strips
from extract_palette.pictures.viewport import Box, Size

ROWS = 128
"""Rows that are read at a time: as many as a tile has, so that no tile is read twice.

See docs/decisions.md#rows-of-tiles.
"""

STRIP_BYTES = 2**23
"""Bytes of a strip, at most; a strip has at least one row."""

FORMATS = {"rgb": "R'G'B' u8", "rgba": "R'G'B'A u8", "mask": "Y u8"}
"""How each plane is read.

The colors are always sRGB, converted from the image's profile, whatever its precision and mode.
Masks are linear: with a prime, babl would put sRGB's curve on them, and 128 would become 188.
"""


@dataclass(frozen=True)
class Plane:
    """One plane of a source: a drawable, and the position of its buffer in the image.

    It keeps no buffer: GIMP warns about buffers that still exist when the plug-in ends.
    """

    name: str
    drawable: Gimp.Drawable
    left: int
    top: int

    @classmethod
    def of(cls, name: str, drawable: Gimp.Drawable) -> Plane:
        """Return the plane of a drawable that knows its position in the image."""
        _known, left, top = drawable.get_offsets()
        return cls(name, drawable, left, top)

    @classmethod
    def of_colors(cls, drawable: Gimp.Drawable) -> Plane:
        """Return the plane of a drawable's colors, with alpha only if it has any."""
        return cls.of("rgba" if drawable.has_alpha() else "rgb", drawable)

    def read(self, buffer: Gegl.Buffer, left: int, top: int, width: int, height: int) -> bytes:
        """Return a rectangle in image coordinates; pixels outside of the buffer are 0."""
        rectangle = Gegl.Rectangle.new(left - self.left, top - self.top, width, height)
        data: bytes = buffer.get(rectangle, 1.0, FORMATS[self.name], Gegl.AbyssPolicy.NONE)
        return data


@dataclass(frozen=True)
class Source:
    """Pixels of a layer, or of the visible image, in a rectangle in image coordinates.

    `kind` is "layer", "layers", "channel" or "visible"; `title` names it in sentences;
    `selected` is whether it is only the selected part.
    """

    title: str
    kind: str
    selected: bool
    left: int
    top: int
    width: int
    height: int
    parts: tuple[Plane, ...]
    left_out: tuple[str, ...] = ()
    """The names of layers that are visible, but were left out."""

    @property
    def planes(self) -> list[str]:
        """The names of the planes: the colors, then up to two masks, which multiply."""
        return [part.name for part in self.parts]

    @property
    def rows(self) -> int:
        """The rows of each strip; the last one may have fewer."""
        return max(1, min(ROWS, STRIP_BYTES // (self.width * self._pixel)))

    @property
    def byte_count(self) -> int:
        """The bytes of all planes of all strips."""
        return self.width * self.height * self._pixel

    @property
    def _pixel(self) -> int:
        """The bytes of one pixel in all planes."""
        return sum(BYTES[name] for name in self.planes)

    def strips(self, watch: Watch = ignore_strips) -> Iterator[bytes]:
        """Yield the rows of each plane of each strip, from the top."""
        tops = range(0, self.height, self.rows)
        spans = ((top, min(self.rows, self.height - top)) for top in tops)
        for top, rows, planes in self._read(spans):
            watch(top, rows, planes)
            yield from planes

    def part(self, box: Box) -> Source:
        """Return a part of it, given in its own pixels."""
        left, top = self.left + box.left, self.top + box.top
        return replace(self, left=left, top=top, width=box.width, height=box.height)

    def reading(self, box: Box, most: Size) -> Generator[bytes, object, SmallPicture]:
        """Return a part of it as a small picture of at most a size; only rows that count are read.

        It yields no bytes after each row, so that the caller may do something else.
        """
        small = SmallPicture(self.planes, (box.width, box.height), most, (box.left, box.top))
        rows = [(row, 1) for row in dict.fromkeys(small.rows)]
        if small.is_whole:
            rows = [(row, 1) for row in range(box.height)]
        for strip in self.part(box)._read(rows):
            small.add(*strip)
            yield b""
        return small

    def _read(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, list[bytes]]]:
        """Yield spans of rows, each given as its top and count, with all planes, from the top."""
        row_of_tiles = None
        for top, rows in spans:
            if top // ROWS != row_of_tiles:
                # A buffer keeps every tile that it has read, up to half of the memory.
                row_of_tiles = top // ROWS
                buffers = [part.drawable.get_buffer() for part in self.parts]
            planes = [
                part.read(buffer, self.left, self.top + top, self.width, rows)
                for part, buffer in zip(self.parts, buffers, strict=True)
            ]
            yield top, rows, planes
