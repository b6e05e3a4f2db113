"""Palette routes: palettes that the page sends back are shown and written as files."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from palette_engine.formats import FORMATS, dumps
from palette_engine.formats.json_palette import loads
from palette_engine.formats.safe_names import slug
from palette_engine.palette.value import Palette, plain_text
from palette_engine.web import jobs
from palette_engine.web.palette_json import palette_json
from palette_engine.web.request_check import TOKEN, TOKEN_HEADER, check_token
from palette_engine.web.state import State

__all__ = ["open_palette", "read_palette", "send_file", "show_palette"]

MAX_BYTES = 2**17
"""A palette that the page sends back has at most this many bytes."""


FILE_BYTES = 4 * 10**6
"""A palette file has at most this many bytes."""

FILENAME_BYTES = 200


async def show_palette(state: State, request: Request) -> Response:
    """Respond with a palette, such as one from the page's address, as the page shows it."""
    return JSONResponse(palette_json(await read_palette(state, request)))


async def open_palette(state: State, request: Request) -> Response:
    """Respond with the palette in a palette file, or in a text, as the page shows it."""
    name = plain_text(request.query_params.get("name", ""), FILENAME_BYTES)
    data = await state.bodies.read_palette(request, FILE_BYTES)
    return JSONResponse(palette_json(await state.workers.run(jobs.open_palette, data, name)))


async def send_file(state: State, request: Request) -> Response:
    """Respond with a palette as a file."""
    body = await state.bodies.read_palette(request, MAX_BYTES)
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    check_token(request.headers.get(TOKEN_HEADER, fields.get(TOKEN)), state.token)
    format_name = request.path_params["format_name"]
    palette = loads(fields.get("document", "").encode())
    data = await state.workers.run(dumps, palette, format_name)
    # Letters, digits and hyphens: nothing that a header or a file system could misread.
    filename = (slug(palette.name) or "palette") + FORMATS[format_name].suffixes[0]
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(data, headers=headers, media_type="application/octet-stream")


async def read_palette(state: State, request: Request) -> Palette:
    """Return the palette that is the body of a request."""
    return loads(await state.bodies.read_palette(request, MAX_BYTES))
