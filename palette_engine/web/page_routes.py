"""Page routes: the page, its assets, and its form for browsers without JavaScript."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from palette_engine.errors import OptionError, PaletteError
from palette_engine.web.page_template import read_assets
from palette_engine.web.palette_json import palette_json
from palette_engine.web.picture_routes import clean_filename, read_picture
from palette_engine.web.request_check import TOKEN, check_token
from palette_engine.web.state import State

__all__ = ["respond_to_form", "send_asset", "send_page"]


async def send_page(state: State, _request: Request) -> Response:
    """Respond with the page."""
    return state.template.render(state.defaults)


async def send_asset(request: Request) -> Response:
    """Respond with a file that belongs to the page."""
    asset = read_assets().get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    data, media_type = asset
    return Response(data, media_type=media_type)


async def respond_to_form(state: State, request: Request) -> Response:
    """Respond to the form of a page without JavaScript with the page and a palette on it."""

    def check(name: str, value: str) -> None:
        check_token(value if name == TOKEN else None, state.token)

    async with state.bodies.slot():
        form = await state.bodies.read_form(request, check)
        options = state.options_of([field for field in form.fields if field[0] != TOKEN])
        # An error page shows them as chosen.
        request.state.options = options
        if not form.file and not form.filename:
            raise OptionError("Choose a picture first.")
        name = clean_filename(form.filename)
        picture, palette = await read_picture(state, form.file, name, options)
    if isinstance(palette, PaletteError):
        raise palette
    return state.template.render(options, palette_json(palette, picture.notes))
