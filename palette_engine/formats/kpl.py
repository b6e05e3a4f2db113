"""KPL: Krita's palette, a zip file of XML.

https://docs.krita.org/en/untranslatable_pages/kpl_defintion.html, where the outermost element is
``Colorset``; Krita itself writes ``ColorSet`` and reads any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import starmap

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import spaces
from palette_engine.formats.archive import packed, unpacked
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = b"PK\3\4"
NAME_BYTES = 200

_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'

_MODELS: dict[str, tuple[str, Callable[..., Color]]] = {
    "sRGB": ("rgb", spaces.rgb),
    "RGB": ("rgb", spaces.rgb),
    "Gray": ("g", spaces.gray),
    "CMYK": ("cmyk", spaces.cmyk),
    "Lab": ("Lab", spaces.lab),
    "XYZ": ("xyz", spaces.xyz),
}
"""The attributes of each element that is a color, and what they mean."""


@dataclass(frozen=True)
class _Entry:
    """A color as far as it was read; `place` is its group, row and column."""

    place: tuple[int, int, int]
    name: str
    color: Color | None = None


def dumps(palette: Palette) -> bytes:
    """Return the palette as a KPL file."""
    columns = max(1, palette.columns)
    name = escape(plain_text(palette.name, NAME_BYTES) or "Palette")
    lines = [
        f'<ColorSet version="2.0" name="{name}" comment="" columns="{columns}"'
        f' rows="{max(1, -(-len(palette.swatches) // columns))}" readonly="false">'
    ]
    for index, swatch in enumerate(palette.swatches):
        label = escape(plain_text(swatch.label, NAME_BYTES) or swatch.hex)
        # With all digits, so that times 255 it is the same byte, rounded or cut.
        red, green, blue = (repr(channel / 255) for channel in swatch.color)
        row, column = divmod(index, columns)
        lines += [
            f' <ColorSetEntry name="{label}" id="{index + 1}" spot="false" bitdepth="U8">',
            f'  <sRGB r="{red}" g="{green}" b="{blue}"/>',
            f'  <Position row="{row}" column="{column}"/>',
            " </ColorSetEntry>",
        ]
    lines.append("</ColorSet>")
    return packed(
        {
            "mimetype": b"application/x-krita-palette",
            "colorset.xml": (_HEADER + "".join(f"{line}\n" for line in lines)).encode(),
            "profiles.xml": (_HEADER + "<Profiles/>\n").encode(),
        }
    )


def loads(data: bytes) -> Palette:
    """Return the palette of a KPL file: group by group, each row by row.

    RGB of a profile named linear (``g10``) is encoded; other profiles are taken for sRGB, and
    other models become sRGB as `palette_engine.formats.spaces` says. Raises `InputError` if it
    is no such zip file, or the XML in it is damaged, has a document type, or a color that
    cannot be read.
    """
    name, group = "", 0
    found: list[_Entry] = []
    for tag, attributes in _elements(unpacked(data, "colorset.xml")):
        try:
            if tag in ("ColorSet", "Colorset"):
                name = plain_text(attributes.get("name", ""), NAME_BYTES)
            elif tag == "Group":
                group += 1
            elif tag == "ColorSetEntry":
                label = plain_text(attributes.get("name", ""), NAME_BYTES)
                found.append(_Entry((group, 0, 0), label))
            elif tag in _MODELS and found:
                found[-1] = replace(found[-1], color=_color(tag, attributes))
            elif tag == "Position" and found:
                place = (group, int(attributes["row"]), int(attributes["column"]))
                found[-1] = replace(found[-1], place=place)
        except (LookupError, ValueError) as error:
            raise InputError(f"Color {len(found)} of the Krita palette is damaged.") from error
    # Krita writes column by column, and other programs no places at all.
    found.sort(key=lambda entry: entry.place)
    return Palette(tuple(starmap(_swatch, enumerate(found, start=1))), name)


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the name and attributes of each element of some XML, in the order they begin."""
    from xml.parsers import expat

    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        # Only a document type can define entities, small ones that grow or files to be read.
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
    """Return the color of an element."""
    names, color_of = _MODELS[model]
    if model == "RGB" and "g10" in attributes.get("space", ""):
        color_of = spaces.linear_rgb
    return color_of(*(float(attributes[name]) for name in names))


def _swatch(number: int, entry: _Entry) -> Swatch:
    """Return what was read of a color as a swatch."""
    if entry.color is None:
        raise InputError(f"Color {number} of the Krita palette is of no known model.")
    return Swatch(entry.color, name=entry.name)
