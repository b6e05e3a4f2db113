"""Request check: only the page itself may send requests.

Every page that a browser has open can reach a server on the loopback interface. `Host` gives away
a name that was made to point here (DNS rebinding), `Origin` a page of another origin, and only
our page contains the token of this run.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from palette_engine.web.request_errors import ForeignRequest, RefusedRequest

__all__ = ["MISDIRECTED", "TOKEN", "TOKEN_HEADER", "RequestCheck", "check_token"]

MISDIRECTED = 421
"""The status for requests to another host name."""

TOKEN = "token"
"""The form field that holds the token.

See docs/decisions.md#requests-only-from-the-page.
"""

TOKEN_HEADER = "x-palette-token"

SAFE_METHODS = ("GET", "HEAD")

FRAMING = {"content-length", "transfer-encoding"}
"""The headers that say where a body ends; with both, programs disagree about the end."""


class RequestCheck:
    """ASGI middleware that raises `ForeignRequest` for other hosts and other origins.

    `hosts` are the accepted values of `Host`, with ports. See
    docs/decisions.md#requests-only-from-the-page.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or raise `ForeignRequest`."""
        if scope["type"] == "http":
            self._check(scope["method"], Headers(scope=scope))
        await self._app(scope, receive, send)

    def _check(self, method: str, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            raise ForeignRequest(
                MISDIRECTED, f"This page is at http://{min(self._hosts)}/ and nowhere else."
            )
        if {*headers} >= FRAMING:
            raise ForeignRequest(
                400, "The request says in two ways where it ends; send it with one."
            )
        if method in SAFE_METHODS:
            return
        same_site = headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if headers.getlist("origin") != [f"http://{hosts[0]}"] or not same_site:
            raise ForeignRequest(403, "Only the page itself may send this; open it and try again.")


def check_token(sent: str | None, token: str) -> None:
    """Raise `RefusedRequest` unless a request sent the token of this run.

    See docs/decisions.md#requests-only-from-the-page.
    """
    if sent is None or not hmac.compare_digest(sent.encode(), token.encode()):
        raise RefusedRequest(403, "This is not the page of this run any more; load it again.")
