"""Simulated color vision, compared with published matrices; and the pairs that it confuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.color.color_vision import CONFUSION_LIMIT, VISIONS, Confusion, simulate, view_of
from palette_engine.color.srgb import LINEAR, Color

each_vision = pytest.mark.parametrize("vision", VISIONS)

colors = st.tuples(*[st.integers(0, 255)] * 3)

RED, GREEN, ORANGE = (230, 25, 75), (60, 180, 75), (245, 130, 49)


PUBLISHED = {
    "protan": (
        (0.00048, 0.00393, -0.00441),
        ((0.14980, 1.19548, -0.34528), (0.10764, 0.84864, 0.04372), (0.00384, -0.00540, 1.00156)),
        ((0.14570, 1.16172, -0.30742), (0.10816, 0.85291, 0.03892), (0.00386, -0.00524, 1.00139)),
    ),
    "deutan": (
        (-0.00281, -0.00611, 0.00892),
        ((0.36477, 0.86381, -0.22858), (0.26294, 0.64245, 0.09462), (-0.02006, 0.02728, 0.99278)),
        ((0.37298, 0.88166, -0.25464), (0.25954, 0.63506, 0.10540), (-0.01980, 0.02784, 0.99196)),
    ),
    "tritan": (
        (0.03901, -0.02788, -0.01113),
        ((1.01277, 0.13548, -0.14826), (-0.01243, 0.86812, 0.14431), (0.07589, 0.80500, 0.11911)),
        ((0.93678, 0.18979, -0.12657), (0.06154, 0.81526, 0.12320), (-0.37562, 1.12767, 0.24796)),
    ),
}
"""The model in libDaltonLens by N. Burrus (public domain): the normal of the plane between the
half-planes, and the matrices for linear sRGB on its positive and on its negative side."""


def as_published(color: Color, vision: str) -> list[float]:
    """Return the simulated color, 0 to 255, not rounded."""
    normal, positive, negative = (np.array(each) for each in PUBLISHED[vision])
    linear = np.array([LINEAR[channel] for channel in color])
    light = ((positive if normal @ linear >= 0 else negative) @ linear).clip(0, 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    encoded: list[float] = (curve * 255).tolist()
    return encoded


@each_vision
@given(color=colors)
def test_colors_are_seen_as_published(vision: str, color: Color) -> None:
    (seen,) = simulate([color], vision)
    # 0.5 for rounding, and 0.1 because only five digits are published.
    assert seen == pytest.approx(as_published(color, vision), abs=0.6)


@each_vision
def test_grays_are_seen_as_they_are(vision: str) -> None:
    grays = tuple((value, value, value) for value in range(256))
    assert simulate(grays, vision) == grays


@each_vision
def test_each_kind_takes_some_bright_colors_for_the_same(vision: str) -> None:
    alike = {
        "protan": ((255, 0, 0), (108, 92, 12)),
        "deutan": ((255, 0, 0), (164, 139, 0)),
        "tritan": ((0, 160, 0), (73, 146, 169)),
    }
    first, second = simulate(alike[vision], vision)
    assert max(abs(a - b) for a, b in zip(first, second, strict=True)) <= 3


def test_red_and_green_are_hard_to_tell_apart_for_deutans_only() -> None:
    found = {vision: view_of([RED, GREEN], vision).confusions for vision in VISIONS}
    (confusion,) = found["deutan"]
    assert (confusion.first, confusion.second) == (0, 1)
    assert confusion.usual > 70
    assert confusion.seen < CONFUSION_LIMIT
    assert found["protan"] == found["tritan"] == ()


@each_vision
@given(palette=st.lists(colors, max_size=8))
def test_a_confusion_is_below_the_limit_only_as_seen(vision: str, palette: list[Color]) -> None:
    view = view_of(palette, vision)
    assert view.colors == simulate(palette, vision)
    expected = []
    for first in range(len(palette)):
        for second in range(first + 1, len(palette)):
            usual, seen = (
                round(float(delta_e(*lab_of(np.array([each[first], each[second]])))), 6)
                for each in (palette, view.colors)
            )
            if seen < CONFUSION_LIMIT <= usual:
                expected.append(Confusion(first, second, usual, seen))
    key = [(pair.seen, pair.first, pair.second) for pair in view.confusions]
    assert key == sorted(key)
    assert {*view.confusions} == {*expected}


@each_vision
@pytest.mark.parametrize("palette", [[], [RED], [RED, RED]], ids=len)
def test_few_and_equal_colors_are_never_confused(vision: str, palette: list[Color]) -> None:
    view = view_of(palette, vision)
    assert (len(view.colors), view.confusions) == (len(palette), ())


def test_words_never_show_what_is_below_the_limit_as_the_limit() -> None:
    assert Confusion(0, 1, 12.399, 9.999).words == "9.9, usually 12.3"
