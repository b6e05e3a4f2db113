"""ACT: Photoshop's color table, colors of three bytes without names, 256 of them as a rule."""

from __future__ import annotations

from palette_engine.errors import InputError
from palette_engine.formats.remarks import colors
from palette_engine.palette.value import Palette, Remark, Swatch

__all__ = ["loads", "triples_of"]

COLORS = 256


def loads(data: bytes) -> Palette:
    """Return the palette in an ACT file.

    Of 772 bytes, the last four give the number of colors. Of any other length, all complete colors
    are read, with a remark about bytes that are left over. Raises `InputError` if the file has no
    color, or begins as a text or as a file of another kind.
    """
    size = 3 * COLORS
    if len(data) < 3 or data.startswith(_OTHERS):
        raise InputError("This is not a Photoshop color table: those are bytes of three a color.")
    if len(data) != size and len({*data}) == 1:
        raise InputError("This is not a Photoshop color table: all of its bytes are the same.")
    if size < len(data) < size + 4:
        data = data[:size]  # the last four bytes are cut short
    if len(data) == size + 4:
        used = int.from_bytes(data[size : size + 2])
        data = data[: 3 * used if 0 < used <= COLORS else size]
    rest = len(data) % 3
    remarks: tuple[Remark, ...] = ()
    if rest:
        sentence = f"After {colors(len(data) // 3)}, {rest} bytes of the color table are left over."
        remarks = (Remark(sentence, 1),)
    return Palette(triples_of(data[: len(data) - rest]), "", remarks=remarks)


_OTHERS = (
    b"\x89PNG",
    b"PK\3\4",
    b"<",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"%PDF",
    b"8BPS",
    b"II*\0",
)
"""How files of other kinds begin."""


def triples_of(data: bytes) -> tuple[Swatch, ...]:
    """Return swatches of three bytes each: red, green and blue."""
    channels = iter(data)
    return tuple(map(Swatch, zip(channels, channels, channels, strict=True)))
