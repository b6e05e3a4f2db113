"""Products: every call that makes something in GIMP."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from gi.repository import Babl, Gegl, Gimp, GLib

LONGEST_NAME = 100
"""In bytes. GIMP names the palette's file after it, and file names end at 255 bytes."""

FORMAT = "R'G'B' u8"
"""Encoded sRGB. Gegl.Color's own setters and strings take linear light."""


def one_line(text: str, limit: int) -> str:
    """Return text without control and invisible characters, at most `limit` bytes long.

    GIMP writes names into .gpl files as they are: a line feed would add a header or a color.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode()[:limit].decode(errors="ignore").strip()


def palette_name(asked: str, image: Gimp.Image) -> str:
    """Return the name to give the palette: the one asked for, or else the image's file's."""
    file = image.get_imported_file() or image.get_xcf_file()
    stem = PurePath(file.get_basename()).stem if file else "Untitled"
    return one_line(asked, LONGEST_NAME) or one_line(stem, LONGEST_NAME) or "Untitled"


def make_palette(document: dict[str, Any]) -> Gimp.Palette:
    """Return a new palette with a document's colors, on disk and the active one.

    If the name is taken, GIMP adds a number to it.
    """
    palette = Gimp.Palette.new(document["name"])
    encoding = Babl.format(FORMAT)
    for swatch in document["swatches"]:
        color = Gegl.Color.new("black")
        color.set_bytes(encoding, GLib.Bytes.new(bytes.fromhex(swatch["hex"][1:])))
        palette.add_entry(one_line(swatch["label"], LONGEST_NAME), color)
    palette.set_columns(document["columns"])
    # Until then the file holds a header only, and a crash would leave an empty palette.
    Gimp.palettes_refresh()
    Gimp.context_set_palette(palette)
    return palette
