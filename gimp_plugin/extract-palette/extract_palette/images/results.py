"""Results: the palettes, layers and images that the plug-in makes in GIMP."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from gi.repository import Gegl, Gimp

from extract_palette.errors import SENTENCES, Problem
from extract_palette.images.gimp_colors import code_of, color_of
from extract_palette.images.names import is_name, one_line
from extract_palette.installed_files import limit
from extract_palette.translation import _

T = TypeVar("T")

WITH_ALPHA = "R'G'B'A u8"


HEADER_BYTES, SWATCH_BYTES = 1000, 300
"""At least as many bytes as a palette's file has, twice: GIMP writes it beside the old one."""


class ResultError(Problem):
    """A result cannot be made in this image, or in this GIMP."""

    is_outside = True


def checked(answer: T | None) -> T:
    """Return an answer of GIMP's, or raise `ResultError` if it says that nothing was done."""
    if answer is None or answer is False:
        sentence = _("GIMP did not do its part: {reason}. Try again.")
        reason = Gimp.get_pdb().get_last_error() or _("it gave no reason")
        raise ResultError(sentence.format(reason=reason.rstrip(".")))
    return answer


def check_folder(colors: int = 1) -> None:
    """Raise `ResultError` if GIMP has no writable folder with room for a palette.

    See docs/decisions.md#room-for-the-palette.
    """
    folders = Gimp.gimprc_query("palette-path-writable") or ""
    paths = [Path(folder) for folder in folders.split(os.pathsep) if folder]
    # GIMP creates a folder that does not exist yet.
    existing = [path if path.exists() else path.parent for path in paths]
    writable = [path for path in existing if os.access(path, os.W_OK)]
    if not writable:
        sentence = _(
            "GIMP cannot save palettes in {folder}. Make that folder writable, or choose another "
            "in Edit > Preferences > Folders > Palettes."
        )
        raise ResultError(sentence.format(folder=folders or _("its palettes folder")))
    try:
        with tempfile.TemporaryFile(dir=writable[0], buffering=0) as file:
            file.write(bytes(HEADER_BYTES + SWATCH_BYTES * colors))
            os.fsync(file.fileno())
    except OSError as error:
        raise _not_saved(writable[0], error.strerror or "") from error


def _not_saved(folder: Path, reason: str) -> ResultError:
    sentence = _(
        "The palette cannot be saved in {folder} ({reason}), so it was not made. "
        "Make room there, then try again."
    )
    return ResultError(sentence.format(folder=folder, reason=reason))


def make_palette(document: dict[str, Any]) -> Gimp.Palette:
    """Return a new palette from a document, saved and active.

    If the name is taken, GIMP adds a number to it.
    """
    (palette,) = make_palettes([document])
    return palette


def make_palettes(documents: Sequence[dict[str, Any]]) -> list[Gimp.Palette]:
    """Return new palettes from documents, all saved, the first one active; or none at all."""
    empty = _empty_files()
    palettes: list[Gimp.Palette] = []
    try:
        for document in documents:
            palettes.append(checked(Gimp.Palette.new(document["name"])))
            _fill_palette(palettes[-1], document)
        # Until this, the files hold only headers, and a crash would leave empty palettes.
        checked(Gimp.palettes_refresh())
        # It has read the files again: if one could not be written, its palette is gone.
        for palette, document in zip(palettes, documents, strict=True):
            if palette.get_color_count() != len(document["swatches"]):
                raise ResultError(_("GIMP could not save the palette. Make room, then try again."))
        checked(Gimp.context_set_palette(palettes[0]))
    except BaseException:
        for palette in palettes:
            if palette.is_valid():
                palette.delete()
        for file in _empty_files() - empty:
            file.unlink(missing_ok=True)
        raise
    return palettes


def _empty_files() -> set[Path]:
    """Return the palette files without contents in GIMP's writable folders."""
    folders = Gimp.gimprc_query("palette-path-writable") or ""
    paths = [Path(folder) for folder in folders.split(os.pathsep) if folder]
    files = (file for path in paths for file in path.glob("*.gpl"))
    return {file for file in files if not file.stat().st_size}


def _fill_palette(palette: Gimp.Palette, document: dict[str, Any]) -> None:
    """Add the colors of a document to a palette."""
    for swatch in document["swatches"]:
        checked(palette.add_entry(one_line(swatch["label"]), color_of(swatch["hex"]))[0])
    checked(palette.set_columns(document["columns"]))


def colors_of(palette: Gimp.Palette) -> list[str]:
    """Return the hex values of a palette's colors, without duplicates.

    Raises `ResultError` if there are more than the engine recolors with, or if it was deleted.
    """
    found = [*dict.fromkeys(codes_of(palette))]
    most = limit("recoloring_colors")
    if most is not None and len(found) > most:
        sentence = SENTENCES["too-many-colors"]
        raise ResultError(sentence.format(colors=len(found), most=most))
    return found


def codes_of(palette: Gimp.Palette) -> list[str]:
    """Return the hex values of all colors of a palette; raise `ResultError` if it was deleted."""
    if palette is None or not palette.is_valid():
        raise ResultError(_("The palette is not there any more. Choose another one."))
    return [code_of(color) for color in palette.get_colors()]


def labels_of(palette: Gimp.Palette) -> dict[str, str]:
    """Return the name of each color of a palette that has one which is not its hex value."""
    labels: dict[str, str] = {}
    for index, code in enumerate(codes_of(palette)):
        label = palette.get_entry_name(index)[1] or ""
        if is_name(code, label):
            labels.setdefault(code, one_line(label))
    return labels


def check_image(image: Gimp.Image, colors: list[str]) -> None:
    """Raise `ResultError` if an image cannot have a layer in these colors.

    See docs/decisions.md#indexed-and-gray-images.
    """
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
    raise ResultError(sentence)


def new_layer(image: Gimp.Image, name: str, width: int, height: int) -> Gimp.Layer:
    """Return a transparent layer that is not in the image yet, for `fill`."""
    gray = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if gray else Gimp.ImageType.RGBA_IMAGE
    mode = Gimp.LayerMode.NORMAL
    return checked(Gimp.Layer.new(image, one_line(name), width, height, kind, 100, mode))


def fill(layer: Gimp.Layer, top: int, rows: int, data: bytes) -> None:
    """Set rows of a layer, from R'G'B'A u8."""
    rectangle = Gegl.Rectangle.new(0, top, layer.get_width(), rows)
    checked(layer.get_buffer()).set(rectangle, WITH_ALPHA, data)


def insert(image: Gimp.Image, layer: Gimp.Layer, below: Gimp.Layer | None) -> None:
    """Insert a layer into an image, above another one, or above all of them."""
    with deleted_on_error(layer):
        parent = below.get_parent() if below else None
        position = image.get_item_position(below) if below else 0
        checked(image.insert_layer(layer, parent, position))
    layer.update(0, 0, layer.get_width(), layer.get_height())


def insert_strip(image: Gimp.Image, name: str, width: int, height: int, data: bytes) -> Gimp.Layer:
    """Insert a layer of R'G'B'A u8 pixels above all others, at the image's lower edge."""
    layer = new_layer(image, name, width, height)
    fill(layer, 0, height, data)
    layer.set_offsets(0, image.get_height() - height)
    insert(image, layer, None)
    return layer


def grow_canvas(image: Gimp.Image, rows: int) -> None:
    """Add rows to an image's canvas, below it; the layers stay as they are."""
    if not image.resize(image.get_width(), image.get_height() + rows, 0, 0):
        raise ResultError(_("GIMP cannot make the canvas larger. Choose another swatch strip."))


def new_image(like: Gimp.Image, name: str, width: int, height: int, data: bytes) -> Gimp.Image:
    """Return a new sRGB image of R'G'B'A u8 pixels, with the resolution of another one."""
    image = checked(Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB))
    image.set_resolution(*like.get_resolution()[1:])
    image.undo_disable()
    layer = new_layer(image, name, width, height)
    fill(layer, 0, height, data)
    insert(image, layer, None)
    image.undo_enable()
    return image


@contextmanager
def deleted_on_error(layer: Gimp.Layer | None) -> Iterator[None]:
    """Delete a layer that is in no image yet if the block fails: GIMP would keep it."""
    try:
        yield
    except BaseException:
        if layer:
            layer.delete()
        raise


@contextmanager
def one_undo_step(image: Gimp.Image) -> Iterator[None]:
    """Make the block one step in the image's undo history."""
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()
