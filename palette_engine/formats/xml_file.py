"""XML files: the elements of palettes that are XML."""

from __future__ import annotations

from collections.abc import Iterable

from palette_engine.errors import InputError
from palette_engine.formats.color_notation import parse_color
from palette_engine.formats.limits import check_count
from palette_engine.formats.remarks import colors
from palette_engine.palette.value import Remark, Swatch, plain_text

__all__ = ["XML_START", "elements_of", "swatches_of"]

NAME_BYTES = 200

XML_START = rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->)[\s\S]){0,2000}-->\s*)*"
"""Matches what may be before the first element."""


def elements_of(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the name and attributes of each element, in the order of their start tags.

    The attribute with an empty name is the text that directly follows the start tag, if any.
    Raises `InputError` if the XML is damaged or has a document type.
    """
    from xml.parsers import expat

    found: list[tuple[str, dict[str, str]]] = []
    is_open = False

    def refuse(*_: object) -> None:
        # Only a document type can define entities, which may expand without bound or read files.
        raise InputError("The XML of the palette has a document type, which it never needs.")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse

    def add_text(text: str) -> None:
        if is_open:
            attributes = found[-1][1]
            attributes[""] = attributes.get("", "") + text

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_open
        is_open = True
        found.append((tag, attributes))

    def end(_: str) -> None:
        nonlocal is_open
        is_open = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add_text
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except InputError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError("The XML of the palette is damaged.") from error
    return found


def swatches_of(rows: Iterable[tuple[str, str]]) -> tuple[tuple[Swatch, ...], tuple[Remark, ...]]:
    """Return the swatches of names and CSS colors, and a remark about colors that are none.

    Raises `InputError` if there are colors, but none can be read.
    """
    swatches = []
    missing = 0
    for count, (name, text) in enumerate(rows, start=1):
        check_count(count)
        notation = parse_color(text)
        if notation:
            label = plain_text(name, NAME_BYTES)
            swatches.append(Swatch(notation.color, name=label, wide=notation.wide))
        else:
            missing += 1
    if missing and not swatches:
        raise InputError("No color of the XML is written like #e6194b.")
    if not missing:
        return tuple(swatches), ()
    were = "was" if missing == 1 else "were"
    sentence = f"{colors(missing)} not written like #e6194b {were} left out."
    return tuple(swatches), (Remark(sentence, missing),)
