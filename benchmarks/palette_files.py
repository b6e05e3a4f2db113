"""Palette files of public collections: how many are read, and where another reader differs.

``python -m benchmarks.palette_files DIR...`` reads every palette file in folders of the caller,
such as clones of 1j01/palettes, denilsonsa/gimp-palettes and dagronf/ColorPaletteCodable, and
prints a table by suffix, then each file that is refused, and each whose colors differ. Nothing is
copied.

With ``--anypalette FOLDER``, where ``npm install anypalette`` was run, the colors are compared with
those of AnyPalette.js (https://github.com/1j01/anypalette.js), for which Node.js is needed.

A file counts if its suffix is one of palettes alone, or if it is recognized as a palette. Colors
differ if their number does, or a channel by more than `TOLERANCE`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from palette_engine.errors import PaletteError
from palette_engine.formats import FORMATS, MAX_BYTES, detect_format, loads
from palette_engine.palette.value import Palette

__all__ = ["Reading", "palette_files", "reading_of", "table"]

TOLERANCE = 1
"""How far a channel of 255 may be from that of the other reader, which may round down."""

GENERIC = frozenset(
    {
        ".json",
        ".xml",
        ".txt",
        ".csv",
        ".css",
        ".scss",
        ".svg",
        ".png",
        ".skp",
        ".tokens",
        ".tokens.json",
    }
)
"""Suffixes of files that are mostly no palettes."""

SUFFIXES = frozenset(s for row in FORMATS.values() if row.loads for s in row.suffixes) - GENERIC

READER = """
const fs = require("fs"), path = require("path"), {loadPalette} = require("anypalette");
const out = {};
console.log = console.warn = console.error = () => {};
for (const file of JSON.parse(fs.readFileSync(0, "utf8"))) {
  try {
    const fileExt = path.extname(file).slice(1).toLowerCase();
    loadPalette({data: fs.readFileSync(file), fileExt}, (error, palette, format, matched) => {
      if (palette && matched)
        out[file] = palette.map(c => [c.red, c.green, c.blue].map(v => Math.round(255 * v)));
    });
  } catch (error) {}
}
fs.writeSync(1, JSON.stringify(out));
"""


@dataclass(frozen=True)
class Reading:
    """What became of a file: its palette, or why there is none."""

    path: Path
    format_name: str | None
    palette: Palette | None
    refusal: str = ""

    @property
    def suffix(self) -> str:
        """The suffix in lower case."""
        return self.path.suffix.lower()

    def differs(self, others: Sequence[Sequence[int]]) -> bool:
        """Return whether the colors are not those of another reader, in any order."""
        if self.palette is None:
            return False
        own = [swatch.color for swatch in self.palette.swatches]
        if len(own) != len(others):
            return True
        return any(
            abs(a - b) > TOLERANCE
            for one, other in zip(own, others, strict=True)
            for a, b in zip(one, other, strict=True)
        )


def palette_files(folders: Sequence[Path]) -> Iterator[Path]:
    """Yield the palette files in folders, in the order of their paths."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            suffix = path.suffix.lower()
            if suffix in SUFFIXES or (suffix in GENERIC and _is_palette(path)):
                yield path


def _is_palette(path: Path) -> bool:
    if path.stat().st_size > MAX_BYTES:
        return False
    found = detect_format(path.read_bytes(), path.name)
    if found is None or path.suffix.lower() in (".png", ".svg"):
        return False
    try:
        loads(path.read_bytes(), path.name)
    except PaletteError:
        return False
    return True


def reading_of(path: Path) -> Reading:
    """Return what becomes of a file."""
    data = path.read_bytes()
    found = detect_format(data, path.name) if len(data) <= MAX_BYTES else None
    try:
        return Reading(path, found, loads(data, path.name))
    except PaletteError as error:
        return Reading(path, found, None, str(error))


def others_of(paths: Sequence[Path], folder: Path) -> Mapping[str, Any]:
    """Return the colors that AnyPalette.js reads, by path; those it does not read are missing."""
    done = subprocess.run(
        ["node", "-e", READER],
        input=json.dumps([str(path.resolve()) for path in paths]).encode(),
        cwd=folder,
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(readings: Sequence[Reading], others: Mapping[str, Any]) -> str:
    """Return a Markdown table with a row for each suffix, and one for all."""
    lines = [
        "| suffix | files | read | refused | with a note | compared | differ |",
        "|---|---|---|---|---|---|---|",
    ]
    ordered = sorted(readings, key=lambda each: each.suffix)
    for suffix, group in groupby(ordered, key=lambda each: each.suffix):
        lines.append(_row(f"`{suffix}`", list(group), others))
    return "\n".join([*lines, _row("all", ordered, others)])


def _row(title: str, readings: Sequence[Reading], others: Mapping[str, Any]) -> str:
    read = [each for each in readings if each.palette]
    compared = [each for each in read if str(each.path.resolve()) in others]
    differ = [each for each in compared if each.differs(others[str(each.path.resolve())])]
    noted = sum(bool(each.palette and each.palette.remarks) for each in read)
    numbers = (len(readings), len(read), len(readings) - len(read), noted)
    cells = [f"{count:,}" for count in (*numbers, len(compared), len(differ))]
    return f"| {title} | {' | '.join(cells)} |"


def main() -> None:
    """Read the files and print the table, and what is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", metavar="DIR", nargs="+", type=Path)
    parser.add_argument("--anypalette", metavar="FOLDER", type=Path, help="where it is installed")
    arguments = parser.parse_args()
    readings = [reading_of(path) for path in palette_files(arguments.folders)]
    others: Mapping[str, Any] = {}
    if arguments.anypalette:
        others = others_of([each.path for each in readings], arguments.anypalette)
    print(table(readings, others))
    for each in readings:
        if not each.palette:
            print(f"refused: {each.path}: {each.refusal}")
        elif each.differs(colors := others.get(str(each.path.resolve()), _own(each.palette))):
            count = len(each.palette.swatches)
            print(f"differs: {each.path} ({each.format_name}): {count} and {len(colors)} colors")


def _own(palette: Palette) -> list[Sequence[int]]:
    return [swatch.color for swatch in palette.swatches]


if __name__ == "__main__":
    main()
