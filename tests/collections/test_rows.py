"""Rows: what is known of pictures, good and bad."""

from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from palette_engine import OptionError, extract, rows
from palette_engine.collections import reader
from palette_engine.collections.picture import entry_of, read_row
from palette_engine.collections.row import SCHEMA, Row
from palette_engine.extraction import pipeline
from palette_engine.options import Options
from tests.collections.hostile import install, misdeed

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited where Linux is")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a picture: three quarters red, one quarter blue."""
    pixels = np.full((40, 60, 3), (230, 25, 75), np.uint8)
    pixels[:, 45:] = (0, 0, 255)
    Image.fromarray(pixels).save(tmp_path / "flag.png")
    return tmp_path


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """End the process of an earlier test, and let new ones obey hostile files."""
    hooks = install(tmp_path / "hooks")
    monkeypatch.setattr(sys, "path", [hooks, *sys.path])
    monkeypatch.setenv("PYTHONPATH", hooks)
    yield
    reader.close_readers()


def one(path: Path, **options: Any) -> dict[str, Any]:
    (row,) = rows([path], **options)
    return row


def test_a_row_has_the_palette_and_what_is_known_of_the_file(folder: Path) -> None:
    path = folder / "flag.png"
    row = one(path, colors=2)
    palette = extract(path, colors=2)
    status = path.stat()
    assert row["schema"] == SCHEMA
    assert row["source"] == str(path)
    assert row["id"] == blake2b(path.read_bytes(), digest_size=16).hexdigest()
    assert (row["bytes"], row["mtime"]) == (status.st_size, round(status.st_mtime, 6))
    assert (row["width"], row["height"], row["format"]) == (60, 40, "PNG")
    assert [(s["hex"], s["share"]) for s in row["swatches"]] == [
        (s.hex, s.share) for s in palette.swatches
    ]
    assert [(s["hex"], s["css"]) for s in row["swatches"]] == [
        ("#e6194b", "crimson"),
        ("#0000ff", "blue"),
    ]
    # The CIELAB of sRGB blue (D65), as in Lindbloom's calculator.
    blue = row["swatches"][1]
    assert (blue["L"], blue["a"], blue["b"]) == pytest.approx((32.30, 79.19, -107.86), abs=0.02)
    assert row["families"] == {"red": 0.75, "blue": 0.25}
    assert (row["gray"], row["monochrome"]) == (0, False)
    assert row["difference"] == {"mean": 0, "p95": 0}
    assert row["options"] == {"colors": 2}
    assert (row["error"], row["reason"], row["note"]) == ("", "", "")


def test_a_row_is_the_same_as_json_and_back(folder: Path) -> None:
    row = one(folder / "flag.png")
    again = Row.from_line(json.dumps(row).encode())
    assert again.to_object() == row
    assert Row.from_line(again.to_line()) == again


def test_the_size_is_that_of_the_whole_picture_as_it_is_shown(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    noise = np.random.default_rng(1).integers(0, 256, (1200, 1600, 3), np.uint8)
    Image.fromarray(noise).save(folder / "turned.jpg", exif=exif)
    row = one(folder / "turned.jpg", effort="quick", region="0,0,0.5,0.5")
    assert (row["width"], row["height"]) == (1200, 1600)


def test_ignored_colors_count_for_nothing(folder: Path) -> None:
    row = one(folder / "flag.png", ignore="#e6194b")
    assert row["families"] == {"blue": 1}


def test_a_note_says_what_was_worked_around(folder: Path) -> None:
    assert one(folder / "flag.png", colors=5)["note"].startswith("Only 2 colors were found")


def test_options_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(OptionError, match="colors must be a whole number from 1 to 256"):
        rows([], colors=0)


def test_pictures_that_cannot_be_used_have_rows_that_say_why(folder: Path) -> None:
    good = (folder / "flag.png").read_bytes()
    (folder / "empty.png").write_bytes(b"")
    (folder / "cut.png").write_bytes(good[:30])
    (folder / "text.png").write_text("This is no picture.")
    # The header of a PNG of 60,000 x 60,000 pixels.
    header = b"IHDR" + struct.pack(">2I5B", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = good[:8] + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    (folder / "bomb.png").write_bytes(bomb + good[33:])
    os.mkfifo(folder / "pipe.png")
    names = ("empty", "cut", "text", "bomb", "pipe", "missing")
    found = rows([*(folder / f"{name}.png" for name in names), folder, folder / "flag.png"])
    assert [row["reason"] for row in found] == [
        *("unusable", "unusable", "not-a-picture", "too-many-pixels", "unusable", "unreadable"),
        *("unreadable", ""),
    ]
    assert all(not row["swatches"] and row["error"] for row in found[:-1])
    assert found[-1]["swatches"]
    assert found[1]["id"] == blake2b(good[:30], digest_size=16).hexdigest()


@linux
@pytest.mark.slow
def test_a_picture_that_ends_its_process_has_a_row_and_the_next_a_new_process(
    folder: Path,
) -> None:
    names = ("segfault", "exit", "endless", "memory", "defect")
    for name in names:
        (folder / f"{name}.bmp").write_bytes(misdeed(name))
    paths = [path for name in names for path in (folder / f"{name}.bmp", folder / "flag.png")]
    found = rows(paths, seconds=20)
    assert [row["reason"] for row in found] == [
        *("killed", "", "killed", "", "too-slow", "", "memory", "", "defect", "")
    ]
    assert "SIGSEGV" in found[0]["error"]
    assert "exit code 7" in found[2]["error"]
    assert "longer than 20 seconds" in found[4]["error"]
    assert "ZeroDivisionError: a defect of the test" in found[8]["error"]
    assert all(row["id"] and row["bytes"] for row in found)


@pytest.mark.parametrize(
    ("becomes", "reason", "said"),
    [
        (b"other bytes", "changed", "flag.png has changed while it was read; collect it again."),
        (None, "unreadable", "flag.png cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_changes_or_vanishes_while_it_is_read_is_an_error(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    becomes: bytes | None,
    reason: str,
    said: str,
) -> None:
    path = folder / "flag.png"
    before = pipeline.measured

    def measured(source: str, options: Options) -> pipeline.Measured:
        found = before(source, options)
        path.unlink()
        if becomes is not None:
            path.write_bytes(becomes)
        return found

    monkeypatch.setattr(pipeline, "measured", measured)
    row = read_row(entry_of(str(path)), Options())
    assert (row.reason, row.swatches) == (reason, ())
    assert row.error.endswith(said)


def test_a_name_that_is_not_utf_8_is_readable_and_kept(folder: Path) -> None:
    path = os.fsencode(folder) + b"/caf\xe9.png"
    os.rename(folder / "flag.png", path)  # noqa: PTH104
    (row,) = rows([os.fsdecode(path)])
    assert row["source"].endswith("caf\\xe9.png")
    assert Row.from_object(row).key == path
    assert row["swatches"]
