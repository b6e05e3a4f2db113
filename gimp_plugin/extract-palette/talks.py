"""Talks: what is said to the engine, step by step, and what comes of it.

Whoever leads a talk decides how to wait: see engine.Talk. The protocol is documented in
palette_engine/session/server.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from engine import Talk

if TYPE_CHECKING:
    from engine import Engine
    from layer import Source


class Recolored(NamedTuple):
    """Pixels in the colors of a palette, as R'G'B'A u8, and their mean ΔE2000 before and after.

    The difference is None if nothing is visible.
    """

    width: int
    height: int
    data: bytes
    difference: float | None


class Sink(Protocol):
    """What takes the strips of a recolored picture, as R'G'B'A u8."""

    def __call__(self, top: int, rows: int, data: bytes) -> None:
        """Take some rows, `top` being the first of them."""


def send_picture(engine: Engine, source: Source, tell: Callable[[float], None]) -> Talk[None]:
    """Send what palettes will be made of; `tell` is told what part of it is done."""
    number = engine.request(picture=_layout(source))
    yield from _strips(source, tell)
    yield number


def get_palette(engine: Engine, options: dict[str, Any]) -> Talk[dict[str, Any]]:
    """Return the palette document for options."""
    answer = yield engine.request(options=options)
    assert answer
    return dict(answer.content["palette"])


def recolor(
    engine: Engine,
    source: Source,
    colors: list[str],
    dither: str,
    tell: Callable[[float], None],
    sink: Sink,
) -> Talk[None]:
    """Get a picture in the colors of a palette, from hex values, strip by strip."""
    number = engine.request(recolor={**_layout(source), "colors": colors, "dither": dither})
    yield from _strips(source, lambda done: tell(done / 4))
    while True:
        answer = yield number
        assert answer
        content = answer.content
        if "strip" in content:
            sink(content["strip"], content["rows"], answer.data)
            done = (content["strip"] + content["rows"]) / source.height
            tell(0.75 + done / 4)
        elif "progress" in content:
            tell(0.25 + content["progress"] / 2)
        else:
            return


def recolor_thumbnail(
    engine: Engine,
    planes: list[str],
    thumbnail: tuple[int, int, bytes],
    colors: list[str],
    dither: str,
) -> Talk[Recolored]:
    """Get a small picture in the colors of a palette."""
    width, height, data = thumbnail
    number = engine.request(
        recolor={
            "width": width,
            "height": height,
            "rows": height,
            "planes": planes,
            "colors": colors,
            "dither": dither,
        }
    )
    yield data
    strips: list[bytes] = []
    while True:
        answer = yield number
        assert answer
        if "strip" in answer.content:
            strips.append(answer.data)
        elif "recolored" in answer.content:
            difference = answer.content["recolored"].get("difference")
            return Recolored(width, height, b"".join(strips), difference)


def draw_strip(
    engine: Engine, document: dict[str, Any], width: int, height: int
) -> Talk[tuple[int, int, bytes]]:
    """Return a strip of swatches with labels for a picture of a size, as R'G'B'A u8."""
    answer = yield engine.request(sheet={"palette": document, "width": width, "height": height})
    assert answer
    size = answer.content["sheet"]
    return size["width"], size["height"], answer.data


def _layout(source: Source) -> dict[str, Any]:
    """Return how the strips of a source follow each other."""
    return {
        "width": source.width,
        "height": source.height,
        "rows": source.rows,
        "planes": source.planes,
    }


def _strips(source: Source, tell: Callable[[float], None]) -> Talk[None]:
    parts = len(source.planes) * -(-source.height // source.rows)
    for count, part in enumerate(source.strips(), start=1):
        yield part
        tell(count / parts)
