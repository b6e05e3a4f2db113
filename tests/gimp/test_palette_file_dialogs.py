"""Palette files in real GIMP, by keys and pointer: from the menu of the Palettes dialog."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from palette_engine import Palette, Swatch, dumps
from palette_engine.option_kinds import rgb_of
from tests.gimp.dialogs import Dialog, Tab, plug_ins
from tests.gimp.screen import wait_for
from tests.gimp.test_menus import FOUR, four, in_dock, photo

pytestmark = [pytest.mark.gimp, pytest.mark.gui, pytest.mark.usefixtures("beside")]

IMPORT, EXPORT = "^Import Palette File$", "^Export Palette File$"

SHOWN = ["#d5633e", "#4e3c25", "#dcd3d1"]


@pytest.fixture
def folder(photo: Tab) -> Path:
    """Return an empty folder that GIMP sees."""
    found = photo.screen.gimp.folder / "chosen"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir()
    return found


@pytest.fixture
def beside(photo: Tab, four: str) -> Iterator[None]:  # noqa: ARG001  it is in the list
    """Have another palette active, so that the one of four colors is seen only in the list."""
    name = photo.run(
        "palette = Gimp.Palette.new('0 Active'); palette.add_entry('', Gegl.Color.new('white'))\n"
        "Gimp.context_set_palette(palette); result = palette.get_name()"
    )
    yield
    photo.run(f"Gimp.Palette.get_by_name({name!r}).delete()")


def open_from_list(photo: Tab, key: str, title: str) -> Dialog:
    """Choose a command by its key in the menu of the palette of four colors, in the dock."""
    photo.focus()
    window = photo.screen.window("GIMP$") or ""
    x, y = wait_for(lambda: in_dock(photo.screen.picture(window), FOUR[1])) or (0, 0)
    photo.screen.click(window, x, y, button=3)
    photo.screen.press(key)
    return Dialog(photo.screen, wait_for(lambda: photo.screen.window(title)) or "")


def click_default(dialog: Dialog) -> None:
    """Click on the button at the lower right corner."""
    height, width = dialog.screen.picture(dialog.id).shape[:2]
    dialog.screen.click(dialog.id, width - 50, height - 28)


def ended(dialog: Dialog) -> None:
    dialog.wait_until_gone()
    wait_for(lambda: not plug_ins(dialog.screen.gimp))


def test_a_file_is_imported_and_one_that_is_no_palette_is_told(
    photo: Tab, folder: Path, shots: Path
) -> None:
    (folder / "campfire.hex").write_text("".join(f"{code}\n" for code in SHOWN))
    (folder / "prose.txt").write_text("There is no color in this text.")
    dialog = open_from_list(photo, "a", IMPORT)
    dialog.screen.type(str(folder / "prose.txt"))
    empty = dialog.screen.picture(dialog.id)
    dialog.screen.press("Return")
    wait_for(lambda: not np.array_equal(empty, dialog.screen.picture(dialog.id)))
    assert dialog.is_open
    dialog.press("ctrl+a")
    dialog.screen.type(str(folder / "campfire.hex"))
    wait_for(lambda: dialog.shows(SHOWN))
    dialog.shoot(shots / f"import-{photo.screen.gimp.series}.png")
    click_default(dialog)
    ended(dialog)
    made = photo.run("result = look(Gimp.context_get_palette())")
    photo.run("Gimp.context_get_palette().delete()")
    assert (made["name"], made["colors"]) == ("campfire", SHOWN)
    assert made["file"]


def test_the_palette_whose_menu_it_is_is_exported(photo: Tab, folder: Path, shots: Path) -> None:
    dialog = open_from_list(photo, "p", EXPORT)
    wait_for(lambda: dialog.shows(FOUR))
    dialog.press("ctrl+a")
    dialog.screen.type(str(folder / "four.ase"))
    dialog.shoot(shots / f"export-{photo.screen.gimp.series}.png")
    dialog.screen.press("Return")
    ended(dialog)
    named = Palette(tuple(Swatch(rgb_of(code)) for code in FOUR), name="0 Four")
    assert (folder / "four.ase").read_bytes() == dumps(named, "ase")
    assert [path.name for path in folder.iterdir()] == ["four.ase"]


def test_a_canceled_export_writes_nothing(photo: Tab, folder: Path) -> None:
    dialog = open_from_list(photo, "p", EXPORT)
    dialog.press("ctrl+a")
    dialog.screen.type(str(folder / "four.ase"))
    dialog.screen.press("Escape", "Escape")
    ended(dialog)
    assert [*folder.iterdir()] == []


__all__ = ["four", "photo"]
