"""Protocol: the requests to drivers and their answers, one line of JSON each.

``{"path": "photo.png", "colors": 10}`` is answered by ``{"colors": [[12, 34, 56], ...],
"seconds": 0.1, "processor": 0.1}``, or by ``{"error": "ValueError: ...", "clear": true}``; `clear`
is true if the tool refused the picture with a message of its own, false if it crashed. `processor`
is the seconds of all threads, and of processes that the driver has run to their end. A driver ends
with its input.

With ``"output": "recolored.png"`` and ``"dither": true`` or ``false`` in the request, the driver
writes the picture in that many colors to that PNG file, and answers with no colors.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["Color", "Palette", "Recolor", "Refused", "Timed", "serve"]

Color: TypeAlias = Sequence[float]
"""Red, green and blue from 0 to 255."""

Palette: TypeAlias = Callable[[str, int], "Iterable[Color] | Timed"]
"""Returns the colors of a file, from its path and a number of colors."""

Recolor: TypeAlias = Callable[[str, int, bool, str], None]
"""Recolors a file in a number of colors, dithered or not, and writes the result to another."""

CRASHES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    RecursionError,
    TypeError,
)
"""Errors that no tool raises to report a fault of a picture."""


@dataclass(frozen=True)
class Timed:
    """Colors and the tool's seconds, where the time of the driver must not count.

    `peak` is the peak megabytes of a process that is not a child of the driver.
    """

    colors: Iterable[Color]
    seconds: float
    peak: float = 0.0


class Refused(Exception):
    """The tool refused the picture with a message of its own."""


def serve(palette: Palette, recolor: Recolor | None = None) -> None:
    """Answer each line of the standard input until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that output of the tool is not taken for an answer
    for line in sys.stdin:
        print(json.dumps(_answer(palette, recolor, json.loads(line))), file=answers)
        answers.flush()


def _answer(
    palette: Palette, recolor: Recolor | None, request: Mapping[str, Any]
) -> dict[str, object]:
    start, used = time.perf_counter(), _processor_time()
    path, colors = request["path"], request["colors"]
    try:
        result: Iterable[Color] | Timed = ()
        if "output" not in request:
            result = palette(path, colors)
        elif recolor is not None:
            recolor(path, colors, request["dither"], request["output"])
        else:
            raise Refused("this tool recolors no pictures")
        found = result.colors if isinstance(result, Timed) else result
        rows = [[round(float(channel)) for channel in color][:3] for color in found]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  a panic in Rust is not an Exception
        clear = isinstance(error, Exception) and not isinstance(error, CRASHES)
        return {"error": f"{type(error).__name__}: {error}", "clear": clear}
    if isinstance(result, Timed):
        seconds = {"seconds": result.seconds, "peak": result.peak}
    else:
        seconds = {"seconds": time.perf_counter() - start}
    return {"colors": rows, **seconds, "processor": _processor_time() - used}


def _processor_time() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
