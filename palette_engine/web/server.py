"""Server: the page on the loopback interface, until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from palette_engine.errors import SetupError, cause_of
from palette_engine.web.app import Limits, app_of

__all__ = ["LOOPBACK", "bound", "hosts_of", "serve"]

LOOPBACK = "127.0.0.1"

MOST_HEADERS = 2**15
"""How many bytes the head of a request may have."""

PATIENCE = 10
"""How many seconds the head of a request may take to arrive, and a connection may be idle."""

SENDING = 60
"""How many seconds a client may take to read an answer that is ready."""

MOST_CONNECTIONS = 64
"""How many clients there may be; macOS gives a process 256 open files."""

HTTP = 80
"""The port that browsers leave out."""

GOODBYE = 2
"""How many seconds running requests have once the server is told to stop."""


class _Impatient(H11Protocol):
    """A connection that ends if a request's head does not arrive, or an answer is not read."""

    _timer: asyncio.TimerHandle | None = None
    _sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE and self._timer:
            self._timer.cancel()
            self._timer = None
        elif self.conn.their_state is h11.IDLE and self._timer is None:
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        # Not close, which waits until all is read.
        self._sending = self.loop.call_later(SENDING, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._sending:
            self._sending.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._timer, self._sending):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(PATIENCE, self.transport.close)


def bound(port: int) -> socket.socket:
    """Return a socket that listens on the loopback interface; 0 is any free port.

    Raises `SetupError` if the port cannot be had.
    """
    try:
        if sys.platform != "win32":
            return socket.create_server((LOOPBACK, port))
        # There, others could listen on the same port.
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


def hosts_of(port: int) -> set[str]:
    """Return the names under which browsers ask for a page that is served on a port."""
    names = (LOOPBACK, "localhost")
    return {f"{name}:{port}" for name in names} | {*(names if port == HTTP else ())}


def serve(listener: socket.socket, limits: Limits, tell: Callable[[Exception], None]) -> None:
    """Serve the page on a socket until the process is interrupted; `tell` hears of defects."""
    port = listener.getsockname()[1]
    settings: dict[str, Any] = {
        "http": _Impatient,
        "loop": "asyncio",
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "h11_max_incomplete_event_size": MOST_HEADERS,
        "limit_concurrency": MOST_CONNECTIONS,
        "timeout_keep_alive": PATIENCE,
        "timeout_graceful_shutdown": GOODBYE,
    }
    uvicorn.Server(uvicorn.Config(app_of(hosts_of(port), limits, tell), **settings)).run([listener])
