"""Drawing: SVG and the first page of a PDF become pixels, in a process with narrow limits.

See docs/decisions.md#decoders-in-a-process-of-their-own.
"""

from __future__ import annotations

import io
import os
from typing import IO
from xml.parsers import expat

from palette_engine.errors import InputError
from palette_engine.libraries import warn
from palette_engine.pictures import pillow_decoder
from palette_engine.pictures.decoded import Header
from palette_engine.pictures.isolated import output_of

__all__ = ["SIDE", "header_of"]

SIDE = 1000
"""The longer side of a drawing in pixels."""

SECONDS = 10
"""A process may take so long to draw."""

MAX_BYTES = 2**24
"""Bytes of a file, at most."""

MAX_DEPTH = 200
"""Elements in elements, at most; resvg's stack overflows with more than a thousand."""

REFERRING = ("image", "feImage")
"""The elements that may show another file."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a drawing that was drawn, `SIDE` pixels on its longer side.

    Raises `InputError` if it cannot be drawn, takes too long, or refers to another file.
    """
    if data.seek(0, os.SEEK_END) > MAX_BYTES:
        raise InputError(f"{name} has more than {MAX_BYTES >> 20} MB; export it as PNG.")
    data.seek(0)
    drawing = data.read()
    if drawing.startswith(b"%PDF-"):
        task: tuple[str, ...] = ("pdf", str(SIDE))
    else:
        drawing = _text_of(drawing, name)
        task = ("svg", _check_svg(drawing, name), str(SIDE))
    png = io.BytesIO(output_of(task, drawing, name, SECONDS))
    image = pillow_decoder.opened(png, name, "PNG")
    if image is None or max(image.size) > SIDE:
        raise InputError(f"{name} cannot be decoded; export it as PNG.")
    return pillow_decoder.header_of(image, name, "refuse")


def _text_of(drawing: bytes, name: str) -> bytes:
    """Return an SVG in UTF-8."""
    encoding = "utf-16" if drawing[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return drawing.decode(encoding).encode()
    except UnicodeError as error:
        raise InputError(f"{name} is damaged: it is not text in UTF-8.") from error


def _check_svg(drawing: bytes, name: str) -> str:
    """Return the longer side of an SVG, ``width`` or ``height``, or raise `InputError`.

    Warns if it has text, for which fonts of this machine would be needed.
    """
    check = _SvgCheck(name)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = check.start
    parser.EndElementHandler = check.end
    try:
        parser.Parse(drawing, True)
    except expat.ExpatError as error:
        raise InputError(f"{name} is damaged: {error}.") from error
    if check.has_text:
        warn(f"{name}: its text is not drawn; convert it to paths for its colors to count.")
    return check.longer_side


class _SvgCheck:
    """Looks at each element of an SVG."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self.has_text = False
        self.longer_side = "width"

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Check an element that begins."""
        element = tag.rpartition(" ")[2]
        if not self._depth:
            self.longer_side = _longer_side(attributes)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InputError(f"{self._name} is nested too deeply to draw; export it as PNG.")
        self.has_text = self.has_text or element == "text"
        if element in REFERRING:
            for key, value in attributes.items():
                if key.rpartition(" ")[2] == "href":
                    self._check_reference(value.strip())

    def end(self, _tag: str) -> None:
        """Note that an element ends."""
        self._depth -= 1

    def _check_reference(self, address: str) -> None:
        if address.startswith("#"):
            return
        if not address.startswith("data:") or address.startswith("data:image/svg"):
            raise InputError(
                f"{self._name} shows another file, which is not opened; embed it as PNG or JPEG, "
                "or export the drawing as PNG."
            )


def _longer_side(attributes: dict[str, str]) -> str:
    """Return which side of an SVG is longer, by its size or else by its view box."""
    numbers = [_number(attributes.get(key, "")) for key in ("width", "height")]
    if not all(numbers):
        box = attributes.get("viewBox", "").replace(",", " ").split()
        numbers = [_number(text) for text in box[2:4]] if len(box) == 4 else [1.0, 1.0]
    return "height" if numbers[1] > numbers[0] else "width"


def _number(text: str) -> float:
    """Return a length in pixels, 0 if it is none or relative."""
    units = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
    unit = text.strip()[-2:]
    try:
        return (
            float(text.strip().removesuffix(unit)) * units[unit] if unit in units else float(text)
        )
    except ValueError:
        return 0.0
