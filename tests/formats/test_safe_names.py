"""Slugs and comments of stylesheets and token files."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.formats.safe_names import MAX_SLUG_LENGTH, comment_text, slug, slugs
from palette_engine.palette.value import Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

texts = st.text(max_size=40) | st.sampled_from(HOSTILE_NAMES) | st.text("a1- 2", max_size=6)


def of(*names: str) -> list[str]:
    return slugs(Swatch((0, 0, 0), name=name) for name in names)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Red", "red"),
        ("Crème “brûlée” 🍮", "creme-brulee"),
        ("  dark   sea-green ", "dark-sea-green"),
        ("580_680-10", "580-680-10"),
        ("#E6194B 41.3%", "e6194b-41-3"),
        ("ﬁne", "fine"),
        ("日本", ""),
        ("🍮", ""),
        ("", ""),
        ("---", ""),
        ("__proto__", "proto"),
        ("</style>", "style"),
        ("x" * 1000, "x" * MAX_SLUG_LENGTH),
        ("x" * (MAX_SLUG_LENGTH - 1) + " y", "x" * (MAX_SLUG_LENGTH - 1)),
    ],
)
def test_a_slug_is_what_can_be_typed_of_a_name(name: str, plain: str) -> None:
    assert slug(name) == plain


def test_equal_names_are_numbered() -> None:
    assert of("Red", "red", "RED!", "Blue") == ["red", "red-2", "red-3", "blue"]


def test_a_number_that_is_taken_is_not_given_again() -> None:
    assert of("red", "red-2", "red", "red") == ["red", "red-2", "red-3", "red-4"]
    assert of("red", "red", "red-2") == ["red", "red-2", "red-2-2"]


def test_a_keyword_of_tailwind_is_no_slug() -> None:
    assert of("inherit", "Current", "transparent") == ["inherit-2", "current-2", "transparent-2"]


def test_what_has_no_letters_gets_its_number() -> None:
    assert of("", "日本", "2", "") == ["1", "2", "2-2", "4"]


def test_digits_alone_can_be_given_a_beginning() -> None:
    swatches = [Swatch((0, 0, 0), name=name) for name in ("", "7", "x 7", "color 1")]
    assert slugs(swatches, "color-") == ["color-1", "color-7", "x-7", "color-1-2"]


@given(st.lists(texts, max_size=30))
def test_no_two_slugs_are_equal_and_each_is_plain(names: list[str]) -> None:
    found = of(*names)
    assert len({*found}) == len(names)
    for name in found:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert len(name) <= MAX_SLUG_LENGTH + 6


def test_many_equal_names_are_numbered_in_time_that_grows_with_their_number() -> None:
    found = of(*["x"] * 100_000)
    assert found[-1] == "x-100000"


@given(texts)
def test_a_comment_is_a_line_that_means_nothing(name: str) -> None:
    text = comment_text(name)
    assert not {*text} & {*'*/<>:;{}#@$\\`"\n\r\f'}
    assert text == text.strip()
    assert not text or text.isprintable()


def test_a_comment_keeps_what_it_can() -> None:
    assert comment_text("Crème “brûlée”, 50 % (old)") == "Crème “brûlée”, 50 % (old)"
    assert comment_text("日本") == "日本"
    assert comment_text("color: #010203;") == "color 010203"
