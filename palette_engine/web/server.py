"""Server: the page on the loopback interface, until the process is interrupted.

See docs/decisions.md#starlette-on-uvicorn.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

import h11
import uvicorn
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from palette_engine.errors import SetupError, cause_of
from palette_engine.web.app import app_of
from palette_engine.web.limits import Limits
from palette_engine.web.state import State
from palette_engine.workers.worker import Worker

__all__ = ["LOOPBACK", "host_names", "listen", "serve"]

LOOPBACK = "127.0.0.1"

MAX_HEAD_BYTES = 2**15
"""The head of a request has at most this many bytes."""

HEAD_SECONDS = 10
"""The head of a request may take this long to arrive, and a connection may be idle this long.

See docs/decisions.md#limits-of-the-page.
"""

RESPONSE_SECONDS = 60
"""A client may take this long to read a response that is ready.

See docs/decisions.md#limits-of-the-page.
"""

MAX_CONNECTIONS = 64
"""At most this many clients; macOS gives a process 256 open files.

See docs/decisions.md#limits-of-the-page.
"""

HTTP_PORT = 80
"""The port that browsers leave out."""

SHUTDOWN_SECONDS = 2
"""Running requests have this long to end once the server has to stop."""


class _TimedProtocol(H11Protocol):
    """A connection that ends if a request's head does not arrive, or a response is not read.

    See docs/decisions.md#the-pages-own-server-code.
    """

    _head_timer: asyncio.TimerHandle | None = None
    _response_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_head_timer()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE and self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None
        elif self.conn.their_state is h11.IDLE and self._head_timer is None:
            self._start_head_timer()

    def pause_writing(self) -> None:
        super().pause_writing()
        # Not close, which waits until everything is read.
        self._response_timer = self.loop.call_later(RESPONSE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._response_timer:
            self._response_timer.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head_timer, self._response_timer):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def _start_head_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on the loopback interface; port 0 is any free port.

    Raises `SetupError` if the port cannot be used.
    """
    try:
        if sys.platform != "win32":
            return socket.create_server((LOOPBACK, port))
        # On Windows, other programs could otherwise listen on the same port.
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        listener.bind((LOOPBACK, port))
        listener.listen()
        return listener
    except OSError as error:
        raise SetupError(
            f"Port {port} cannot be had: {cause_of(error)}; say --port with another number, or 0 "
            "for any that is free."
        ) from error


def host_names(port: int) -> set[str]:
    """Return the values of `Host` that browsers send to a page on a port."""
    names = (LOOPBACK, "localhost")
    return {f"{name}:{port}" for name in names} | {*(names if port == HTTP_PORT else ())}


def serve(
    listener: socket.socket,
    limits: Limits,
    report: Callable[[Exception], None],
    started: Sequence[Worker] = (),
    more: Callable[[State], Sequence[Route]] = lambda _: (),
) -> None:
    """Serve the page on a socket until the process is interrupted.

    `report` is called with defects. `started` are workers that load the libraries already. `more`
    returns further addresses.
    """
    port = listener.getsockname()[1]
    settings: dict[str, Any] = {
        "http": _TimedProtocol,
        "loop": "asyncio",
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "h11_max_incomplete_event_size": MAX_HEAD_BYTES,
        "limit_concurrency": MAX_CONNECTIONS,
        "timeout_keep_alive": HEAD_SECONDS,
        "timeout_graceful_shutdown": SHUTDOWN_SECONDS,
    }
    app = app_of(host_names(port), limits, report, started, more)
    uvicorn.Server(uvicorn.Config(app, **settings)).run([listener])
