"""GIMP colors: hex values as the colors of GIMP's library, and back."""

from __future__ import annotations

from gi.repository import Babl, Gegl, GLib

FORMAT = "R'G'B' u8"
"""Encoded sRGB. Gegl.Color's own setters and strings take linear light."""


def color_of(code: str) -> Gegl.Color:
    """Return a hex value as a color."""
    color = Gegl.Color.new("black")
    color.set_bytes(Babl.format(FORMAT), GLib.Bytes.new(bytes.fromhex(code[1:])))
    return color


def code_of(color: Gegl.Color) -> str:
    """Return the hex value of a color."""
    return f"#{bytes(color.get_bytes(Babl.format(FORMAT)).get_data()).hex()}"
