"""The names of swatches."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

from palette_engine.color.cielab import LARGEST_SL, delta_e, lab_of
from palette_engine.errors import InputError, OptionError
from palette_engine.options import OPTIONS
from palette_engine.palette.names import LISTS, MAX_COLORS, MAX_DISTANCE, named
from palette_engine.palette.value import Palette, Swatch

Color = tuple[int, int, int]

TEAL = (0, 128, 128)

DATA = files("palette_engine") / "data"


def rows_of(name: str) -> list[tuple[Color, str]]:
    """Return the colors and names of a list, read from its file by hand."""
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    return [((int(c[:2], 16), int(c[2:4], 16), int(c[4:], 16)), called) for c, called in pairs]


ROWS = {name: rows_of(name) for name in LISTS}
LISTED = {name for rows in ROWS.values() for _, name in rows}

lists = st.sampled_from(sorted(LISTS))
channels = st.integers(0, 255)
colors = st.tuples(channels, channels, channels)
crowded = st.one_of(colors, st.tuples(*[st.integers(0, 3)] * 3), st.just(TEAL))
crowds = st.lists(crowded, max_size=12)


def palette_of(some: list[Color]) -> Palette:
    return Palette(tuple(Swatch(color, 1 / len(some)) for color in some))


def names_of(some: list[Color], names: str) -> list[str]:
    return [swatch.name for swatch in named(palette_of(some), names).swatches]


def distance(color: Color, other: Color) -> float:
    left, right = lab_of(np.array([color, other]))
    return float(delta_e(left, right))


def plain(name: str) -> str:
    """Return a name without the number that it got."""
    return name if name in LISTED else re.sub(r" \d+$", "", name)


def test_the_lists_are_the_choices_of_the_option() -> None:
    assert ("none", *LISTS) == OPTIONS["names"].keys
    for name, choice in zip(LISTS, OPTIONS["names"].choices[1:], strict=True):
        assert f"{len(ROWS[name]):,} " in choice.help


def test_none_takes_the_names_away(flag: Palette) -> None:
    bare = named(flag, "none")
    assert [swatch.name for swatch in bare.swatches] == ["", "", ""]
    assert bare.swatches == tuple(replace(swatch, name="") for swatch in flag.swatches)


def test_a_color_of_the_list_gets_its_name() -> None:
    assert names_of([TEAL, (102, 51, 153)], "css") == ["teal", "rebeccapurple"]
    assert names_of([(172, 194, 217)], "xkcd") == ["cloudy blue"]
    assert names_of([(255, 247, 228)], "meodai") == ["Cosmic Latte"]


def test_another_color_gets_the_nearest_name() -> None:
    assert names_of([(2, 126, 129), (250, 126, 113)], "css") == ["teal", "salmon"]


def test_the_nearest_name_may_be_far_and_much_darker() -> None:
    assert names_of([(62, 42, 28)], "css") == ["black"]


def test_the_nearer_color_gets_the_name_and_the_other_its_next() -> None:
    assert names_of([(1, 130, 130), TEAL], "css") == ["darkcyan", "teal"]


def test_a_second_choice_still_fits() -> None:
    # 3.9 and 2.3 to pinkish grey, 7.5 to mushroom.
    some = [(185, 163, 158), (192, 170, 167)]
    assert names_of(some, "xkcd") == ["mushroom", "pinkish grey"]


def test_a_gray_is_no_pink_just_because_its_name_is_taken() -> None:
    # 6.9 and 7.6 to silver, 9.0 to very light pink.
    some = [(198, 189, 185), (214, 208, 214)]
    assert names_of(some, "xkcd") == ["silver", "silver 2"]


def test_a_color_with_no_free_name_near_shares_one_by_number() -> None:
    assert names_of([(10, 10, 10), (0, 0, 0), (5, 5, 5)], "css") == ["black 3", "black", "black 2"]


def test_equal_colors_are_numbered_as_they_come() -> None:
    twins = Palette((Swatch(TEAL, 0.1), Swatch((0, 0, 0)), Swatch(TEAL, 0.2), Swatch(TEAL, 0.3)))
    names = [swatch.name for swatch in named(twins, "css").swatches]
    assert names == ["teal", "black", "teal 2", "teal 3"]


def test_a_color_that_comes_again_is_numbered_after_the_name_of_the_first() -> None:
    assert names_of([(1, 128, 128), TEAL, (1, 128, 128)], "css") == [
        "darkcyan",
        "teal",
        "darkcyan 2",
    ]


@pytest.mark.parametrize("names", LISTS)
def test_256_colors_have_256_names(names: str) -> None:
    some = [(n, n // 2, 255 - n) for n in range(256)]
    assert len({*names_of(some, names)}) == 256


@pytest.mark.parametrize("names", LISTS)
def test_every_listed_color_has_its_own_name_in_a_full_palette(names: str) -> None:
    some = ROWS[names][::37]
    assert names_of([color for color, _ in some], names) == [name for _, name in some]


@pytest.mark.parametrize("names", LISTS)
def test_a_palette_without_swatches_stays_without(names: str) -> None:
    assert named(Palette(()), names) == Palette(())


@given(crowds, lists)
def test_no_name_comes_twice(some: list[Color], names: str) -> None:
    assert len({*names_of(some, names)}) == len(some)


@given(crowds, lists)
def test_a_number_is_the_next_one_of_a_listed_name(some: list[Color], names: str) -> None:
    given = names_of(some, names)
    assert {plain(name) for name in given} <= {name for _, name in ROWS[names]}
    for name, count in Counter(map(plain, given)).items():
        assert {name, *(f"{name} {n}" for n in range(2, count + 1))} <= {*given}


@given(st.lists(crowded, unique=True, max_size=12), lists)
def test_a_numbered_name_is_that_of_the_nearest_listed_color(some: list[Color], names: str) -> None:
    lab = lab_of(np.array([color for color, _ in ROWS[names]]))
    for color, name in zip(some, names_of(some, names), strict=True):
        if name != plain(name):
            nearest = delta_e(lab_of(np.array([color])), lab).argmin()
            assert ROWS[names][int(nearest)][1] == plain(name)


@given(crowds, lists)
def test_everything_but_the_name_stays(some: list[Color], names: str) -> None:
    swatches = tuple(Swatch(c, n / 99, "old", n) for n, c in enumerate(some))
    before = Palette(swatches, "Sea", "sea.jpg", 20, 3.0)
    after = named(before, names)
    assert [(s.color, s.share, s.first_seen) for s in after.swatches] == [
        (s.color, s.share, s.first_seen) for s in swatches
    ]
    assert (after.name, after.source, after.asked) == ("Sea", "sea.jpg", 20)
    assert after.min_distance == 3.0


@given(st.lists(crowded, unique=True, max_size=12), lists, st.randoms(use_true_random=False))
def test_the_order_of_the_swatches_makes_no_difference(
    some: list[Color], names: str, random: Random
) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)
    first = dict(zip(some, names_of(some, names), strict=True))
    assert dict(zip(shuffled, names_of(shuffled, names), strict=True)) == first


@given(crowds, lists)
def test_naming_again_changes_nothing(some: list[Color], names: str) -> None:
    once = named(palette_of(some), names)
    assert named(once, names) == once


@given(st.lists(crowded, unique=True, min_size=1, max_size=8), lists)
def test_the_choice_is_that_of_measuring_every_pair(some: list[Color], names: str) -> None:
    rows = ROWS[names]
    some = sorted(some)
    lab = lab_of(np.array(some))
    table = np.round(delta_e(lab[:, np.newaxis], lab_of(np.array([c for c, _ in rows]))), 6)
    expected: dict[Color, str] = {}
    for cell in np.argsort(table, axis=None, kind="stable").tolist():
        color, column = divmod(cell, len(rows))
        near = table[color, column] <= max(MAX_DISTANCE, table[color].min())
        if near and some[color] not in expected and rows[column][1] not in expected.values():
            expected[some[color]] = rows[column][1]
    result = dict(zip(some, names_of(some, names), strict=True))
    assert {color: name for color, name in result.items() if name == plain(name)} == expected


@given(colors, colors)
def test_lightness_alone_is_never_farther_than_the_whole_difference(a: Color, b: Color) -> None:
    light, dark = lab_of(np.array([a, b]))[:, 0]
    assert abs(light - dark) / LARGEST_SL <= distance(a, b)


def test_the_lists_have_all_the_names_their_readme_says() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| `(\w+)\.txt` \| ([\d,]+) \|", readme, re.MULTILINE)
    assert {name: int(count.replace(",", "")) for name, count in said} == {
        name: len(rows) for name, rows in ROWS.items()
    }


@pytest.mark.parametrize("names", LISTS)
def test_a_list_has_each_color_and_name_once_in_the_order_of_the_colors(names: str) -> None:
    rows = ROWS[names]
    assert [color for color, _ in rows] == sorted({color for color, _ in rows})
    assert len({name.casefold() for _, name in rows}) == len(rows)


@pytest.mark.parametrize("names", LISTS)
def test_the_lines_of_a_list_are_six_small_hex_digits_a_tab_and_a_clean_name(names: str) -> None:
    for line in (DATA / f"{names}.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[0-9a-f]{6}\t\S+( \S+)*", line)
        assert line.replace("\t", "").isprintable()


@pytest.mark.parametrize("names", LISTS)
def test_no_listed_name_is_another_one_with_a_number(names: str) -> None:
    listed = {name for _, name in ROWS[names]}
    assert not {name for name in listed if re.sub(r" \d+$", "", name) in listed - {name}}


def test_the_css_names_are_those_that_pillow_knows_with_one_for_each_color() -> None:
    known = {name: ImageColor.getrgb(name) for name in ImageColor.colormap}
    ours = {name: color for color, name in ROWS["css"]}
    assert {known[name] for name in ours} == {*ours.values()} == {*known.values()}
    assert all(known[name] == color for name, color in ours.items())
    assert not {"aqua", "fuchsia", "grey", "lightslategrey"} & {*ours}


@pytest.mark.parametrize("word", ["shit", "poo", "poop", "piss", "puke", "vomit", "lust", "nipple"])
def test_no_list_has_vulgar_names(word: str) -> None:
    for rows in ROWS.values():
        assert not [name for _, name in rows if word in name.lower().split()]


def test_the_license_of_the_names_comes_with_them() -> None:
    license_text = (DATA / "LICENSE.meodai.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2017 David Aerne" in license_text
    assert "Permission is hereby granted, free of charge" in license_text


def test_another_list_is_refused() -> None:
    with pytest.raises(OptionError, match="names must be none, css, xkcd or meodai, not 'pantone'"):
        named(Palette((Swatch(TEAL),)), "pantone")


def test_more_colors_than_can_be_named_in_seconds_are_refused() -> None:
    many = Palette(tuple(Swatch((n % 256, n // 256, 0)) for n in range(MAX_COLORS + 1)))
    with pytest.raises(InputError, match="has 4,097 colors; at most 4,096 can be named"):
        named(many, "css")
    assert named(many, "none") == many
