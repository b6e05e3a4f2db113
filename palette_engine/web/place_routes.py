"""Place routes: where each swatch is in a picture, and which color is at a point."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from palette_engine.errors import OptionError
from palette_engine.recoloring.recolor import check_recoloring
from palette_engine.web import jobs
from palette_engine.web.palette_routes import read_palette
from palette_engine.web.picture_routes import options_in, picture_in, preview_of
from palette_engine.web.state import State

__all__ = ["MAP_HEADER", "send_map", "send_spot"]

MAP_HEADER = "X-Palette-Map"
"""The header with the size of a map, as JSON."""

POINT = ("x", "y")


async def send_map(state: State, request: Request) -> Response:
    """Respond with the index of the swatch that each pixel of a stored picture's preview has.

    The body is `depth` bytes a pixel, the low one first; the header says the rest.
    """
    options = options_in(state, request)
    picture = picture_in(state, request)
    palette = await read_palette(state, request)
    check_recoloring(len(palette.swatches), "none")
    preview = await preview_of(state, picture)
    found = await state.workers.run(jobs.make_map, preview, picture.name, options, palette)
    headers = {MAP_HEADER: json.dumps(found.size)}
    return Response(found.data, headers=headers, media_type="application/octet-stream")


async def send_spot(state: State, request: Request) -> Response:
    """Respond with the average color of a stored picture around a point.

    `x` and `y` are parts of its width and height, from 0 to 1.
    """
    picture = picture_in(state, request)
    try:
        x, y = (float(request.query_params.get(name, "")) for name in POINT)
    except ValueError as error:
        raise OptionError("A spot needs a point: x and y, from 0 to 1.") from error
    preview = await preview_of(state, picture)
    code = await state.workers.run(jobs.find_spot, preview, picture.name, state.defaults, x, y)
    return JSONResponse({"hex": code})
