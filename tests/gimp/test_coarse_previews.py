"""Coarse previews in GIMP: what is shown first, and what OK gives, with an engine that waits."""

from __future__ import annotations

import os
import signal

import pytest

from tests.gimp.dialogs import (
    RETRY,
    Dialog,
    Tab,
    engines,
    hexes,
    open_with_defaults,
    palette_of,
    plug_ins,
)
from tests.gimp.held import Held
from tests.gimp.screen import wait_for
from tests.gimp.test_preview import the_engine

pytestmark = [pytest.mark.gimp, pytest.mark.gui, pytest.mark.newest_gimp]


def shown(photo: Tab, held: Held) -> Dialog:
    """Open the dialog, and hold the engine when it has shown a palette."""
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    held.wait_for("answers", "coarse", "palette")
    held.hold()
    held.forget()
    return dialog


def test_the_window_opens_with_three_requests_and_one_palette(photo: Tab, held: Held) -> None:
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    assert held.noted("requests") == ["picture", "thumbnail", "preview"]
    assert held.noted("answers") == ["protocol", "picture", "thumbnail", "coarse", "palette"]
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path)
    assert held.noted("computed") == ["10"]


def test_ok_with_only_a_coarse_answer_waits_for_the_last_one(photo: Tab, held: Held) -> None:
    dialog = shown(photo, held)
    dialog.fill_in("alt+n", "5")
    held.wait_for("answers", "coarse")
    assert dialog.bar(hexes(photo.path))  # the colors in the bar never change their order twice
    dialog.press("alt+o")
    assert dialog.is_open
    assert held.noted("answers") == ["coarse"]
    held.let_go()
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=5)
    assert held.noted("answers") == ["coarse", "palette"]


def test_of_many_changes_the_first_and_the_last_are_computed(photo: Tab, held: Held) -> None:
    dialog = shown(photo, held)
    dialog.press("alt+n", "Up")
    held.wait_for("computed", "11")
    dialog.press("Up", "Up", "Up", "Up")
    held.wait_for("requests", *["preview"] * 5)
    held.let_go()
    dialog.wait_for_bar(hexes(photo.path, colors=15))
    assert held.noted("computed") == ["11", "15"]
    answers = held.noted("answers")
    assert answers == ["coarse", "palette", *["superseded"] * 3, "coarse", "palette"]
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=15)


def test_an_engine_that_dies_after_a_coarse_answer_is_told(photo: Tab, held: Held) -> None:
    dialog = shown(photo, held)
    dialog.fill_in("alt+n", "5")
    held.wait_for("answers", "coarse")
    os.kill(the_engine(photo.screen.gimp), signal.SIGKILL)
    dialog.wait_for_sentence("The engine stopped unexpectedly")
    dialog.press("alt+o")
    assert dialog.is_open
    held.let_go()
    dialog.press(RETRY)
    dialog.wait_for_bar(hexes(photo.path, colors=5))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=5)


def test_an_engine_that_is_silent_after_a_coarse_answer_can_be_replaced(
    photo: Tab, held: Held
) -> None:
    dialog = shown(photo, held)
    dialog.fill_in("alt+n", "5")
    held.wait_for("answers", "coarse")
    silent = the_engine(photo.screen.gimp)
    os.kill(silent, signal.SIGSTOP)

    def retried() -> bool:
        dialog.press(RETRY)  # which does nothing until it is offered
        return silent not in engines(photo.screen.gimp)

    wait_for(retried)
    held.let_go()
    dialog.wait_for_bar(hexes(photo.path, colors=5))
    dialog.press("Escape")


def test_escape_after_a_coarse_answer_leaves_nothing(photo: Tab, held: Held) -> None:
    before = photo.state()
    dialog = shown(photo, held)
    dialog.fill_in("alt+n", "5")
    held.wait_for("answers", "coarse")
    dialog.press("Escape")
    dialog.wait_until_gone()
    wait_for(lambda: not (plug_ins(photo.screen.gimp) or engines(photo.screen.gimp)))
    assert photo.state() == before
