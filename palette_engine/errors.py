"""Errors: what can go wrong, each with an exit code and, for programs, a reason."""

from __future__ import annotations

import struct
import zlib
from enum import StrEnum

__all__ = [
    "DAMAGE",
    "InputError",
    "OptionError",
    "OutputError",
    "PaletteError",
    "PaletteWarning",
    "Reason",
    "SetupError",
    "cause_of",
]


class Reason(StrEnum):
    """A machine-readable code of what is wrong; the session and the page send it with the message.

    The plug-in and the page have words of their own for some reasons; tests compare them with
    this list.
    """

    ALL_IGNORED = "all-ignored"
    BEYOND_PICTURE = "beyond-picture"
    BROKEN_FORM = "broken"
    BUSY = "busy"
    EMPTY_FRAME = "empty-frame"
    FORGOTTEN = "forgotten"
    FORMAT_MISSING = "format-missing"
    MANY_PICTURES = "many-pictures"
    MEMORY = "memory"
    NOT_A_COLOR = "not-a-color"
    NOT_A_PALETTE = "not-a-palette"
    NOT_A_PICTURE = "not-a-picture"
    NO_COLORS = "no-colors"
    PALETTE_TOO_LARGE = "palette-too-large"
    TOO_LARGE = "too-large"
    TOO_MANY_COLORS = "too-many-colors"
    TOO_MANY_KEPT = "too-many-kept"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_UPLOADS = "too-many"
    TOO_MUCH_MEMORY = "too-much-memory"
    TOO_SLOW = "too-slow"
    TOO_WIDE = "too-wide"
    TRANSPARENT = "transparent"


class PaletteError(ValueError):
    """A request that cannot be carried out. The message is a sentence that says what to do.

    `reason` tells programs what is wrong, and `values` holds the numbers in the message; most
    errors have no reason. `exit_code` is what the command line ends with.
    """

    exit_code = 3

    def __init__(self, message: str, reason: Reason | None = None, **values: float) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values


class OptionError(PaletteError):
    """An option that does not exist, or a value it does not take."""

    exit_code = 2


class OutputError(PaletteError):
    """A file that cannot be written.

    See docs/decisions.md#exit-code-for-outputs.
    """

    exit_code = 2


class InputError(PaletteError):
    """A picture or palette that cannot be used."""

    exit_code = 3


class SetupError(PaletteError):
    """An installation, in GIMP or of the engine, that does not work."""

    exit_code = 3


class PaletteWarning(UserWarning):
    """A fault in the input that was worked around; the message says how."""


DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    BufferError,
    SystemError,  # of extension modules that get what they do not expect
    struct.error,
    zlib.error,
)
"""The errors that picture decoders raise on damaged files."""


def cause_of(error: BaseException) -> str:
    """Return the message of a library's error, on one line and without a period."""
    text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return text.strip().rstrip(".").splitlines()[0] if text.strip() else type(error).__name__
