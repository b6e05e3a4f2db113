"""Uploads: what clients send, within limits of bytes, of seconds, and of how many at once.

Everything is read from the stream itself and stays in memory. Starlette's own `Request.form` would
spool large files to the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from palette_engine.errors import InputError, PaletteError, Reason

__all__ = [
    "Form",
    "Gone",
    "TooLarge",
    "TooMany",
    "TooSlowly",
    "Uploads",
    "is_ambiguous",
    "is_unread",
]

MOST_FIELDS = 100

MOST_FIELD_BYTES = 2**14

FORM_ROOM = 2**16
"""How many bytes a form may have beside its picture."""

FRAMING = ("content-length", "transfer-encoding")
"""What says where a body ends, of which a request should have one."""

DRAINED_BYTES = 2**30
"""Up to how many bytes of a refused body are thrown away before the refusal is sent.

A client that is still sending would otherwise see a broken connection and no refusal.
"""

DRAINED_SECONDS = 5.0

DRAINED_IDLE = 1.0
"""For how many seconds nothing may come of a refused body."""


class TooLarge(PaletteError):
    """A body with more bytes than it may have."""


class TooMany(PaletteError):
    """More uploads at once than there may be."""


class TooSlowly(PaletteError):
    """A body that takes too long to arrive."""


class Gone(Exception):
    """The client went away in the middle of its body; there is nobody left to answer."""


class _Limit(NamedTuple):
    """How many bytes there may be, and what is raised if there are more."""

    most: int
    error: TooLarge


@dataclass
class Form:
    """What came in a form: the values of its fields, and one file."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    filename: str = ""
    file: bytearray = field(default_factory=bytearray)


class Uploads:
    """What receives bodies: pictures of up to `most_bytes`, and `at_once` of them.

    A body may take `seconds` in all, and `idle` seconds from piece to piece.
    """

    def __init__(self, most_bytes: int, at_once: int, seconds: float, idle: float) -> None:
        self._most_bytes = most_bytes
        self._free = at_once
        self._seconds = seconds
        self._idle = idle

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the places for uploads, or raise `TooMany` at once."""
        if not self._free:
            raise TooMany(
                "Too many pictures are coming in; try again in a moment.", Reason.TOO_MANY_UPLOADS
            )
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def read(self, request: Request) -> bytearray:
        """Return the body of a request, which is a picture's file.

        Raises `TooLarge`, before anything is read if the request tells its length, `TooSlowly`,
        or `Gone`.
        """
        return await _whole(self._pieces(request, self._picture_limit()))

    async def read_small(self, request: Request, most: int) -> bytes:
        """Return the body of a request, which is a palette and has `most` bytes at the most.

        Raises what `read` does.
        """
        error = TooLarge(
            f"The palette has more than {most:,} bytes; take one with fewer colors.",
            Reason.TOO_LARGE,
        )
        return bytes(await _whole(self._pieces(request, _Limit(most, error))))

    async def form(
        self,
        request: Request,
        check: Callable[[str, str], object],
        most_field_bytes: int = MOST_FIELD_BYTES,
    ) -> Form:
        """Return the form that a request has as its body, with one picture at the most.

        `check` is called with name and value of the first field before anything else is kept, or
        with empty ones if the form begins with a file or has no fields; what it raises ends the
        reading. Raises what `read` does, and `InputError` with the reason ``broken`` for what is
        no such form, and ``many-pictures`` for more than one picture.
        """
        picture = self._picture_limit()
        error = TooLarge(
            f"A field of the form has more than {most_field_bytes:,} bytes; shorten it.",
            Reason.TOO_LARGE,
        )
        try:
            reading = _Reading(_parser(request), check, picture, _Limit(most_field_bytes, error))
            limit = picture._replace(most=picture.most + FORM_ROOM)
            async for piece in self._pieces(request, limit):
                reading.add(piece)
            return reading.end()
        except MultipartError as broken:
            raise InputError(
                "The form did not arrive as a browser sends it; load the page again and send it "
                "once more.",
                Reason.BROKEN_FORM,
            ) from broken

    async def drain(self, request: Request) -> None:
        """Throw away what a refused request still sends.

        Not all is waited for: see the limits of this module. A client that has asked whether it
        may send its body, and got no answer yet, sends none.
        """
        expects = request.headers.get("expect", "").lower() == "100-continue"
        if expects and not _begun(request):
            return
        count = 0
        with contextlib.suppress(Gone, TimeoutError):
            async with asyncio.timeout(DRAINED_SECONDS):
                while not _over(request) and count <= DRAINED_BYTES:
                    async with asyncio.timeout(DRAINED_IDLE):
                        count += len(await _piece(request))

    async def _pieces(self, request: Request, limit: _Limit) -> AsyncIterator[bytes]:
        """Yield a body as it comes, within a limit."""
        if int(request.headers.get("content-length", 0)) > limit.most:
            raise limit.error
        count = 0
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        while not _over(request):
            until = min(deadline, loop.time() + self._idle)
            try:
                async with asyncio.timeout_at(until):
                    piece = await _piece(request)
            except TimeoutError:
                raise self._too_slowly(until == deadline) from None
            count += len(piece)
            if count > limit.most:
                raise limit.error
            if piece:
                yield piece

    def _picture_limit(self) -> _Limit:
        error = TooLarge(
            f"The picture has more than {self._most_bytes / 10**6:.3g} MB; make it smaller, or "
            "start the page with --max-megabytes.",
            Reason.TOO_LARGE,
            most=self._most_bytes,
        )
        return _Limit(self._most_bytes, error)

    def _too_slowly(self, altogether: bool) -> TooSlowly:
        said = (
            f"It took more than {self._seconds:g} seconds to send this"
            if altogether
            else f"Nothing more came for {self._idle:g} seconds"
        )
        return TooSlowly(f"{said}; send it again.", Reason.TOO_SLOW)


def is_ambiguous(headers: Headers) -> bool:
    """Tell whether a request says twice where its body ends, so that nobody knows where."""
    return {*FRAMING} <= {*headers}


def is_unread(scope: Scope) -> bool:
    """Tell whether a part of a request's body has not been read."""
    headers = Headers(scope=scope)
    announced = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
    return is_ambiguous(headers) or (announced and not scope["state"].get("body_over", False))


class _Reading:
    """A form of which a part has been read."""

    def __init__(
        self,
        parser: PushMultipartParser,
        check: Callable[[str, str], object],
        picture: _Limit,
        value: _Limit,
    ) -> None:
        self._parser = parser
        self._check = check
        self._limits = {True: picture, False: value}
        self._form = Form()
        self._checked = False
        self._has_file = False
        self._name = ""
        self._is_file = False
        self._bytes = bytearray()

    def add(self, piece: bytes) -> None:
        """Read on; raises `MultipartError`, and what `Uploads.form` does."""
        for event in self._parser.parse(piece):
            if isinstance(event, MultipartSegment):
                self._begin(event)
            elif event is None:
                self._complete()
            else:
                limit = self._limits[self._is_file]
                if len(self._bytes) + len(event) > limit.most:
                    raise limit.error
                self._bytes += event

    def end(self) -> Form:
        """Return the whole form; raises `MultipartError` if there is more to come."""
        self._parser.close()
        self._check_first("", "")
        return self._form

    def _begin(self, segment: MultipartSegment) -> None:
        self._name, self._bytes = segment.name or "", bytearray()
        self._is_file = segment.filename is not None
        if self._is_file:
            self._check_first("", "")
            if self._has_file:
                raise InputError("Send one picture at a time.", Reason.MANY_PICTURES)
            self._has_file = True
            self._form.filename, self._form.file = segment.filename or "", self._bytes

    def _complete(self) -> None:
        if not self._is_file:
            value = self._bytes.decode("utf-8", "replace")
            self._check_first(self._name, value)
            self._form.fields.append((self._name, value))

    def _check_first(self, name: str, value: str) -> None:
        """Have the first field checked, and no other."""
        if not self._checked:
            self._checked = True
            self._check(name, value)


async def _whole(pieces: AsyncIterator[bytes]) -> bytearray:
    body = bytearray()
    async for piece in pieces:
        body += piece
    return body


def _parser(request: Request) -> PushMultipartParser:
    """Return a parser for the body of a request; raises `MultipartError`."""
    kind, parameters = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data":
        raise MultipartError("no form")
    # Not strict: that refuses a last line break which comes in a piece of its own.
    return PushMultipartParser(parameters.get("boundary", ""), max_segment_count=MOST_FIELDS)


async def _piece(request: Request) -> bytes:
    """Return what has come of a body, and remember how far it is.

    What is remembered is the request's and not the object's: whoever handles an error may have
    another one.
    """
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise Gone
    request.state.body_begun = True
    request.state.body_over = not message.get("more_body", False)
    piece: bytes = message.get("body", b"")
    return piece


def _begun(request: Request) -> bool:
    return getattr(request.state, "body_begun", False)


def _over(request: Request) -> bool:
    return getattr(request.state, "body_over", False)
