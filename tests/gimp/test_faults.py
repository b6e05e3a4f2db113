"""What goes wrong outside of the plug-in, at GIMP's side: one sentence, and nothing half made."""

from __future__ import annotations

import json
import os
import shutil
import signal

import pytest

from tests.gimp.dialogs import (
    RECOLOR,
    RETRY,
    Tab,
    hexes,
    open_dialog,
    open_with_defaults,
    palette_of,
    plug_ins,
)
from tests.gimp.gimps import INSIDE, Gimp
from tests.gimp.held import Held
from tests.gimp.screen import wait_for
from tests.gimp.test_preview import the_engine

pytestmark = pytest.mark.gimp


FULL = """
exec(open(INSIDE).read())
import resource
image = load(PHOTO)
names = [palette.get_name() for palette in Gimp.palettes_get_list("")]
outcome = open(OUTCOME, "w")
# No process can make a file longer any more, as on a full disk: GIMP, this and the plug-in.
for number in (os.getppid(), os.getpid()):
    resource.prlimit(number, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
made = extract(image, colors=3)
for number in (os.getppid(), os.getpid()):
    resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
after = [palette.get_name() for palette in Gimp.palettes_get_list("")]
again = extract(image, colors=3)
json.dump([made, names == after, again], outcome)
outcome.close()
"""


def test_on_a_full_disk_there_is_a_sentence_and_no_empty_file(gimp: Gimp) -> None:
    profile = gimp.folder / "full"
    shutil.copytree(gimp.profile, profile, ignore=shutil.ignore_patterns("palettes"))
    job, outcome, inside = (gimp.folder / name for name in ("full.py", "full.json", "inside.py"))
    shutil.copy(INSIDE, inside)
    words = {"INSIDE": inside, "PHOTO": gimp.folder / "astronaut.png", "OUTCOME": outcome}
    code = FULL
    for word, path in words.items():
        code = code.replace(word, repr(str(path)))
    job.write_text(code)
    gimp.call(
        *("env", "--ignore-signal=XFSZ", "gimp-console", "--no-interface", "--quit"),
        *("--batch-interpreter=python-fu-eval", "-b", f"exec(open({str(job)!r}).read())"),
        env={"GIMP3_DIRECTORY": str(profile)},
        check=False,
    )
    made, same, again = json.loads(outcome.read_text())
    assert made["status"] == "execution"
    assert made["error"].startswith("The palette cannot be saved in")
    assert "Make room there, then try again." in made["error"]
    assert same
    files = {path.name: path.stat().st_size for path in (profile / "palettes").iterdir()}
    assert again["status"] == "success"
    assert len(files) == 1
    assert all(files.values())


@pytest.mark.gui
def test_a_layer_that_is_deleted_while_recoloring_gives_a_sentence(photo: Tab) -> None:
    dialog = open_dialog(photo, "alt+c", "m", "w", title=RECOLOR)
    engine = the_engine(photo.screen.gimp)
    dialog.screen.settle(RECOLOR)
    os.kill(engine, signal.SIGSTOP)
    dialog.press("alt+o")
    dialog.wait_until_gone()
    photo.run("image.remove_layer(image.get_layers()[0])")
    os.kill(engine, signal.SIGCONT)
    wait_for(lambda: not plug_ins(photo.screen.gimp))
    assert photo.run("result = layers(image)") == []
    message = wait_for(lambda: photo.screen.window("GIMP Message|Error")) or ""
    photo.screen.focus("GIMP Message|Error")
    photo.screen.press("Escape")
    assert message


@pytest.mark.gui
@pytest.mark.newest_gimp
def test_try_again_looks_at_what_is_selected_by_then(photo: Tab) -> None:
    photo.run("image.set_selected_layers([])")
    dialog = open_with_defaults(photo)
    dialog.wait_for_sentence("No layer is selected")
    photo.run("image.set_selected_layers(image.get_layers())")
    dialog.press(RETRY)
    dialog.wait_for_bar(hexes(photo.path))
    dialog.press("alt+o")
    assert palette_of(photo, dialog)["colors"] == hexes(photo.path)


@pytest.mark.gui
@pytest.mark.newest_gimp
def test_there_is_no_try_again_where_only_another_option_can_help(photo: Tab, held: Held) -> None:
    dialog = open_with_defaults(photo)
    colors = hexes(photo.path)
    for number in (3, 4):
        kept = colors[3:number]
        dialog.keep(hexes(photo.path, keep=kept), colors[number])
    dialog.wait_for_locks(hexes(photo.path, keep=colors[3:5]), colors[3:5])
    dialog.fill_in("alt+n", "1")
    dialog.wait_for_sentence("More colors are to be kept (2) than the palette may have (1).")
    held.forget()
    dialog.press(RETRY)  # which is not there
    dialog.fill_in("alt+n", "2")
    dialog.wait_for_locks(hexes(photo.path, colors=2, keep=colors[3:5]), colors[3:5])
    assert held.noted("requests") == ["preview"]
    dialog.press("Escape")
