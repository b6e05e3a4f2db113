"""Everything that can go wrong for a reason a user can act on."""

from __future__ import annotations

__all__ = [
    "InputError",
    "OptionError",
    "OutputError",
    "PaletteError",
    "PaletteWarning",
    "SetupError",
]


class PaletteError(ValueError):
    """A request that cannot be carried out; the message is one sentence for the user.

    `exit_code` is what the command line ends with.
    """

    exit_code = 3


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
