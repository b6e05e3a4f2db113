"""Formats: palettes as bytes and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from palette_engine.errors import InputError, OptionError
from palette_engine.formats import (
    aco,
    act,
    ase,
    css,
    document,
    gpl,
    hexlist,
    jasc,
    kpl,
    paintnet,
    png,
    procreate,
    riff,
    scss,
    soc,
    svg,
    table,
    tailwind,
    tokens,
)
from palette_engine.palette.value import Palette, Swatch

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "MOST_COLORS",
    "Format",
    "dumps",
    "loads",
    "recognized",
    "writer_of",
]

MOST_BYTES = 4 * 2**20
"""The size of the largest palette file that is read. The largest seen have 100 kB."""

MOST_COLORS = 2**16
"""How many colors a palette file may have. The largest seen have 5,000."""


@dataclass(frozen=True)
class Format:
    """One row of the registry.

    `title` is a plain phrase; the first of `suffixes` is the usual one. `dumps` turns a palette
    into a file's bytes, and is None if the format is only read. `loads` is its inverse, up to
    what the format can hold, and is None if it is only written; it raises `InputError` for
    bytes that are not such a file, and leaves the palette's name empty if the file has none.
    Of a file, programs take the first `most` colors. `magic` is how each such file begins, if
    that tells it from all others. A `binary` file is nothing to print on a terminal.
    """

    title: str
    suffixes: tuple[str, ...]
    dumps: Callable[[Palette], bytes] | None = None
    loads: Callable[[bytes], Palette] | None = None
    most: int = MOST_COLORS
    magic: re.Pattern[bytes] | None = None
    binary: bool = False


FORMATS: Mapping[str, Format] = {
    "hex": Format("a hex color a line", (".hex",), hexlist.dumps, hexlist.loads),
    "json": Format(
        "a JSON document with shares",
        (".json",),
        document.dumps,
        document.loads,
        magic=re.compile(rb"\s*{"),
    ),
    "gpl": Format(
        "a GIMP palette, also for Inkscape, Krita and Aseprite",
        (".gpl",),
        gpl.dumps,
        gpl.loads,
        magic=re.compile(rb"GIMP Palette"),
    ),
    "ase": Format(
        "an Adobe Swatch Exchange file, also for Affinity and GIMP 3",
        (".ase",),
        ase.dumps,
        ase.loads,
        magic=re.compile(ase.MAGIC),
        binary=True,
    ),
    "aco": Format("Photoshop swatches", (".aco",), aco.dumps, aco.loads, binary=True),
    "kpl": Format(
        "a Krita palette", (".kpl",), kpl.dumps, kpl.loads, magic=re.compile(kpl.MAGIC), binary=True
    ),
    "act": Format("a Photoshop color table", (".act",), loads=act.loads, binary=True),
    "jasc": Format(
        "a Paint Shop Pro palette", (".pal",), jasc.dumps, jasc.loads, magic=re.compile(jasc.MAGIC)
    ),
    "riff": Format(
        "a Microsoft RIFF palette",
        (".pal",),
        loads=riff.loads,
        magic=re.compile(rb"RIFF....PAL ", re.DOTALL),
        binary=True,
    ),
    "procreate": Format(
        "Procreate swatches, 30 a palette", (".swatches",), procreate.dumps, binary=True
    ),
    "soc": Format("a LibreOffice color table", (".soc",), soc.dumps),
    "paintnet": Format(
        f"a Paint.NET palette, of which it takes the first {paintnet.MOST_COLORS}",
        (".txt",),
        paintnet.dumps,
        most=paintnet.MOST_COLORS,
    ),
    "csv": Format("a table for spreadsheets", (".csv",), table.dumps),
    "css": Format("CSS custom properties", (".css",), css.dumps),
    "scss": Format("SCSS variables and a map", (".scss",), scss.dumps),
    "tailwind": Format("a Tailwind CSS 4 theme", (".tailwind.css",), tailwind.dumps),
    "tokens": Format("design tokens (DTCG 2025.10)", (".tokens.json", ".tokens"), tokens.dumps),
    "tokens-legacy": Format(
        "design tokens with hex values, for Style Dictionary",
        (".legacy.tokens.json",),
        tokens.dumps_legacy,
    ),
    "svg": Format("a swatch sheet as a drawing", (".svg",), svg.dumps),
    "png": Format("a swatch sheet as a picture", (".png",), png.dumps, binary=True),
}
"""Every format by its name."""


def writer_of(filename: str) -> str:
    """Return the name of the format that a file's suffix, the longest known, stands for.

    Raises `OptionError` if no written format has such a suffix.
    """
    written = [
        (suffix, name)
        for name, row in FORMATS.items()
        if row.dumps is not None
        for suffix in row.suffixes
    ]
    matching = [pair for pair in written if filename.lower().endswith(pair[0])]
    if not matching:
        known = ", ".join(suffix for suffix, _ in written)
        raise OptionError(
            f"{PurePath(filename).name} has none of the suffixes {known}; use one of them, or "
            "say --format."
        )
    return max(matching, key=lambda pair: len(pair[0]))[1]


def dumps(palette: Palette, format_name: str) -> bytes:
    """Return a palette as a file of a format.

    Raises `OptionError` if there is no such format, or it is only read, or too small for the
    palette, and `InputError` if the palette is too large for a sheet.
    """
    row = FORMATS.get(format_name)
    if row is None or row.dumps is None:
        written = ", ".join(name for name, row in FORMATS.items() if row.dumps is not None)
        raise OptionError(f"A palette cannot be written as {format_name}; it can as {written}.")
    return row.dumps(palette)


def recognized(data: bytes, filename: str = "") -> str | None:
    """Return the name of the format of a palette file, or None if it is none that is read.

    The content tells, or else the suffix; a list of hex colors needs none.
    """
    readable = {name: row for name, row in FORMATS.items() if row.loads is not None}
    start = data.removeprefix(b"\xef\xbb\xbf")
    for name, row in readable.items():
        if row.magic and row.magic.match(start):
            return name
    for name, row in readable.items():
        if filename.lower().endswith(row.suffixes):
            return name
    return "hex" if hexlist.BEGINNING.match(start.lstrip()) else None


def loads(data: bytes, filename: str = "", format_name: str | None = None) -> Palette:
    """Return the palette of a file in the format that is named, or else `recognized`.

    A palette without a name gets the file's, without the suffix. What is written in place of a
    swatch's name, its hex value and share, is no name when it is read. Raises `InputError` if it is
    not a palette of a format that is read, is damaged, or has more than `MOST_BYTES` or
    `MOST_COLORS`.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"A palette file has at most {MOST_BYTES >> 20} MB; this one has more.")
    format_name = format_name or recognized(data, filename)
    load = FORMATS[format_name].loads if format_name else None
    if load is None:
        readable = ", ".join(name for name, row in FORMATS.items() if row.loads is not None)
        raise InputError(
            f"{filename or 'This'} is not a palette that can be read. These can: {readable}."
        )
    palette = load(data)
    if len(palette.swatches) > MOST_COLORS:
        raise InputError(f"A palette file has at most {MOST_COLORS:,} colors; this one has more.")
    name = palette.name or PurePath(filename).stem or "Palette"
    swatches = tuple(map(_without_label, palette.swatches))
    return replace(palette, swatches=swatches, name=name, source=filename)


_SHARE = re.compile(r"( (<0\.1|\d+\.\d)%)?")


def _without_label(swatch: Swatch) -> Swatch:
    """Return a swatch without the name that `Swatch.label` gives to one that has none."""
    rest = swatch.name.removeprefix(swatch.hex)
    is_label = rest != swatch.name and _SHARE.fullmatch(rest)
    return replace(swatch, name="") if is_label else swatch
