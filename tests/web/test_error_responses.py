"""The tables that turn the reason of an error into a response."""

from __future__ import annotations

import string

import pytest

from palette_engine.errors import PaletteError, Reason
from palette_engine.options import OPTIONS as OPTION_TABLE
from palette_engine.web.error_responses import (
    OPTIONS,
    SENTENCES,
    STATUSES,
    TEMPORARY,
    error_json,
)


def test_every_reason_has_a_status() -> None:
    assert {*STATUSES} == {*Reason}
    assert all(400 <= status < 600 for status in STATUSES.values())


def test_the_pages_own_sentences_and_options_belong_to_reasons_that_exist() -> None:
    assert {*SENTENCES} | {*OPTIONS} | {*TEMPORARY} <= {*Reason}
    assert {*OPTIONS.values()} <= {*OPTION_TABLE}


@pytest.mark.parametrize("reason", SENTENCES)
def test_a_sentence_of_the_page_is_filled_in(reason: Reason) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(SENTENCES[reason]) if name]
    error = PaletteError("In other words.", reason, **dict.fromkeys(names, 3))
    answer = error_json(error)
    assert answer["reason"] == reason.value
    assert answer["error"].endswith(".")
    assert "{" not in answer["error"]
    assert answer["error"] != str(error)
