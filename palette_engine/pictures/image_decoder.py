"""Image decoder: Pillow images in memory, with the frames of the files that they are from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO

from PIL import Image

from palette_engine.errors import DAMAGE
from palette_engine.pictures import apng_decoder, gif_decoder, pillow_decoder
from palette_engine.pictures.decoded import Animation, Header

__all__ = ["header_of"]


def header_of(image: Image.Image, name: str, damaged: str) -> Header:
    """Return the header of an image, whose picture is the frame that it is at.

    The frames of a GIF or PNG are read from its file as long as that is open, since Pillow shows
    them otherwise than browsers do; see docs/decisions.md#animations.
    """
    header = replace(pillow_decoder.header_of(image, name, damaged), reduce=None)
    if header.animation is None or image.format not in ("GIF", "PNG"):
        return header
    try:
        file: IO[bytes] = getattr(image, "_fp", None) or getattr(image, "fp")  # noqa: B009
        place = file.tell()
    except DAMAGE:  # it is closed, or there is none
        return header
    try:
        if image.format == "PNG":
            found: Header | None = apng_decoder.animated(header, file, name, damaged)
        else:
            found = gif_decoder.header_of(file, name, damaged)
    except DAMAGE:
        return header
    finally:
        file.seek(place)
    shown = found.animation if found and found is not header else None
    return replace(header, animation=_restoring(shown, file)) if shown else header


def _restoring(animation: Animation, file: IO[bytes]) -> Animation:
    """Return an animation that leaves its file where it was, as Pillow goes on from there."""

    def headers() -> Iterator[Header]:
        place = file.tell()
        try:
            yield from animation.headers()
        finally:
            file.seek(place)

    return replace(animation, count=lambda: _restored(animation.count, file), headers=headers)


def _restored(count: Callable[[], int], file: IO[bytes]) -> int:
    place = file.tell()
    try:
        return count()
    finally:
        file.seek(place)
