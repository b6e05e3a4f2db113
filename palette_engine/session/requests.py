"""Requests: what a client asks, read ahead by a thread, so that it is known what is out of date."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from io import BufferedIOBase
from threading import Condition, Thread
from typing import Any, TypeAlias

from palette_engine.errors import InputError

__all__ = ["KINDS", "WITH_BYTES", "WITH_PIXELS", "Request", "Requests", "kind_of"]

Request: TypeAlias = dict[str, Any]
"""A JSON object; one of `KINDS` is among its keys if the client makes no mistake."""

KINDS = (
    "picture",
    "together",
    "thumbnail",
    "options",
    "preview",
    "recolor",
    "sheet",
    "map",
    "spot",
    "edit",
    "measure",
    "separate",
    "swap",
    "swap_thumbnail",
    "read_palette",
    "write_palette",
)
"""The keys of requests, each with the values of its kind."""

WITH_PIXELS = ("picture", "thumbnail", "recolor", "separate", "swap")
"""The kinds of requests that strips of pixels follow."""

WITH_BYTES = ("read_palette", "write_palette")
"""The kinds of requests that as many bytes follow as they say."""

MAX_LINE_BYTES = 2**20
"""Bytes of a request's line, at most."""

MAX_WAITING = 256
"""Requests that are read ahead, at most."""


def kind_of(request: Request) -> str:
    """Return which of `KINDS` a request is of; empty if of none."""
    return next((kind for kind in KINDS if kind in request), "")


class Requests:
    """The requests that arrive in a pipe, in order.

    A thread reads them ahead, until pixels or other bytes follow, which the caller reads before it
    calls `resume`.
    """

    def __init__(self, source: BufferedIOBase) -> None:
        self._source = source
        self._waiting: deque[Request | InputError | None] = deque()
        self._changed = Condition()
        self._is_paused = False
        self._is_closed = False
        Thread(target=self._read_ahead, daemon=True).start()

    def __iter__(self) -> Iterator[Request | InputError]:
        """Yield each request, or the error of a line that is none, until there are no more."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                request = self._waiting.popleft()
                self._changed.notify_all()
            if request is None:
                return
            yield request

    @property
    def has_newer_preview(self) -> bool:
        """Whether a preview waits, or another picture, so that those before it are out of date."""
        with self._changed:
            return any(
                isinstance(request, dict) and kind_of(request) in ("preview", "picture", "together")
                for request in self._waiting
            )

    def resume(self) -> None:
        """Go on reading: the pixels or bytes of the last request have been read."""
        with self._changed:
            self._is_paused = False
            self._changed.notify_all()

    def close(self) -> None:
        """Read no more: nobody knows where the next request begins."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _read_ahead(self) -> None:
        """Read requests until the input ends, or `close` is called."""
        for request in self._lines():
            with self._changed:
                self._waiting.append(request)
                kind = kind_of(request) if isinstance(request, dict) else ""
                self._is_paused = kind in (*WITH_PIXELS, *WITH_BYTES)
                self._changed.notify_all()
                self._changed.wait_for(lambda: self.can_read)
                if self._is_closed:
                    return
        with self._changed:
            self._waiting.append(None)
            self._changed.notify_all()

    @property
    def can_read(self) -> bool:
        """Whether nothing has to be done before more is read."""
        return self._is_closed or not (self._is_paused or len(self._waiting) >= MAX_WAITING)

    def _lines(self) -> Iterator[Request | InputError]:
        """Yield what each line says."""
        while line := self._source.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                # Strips may follow it, in unknown number.
                yield InputError(f"A line has more than {MAX_LINE_BYTES:,} bytes.")
                return
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                value = None
            if isinstance(value, dict):
                yield value
            else:
                yield InputError("A line of the session must be a JSON object.")
