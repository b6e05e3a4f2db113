"""Text that is cut or broken to fit, and shapes that are moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.drawing.shapes import Rectangle, Text, bottom_of, fit_text, move, wrap_text
from palette_engine.palette.value import plain_text

SHAPES = (Rectangle(1, 2, 3, 4, (0, 0, 0)), Text(5, 20, "x", 8, (0, 0, 0), 9))


def test_what_fits_stays_as_it_is() -> None:
    assert fit_text("Crème “brûlée”", 10, 200) == "Crème “brûlée”"


@pytest.mark.parametrize("text", ["long " * 1000, "m" * 1000, "🍮" * 1000, "色" * 1000])
def test_what_does_not_fit_ends_with_an_ellipsis(text: str) -> None:
    cut = fit_text(text, 10, 200)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert 10 <= len(cut) <= 45


@given(st.text(max_size=60), st.integers(8, 40), st.integers(40, 400))
def test_fitted_text_is_one_clean_line_that_fits_already(text: str, size: int, width: int) -> None:
    line = fit_text(text, size, width)
    assert all(character.isprintable() for character in line)
    assert fit_text(line, size, width) == line


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("", 2, ()),
        ("Moss", 2, ("Moss",)),
        ("Deep Moss", 1, ("Deep Moss",)),
        ("Forgotten Mosque", 2, ("Forgotten", "Mosque")),
        ("Off the Beaten Path", 2, ("Off the", "Beaten Path")),
        ("Off the Beaten Path Again", 3, ("Off the", "Beaten Path", "Again")),
        ("Off the Beaten Path Again", 2, ("Off the", "Beaten Pat…")),
        ("Incomprehensibilities", 2, ("Incomprehe…",)),
        ("A Incomprehensibilities", 2, ("A", "Incomprehe…")),
    ],
)
def test_wrapped_text_breaks_between_words(
    text: str, lines: int, expected: tuple[str, ...]
) -> None:
    assert wrap_text(text, 10, 78, lines) == expected


@given(st.text(max_size=60), st.integers(8, 40), st.integers(40, 400), st.integers(1, 4))
def test_wrapped_text_fits_and_loses_nothing_but_at_its_end(
    text: str, size: int, width: int, lines: int
) -> None:
    found = wrap_text(text, size, width, lines)
    assert len(found) <= lines
    assert all(line and fit_text(line, size, width) == line for line in found)
    if not any(line.endswith("…") for line in found):
        assert " ".join(found) == plain_text(text, 2000)


def test_shapes_know_where_they_end() -> None:
    assert bottom_of(SHAPES) == 22
    assert bottom_of(SHAPES[:1]) == 6
    assert bottom_of(()) == 0


def test_moved_shapes_keep_their_distance() -> None:
    rectangle, text = move(SHAPES, 10, 100)
    assert (rectangle.x, rectangle.y, text.x, text.y) == (11, 102, 15, 120)
