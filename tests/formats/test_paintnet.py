"""Paint.NET's palette."""

from __future__ import annotations

import pytest

from palette_engine.formats import paintnet
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES


def test_a_palette_is_lines_of_alpha_and_color(flag: Palette) -> None:
    assert paintnet.dumps(flag) == (
        b"\xef\xbb\xbf; Paint.NET Palette File\r\n; Tricolore\r\n"
        b"FFE6194B\r\nFFFFFFFF\r\nFF000009\r\n"
    )


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_adds_a_color(name: str) -> None:
    lines = paintnet.dumps(Palette((Swatch((9, 8, 7), 0.5, name),), name)).decode("utf-8-sig")
    # As Paint.NET and others may split them.
    assert [line[:1] for line in lines.splitlines()] == [";", ";", "F"]


def test_files_of_the_program_are_read() -> None:
    data = b"; paint.net Palette File\r\n; Two\r\n; note\r\nFFE6194B\r\n803CB44B ; green\r\nx\r\n"
    palette = paintnet.loads(data)
    assert palette.name == "Two"
    assert [swatch.hex for swatch in palette.swatches] == ["#e6194b", "#3cb44b"]
    assert [remark.count for remark in palette.remarks] == [1, 1]


def test_files_of_lospec_are_read() -> None:
    data = (
        b";paint.net Palette File\n;Downloaded from Lospec.com/palette-list\n;Palette Name: Sun\n"
        b";Description: \n;Colors: 1\nFFE6194B\n"
    )
    assert paintnet.loads(data) == Palette((Swatch((230, 25, 75)),), "Sun")
