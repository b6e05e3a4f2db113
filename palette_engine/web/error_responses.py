"""Error responses: each error as a status, a sentence and the option that it is about.

See docs/decisions.md#the-pages-own-server-code.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from palette_engine.errors import OptionError, PaletteError, Reason
from palette_engine.web.option_form import InvalidOption
from palette_engine.web.request_check import MISDIRECTED
from palette_engine.web.request_errors import ForeignRequest, RefusedRequest
from palette_engine.web.state import State

__all__ = [
    "error_json",
    "respond_to_defect",
    "respond_to_disconnect",
    "respond_to_error",
    "respond_to_http_error",
]

RETRY_AFTER = 1
"""Seconds after which a client should try again when the server was busy."""

TEMPORARY = (Reason.BUSY, Reason.TOO_MANY_UPLOADS)
"""The reasons for which trying again helps; what took too long would take as long again.

See docs/decisions.md#limits-of-the-page.
"""

STATUSES = {
    Reason.ALL_IGNORED: 422,
    Reason.BEYOND_PICTURE: 422,
    Reason.BROKEN_FORM: 400,
    Reason.BUSY: 503,
    Reason.EMPTY_FRAME: 422,
    Reason.FORGOTTEN: 410,
    Reason.FORMAT_MISSING: 415,
    Reason.MANY_PICTURES: 400,
    Reason.MEMORY: 422,
    Reason.NOT_A_COLOR: 400,
    Reason.NOT_A_PALETTE: 415,
    Reason.NOT_A_PICTURE: 415,
    Reason.NO_COLORS: 422,
    Reason.PALETTE_TOO_LARGE: 413,
    Reason.TOO_LARGE: 413,
    Reason.TOO_MANY_COLORS: 422,
    Reason.TOO_MANY_KEPT: 400,
    Reason.TOO_MANY_PIXELS: 413,
    Reason.TOO_MANY_UPLOADS: 429,
    Reason.TOO_MUCH_MEMORY: 422,
    Reason.TOO_SLOW: 503,
    Reason.TOO_WIDE: 422,
    Reason.TRANSPARENT: 422,
}

OPTIONS = {
    Reason.ALL_IGNORED: "ignore",
    Reason.BEYOND_PICTURE: "region",
    Reason.TOO_MANY_KEPT: "keep",
}
"""The option that the user has to change, by reason."""

SENTENCES = {
    Reason.ALL_IGNORED: "All colors are within ΔE2000 {distance:g} of those to be ignored; ignore "
    "fewer, or lower “Leave out within”.",
    Reason.BEYOND_PICTURE: "The region reaches beyond the picture, which is {width:,} x {height:,} "
    "pixels.",
    Reason.EMPTY_FRAME: "The first of {count:,} frames is fully transparent, and the page reads "
    "only that one; palette-engine extract --frames all reads all of them.",
    Reason.TOO_MANY_KEPT: "More colors are to be kept ({kept}) than the palette may have "
    "({colors}); raise the number of colors, or keep fewer.",
    Reason.TOO_MANY_PIXELS: "The picture has {width:,} x {height:,} pixels, and the page takes "
    "up to {most:,} in all; make it smaller, or start the page with --max-pixels.",
    Reason.TOO_MUCH_MEMORY: "The picture takes {memory:,} MB of memory to decode, and the page "
    "takes up to {most:,}; make it smaller, or start the page with --max-memory.",
}
"""The page's own sentences, by reason, where the message has the words of the command line."""


async def respond_to_error(state: State, request: Request, error: PaletteError) -> Response:
    """Return the response that says why something cannot be done."""
    if not isinstance(error, ForeignRequest):
        # Browsers show a broken connection instead of a response that comes too early.
        await state.bodies.drain(request)
    response = _response(state, request, _status(error), **error_json(error))
    if error.reason in TEMPORARY:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


async def respond_to_http_error(state: State, request: Request, error: HTTPException) -> Response:
    """Return the response for an unknown address or a method that it does not have."""
    sentence = (
        "There is no such page here."
        if error.status_code == 404
        else f"{request.method} does nothing here."
    )
    await state.bodies.drain(request)
    response = _response(state, request, error.status_code, sentence)
    response.headers.update(error.headers or {})
    return response


async def respond_to_defect(state: State, request: Request, error: Exception) -> Response:
    """Return the response to a request that met a defect of this program, and report it."""
    state.report(error)
    await state.bodies.drain(request)
    kind = type(error).__name__
    sentence = f"This is a defect, please report it: {kind}: {error}"
    return _response(state, request, 500, sentence)


async def respond_to_disconnect(_request: Request, _error: ClientDisconnect) -> Response:
    """Return a response that nobody receives, since the client has disconnected."""
    return Response(status_code=400)


def error_json(error: PaletteError) -> dict[str, str]:
    """Return what a response says about an error; the option may be empty."""
    sentence = SENTENCES.get(error.reason) if error.reason else None
    option = OPTIONS.get(error.reason, "") if error.reason else ""
    return {
        "error": sentence.format(**error.values) if sentence else str(error),
        "reason": error.reason or "",
        "option": error.option if isinstance(error, InvalidOption) else option,
    }


def _status(error: PaletteError) -> int:
    if isinstance(error, RefusedRequest):
        return error.status
    if error.reason:
        return STATUSES[error.reason]
    return 400 if isinstance(error, OptionError) else 422


def _response(
    state: State, request: Request, status: int, error: str, reason: str = "", option: str = ""
) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": error, "reason": reason, "option": option}, status)
    if status == MISDIRECTED:
        # Not the page, which contains the token: the host may be anybody's.
        return PlainTextResponse(error, status)
    chosen = getattr(request.state, "options", state.defaults)
    return state.template.render(chosen, error=error, status=status)
