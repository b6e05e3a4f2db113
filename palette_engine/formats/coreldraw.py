"""CorelDRAW: a palette as XML with tints, and plain ``<palette>`` files with hex values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from palette_engine.color.hex_code import format_hex
from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.xml_file import XML_START, elements_of, swatches_of
from palette_engine.palette.value import Palette, plain_text

__all__ = ["MAGIC", "loads"]

MAGIC = XML_START + rb"<palette[\s>]"
NAME_BYTES = 200

_MODELS: dict[str, tuple[int, Callable[..., Color]]] = {
    "RGB": (3, color_models.rgb),
    "CMYK": (4, color_models.cmyk),
    "GRAY": (1, color_models.gray),
    "LAB": (3, lambda w, a, b: color_models.lab(w * 100, a * 255 - 128, b * 255 - 128)),
}
"""The number of tints and the conversion of each color space."""


def loads(data: bytes) -> Palette:
    """Return the palette in an XML file of CorelDRAW, or in one with hex values.

    A remark tells of colors in other models. Raises `InputError` if the bytes are not such XML
    or are damaged.
    """
    elements = elements_of(data)
    if not elements or elements[0][0] != "palette":
        raise InputError("This is not a CorelDRAW palette: the XML has no element palette.")
    swatches, remarks = swatches_of(
        (attributes.get("name", ""), _code(attributes))
        for tag, attributes in elements
        if tag == "color"
    )
    name = plain_text(elements[0][1].get("name", ""), NAME_BYTES)
    return Palette(swatches, name, remarks=remarks)


def _code(attributes: Mapping[str, str]) -> str:
    """Return the hex code of a color; an empty text if it cannot be read."""
    if "hex" in attributes:
        return f"#{attributes['hex'].removeprefix('#')}"
    count, color_of = _MODELS.get(attributes.get("cs", "").upper(), (0, color_models.gray))
    try:
        tints = [float(tint) for tint in attributes.get("tints", "").split(",")]
    except ValueError:
        return ""
    return format_hex(color_of(*tints)) if len(tints) == count else ""
