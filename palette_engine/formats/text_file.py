"""Text files: the bytes of palettes that are text, in the encodings that people have."""

from __future__ import annotations

import codecs

__all__ = ["decode", "is_text", "lines_of"]

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}

_CONTROLS = frozenset(range(32)) - set(b"\t\n\f\r\x1a\x1b")
"""The bytes that are in no text; some old text files end with 1A."""


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252.

    Every byte has a character: the five that Windows-1252 leaves out are those of Latin-1.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(map(_WINDOWS_1252.__getitem__, data))


def is_text(data: bytes) -> bool:
    """Return whether a file can be text: it has no control characters but white space."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return not any(byte in data for byte in _CONTROLS)


def lines_of(data: bytes) -> list[str]:
    """Return the lines of a text file, which end with LF, CR LF or CR.

    Not by `splitlines`, which also splits names at characters such as U+2028.
    """
    return decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")


_WINDOWS_1252 = [
    bytes([byte]).decode("cp1252" if byte not in b"\x81\x8d\x8f\x90\x9d" else "latin-1")
    for byte in range(256)
]
