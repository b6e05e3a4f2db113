"""Faults while the dialogs work: one sentence each, nothing half made, and nothing left behind."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from palette_engine import extract
from tests.gimp.dialogs import (
    CHANGE,
    RECOLOR,
    RETRY,
    SEPARATE,
    Dialog,
    Tab,
    engines,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
    plug_ins,
    tab,
)
from tests.gimp.gimps import Gimp
from tests.gimp.screen import Screen, needs_screen, screen, wait_for
from tests.gimp.test_color_change_dialog import NEW, button_of, change_to
from tests.gimp.test_preview import the_engine

pytestmark = [pytest.mark.gimp, pytest.mark.gui]

FOUR = ("#202020", "#d5633e", "#beb2ac", "#f4f0ee")

MAKE_FOUR = f"""
palette = Gimp.Palette.new("Four")
for code in {FOUR!r}:
    palette.add_entry(code, Gegl.Color.new(code))
Gimp.context_set_palette(palette)
"""

MAKE_TWO = """
layer = image.get_layers()[0]
layer.set_name("photo")
empty = Gimp.Layer.new(image, "empty", 512, 512, Gimp.ImageType.RGBA_IMAGE, 100, 0)
image.insert_layer(empty, None, 0)
image.set_selected_layers([empty])
"""

MAKES = {"recolor": "in 4 colors", "separate": "Colors of", "change": "with changed colors"}
"""A part of the name of what each dialog makes."""

DIALOGS = {
    "recolor": ("w", RECOLOR),
    "separate": ("t", SEPARATE),
    "change": ("h", CHANGE),
}
"""The key of each dialog in Colors > Map, and its title."""


@dataclass(frozen=True)
class Work:
    """A dialog that shows what OK would make of the photo."""

    photo: Tab
    dialog: Dialog
    title: str
    colors: list[str]
    makes: str
    log: Path
    start: int

    def shows_colors(self) -> bool:
        return self.dialog.shows(self.colors)

    def wait_for_end(self) -> str:
        """Wait until nothing of the plug-in is left; return what it says."""
        self.dialog.wait_until_gone()
        gimp = self.photo.screen.gimp
        wait_for(lambda: not (plug_ins(gimp) or engines(gimp)))
        return self.said()

    def said(self) -> str:
        """Return what GIMP has said of the command since the dialog was opened."""
        with self.log.open("rb") as log:
            log.seek(self.start)
            text = log.read().decode(errors="replace")
        return text.partition("rror for '")[2].partition("\n")[2].partition("\n\n")[0]

    def made(self) -> list[str]:
        """Return the names of the layers that were made."""
        names: list[str] = self.photo.run("result = layers(image)")
        return [name for name in names if self.makes in name]


@pytest.fixture(scope="module")
def window(gimp: Gimp) -> Iterator[Screen]:
    """Return a GIMP that writes what it would say in a window, where no test can read it."""
    needs_screen(gimp)
    with screen(gimp, gimp.folder / "astronaut.png", "--console-messages") as opened:
        opened.maximize("astronaut")
        yield opened


@pytest.fixture
def photo(window: Screen) -> Iterator[Tab]:
    """Return the photo in a tab of its own, with a palette of four colors."""
    with tab(window, window.gimp.folder / "astronaut.png") as opened:
        opened.run(MAKE_FOUR)
        yield opened
        opened.run("palette = Gimp.Palette.get_by_name('Four')\nif palette: palette.delete()")


@pytest.fixture(params=[*MAKES])
def work(request: pytest.FixtureRequest, photo: Tab) -> Work:
    """Return an open dialog that is ready for OK."""
    return opened(photo, request.param)


def opened(photo: Tab, kind: str) -> Work:
    """Open a dialog, and have it ready for OK."""
    key, title = DIALOGS[kind]
    dialog = open_dialog(photo, "alt+c", "m", key, title=title)
    colors, log = [*FOUR], photo.screen.gimp.folder / "window.log"
    if kind == "change":
        dialog.fill_in("alt+n", "4")
        colors = [swatch.hex for swatch in extract(photo.path, colors=4).swatches]
        wait_for(lambda: button_of(dialog, colors[2]))
        change_to(dialog, colors[2], NEW)
        colors[2] = NEW
    found = Work(photo, dialog, title, colors, MAKES[kind], log, log.stat().st_size)
    wait_for(found.shows_colors)
    return found


def begin_with_a_stopped_engine(work: Work) -> int:
    """Press OK while the engine is stopped; return its number."""
    engine = the_engine(work.photo.screen.gimp)
    work.dialog.focus()  # on which it may look at the image again
    work.photo.screen.settle(work.title)
    os.kill(engine, signal.SIGSTOP)
    work.dialog.press("alt+o")
    work.dialog.wait_until_gone()
    return engine


def test_a_layer_that_is_deleted_during_the_work_is_told_in_one_sentence(work: Work) -> None:
    engine = begin_with_a_stopped_engine(work)
    work.photo.run("image.remove_layer(image.get_layers()[0])")
    os.kill(engine, signal.SIGCONT)
    assert work.wait_for_end().startswith("The layer is not there any more.")
    assert work.photo.run("result = layers(image)") == []


@pytest.mark.newest_gimp
def test_an_engine_that_is_killed_during_the_work_is_told_and_leaves_nothing(work: Work) -> None:
    before = work.photo.state()
    engine = begin_with_a_stopped_engine(work)
    os.kill(engine, signal.SIGKILL)
    assert work.wait_for_end().startswith("The engine stopped unexpectedly (killed")
    assert work.photo.state() == before


# All dialogs share what does this.
@pytest.mark.newest_gimp
@pytest.mark.parametrize("work", ["change"], indirect=True)
def test_an_engine_that_is_killed_in_the_dialog_is_replaced_by_another(work: Work) -> None:
    photo = work.photo
    dead = the_engine(photo.screen.gimp)
    os.kill(dead, signal.SIGKILL)
    work.dialog.press("alt+a", "Down")  # another area, for which it is needed
    work.dialog.wait_for_sentence("The engine stopped unexpectedly (killed")
    work.dialog.press("alt+o")
    assert work.dialog.is_open
    work.dialog.press(RETRY)
    wait_for(lambda: engines(photo.screen.gimp) - {dead})
    wait_for(work.shows_colors)
    work.dialog.press("alt+o")
    assert not work.wait_for_end()
    assert work.made()


# All dialogs share what does this.
@pytest.mark.newest_gimp
@pytest.mark.parametrize("work", ["change"], indirect=True)
def test_an_engine_that_is_silent_leaves_the_dialog_alive_and_can_be_replaced(work: Work) -> None:
    gimp = work.photo.screen.gimp
    silent = the_engine(gimp)
    os.kill(silent, signal.SIGSTOP)
    work.dialog.press("alt+a", "Down")

    def is_replaced() -> bool:
        work.dialog.press(RETRY)  # which does nothing until it is offered
        return silent not in engines(gimp)

    wait_for(is_replaced)
    wait_for(lambda: engines(gimp))
    wait_for(work.shows_colors)
    work.dialog.press("alt+o")
    assert not work.wait_for_end()
    assert work.made()


@pytest.mark.newest_gimp
def test_an_image_that_is_closed_during_the_work_is_told(work: Work) -> None:
    photo = work.photo
    engine = begin_with_a_stopped_engine(work)
    photo.run(f"Gimp.Display.get_by_id({photo.display}).delete()")
    os.kill(engine, signal.SIGCONT)
    assert work.wait_for_end().startswith("The image was closed.")


@pytest.mark.newest_gimp
@pytest.mark.parametrize("kind", ["recolor", "separate"])
def test_a_palette_that_is_deleted_is_told_at_ok(photo: Tab, kind: str) -> None:
    found = opened(photo, kind)
    before = photo.run("result = layers(image)")
    photo.run("Gimp.Palette.get_by_name('Four').delete()")
    found.dialog.press("alt+o")
    found.dialog.wait_for_sentence("The palette is not there any more.")
    assert found.dialog.is_open
    found.dialog.press("Escape")
    found.wait_for_end()
    assert photo.run("result = layers(image)") == before


@pytest.mark.newest_gimp
def test_a_full_disk_does_not_matter_to_what_is_made_in_the_image(work: Work) -> None:
    gimp = work.photo.screen.gimp
    for process in engines(gimp) | plug_ins(gimp):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, 0))
    work.dialog.press("alt+o")
    assert not work.wait_for_end()
    assert work.made()


def test_try_again_looks_at_the_layers_that_are_selected_by_then(photo: Tab) -> None:
    photo.run(MAKE_TWO)
    dialog = open_with_defaults(photo)
    dialog.wait_for_sentence("There are no colors: all pixels are fully transparent.")
    dialog.press(RETRY)
    dialog.wait_for_sentence("There are no colors: all pixels are fully transparent.")
    photo.run("image.set_selected_layers([image.get_layers()[1]])")
    dialog.press(RETRY)
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path)
