"""Engine requests: an exchange with the engine for each kind of request.

The protocol is documented in palette_engine/session/server.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from extract_palette.exchange import Exchange

if TYPE_CHECKING:
    from extract_palette.engine import Engine
    from extract_palette.source import Source


class Recolored(NamedTuple):
    """Pixels in the colors of a palette, as R'G'B'A u8, and their mean ΔE2000 before and after.

    The difference is None if nothing is visible.
    """

    width: int
    height: int
    data: bytes
    difference: float | None


class Sink(Protocol):
    """Stores the strips of a recolored picture, as R'G'B'A u8."""

    def __call__(self, top: int, rows: int, data: bytes) -> None:
        """Store some rows; `top` is the first of them."""


def send_picture(
    engine: Engine, source: Source, progress: Callable[[float], None]
) -> Exchange[None]:
    """Send the picture that palettes are made of; `progress` is called with the part sent."""
    number = engine.request(picture=_layout(source))
    yield from _strips(source, progress)
    yield number


def get_palette(engine: Engine, options: dict[str, Any]) -> Exchange[dict[str, Any]]:
    """Return the palette document for options."""
    answer = yield engine.request(options=options)
    assert answer
    return dict(answer.content["palette"])


def recolor_strips(
    engine: Engine,
    source: Source,
    colors: list[str],
    options: dict[str, Any],
    progress: Callable[[float], None],
    sink: Sink,
) -> Exchange[None]:
    """Have a picture recolored with hex values; each strip goes to `sink` as it arrives."""
    number = engine.request(recolor={**_layout(source), "colors": colors, **options})
    yield from _strips(source, lambda done: progress(done / 4))
    while True:
        answer = yield number
        assert answer
        content = answer.content
        if "strip" in content:
            sink(content["strip"], content["rows"], answer.data)
            done = (content["strip"] + content["rows"]) / source.height
            progress(0.75 + done / 4)
        elif "progress" in content:
            progress(0.25 + content["progress"] / 2)
        else:
            return


def recolor_thumbnail(
    engine: Engine,
    planes: list[str],
    thumbnail: tuple[int, int, bytes],
    colors: list[str],
    options: dict[str, Any],
) -> Exchange[Recolored]:
    """Return a small picture in the colors of a palette."""
    width, height, data = thumbnail
    number = engine.request(
        recolor={
            "width": width,
            "height": height,
            "rows": height,
            "planes": planes,
            "colors": colors,
            **options,
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
) -> Exchange[tuple[int, int, bytes]]:
    """Return the size and pixels, R'G'B'A u8, of the swatch strip for a picture of a size."""
    answer = yield engine.request(sheet={"palette": document, "width": width, "height": height})
    assert answer
    size = answer.content["sheet"]
    return size["width"], size["height"], answer.data


def _layout(source: Source) -> dict[str, Any]:
    """Return the layout of a source's strips, as the protocol describes it."""
    return {
        "width": source.width,
        "height": source.height,
        "rows": source.rows,
        "planes": source.planes,
    }


def _strips(source: Source, progress: Callable[[float], None]) -> Exchange[None]:
    parts = len(source.planes) * -(-source.height // source.rows)
    for count, part in enumerate(source.strips(), start=1):
        yield part
        progress(count / parts)
