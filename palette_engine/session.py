"""Session: the engine as somebody's child process, over a pair of pipes.

Started as ``python -I -m palette_engine.session``. Ends when its input ends.

Protocol, version 1. A line is one JSON object in UTF-8, ended by a line feed.

1. The engine writes a greeting: ``{"protocol": 1, "version": "0.1.0"}``. A client that does not
   speak this protocol stops here.
2. The client writes a header: ``{"width": W, "height": H, "rows": R, "planes": ["rgba"],
   "name": "photo"}``. `planes` is ``["rgba"]`` or ``["rgba", "mask"]``; `name` becomes the
   palette's and may be missing.
3. The client writes the picture in strips of R rows, the last one shorter if need be: for each
   strip the rows as sRGB with alpha, 8 bits a channel (R'G'B'A u8), followed, if there is a
   mask, by the same rows of it, one byte a pixel: how much a pixel counts, 0 to 255. Nothing
   stands between strips.
4. The client writes requests: ``{"id": 1, "options": {"colors": 8}}``, with the names of
   `palette_engine.options`; region and max_pixels change nothing, as the client sends what
   counts. Each is answered by a line: ``{"id": 1, "palette": {...}}`` with the document of
   `palette_engine.formats.document`, or ``{"id": 1, "error": "..."}`` with a sentence for the
   user. Answers come in the order of the requests; a client that has asked anew drops answers
   with older ids.

What is wrong with a header is answered with ``{"id": null, "error": "..."}`` and ends the
session. Every strip is sampled as it arrives and then forgotten, so memory stays flat, and the
palette does not depend on R.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np

from palette_engine import __version__
from palette_engine.errors import InputError, OptionError, PaletteError
from palette_engine.extraction import palette_of, points_of, preload
from palette_engine.formats.document import document
from palette_engine.histogram import Histogram, Points
from palette_engine.options import Options
from palette_engine.pixels import Frame, Pixels, sample_positions
from palette_engine.places import Places
from palette_engine.protocol import PROTOCOL

__all__ = ["PROTOCOL", "serve"]

PLANES = (["rgba"], ["rgba", "mask"])
LONGEST_LINE = 2**20
LARGEST_STRIP = 2**28
"""How many pixels a strip may have: a gigabyte of R'G'B'A, far above what a client needs."""


class ClientGone(Exception):
    """The input ended in the middle of a picture: nobody waits for an answer."""


@dataclass(frozen=True)
class Header:
    """What the pixels that follow are."""

    width: int
    height: int
    rows: int
    masked: bool
    name: str

    @classmethod
    def of(cls, line: dict[str, Any]) -> Header:
        """Return the header of a line, or raise `InputError`."""
        sizes = [line.get(key) for key in ("width", "height", "rows")]
        counts = [size for size in sizes if type(size) is int and 1 <= size < 2**31]
        if counts != sizes:
            raise InputError("The header's width, height and rows must be whole numbers above 0.")
        if line.get("planes") not in PLANES:
            raise InputError('The header\'s planes must be ["rgba"] or ["rgba", "mask"].')
        width, height, rows = counts
        if width * min(height, rows) > LARGEST_STRIP:
            raise InputError(f"A strip has more than {LARGEST_STRIP:,} pixels; send fewer rows.")
        name = line.get("name")
        masked = "mask" in line["planes"]
        return cls(width, height, rows, masked, name if isinstance(name, str) else "")


def main() -> int:
    """Serve the process's own standard input and output."""
    # Whatever a library prints must not end up between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    preload()
    try:
        serve(sys.stdin.buffer, answers)
    except (ClientGone, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
    return 0


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Hold one session: greet, take a picture, answer requests until there are no more.

    Raises `ClientGone` if the picture breaks off.
    """
    _answer(answers, protocol=PROTOCOL, version=__version__)
    try:
        header = Header.of(_line(requests) or {})
    except PaletteError as error:
        _answer(answers, id=None, error=str(error))
        return
    pixels = replace(
        Pixels.joined(list(_strips(requests, header))), frame=Frame(header.width, header.height)
    )
    histogram = Histogram.of(pixels)
    points: Points | None = None
    places: Places | None = None
    while (request := _request(requests, answers)) is not None:
        identity = request.get("id")
        try:
            options = request.get("options", {})
            if not isinstance(options, dict):
                raise OptionError("A request's options must be an object of names and values.")
            chosen = Options.of(options)
            points = points or points_of(histogram, "")
            if chosen.order == "image":
                places = places or Places.of(pixels)
            palette = palette_of(points, chosen, places, name=header.name, source="")
            _answer(answers, id=identity, palette=document(palette))
        except PaletteError as error:
            _answer(answers, id=identity, error=str(error))


def _strips(requests: BinaryIO, header: Header) -> Iterator[Pixels]:
    """Yield the sampled pixels of each strip as it arrives."""
    total = header.width * header.height
    for top in range(0, header.height, header.rows):
        start = top * header.width
        stop = min(top + header.rows, header.height) * header.width
        rgba = _bytes(requests, (stop - start) * 4).reshape(-1, 4)
        mask = _bytes(requests, stop - start) if header.masked else None
        chosen = sample_positions(start, stop, total) - start
        rgba = rgba[chosen]
        weight = rgba[:, 3]
        if mask is not None:
            product = weight.astype(np.uint16) * mask[chosen]
            weight = ((product + np.uint16(127)) // np.uint16(255)).astype(np.uint8)
        yield Pixels(rgba[:, :3], weight)


def _bytes(requests: BinaryIO, count: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the next `count` bytes, or raise `ClientGone`."""
    data = requests.read(count)
    if len(data) < count:
        raise ClientGone
    return np.frombuffer(data, np.uint8)


def _request(requests: BinaryIO, answers: BinaryIO) -> dict[str, Any] | None:
    """Return the next request that is a JSON object, complaining about lines that are not."""
    while True:
        try:
            return _line(requests)
        except InputError as error:
            _answer(answers, id=None, error=str(error))


def _line(requests: BinaryIO) -> dict[str, Any] | None:
    """Return the next line's object, None at the end, or raise `InputError`."""
    line = requests.readline(LONGEST_LINE)
    if not line:
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("A line of the session must be a JSON object.") from error
    if not isinstance(value, dict):
        raise InputError("A line of the session must be a JSON object.")
    return value


def _answer(answers: BinaryIO, **values: Any) -> None:
    """Write one line and send it off."""
    answers.write(json.dumps(values).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
