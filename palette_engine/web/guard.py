"""Guard: lets in only what the page itself sends, and says what the page may do.

A server on the loopback interface can be reached by every page that a browser has open. One whose
name was made to point here (DNS rebinding) is told by `Host`, one of another origin by `Origin`;
and nobody who has not read our page knows the token of this run.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palette_engine.web.refusals import MISDIRECTED, Foreign, Refused
from palette_engine.web.uploads import is_ambiguous, is_unread

__all__ = ["TOKEN", "TOKEN_HEADER", "Guard", "Headed", "check_token"]

TOKEN = "token"
"""The field of a form that has the token."""

TOKEN_HEADER = "x-palette-token"

SAFE = ("GET", "HEAD")
"""The methods that change nothing."""

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would not tell the origin of forms any more.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer says."""


class Headed:
    """An ASGI application of which every answer has `HEADERS`.

    A connection whose request was not read to its end is closed after the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if is_unread(scope):
                    # What is left of the body must not be taken for the next request.
                    headers["Connection"] = "close"
            await send(message)

        await self._app(scope, receive, headed)


class Guard:
    """An ASGI application for requests under some names, with ports, and of pages under them.

    Raises `Foreign` for others.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or raise `Foreign`."""
        if scope["type"] == "http":
            self._check(scope["method"], Headers(scope=scope))
        await self._app(scope, receive, send)

    def _check(self, method: str, headers: Headers) -> None:
        named = headers.getlist("host")
        if len(named) != 1 or named[0] not in self._hosts:
            raise Foreign(
                MISDIRECTED, f"This page is at http://{min(self._hosts)}/ and nowhere else."
            )
        if is_ambiguous(headers):
            raise Foreign(400, "The request says in two ways where it ends; send it with one.")
        if method in SAFE:
            return
        same = headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if headers.getlist("origin") != [f"http://{named[0]}"] or not same:
            raise Foreign(403, "Only the page itself may send this; open it and try again.")


def check_token(told: str | None, token: str) -> None:
    """Raise `Refused` unless what a request told is the token of this run."""
    if told is None or not hmac.compare_digest(told.encode(), token.encode()):
        raise Refused(403, "This is not the page of this run any more; load it again.")
