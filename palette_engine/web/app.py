"""App: the addresses of the page's server, and the checks before each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from palette_engine.errors import PaletteError
from palette_engine.web.edit_routes import (
    check_palette,
    compare_palettes,
    edit_palette,
    edit_picture_palette,
)
from palette_engine.web.error_responses import (
    respond_to_defect,
    respond_to_disconnect,
    respond_to_error,
    respond_to_http_error,
)
from palette_engine.web.limits import Limits
from palette_engine.web.page_routes import respond_to_form, send_asset, send_page
from palette_engine.web.palette_routes import open_palette, send_file, show_palette
from palette_engine.web.picture_routes import (
    add_picture,
    forget_pictures,
    join_pictures,
    send_original,
    send_palette,
    send_recolored,
)
from palette_engine.web.place_routes import send_map, send_spot
from palette_engine.web.request_check import TOKEN_HEADER, RequestCheck, check_token
from palette_engine.web.security_headers import SecurityHeaders
from palette_engine.web.state import State
from palette_engine.workers.worker import Worker

__all__ = ["app_of"]

Endpoint: TypeAlias = Callable[[State, Request], Awaitable[Response]]


def app_of(
    hosts: Collection[str],
    limits: Limits,
    report: Callable[[Exception], None],
    started: Sequence[Worker] = (),
    more: Callable[[State], Sequence[Route]] = lambda _: (),
) -> Starlette:
    """Return the application for some values of `Host`.

    `report` is called with defects. `started` are workers that load the libraries already. `more`
    returns further addresses.
    """
    state = State.of(limits, report, started)
    handlers: dict[Any, Any] = {
        PaletteError: partial(respond_to_error, state),
        HTTPException: partial(respond_to_http_error, state),
        ClientDisconnect: respond_to_disconnect,
    }
    defects = {Exception: partial(respond_to_defect, state)}

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with state.running():
            yield

    return Starlette(
        routes=[*_routes(state), *more(state)],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(ExceptionMiddleware, handlers={**handlers, **defects}),
            Middleware(RequestCheck, hosts=hosts),
        ],
        exception_handlers=handlers,
        lifespan=lifespan,
    )


def _routes(state: State) -> list[Route]:
    def post(path: str, endpoint: Endpoint) -> Route:
        return Route(path, partial(endpoint, state), methods=["POST"])

    def post_with_token(path: str, endpoint: Endpoint) -> Route:
        return post(path, partial(_respond_with_token, endpoint))

    return [
        Route("/", partial(send_page, state)),
        Route("/assets/{name}", send_asset),
        post_with_token("/pictures", add_picture),
        post_with_token("/pictures/together", join_pictures),
        post_with_token("/pictures/{picture}/palette", send_palette),
        post_with_token("/pictures/{picture}/original", send_original),
        post_with_token("/pictures/{picture}/recolored", send_recolored),
        post_with_token("/pictures/{pictures}/forget", forget_pictures),
        post_with_token("/pictures/{picture}/edit", edit_picture_palette),
        post_with_token("/pictures/{picture}/map", send_map),
        post_with_token("/pictures/{picture}/spot", send_spot),
        post_with_token("/palettes", show_palette),
        post_with_token("/palettes/edit", edit_palette),
        post_with_token("/palettes/check", check_palette),
        post_with_token("/palettes/compare", compare_palettes),
        post_with_token("/palettes/open", open_palette),
        # These check the token themselves, since forms send it in a field.
        post("/palettes/{format_name}", send_file),
        post("/form", respond_to_form),
    ]


async def _respond_with_token(endpoint: Endpoint, state: State, request: Request) -> Response:
    """Respond to a request that has the token in a header."""
    check_token(request.headers.get(TOKEN_HEADER), state.token)
    return await endpoint(state, request)
