"""The procedure that extracts, called from Python and Script-Fu in real GIMP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from palette_engine import OPTIONS, Options, Palette, extract
from palette_engine.formats import ase, gpl
from palette_engine.session.protocol import PROTOCOL
from tests.gimp.gimps import Gimp, Worker
from tests.icc import ADOBE_RGB, DISPLAY_P3, LINEAR_SRGB
from tools.provisioning.debian import REPOSITORY

pytestmark = pytest.mark.gimp

NAMES = {"3.0": "Untitled", "3.2": "astronaut"}
"""What an image is called that a script has loaded: GIMP 3.0 then forgets the file."""


def hexes(path: Path, colors: int, order: str = "share") -> list[str]:
    """Return the headless palette of a file."""
    return [swatch.hex for swatch in extract(path, colors=colors, order=order).swatches]


def test_a_photo_becomes_the_active_palette_and_a_file_at_once(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"result = extract(load({str(photo)!r}), colors=7)")
    assert made["status"] == "success", made
    assert re.fullmatch(NAMES[gimp.series] + r"( #\d+)?", made["name"])
    assert made["colors"] == hexes(photo, 7)
    assert made["columns"] == 7
    assert made["active"]
    on_disk = gpl.loads(made["file"].encode())
    assert [swatch.hex for swatch in on_disk.swatches] == made["colors"]
    assert [swatch.name for swatch in on_disk.swatches] == made["labels"]
    assert all(re.fullmatch(r"#[0-9a-f]{6} \d+\.\d%", label) for label in made["labels"])


def hexes_of(palette: Palette) -> list[str]:
    return [swatch.hex for swatch in palette.swatches]


def test_the_engine_in_the_root_and_this_one_print_the_same_document(gimp: Gimp) -> None:
    photo = gimp.folder / "astronaut.png"
    there = json.loads(gimp.palette_engine("extract", photo, "-n", "24", "--format", "json"))
    here = extract(photo, colors=24)
    assert [(row["hex"], row["share"]) for row in there["swatches"]] == [
        (swatch.hex, swatch.share) for swatch in here.swatches
    ]


def test_every_option_of_the_table_does_in_gimp_what_it_does_without(
    gimp: Gimp, inside: Worker
) -> None:
    photo = gimp.folder / "astronaut.png"
    chosen = {
        "colors": 8,
        "emphasis": 0.5,
        "mood": "none",
        "order": "lightness",
        "names": "css",
        "swatch": "real",
        "tolerance": 9.0,
        "min_distance": 12.5,
        "keep": "#0b57d0, e61",
        "ignore": "white black",
        "ignore_distance": 3.0,
    }
    assert chosen.keys() == {name for name, row in OPTIONS.items() if row.scope == "any"}
    made = inside.run(f"result = extract(load({str(photo)!r}), **{chosen!r})")
    assert made["status"] == "success", made
    expected = extract(photo, Options.of(chosen)).swatches
    assert made["colors"] == [swatch.hex for swatch in expected]
    assert made["labels"] == [swatch.name for swatch in expected]
    assert {"#0b57d0", "#ee6611"} < set(made["colors"])
    moody = inside.run(f"result = extract(load({str(photo)!r}), mood='colorful')")
    palette = extract(photo, mood="colorful")
    assert moody["colors"] == [swatch.hex for swatch in palette.swatches]


def test_a_kept_color_that_is_none_is_a_sentence_in_gimp(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"result = extract(load({str(photo)!r}), keep='crimson')")
    assert made["status"] == "calling"
    assert "Keep and Ignore take colors like #e6194b, separated by commas." in made["error"]


@pytest.mark.newest_gimp
@pytest.mark.parametrize("order", OPTIONS["order"].keys)
def test_script_fu_gets_the_palette_in_every_order(gimp: Gimp, order: str) -> None:
    photo = gimp.folder / "astronaut.png"
    done = gimp.scheme(f"""
        (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
               (palette (car (plug-in-extract-palette
                  #:run-mode RUN-NONINTERACTIVE #:image image
                  #:drawables (vector (vector-ref (car (gimp-image-get-layers image)) 0))
                  #:colors 5 #:order "{order}" #:palette-name "From Script-Fu"))))
          (gimp-palette-set-columns palette 3)
          (gimp-message (car (gimp-resource-get-name palette))))
    """)
    assert done.returncode == 0, done.stderr
    (path,) = gimp.palettes.glob("From-Script-Fu*.gpl")
    written = gpl.loads(path.read_bytes())
    path.unlink()
    assert written.name == "From Script-Fu"
    assert written.columns == 5
    assert [swatch.hex for swatch in written.swatches] == hexes(photo, 5, order)


def drawn() -> Image.Image:
    """Return a drawing of a few flat colors, with a gradient below."""
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[:16] = (200, 100, 50)
    pixels[16:32, :40] = (20, 90, 160)
    pixels[16:32, 40:] = (240, 230, 80)
    pixels[32:] = np.linspace(0, 255, 64).astype(np.uint8)[:, np.newaxis]
    return Image.fromarray(pixels)


def transparent() -> Image.Image:
    """Return the drawing with a transparent part, a half transparent one and a hidden color."""
    picture = np.dstack([np.asarray(drawn()), np.full((48, 64), 255, np.uint8)])
    picture[:8] = (0, 255, 0, 0)
    picture[8:16, :, 3] = 100
    return Image.fromarray(picture)


def indexed() -> Image.Image:
    picture = drawn().quantize(16)
    picture.info["transparency"] = 3
    return picture


def save(picture: Image.Image, **settings: Any) -> Callable[[Path], None]:
    return lambda path: picture.save(path, **settings)


def save_tiff(
    array: np.ndarray[tuple[int, ...], np.dtype[np.generic]], profile: bytes = b""
) -> Callable[[Path], None]:
    photometric = "rgb" if array.ndim == 3 else "minisblack"

    def save_to(path: Path) -> None:
        tags = [(34675, 7, len(profile), profile, True)] if profile else []
        tifffile.imwrite(path, array, photometric=photometric, extratags=tags)

    return save_to


WIDE = (np.asarray(drawn()).astype(np.uint16) * 257) // np.uint16(2)

LAYERS: dict[str, Callable[[Path], None]] = {
    "alpha.png": save(transparent()),
    "gray.png": save(drawn().convert("L")),
    "gray-alpha.png": save(transparent().convert("LA")),
    "indexed.png": save(drawn().quantize(16)),
    "indexed-transparent.png": save(indexed(), transparency=3),
    "bits.png": save(drawn().convert("1")),
    "gray16.png": save(Image.fromarray(WIDE[:, :, 0])),
    "rgb16.tif": save_tiff(WIDE),
    "gray-float.tif": save_tiff((WIDE[:, :, 0] / 65535).astype(np.float32)),
    "rgb-float.tif": save_tiff((WIDE / 65535).astype(np.float32)),
    "linear-float.tif": save_tiff(((WIDE / 65535) ** 2.2).astype(np.float32), LINEAR_SRGB),
    "linear16.tif": save_tiff((WIDE // 2).astype(np.uint16), LINEAR_SRGB),
    "lossless.webp": save(transparent(), lossless=True),
    "photo.gif": save(drawn().quantize(16)),
    "drawing.bmp": save(drawn()),
    "drawing.ppm": save(drawn()),
}


@pytest.fixture(scope="session")
def layers(gimp: Gimp, inside: Worker) -> dict[str, list[str]]:
    """Return GIMP's palette of each of the pictures, all made in one run."""
    for name, save_to in LAYERS.items():
        save_to(gimp.folder / name)
    names = {name: str(gimp.folder / name) for name in LAYERS}
    made: dict[str, list[str]] = inside.run(
        f"for name, path in {names!r}.items():\n"
        "    result[name] = extract(load(path), colors=6)['colors']\n"
    )
    return made


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_gives_the_palette_of_its_file(
    gimp: Gimp, layers: dict[str, list[str]], name: str
) -> None:
    assert layers[name] == hexes(gimp.folder / name, 6)


@pytest.mark.parametrize(
    ("profile", "converted"),
    [(ADOBE_RGB, (227, 100, 42)), (DISPLAY_P3, (215, 93, 31))],
    ids=["Adobe RGB", "Display P3"],
)
def test_a_wide_gamut_layer_gives_srgb_colors(
    gimp: Gimp, inside: Worker, profile: bytes, converted: tuple[int, int, int]
) -> None:
    path = gimp.folder / "wide.png"
    drawn().save(path, icc_profile=profile)
    made = inside.run(f"result = extract(load({str(path)!r}), colors=6)")
    ours = [swatch.color for swatch in extract(path, colors=6).swatches]
    theirs = [tuple(bytes.fromhex(code[1:])) for code in made["colors"]]
    nearest = min(theirs, key=lambda color: distance(color, converted))
    assert distance(nearest, converted) <= 1
    assert all(distance(a, b) <= 1 for a, b in zip(ours, theirs, strict=True))


def distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def test_an_image_without_a_file_is_named_untitled_and_names_never_collide(inside: Worker) -> None:
    made = inside.run("""
image = Gimp.Image.new(8, 8, Gimp.ImageBaseType.RGB)
layer = Gimp.Layer.new(image, "x", 8, 8, Gimp.ImageType.RGB_IMAGE, 100, Gimp.LayerMode.NORMAL)
image.insert_layer(layer, None, 0)
layer.fill(Gimp.FillType.WHITE)
result = [extract(image), extract(image)]
image.delete()
""")
    first, second = made
    assert first["name"].startswith("Untitled")
    assert second["name"].startswith("Untitled #")
    assert first["name"] != second["name"]
    assert first["colors"] == second["colors"] == ["#ffffff"]
    assert first["file"]
    assert second["file"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("two\nlines", "two lines"),
        ("nl\nColumns: 99\n 1 2 3\tX", "nl Columns: 99 1 2 3 X"),
        ("a\tb \u202e c\r\n", "a b c"),
        ("../../escape", "../../escape"),
        ("Ü" * 500, "Ü" * 50),
        ("  ", ""),
    ],
)
def test_a_hostile_name_stays_one_line_of_the_file(
    gimp: Gimp, inside: Worker, asked: str, named: str
) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"result = extract(load({str(photo)!r}), colors=3, palette_name={asked!r})")
    expected = re.escape(named) or NAMES[gimp.series]
    assert re.fullmatch(expected + r"( #\d+)?", made["name"])
    assert len(gpl.loads(made["file"].encode()).swatches) == 3
    assert made["file"].count("\n") == 7
    assert not list(gimp.folder.glob("escape*"))


def test_the_image_and_its_undo_history_stay_as_they_are(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""
image = load({str(photo)!r})
image.clean_all()
before = [image.is_dirty(), len(image.get_layers()), len(Gimp.get_images())]
extract(image, colors=3)
result = [before, [image.is_dirty(), len(image.get_layers()), len(Gimp.get_images())]]
""")
    assert made[0] == made[1]


def test_more_colors_than_the_layer_has_gives_those_it_has(gimp: Gimp, inside: Worker) -> None:
    Image.new("RGB", (4, 4), (1, 2, 3)).save(gimp.folder / "one.png")
    made = inside.run(f"result = extract(load({str(gimp.folder / 'one.png')!r}), colors=5)")
    assert made["colors"] == ["#010203"]


def test_256_colors_fit(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"result = extract(load({str(photo)!r}), colors=256)")
    assert len(set(made["colors"])) == 256
    assert made["columns"] == 16


def test_an_environment_that_breaks_other_pythons_does_not_matter(gimp: Gimp) -> None:
    photo = gimp.folder / "astronaut.png"
    env = dict.fromkeys(("PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV"), "/nowhere")
    with Worker(gimp, env) as troubled:
        made = troubled.run(f"result = extract(load({str(photo)!r}), colors=3)")
    assert made["status"] == "success", made


def test_without_a_layer_there_is_a_sentence(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"result = extract(load({str(photo)!r}), [])")
    assert made["status"] == "calling"
    assert "No layer is selected. Select one" in made["error"]


OUT_OF_RANGE = {
    "colors=0": "colors must be from 1 to 256, not 0.",
    "colors=257": "colors must be from 1 to 256, not 257.",
    "emphasis=1.5": "emphasis must be from 0 to 1, not 1.5.",
    "min_distance=-1.0": "min-distance must be from 0 to 100, not -1.",
    "order='rainbow'": "order must be one of share, lightness, hue, image, smooth, not “rainbow”.",
    "scope='everything'": "scope must be one of selection, layer, visible-selection, visible,",
    "dither='random'": "dither must be one of none, floyd-steinberg, ordered, not “random”.",
    "swatch_strip='file'": "swatch-strip must be one of none, layer, image, below, not “file”.",
}


def test_an_argument_out_of_range_is_refused_and_never_replaced(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    before = set(gimp.palettes.glob("*"))
    calls = ", ".join(f"{text!r}: extract(image, {text})" for text in OUT_OF_RANGE)
    made = inside.run(f"image = load({str(photo)!r}); result = {{{calls}}}")
    for text, sentence in OUT_OF_RANGE.items():
        assert made[text]["status"] == "calling", text
        assert sentence in made[text]["error"]
    assert set(gimp.palettes.glob("*")) == before


def test_script_fu_is_refused_as_well(gimp: Gimp) -> None:
    photo = gimp.folder / "astronaut.png"
    done = gimp.scheme(f"""
        (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}"))))
          (plug-in-extract-palette #:run-mode RUN-NONINTERACTIVE #:image image
             #:drawables (vector (vector-ref (car (gimp-image-get-layers image)) 0))
             #:order "rainbow"))
    """)
    assert done.returncode != 0
    assert "order must be one of share" in done.stdout + done.stderr


def test_auto_and_the_check_boxes_do_what_their_options_do(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(
        f"result = extract(load({str(photo)!r}), colors=3, auto_colors=True, tolerance=20.0, "
        "ignore_white=True, ignore_black=True, ignore='#d3613c')"
    )
    expected = extract(photo, colors="auto", tolerance=20.0, ignore="white black #d3613c")
    assert made["colors"] == [swatch.hex for swatch in expected.swatches]
    assert len(made["colors"]) != 3


def test_only_the_selection_counts_and_half_selected_pixels_count_half(
    gimp: Gimp, inside: Worker
) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""
image = load({str(photo)!r})
image.select_ellipse(Gimp.ChannelOps.REPLACE, 60, 40, 300, 200)
Gimp.Selection.feather(image, 40)
mask = image.get_selection().get_buffer().get(
    Gegl.Rectangle.new(0, 0, 512, 512), 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
Path({str(gimp.folder / "mask")!r}).write_bytes(mask)
image.clean_all()
result = [extract(image, colors=6, scope=scope) for scope in ("selection", "layer")]
result.append(image.is_dirty())
""")
    selected, whole, dirty = made
    mask = np.frombuffer((gimp.folder / "mask").read_bytes(), np.uint8).reshape(512, 512)
    assert np.count_nonzero((mask > 0) & (mask < 255)) > 0
    with Image.open(photo) as opened:
        expected = extract(opened.convert("RGB"), colors=6, weight=mask).swatches
    assert selected["colors"] == [swatch.hex for swatch in expected]
    assert selected["labels"] == [swatch.label for swatch in expected]
    assert whole["colors"] == hexes(photo, 6)
    assert dirty is False


def test_the_layer_of_a_mask_that_is_edited_counts_with_its_mask(
    gimp: Gimp, inside: Worker
) -> None:
    photo = gimp.folder / "astronaut.png"
    made = inside.run(f"""
image = load({str(photo)!r})
layer = image.get_layers()[0]
image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 256, 512)
layer.add_mask(layer.create_mask(Gimp.AddMaskType.SELECTION))
Gimp.Selection.none(image)
result = extract(image, image.get_selected_drawables(), colors=6)
""")
    assert made["colors"] == hexes_of(extract(photo, colors=6, region="0,0,256,512"))


def test_a_layer_with_nothing_visible_is_refused_and_leaves_no_palette(
    gimp: Gimp, inside: Worker
) -> None:
    Image.new("RGBA", (300, 300), (255, 0, 0, 0)).save(gimp.folder / "nothing.png")
    before = set(gimp.palettes.iterdir())
    made = inside.run(f"result = extract(load({str(gimp.folder / 'nothing.png')!r}))")
    assert made["status"] == "execution"
    assert "fully transparent" in made["error"]
    assert set(gimp.palettes.iterdir()) == before


def greeting(protocol: int) -> str:
    return f'echo \'{{"protocol": {protocol}, "version": "9.9"}}\''


TAKEN = """echo '{"id": 1, "picture": {}}'"""
ENGINE = "exec $engine -I -m palette_engine.session"

ENGINES = {
    "gone": (None, "cannot be started"),
    "has no package": ("exec /usr/bin/python3 -I -m palette_engine.session", "does not start"),
    "too old": (f"{greeting(PROTOCOL - 1)}; cat >/dev/null", "too old for this plug-in"),
    "too new": (f"{greeting(PROTOCOL + 1)}; cat >/dev/null", "too new for this plug-in"),
    "talks nonsense": ("echo hello; cat >/dev/null", "answered nonsense"),
    "says nothing": ("exit 0", "does not start"),
    "dies in the middle": (
        f"{greeting(PROTOCOL)}; head -c 5000 >/dev/null; echo out of memory >&2; exit 9",
        "stopped unexpectedly (out of memory)",
    ),
    "is killed in the middle": (
        f"{greeting(PROTOCOL)}; head -c 5000 >/dev/null; kill -9 $$",
        "stopped unexpectedly (killed, perhaps because the memory was full)",
    ),
    "answers nonsense": (
        f"{greeting(PROTOCOL)}; head -c 700000 >/dev/null; {TAKEN}; echo '[1'; cat >/dev/null",
        "answered nonsense",
    ),
    "never stops talking": (f"{greeting(PROTOCOL)}; tr '\\0' x </dev/zero", "answered nonsense"),
    "has too little memory to start": (f"ulimit -v 60000; {ENGINE}", "does not start"),
    "hangs before it greets": ("sleep 600", "has not answered for 2 seconds"),
    "hangs while it is sent pixels": (
        f"{greeting(PROTOCOL)}; sleep 600",
        "has not answered for 2 seconds",
    ),
}


@pytest.mark.newest_gimp
@pytest.mark.parametrize("case", ENGINES)
def test_an_engine_that_fails_gives_a_sentence_that_says_what_to_do(
    gimp: Gimp, inside: Worker, case: str
) -> None:
    script, sentence = ENGINES[case]
    record, client = (
        gimp.plug_in / "engine.json",
        gimp.plug_in / "extract_palette/engine/session.py",
    )
    before, code = record.read_text(), client.read_text()
    impostor = gimp.folder / "impostor"
    if script:
        impostor.write_text(f"#!/bin/sh\nengine={gimp.engine_python}\n{script}\n")
        impostor.chmod(0o755)
    else:
        impostor.unlink(missing_ok=True)
    try:
        record.write_text(json.dumps({**json.loads(before), "interpreter": str(impostor)}))
        client.write_text(code.replace("PATIENCE = 60.0", "PATIENCE = 2.0"))
        made = inside.run(
            f"result = extract(load({str(gimp.folder / 'astronaut.png')!r}), colors=3)"
        )
    finally:
        record.write_text(before)
        client.write_text(code)
    assert made["status"] == "execution"
    assert sentence in made["error"]
    assert re.search("palette[-_]engine gimp (install|doctor)” in a terminal", made["error"])
    assert "\n" not in made["error"]


def test_without_an_engine_the_command_is_there_and_says_what_to_do(
    gimp: Gimp, inside: Worker
) -> None:
    record = gimp.plug_in / "engine.json"
    aside = record.rename(gimp.folder / "aside.json")
    try:
        made = inside.run(f"result = extract(load({str(gimp.folder / 'astronaut.png')!r}))")
    finally:
        aside.rename(record)
    assert made["status"] == "execution"
    assert "has no engine yet" in made["error"]
    assert "palette-engine gimp install" in made["error"]


def test_the_doctor_finds_nothing_wrong(gimp: Gimp) -> None:
    assert "problem" not in gimp.palette_engine("gimp", "doctor")


def test_a_gimp_that_has_the_plug_in_from_its_cache_does_the_same(
    gimp: Gimp, inside: Worker
) -> None:
    code = f"result = extract(load({str(gimp.folder / 'astronaut.png')!r}))"
    first = inside.run(code)
    with Worker(gimp) as later:
        assert later.run(code)["colors"] == first["colors"]


def test_the_examples_in_the_docs_run(gimp: Gimp, inside: Worker) -> None:
    photo = gimp.folder / "astronaut.png"
    page = (REPOSITORY / "docs" / "gimp.md").read_text(encoding="utf-8")
    in_python, importing = re.findall(r"```python\n(procedure = .*?)```", page, re.DOTALL)
    (in_scheme,) = re.findall(r"```scheme\n(.*?)```", page, re.DOTALL)
    made = inside.run(
        f"image = load({str(photo)!r}); layer = image.get_layers()[0]\n"
        f"{in_python}\nresult = {{**look(palette), 'layer': recolored.get_name()}}"
    )
    assert made["layer"] == "Background in 5 colors"
    assert made["name"] == "From a script"
    assert made["colors"] == hexes(photo, 5)
    brand = gimp.folder / "brand.ase"
    brand.write_bytes(ase.dumps(extract(photo, colors=3)))
    importing = importing.replace("/home/ada/brand.ase", str(brand))
    made = inside.run(f"{importing}\nresult = {{**look(palette), 'note': note}}")
    assert made["colors"] == hexes(photo, 3)
    assert made["note"] == ""
    before = set(gimp.palettes.glob("*.gpl"))
    done = gimp.scheme(f"""
        (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
               (layer (vector-ref (car (gimp-image-get-layers image)) 0)))
          {in_scheme})
    """)
    assert done.returncode == 0, done.stderr
    written = [gpl.loads(path.read_bytes()) for path in {*gimp.palettes.glob("*.gpl")} - before]
    assert sorted(map(hexes_of, written)) == sorted([hexes(photo, 5, "hue"), hexes(photo, 5)])
