"""Formats: the registry of palette formats; palettes become bytes, and bytes palettes.

To add a format, write a module here with `dumps`, `loads` or both, and give it a row in
`FORMATS`. Every interface and most tests read that row. See
docs/decisions.md#own-readers-and-writers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.formats import (
    aco,
    act,
    android,
    ase,
    autocad,
    color_book,
    color_list,
    corel_text,
    coreldraw,
    css,
    css_gradient,
    csv_table,
    ggr,
    gpl,
    hex_list,
    jasc,
    json_palette,
    kpl,
    paintnet,
    png,
    procreate,
    raw_palette,
    riff,
    scribus,
    scss,
    sk1,
    soc,
    svg,
    tailwind,
    tokens,
)
from palette_engine.formats.limits import MAX_BYTES, MAX_COLORS, check_count
from palette_engine.palette.value import Palette, Swatch

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_COLORS",
    "Format",
    "detect_format",
    "dumps",
    "format_of",
    "loads",
    "too_large",
    "without_label",
]


@dataclass(frozen=True)
class Format:
    """One row of the registry.

    `title` is a phrase for lists of formats. `suffixes` are in lower case; the first is the
    usual one. `dumps` returns a palette as the bytes of a file; None if the format is only read.
    `loads` returns the palette in such bytes, with an empty name if the file has none, and
    raises `InputError` for other bytes; None if the format is only written. The program that a
    format is for takes the first `most_colors` colors of a file. `magic` matches the beginning
    of every file of this format and of no other; None if there is no such pattern. A `binary`
    format is not printed on a terminal. `recognizes` tells whether a file with one of the suffixes
    can be of this format; if it is None, a file without the magic is not. A format that
    `has_groups` keeps `Swatch.group`; in the others the group is written before the name. If it
    `shares_suffix`, most files with its suffix are of other kinds.
    """

    title: str
    suffixes: tuple[str, ...]
    dumps: Callable[[Palette], bytes] | None = None
    loads: Callable[[bytes], Palette] | None = None
    most_colors: int = MAX_COLORS
    magic: re.Pattern[bytes] | None = None
    binary: bool = False
    recognizes: Callable[[bytes], bool] | None = None
    has_groups: bool = False
    shares_suffix: bool = False


FORMATS: Mapping[str, Format] = {
    "hex": Format(
        "a hex color a line",
        (".hex",),
        hex_list.dumps,
        hex_list.loads,
    ),
    "json": Format(
        "a JSON document with shares",
        (".json",),
        json_palette.dumps,
        json_palette.loads,
        magic=re.compile(rb'\s*(?:\[|\{(?![\s\S]*"\$value"\s*:))'),
        has_groups=True,
    ),
    "gpl": Format(
        "a GIMP palette, also for Inkscape, Krita and Aseprite",
        (".gpl",),
        gpl.dumps,
        gpl.loads,
        magic=re.compile(gpl.MAGIC.encode()),
    ),
    "ase": Format(
        "an Adobe Swatch Exchange file, also for Affinity and GIMP 3",
        (".ase",),
        ase.dumps,
        ase.loads,
        magic=re.compile(ase.MAGIC),
        binary=True,
        has_groups=True,
    ),
    "aco": Format("Photoshop swatches", (".aco",), aco.dumps, aco.loads, binary=True),
    "kpl": Format(
        "a Krita palette",
        (".kpl",),
        kpl.dumps,
        kpl.loads,
        magic=re.compile(kpl.MAGIC),
        binary=True,
        has_groups=True,
    ),
    "act": Format("a Photoshop color table", (".act",), loads=act.loads, binary=True),
    "jasc": Format(
        "a Paint Shop Pro palette",
        (".pal",),
        jasc.dumps,
        jasc.loads,
        magic=re.compile(jasc.MAGIC),
    ),
    "riff": Format(
        "a Microsoft RIFF palette",
        (".pal",),
        loads=riff.loads,
        magic=re.compile(rb"RIFF....PAL ", re.DOTALL),
        binary=True,
    ),
    "corel-text": Format(
        "a palette of old CorelDRAW, as text",
        (".pal",),
        loads=corel_text.loads,
        magic=re.compile(corel_text.MAGIC),
    ),
    "raw": Format(
        "a palette without a header, of 8 or of 6 bits",
        (".pal",),
        loads=raw_palette.loads,
        binary=True,
        recognizes=raw_palette.can_be,
    ),
    "procreate": Format(
        "Procreate swatches, 30 a palette",
        (".swatches",),
        procreate.dumps,
        procreate.loads,
        magic=re.compile(procreate.MAGIC),
        binary=True,
    ),
    "soc": Format(
        "a LibreOffice color table",
        (".soc",),
        soc.dumps,
        soc.loads,
        magic=re.compile(soc.MAGIC),
    ),
    "scribus": Format(
        "Scribus colors",
        (".xml",),
        scribus.dumps,
        scribus.loads,
        magic=re.compile(scribus.MAGIC),
        shares_suffix=True,
    ),
    "coreldraw": Format(
        "a CorelDRAW palette, as XML",
        (".xml",),
        loads=coreldraw.loads,
        magic=re.compile(coreldraw.MAGIC),
        shares_suffix=True,
    ),
    "android": Format(
        "Android color resources",
        (".android.xml",),
        android.dumps,
        loads=android.loads,
        magic=re.compile(android.MAGIC),
        shares_suffix=True,
    ),
    "clr": Format(
        "a macOS color list",
        (".clr",),
        loads=color_list.loads,
        magic=re.compile(color_list.MAGIC),
        binary=True,
    ),
    "autocad": Format(
        "an AutoCAD color book",
        (".acb",),
        loads=autocad.loads,
        magic=re.compile(autocad.MAGIC),
    ),
    "acb": Format(
        "an Adobe color book",
        (".acb",),
        loads=color_book.loads,
        magic=re.compile(color_book.MAGIC),
        binary=True,
    ),
    "sk1": Format(
        "an sK1 palette, also for Scribus",
        (".skp",),
        loads=sk1.loads,
        magic=re.compile(re.escape(sk1.MAGIC)),
        shares_suffix=True,
    ),
    "paintnet": Format(
        f"a Paint.NET palette, of which it takes the first {paintnet.MAX_COLORS}",
        (".txt",),
        paintnet.dumps,
        paintnet.loads,
        most_colors=paintnet.MAX_COLORS,
        magic=re.compile(paintnet.MAGIC),
        shares_suffix=True,
    ),
    "csv": Format(
        "a table for spreadsheets",
        (".csv",),
        csv_table.dumps,
        csv_table.loads,
        magic=re.compile(csv_table.MAGIC),
        recognizes=csv_table.can_be,
    ),
    "css-oklch": Format(
        "CSS custom properties in OKLCH, also beyond sRGB",
        (".oklch.css",),
        css.dumps_oklch,
        css.loads,
        magic=re.compile(css.OKLCH_MAGIC),
    ),
    "css-p3": Format(
        "CSS custom properties in Display P3",
        (".p3.css",),
        css.dumps_p3,
        css.loads,
        magic=re.compile(css.P3_MAGIC),
    ),
    "css": Format(
        "CSS custom properties",
        (".css",),
        css.dumps,
        css.loads,
        magic=re.compile(css.MAGIC),
        recognizes=css.can_be,
    ),
    "scss": Format(
        "SCSS variables and a map",
        (".scss",),
        scss.dumps,
        scss.loads,
        magic=re.compile(scss.MAGIC),
        recognizes=scss.can_be,
        has_groups=True,
    ),
    "tailwind": Format(
        "a Tailwind CSS 4 theme",
        (".tailwind.css",),
        tailwind.dumps,
        tailwind.loads,
        magic=re.compile(tailwind.MAGIC),
    ),
    "tokens": Format(
        "design tokens (DTCG 2025.10)",
        (".tokens.json", ".tokens"),
        tokens.dumps,
        tokens.loads,
        magic=re.compile(tokens.MAGIC),
        has_groups=True,
    ),
    "tokens-legacy": Format(
        "design tokens with hex values, for Style Dictionary",
        (".legacy.tokens.json",),
        tokens.dumps_legacy,
        tokens.loads,
        magic=re.compile(tokens.LEGACY_MAGIC),
        has_groups=True,
    ),
    "ggr": Format("a GIMP gradient", (".ggr",), ggr.dumps),
    "css-gradient": Format("a CSS gradient", (".gradient.css",), css_gradient.dumps),
    "svg": Format(
        "a swatch sheet as a drawing",
        (".svg",),
        svg.dumps,
        svg.loads,
        magic=re.compile(svg.MAGIC),
        shares_suffix=True,
    ),
    "png": Format(
        "a swatch sheet as a picture",
        (".png",),
        png.dumps,
        png.loads,
        magic=re.compile(png.MAGIC),
        shares_suffix=True,
        binary=True,
    ),
}
"""Every format by its name, in the order in which interfaces list them."""


def dumps(palette: Palette, format_name: str) -> bytes:
    """Return a palette as the bytes of a file in a format, a key of `FORMATS`.

    Raises `OptionError` if there is no such format, if it is only read, or if it cannot hold so
    many colors, and `InputError` if the palette is too large for a swatch sheet.
    """
    row = FORMATS.get(format_name)
    if row is None or row.dumps is None:
        written = ", ".join(name for name, row in FORMATS.items() if row.dumps is not None)
        raise OptionError(f"A palette cannot be written as {format_name}; use one of {written}.")
    return row.dumps(palette if row.has_groups else _without_groups(palette))


def loads(data: bytes, filename: str = "", format_name: str | None = None) -> Palette:
    """Return the palette in the bytes of a file.

    `format_name` is a key of `FORMATS`; if it is None, `detect_format` decides. A palette
    without a name is named after the file, without the suffix. A label that we wrote in place of a
    name (hex value and share) is not read back as a name. The remarks of the palette tell what was
    left out, cut or clipped.

    Raises `InputError` if the bytes are not a palette in a format that is read, are damaged, or
    have more than `MAX_BYTES`, and if the palette has no colors or more than `MAX_COLORS`; raises
    `OptionError` if `format_name` is not the name of a format that is read.
    """
    if len(data) > MAX_BYTES:
        raise too_large()
    loaders = {name: row.loads for name, row in FORMATS.items() if row.loads is not None}
    if format_name is not None and format_name not in loaders:
        raise OptionError(
            f"A palette cannot be read as {format_name}; use one of {', '.join(loaders)}."
        )
    found = format_name or detect_format(data, filename)
    if found is None:
        raise InputError(
            f"{filename or 'This'} is not a palette that can be read; use a file in one of the "
            f"formats {', '.join(loaders)}.",
            Reason.NOT_A_PALETTE,
        )
    palette = loaders[found](data)
    if not palette.swatches:
        raise InputError(
            f"{filename or 'The palette'} has no colors. {palette.note}".strip(), Reason.NO_COLORS
        )
    check_count(len(palette.swatches))
    name = palette.name or _stem(filename, FORMATS[found].suffixes) or "Palette"
    swatches = tuple(map(without_label, palette.swatches))
    return replace(palette, swatches=swatches, name=name, source=filename)


def too_large() -> InputError:
    """Return the error for a file of more than `MAX_BYTES`."""
    return InputError(
        f"A palette file has at most {MAX_BYTES >> 20} MB; this one has more.",
        Reason.PALETTE_TOO_LARGE,
        most=MAX_BYTES >> 20,
    )


def detect_format(data: bytes, filename: str = "") -> str | None:
    """Return the name of the format of a palette file, or None if it is not one that is read.

    The magic at the beginning decides, then the suffix, then whether the content is recognized. A
    suffix of several formats is that of the first whose file it can be. See
    docs/decisions.md#recognition-by-content.
    """
    readable = {name: row for name, row in FORMATS.items() if row.loads is not None}
    start = data.removeprefix(b"\xef\xbb\xbf")
    for name, row in readable.items():
        if row.magic and row.magic.match(start):
            return name
    # A file without the magic of its format is not of that format, whatever its suffix is.
    suffixed = [name for name, row in readable.items() if filename.lower().endswith(row.suffixes)]
    for name in suffixed:
        row = readable[name]
        if row.recognizes(data) if row.recognizes else row.magic is None:
            return name
    if hex_list.has_colors(data):
        return "hex"
    known = [name for name in suffixed if not readable[name].shares_suffix]
    return known[-1] if known else None


def format_of(filename: str) -> str:
    """Return the name of the format to write to a file, the one with the longest matching suffix.

    Raises `OptionError` if no format that is written has such a suffix.
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
            "set --format."
        )
    return max(matching, key=lambda pair: len(pair[0]))[1]


def _stem(filename: str, suffixes: tuple[str, ...]) -> str:
    """Return the name of a file without one of some suffixes, or else without any."""
    name = PurePath(filename).name
    matching = [suffix for suffix in suffixes if name.lower().endswith(suffix)]
    return name[: -max(map(len, matching))] if matching else PurePath(filename).stem


def _without_groups(palette: Palette) -> Palette:
    """Return a palette in which the names of colors begin with those of their groups."""
    swatches = (replace(each, name=each.full_name, group="") for each in palette.swatches)
    return replace(palette, swatches=tuple(swatches))


_SHARE = re.compile(r"( (<0\.1|\d+\.\d)%)?")


def without_label(swatch: Swatch) -> Swatch:
    """Return a swatch without a name that is only `Swatch.label` of a swatch without one."""
    rest = swatch.name.removeprefix(swatch.hex)
    is_label = rest != swatch.name and _SHARE.fullmatch(rest)
    return replace(swatch, name="") if is_label else swatch
