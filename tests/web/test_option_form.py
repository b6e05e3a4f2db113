"""The table of options as controls of a form, and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.errors import OptionError
from palette_engine.options import OPTIONS, Options
from palette_engine.web.option_form import FIXED, MORE, PRIMARY, controls, options_of

PIXELS = {"max_pixels": 1000}


def fields_of(options: Options) -> list[tuple[str, str]]:
    """Return what a browser sends of a form that shows some options."""
    fields = []
    for control in controls((*PRIMARY, *MORE), options):
        if control.kind == "ignored":
            fields += [(control.name, name) for name in control.chosen]
            fields.append((control.name, control.text))
        else:
            fields.append((control.name, control.value))
    return fields


def test_every_option_is_on_the_page_once_or_fixed() -> None:
    assert sorted((*PRIMARY, *MORE, *FIXED)) == sorted(OPTIONS)


def test_a_form_as_it_is_at_first_gives_the_defaults() -> None:
    assert options_of(fields_of(Options()), PIXELS) == Options(max_pixels=1000)


@given(
    st.builds(
        Options,
        colors=st.one_of(st.integers(3, 256), st.just("auto"), st.just("3-12")),
        emphasis=st.sampled_from([0, 0.05, 0.25, 1]),
        order=st.sampled_from(OPTIONS["order"].keys),
        names=st.sampled_from(OPTIONS["names"].keys),
        min_distance=st.integers(0, 100),
        keep=st.lists(st.sampled_from(["#e6194b", "#000000"]), unique=True).map(tuple),
        ignore=st.permutations(["white", "black", "#f4ecd8"]).map(lambda all_: tuple(all_[:2])),
        region=st.sampled_from([None, (0, 0, 10, 20), (0.25, 0.5, 0.5, 0.5)]),
    )
)
def test_what_a_form_shows_comes_back(options: Options) -> None:
    found = options_of(fields_of(options), {})
    assert {*found.ignore} == {*options.ignore}
    rest = {name: getattr(options, name) for name in OPTIONS if name != "ignore"}
    assert {name: getattr(found, name) for name in rest} == rest


def test_of_a_number_and_a_ticked_box_the_box_counts() -> None:
    assert options_of([("colors", "8"), ("colors", "auto")], {}).colors == "auto"


def test_all_ignored_colors_count() -> None:
    fields = [("ignore", "white"), ("ignore", "black"), ("ignore", "#f4ecd8, #123456")]
    assert options_of(fields, {}).ignore == ("white", "black", "#f4ecd8", "#123456")


def test_an_empty_list_is_empty() -> None:
    assert options_of([("ignore", "white"), ("ignore", "")], {}).ignore == ("white",)
    assert options_of([("keep", ""), ("region", " ")], {}) == Options()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([("max_pixels", "5")], "There is no option 'max_pixels' on the page"),
        ([("colours", "5")], "There is no option 'colours'"),
        ([("colors", "300")], "Number of colors must be a whole number from 1 to 256"),
        ([("colors", "")], "Number of colors must be a whole number from 1 to 256"),
        ([("keep", "red; green")], "Keep must be colors like"),
    ],
)
def test_what_does_not_fit_is_refused(fields: list[tuple[str, str]], sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        options_of(fields, PIXELS)


def test_a_number_goes_in_steps_that_its_default_stands_on() -> None:
    for control in controls((*PRIMARY, *MORE), Options()):
        if control.kind == "number":
            steps = (float(control.value) - control.minimum) / control.step
            assert steps == pytest.approx(round(steps))


def test_no_label_has_a_mnemonic() -> None:
    assert all("_" not in control.label for control in controls((*PRIMARY, *MORE), Options()))


def test_people_read_words_and_not_numbers_where_words_say_more() -> None:
    shown = {control.name: control for control in controls((*PRIMARY, *MORE), Options())}
    assert shown["emphasis"].ends == ("large areas", "small accents")
    assert not re.search(r"\d", shown["emphasis"].help)
    assert shown["min_distance"].ends is None
    assert [choice.label for choice in shown["ignore"].choices] == [
        "White (paper)",
        "Black (lines)",
    ]
