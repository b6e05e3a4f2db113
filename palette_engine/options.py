"""What a user may choose: one table that every interface reads.

Standard library only, so that help texts and dialogs cost no heavy import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from palette_engine.errors import OptionError

__all__ = ["OPTIONS", "Choice", "Option", "Options"]


@dataclass(frozen=True)
class Choice:
    """One value of an option that offers a few."""

    name: str
    label: str
    help: str


@dataclass(frozen=True)
class Option:
    """One row of the table: a name, what it takes, and how to explain it.

    `label` is the text in a dialog, with `_` before its mnemonic. `scope` is ``"file"``
    for what only makes sense while a picture file is read.
    """

    name: str
    kind: Literal["integer", "choice"]
    default: int | str
    label: str
    help: str
    minimum: int = 0
    maximum: int = 0
    choices: tuple[Choice, ...] = ()
    flag: str = ""
    scope: Literal["any", "file"] = "any"

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the choices."""
        return tuple(choice.name for choice in self.choices)

    @property
    def takes(self) -> str:
        """What values the option takes, in words."""
        if self.kind == "choice":
            return " or ".join((", ".join(self.keys[:-1]), self.keys[-1]))
        return f"a whole number from {self.minimum:,} to {self.maximum:,}"

    def check(self, value: object) -> None:
        """Raise `OptionError` unless the option takes the value."""
        if self.kind == "choice":
            fits = isinstance(value, str) and value in self.keys
        else:
            fits = (
                isinstance(value, int)
                and not isinstance(value, bool)
                and self.minimum <= value <= self.maximum
            )
        if not fits:
            raise OptionError(f"{self.name} must be {self.takes}, not {value!r}.")


OPTIONS: Mapping[str, Option] = {
    option.name: option
    for option in (
        Option(
            name="colors",
            kind="integer",
            default=10,
            minimum=1,
            maximum=256,
            label="_Number of colors",
            help="How many colors the palette has; fewer if the picture has fewer.",
            flag="-n",
        ),
        Option(
            name="order",
            kind="choice",
            default="share",
            choices=(
                Choice("share", "Share", "Largest area first."),
                Choice("lightness", "Lightness", "From light to dark."),
                Choice("hue", "Hue", "Around the color circle from red, then the grays."),
            ),
            label="Or_der",
            help="In which order the colors stand.",
        ),
        Option(
            name="max_pixels",
            kind="integer",
            default=100_000_000,
            minimum=1,
            maximum=2**31 - 1,
            label="_Largest picture",
            help="Refuse a picture with more pixels than this before decoding it.",
            scope="file",
        ),
    )
}
"""Every option by its name, in the order in which interfaces show them."""


def _default(name: str) -> int:
    value = OPTIONS[name].default
    assert isinstance(value, int)
    return value


def _default_choice(name: str) -> str:
    return str(OPTIONS[name].default)


@dataclass(frozen=True)
class Options:
    """What a user chose, checked against the table.

    Raises `OptionError` if a value is not one its option takes.
    """

    colors: int = _default("colors")
    order: str = _default_choice("order")
    max_pixels: int = _default("max_pixels")

    def __post_init__(self) -> None:
        for field in fields(self):
            OPTIONS[field.name].check(getattr(self, field.name))

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Options:
        """Return options from names and values; those left out keep their defaults.

        Raises `OptionError` for a name that is not in the table or a value that does not fit.
        """
        for name in values:
            if name not in OPTIONS:
                raise OptionError(
                    f"There is no option {name!r}; the options are {', '.join(OPTIONS)}."
                )
        return cls(**values)  # type: ignore[arg-type]  # __post_init__ checks each value
