"""Which family a color belongs to, and which pictures are gray or monochrome."""

from __future__ import annotations

import numpy as np
import pytest

from palette_engine.collections.families import (
    FAMILIES,
    family_of,
    is_monochrome,
    share_of_gray,
)
from palette_engine.color.cielab import lab_of
from palette_engine.color.hex_code import parse_hex


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("red", ["ff0000", "e6194b", "8b0000"]),
        ("orange", ["ff8000", "ffa500"]),
        ("brown", ["8b4513", "5b3a1e"]),
        ("yellow", ["ffff00", "f0e040"]),
        ("green", ["00ff00", "228b22", "556b2f"]),
        ("turquoise", ["00ffff", "008080", "40e0d0"]),
        ("blue", ["0000ff", "4169e1", "87ceeb", "000080"]),
        ("purple", ["800080", "8a2be2"]),
        ("pink", ["ffc0cb", "ff69b4"]),
        ("white", ["ffffff", "f8f8f8", "fdfdfe"]),
        ("gray", ["808080", "c0c0c0", "404040"]),
        ("black", ["000000", "101010"]),
    ],
)
def test_colors_belong_to_the_family_that_people_name(family: str, codes: list[str]) -> None:
    found = family_of(np.array([parse_hex(code) for code in codes], np.uint8))
    assert [FAMILIES[index] for index in found.tolist()] == [family] * len(codes)


def shares(*codes: str) -> tuple[float, bool]:
    lab = lab_of(np.array([parse_hex(code) for code in codes], np.uint8))
    weight = np.full(len(codes), 1 / len(codes))
    return share_of_gray(lab, weight), is_monochrome(lab, weight)


def test_a_gray_picture_is_gray_and_monochrome() -> None:
    assert shares("000000", "808080", "ffffff") == (1, True)


def test_a_sepia_picture_is_monochrome_and_not_gray() -> None:
    assert shares("2b1d0e", "704214", "a67b4b") == (0, True)


def test_two_hues_are_not_monochrome() -> None:
    assert shares("ff0000", "00ffff") == (0, False)
    assert shares("704214", "143a70") == (0, False)
