"""Watch: what a page must not do, whichever test it is in."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

__all__ = ["Watch"]


class Watch:
    """What the pages of a context complained about, and where else they turned.

    Whatever breaks the content security policy is among the errors of the console.
    """

    def __init__(self, context: BrowserContext, home: str) -> None:
        self._home = home
        self._found: list[str] = []
        self._expected: list[str] = []
        self._allowed: list[str] = []
        context.on("console", self._listen)
        context.on("weberror", self._catch)
        context.on("request", self._follow)

    def expect(self, pattern: str) -> None:
        """Have one kind of complaint be part of the test, which then must come."""
        self._expected.append(pattern)

    def allow(self, pattern: str) -> None:
        """Have one kind of complaint be no fault, whether it comes or not."""
        self._allowed.append(pattern)

    def check(self) -> None:
        """Raise `AssertionError` if there was any complaint but those expected."""
        fine = [*self._expected, *self._allowed]
        surprises = [text for text in self._found if not any(re.search(p, text) for p in fine)]
        assert not surprises, "\n".join(surprises)
        for pattern in self._expected:
            assert any(re.search(pattern, text) for text in self._found), f"no {pattern}"

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._found.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _catch(self, error: WebError) -> None:
        self._found.append(f"exception: {error.error.stack or error.error}")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith((self._home, f"blob:{self._home}", "data:")):
            self._found.append(f"request: {request.url}")
