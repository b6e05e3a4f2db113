"""Request bodies, read within limits of bytes, of seconds, and of uploads at once.

Bodies are read from the stream and stay in memory. See docs/decisions.md#the-pages-own-server-code.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from multipart import MultipartError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from palette_engine.errors import InputError, PaletteError, Reason
from palette_engine.web.limits import Limits
from palette_engine.web.multipart_form import ByteLimit, Check, Form, FormParser
from palette_engine.web.request_errors import RefusedRequest

__all__ = ["BodyReader", "is_unread"]

FORM_OVERHEAD = 2**16
"""A form has at most this many bytes beside its picture."""

DRAINED_BYTES = 2**30
"""At most this many bytes of a refused body are thrown away before the refusal is sent.

See docs/decisions.md#limits-of-the-page.
"""

DRAINED_SECONDS = 5.0

DRAINED_IDLE = 1.0
"""Seconds without a new piece after which a refused body is no longer waited for."""


class BodyReader:
    """Reads bodies within `Limits`: `bytes`, `uploads`, `receiving` and `idle`.

    Every method that reads a body raises `PaletteError` if the body is too large (before anything
    is read if the request states its length), `RefusedRequest` if it comes too slowly, and
    Starlette's `ClientDisconnect`.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.uploads)

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the slots for uploads, or raise `PaletteError` at once if none is free."""
        if self._slots.locked():
            raise PaletteError(
                "Too many pictures are coming in; try again in a moment.", Reason.TOO_MANY_UPLOADS
            )
        async with self._slots:
            yield

    async def read_picture(self, request: Request) -> bytearray:
        """Return a body that is a picture's file."""
        return await self._read(request, self._picture_limit())

    async def read_palette(self, request: Request, most: int) -> bytes:
        """Return a body that is a palette of at most `most` bytes."""
        sentence = f"The palette has more than {most:,} bytes; take one with fewer colors."
        return bytes(await self._read(request, ByteLimit(most, sentence)))

    async def read_form(self, request: Request, check: Check) -> Form:
        """Return a body that is a form with at most one picture.

        `check` is called as `FormParser` describes. Also raises `InputError` with the reason
        ``broken`` if the body is no such form.
        """
        picture = self._picture_limit()
        whole = picture._replace(most=picture.most + FORM_OVERHEAD)
        try:
            parser = FormParser(request.headers.get("content-type", ""), check, picture)
            async for piece in self._pieces(request, whole):
                parser.add(piece)
            return parser.end()
        except MultipartError as error:
            raise InputError(
                "The form did not arrive as a browser sends it; load the page again and send it "
                "once more.",
                Reason.BROKEN_FORM,
            ) from error

    async def drain(self, request: Request) -> None:
        """Throw away the rest of a refused body, within the limits of this module.

        A client that waits for the server's word to send its body (``Expect: 100-continue``) and
        has not got it sends nothing.
        """
        expects = request.headers.get("expect", "").lower() == "100-continue"
        if expects and not getattr(request.state, "body_begun", False):
            return
        count = 0
        with contextlib.suppress(ClientDisconnect, TimeoutError):
            async with asyncio.timeout(DRAINED_SECONDS):
                while not _is_complete(request) and count <= DRAINED_BYTES:
                    async with asyncio.timeout(DRAINED_IDLE):
                        count += len(await _receive(request))

    async def _read(self, request: Request, limit: ByteLimit) -> bytearray:
        body = bytearray()
        async for piece in self._pieces(request, limit):
            body += piece
        return body

    async def _pieces(self, request: Request, limit: ByteLimit) -> AsyncIterator[bytes]:
        """Yield the pieces of a body as they arrive."""
        limit.check(int(request.headers.get("content-length", 0)))
        count = 0
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.receiving
        while not _is_complete(request):
            until = min(deadline, loop.time() + self._limits.idle)
            try:
                async with asyncio.timeout_at(until):
                    piece = await _receive(request)
            except TimeoutError:
                raise self._timeout(until == deadline) from None
            count += len(piece)
            limit.check(count)
            if piece:  # an empty one would end the form for its parser
                yield piece

    def _picture_limit(self) -> ByteLimit:
        most = self._limits.bytes
        sentence = (
            f"The picture has more than {most / 10**6:.3g} MB; make it smaller, or start the page "
            "with --max-megabytes."
        )
        return ByteLimit(most, sentence)

    def _timeout(self, is_total: bool) -> RefusedRequest:
        cause = (
            f"It took more than {self._limits.receiving:g} seconds to send this"
            if is_total
            else f"Nothing more came for {self._limits.idle:g} seconds"
        )
        return RefusedRequest(408, f"{cause}; send it again.", Reason.TOO_SLOW)


def is_unread(scope: Scope) -> bool:
    """Return whether a part of a request's body has not been read."""
    headers = Headers(scope=scope)
    announced = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
    return announced and not scope["state"].get("body_complete", False)


async def _receive(request: Request) -> bytes:
    """Return the next piece of a body, and note how far the body has been read.

    The note is in the scope and not in the object, since error handlers get another object.
    """
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    request.state.body_begun = True
    request.state.body_complete = not message.get("more_body", False)
    piece: bytes = message.get("body", b"")
    return piece


def _is_complete(request: Request) -> bool:
    return getattr(request.state, "body_complete", False)
