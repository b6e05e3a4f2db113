"""Option form: the table of options as controls of a form, and the options that it sends.

Kept colors apply to all pictures. See docs/decisions.md#kept-and-locked-colors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from palette_engine.errors import OptionError
from palette_engine.option_kinds import KINDS, Choice, Option
from palette_engine.options import AUTO, OPTIONS, Options

__all__ = ["FIXED", "MORE", "PRIMARY", "Control", "InvalidOption", "controls", "options_of"]

PRIMARY = ("colors", "emphasis", "order", "swatch", "keep", "ignore")
"""The options that are always visible."""

FIXED = ("effort", "frames", "max_pixels", "max_memory", "damaged")
"""The options that the page does not show: the limits are set when the server is started.

The page shows a damaged picture, too, so it reads what is there. Of an animation it reads the first
frame, and says so.
"""

MORE = tuple(name for name in OPTIONS if name not in (*PRIMARY, *FIXED))
"""The options that are folded away."""

SENTENCES = {
    "count": "{label} must be a whole number from {minimum} to {maximum}, not {wrong}; or tick "
    "Auto to leave it to the picture.",
}
"""The page's own sentences, by kind, where the message has the words of the command line."""

HELP = {
    "emphasis": "To the left, large areas get most of the colors. To the right, small but striking "
    "colors get some too.",
}
"""The page's own explanations, where those of the command line are about numbers."""

ENDS = {"emphasis": ("large areas", "small accents"), "tolerance": ("fine", "coarse")}
"""What the ends of a slider mean, in place of its number."""

NAMED = {"white": "White (paper)", "black": "Black (lines)"}
"""The labels of named colors that can be left out."""

STEPS = 20
"""A number has at least this many steps from its minimum to its maximum."""


@dataclass(frozen=True)
class Control:
    """One option with its value as text.

    For ignored colors, `chosen` holds the named ones and `text` the others.
    """

    option: Option
    value: str
    chosen: tuple[str, ...] = ()
    text: str = ""

    @property
    def name(self) -> str:
        """The name of the option in a request."""
        return self.option.name

    @property
    def kind(self) -> str:
        """The kind of its values."""
        return self.option.kind

    @property
    def label(self) -> str:
        """The label, without a mnemonic."""
        return _label(self.option)

    @property
    def help(self) -> str:
        """One sentence."""
        return HELP.get(self.name, self.option.help)

    @property
    def ends(self) -> tuple[str, str] | None:
        """What the least and the greatest number mean, if that says more than the number."""
        return ENDS.get(self.name)

    @property
    def default(self) -> str:
        """The default value as text."""
        return _text(self.option.default)

    @property
    def minimum(self) -> float:
        """The smallest number."""
        return self.option.minimum

    @property
    def maximum(self) -> float:
        """The largest number."""
        return self.option.maximum

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number of colors if the picture decides it."""
        least, dash, most = self.value.partition("-")
        return (int(least), int(most)) if dash else AUTO

    @property
    def is_automatic(self) -> bool:
        """Whether the picture decides the number of colors."""
        return not self.value.isdecimal()

    @property
    def step(self) -> float:
        """The difference between two steps of a number."""
        return min(1, (self.maximum - self.minimum) / STEPS)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices: for ignored colors, the named ones."""
        kind = KINDS[self.kind]
        if kind.is_list:
            return tuple(Choice(name, NAMED[name], "") for name in kind.named)
        return self.option.choices


def controls(names: Iterable[str], options: Options) -> list[Control]:
    """Return the controls for some options with their values."""
    return [_control(OPTIONS[name], getattr(options, name)) for name in names]


class InvalidOption(OptionError):
    """A value that an option does not take; the message has the option's label."""

    def __init__(self, option: Option, error: OptionError) -> None:
        message = str(error).replace(option.name, _label(option), 1)
        if option.kind in SENTENCES:
            _, _, wrong = message.rpartition(", not ")
            message = SENTENCES[option.kind].format(
                label=_label(option),
                minimum=option.minimum,
                maximum=option.maximum,
                wrong=wrong.removesuffix("."),
            )
        super().__init__(message, error.reason)
        self.option = option.name


def options_of(fields: Iterable[tuple[str, str]], fixed: Mapping[str, object]) -> Options:
    """Return the options that the fields of a form give.

    `fixed` holds the values of `FIXED`. Raises `OptionError` for a name that is not on the page,
    and `InvalidOption` for a value.
    """
    values: dict[str, Any] = {}
    for name, value in fields:
        if name not in (*PRIMARY, *MORE):
            known = ", ".join((*PRIMARY, *MORE))
            raise OptionError(f"There is no option {name!r} on the page; its options are {known}.")
        if name in values and KINDS[OPTIONS[name].kind].is_list:
            value = f"{values[name]},{value}"
        values[name] = value
    for name, value in values.items():
        try:
            OPTIONS[name].read(value)
        except OptionError as error:
            raise InvalidOption(OPTIONS[name], error) from error
    return Options.of({**values, **fixed})


def _label(option: Option) -> str:
    """Return an option's label without a mnemonic."""
    return option.label.replace("_", "")


def _control(option: Option, value: Any) -> Control:
    kind = KINDS[option.kind]
    if not kind.is_list:
        return Control(option, _text(value))
    named = tuple(item for item in value if item in kind.named)
    others = tuple(item for item in value if item not in kind.named)
    return Control(option, _text(value), named, _text(others))


def _text(value: Any) -> str:
    """Return a value as the form sends it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
