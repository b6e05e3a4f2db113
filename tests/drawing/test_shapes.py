"""Text that fits where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.drawing.shapes import Rectangle, Text, bottom, fitted, moved, wrapped
from palette_engine.palette.value import plain_text

SHAPES = (Rectangle(1, 2, 3, 4, (0, 0, 0)), Text(5, 20, "x", 8, (0, 0, 0), 9))


def test_what_fits_stays_as_it_is() -> None:
    assert fitted("Crème “brûlée”", 10, 200) == "Crème “brûlée”"


@pytest.mark.parametrize("text", ["long " * 1000, "m" * 1000, "🍮" * 1000, "色" * 1000])
def test_what_does_not_fit_ends_with_an_ellipsis(text: str) -> None:
    cut = fitted(text, 10, 200)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert 10 <= len(cut) <= 45


@given(st.text(max_size=60), st.integers(8, 40), st.integers(40, 400))
def test_fitted_text_is_one_clean_line_that_fits_already(text: str, size: int, room: int) -> None:
    line = fitted(text, size, room)
    assert all(character.isprintable() for character in line)
    assert fitted(line, size, room) == line


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
    assert wrapped(text, 10, 78, lines) == expected


@given(st.text(max_size=60), st.integers(8, 40), st.integers(40, 400), st.integers(1, 4))
def test_wrapped_text_fits_and_loses_nothing_but_at_its_end(
    text: str, size: int, room: int, lines: int
) -> None:
    found = wrapped(text, size, room, lines)
    assert len(found) <= lines
    assert all(line and fitted(line, size, room) == line for line in found)
    if not any(line.endswith("…") for line in found):
        assert " ".join(found) == plain_text(text, 2000)


def test_shapes_know_where_they_end() -> None:
    assert bottom(SHAPES) == 22
    assert bottom(SHAPES[:1]) == 6
    assert bottom(()) == 0


def test_moved_shapes_keep_their_distance() -> None:
    rectangle, text = moved(SHAPES, 10, 100)
    assert (rectangle.x, rectangle.y, text.x, text.y) == (11, 102, 15, 120)
