"""XML files: the elements of palettes that are XML."""

from __future__ import annotations

from palette_engine.errors import InputError

__all__ = ["elements_of"]


def elements_of(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the name and attributes of each element, in the order of their start tags.

    Raises `InputError` if the XML is damaged or has a document type.
    """
    from xml.parsers import expat

    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        # Only a document type can define entities, which may expand without bound or read files.
        raise InputError("The XML of the palette has a document type, which it never needs.")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: found.append((tag, attributes))
    try:
        parser.Parse(xml, True)
    except InputError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError("The XML of the palette is damaged.") from error
    return found
