"""Swaps: pictures follow as swatches of their palettes are edited."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from palette_engine.color.cielab import delta_e, lab_of
from palette_engine.color.hex_code import parse_hex
from palette_engine.color.oklab import in_gamut, largest_chroma, oklab_of, srgb_of
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.color_mapping import MOST_SWATCHES, ColorMapping
from palette_engine.recoloring.color_table import ColorTable
from palette_engine.recoloring.lightness_curve import LightnessCurve
from palette_engine.recoloring.swap import swap_colors
from palette_engine.recoloring.swaps import parse_swap, with_swaps
from palette_engine.recoloring.swatch_transfer import moved
from tests.sample_pictures import noise, u8

channels = st.one_of(st.integers(0, 255), st.sampled_from([0, 128, 255]))
colors = st.tuples(channels, channels, channels)
grays = channels.map(lambda level: (level, level, level))
pictures = npst.arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)), elements=channels
)

PHOTO = ("baaea8", "000000", "d5633e", "dcd3d1", "86766b", "761516", "4e3c25", "3e255f")
"""The colors of docs/astronaut.jpg."""


def palette(*found: Color | str) -> Palette:
    rgb = (parse_hex(color) if isinstance(color, str) else color for color in found)
    return Palette(tuple(Swatch(color) for color in rgb))


def mapping(*swaps: tuple[Color, Color]) -> ColorMapping:
    """Return the mapping of a palette and its edited form."""
    olds, news = zip(*swaps, strict=True)
    return ColorMapping.of(palette(*olds), palette(*news), nodes=17)


@cache
def blue_suit() -> ColorMapping:
    """Return the mapping that makes the astronaut's orange suit blue."""
    return ColorMapping.of(
        palette(*PHOTO), palette(*("2050d0" if c == PHOTO[2] else c for c in PHOTO))
    )


def apart(found: list[Color], least: int = 24) -> bool:
    """Return whether any two colors differ by at least so many levels in a channel."""
    rgb = np.array(found, np.int32).reshape(-1, 3)
    far = np.abs(rgb[:, np.newaxis] - rgb).max(axis=2)
    return bool((far[~np.eye(len(rgb), dtype=bool)] >= least).all())


distinct = st.lists(colors, min_size=1, max_size=6).filter(apart)
swatches = st.tuples(distinct, st.lists(colors, min_size=6, max_size=6), st.integers(0, 63))


def swaps_of(drawn: tuple[list[Color], list[Color], int]) -> list[tuple[Color, Color]]:
    """Return pairs of old and new colors; the bits of a number say which are edited."""
    olds, news, bits = drawn
    return [
        (old, new if bits >> number & 1 else old)
        for number, (old, new) in enumerate(zip(olds, news, strict=False))
    ]


# Guarantees


@given(distinct)
def test_no_color_changes_if_no_swatch_is_edited(olds: list[Color]) -> None:
    change = mapping(*((old, old) for old in olds))
    assert not change.ways.any()
    rgb = noise(0, 1000)
    assert np.array_equal(change(rgb), rgb)


@given(pictures, distinct)
def test_a_picture_whose_palette_is_not_edited_stays_as_it_is(
    picture: NDArray[np.uint8], olds: list[Color]
) -> None:
    image = swap_colors(picture, palette(*olds), palette(*olds))
    found = np.asarray(image.convert("RGBA"))
    visible = picture[..., 3] > 0
    assert np.array_equal(found[..., 3], picture[..., 3])
    assert np.array_equal(found[visible], picture[visible])


@given(swatches)
def test_each_swatch_becomes_its_new_color_exactly(
    drawn: tuple[list[Color], list[Color], int],
) -> None:
    swaps = swaps_of(drawn)
    found = mapping(*swaps)(u8([old for old, _ in swaps]))
    assert found.tolist() == [list(new) for _, new in swaps]


@given(st.lists(st.tuples(grays, grays), min_size=1, max_size=5), st.lists(colors, max_size=4))
def test_grays_stay_gray_if_all_swaps_are_gray(
    swaps: list[tuple[Color, Color]], others: list[Color]
) -> None:
    assume(len({old for old, _ in swaps}) == len(swaps))
    held = [(color, color) for color in others if len(set(color)) > 1]
    ramp = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(-1, 3)
    found = mapping(*swaps, *held)(ramp)
    assert np.array_equal(found, found[:, :1].repeat(3, axis=1))


@given(swatches)
def test_grays_do_not_change_at_all_if_no_gray_is_edited(
    drawn: tuple[list[Color], list[Color], int],
) -> None:
    swaps = swaps_of(drawn)
    for old, new in swaps:
        chroma = np.hypot(*oklab_of(u8([old]))[0, 1:])
        # A vivid color beside the gray axis could share a tetrahedron with it.
        assume(old == new or (chroma > 0.05 and max(old) - min(old) > 12))
    ramp = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(-1, 3)
    assert np.array_equal(mapping(*swaps)(ramp), ramp)


@given(st.lists(st.tuples(grays, grays), min_size=1, max_size=6))
def test_lightness_rises_with_lightness_if_grays_keep_their_order(
    swaps: list[tuple[Color, Color]],
) -> None:
    olds, news = (sorted(set(each)) for each in zip(*swaps, strict=True))
    count = min(len(olds), len(news))
    lightness = np.linspace(0, 1, 500)
    ramp = np.stack([lightness, np.zeros(500), np.zeros(500)], axis=-1)
    found = moved(ramp, oklab_of(u8(olds[:count])), oklab_of(u8(news[:count])))[:, 0]
    assert (np.diff(found) >= -1e-9).all()


@given(swatches)
def test_colors_stay_in_the_gamut(drawn: tuple[list[Color], list[Color], int]) -> None:
    swaps = swaps_of(drawn)
    old, new = (oklab_of(u8(each)) for each in zip(*swaps, strict=True))
    found = moved(oklab_of(noise(0, 500)), old, new)
    # Clipping to sRGB changes nothing.
    assert np.abs(oklab_of(srgb_of(found)) - found).max() < 0.01


# The astronaut's suit


def test_every_swatch_of_a_photo_is_exact_and_neighbors_stay_neighbors() -> None:
    change = blue_suit()
    olds = u8([parse_hex(code) for code in PHOTO])
    news = olds.copy()
    news[2] = parse_hex("2050d0")
    assert np.array_equal(change(olds), news)
    rgb = noise(0, 50_000).clip(0, 254)
    step = np.eye(3, dtype=np.uint8)[noise(1, 50_000)[:, 0] % 3]
    steps = np.abs(change(rgb).astype(np.int32) - change(rgb + step)).max(axis=1)
    assert steps.max() <= 12
    assert np.percentile(steps, 99) <= 3


def test_a_gradient_has_no_bands() -> None:
    orange, white = (np.array(parse_hex(code), np.float64) for code in (PHOTO[2], "ffffff"))
    part = np.linspace(0, 1, 1000)[:, np.newaxis]
    found = blue_suit()(u8(np.round(orange * (1 - part) + white * part)))
    steps = np.sqrt((np.diff(lab_of(found), axis=0) ** 2).sum(axis=1))
    # A level of three channels is up to 4 of them.
    assert steps.max() < 5
    assert (np.diff(lab_of(found)[:, 0]) > -0.5).all()


def test_shades_and_highlights_follow_in_the_new_hue() -> None:
    orange, gray = (np.array(parse_hex(code), np.float64) for code in (PHOTO[2], "d0d0d0"))
    for mixture in (0.75 * orange, 0.8 * orange + 0.2 * 255, 0.8 * orange + 0.2 * gray):
        red, green, blue = blue_suit()(u8(np.round(mixture))[np.newaxis])[0].tolist()
        assert blue > green > red
        assert blue - red > 80


@pytest.mark.parametrize("code", ["d8b8a0", "2a7a3a", "9a2125", "808080", "f0e442", "0000ff"])
def test_other_colors_hardly_change(code: str) -> None:
    color = u8([parse_hex(code)])
    assert delta_e(lab_of(color), lab_of(blue_suit()(color)))[0] < 4


def test_a_red_that_becomes_gray_loses_its_hue_and_keeps_its_shades() -> None:
    change = mapping(((200, 30, 40), (128, 128, 128)), ((30, 120, 40), (30, 120, 40)))
    found = change(u8([[100, 15, 20], [200, 30, 40], [230, 140, 145]])).astype(np.int32)
    assert (found.max(axis=1) - found.min(axis=1)).max() <= 24
    assert (np.diff(found[:, 1]) > 20).all()


def test_a_white_that_becomes_red_keeps_shadows_and_black() -> None:
    change = mapping(((250, 250, 248), (200, 30, 40)), ((20, 20, 22), (20, 20, 22)))
    found = change(u8([[0, 0, 0], [20, 20, 22], [180, 180, 178], [250, 250, 248]]))
    assert found[[0, 1, 3]].tolist() == [[0, 0, 0], [20, 20, 22], [200, 30, 40]]
    red, green, blue = found[2].tolist()
    assert 200 > red > green + 60
    assert red > blue + 60


def test_with_more_swatches_less_changes() -> None:
    dark = u8([[118, 21, 22]])
    few = mapping((parse_hex(PHOTO[2]), (32, 80, 208)))(dark)
    assert delta_e(lab_of(dark), lab_of(few))[0] > 25
    assert np.array_equal(blue_suit()(dark), dark)


# Palettes


def test_a_mapping_can_be_made_of_256_swatches_and_not_of_more_or_none() -> None:
    many = palette(*((level, 255 - level, level // 2) for level in range(MOST_SWATCHES)))
    assert not ColorMapping.of(many, many, nodes=3).ways.any()
    more = Palette((*many.swatches, Swatch((1, 2, 3))))
    with pytest.raises(InputError, match=r"has 257 colors; those of at most 256 can be edited"):
        ColorMapping.of(more, more)
    with pytest.raises(InputError, match="has no colors"):
        ColorMapping.of(palette(), palette())


def test_an_edited_palette_has_a_color_for_each_swatch() -> None:
    with pytest.raises(OptionError, match="has 1 colors and the other 2"):
        ColorMapping.of(palette("ff0000", "00ff00"), palette("0000ff"))


def test_equal_swatches_become_equal_ones() -> None:
    twice = palette("ff0000", "ff0000")
    same = ColorMapping.of(twice, palette("0000ff", "0000ff"), nodes=3)
    assert same(u8([[255, 0, 0]])).tolist() == [[0, 0, 255]]
    with pytest.raises(OptionError, match="Swatches of the same color become different ones"):
        ColorMapping.of(twice, palette("0000ff", "00ff00"))


@pytest.mark.parametrize("text", ["#E6194B=2050d0", "e6194b = #2050D0"])
def test_a_swap_is_two_colors(text: str) -> None:
    assert parse_swap(text) == ((230, 25, 75), (32, 80, 208))
    assert parse_swap("#fff=black") == ((255, 255, 255), (0, 0, 0))


@pytest.mark.parametrize("text", ["", "=", "fff", "fff=", "=fff", "fff=0=0", "fff=navy", "ffff=0"])
def test_other_texts_are_no_swaps(text: str) -> None:
    with pytest.raises(OptionError, match="A swap is OLD=NEW with two colors"):
        parse_swap(text)


def test_a_color_takes_the_place_of_a_swatch_that_is_near_or_is_added() -> None:
    chosen = Palette((Swatch((213, 99, 62), 0.75, "Suit"), Swatch((0, 0, 0), 0.25, "Black")))
    edited = with_swaps(chosen, ["d06030=2050d0", ((0, 255, 0), (1, 2, 3))])
    assert edited.before.swatches == (
        Swatch((208, 96, 48), 0.75),
        Swatch((0, 0, 0), 0.25, "Black"),
        Swatch((0, 255, 0)),
    )
    assert [swatch.color for swatch in edited.after.swatches] == [
        (32, 80, 208),
        (0, 0, 0),
        (1, 2, 3),
    ]
    assert edited.notes == (
        "#d06030 stands for #d5633e of the palette (ΔE2000 3.2)",
        "#00ff00 is far from all colors of the palette, and was added",
    )
    assert with_swaps(chosen, []).after == chosen


def test_two_colors_near_a_swatch_are_two_swatches_and_the_nearer_one_takes_its_place() -> None:
    edited = with_swaps(palette("d5633e"), ["d06030=0000ff", "d5633e=00ff00"])
    assert [swatch.hex for swatch in edited.before.swatches] == ["#d5633e", "#d06030"]
    assert [swatch.hex for swatch in edited.after.swatches] == ["#00ff00", "#0000ff"]


def test_a_color_is_swapped_once() -> None:
    with pytest.raises(OptionError, match="#d5633e is swapped twice"):
        with_swaps(palette("d5633e"), ["d5633e=000", "d5633e=fff"])


# Pixels


def test_a_table_gives_what_the_mapping_gives_and_leaves_the_pixels() -> None:
    change, rgb = blue_suit(), noise(0, 300, 1000)
    before = rgb.copy()
    table = ColorTable(change)
    for _ in range(2):
        found = table(rgb, lambda _done: None)
        assert np.array_equal(found.reshape(-1, 3), change(rgb.reshape(-1, 3)))
    assert np.array_equal(rgb, before)


def test_few_colors_are_indexed_and_others_are_not() -> None:
    chosen, edited = palette("d5633e"), palette("2050d0")
    few = swap_colors(noise(0, 9, 9), chosen, edited)
    many = swap_colors(noise(0, 90, 90), chosen, edited)
    assert (few.mode, many.mode) == ("P", "RGB")
    assert np.array_equal(
        np.asarray(few.convert("RGB")).reshape(-1, 3),
        ColorMapping.of(chosen, edited)(noise(0, 9, 9).reshape(-1, 3)),
    )
    clear = np.concatenate([noise(0, 90, 90), noise(1, 90, 90)[..., :1]], axis=-1)
    image = swap_colors(clear, chosen, edited)
    assert image.mode == "RGBA"
    assert np.array_equal(np.asarray(image)[..., 3], clear[..., 3])


# Parts


def test_a_lightness_curve_goes_through_its_anchors_and_keeps_black_and_white() -> None:
    curve = LightnessCurve.through([(0.3, 0.35), (0.6, 0.5)])
    assert np.allclose(curve(np.array([0, 0.3, 0.6, 1])), [0, 0.35, 0.5, 1])
    assert (np.diff(curve(np.linspace(0, 1, 1000))) >= 0).all()
    assert LightnessCurve.through([(0.98, 0.6)])(np.ones(1))[0] == pytest.approx(0.64)


def test_the_conversion_to_oklab_is_that_of_its_author_and_can_be_undone() -> None:
    # Of https://bottosson.github.io/posts/oklab, by way of CIE XYZ.
    red, blue = oklab_of(u8([[255, 0, 0], [0, 0, 255]]))
    assert np.allclose(red, [0.627955, 0.224863, 0.125846], atol=2e-6)
    assert np.allclose(blue, [0.452014, -0.032457, -0.311528], atol=2e-6)
    rgb = noise(0, 1000)
    assert np.abs(srgb_of(oklab_of(rgb)) - rgb).max() < 1e-6
    ramp = oklab_of(np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(-1, 3))
    assert np.abs(ramp[:, 1:]).max() < 1e-12


def test_a_color_of_srgb_is_in_its_gamut_and_others_lose_chroma_alone() -> None:
    lab = oklab_of(np.concatenate([noise(0, 1000), u8([[0, 0, 255], [255, 255, 0], [0, 0, 0]])]))
    assert np.array_equal(in_gamut(lab), lab)
    vivid = lab * [1, 3, 3]
    found = in_gamut(vivid)
    assert np.array_equal(found[:, 0], lab[:, 0])
    assert np.allclose(found[:, 1] * vivid[:, 2], found[:, 2] * vivid[:, 1])
    assert (np.abs(found) <= np.abs(vivid)).all()
    # Clipping to sRGB changes them by less than a level of blue.
    assert np.abs(oklab_of(srgb_of(found)) - found).max() < 0.01


def test_the_largest_chroma_is_that_of_the_corners_of_srgb() -> None:
    corners = oklab_of(u8([[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 255, 255], [255, 0, 255]]))
    chroma, hue = np.hypot(corners[:, 1], corners[:, 2]), np.arctan2(corners[:, 2], corners[:, 1])
    assert np.allclose(largest_chroma(corners[:, 0], hue), chroma, rtol=0.015)
    ends = np.array([0.0, 1.0])
    assert not largest_chroma(ends, np.ones(2)).any()
