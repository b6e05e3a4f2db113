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


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xff", b"#000000\0", b"<p>#000000</p>"])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        hex_list.loads(data)


def test_digits_of_other_scripts_are_no_digits() -> None:
    with pytest.raises(InputError):
        hex_list.loads("١٢٣٤٥٦".encode())
