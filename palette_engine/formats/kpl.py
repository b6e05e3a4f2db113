"""KPL: Krita's palette, a zip file of XML.

https://docs.krita.org/en/untranslatable_pages/kpl_defintion.html calls the outermost element
``Colorset``; Krita itself writes ``ColorSet`` and reads both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import starmap

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.zip_file import pack, unpack
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = b"PK\3\4"
NAME_BYTES = 200

_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'

_MODELS: dict[str, tuple[str, Callable[..., Color]]] = {
    "sRGB": ("rgb", color_models.rgb),
    "RGB": ("rgb", color_models.rgb),
    "Gray": ("g", color_models.gray),
    "CMYK": ("cmyk", color_models.cmyk),
    "Lab": ("Lab", color_models.lab),
    "XYZ": ("xyz", color_models.xyz),
}
"""The attributes of each element that holds a color, and their conversion."""


@dataclass(frozen=True)
class _Entry:
    """A color as far as it has been read; `position` is its group, row and column, from 0."""

    position: tuple[int, int, int]
    name: str
    color: Color | None = None


def dumps(palette: Palette) -> bytes:
    """Return a palette as a KPL file."""
    columns = max(1, palette.columns)
    name = escape(plain_text(palette.name, NAME_BYTES) or "Palette")
    lines = [
        f'<ColorSet version="2.0" name="{name}" comment="" columns="{columns}"'
        f' rows="{max(1, -(-len(palette.swatches) // columns))}" readonly="false">'
    ]
    for index, swatch in enumerate(palette.swatches):
        label = escape(plain_text(swatch.label, NAME_BYTES) or swatch.hex)
        # With all digits, so that 255 times it is the same byte, rounded or truncated.
        red, green, blue = (repr(channel / 255) for channel in swatch.color)
        row, column = divmod(index, columns)
        lines += [
            f' <ColorSetEntry name="{label}" id="{index + 1}" spot="false" bitdepth="U8">',
            f'  <sRGB r="{red}" g="{green}" b="{blue}"/>',
            f'  <Position row="{row}" column="{column}"/>',
            " </ColorSetEntry>",
        ]
    lines.append("</ColorSet>")
    return pack(
        {
            "mimetype": b"application/x-krita-palette",
            "colorset.xml": (_HEADER + "".join(f"{line}\n" for line in lines)).encode(),
            "profiles.xml": (_HEADER + "<Profiles/>\n").encode(),
        }
    )


def loads(data: bytes) -> Palette:
    """Return the palette in a KPL file, group by group and row by row.

    RGB in a profile with a linear name (``g10``) gets the sRGB curve; other profiles are taken
    for sRGB. Other models are converted by `palette_engine.formats.color_models`. Raises
    `InputError` if the bytes are not such a zip file, or if its XML is damaged, has a document
    type, or has a color that cannot be read.
    """
    name, group = "", 0
    entries: list[_Entry] = []
    for tag, attributes in _elements(unpack(data, "colorset.xml")):
        try:
            if tag in ("ColorSet", "Colorset"):
                name = plain_text(attributes.get("name", ""), NAME_BYTES)
            elif tag == "Group":
                group += 1
            elif tag == "ColorSetEntry":
                label = plain_text(attributes.get("name", ""), NAME_BYTES)
                entries.append(_Entry((group, 0, 0), label))
            elif tag in _MODELS and entries:
                entries[-1] = replace(entries[-1], color=_color(tag, attributes))
            elif tag == "Position" and entries:
                position = (group, int(attributes["row"]), int(attributes["column"]))
                entries[-1] = replace(entries[-1], position=position)
        except (LookupError, ValueError) as error:
            raise InputError(f"Color {len(entries)} of the Krita palette is damaged.") from error
    # Krita writes column by column, and other programs write no positions.
    entries.sort(key=lambda entry: entry.position)
    return Palette(tuple(starmap(_swatch, enumerate(entries, start=1))), name)


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the name and attributes of each element of XML, in the order of their start tags."""
    from xml.parsers import expat

    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        # Only a document type can define entities, which may expand without bound or read files.
        raise InputError("The XML of the Krita palette has a document type, which it never needs.")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: found.append((tag, attributes))
    try:
        parser.Parse(xml, True)
    except InputError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError("The XML of the Krita palette is damaged.") from error
    return found


def _color(model: str, attributes: Mapping[str, str]) -> Color:
    """Return the color of an element with that name and those attributes."""
    names, color_of = _MODELS[model]
    if model == "RGB" and "g10" in attributes.get("space", ""):
        color_of = color_models.linear_rgb
    return color_of(*(float(attributes[name]) for name in names))


def _swatch(number: int, entry: _Entry) -> Swatch:
    """Return the swatch of an entry; `number` counts from 1, for the error."""
    if entry.color is None:
        raise InputError(f"Color {number} of the Krita palette has an unknown color model.")
    return Swatch(entry.color, name=entry.name)
