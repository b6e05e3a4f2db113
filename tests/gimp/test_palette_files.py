"""Palette files in real GIMP, by scripts: imported and exported, and what can go wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from palette_engine import Palette, Swatch, dumps, loads
from palette_engine.formats import FORMATS
from tests.gimp.gimps import INSIDE, Gimp, Worker

pytestmark = pytest.mark.gimp

FLAME = Palette(
    (
        Swatch((213, 99, 62), name="Flame"),
        Swatch((78, 60, 37), name="Bark"),
        Swatch((220, 211, 209)),
    ),
    name="Campfire",
)

HEXES = [swatch.hex for swatch in FLAME.swatches]

CALLS = """
def call(name, **arguments):
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    for key, value in arguments.items():
        config.set_property(key.replace("_", "-"), value)
    values = procedure.run(config)
    if values.index(0) == Gimp.PDBStatusType.SUCCESS:
        return values
    calling = values.index(0) == Gimp.PDBStatusType.CALLING_ERROR
    status = "calling" if calling else "execution"
    return {"status": status, "error": Gimp.get_pdb().get_last_error()}

def bring(path, **arguments):
    file = None if path is None else Gio.File.new_for_path(path)
    values = call("plug-in-import-palette-file", file=file, **arguments)
    if isinstance(values, dict):
        return values
    return {**look(values.index(1)), "note": values.index(2)}

def send(palette, path, **arguments):
    file = None if path is None else Gio.File.new_for_path(path)
    values = call("plug-in-export-palette-file", palette=palette, file=file, **arguments)
    return values if isinstance(values, dict) else {"note": values.index(1)}

def names():
    return sorted(palette.get_name() for palette in Gimp.palettes_get_list(""))

def made(colors, name):
    palette = Gimp.Palette.new(name)
    for label, code in colors:
        color = Gegl.Color.new("black")
        encoding = Babl.format("R'G'B' u8")
        color.set_bytes(encoding, GLib.Bytes.new(bytes.fromhex(code[1:])))
        palette.add_entry(label, color)
    return palette
"""

SWATCHES = [("Flame", HEXES[0]), ("Bark", HEXES[1]), ("Untitled", HEXES[2])]


@pytest.fixture
def folder(gimp: Gimp) -> Path:
    """Return an empty folder that GIMP sees."""
    found = gimp.folder / "palette-files"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir()
    return found


def run(inside: Worker, code: str) -> Any:
    return inside.run(f"{CALLS}\n{code}")


BOTH = [name for name, row in FORMATS.items() if row.loads and row.dumps]

WRITTEN = [name for name, row in FORMATS.items() if row.dumps]


def test_files_of_every_format_become_palettes(inside: Worker, folder: Path) -> None:
    for name in BOTH:
        path = folder / f"{name}{FORMATS[name].suffixes[0]}"
        path.write_bytes(dumps(FLAME, name))
    found = run(
        inside,
        f"""
result = {{}}
for name, path in {[(n, str(folder / f"{n}{FORMATS[n].suffixes[0]}")) for n in BOTH]!r}:
    result[name] = bring(path, palette_name=f"Brought {{name}}")
    Gimp.Palette.get_by_name(f"Brought {{name}}").delete()
""",
    )
    for name in BOTH:
        path = folder / f"{name}{FORMATS[name].suffixes[0]}"
        expected = loads(path.read_bytes(), path.name)
        made = found[name]
        assert made["name"] == f"Brought {name}"
        assert made["active"], name
        assert made["colors"] == [swatch.hex for swatch in expected.swatches] == HEXES, name
        assert made["labels"] == [swatch.label for swatch in expected.swatches], name
        assert made["note"] == expected.note, name


def test_palettes_become_files_of_every_format(inside: Worker, folder: Path) -> None:
    targets = [(n, str(folder / f"out-{n}{FORMATS[n].suffixes[0]}")) for n in WRITTEN]
    run(
        inside,
        f"""
palette = made({SWATCHES!r}, "Campfire")
notes = [send(palette, path, format=name) for name, path in {targets!r}]
palette.delete()
assert notes == [{{"note": ""}}] * len(notes), notes
""",
    )
    for name, path in targets:
        assert Path(path).read_bytes() == dumps(FLAME, name), name
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_suffix_chooses_the_format_and_options_the_order_and_names(
    inside: Worker, folder: Path
) -> None:
    paths = [folder / name for name in ("a.ase", "b.tokens.json", "c.GPL", "d.hex")]
    said = run(
        inside,
        f"""
palette = made({SWATCHES!r}, "Campfire")
result = [send(palette, path) for path in {[*map(str, paths[:3])]!r}]
result.append(send(palette, {str(paths[3])!r}, order="lightness", names="css"))
palette.delete()
""",
    )
    assert said == [{"note": ""}] * 4
    assert [path.read_bytes() for path in paths[:3]] == [
        dumps(FLAME, name) for name in ("ase", "tokens", "gpl")
    ]
    light = [HEXES[2], HEXES[0], HEXES[1]]
    assert [swatch.hex for swatch in loads(paths[3].read_bytes()).swatches] == light


def test_a_palette_is_named_after_the_file_and_replaced_on_request(
    inside: Worker, folder: Path
) -> None:
    (folder / "embers.hex").write_text("d5633e\n4e3c25\n")
    (folder / "embers2.hex").write_text("102040\n")
    one, two = str(folder / "embers.hex"), str(folder / "embers2.hex")
    first, second, third, count = run(
        inside,
        f"""
before = len(names())
first = bring({one!r})
second = bring({one!r})
third = bring({two!r}, palette_name="embers", replace_palette=True)
result = [first, second, third, len(names()) - before]
for name in ("embers", second["name"]):
    Gimp.Palette.get_by_name(name).delete()
""",
    )
    assert [first["name"], second["name"], third["name"]] == ["embers", "embers #1", "embers"]
    assert third["colors"] == ["#102040"]
    assert count == 2


def test_what_is_left_out_is_told(inside: Worker, folder: Path) -> None:
    path = folder / "odd.gpl"
    path.write_text("GIMP Palette\nName: Odd\n1 2 3\tOne\nnonsense\n4 5 6\tTwo\n")
    many = [("", f"#{number:06x}") for number in range(1, 99)]
    brought, sent = run(
        inside,
        f"""
brought = bring({str(path)!r})
palette = made({many!r}, "Many")
result = [brought, send(palette, {str(folder / "many.txt")!r})]
palette.delete()
Gimp.Palette.get_by_name("Odd").delete()
""",
    )
    assert brought["colors"] == ["#010203", "#040506"]
    assert brought["note"] == "Line 4 is not a color and was left out."
    assert sent["note"] == "The program that it is for takes only the first 96 colors."


def test_groups_become_the_beginnings_of_names(inside: Worker, folder: Path) -> None:
    groups = Palette((Swatch((1, 2, 3), name="Red", group="Warm"), Swatch((4, 5, 6), group="Cold")))
    (folder / "groups.ase").write_bytes(dumps(groups, "ase"))
    found = run(
        inside,
        f"result = bring({str(folder / 'groups.ase')!r}, palette_name='Groups')\n"
        "Gimp.Palette.get_by_name('Groups').delete()",
    )
    assert found["labels"] == ["Warm Red", "#040506"]


def test_what_cannot_be_imported_is_told_and_leaves_no_palette(
    inside: Worker, folder: Path
) -> None:
    (folder / "text.txt").write_text("no colors in here")
    (folder / "empty.gpl").write_text("GIMP Palette\nName: Empty\n#\n")
    (folder / "large.gpl").write_bytes(b"GIMP Palette\n" + b"#\n" * 2**22)
    (folder / "damaged.ase").write_bytes(dumps(FLAME, "ase")[:20])
    (folder / "folder.ase").mkdir()
    wrong = ["text.txt", "empty.gpl", "large.gpl", "damaged.ase", "folder.ase", "missing.ase"]
    said, same = run(
        inside,
        f"""
before = names()
paths = {[str(folder / name) for name in wrong]!r}
said = [bring(path) for path in (*paths, None, "/dev/zero")]
result = [said, names() == before]
""",
    )
    assert same
    assert [each["status"] for each in said[:6]] == ["execution"] * 6
    sentences = [each["error"] for each in said]
    assert sentences[0] == "This is no palette that can be read. Choose another file."
    assert sentences[1] == "The palette has no colors. Choose one that has."
    assert sentences[2] == "A palette file has at most 4 MB. Choose another file."
    assert "damaged" in sentences[3] or "cut" in sentences[3] or "ends" in sentences[3]
    assert sentences[4].endswith("folder.ase is a folder. Choose a file in it.")
    assert "missing.ase cannot be read (" in sentences[5]
    assert said[6] == {"status": "calling", "error": "No file is named."}
    assert sentences[7] == "/dev/zero is no ordinary file."


def test_what_cannot_be_exported_is_told_and_leaves_no_file(inside: Worker, folder: Path) -> None:
    (folder / "taken.gpl").write_text("mine")
    said = run(
        inside,
        f"""
palette, empty = made({SWATCHES!r}, "Campfire"), Gimp.Palette.new("Empty")
path = {str(folder)!r}
result = [
    send(palette, path + "/taken.gpl"),
    send(palette, path + "/no-suffix"),
    send(palette, path + "/a.gpl", format="docx"),
    send(palette, path + "/a.gpl", order="loud"),
    send(palette, path + "/missing/a.gpl"),
    send(palette, path),
    send(empty, path + "/a.gpl"),
    send(palette, None),
    send(palette, path + "/taken.gpl", replace_file=True),
]
palette.delete()
empty.delete()
""",
    )
    sentences = [each.get("error", "") for each in said]
    assert sentences[0].endswith("taken.gpl exists. Choose another name, or replace-file.")
    assert sentences[1].startswith("no-suffix ends with none of .aco, ")
    assert sentences[2].startswith("format must be one of by-suffix, hex, json")
    assert sentences[3].startswith("order must be one of as-it-is, share")
    assert "cannot be written (No such file or directory)" in sentences[4]
    assert sentences[5].endswith("is a folder. Name a file in it.")
    assert sentences[6] == "The palette has no colors. Choose one that has."
    assert said[7] == {"status": "calling", "error": "No file is named."}
    assert said[8] == {"note": ""}
    assert (folder / "taken.gpl").read_bytes() == dumps(FLAME, "gpl")
    assert [path.name for path in folder.iterdir()] == ["taken.gpl"]


def test_a_folder_that_cannot_be_written_is_told(inside: Worker) -> None:
    said = run(
        inside,
        f"""
palette = made({SWATCHES!r}, "Campfire")
result = send(palette, "/proc/a.gpl")
palette.delete()
""",
    )
    assert said["status"] == "execution"
    assert said["error"].startswith("/proc/a.gpl cannot be written (")
    assert said["error"].endswith("Choose another folder, or make room.")


def test_a_name_that_a_palette_of_gimp_has_is_not_replaced(inside: Worker, folder: Path) -> None:
    (folder / "bears.hex").write_text("d5633e\n")
    said = run(
        inside,
        f"path = {str(folder / 'bears.hex')!r}\n"
        "result = bring(path, palette_name='Bears', replace_palette=True)",
    )
    assert "The palette “Bears” is read-only, so it cannot be replaced." in said["error"]


def test_without_the_engine_there_is_a_sentence(gimp: Gimp, inside: Worker, folder: Path) -> None:
    manifest = gimp.plug_in / "engine.json"
    (folder / "a.hex").write_text("d5633e\n")
    kept = manifest.read_bytes()
    manifest.write_text(json.dumps({**json.loads(kept), "interpreter": "/missing/python"}))
    try:
        brought, sent = run(
            inside,
            f"""
palette = made({SWATCHES!r}, "Campfire")
result = [bring({str(folder / "a.hex")!r}), send(palette, {str(folder / "b.gpl")!r})]
palette.delete()
""",
        )
    finally:
        manifest.write_bytes(kept)
    for said in (brought, sent):
        assert said["status"] == "execution"
        assert "The engine" in said["error"]
    assert not (folder / "b.gpl").exists()


FULL = """
exec(open(INSIDE).read())
import resource
exec(CALLS)
palette = made(SWATCHES, "Campfire")
before = names()
outcome = open(OUTCOME, "w")
# No process can make a file longer any more, as on a full disk: GIMP, this and the plug-in.
for number in (os.getppid(), os.getpid()):
    resource.prlimit(number, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
brought, sent = bring(SOURCE), send(palette, TARGET, replace_file=True)
for number in (os.getppid(), os.getpid()):
    resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
json.dump([brought, sent, names() == before], outcome)
outcome.close()
"""


def test_on_a_full_disk_nothing_is_made_and_an_old_file_stays(gimp: Gimp, folder: Path) -> None:
    profile = gimp.folder / "full-files"
    shutil.copytree(gimp.profile, profile, ignore=shutil.ignore_patterns("palettes"))
    (folder / "a.hex").write_text("d5633e\n")
    (folder / "old.gpl").write_text("old")
    job, outcome, inside = (gimp.folder / name for name in ("full.py", "full.json", "inside.py"))
    shutil.copy(INSIDE, inside)
    code = FULL.replace("CALLS", repr(CALLS)).replace("SWATCHES", repr(SWATCHES))
    words = {
        "INSIDE": inside,
        "SOURCE": folder / "a.hex",
        "TARGET": folder / "old.gpl",
        "OUTCOME": outcome,
    }
    for word, path in words.items():
        code = code.replace(word, repr(str(path)))
    job.write_text(code)
    gimp.call(
        *("env", "--ignore-signal=XFSZ", "gimp-console", "--no-interface", "--quit"),
        *("--batch-interpreter=python-fu-eval", "-b", f"exec(open({str(job)!r}).read())"),
        env={"GIMP3_DIRECTORY": str(profile)},
        check=False,
    )
    brought, sent, same = json.loads(outcome.read_text())
    assert brought["error"].startswith("The palette cannot be saved in")
    assert "old.gpl cannot be written (" in sent["error"]
    assert same
    assert {path.name for path in folder.iterdir()} == {"a.hex", "old.gpl"}
    assert (folder / "old.gpl").read_text() == "old"


def test_a_gradient_is_opened_by_gimp(gimp: Gimp, inside: Worker) -> None:
    gradients = gimp.profile / "gradients"
    gradients.mkdir(exist_ok=True)
    (gradients / "campfire.ggr").write_bytes(dumps(FLAME, "ggr"))
    found = run(
        inside,
        """
Gimp.gradients_refresh()
gradient = Gimp.Gradient.get_by_name("Campfire")
encoding = Babl.format("R'G'B' u8")
def code(answer):
    color = answer[1] if isinstance(answer, (tuple, list)) else answer
    return "#" + bytes(color.get_bytes(encoding).get_data()).hex()
result = [
    gradient.get_number_of_segments(),
    [code(gradient.segment_get_left_color(index)) for index in (0, 1)],
    code(gradient.segment_get_right_color(1)),
]
""",
    )
    (gradients / "campfire.ggr").unlink()
    assert found == [2, HEXES[:2], HEXES[2]]
