"""A palette of each layer, called from Python and Script-Fu, and by the dialog, in real GIMP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from palette_engine import extract
from palette_engine.formats import gpl
from tests.gimp.dialogs import LAYER_PALETTES, Tab, engines, open_dialog, plug_ins, tab
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.screen import Screen, wait_for
from tests.gimp.several import ANIMATION, PICTURES, run

pytestmark = pytest.mark.gimp

MESSAGE = "^GIMP Message$"

CALL = """
def each(image, drawables, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-extract-layer-palettes")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for name, value in arguments.items():
        config.set_property(name.replace("_", "-"), value)
    values = procedure.run(config)
    if values.index(0) != Gimp.PDBStatusType.SUCCESS:
        is_calling = values.index(0) == Gimp.PDBStatusType.CALLING_ERROR
        return [is_calling, Gimp.get_pdb().get_last_error()]
    looked = [look(Gimp.Palette.get_by_name(name)) for name in values.index(1)]
    for name in values.index(1):
        Gimp.Palette.get_by_name(name).delete()
    return looked

for left in Gimp.palettes_get_list(""):  # by other tests
    if left.get_name() in ("Background", "sand", "sea", "sun"):
        left.delete()
"""


def test_each_layer_has_a_palette_named_after_it(
    inside: Worker, several: Mapping[str, Path]
) -> None:
    code = "sand.set_name('sand')\nresult = each(frames, [air, sun, sea, sand], colors=4)"
    made = run(inside, several, CALL + ANIMATION + code)
    assert [palette["name"] for palette in made] == ["sun", "sea", "sand"]
    for palette in made:
        path = several[palette["name"]]
        assert palette["colors"] == [s.hex for s in extract(path, colors=4).swatches]
        assert gpl.loads(palette["file"].encode()).name == palette["name"]
    assert [palette["active"] for palette in made] == [True, False, False]


def test_the_image_is_as_before_and_without_undo(
    inside: Worker, several: Mapping[str, Path]
) -> None:
    code = """
frames.clean_all()
known = layers(frames), len(Gimp.get_images())
each(frames, [])
result = [frames.is_dirty(), (layers(frames), len(Gimp.get_images())) == known]
"""
    assert run(inside, several, CALL + ANIMATION + code) == [False, True]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("[]", ["sun", "sea", "Background"]),
        ("[sea]", ["sea"]),
        ("[sea, sun, air], pictures=str(sun.get_id())", ["sun"]),
    ],
)
def test_which_layers_have_one(
    inside: Worker, several: Mapping[str, Path], arguments: str, names: list[str]
) -> None:
    made = run(inside, several, f"{CALL}{ANIMATION}result = each(frames, {arguments}, colors=2)")
    assert [palette["name"] for palette in made] == names


@pytest.mark.parametrize(
    ("arguments", "calling", "error"),
    [
        ("[air]", True, "There are no colors in any of them: all pixels are fully transparent."),
        ("[sea], colors=0", True, "colors must be from 1 to 256, not 0."),
        ("[sea], keep='crimson'", True, "Keep and Ignore take colors like #e6194b"),
        ("[sea], pictures='sun'", True, "pictures takes numbers such as 3, 5, not “sun”."),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_leaves_nothing(
    inside: Worker, several: Mapping[str, Path], arguments: str, calling: bool, error: str
) -> None:
    code = f"""
known = [palette.get_name() for palette in Gimp.palettes_get_list("")]
made = each(frames, {arguments})
result = [made, known == [palette.get_name() for palette in Gimp.palettes_get_list("")]]
"""
    made, same = run(inside, several, CALL + ANIMATION + code)
    assert made[0] == calling
    assert made[1].startswith(error)
    assert same


@pytest.mark.newest_gimp
def test_script_fu_gets_the_names(gimp: Gimp, several: Mapping[str, Path]) -> None:
    done = gimp.scheme(f"""
        (let* ((sea (car (gimp-file-load RUN-NONINTERACTIVE "{several["sea"]}"))))
          (gimp-item-set-name (vector-ref (car (gimp-image-get-layers sea)) 0) "Deep sea")
          (gimp-message (car (car (plug-in-extract-layer-palettes
            #:run-mode RUN-NONINTERACTIVE #:image sea
            #:drawables (car (gimp-image-get-layers sea)) #:colors 3)))))
    """)
    assert done.returncode == 0, done.stderr
    assert "Deep sea" in done.stderr
    (path,) = gimp.palettes.glob("Deep-sea*.gpl")
    assert [swatch.hex for swatch in gpl.loads(path.read_bytes()).swatches] == ["#145aa0"]
    path.unlink()


@pytest.fixture
def frames(window: Screen) -> Iterator[Tab]:
    """Return an image of three layers, one of which is empty, in a tab."""
    path = window.gimp.folder / "frames.png"
    PICTURES["sand"].save(path)
    with tab(window, path) as opened:
        opened.run("""
for name, color in (("sea", "#145aa0"), ("air", None)):
    layer = Gimp.Layer.new(image, name, 60, 40, Gimp.ImageType.RGBA_IMAGE, 100,
                           Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    if color:
        Gimp.context_push()
        Gimp.context_set_foreground(Gegl.Color.new(color))
        layer.edit_fill(Gimp.FillType.FOREGROUND)
        Gimp.context_pop()
image.set_selected_layers([image.get_layers()[1]])
Gimp.displays_flush()
""")
        yield opened
    wait_for(lambda: not (plug_ins(window.gimp) or engines(window.gimp)))


def made_in(frames: Tab, *names: str) -> Any:
    """Return the palettes of some names as soon as all are there, and delete them."""
    code = f"""
found = [Gimp.Palette.get_by_name(name) for name in {names!r}]
result = [look(palette) for palette in found] if all(found) else []
if all(found):
    for palette in found:
        palette.delete()
"""
    return wait_for(lambda: frames.run(code))


@pytest.mark.gui
def test_the_dialog_makes_them_by_keys(frames: Tab, shots: Path) -> None:
    dialog = open_dialog(frames, "alt+c", "n", "y", title=LAYER_PALETTES)
    dialog.fill_in("alt+n", "3")
    wait_for(lambda: dialog.shows(["#145aa0"]))
    dialog.focus()
    dialog.shoot(shots / f"layer-palettes-{frames.screen.gimp.series}.png")
    dialog.press("alt+o")
    dialog.wait_until_gone()
    sea, sand = made_in(frames, "sea", "frames.png")
    frames.screen.shoot(shots / f"layer-palettes-made-{frames.screen.gimp.series}.png")
    # GIMP shows what was made in a window or in the status bar, as it sees fit.
    while frames.screen.window(MESSAGE):
        frames.screen.focus(MESSAGE)
        frames.screen.press("Return")
    assert sea["colors"] == ["#145aa0"]
    assert sand["colors"] == [s.hex for s in extract(frames.path, colors=3).swatches]
