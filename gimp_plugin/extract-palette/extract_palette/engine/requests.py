"""Engine requests: an exchange with the engine for each kind of request.

The protocol is documented in palette_engine/session/server.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from extract_palette.engine.exchange import Exchange, Latest
from extract_palette.pictures.places import Places
from extract_palette.pictures.small_picture import SmallPicture, Watch, ignore_strips

BLANK_BYTES = 2**20
"""Bytes that are sent at a time in place of pixels."""

if TYPE_CHECKING:
    from extract_palette.engine.session import Engine
    from extract_palette.pictures.source import Source


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


class MaskSink(Protocol):
    """Stores the strips of the masks of colors, one byte a pixel."""

    def __call__(self, top: int, rows: int, color: int, data: bytes) -> None:
        """Store some rows of the mask of a color, by its index; `top` is the first of them."""


def send_picture(
    engine: Engine, source: Source, progress: Callable[[float], None]
) -> Exchange[None]:
    """Send the picture that palettes are made of; `progress` is called with the part sent."""
    number = yield from begin_picture(engine, source, progress)
    yield number


def send_part(
    engine: Engine, source: Source, number: int, progress: Callable[[float], None]
) -> Exchange[bool]:
    """Send one of several pictures by its number; return whether it has colors."""
    request = engine.request(picture={**_layout(source), "part": number})
    yield from _strips(source, progress)
    answer = yield request
    assert answer
    return not answer.content["picture"]["empty"]


def put_together(engine: Engine, numbers: Sequence[int]) -> Exchange[None]:
    """Have palettes made of several pictures that were sent, from now on."""
    yield engine.request(together={"parts": [*numbers]})


def begin_picture(
    engine: Engine,
    source: Source,
    progress: Callable[[float], None],
    watch: Watch = ignore_strips,
) -> Exchange[int]:
    """Send the picture that palettes are made of; return the number of the request.

    `watch` sees every strip.
    """
    number = engine.request(picture=_layout(source))
    yield from _strips(source, progress, watch)
    return number


def begin_thumbnail(engine: Engine, thumbnail: SmallPicture) -> Exchange[int]:
    """Send the thumbnail for previews; return the number of the request."""
    number = engine.request(thumbnail=_small_layout(thumbnail))
    yield thumbnail.planes
    return number


def begin_preview(engine: Engine, options: dict[str, Any], dither: dict[str, Any]) -> Latest:
    """Request a palette, and the thumbnail in its colors; return the number of the request."""
    return Latest(engine.request(preview={"options": options, **dither}))


def get_preview(
    number: Latest, show_coarse: Callable[[bytes], None]
) -> Exchange[tuple[dict[str, Any], bytes] | None]:
    """Return the palette document and the thumbnail, R'G'B'A u8; None if it is out of date.

    `show_coarse` is called with a thumbnail in colors that are only nearly right, if that is there
    first.
    """
    while True:
        answer = yield number
        assert answer
        if "coarse" in answer.content:
            show_coarse(answer.data)
        elif "palette" in answer.content:
            return dict(answer.content["palette"]), answer.data
        else:
            return None


def get_palette(engine: Engine, options: dict[str, Any]) -> Exchange[dict[str, Any]]:
    """Return the palette document for options."""
    answer = yield engine.request(options=options)
    assert answer
    return dict(answer.content["palette"])


def edit_palette(
    engine: Engine, document: dict[str, Any], edit: dict[str, Any]
) -> Exchange[dict[str, Any]]:
    """Return a palette document after one change by hand."""
    answer = yield engine.request(edit={"palette": document, **edit})
    assert answer
    return dict(answer.content["palette"])


def measure_palette(
    engine: Engine, document: dict[str, Any], options: dict[str, Any]
) -> Exchange[dict[str, Any]]:
    """Return a palette document with the shares that its colors have in the picture."""
    answer = yield engine.request(measure={"palette": document, "options": options})
    assert answer
    return dict(answer.content["palette"])


def find_places(engine: Engine, colors: list[str], options: dict[str, Any]) -> Exchange[Places]:
    """Return which color each pixel of the thumbnail belongs to."""
    names = ("ignore", "ignore_distance")
    ignored = {name: options[name] for name in names if name in options}
    return (yield from _map(engine, {"colors": colors, "places": False, **ignored}))


def measure_places(engine: Engine, colors: list[str]) -> Exchange[Places]:
    """Return which color each pixel of the thumbnail belongs to, and the share of each color."""
    return (yield from _map(engine, {"colors": colors}))


def _map(engine: Engine, values: Mapping[str, Any]) -> Exchange[Places]:
    answer = yield engine.request(map=values)
    assert answer
    found = answer.content["map"]
    size = found["width"], found["height"], found["none"], found["depth"]
    shares = (place["share"] for place in found.get("places", ()))
    return Places(*size, answer.data, tuple(shares))


def get_spot(engine: Engine, x: float, y: float, radius: float) -> Exchange[str]:
    """Return the average color of the thumbnail around a point, as a hex value."""
    answer = yield engine.request(spot={"x": x, "y": y, "radius": radius})
    assert answer
    return str(answer.content["spot"]["hex"])


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
    yield from _painted_strips(number, source, progress, sink)


def swap_strips(
    engine: Engine,
    source: Source,
    colors: list[str],
    swaps: Mapping[str, str],
    progress: Callable[[float], None],
    sink: Sink,
) -> Exchange[None]:
    """Have colors of a picture swapped; each strip goes to `sink` as it arrives.

    `colors` is the picture's palette, and `swaps` has the hex value that each color becomes.
    """
    number = engine.request(swap={**_layout(source), "colors": colors, "swaps": _texts(swaps)})
    yield from _painted_strips(number, source, progress, sink)


def swap_thumbnail(
    engine: Engine, colors: list[str], swaps: Mapping[str, str]
) -> Exchange[tuple[list[str], bytes]]:
    """Return a palette with the swapped colors among its own, and the last thumbnail, R'G'B'A u8.

    `colors` is the picture's palette, and `swaps` has the hex value that each color becomes.
    """
    answer = yield engine.request(swap_thumbnail={"colors": colors, "swaps": _texts(swaps)})
    assert answer
    return list(answer.content["swap_thumbnail"]["colors"]), answer.data


def _texts(swaps: Mapping[str, str]) -> list[str]:
    """Return swaps as the protocol writes them."""
    return [f"{old}={new}" for old, new in swaps.items()]


def _painted_strips(
    number: int, source: Source, progress: Callable[[float], None], sink: Sink
) -> Exchange[None]:
    """Send a picture; each strip of the answer goes to `sink` as it arrives."""
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
    thumbnail: SmallPicture,
    colors: list[str],
    options: dict[str, Any],
) -> Exchange[Recolored]:
    """Return a small picture in the colors of a palette."""
    number = engine.request(recolor={**_small_layout(thumbnail), "colors": colors, **options})
    yield thumbnail.planes
    strips: list[bytes] = []
    while True:
        answer = yield number
        assert answer
        if "strip" in answer.content:
            strips.append(answer.data)
        elif "recolored" in answer.content:
            difference = answer.content["recolored"].get("difference")
            return Recolored(thumbnail.width, thumbnail.height, b"".join(strips), difference)


def separate_strips(
    engine: Engine,
    source: Source,
    colors: list[str],
    kind: str,
    progress: Callable[[float], None],
    sink: MaskSink,
) -> Exchange[None]:
    """Have a picture taken apart by hex values; each strip of a mask goes to `sink`.

    `kind` is "masks" or "soft-masks". Where a mask is 0, it may have no strip.
    """
    number = engine.request(separate={**_layout(source), "colors": colors, "as": kind})
    yield from _strips(source, lambda done: progress(done / 2))
    while True:
        answer = yield number
        assert answer
        content = answer.content
        if "strip" in content:
            sink(content["strip"], content["rows"], content["color"], answer.data)
            progress(0.5 + (content["strip"] + content["rows"]) / source.height / 2)
        elif "separated" in content:
            return


def separate_thumbnail(
    engine: Engine, thumbnail: SmallPicture, colors: list[str], kind: str
) -> Exchange[dict[int, bytes]]:
    """Return the masks of a small picture's colors, by their indexes; none if it is all 0."""
    layout = {**_small_layout(thumbnail), "colors": colors, "as": kind}
    number = engine.request(separate=layout)
    yield thumbnail.planes
    masks: dict[int, bytes] = {}
    while True:
        answer = yield number
        assert answer
        if "strip" in answer.content:
            masks[answer.content["color"]] = answer.data
        elif "separated" in answer.content:
            return masks


def draw_strip(
    engine: Engine, document: dict[str, Any], width: int, height: int
) -> Exchange[tuple[int, int, bytes]]:
    """Return the size and pixels, R'G'B'A u8, of the swatch strip for a picture of a size."""
    answer = yield engine.request(sheet={"palette": document, "width": width, "height": height})
    assert answer
    size = answer.content["sheet"]
    return size["width"], size["height"], answer.data


def read_palette(engine: Engine, name: str, data: bytes) -> Exchange[tuple[str, dict[str, Any]]]:
    """Return the format and the palette document of the bytes of a file."""
    number = engine.request(read_palette={"file": name, "bytes": len(data)})
    yield data
    answer = yield number
    assert answer
    document: dict[str, Any] = json.loads(answer.data)
    return str(answer.content["read_palette"]["format"]), document


def write_palette(
    engine: Engine, document: dict[str, Any], options: Mapping[str, str]
) -> Exchange[tuple[bytes, list[str]]]:
    """Return a palette as the bytes of a file, and sentences about what is left out.

    `options` has the format, and maybe an order and a list of names.
    """
    data = json.dumps(document).encode()
    number = engine.request(write_palette={**options, "bytes": len(data)})
    yield data
    answer = yield number
    assert answer
    return answer.data, list(answer.content["write_palette"]["remarks"])


def _layout(source: Source) -> dict[str, Any]:
    """Return the layout of a source's strips, as the protocol describes it."""
    return {
        "width": source.width,
        "height": source.height,
        "rows": source.rows,
        "planes": source.planes,
    }


def _small_layout(thumbnail: SmallPicture) -> dict[str, Any]:
    """Return the layout of a thumbnail, which is one strip."""
    return {
        "width": thumbnail.width,
        "height": thumbnail.height,
        "rows": thumbnail.height,
        "planes": thumbnail.names,
    }


def _strips(
    source: Source, progress: Callable[[float], None], watch: Watch = ignore_strips
) -> Exchange[None]:
    """Send a picture; if it cannot be read to its end, zeros take the place of what is missing.

    The engine would take whatever follows for pixels otherwise.
    """
    left = source.byte_count
    parts = len(source.planes) * -(-source.height // source.rows)
    try:
        for count, part in enumerate(source.strips(watch), start=1):
            yield part
            left -= len(part)
            progress(count / parts)
    except GeneratorExit:
        raise
    except BaseException:
        while left > 0:
            blank = bytes(min(left, BLANK_BYTES))
            yield blank
            left -= len(blank)
        raise
