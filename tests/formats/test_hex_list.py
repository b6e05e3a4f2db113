"""A hex color a line."""

from __future__ import annotations

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import hex_list
from palette_engine.palette.value import Palette


def colors(data: bytes) -> list[tuple[int, int, int]]:
    return [swatch.color for swatch in hex_list.loads(data).swatches]


def test_a_palette_is_written_in_its_order(flag: Palette) -> None:
    assert hex_list.dumps(flag) == b"#e6194b\n#ffffff\n#000009\n"


@pytest.mark.parametrize(
    "data",
    [
        b"#e6194b\n#ffffff\n",
        b"e6194b\nffffff",
        b"E6194B\r\nFFFFFF\r\n",
        b"\xef\xbb\xbf\n  #E6194b\t\n\n\nffFFff",
    ],
)
def test_lists_of_other_writers_are_read(data: bytes) -> None:
    assert colors(data) == [(230, 25, 75), (255, 255, 255)]


def test_an_empty_list_has_no_colors() -> None:
    assert colors(b"") == colors(b"\n \n") == []


@pytest.mark.parametrize(
    "line",
    [b"#fff", b"#e6194b00", b"red", b"##e6194b", b"#e6194g", b"e6 19 4b", b"\xff", b"#000000\0"],
)
def test_a_line_that_is_not_a_color_is_refused_with_its_number(line: bytes) -> None:
    with pytest.raises(InputError, match="Line 2 of the hex list"):
        hex_list.loads(b"#000000\n" + line + b"\n")


def test_digits_of_other_scripts_are_no_digits() -> None:
    with pytest.raises(InputError):
        hex_list.loads("١٢٣٤٥٦".encode())
