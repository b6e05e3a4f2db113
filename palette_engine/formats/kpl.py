"""KPL: Krita's palette, a zip file of XML.

https://docs.krita.org/en/untranslatable_pages/kpl_defintion.html calls the outermost element
``Colorset``; Krita itself writes ``ColorSet`` and reads both.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.remarks import colors
from palette_engine.formats.xml_file import elements_of
from palette_engine.formats.zip_file import pack, unpack
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["dumps", "loads"]

MAGIC = rb"PK\x03\x04(?![\s\S]*(?:Swatches\.json|swatchbook\.xml))"
"""Matches zip files that are no other palette."""

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
    """Return a palette as a KPL file, with the groups of the swatches if they have any."""
    columns = max(1, palette.columns)
    name = escape(plain_text(palette.name, NAME_BYTES) or "Palette")
    numbered = list(enumerate(palette.swatches, start=1))
    first = [each for each in numbered if not each[1].group]
    lines = [
        f'<ColorSet version="2.0" name="{name}" comment="" columns="{columns}"'
        f' rows="{_rows(first, columns)}" readonly="false">',
        *_entries(first, columns),
    ]
    for group in dict.fromkeys(swatch.group for swatch in palette.swatches if swatch.group):
        rows = [each for each in numbered if each[1].group == group]
        label = escape(plain_text(group, NAME_BYTES) or "Group")
        lines.append(f' <Group name="{label}" rows="{_rows(rows, columns)}">')
        lines += [*_entries(rows, columns), " </Group>"]
    lines.append("</ColorSet>")
    return pack(
        {
            "mimetype": b"application/x-krita-palette",
            "colorset.xml": (_HEADER + "".join(f"{line}\n" for line in lines)).encode(),
            "profiles.xml": (_HEADER + "<Profiles/>\n").encode(),
        }
    )


def _rows(numbered: Sequence[tuple[int, Swatch]], columns: int) -> int:
    return max(1, -(-len(numbered) // columns))


def _entries(numbered: Iterable[tuple[int, Swatch]], columns: int) -> Iterator[str]:
    """Yield the lines of the swatches of a group, with their numbers in the palette."""
    for index, (number, swatch) in enumerate(numbered):
        label = escape(plain_text(swatch.label, NAME_BYTES) or swatch.hex)
        # With all digits, so that 255 times it is the same byte, rounded or truncated.
        red, green, blue = (repr(channel / 255) for channel in swatch.color)
        row, column = divmod(index, columns)
        yield f' <ColorSetEntry name="{label}" id="{number}" spot="false" bitdepth="U8">'
        yield f'  <sRGB r="{red}" g="{green}" b="{blue}"/>'
        yield f'  <Position row="{row}" column="{column}"/>'
        yield " </ColorSetEntry>"


def loads(data: bytes) -> Palette:
    """Return the palette in a KPL file, group by group and row by row.

    RGB in a profile with a linear name (``g10``) gets the sRGB curve; other profiles are taken
    for sRGB. Other models are converted by `palette_engine.formats.color_models`. A remark tells of
    colors that cannot be read and are left out. Raises `InputError` if the bytes are not such a zip
    file, if its XML is damaged or has a document type, or if it has no color that can be read.
    """
    name = ""
    groups = [""]
    entries: list[_Entry] = []
    for tag, attributes in elements_of(unpack(data, "colorset.xml")):
        if tag in ("ColorSet", "Colorset"):
            name = plain_text(attributes.get("name", ""), NAME_BYTES)
        elif tag == "Group":
            groups.append(plain_text(attributes.get("name", ""), NAME_BYTES))
        elif tag == "ColorSetEntry":
            label = plain_text(attributes.get("name", ""), NAME_BYTES)
            entries.append(_Entry((len(groups) - 1, 0, 0), label))
        elif tag in _MODELS and entries:
            entries[-1] = replace(entries[-1], color=_color(tag, attributes))
        elif tag == "Position" and entries:
            with contextlib.suppress(LookupError, ValueError):
                row, column = int(attributes["row"]), int(attributes["column"])
                entries[-1] = replace(entries[-1], position=(len(groups) - 1, row, column))
    # Krita writes column by column, and other programs write no positions.
    entries.sort(key=lambda entry: entry.position)
    swatches = tuple(
        Swatch(entry.color, name=entry.name, group=groups[entry.position[0]])
        for entry in entries
        if entry.color
    )
    remarks: tuple[Remark, ...] = ()
    missing = len(entries) - len(swatches)
    if missing and not swatches:
        raise InputError("No color of the Krita palette is in a known color model.")
    if missing:
        were = "was" if missing == 1 else "were"
        sentence = f"{colors(missing)} in no known color model {were} left out."
        remarks = (Remark(sentence, missing),)
    return Palette(swatches, name, remarks=remarks)


def _color(model: str, attributes: Mapping[str, str]) -> Color | None:
    """Return the color of an element with that name and those attributes; None if it is damaged."""
    names, color_of = _MODELS[model]
    if model == "RGB" and "g10" in attributes.get("space", ""):
        color_of = color_models.linear_rgb
    try:
        return color_of(*(float(attributes[name]) for name in names))
    except (LookupError, ValueError):
        return None
