"""App: what is answered to each request of the page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import PurePath
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from palette_engine import __version__
from palette_engine.errors import InputError, OptionError, PaletteError
from palette_engine.formats import FORMATS, dumps
from palette_engine.formats.json_palette import loads
from palette_engine.formats.safe_names import slug
from palette_engine.options import DITHER, Options
from palette_engine.palette.value import Palette, plain_text
from palette_engine.pictures.file_types import readable_formats
from palette_engine.pictures.region import Box
from palette_engine.recoloring.recolor import check_recoloring
from palette_engine.web import jobs
from palette_engine.web.form import MORE, PRIMARY, controls, options_of
from palette_engine.web.guard import TOKEN, TOKEN_HEADER, Guard, Headed, check_token
from palette_engine.web.refusals import (
    MISDIRECTED,
    PASSING,
    WAIT,
    Foreign,
    option_of,
    sentence_of,
    status_of,
)
from palette_engine.web.sessions import Forgotten, Session, Sessions
from palette_engine.web.uploads import Gone, Uploads
from palette_engine.web.view import NOTATIONS, view_of
from palette_engine.web.workers import Workers

__all__ = ["Limits", "app_of"]

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]

PAGE = "page"
"""The folder of this package that holds the page."""

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""The media types of what belongs to the page."""

MOST_DOCUMENT = 2**17
"""How many bytes a palette may have that the page sends back."""

NOTHING_WRONG = PaletteError("")

MOST_UPLOADS = 8

NAME_BYTES = 200

SWEEP = 30
"""How often, in seconds, what has expired is looked for."""


@dataclass(frozen=True)
class Limits:
    """What the page takes: bytes and pixels of a picture, and seconds for all that it does.

    A picture is forgotten when it was not used for `forget` seconds, or when all together hold
    more than `held` bytes. `workers` processes work, and `waiting` requests wait for them.
    """

    bytes: int = 64 * 10**6
    pixels: int = 100_000_000
    receiving: float = 60
    idle: float = 10
    working: float = 60
    forget: float = 30 * 60
    held: int = 512 * 10**6
    workers: int = 2
    waiting: int = 16

    @property
    def uploads(self) -> int:
        """How many pictures are received at once: together they hold no more than is kept."""
        return max(1, min(MOST_UPLOADS, self.held // self.bytes))


def app_of(hosts: Collection[str], limits: Limits, tell: Callable[[Exception], None]) -> Starlette:
    """Return the application for some names, with ports, under which it is served.

    `tell` is told about defects.
    """
    desk = Desk(limits, tell)
    handlers: dict[Any, Any] = {
        PaletteError: desk.refuse,
        HTTPException: desk.refuse_http,
        Gone: desk.turn_away,
    }
    return Starlette(
        routes=desk.routes(),
        middleware=[
            Middleware(Headed),
            Middleware(ExceptionMiddleware, handlers={**handlers, Exception: desk.apologize}),
            Middleware(Guard, hosts=hosts),
        ],
        exception_handlers=handlers,
        lifespan=desk.open,
    )


class Desk:
    """Who answers: the token of this run, the pictures at hand, and the workers."""

    def __init__(self, limits: Limits, tell: Callable[[Exception], None]) -> None:
        self._limits = limits
        self._tell = tell
        self._token = secrets.token_urlsafe(32)
        self._workers = Workers(limits.workers, limits.waiting, limits.working, jobs.prepare)
        self._sessions = Sessions(limits.held, limits.forget)
        self._uploads = Uploads(limits.bytes, limits.uploads, limits.receiving, limits.idle)
        self._fixed = {"max_pixels": limits.pixels}
        self._defaults = Options.of(self._fixed)
        self._template = Environment(
            loader=PackageLoader("palette_engine.web", PAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("index.html")
        self._assets = _assets()

    def routes(self) -> list[Route]:
        """Return what answers under each address."""
        return [
            Route("/", self.home),
            Route("/assets/{name}", self.asset),
            self._post("/pictures", self.take),
            self._post("/pictures/{picture}/palette", self.palette),
            self._post("/pictures/{picture}/original", self.original),
            self._post("/pictures/{picture}/recolored", self.recolored),
            self._post("/pictures/{picture}/forget", self.forget),
            self._post("/palettes", self.show),
            # These check the token themselves, as forms have it in a field.
            Route("/palettes/{format_name}", self.write, methods=["POST"]),
            Route("/form", self.fill_in, methods=["POST"]),
        ]

    @contextlib.asynccontextmanager
    async def open(self, _app: Starlette) -> AsyncIterator[None]:
        """Have workers while the application runs, and forget pictures in time."""
        self._workers.start()
        sweeping = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            sweeping.cancel()
            self._workers.stop()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self._limits.forget))
            self._sessions.sweep()

    def _post(self, path: str, answer: Answer) -> Route:
        """Return a route for requests that have the token in a header."""

        async def checked(request: Request) -> Response:
            check_token(request.headers.get(TOKEN_HEADER), self._token)
            return await answer(request)

        return Route(path, checked, methods=["POST"])

    # The page

    async def home(self, _request: Request) -> Response:
        """Answer with the page."""
        return self._page(self._defaults)

    async def asset(self, request: Request) -> Response:
        """Answer with a file that belongs to the page."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        data, media_type = asset
        return Response(data, media_type=media_type)

    def _page(
        self,
        options: Options,
        view: dict[str, Any] | None = None,
        error: str = "",
        status: int = 200,
    ) -> Response:
        text = self._template.render(
            token=self._token,
            version=__version__,
            limits={"bytes": self._limits.bytes, "pixels": self._limits.pixels},
            reads=readable_formats(),
            primary=controls(PRIMARY, options),
            more=controls(MORE, options),
            formats=_formats(),
            notations=[{"name": name, "title": title} for name, title in NOTATIONS.items()],
            dithers=[{"name": choice.name, "title": choice.label} for choice in DITHER.choices],
            view=view,
            document=json.dumps(view["document"]) if view else "",
            error=error,
        )
        return HTMLResponse(text, status)

    # Pictures

    async def take(self, request: Request) -> Response:
        """Take a picture, and answer with its first palette."""
        fields = request.query_params.multi_items()
        name = _name(request.query_params.get("name", ""))
        options = self._options(fields)
        async with self._uploads.slot():
            data = await self._uploads.read(request)
            session, first = await self._taken(data, name, options)
        answer = {
            "picture": self._sessions.add(session),
            "width": session.width,
            "height": session.height,
            "palette": _seen(first, session, options) if isinstance(first, Palette) else None,
            **_told(first if isinstance(first, PaletteError) else NOTHING_WRONG),
        }
        return JSONResponse(answer, 201)

    async def _taken(
        self, data: bytes | bytearray, name: str, options: Options
    ) -> tuple[Session, Palette | PaletteError]:
        """Return a picture to be kept, and its first palette or why there is none."""
        if not data:
            raise InputError(f"{name or 'The picture'} is empty: it has no bytes.")
        limit = self._limits.pixels
        taken = await self._workers.run(jobs.take, data, name, limit, options)
        session = Session(name, data, taken.width, taken.height, taken.sampled, taken.notes)
        if options.region is None:
            return session, taken.first
        try:
            return await self._part(session, options)
        except InputError as error:
            return session, error

    async def _part(
        self, session: Session, options: Options
    ) -> tuple[Session, Palette | PaletteError]:
        """Return a picture as looked at in another region, and its first palette or why none."""
        limit = self._limits.pixels
        sampled, first = await self._workers.run(
            jobs.part, session.data, session.name, limit, options
        )
        return replace(session, sampled=sampled, region=options.region), first

    async def palette(self, request: Request) -> Response:
        """Answer with another palette of a picture."""
        options = self._options(request.query_params.multi_items())
        session = self._session(request)
        if options.region == session.region:
            found = await self._workers.run(jobs.palette, session.sampled, session.name, options)
            return JSONResponse(_seen(found, session, options))
        part, first = await self._part(session, options)
        self._keep(session.picture, sampled=part.sampled, region=part.region)
        if isinstance(first, PaletteError):
            raise first
        return JSONResponse(_seen(first, session, options))

    async def original(self, request: Request) -> Response:
        """Answer with a picture as the engine reads it, but not larger than a page needs."""
        return Response(await self._reduced(self._session(request)), media_type="image/png")

    async def recolored(self, request: Request) -> Response:
        """Answer with a picture in the colors of a palette."""
        session = self._session(request)
        size = request.query_params.get("size", "small")
        dither = request.query_params.get("dither", DITHER.default)
        palette = await self._palette_in(request)
        check_recoloring(len(palette.swatches), dither)
        data: bytes | bytearray
        if size == "full":
            data = session.data
        elif size == "small":
            data = await self._reduced(session)
        else:
            raise OptionError("size must be small or full.")
        image = await self._workers.run(
            jobs.recolored, data, session.name, self._limits.pixels, palette, dither
        )
        return Response(image, media_type="image/png")

    async def forget(self, request: Request) -> Response:
        """Forget a picture."""
        self._sessions.forget(request.path_params["picture"])
        return Response(status_code=204)

    def _session(self, request: Request) -> Session:
        return self._sessions.get(request.path_params["picture"])

    async def _reduced(self, session: Session) -> bytes:
        """Return a picture as `jobs.reduced` does, made once."""
        if session.reduced is not None:
            return session.reduced
        limit = self._limits.pixels
        made = await self._workers.run(jobs.reduced, session.data, session.name, limit)
        self._keep(session.picture, reduced=made)
        return made

    def _keep(self, picture: str, **made: Any) -> None:
        """Keep what was made of a picture, which may have changed meanwhile, or be forgotten."""
        with contextlib.suppress(Forgotten):
            self._sessions.replace(replace(self._sessions.get(picture), **made))

    # Palettes

    async def show(self, request: Request) -> Response:
        """Answer with the view of a palette that the page knows from its address."""
        return JSONResponse(view_of(await self._palette_in(request)))

    async def write(self, request: Request) -> Response:
        """Answer with a palette as a file."""
        body = await self._uploads.read_small(request, MOST_DOCUMENT)
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        check_token(request.headers.get(TOKEN_HEADER, fields.get(TOKEN)), self._token)
        format_name = request.path_params["format_name"]
        palette = loads(fields.get("document", "").encode())
        data = await self._workers.run(dumps, palette, format_name)
        # Letters, digits and hyphens: nothing that a header or a file system could misread.
        filename = (slug(palette.name) or "palette") + FORMATS[format_name].suffixes[0]
        headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
        return Response(data, headers=headers, media_type="application/octet-stream")

    async def _palette_in(self, request: Request) -> Palette:
        return loads(await self._uploads.read_small(request, MOST_DOCUMENT))

    # The form, for those without JavaScript

    async def fill_in(self, request: Request) -> Response:
        """Answer to the form of a page without JavaScript, with the page and a palette on it."""

        def check(name: str, value: str) -> None:
            check_token(value if name == TOKEN else None, self._token)

        async with self._uploads.slot():
            form = await self._uploads.form(request, check)
            fields = [(name, value) for name, value in form.fields if name != TOKEN]
            options = self._options(fields)
            # What a page that says why not shows as chosen.
            request.state.options = options
            if not form.file and not form.filename:
                raise OptionError("Choose a picture first.")
            session, first = await self._taken(form.file, _name(form.filename), options)
        if isinstance(first, PaletteError):
            raise first
        return self._page(options, view_of(first, session.notes))

    def _options(self, fields: Sequence[tuple[str, str]]) -> Options:
        return options_of([pair for pair in fields if pair[0] != "name"], self._fixed)

    # What goes wrong

    async def refuse(self, request: Request, error: PaletteError) -> Response:
        """Answer with why something cannot be done."""
        if not isinstance(error, Foreign):
            # Browsers show a broken connection instead of an answer that comes too early.
            await self._uploads.drain(request)
        response = self._refusal(request, status_of(error), **_told(error))
        if isinstance(error, PASSING):
            response.headers["Retry-After"] = str(WAIT)
        return response

    async def refuse_http(self, request: Request, error: HTTPException) -> Response:
        """Answer that there is nothing under an address, or not for that method."""
        sentence = (
            "There is no such page here."
            if error.status_code == 404
            else f"{request.method} does nothing here."
        )
        await self._uploads.drain(request)
        response = self._refusal(request, error.status_code, sentence)
        response.headers.update(error.headers or {})
        return response

    async def apologize(self, request: Request, error: Exception) -> Response:
        """Answer that something is wrong with this program, and tell who started it."""
        self._tell(error)
        await self._uploads.drain(request)
        kind = type(error).__name__
        return self._refusal(request, 500, f"This is a defect, please report it: {kind}: {error}")

    async def turn_away(self, _request: Request, _error: Gone) -> Response:
        """Answer to nobody: the client went away."""
        return Response(status_code=400)

    def _refusal(
        self, request: Request, status: int, error: str, reason: str = "", option: str = ""
    ) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"error": error, "reason": reason, "option": option}, status)
        if status == MISDIRECTED:
            # Not the page, which has the token: the name may be anybody's.
            return PlainTextResponse(error, status)
        chosen = getattr(request.state, "options", self._defaults)
        return self._page(chosen, None, error, status)


def _seen(palette: Palette, session: Session, options: Options) -> dict[str, Any]:
    """Return what the page shows of a picture's palette, and which part of it that is of.

    A region is the edges of its pixels, as the picture is shown.
    """
    region = None
    if options.region is not None:
        region = asdict(Box.of(options.region, (session.width, session.height), session.name))
    return {**view_of(palette, session.notes), "region": region}


def _told(error: PaletteError) -> dict[str, str]:
    """Return what an answer says about an error."""
    return {"error": sentence_of(error), "reason": error.reason or "", "option": option_of(error)}


def _assets() -> dict[str, tuple[bytes, str]]:
    """Return the files that belong to the page, with their media types, by name."""
    found = {}
    for file in files("palette_engine.web").joinpath(PAGE).iterdir():
        media_type = TYPES.get(PurePath(file.name).suffix)
        if media_type:
            found[file.name] = (file.read_bytes(), media_type)
    return found


def _formats() -> list[dict[str, Any]]:
    """Return the formats that a palette can be had in."""
    return [
        {"name": name, "title": row.title, "suffix": row.suffixes[0], "most": row.most_colors}
        for name, row in FORMATS.items()
        if row.dumps
    ]


def _name(told: str) -> str:
    """Return the name that a client tells of a file as one clean line, without folders."""
    return plain_text(told.replace("\\", "/").rpartition("/")[2], NAME_BYTES)
