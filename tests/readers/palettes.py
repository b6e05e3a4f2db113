"""Palettes for programs to read, and what the programs should find in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from palette_engine.formats import FORMATS
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = [
    "HOSTILE",
    "PALETTES",
    "Rows",
    "check_slugs",
    "colors",
    "labels",
    "rows",
    "write_palettes",
]

Rows = list[tuple[tuple[int, int, int], str]]
"""Colors and names, in their order."""

HOSTILE = (
    "two\nlines",
    "gpl\n  1   2   3\tbogus",
    "nul\0 bell\a escape\x1b[31m",
    "tab\tand\rreturn",
    "bidi \u202eevil\u202c \u2066x\u2069 \u200bzero\ufeff",
    "\"double\" 'single' `back` \\slash",
    "</style><script>document.title='evil'</script>",
    "</title></svg><rect/>]]>&amp;&#10;<!--",
    "*/ } body { color: red } /*",
    "; $evil: #010203; @debug 1; #{1 + 1} // x",
    "{color.evil} $ref .dot",
    "=cmd|' /C calc'!A0",
    "=1+1",
    "@SUM(1)",
    "+1+1",
    "-1+1",
    "\t=1+1",
    "\r=1+1",
    '"=1+1',
    'a","=1+1","b',
    "a;=1+1",
    "a\t=1+1",
    "＝1+1",
    "x" * 1000,
    "é" * 1000,
    "",
    " ",
    "same",
    "same",
    "Same",
    "same-2",
    "1",
    "1e3",
    "true",
    "inherit",
    "transparent",
    "current",
    "center",
    "none",
    "*",
    "🍮👩‍🎨",
    "Ελληνικά 中文 العربية",
    "surrogate \udcff",
)
"""Names with a meaning to one program or another."""


def _apart(number: int) -> tuple[int, int, int]:
    """Return a color of a sequence of 256, in which each channel has each value once."""
    return number, 255 - number, number * 7 % 256


PALETTES: Mapping[str, Palette] = {
    "tricolore": Palette(
        (
            Swatch((230, 25, 75), 0.5, "Crème “brûlée” 🍮"),
            Swatch((255, 255, 255), 0.4375, "Quote \" and ' & <b>"),
            Swatch((0, 0, 9), 0.0625, "Nuit d’été"),
        ),
        name="Tricolore d’été 🍮",
    ),
    "unnamed": Palette(tuple(Swatch(_apart(n), 0.125) for n in range(100, 108)), name="Unnamed"),
    "one": Palette((Swatch((1, 128, 254), 1.0, "Lone"),), name="One"),
    "ramp": Palette(
        tuple(Swatch(_apart(n), (n + 0.5) / 2**15, f"Ramp {n}") for n in range(256)), name="Ramp"
    ),
    "hostile": Palette(
        tuple(Swatch(_apart(3 * n + 5), 1 / 64, name) for n, name in enumerate(HOSTILE)),
        name="</style>\n  9   9   9\tevil\nColumns: 99\u202e=cmd()",
    ),
}


SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

SLUGS = {
    "tricolore": ["creme-brulee", "quote-and-b", "nuit-dete"],
    "one": ["lone"],
    "ramp": [f"ramp-{number}" for number in range(256)],
}
"""The slugs of the names of palettes."""


def colors(palette: Palette) -> list[tuple[int, int, int]]:
    return [swatch.color for swatch in palette.swatches]


def labels(palette: Palette, most: int = 200) -> list[str]:
    """Return the labels in a format that requires names, of at most `most` bytes."""
    return [plain_text(swatch.label, most) or swatch.hex for swatch in palette.swatches]


def rows(palette: Palette, names: Iterable[str]) -> Rows:
    return list(zip(colors(palette), names, strict=True))


def check_slugs(name: str, slugs: list[str]) -> None:
    """Assert that slugs are the expected ones, or at least well formed and different."""
    assert slugs == SLUGS.get(name, slugs)
    assert all(map(SLUG.fullmatch, slugs))
    assert len(set(slugs)) == len(slugs) == len(PALETTES[name].swatches)


def write_palettes(folder: Path, palettes: Mapping[str, Palette], formats: Iterable[str]) -> None:
    """Write each palette in each format, as ``<palette>-<format>`` and the format's suffix."""
    for format_name in formats:
        row = FORMATS[format_name]
        assert row.dumps is not None
        for name, palette in palettes.items():
            (folder / f"{name}-{format_name}{row.suffixes[0]}").write_bytes(row.dumps(palette))
