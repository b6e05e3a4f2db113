"""The plug-in in German: procedures, errors, the dialogs and the page of help, in real GIMP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gimp.german import GermanGimp
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.screen import needs_screen, screen, wait_for
from tests.tools.test_catalogs import BUTTONS

pytestmark = pytest.mark.gimp

EMPTY = """
image = Gimp.Image.new(20, 20, Gimp.ImageBaseType.RGB)
layer = Gimp.Layer.new(image, "Glas", 20, 20, Gimp.ImageType.RGBA_IMAGE, 100, 0)
image.insert_layer(layer, None, 0)
"""

PROCEDURES = (
    "plug-in-extract-palette",
    "plug-in-recolor-with-palette",
    "plug-in-separate-colors",
    "plug-in-change-colors",
    "plug-in-import-palette-file",
    "plug-in-export-palette-file",
    "plug-in-extract-layer-palettes",
)


@pytest.fixture(scope="module")
def german_inside(germany: GermanGimp) -> Iterator[Worker]:
    """Return a running GIMP in German that executes what tests send."""
    with Worker(germany) as worker:
        yield worker


def test_the_procedures_describe_themselves_in_german(german_inside: Worker) -> None:
    said = german_inside.run(f"""
result = []
for name in {PROCEDURES!r}:
    procedure = Gimp.get_pdb().lookup_procedure(name)
    texts = [a.get_nick() for a in procedure.get_arguments()]
    result.append([procedure.get_menu_label(), procedure.get_blurb(), texts])
""")
    assert [label for label, _, _ in said] == [
        *("_Palette extrahieren …", "Mit Palette _umfärben …", "Farben _trennen …"),
        *("Farben än_dern …", "Palettendatei i_mportieren …", "Palettendatei e_xportieren …"),
        "Paletten der _Ebenen …",
    ]
    assert said[0][1] == "Eine Palette aus den Farben der aktiven Ebene erstellen"
    assert {"_Anzahl der Farben", "_Balance", "_Farben aus", "Umgefärbte _Ebene"} < {*said[0][2]}
    assert {"_Palette", "_Bereich", "_Dithering"} < {*said[1][2]}
    assert {"_Palette", "_Bereich", "E_rstellen", "_Inhalt", "Kan_ten"} < {*said[2][2]}
    assert {"_Anzahl der Farben", "_Bereich", "Änderun_gen"} < {*said[3][2]}
    assert {"Datei", "_Palettenname", "Palette dieses Namens ersetzen"} < {*said[4][2]}
    assert {"_Palette", "Datei", "Fo_rmat", "Die Datei ersetzen"} < {*said[5][2]}


def test_what_the_engine_refuses_is_said_in_german(german_inside: Worker) -> None:
    refused = german_inside.run(f"{EMPTY}result = extract(image)")
    assert refused["error"].startswith("Es gibt keine Farben: Alle Pixel sind vollständig")
    kept = "#111111, #222222, #333333"
    refused = german_inside.run(f"{EMPTY}result = extract(image, colors=2, keep={kept!r})")
    assert refused["error"].startswith("Es sollen mehr Farben behalten werden (3), als")


def test_what_the_plug_in_refuses_is_said_in_german(german_inside: Worker) -> None:
    refused = german_inside.run(f"{EMPTY}result = extract(image, order='loud')")
    assert refused["status"] == "calling"
    assert "order muss einer der Werte share, lightness" in refused["error"]
    refused = german_inside.run(f"{EMPTY}result = extract(image, drawables=[])")
    assert refused["error"].startswith("Es ist keine Ebene ausgewählt.")


def test_the_buttons_of_gimp_say_what_the_mnemonics_leave_room_for(gimp: Gimp) -> None:
    code = (
        "import gettext, json, sys;"
        "t = gettext.translation('gimp30-libgimp', '/usr/share/locale', ['de']).gettext;"
        "print(json.dumps([t(word) for word in json.loads(sys.argv[1])]))"
    )
    done = gimp.call(gimp.python, "-c", code, json.dumps(BUTTONS["en"]), check=False)
    if "FileNotFoundError" in done.stderr:
        pytest.skip("this machine's GIMP has no German texts where they are looked for")
    assert tuple(json.loads(done.stdout)) == BUTTONS["de"]


@pytest.mark.gui
def test_the_german_dialog_opens_the_german_help(germany: GermanGimp, shots: Path) -> None:
    needs_screen(germany)
    with screen(germany, germany.folder / "astronaut.png") as window:
        window.maximize("astronaut")
        window.focus("astronaut")
        # Farben > Information (after Invertieren, which has the same key) > Palette extrahieren …
        window.press("alt+f", "i", "i", "Right", "p")
        window.focus("^Palette extrahieren$")
        window.settle("^Palette extrahieren$")
        window.press("alt+m")
        window.shoot(shots / f"german-{germany.series}.png")
        page_of_help = str(germany.plug_in / "help" / "de.html")
        for key in ("alt+h", "F1"):
            germany.opened.unlink(missing_ok=True)
            window.press(key)
            wait_for(germany.opened.exists)
            assert germany.opened.read_text().removeprefix("file://") == page_of_help
            window.focus("^Palette extrahieren$")
        window.press("Escape")
        wait_for(lambda: not window.window("^Palette extrahieren$"))

        window.focus("astronaut")
        window.choose("Mit Palette", "Aktionen suchen")
        window.focus("^Mit Palette umf")
        window.settle("^Mit Palette umf")
        window.shoot(shots / f"german-recoloring-{germany.series}.png")
