"""Protocol: what drivers are asked and answer, one line of JSON each, for those in Python.

``{"path": "photo.png", "colors": 10}`` is answered by ``{"colors": [[12, 34, 56], ...],
"seconds": 0.1}``, or by ``{"error": "ValueError: ...", "clear": true}``; `clear` says whether the
tool refused the picture in its own words, or stumbled over it. A driver ends when its input does.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Color", "Palette", "Refused", "Timed", "serve"]

Color: TypeAlias = Sequence[float]
"""Red, green and blue from 0 to 255."""

Palette: TypeAlias = Callable[[str, int], "Iterable[Color] | Timed"]
"""What a driver does: a file's path and a number of colors in, colors out."""

STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    RecursionError,
    TypeError,
)
"""Errors that nobody raises to tell a user what is wrong with a picture."""


@dataclass(frozen=True)
class Timed:
    """Colors, and the seconds that they took where the driver itself adds to them.

    `peak` is the most megabytes of a process that whoever starts the driver cannot see.
    """

    colors: Iterable[Color]
    seconds: float
    peak: float = 0.0


class Refused(Exception):
    """The tool said in its own words that it does not take the picture."""


def serve(palette: Palette) -> None:
    """Answer every line of the input, until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the tool prints is no answer
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_answer(palette, request["path"], request["colors"])), file=answers)
        answers.flush()


def _answer(palette: Palette, path: str, colors: int) -> dict[str, object]:
    start = time.perf_counter()
    try:
        result = palette(path, colors)
        found = result.colors if isinstance(result, Timed) else result
        rows = [[round(float(channel)) for channel in color][:3] for color in found]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  a panic in Rust is no Exception
        clear = isinstance(error, Exception) and not isinstance(error, STUMBLES)
        return {"error": f"{type(error).__name__}: {error}", "clear": clear}
    if isinstance(result, Timed):
        return {"colors": rows, "seconds": result.seconds, "peak": result.peak}
    return {"colors": rows, "seconds": time.perf_counter() - start}
