"""The table of options, and values read by it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_engine
from palette_engine.cli.parameters import METAVARS
from palette_engine.errors import OptionError, PaletteError
from palette_engine.option_kinds import KINDS, Option, rgb_of
from palette_engine.options import DITHER, OPTIONS, Options

NAN, INFINITY = float("nan"), float("inf")

NUMBERS = [o for o in OPTIONS.values() if KINDS[o.kind].is_bounded]
LISTS = [o for o in OPTIONS.values() if KINDS[o.kind].is_list]


def read(name: str, value: object) -> Any:
    """Return a value as `Options` keeps it."""
    return getattr(Options.of({name: value}), name)


def refusal(name: str, value: object) -> str:
    """Return the sentence with which a value is refused, which must name the option."""
    with pytest.raises(OptionError) as refused:
        Options.of({name: value})
    sentence = str(refused.value)
    assert sentence.startswith(f"{name} must be {OPTIONS[name].takes}, not ")
    assert sentence.endswith(".")
    assert len(sentence.splitlines()) == 1
    return sentence


# The table


def test_every_field_has_a_row_and_every_row_a_field() -> None:
    assert [field.name for field in fields(Options)] == list(OPTIONS)


def test_every_kind_is_that_of_an_option_and_has_a_widget_in_each_interface() -> None:
    assert {option.kind for option in (*OPTIONS.values(), DITHER)} == {*KINDS}
    assert {*METAVARS, "choice"} == {*KINDS}
    page = (Path(palette_engine.__file__).parent / "web/page/index.html").read_text("utf-8")
    # What has no control of its own on the page is written into a plain entry.
    written = {"colors", "frames", "region"}
    for kind in {*KINDS} - written:
        assert f'control.kind == "{kind}"' in page


def test_an_option_of_recoloring_is_read_by_its_row_too() -> None:
    assert DITHER.read("ordered") == "ordered"
    assert DITHER.read(DITHER.default) == "none"
    with pytest.raises(
        OptionError, match="dither must be none, floyd-steinberg or ordered, not 'random'"
    ):
        DITHER.read("random")


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_every_default_is_a_value_its_option_takes(option: Option) -> None:
    assert option.read(option.default) == option.default
    assert getattr(Options(), option.name) == option.default


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_every_option_explains_itself_in_a_label_and_a_sentence(option: Option) -> None:
    assert option.label.count("_") <= 1  # Tab reaches those without a key
    assert option.help[0].isupper()
    assert option.help.endswith(".")
    assert all(choice.label and choice.help.endswith(".") for choice in option.choices)


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_what_an_option_has_read_it_reads_again_as_the_same(option: Option) -> None:
    for value in {option.default, *option.keys, *EXAMPLES.get(option.kind, ())}:
        once = option.read(value)
        assert option.read(once) == once


EXAMPLES: dict[str, tuple[Any, ...]] = {
    "integer": (1, "7"),
    "number": (1, "1", 1.0),
    "count": (5, "5", "auto", "3-12"),
    "colors": ("#E6194B, abc", ("#e6194b", (1, 2, 3))),
    "ignored": ("white #abc", ("black",)),
    "region": ("1,2,3,4", "10%,0,50%,1.0", (0.1, 0, 0.5, 1)),
}


@pytest.mark.parametrize("option", NUMBERS, ids=lambda option: option.name)
def test_a_number_may_be_at_either_end_of_its_range_but_not_beyond(option: Option) -> None:
    low, high = option.minimum, option.maximum
    assert low < high
    for value in (low, high):
        assert read(option.name, value) == read(option.name, str(value)) == value
    for value in (low - 1, high + 1):
        refusal(option.name, value)
        refusal(option.name, str(value))


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize(
    "value",
    [True, False, NAN, INFINITY, -1, object(), b"\xff", {"a": 1}, [[]], [None], "ä", "\0", "-"],
    ids=lambda value: repr(value)[:9],
)
def test_what_no_option_takes_is_refused_in_one_sentence_that_names_it(
    option: Option, value: object
) -> None:
    refusal(option.name, value)


# Whole numbers, and numbers of colors


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1, 1),
        (256, 256),
        ("10", 10),
        ("010", 10),
        (np.int64(10), 10),
        (np.uint8(10), 10),
        ("auto", "auto"),
        ("3-12", "3-12"),
        ("03-12", "3-12"),
        ("5-5", "5-5"),
        ("1-256", "1-256"),
    ],
)
def test_colors_takes_a_number_auto_or_bounds(value: object, kept: object) -> None:
    colors = read("colors", value)
    assert colors == kept
    assert type(colors) is type(kept)


@pytest.mark.parametrize(
    "value",
    [
        *(0, 257, -1, 5.0, np.float64(5), True, np.True_, None, NAN, [5], (3, 12), 10**400),
        *("", "0", "257", "-1", "5.0", "1e1", "five", "Auto", "auto ", "²", "9" * 5000),
        *("12-3", "0-3", "3-257", "3-", "-3", "3-4-5", "3–5", "a-b", "3,12", "auto-5", "--"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_colors_takes_nothing_else(value: object) -> None:
    assert "colors must be a whole number from 1 to 256, auto, or bounds for that such as 3-12" in (
        refusal("colors", value)
    )


@pytest.mark.parametrize(
    ("colors", "bounds", "automatic"),
    [(10, (10, 10), False), ("auto", (1, 24), True), ("3-12", (3, 12), True), (1, (1, 1), False)],
)
def test_a_number_of_colors_has_bounds(
    colors: object, bounds: tuple[int, int], automatic: bool
) -> None:
    options = Options.of({"colors": colors})
    assert (options.bounds, options.automatic) == (bounds, automatic)


@given(st.integers(1, 256), st.integers(1, 256))
def test_bounds_are_taken_if_they_rise(least: int, most: int) -> None:
    text = f"{least}-{most}"
    if least > most:
        refusal("colors", text)
    else:
        assert Options(colors=text).bounds == (least, most)


@pytest.mark.parametrize("value", [1.5, "1.5", None, "", "1,000", True, [1]])
def test_a_whole_number_is_not_rounded(value: object) -> None:
    refusal("max_pixels", value)


# Numbers


@pytest.mark.parametrize(
    "value", [NAN, -0.1, 1.1, INFINITY, -INFINITY, "nan", "-0.1", "inf", "", "much", None, True, []]
)
def test_emphasis_is_from_zero_to_one(value: object) -> None:
    assert "emphasis must be a number from 0 to 1, not " in refusal("emphasis", value)


@pytest.mark.parametrize("value", [0, 1, 0.5, "0.5", ".5", np.float32(0.5), np.int8(1)])
def test_a_number_is_kept_as_a_float(value: Any) -> None:
    emphasis = read("emphasis", value)
    assert type(emphasis) is float
    assert emphasis == float(value)


@given(st.floats(), st.sampled_from([o.name for o in OPTIONS.values() if o.kind == "number"]))
def test_a_number_is_taken_if_it_is_in_range(value: float, name: str) -> None:
    option = OPTIONS[name]
    if option.minimum <= value <= option.maximum:
        assert read(name, value) == value
    else:
        refusal(name, value)


# Choices


@pytest.mark.parametrize("option", [o for o in OPTIONS.values() if o.choices], ids=lambda o: o.name)
@pytest.mark.parametrize("value", ["", "Share", "size", 0, None, ["share"], b"share", "mean "])
def test_a_choice_takes_the_names_of_its_choices_only(option: Option, value: object) -> None:
    refusal(option.name, value)


def test_choices_are_listed_in_words() -> None:
    assert OPTIONS["swatch"].takes == "auto, mean or real"
    assert OPTIONS["swatch"].takes == "auto, mean or real"


# Colors to keep and to ignore


@pytest.mark.parametrize("option", LISTS, ids=lambda option: option.name)
@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ((), ()),
        ("", ()),
        (" , ", ()),
        ("#e6194b", ("#e6194b",)),
        ("E6194B", ("#e6194b",)),
        ("#abc", ("#aabbcc",)),
        ("0f0", ("#00ff00",)),
        ("#e6194b,#000080", ("#e6194b", "#000080")),
        ("#e6194b #000080", ("#e6194b", "#000080")),
        (" e6194b ,\t000080\n,", ("#e6194b", "#000080")),
        (["#e6194b", "000080"], ("#e6194b", "#000080")),
        ([(230, 25, 75), [0, 0, 128]], ("#e6194b", "#000080")),
        (np.array([[230, 25, 75]], np.uint8), ("#e6194b",)),
        ({"#e6194b": 1}.keys(), ("#e6194b",)),
        ("#e6194b,E6194B,#E6194b", ("#e6194b",)),
        ([(255, 0, 0), "#f00", "ff0000", "#00f"], ("#ff0000", "#0000ff")),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_colors_are_text_or_a_list_and_each_once(
    option: Option, value: object, codes: tuple[str, ...]
) -> None:
    assert option.read(value) == codes


@pytest.mark.parametrize("option", LISTS, ids=lambda option: option.name)
@pytest.mark.parametrize(
    "value",
    [
        *("#12", "#1234", "#12345", "#1234567", "#e6194g", "##e6194b", "#", "red", "0x123456"),
        *("#e6194b;#000080", "#e6194b,red", "rgb(1,2,3)", "\uff11\uff12\uff13"),
        *(5, None, 0.5, (230, 25, 75), [5], [(1, 2)], [(1, 2, 3, 4)], [(0, 0, 256)], [(0, 0, -1)]),
        *([(0.5, 0, 0)], [("1", "2", "3")], [""], ["#e6194b "], [None]),
    ],
    ids=repr,
)
def test_what_is_no_color_is_refused(option: Option, value: object) -> None:
    refusal(option.name, value)


def test_white_and_black_are_names_of_colors_to_ignore_but_not_to_keep() -> None:
    assert read("ignore", "white, black,white #f4ecd8") == ("white", "black", "#f4ecd8")
    assert read("ignore", ["black"]) == ("black",)
    refusal("ignore", "White")
    for name in ("white", "black"):
        refusal("keep", name)


@pytest.mark.parametrize(
    ("code", "rgb"),
    [("#e6194b", (230, 25, 75)), ("white", (255, 255, 255)), ("black", (0, 0, 0))],
)
def test_a_color_by_its_code_or_name_has_three_channels(
    code: str, rgb: tuple[int, int, int]
) -> None:
    assert rgb_of(code) == rgb


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), max_size=10))
def test_numbers_and_codes_are_the_same_colors(colors: list[tuple[int, int, int]]) -> None:
    codes = ",".join(f"{red:02X}{green:02x}{blue:02X}" for red, green, blue in colors)
    once = tuple(dict.fromkeys(colors))
    assert tuple(map(rgb_of, read("keep", colors))) == once
    assert tuple(map(rgb_of, read("keep", codes))) == once


@pytest.mark.parametrize(("colors", "most"), [(2, 2), ("1-2", 2)], ids=["a number", "bounds"])
def test_more_colors_to_keep_than_the_palette_may_have_are_refused(
    colors: object, most: int
) -> None:
    assert len(Options.of({"colors": colors, "keep": "#111,#222"}).keep) == most
    with pytest.raises(OptionError, match=rf"^keep names 3 colors, more .* \({most}\); ask for"):
        Options.of({"colors": colors, "keep": "#111,#222,#333"})


def test_auto_has_room_for_all_colors_to_keep() -> None:
    keep = [(n, n, n) for n in range(30)]
    assert Options.of({"colors": "auto", "keep": keep}).bounds == (1, 30)


# Regions


@pytest.mark.parametrize(
    ("value", "region"),
    [
        (None, None),
        ("", None),
        ("1,2,3,4", (1, 2, 3, 4)),
        (" 1 , 2 , 3 , 4 ", (1, 2, 3, 4)),
        ((1, 2, 3, 4), (1, 2, 3, 4)),
        ([1, 2, 3, 4], (1, 2, 3, 4)),
        (np.array([1, 2, 3, 4]), (1, 2, 3, 4)),
        ("0,0,1,1", (0, 0, 1, 1)),
        ("0,0,1.0,1", (0.0, 0.0, 1.0, 1.0)),
        ("0.1,0,0.5,1.0", (0.1, 0.0, 0.5, 1.0)),
        ((0.25, 0, 0.5, 1), (0.25, 0.0, 0.5, 1.0)),
        ("25%,0,50%,100%", (0.25, 0.0, 0.5, 1.0)),
        ("25 %,0%,0.5,1.0", (0.25, 0.0, 0.5, 1.0)),
        ((0.7, 0.9, 0.3, 0.1), (0.7, 0.9, 0.3, 0.1)),  # in floats, 0.7 + 0.3 + a little is 1
        ((99999, 0, 10**6, 10**6), (99999, 0, 10**6, 10**6)),
    ],
    ids=repr,
)
def test_a_region_is_four_lengths_all_in_pixels_or_all_in_parts(
    value: object, region: tuple[float, ...] | None
) -> None:
    kept = read("region", value)
    assert kept == region
    if region:
        assert [type(length) for length in kept] == [type(length) for length in region]


@pytest.mark.parametrize(
    "value",
    [
        *("1,2,3", "1,2,3,4,5", "1 2 3 4", "a,b,c,d", ",,,", "1,2,3,", "nan,0,0.5,0.5"),
        *("-1,0,5,5", "0,-1,5,5", "0,0,-5,5", "0,0,0,5", "0,0,5,0", "0,0,0.0,0.5", "0%,0%,0%,50%"),
        *("inf,0,1,1", "nan%,0,0.5,0.5"),
        *((NAN, 0, 0.5, 0.5), (0, 0, INFINITY, 1), (0.5, 0.5, NAN, 0.5), (-0.1, 0, 0.5, 0.5)),
        *((True, 0, 1, 1), (0, 0, 1, None), 5, 0.5, ["1", "2"], (1, 2, 3, "4px"), (0, 0, 5j, 5)),
        *((), [], 0, False),
    ],
    ids=repr,
)
def test_what_is_no_region_is_refused(value: object) -> None:
    assert "region must be left,top,width,height in pixels" in refusal("region", value)


@pytest.mark.parametrize(
    "value",
    [
        *("0.5,0,0.6,1", "0,0.5,1,0.6", "0,0,150%,50%", "0,0,1.5,1", "10,10,0.5,0.5"),
        *((0.5, 0, 0.6, 1), (0, 0, 1, 1.001), (1.0, 0, 0.1, 1)),
    ],
    ids=str,
)
def test_parts_beyond_the_whole_are_refused_in_a_sentence_of_their_own(value: object) -> None:
    with pytest.raises(OptionError) as refused:
        Options.of({"region": value})
    assert str(refused.value) == (
        "region reaches beyond the picture: as parts of it, left and width, and top and height, "
        "are at most 1 together."
    )


# All together


def test_a_wrong_value_is_refused_however_options_are_made() -> None:
    wrong: Any = "many"
    with pytest.raises(OptionError):
        Options(colors=wrong)


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(OptionError, match=re.escape(", ".join(OPTIONS))) as refused:
        Options.of({"colours": 5})
    assert "'colours'" in str(refused.value)


def test_what_is_left_out_keeps_its_default() -> None:
    assert Options.of({}) == Options()
    assert Options.of({"order": "hue"}) == Options(order="hue")


def test_options_of_read_values_are_the_same_options() -> None:
    options = Options.of(
        {
            "colors": "3-12",
            "emphasis": "0.5",
            "keep": "abc",
            "ignore": ["white", (1, 2, 3)],
            "region": "10%,0,50%,1.0",
            "min_distance": 7,
        }
    )
    assert Options.of({field.name: getattr(options, field.name) for field in fields(options)}) == (
        options
    )


def test_a_range_is_worded_with_separators() -> None:
    assert OPTIONS["max_pixels"].takes == "a whole number from 1 to 2,147,483,647"


def test_an_option_error_is_a_palette_error_and_a_value_error() -> None:
    assert issubclass(OptionError, PaletteError)
    assert issubclass(PaletteError, ValueError)
    assert OptionError.exit_code == 2
