"""Ranges: a file of a web server of which parts are read as they are needed (RFC 9110, 14)."""

from __future__ import annotations

import contextlib
import http
import io
import re
import urllib.error
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from palette_engine.collections.download import answered
from palette_engine.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["opened_in_parts"]

BUFFER = 2**20
"""A request asks for at least so many bytes, as small members of archives follow each other."""

CONTENT_RANGE = re.compile(r"bytes \d+-\d+/(\d+)")


@contextlib.contextmanager
def opened_in_parts(address: str) -> Iterator[IO[bytes]]:
    """Hold a file of a web server open, in which one can go anywhere.

    Raises `OSError`, `ValueError` or `http.client.HTTPException`, and `InputError` if the server
    only sends whole files, or the file changes meanwhile.
    """
    with io.BufferedReader(_Parts(address), BUFFER) as file:
        yield file


class _Parts(io.RawIOBase):
    """A file of which each part that is read is a request."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._at = 0
        with answered(address, {"Range": "bytes=0-0"}) as answer:
            told = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range") or "")
            if answer.status != http.HTTPStatus.PARTIAL_CONTENT or told is None:
                raise InputError(
                    f"{address} is a zip archive on a server that sends no parts of files; "
                    "download it first."
                )
            self._size = int(told[1])
            etag = answer.headers.get("ETag") or ""
        # A weak version does not tell whether bytes are the same.
        self._known = {"If-Match": etag} if etag.startswith('"') else {}

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that one can go anywhere in it."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, and return where that is."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("there is nothing before the beginning of a file")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read bytes into a buffer, and return their number, which is 0 at the end."""
        view = memoryview(buffer)
        length = min(len(view), self._size - self._at)
        if length <= 0:
            return 0
        wanted = {"Range": f"bytes={self._at}-{self._at + length - 1}"}
        try:
            with answered(self._address, wanted | self._known) as answer:
                self._check(answer)
                data = answer.read(length)
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.PRECONDITION_FAILED:
                raise
            error.close()
            raise self._changed() from error
        if len(data) < length:
            raise OSError("it ended early; collect it again")
        view[:length] = data
        self._at += length
        return length

    def _check(self, answer: Any) -> None:
        """Raise `InputError` if an answer is not a part of the file as it was."""
        told = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range") or "")
        if (
            answer.status != http.HTTPStatus.PARTIAL_CONTENT
            or told is None
            or int(told[1]) != self._size
        ):
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(f"{self._address} has changed while it was read; collect it again.")
