"""The benchmark of palette files: which files count, and what the table says of them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.palette_files import palette_files, reading_of, table
from palette_engine.formats import dumps
from palette_engine.palette.value import Palette, Swatch

TWO = Palette((Swatch((230, 25, 75)), Swatch((60, 180, 75))), name="Two")


def test_files_are_counted_as_read_refused_and_different(tmp_path: Path) -> None:
    (tmp_path / "same.gpl").write_bytes(dumps(TWO, "gpl"))
    (tmp_path / "other.gpl").write_bytes(dumps(TWO, "gpl"))
    (tmp_path / "broken.gpl").write_text("no palette")
    (tmp_path / "palette.css").write_bytes(dumps(TWO, "css"))
    (tmp_path / "prose.txt").write_text("There are no colors here.")
    (tmp_path / "program.py").write_text("color = '#e6194b'")
    paths = [*palette_files([tmp_path])]
    assert [path.name for path in paths] == ["broken.gpl", "other.gpl", "palette.css", "same.gpl"]
    readings = [reading_of(path) for path in paths]
    colors = [[230, 25, 75], [60, 181, 75]]
    others = {
        str(tmp_path / "same.gpl"): colors,  # within the tolerance
        str(tmp_path / "other.gpl"): colors[::-1],
    }
    assert table(readings, others).splitlines()[2:] == [
        "| `.css` | 1 | 1 | 0 | 0 | 0 | 0 |",
        "| `.gpl` | 3 | 2 | 1 | 0 | 2 | 1 |",
        "| all | 4 | 3 | 1 | 0 | 2 | 1 |",
    ]
