"""What holds for every format there is: a new one is tested by existing."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from palette_engine import formats
from palette_engine.errors import InputError
from palette_engine.formats import FORMATS, Format
from palette_engine.palette import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

each_format = pytest.mark.parametrize("format_", FORMATS.values(), ids=FORMATS)


def colors(palette: Palette) -> list[tuple[int, int, int]]:
    return [swatch.color for swatch in palette.swatches]


def test_every_module_of_the_package_is_registered() -> None:
    folder = Path(formats.__file__).parent
    modules = {f"palette_engine.formats.{path.stem}" for path in folder.glob("[!_]*.py")}
    assert {row.dumps.__module__ for row in FORMATS.values()} == modules


def test_no_two_formats_have_the_same_suffix() -> None:
    suffixes = [row.suffix for row in FORMATS.values()]
    assert len({*suffixes}) == len(suffixes)
    assert all(suffix.startswith(".") and suffix.islower() for suffix in suffixes)


@each_format
def test_colors_written_are_read_back_in_their_order(format_: Format, flag: Palette) -> None:
    assert colors(format_.loads(format_.dumps(flag))) == colors(flag)


@each_format
def test_256_colors_are_read_back(format_: Format) -> None:
    palette = Palette(tuple(Swatch((n, 255 - n, n // 2), 1 / 256) for n in range(256)))
    assert colors(format_.loads(format_.dumps(palette))) == colors(palette)


@each_format
def test_a_palette_without_colors_is_read_back(format_: Format) -> None:
    assert colors(format_.loads(format_.dumps(Palette(())))) == []


@each_format
def test_what_was_read_is_written_the_same_again(format_: Format, flag: Palette) -> None:
    once = format_.loads(format_.dumps(flag))
    again = format_.loads(format_.dumps(once))
    assert (once.name, once.swatches) == (again.name, again.swatches)


@each_format
@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_adds_a_color(format_: Format, name: str) -> None:
    palette = Palette((Swatch((9, 8, 7), 0.5, name), Swatch((6, 5, 4), 0.5, name)), name, name)
    assert colors(format_.loads(format_.dumps(palette))) == colors(palette)


@each_format
def test_a_file_cut_short_anywhere_is_read_or_refused(format_: Format, flag: Palette) -> None:
    data = format_.dumps(flag)
    for length in range(len(data)):
        with contextlib.suppress(InputError):
            assert len(colors(format_.loads(data[:length]))) <= len(flag.swatches)


@each_format
def test_a_file_with_a_wrong_byte_anywhere_is_read_or_refused(
    format_: Format, flag: Palette
) -> None:
    data = format_.dumps(flag)
    for place in range(len(data)):
        for byte in (0, 10, 13, 34, 128, 255, data[place] ^ 1):
            damaged = bytearray(data)
            damaged[place] = byte
            try:
                palette = format_.loads(bytes(damaged))
            except InputError:
                continue
            assert all(0 <= channel <= 255 for color in colors(palette) for channel in color)


@each_format
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"PK\3\4", b"\0" * 64, b"<html>"])
def test_what_is_another_kind_of_file_is_refused(format_: Format, data: bytes) -> None:
    with pytest.raises(InputError):
        format_.loads(data)
