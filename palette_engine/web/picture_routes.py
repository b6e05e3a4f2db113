"""Picture routes: pictures are taken in, looked at, recolored and forgotten."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from palette_engine.color.srgb import Color
from palette_engine.errors import InputError, OptionError, PaletteError
from palette_engine.formats.json_palette import loads
from palette_engine.option_kinds import color_code, rgb_of
from palette_engine.options import DITHER, OPTIONS, Options
from palette_engine.palette.edit import carry_edits
from palette_engine.palette.value import Palette, plain_text
from palette_engine.pictures.region import Box
from palette_engine.recoloring.recolor import check_recoloring
from palette_engine.web import jobs
from palette_engine.web.disconnect import while_connected
from palette_engine.web.error_responses import error_json
from palette_engine.web.palette_json import palette_json
from palette_engine.web.palette_routes import MAX_BYTES, read_palette
from palette_engine.web.picture_store import PictureForgotten, StoredPicture
from palette_engine.web.state import State

__all__ = [
    "add_picture",
    "clean_filename",
    "forget_pictures",
    "join_pictures",
    "options_in",
    "picture_in",
    "picture_palette_json",
    "preview_of",
    "read_picture",
    "send_original",
    "send_palette",
    "send_recolored",
]

FILENAME_BYTES = 200

START = "start"
"""The field with the colors to start from, beside the options."""

PICTURES = "pictures"
"""The field with the keys of several pictures, with commas between."""

OTHERS = ("name", START, PICTURES)
"""The fields that are no options."""

NO_ERROR = {"error": "", "reason": "", "option": ""}


async def add_picture(state: State, request: Request) -> Response:
    """Store a picture, and respond with its first palette."""
    options = options_in(state, request)
    name = clean_filename(request.query_params.get("name", ""))
    async with state.bodies.slot():
        data = await state.bodies.read_picture(request)
        # What nobody waits for any more is not stored: nobody would have it forgotten.
        reading = read_picture(state, data, name, options)
        picture, palette = await while_connected(request, reading)
    found = (
        {"palette": picture_palette_json(palette, picture, options), **NO_ERROR}
        if isinstance(palette, Palette)
        else {"palette": None, **error_json(palette)}
    )
    answer = {
        "picture": state.pictures.add(picture),
        "width": picture.width,
        "height": picture.height,
        "foreign": picture.is_foreign,
        "transparent": picture.is_transparent,
        **found,
    }
    return JSONResponse(answer, 201)


async def send_palette(state: State, request: Request) -> Response:
    """Respond with another palette of a stored picture.

    With colors to `start` from, only those change that have to; the body may be the palette that is
    seen, whose edits are carried on.
    """
    options = options_in(state, request)
    picture = picture_in(state, request)
    start, seen = _start_in(request), await _seen_in(state, request)
    if options.region == picture.region:
        assert isinstance(picture.summary, jobs.StoredSummary)
        needed = picture.summary.needed_for(options)
        palette = await state.workers.run(
            jobs.make_palette, needed, picture.name, options, start, seen
        )
        return JSONResponse(picture_palette_json(palette, picture, options))
    part, first = await _read_region(state, picture, options)
    _update(state, picture, summary=part.summary, region=part.region)
    if isinstance(first, PaletteError):
        raise first
    palette = carry_edits(first, seen) if seen else first
    return JSONResponse(picture_palette_json(palette, picture, options))


async def join_pictures(state: State, request: Request) -> Response:
    """Respond with one palette of several stored pictures, which all count the same.

    `start` and the body are those of `send_palette`.
    """
    options = options_in(state, request)
    keys = [key for key in request.query_params.get(PICTURES, "").split(",") if key]
    pictures = [state.pictures.get(key) for key in keys]
    needed = [
        (picture.name, picture.summary.needed_for(options))
        for picture in pictures
        if isinstance(picture.summary, jobs.StoredSummary)
    ]
    start, seen = _start_in(request), await _seen_in(state, request)
    palette = await state.workers.run(jobs.join_palettes, needed, options, start, seen)
    return JSONResponse(palette_json(replace(palette, name=f"{len(needed)} pictures")))


async def send_original(state: State, request: Request) -> Response:
    """Respond with a stored picture as the engine reads it, as large as the page shows it."""
    preview = await preview_of(state, picture_in(state, request))
    return Response(preview, media_type="image/png")


async def send_recolored(state: State, request: Request) -> Response:
    """Respond with a stored picture in the colors of the palette that the request has."""
    picture = picture_in(state, request)
    size = request.query_params.get("size", "small")
    dither = request.query_params.get("dither", DITHER.default)
    palette = await read_palette(state, request)
    check_recoloring(len(palette.swatches), dither)
    data: bytes | bytearray
    if size == "full":
        data = picture.data
    elif size == "small":
        data = await preview_of(state, picture)
    else:
        raise OptionError("size must be small or full.")
    image = await state.workers.run(
        jobs.recolor_picture, data, picture.name, state.defaults, palette, dither
    )
    return Response(image, media_type="image/png")


async def forget_pictures(state: State, request: Request) -> Response:
    """Forget stored pictures, whose keys have commas between."""
    for key in request.path_params["pictures"].split(","):
        state.pictures.forget(key)
    return Response(status_code=204)


async def read_picture(
    state: State, data: bytes | bytearray, name: str, options: Options
) -> tuple[StoredPicture, Palette | PaletteError]:
    """Return a picture to store, and its first palette or why there is none.

    Raises `InputError` if the data is no picture that can be read.
    """
    if not data:
        raise InputError(f"{name or 'The picture'} is empty: it has no bytes.")
    read = await state.workers.run(jobs.read_picture, data, name, options)
    picture = StoredPicture(
        name,
        data,
        read.width,
        read.height,
        read.summary,
        read.notes,
        read.is_foreign,
        read.is_transparent,
    )
    if options.region is None:
        return picture, read.first
    try:
        return await _read_region(state, picture, options)
    except InputError as error:
        return picture, error


def clean_filename(sent: str) -> str:
    """Return a file's name as a client sends it as one clean line, without folders."""
    return plain_text(sent.replace("\\", "/").rpartition("/")[2], FILENAME_BYTES)


async def _read_region(
    state: State, picture: StoredPicture, options: Options
) -> tuple[StoredPicture, Palette | PaletteError]:
    """Return a picture with the summary of another region, and its first palette or error."""
    summary, first = await state.workers.run(jobs.read_region, picture.data, picture.name, options)
    return replace(picture, summary=summary, region=options.region), first


async def preview_of(state: State, picture: StoredPicture) -> bytes:
    """Return a picture's preview, which is made once."""
    if picture.preview is not None:
        return picture.preview
    preview = await state.workers.run(jobs.make_preview, picture.data, picture.name, state.defaults)
    _update(state, picture, preview=preview)
    return preview


def _update(state: State, picture: StoredPicture, **changes: Any) -> None:
    """Store what was made of a picture, which may have been changed or forgotten meanwhile."""
    with contextlib.suppress(PictureForgotten):
        state.pictures.replace(replace(state.pictures.get(picture.key), **changes))


def picture_in(state: State, request: Request) -> StoredPicture:
    """Return the stored picture of a request, or raise `PictureForgotten`."""
    return state.pictures.get(request.path_params["picture"])


def options_in(state: State, request: Request) -> Options:
    """Return the options of a request."""
    fields = request.query_params.multi_items()
    return state.options_of([field for field in fields if field[0] not in OTHERS])


def _start_in(request: Request) -> tuple[Color, ...]:
    """Return the colors to start from, each once, or raise `OptionError`."""
    codes = request.query_params.get(START, "").split(",")
    try:
        start = tuple(dict.fromkeys(rgb_of(color_code(code)) for code in codes if code))
    except ValueError as error:
        raise OptionError("start must be colors like #e6194b, with commas between.") from error
    if len(start) > OPTIONS["colors"].maximum:
        raise OptionError(f"start may have at most {OPTIONS['colors'].maximum} colors.")
    return start


async def _seen_in(state: State, request: Request) -> Palette | None:
    """Return the palette that is seen, which may be the body of a request."""
    body = await state.bodies.read_palette(request, MAX_BYTES)
    return loads(body) if body else None


def picture_palette_json(
    palette: Palette, picture: StoredPicture, options: Options
) -> dict[str, Any]:
    """Return a picture's palette for the page, with its region as the edges in pixels.

    See docs/decisions.md#regions-are-read-by-the-server.
    """
    region = None
    if options.region is not None:
        size = (picture.width, picture.height)
        region = asdict(Box.of(options.region, size, picture.name))
    return {**palette_json(palette, picture.notes), "region": region}
