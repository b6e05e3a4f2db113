"""Refusals: why a request is not answered, as a status and a sentence."""

from __future__ import annotations

from palette_engine.errors import InputError, OptionError, PaletteError, Reason
from palette_engine.web.form import Misfit
from palette_engine.web.sessions import Forgotten
from palette_engine.web.uploads import TooLarge, TooMany, TooSlowly
from palette_engine.web.workers import Busy, TooSlow

__all__ = [
    "MISDIRECTED",
    "PASSING",
    "WAIT",
    "Foreign",
    "Refused",
    "option_of",
    "sentence_of",
    "status_of",
]

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
    Reason.BROKEN_FORM: 400,
    Reason.FORMAT_MISSING: 415,
    Reason.MANY_PICTURES: 400,
    Reason.TOO_MANY_PIXELS: 413,
    Reason.NOT_A_PICTURE: 415,
}
"""By the reason of an error, before its kind."""


OPTION_OF_REASON = {
    Reason.ALL_IGNORED: "ignore",
    Reason.BEYOND_PICTURE: "region",
    Reason.TOO_MANY_KEPT: "keep",
}
"""The option that is to be changed, by the reason of an error."""

SENTENCES = {
    Reason.ALL_IGNORED: "All colors are within ΔE2000 {distance:g} of those to be ignored; ignore "
    "fewer, or lower “Ignore within”.",
    Reason.BEYOND_PICTURE: "The region reaches beyond the picture, which is {width:,} x {height:,} "
    "pixels.",
    Reason.TOO_MANY_KEPT: "More colors are to be kept ({kept}) than the palette may have "
    "({colors}); raise the number of colors, or keep fewer.",
    Reason.TOO_MANY_PIXELS: "The picture has {width:,} x {height:,} pixels, and the page takes "
    "up to {most:,} in all; make it smaller, or start the page with --max-pixels.",
}
"""What to say, by the reason of an error, where its message has the words of the command line."""


def status_of(error: PaletteError) -> int:
    """Return the HTTP status that goes with an error."""
    if isinstance(error, Refused):
        return error.status
    if error.reason in STATUS_OF_REASON:
        return STATUS_OF_REASON[error.reason]
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)


def sentence_of(error: PaletteError) -> str:
    """Return what to say about an error: its message, in the words of the page."""
    sentence = SENTENCES.get(error.reason) if error.reason else None
    return sentence.format(**error.values) if sentence else str(error)


def option_of(error: PaletteError) -> str:
    """Return the name of the option that an error is about, or an empty string."""
    return (
        error.option
        if isinstance(error, Misfit)
        else OPTION_OF_REASON.get(error.reason, "")
        if error.reason
        else ""
    )
