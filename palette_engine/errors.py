"""Everything that can go wrong for a reason a user can act on."""

from __future__ import annotations

import struct
import zlib

__all__ = [
    "DAMAGE",
    "InputError",
    "OptionError",
    "OutputError",
    "PaletteError",
    "PaletteWarning",
    "SetupError",
    "reason",
]


class PaletteError(ValueError):
    """A request that cannot be carried out; the message is one sentence for the user.

    Who says it in other words than the message, as in another language, goes by `reason`, a short
    name of what is wrong, and `values`, the numbers in the message; most errors have none.
    `exit_code` is what the command line ends with.
    """

    exit_code = 3

    def __init__(self, message: str, reason: str = "", **values: float) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values


class OptionError(PaletteError):
    """An option that does not exist, or a value it does not take."""

    exit_code = 2


class OutputError(PaletteError):
    """A file that cannot be written where it was asked for."""

    exit_code = 2


class InputError(PaletteError):
    """A picture or palette that cannot be used."""

    exit_code = 3


class SetupError(PaletteError):
    """An installation, in GIMP or of the engine, that is not as it should be."""

    exit_code = 3


class PaletteWarning(UserWarning):
    """Something in the input that was worked around; the message says how."""


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
    struct.error,
    zlib.error,
)
"""What picture decoders raise on damaged files."""


def reason(error: BaseException) -> str:
    """Return why something failed, in the words of who noticed, on one line without a period."""
    text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return text.strip().rstrip(".").splitlines()[0] if text.strip() else type(error).__name__
