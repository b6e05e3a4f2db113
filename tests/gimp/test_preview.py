"""The dialogs and their preview, in GIMP's windows, used by keys and clicks."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from palette_engine import extract
from tests.gimp.dialogs import (
    RETRY,
    Tab,
    engines,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
    plug_ins,
    processes,
    tab,
)
from tests.gimp.gimps import Gimp
from tests.gimp.screen import Screen, wait_for

pytestmark = [pytest.mark.gimp, pytest.mark.gui]


def the_engine(gimp: Gimp) -> int:
    """Return the number of the only engine that runs."""
    (process,) = wait_for(lambda: engines(gimp))
    return process


def test_a_kept_color_stays_when_the_number_changes(photo: Tab, shots: Path) -> None:
    series = photo.screen.gimp.series
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    dialog.wait_for_locks(colors, [])
    dialog.shoot(shots / f"dialog-{series}.png")

    clicked = colors[3]
    dialog.keep(colors, clicked)
    dialog.wait_for_locks(colors, [clicked])
    dialog.fill_in("alt+n", "6")
    colors = hexes(photo.path, colors=6, keep=[clicked])
    dialog.wait_for_bar(colors)

    dialog.press("alt+n", "shift+Tab", "Home", "Down", "space")  # into the list
    dialog.wait_for_locks(colors, [clicked, colors[1]])
    dialog.shoot(shots / f"kept-{series}.png")

    dialog.press("alt+o")
    made = palette_of(photo, dialog)
    assert made["colors"] == colors
    found = extract(photo.path, colors=6, keep=[clicked]).swatches
    assert made["labels"] == [swatch.label for swatch in found]
    assert made["name"].startswith("astronaut")
    rows = [line for line in made["file"].splitlines() if line[:3].strip().isdecimal()]
    assert [f"#{bytes(map(int, row.split()[:3])).hex()}" for row in rows] == colors


def test_enter_before_the_engine_has_started_gives_what_was_typed(photo: Tab) -> None:
    dialog = open_dialog(photo)
    dialog.press("alt+n", "ctrl+a")
    photo.screen.type("7")
    photo.screen.press("Return")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=7)


def test_ok_while_the_number_is_still_being_typed_gives_what_was_typed(photo: Tab) -> None:
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("alt+n", "ctrl+a")
    photo.screen.type("13")
    photo.screen.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=13)


@pytest.mark.parametrize("key", ["Escape", "alt+c", "alt+F4"])
def test_a_dialog_that_is_closed_leaves_nothing(photo: Tab, key: str) -> None:
    before = photo.state()
    dialog = open_with_defaults(photo)
    if key == "Escape":
        dialog.wait_for_bar(hexes(photo.path))
    dialog.press(key)
    dialog.wait_until_gone()
    wait_for(lambda: not (plug_ins(photo.screen.gimp) or engines(photo.screen.gimp)))
    assert photo.state() == before


@pytest.mark.newest_gimp
def test_an_engine_that_dies_gives_a_sentence_and_another_one(photo: Tab, shots: Path) -> None:
    gimp = photo.screen.gimp
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    dead = the_engine(gimp)
    os.kill(dead, signal.SIGSTOP)
    dialog.fill_in("alt+n", "5")
    os.kill(dead, signal.SIGKILL)
    dialog.wait_for_sentence("The engine stopped unexpectedly (killed")
    dialog.shoot(shots / f"dead-{gimp.series}.png")

    dialog.press("alt+o")
    assert dialog.is_open

    dialog.press(RETRY)
    dialog.wait_for_bar(hexes(photo.path, colors=5))
    assert the_engine(gimp) != dead
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=5)


@pytest.mark.newest_gimp
def test_an_engine_that_hangs_leaves_the_dialog_alive(photo: Tab) -> None:
    gimp = photo.screen.gimp
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    hanging = the_engine(gimp)
    os.kill(hanging, signal.SIGSTOP)
    dialog.fill_in("alt+n", "5")
    os.kill(hanging, signal.SIGCONT)
    dialog.wait_for_bar(hexes(photo.path, colors=5))

    os.kill(hanging, signal.SIGSTOP)
    dialog.fill_in("alt+n", "4")

    def retried() -> bool:
        dialog.press(RETRY)  # which does nothing until it is offered
        return hanging not in engines(gimp)

    wait_for(retried)
    dialog.wait_for_bar(hexes(photo.path, colors=4))

    os.kill(the_engine(gimp), signal.SIGSTOP)
    dialog.fill_in("alt+n", "3")
    dialog.press("Escape")
    dialog.wait_until_gone()


@pytest.mark.newest_gimp
def test_ok_waits_for_an_engine_that_is_slow(photo: Tab) -> None:
    dialog = open_with_defaults(photo)
    dialog.wait_for_bar(hexes(photo.path))
    slow = the_engine(photo.screen.gimp)
    os.kill(slow, signal.SIGSTOP)
    dialog.fill_in("alt+n", "5")
    dialog.press("alt+o")
    os.kill(slow, signal.SIGCONT)
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path, colors=5)


@pytest.mark.newest_gimp
def test_without_an_engine_there_is_a_sentence_until_there_is_one(photo: Tab, shots: Path) -> None:
    gimp = photo.screen.gimp
    record = gimp.plug_in / "engine.json"
    hidden = record.rename(gimp.folder / "engine.json")
    try:
        dialog = open_dialog(photo)
        dialog.wait_for_sentence("Extract Palette has no engine yet")
        dialog.shoot(shots / f"error-{gimp.series}.png")
    finally:
        hidden.rename(record)
    dialog.press(RETRY)
    dialog.fill_in("alt+n", "6")
    dialog.wait_for_bar(hexes(photo.path, colors=6))
    dialog.press("Escape")


def test_the_number_stays_for_the_next_time_but_not_kept_colors_nor_the_name(photo: Tab) -> None:
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    dialog.keep(colors, colors[3])
    dialog.fill_in("alt+n", "5")
    dialog.fill_in("alt+p", "Mine")
    dialog.wait_for_bar(hexes(photo.path, colors=5, keep=colors[3:4]))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["name"].startswith("Mine")

    dialog = open_dialog(photo)
    dialog.wait_for_locks(hexes(photo.path, colors=5), [])
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["name"].startswith("astronaut")


def test_reset_brings_the_defaults_back(photo: Tab) -> None:
    dialog = open_dialog(photo)
    dialog.fill_in("alt+n", "5")
    dialog.wait_for_bar(hexes(photo.path, colors=5))
    dialog.reset()
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("Escape")


def test_an_indexed_image_can_have_a_palette_but_no_recolored_layer(
    window: Screen, photo: Tab
) -> None:
    path = window.gimp.folder / "indexed.png"
    with Image.open(photo.path) as picture:
        picture.quantize(32).save(path)
    with tab(window, path) as indexed:
        dialog = open_with_defaults(indexed)
        dialog.wait_for_bar(hexes(path))
        dialog.press("alt+t", "alt+a")
        dialog.wait_for_sentence("The image is indexed")
        dialog.press("alt+o")
        assert dialog.is_open
        dialog.press("alt+a", "alt+o")
        assert palette_of(indexed, dialog)["colors"] == hexes(path)


def test_a_layer_of_24_megapixels_keeps_the_dialog_alive(window: Screen) -> None:
    path = window.gimp.folder / "large.tif"
    random = np.random.default_rng(0)
    noise = random.integers(0, 32, (4000, 6000, 3), np.uint8)
    noise[..., 0] += np.linspace(0, 220, 6000, dtype=np.uint8)
    noise[..., 1] += np.linspace(0, 220, 4000, dtype=np.uint8)[:, None]
    Image.fromarray(noise).save(path)
    with tab(window, path) as large:
        dialog = open_with_defaults(large)
        dialog.fill_in("alt+n", "8")  # while the pixels are on their way
        dialog.wait_for_bar(hexes(path, colors=8))
        dialog.fill_in("alt+n", "12")
        dialog.press("alt+o")
        assert palette_of(large, dialog)["colors"] == hexes(path, colors=12)
    path.unlink()


@pytest.fixture(scope="module")
def other(window: Screen) -> Iterator[Tab]:
    """Return a picture in a second GIMP on the same screen.

    It is in a shell that goes on if it is killed: what it leaves is not ended by that.
    """
    path = window.gimp.folder / "other.png"
    with Image.open(window.gimp.folder / "astronaut.png") as picture:
        picture.crop((100, 200, 400, 500)).save(path)
    script = 'gimp --new-instance --no-splash "$1"; sleep 600'
    shell = subprocess.Popen(
        window.gimp.command("sh", "-c", script, "sh", path, env=window.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    opened = Tab(window, path, 1, 0)
    try:
        opened.focus()
        yield opened
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


@pytest.mark.newest_gimp
def test_two_gimps_at_once_both_give_their_palettes(photo: Tab, other: Tab) -> None:
    gimp = photo.screen.gimp
    one, two = open_dialog(photo), open_dialog(other)
    one.fill_in("alt+n", "5")
    two.fill_in("alt+n", "6")
    one.wait_for_bar(hexes(photo.path, colors=5))
    two.wait_for_bar(hexes(other.path, colors=6))
    assert len(engines(gimp)) == 2
    two.press("alt+o")
    two.wait_until_gone()
    one.press("alt+o")
    assert palette_of(photo, one)["colors"] == hexes(photo.path, colors=5)
    rows = (gimp.palettes / "other.gpl").read_text().split("#\n")[1].splitlines()
    codes = [f"#{bytes(map(int, row.split()[:3])).hex()}" for row in rows]
    assert codes == hexes(other.path, colors=6)


def test_if_gimp_is_killed_nothing_of_the_dialog_stays(photo: Tab, other: Tab) -> None:
    gimp = photo.screen.gimp
    dialog = open_dialog(other)
    dialog.fill_in("alt+n", "7")
    dialog.wait_for_bar(hexes(other.path, colors=7))
    assert plug_ins(gimp)
    assert engines(gimp)
    (process,) = processes("gimp", "--new-instance", other.path)
    os.kill(process, signal.SIGKILL)
    wait_for(lambda: not plug_ins(gimp), 45)
    wait_for(lambda: not engines(gimp), 45)


def test_if_the_plug_in_is_killed_its_engine_ends(photo: Tab) -> None:
    gimp = photo.screen.gimp
    dialog = open_dialog(photo)
    dialog.fill_in("alt+n", "7")
    dialog.wait_for_bar(hexes(photo.path, colors=7))
    (process,) = plug_ins(gimp)
    os.kill(process, signal.SIGKILL)
    wait_for(lambda: not engines(gimp), 45)
