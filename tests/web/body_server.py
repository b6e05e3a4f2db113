"""A server that only reads bodies, and requests to it over real connections."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from palette_engine.errors import PaletteError, Reason
from palette_engine.web.limits import Limits
from palette_engine.web.multipart_form import Form
from palette_engine.web.request_body import BodyReader, is_unread
from tests.patience import PATIENCE

__all__ = [
    "EDGE",
    "END",
    "LONG",
    "MAX_BYTES",
    "TOKEN",
    "BodyServer",
    "answer_of",
    "answer_to",
    "chunk",
    "connected",
    "field_part",
    "file_part",
    "form_head",
    "head",
    "listening",
    "wait_until",
]

MAX_BYTES = 100_000
"""How many bytes a picture may have here."""

EDGE = "edge-of-the-form"

LONG = 600.0


@dataclass
class BodyServer:
    """A server that reads bodies, and a record of what happened."""

    bodies: BodyReader
    port: int = 0
    holding: int = 0
    disconnects: int = 0
    forms: list[Form] = field(default_factory=list)
    checked: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[PaletteError, bool]] = field(default_factory=list)

    async def picture(self, request: Request) -> Response:
        async with self.bodies.slot():
            self.holding += 1
            try:
                data = await self.bodies.read_picture(request)
            finally:
                self.holding -= 1
        return PlainTextResponse(f"{len(data)} bytes, {sum(data)} in all")

    async def small(self, request: Request) -> Response:
        return PlainTextResponse(await self.bodies.read_palette(request, 10))

    async def form(self, request: Request) -> Response:
        def check(name: str, value: str) -> None:
            self.checked.append((name, value))
            if (name, value) != ("token", "right"):
                raise PaletteError("Forged.", Reason.BROKEN_FORM)

        form = await self.bodies.read_form(request, check)
        self.forms.append(form)
        return PlainTextResponse("taken")

    async def refuse(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, PaletteError)
        await self.bodies.drain(request)
        unread = is_unread(request.scope)
        self.refused.append((error, not unread))
        headers = {"Connection": "close"} if unread else {}
        return PlainTextResponse(f"{error.reason}: {error}", 400, headers)

    async def count_disconnect(self, _request: Request, _error: Exception) -> Response:
        self.disconnects += 1
        return Response()


@contextlib.contextmanager
def listening(at_once: int = 8, seconds: float = LONG, idle: float = LONG) -> Iterator[BodyServer]:
    limits = Limits(bytes=MAX_BYTES, held=at_once * MAX_BYTES, receiving=seconds, idle=idle)
    server = BodyServer(BodyReader(limits))
    app = Starlette(
        routes=[
            Route(f"/{name}", getattr(server, name), methods=["POST"])
            for name in ("picture", "small", "form")
        ],
        exception_handlers={PaletteError: server.refuse, ClientDisconnect: server.count_disconnect},
    )
    http = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=http.run, args=([listener],))
        thread.start()
        try:
            yield server
        finally:
            http.should_exit = http.force_exit = True
            thread.join()


def wait_until(reached: Callable[[], bool]) -> None:
    while not reached():
        time.sleep(0.002)


def head(path: str, *headers: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "Host: here", *headers)
    return "\r\n".join((*lines, "", "")).encode()


def connected(server: BodyServer, *pieces: bytes) -> socket.socket:
    """Return a connection on which pieces have been sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for piece in pieces:
        connection.sendall(piece)
    return connection


def answer_of(connection: socket.socket) -> str:
    """Return the status line and the body of an answer."""
    with connection.makefile("rb") as file:
        status, length = file.readline().decode().strip(), -1
        assert status, "the connection was closed without an answer"
        while line := file.readline().decode().strip().lower():
            if line.startswith("content-length:"):
                length = int(line.partition(":")[2])
        return f"{status}\n{file.read(length).decode()}"


def answer_to(server: BodyServer, *pieces: bytes) -> str:
    """Send pieces, and return the answer."""
    with connected(server, *pieces) as connection:
        return answer_of(connection)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def field_part(name: str, value: bytes, *more: str) -> bytes:
    """Return a field of a form, or a file if there is more to its name."""
    disposition = "; ".join(("form-data", f'name="{name}"', *more))
    return f"--{EDGE}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + value + b"\r\n"


def file_part(value: bytes, filename: str = "a.png") -> bytes:
    return field_part("picture", value, f'filename="{filename}"')


TOKEN = field_part("token", b"right")
END = f"--{EDGE}--\r\n".encode()


def form_head(body: bytes, edge: str = EDGE) -> bytes:
    kind = f"Content-Type: multipart/form-data; boundary={edge}"
    return head("/form", kind, f"Content-Length: {len(body)}")
