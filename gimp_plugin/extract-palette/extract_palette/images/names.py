"""Names: of palettes, swatches and layers, as GIMP can save them.

Standard library only.
"""

from __future__ import annotations

from extract_palette.translation import _

MAX_NAME_LENGTH = 100
"""Bytes. GIMP names a palette's file after the palette, and file names have at most 255 bytes."""


def one_line(text: str, limit: int = MAX_NAME_LENGTH) -> str:
    """Return text without control and invisible characters, at most `limit` bytes long.

    GIMP writes names into .gpl files as they are: a line feed would add a header or a color.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode()[:limit].decode(errors="ignore").strip()


def palette_name(requested: str, title: str) -> str:
    """Return the name for a palette: the requested one, or else the image's."""
    return one_line(requested) or one_line(title) or _("Untitled")


def part_name(code: str, label: str) -> str:
    """Return the name for the layer of a color: its hex value, and the name that it has."""
    return one_line(f"{code} {label}" if is_name(code, label) else code)


def is_name(code: str, label: str) -> bool:
    """Return whether the label of a color says more than its hex value."""
    return label not in ("", "Untitled", _("Untitled")) and code not in label.lower()
