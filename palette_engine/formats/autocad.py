"""AutoCAD: a color book as XML, read from the user's own file; none is shipped here.

Pages of entries with a name and RGB of 8 bits. Books of manufacturers may be encrypted.
"""

from __future__ import annotations

from palette_engine.errors import InputError
from palette_engine.formats.color_models import rgb
from palette_engine.formats.remarks import colors
from palette_engine.formats.xml_file import XML_START, elements_of
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["MAGIC", "loads"]

MAGIC = XML_START + rb"<colorBook[\s>]"
NAME_BYTES = 200

_CHANNELS = ("red", "green", "blue")


def loads(data: bytes) -> Palette:
    """Return the palette in a color book of AutoCAD.

    A remark tells of colors that are encrypted or damaged. Raises `InputError` if the bytes are
    not such XML, or if no color can be read.
    """
    elements = elements_of(data)
    if not elements or elements[0][0] != "colorBook":
        raise InputError("This is not a color book of AutoCAD: the XML has no element colorBook.")
    title = ""
    entries: list[dict[str, str]] = []
    is_entry = False
    for tag, attributes in elements:
        text = attributes.get("", "").strip()
        if tag == "bookName":
            title = title or text
        elif tag in ("colorEntry", "colorPage", "pageColor"):
            is_entry = tag == "colorEntry"
            entries += [{}] if is_entry else []
        elif is_entry:
            entries[-1].setdefault(tag, text)
    swatches = [swatch for entry in entries if (swatch := _swatch(entry))]
    missing = len(entries) - len(swatches)
    if missing and not swatches:
        raise InputError("The color book is encrypted, or has no color that can be read.")
    were = "was" if missing == 1 else "were"
    sentence = f"{colors(missing)} encrypted or without numbers {were} left out."
    remarks = (Remark(sentence, missing),) if missing else ()
    return Palette(tuple(swatches), plain_text(title, NAME_BYTES), remarks=remarks)


def _swatch(entry: dict[str, str]) -> Swatch | None:
    """Return the swatch of an entry; None if its channels are no whole numbers."""
    texts = [entry.get(name, "") for name in _CHANNELS]
    if not all(text.isascii() and text.isdecimal() and len(text) <= 9 for text in texts):
        return None
    name = plain_text(entry.get("colorName", ""), NAME_BYTES)
    return Swatch(rgb(*(int(text) / 255 for text in texts)), name=name)
