"""Refusals: why a request is not answered, as a status and a sentence."""

from __future__ import annotations

from palette_engine.errors import InputError, OptionError, PaletteError
from palette_engine.web.sessions import Forgotten
from palette_engine.web.uploads import TooLarge, TooMany, TooSlowly
from palette_engine.web.workers import Busy, TooSlow

__all__ = ["MISDIRECTED", "PASSING", "WAIT", "Foreign", "Refused", "sentence_of", "status_of"]

MISDIRECTED = 421
"""The status of requests to another name than this server's."""

WAIT = 1
"""How many seconds a client should wait before it tries again what there was no room for."""

PASSING = (Busy, TooMany)
"""What may be no more when a client tries again; what took too long would take as long again."""


class Refused(PaletteError):
    """A request that is answered by a status of its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Foreign(Refused):
    """A request that is not for this server, or not from its own page: nobody reads the answer."""


STATUS: dict[type[PaletteError], int] = {
    TooSlowly: 408,
    Forgotten: 410,
    TooLarge: 413,
    TooMany: 429,
    Busy: 503,
    TooSlow: 503,
    OptionError: 400,
    InputError: 422,
}
"""By the kind of error, the first that fits."""

STATUS_OF_REASON = {
    "broken": 400,
    "many-pictures": 400,
    "too-many-pixels": 413,
    "not-a-picture": 415,
}
"""By the reason of an error, before its kind."""


def status_of(error: PaletteError) -> int:
    """Return the HTTP status that goes with an error."""
    if isinstance(error, Refused):
        return error.status
    if error.reason in STATUS_OF_REASON:
        return STATUS_OF_REASON[error.reason]
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)


def sentence_of(error: PaletteError) -> str:
    """Return what to say about an error: its message, in the words of the page."""
    if error.reason == "too-many-pixels":
        width, height, most = (error.values[name] for name in ("width", "height", "most"))
        return (
            f"The picture is {width:,} x {height:,} pixels large, {width * height:,} in all; the "
            f"page takes up to {most:,}. Make it smaller, or start the page with --max-pixels."
        )
    return str(error)
