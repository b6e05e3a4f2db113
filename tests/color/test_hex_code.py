"""Colors as hex codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.color.hex_code import format_hex, parse_hex
from palette_engine.color.srgb import Color

channels = st.integers(0, 255)


@pytest.mark.parametrize(
    ("code", "color"),
    [
        ("#e6194b", (230, 25, 75)),
        ("E6194B", (230, 25, 75)),
        ("#fff", (255, 255, 255)),
        ("1A0", (17, 170, 0)),
    ],
)
def test_three_and_six_digits_are_read_in_either_case(code: str, color: Color) -> None:
    assert parse_hex(code) == color


@pytest.mark.parametrize(
    "code",
    ["", "#", "#ff", "#ffff", "#e6194b00", "##e6194b", "#e6194g", "e6 194b", "#fff\n", "١٢٣٤٥٦"],
)
def test_what_is_not_a_hex_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="is not a hex color"):
        parse_hex(code)


def test_three_digits_are_refused_where_six_are_needed() -> None:
    assert parse_hex("#ffffff", digits=(6,)) == (255, 255, 255)
    with pytest.raises(ValueError, match="is not a hex color"):
        parse_hex("#fff", digits=(6,))


@given(st.tuples(channels, channels, channels))
def test_a_written_code_is_read_back(color: Color) -> None:
    assert parse_hex(format_hex(color)) == color
