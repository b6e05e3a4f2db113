"""Runs inside GIMP, before each test's own lines: loads pictures and calls the procedure."""

import json
import os
import time
import traceback
from pathlib import Path

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gegl, Gimp, Gio, GLib  # noqa: E402, F401  (after require_version)


def perform(code, path):
    """Run code and write what it leaves in `result`, or how it failed."""
    names = {**globals(), "result": {}}
    try:
        exec(code, names)
        outcome = {"result": names["result"]}
    except Exception:  # noqa: BLE001  whatever it is, the test wants to see it
        outcome = {"failure": traceback.format_exc()}
    unfinished = Path(f"{path}~")
    unfinished.write_text(json.dumps(outcome))
    unfinished.rename(path)


def work(jobs):
    """Run the jobs that appear in a folder, 1.py, 2.py and so on, until there is a stop."""
    number = 1
    while not Path(jobs, "stop").exists():
        job = Path(jobs, f"{number}.py")
        if job.exists():
            perform(job.read_text(), job.with_suffix(".json"))
            number += 1
        else:
            time.sleep(0.02)


def load(path):
    """Return a picture file's image."""
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))


def newest():
    """Return the numbers of the newest image and of the newest display."""
    images = [image.get_id() for image in Gimp.get_images()]
    displays = [number for number in range(1, 1000) if Gimp.Display.id_is_valid(number)]
    return [max(images, default=0), max(displays, default=0)]


def layers(image):
    """Return the names of an image's layers, from the top."""
    return [layer.get_name() for layer in image.get_layers()]


def save_pixels(layer, path):
    """Write a layer's pixels as R'G'B'A u8 into a file; return its position and size."""
    width, height = layer.get_width(), layer.get_height()
    rectangle = Gegl.Rectangle.new(0, 0, width, height)
    pixels = layer.get_buffer().get(rectangle, 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE)
    Path(path).write_bytes(pixels)
    return [*layer.get_offsets()[1:], width, height]


def look(palette):
    """Return what GIMP knows about a palette, and its file."""
    encoding = Babl.format("R'G'B' u8")
    count = palette.get_color_count()
    colors = [bytes(color.get_bytes(encoding).get_data()) for color in palette.get_colors()]
    assert len(colors) == count
    header = f"GIMP Palette\nName: {palette.get_name()}\n"
    files = Path(os.environ["GIMP3_DIRECTORY"], "palettes").iterdir()
    texts = [file.read_text() for file in sorted(files)]
    return {
        "name": palette.get_name(),
        "colors": [f"#{color.hex()}" for color in colors],
        "labels": [palette.get_entry_name(i)[1] for i in range(count)],
        "columns": palette.get_columns(),
        "active": Gimp.context_get_palette().get_name() == palette.get_name(),
        "file": next((text for text in texts if text.startswith(header)), None),
    }


def extract(image, drawables=None, **arguments):
    """Call the procedure and return its palette as `look` sees it, or its error."""
    procedure = Gimp.get_pdb().lookup_procedure("plug-in-extract-palette")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    chosen = [image.get_layers()[0]] if drawables is None else drawables
    config.set_core_object_array("drawables", chosen)
    for name, value in arguments.items():
        config.set_property(name.replace("_", "-"), value)
    values = procedure.run(config)
    if values.index(0) == Gimp.PDBStatusType.SUCCESS:
        return {"status": "success", **look(values.index(1))}
    calling = values.index(0) == Gimp.PDBStatusType.CALLING_ERROR
    return {
        "status": "calling" if calling else "execution",
        "error": Gimp.get_pdb().get_last_error(),
    }
