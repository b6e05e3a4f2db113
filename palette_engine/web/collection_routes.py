"""Collection routes: the page of a collection, and its thumbnails.

They answer requests without a body, so what another page may send here is checked by
`Sec-Fetch-Site`, and thumbnails need the token of this run.
"""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from palette_engine.collections.contact_sheet import make_thumbnail
from palette_engine.errors import OptionError, PaletteError
from palette_engine.web.collection import Collection, Search
from palette_engine.web.request_check import TOKEN, check_token
from palette_engine.web.request_errors import ForeignRequest
from palette_engine.web.state import State

__all__ = ["collection_routes"]

NOTHING = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>'
"""The thumbnail of a picture that cannot be shown any more."""


def collection_routes(state: State, collection: Collection) -> list[Route]:
    """Return the addresses of a collection."""
    return [
        Route("/collection", partial(_send_page, state, collection)),
        Route("/collection/thumbnails/{number:int}", partial(_send_thumbnail, state, collection)),
    ]


async def _send_page(state: State, collection: Collection, request: Request) -> Response:
    """Respond with the page of a search; another page may only lead to the first one."""
    if request.query_params and _is_foreign(request):
        raise ForeignRequest(403, "Only the page itself may search; open it and try again.")
    search = Search.of(dict(request.query_params))
    try:
        page = await asyncio.to_thread(collection.page, search, state.token)
    except OptionError as error:
        return HTMLResponse(collection.error_page(search, state.token, str(error)), 400)
    return HTMLResponse(page)


async def _send_thumbnail(state: State, collection: Collection, request: Request) -> Response:
    """Respond with the thumbnail of a picture of the table, made by a worker."""
    if _is_foreign(request):
        raise ForeignRequest(403, "Only the page itself may ask for pictures.")
    check_token(request.query_params.get(TOKEN), state.token)
    path = collection.path(request.path_params["number"])
    if path is None:
        raise HTTPException(404)
    try:
        data = await state.workers.run(make_thumbnail, path)
    except (PaletteError, RuntimeError):  # it is not there any more, or damaged
        return Response(NOTHING, media_type="image/svg+xml")
    return Response(data, media_type="image/png")


def _is_foreign(request: Request) -> bool:
    """Return whether a browser says that another page has sent a request."""
    return request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
