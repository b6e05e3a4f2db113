"""Products: every call that makes something in GIMP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import refusals
from gi.repository import Babl, Gegl, Gimp, GLib
from texts import Problem, _

LONGEST_NAME = 100
"""In bytes. GIMP names the palette's file after it, and file names end at 255 bytes."""

FORMAT = "R'G'B' u8"
"""Encoded sRGB. Gegl.Color's own setters and strings take linear light."""

MOST_COLORS = 8192
"""How many colors the engine recolors with at the most."""

WITH_ALPHA = "R'G'B'A u8"


class ProductError(Problem):
    """Something cannot be made in this image, or in this GIMP."""


def one_line(text: str, limit: int) -> str:
    """Return text without control and invisible characters, at most `limit` bytes long.

    GIMP writes names into .gpl files as they are: a line feed would add a header or a color.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode()[:limit].decode(errors="ignore").strip()


def palette_name(asked: str, title: str) -> str:
    """Return the name to give the palette: the one asked for, or else the image's."""
    return one_line(asked, LONGEST_NAME) or one_line(title, LONGEST_NAME) or _("Untitled")


def check_folder() -> None:
    """Raise `ProductError` if GIMP has nowhere to save a palette."""
    folders = Gimp.gimprc_query("palette-path-writable") or ""
    paths = [Path(folder) for folder in folders.split(os.pathsep) if folder]
    # GIMP makes a folder that is not there yet.
    places = [path if path.exists() else path.parent for path in paths]
    if not any(os.access(place, os.W_OK) for place in places):
        sentence = _(
            "GIMP cannot save palettes in {folder}. Make that folder writable, or choose another "
            "in Edit > Preferences > Folders > Palettes."
        )
        raise ProductError(sentence.format(folder=folders or _("its palettes folder")))


def make_palette(document: dict[str, Any]) -> Gimp.Palette:
    """Return a new palette with a document's colors and name, on disk and the active one.

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


def hexes(document: dict[str, Any]) -> list[str]:
    """Return the hex values of a palette document."""
    return [swatch["hex"] for swatch in document["swatches"]]


def colors_of(palette: Gimp.Palette) -> list[str]:
    """Return the hex values of a palette's colors, each once.

    Raises `ProductError` if there are more than a picture is recolored with.
    """
    encoding = Babl.format(FORMAT)
    codes = (bytes(color.get_bytes(encoding).get_data()).hex() for color in palette.get_colors())
    found = [f"#{code}" for code in dict.fromkeys(codes)]
    if len(found) > MOST_COLORS:
        sentence = refusals.SENTENCES["too-many-colors"]
        raise ProductError(sentence.format(colors=len(found), most=MOST_COLORS))
    return found


def check_image(image: Gimp.Image, colors: list[str]) -> None:
    """Raise `ProductError` if an image cannot have a layer in these colors."""
    kind = image.get_base_type()
    grays = all(code[1:3] == code[3:5] == code[5:7] for code in colors)
    if kind == Gimp.ImageBaseType.INDEXED:
        sentence = _(
            "The image is indexed: it takes no colors but those of its colormap. "
            "Choose Image > Mode > RGB, and try again."
        )
    elif kind == Gimp.ImageBaseType.GRAY and not grays:
        sentence = _(
            "The image is grayscale and cannot show these colors. "
            "Choose Image > Mode > RGB, and try again."
        )
    elif image.get_floating_sel():
        sentence = _(
            "The image has a floating selection, which no layer can be added to. "
            "Anchor it or make it a layer, and try again."
        )
    else:
        return
    raise ProductError(sentence)


def new_layer(image: Gimp.Image, name: str, width: int, height: int) -> Gimp.Layer:
    """Return a layer that is not in the image yet, transparent, for `fill`."""
    gray = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if gray else Gimp.ImageType.RGBA_IMAGE
    mode = Gimp.LayerMode.NORMAL
    return Gimp.Layer.new(image, one_line(name, LONGEST_NAME), width, height, kind, 100, mode)


def fill(layer: Gimp.Layer, top: int, rows: int, data: bytes) -> None:
    """Set rows of a layer, from R'G'B'A u8."""
    place = Gegl.Rectangle.new(0, top, layer.get_width(), rows)
    layer.get_buffer().set(place, WITH_ALPHA, data)


def insert(image: Gimp.Image, layer: Gimp.Layer, below: Gimp.Layer | None) -> None:
    """Put a layer into an image, above another one, or above all of them."""
    parent = below.get_parent() if below else None
    if not image.insert_layer(layer, parent, image.get_item_position(below) if below else 0):
        layer.delete()
        raise ProductError(_("GIMP did not take the new layer. Try again."))
    layer.update(0, 0, layer.get_width(), layer.get_height())


def insert_strip(image: Gimp.Image, name: str, width: int, height: int, data: bytes) -> None:
    """Put a strip of R'G'B'A u8 pixels above all layers, at the image's lower edge."""
    layer = new_layer(image, name, width, height)
    fill(layer, 0, height, data)
    layer.set_offsets(0, image.get_height() - height)
    insert(image, layer, None)


def new_image(like: Gimp.Image, name: str, width: int, height: int, data: bytes) -> Gimp.Image:
    """Return a new image of R'G'B'A u8 pixels, in sRGB, with another one's resolution."""
    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    image.set_resolution(*like.get_resolution()[1:])
    image.undo_disable()
    layer = new_layer(image, name, width, height)
    fill(layer, 0, height, data)
    insert(image, layer, None)
    image.undo_enable()
    return image


@contextmanager
def or_deleted(layer: Gimp.Layer | None) -> Iterator[None]:
    """Delete a layer that is in no image if something fails meanwhile: GIMP would keep it."""
    try:
        yield
    except BaseException:
        if layer:
            layer.delete()
        raise


@contextmanager
def one_step(image: Gimp.Image) -> Iterator[None]:
    """Make what is done meanwhile one step of the image's undo history."""
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()
