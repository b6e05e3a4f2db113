"""The table of options, and values checked against it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from palette_engine.errors import OptionError, PaletteError
from palette_engine.options import OPTIONS, Option, Options


def test_every_field_has_a_row_and_every_row_a_field() -> None:
    assert [field.name for field in fields(Options)] == list(OPTIONS)


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_every_default_is_a_value_its_option_takes(option: Option) -> None:
    option.check(option.default)
    assert getattr(Options(), option.name) == option.default


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_every_option_explains_itself_in_a_label_and_a_sentence(option: Option) -> None:
    assert option.label.count("_") == 1
    assert option.help[0].isupper()
    assert option.help.endswith(".")
    assert all(choice.label and choice.help.endswith(".") for choice in option.choices)


@pytest.mark.parametrize(
    ("name", "edges"), [(o.name, (o.minimum, o.maximum)) for o in OPTIONS.values() if not o.choices]
)
def test_a_number_may_be_at_either_end_of_its_range_but_not_beyond(
    name: str, edges: tuple[int, int]
) -> None:
    low, high = edges
    assert low < high
    for value in edges:
        assert getattr(Options.of({name: value}), name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(OptionError, match=name):
            Options.of({name: value})


@pytest.mark.parametrize("value", [0, 257, -1, 5.0, "5", True, None, float("nan"), [5], 10**400])
def test_colors_takes_whole_numbers_only(value: object) -> None:
    with pytest.raises(OptionError, match="colors must be a whole number from 1 to 256, not "):
        Options.of({"colors": value})


@pytest.mark.parametrize("value", ["", "Share", "size", 0, None, ["share"], b"share"])
def test_order_takes_the_names_of_its_choices_only(value: object) -> None:
    with pytest.raises(OptionError, match="order must be share, lightness or hue, not "):
        Options.of({"order": value})


def test_a_wrong_value_is_refused_however_options_are_made() -> None:
    wrong: Any = "many"
    with pytest.raises(OptionError):
        Options(colors=wrong)


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(OptionError, match=r"'colours'.*colors, order, max_pixels"):
        Options.of({"colours": 5})


def test_what_is_left_out_keeps_its_default() -> None:
    assert Options.of({}) == Options()
    assert Options.of({"order": "hue"}) == Options(order="hue")


def test_a_range_is_worded_with_separators() -> None:
    assert OPTIONS["max_pixels"].takes == "a whole number from 1 to 2,147,483,647"


def test_an_option_error_is_a_palette_error_and_a_value_error() -> None:
    assert issubclass(OptionError, PaletteError)
    assert issubclass(PaletteError, ValueError)
    assert OptionError.exit_code == 2
