"""Option kinds: the rows of the options table, and how the values of each kind are read.

Standard library only, like the table itself in options.py.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Literal, TypeAlias

from palette_engine.color.hex_code import format_hex, parse_hex
from palette_engine.errors import OptionError, Reason

__all__ = [
    "FRAME_WORDS",
    "KINDS",
    "NAMED",
    "Choice",
    "ColorList",
    "Kind",
    "Option",
    "Region",
    "color_code",
    "frame_bounds",
    "rgb_of",
]

ColorList: TypeAlias = str | Iterable[str | tuple[int, int, int]]
"""Colors as text such as ``"#e6194b, #fff"``, or a list of such codes or of three numbers."""

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height: whole numbers are pixels, others parts of the picture."""

NAMED = ("white", "black")
"""The colors that can be ignored by name."""

FRAME_WORDS = ("first", "all")
"""The frames of an animation that can be named."""


@dataclass(frozen=True)
class Choice:
    """One of the values that an option offers."""

    name: str
    label: str
    help: str


@dataclass(frozen=True)
class Kind:
    """One kind of option: how its values are read, and which they are.

    `read` returns the value as the engine keeps it; what it raises is reported with `reason`.
    `takes` describes the values; the names in braces are properties of the option. A bounded
    kind has a minimum and a maximum. In a list, all values that are given count. `named` are
    words that it takes beside its usual values.
    """

    name: str
    read: Callable[[Option, Any], Any]
    takes: str
    reason: Reason | None = None
    is_bounded: bool = False
    is_list: bool = False
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One row of the table: its name, the kind of its values, and its texts.

    `kind` is a name in `KINDS`. `label` is the text in a dialog, with `_` before its mnemonic.
    `scope` is ``"headless"`` for an option that a dialog about a layer does not have.
    """

    name: str
    kind: str
    default: Any
    label: str
    help: str
    minimum: float = 0
    maximum: float = 0
    choices: tuple[Choice, ...] = ()
    flag: str = ""
    scope: Literal["any", "headless"] = "any"

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the choices."""
        return tuple(choice.name for choice in self.choices)

    @property
    def takes(self) -> str:
        """A description of the values that the option takes."""
        choices = " or ".join((", ".join(self.keys[:-1]), *self.keys[-1:]))
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return KINDS[self.kind].takes.format(choices=choices, **bounds)

    def read(self, value: object) -> Any:
        """Return the value as the engine keeps it; raises `OptionError` if it does not fit.

        Text is read as on a command line.
        """
        kind = KINDS[self.kind]
        try:
            return kind.read(self, value)
        except OptionError:
            raise
        except (TypeError, ValueError, OverflowError) as error:
            shown = " ".join(repr(value).split())
            shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
            raise OptionError(
                f"{self.name} must be {self.takes}, not {shown}.", kind.reason
            ) from error


def rgb_of(code: str) -> tuple[int, int, int]:
    """Return the sRGB color of ``#rrggbb``, ``white`` or ``black``."""
    return parse_hex({"white": "#ffffff", "black": "#000000"}.get(code, code))


def _integer(option: Option, value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError
    if not isinstance(value, str | Integral):  # a NumPy bool is no Integral, but int() takes it
        raise TypeError
    number = int(value)
    if not option.minimum <= number <= option.maximum:
        raise ValueError
    return number


def _number(option: Option, value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if not option.minimum <= number <= option.maximum:  # false for NaN, too
        raise ValueError
    return number


def _count(option: Option, value: Any) -> int | str:
    if not isinstance(value, str) or value.isdecimal():
        return _integer(option, value)
    if value == "auto":
        return value
    least, most = (_integer(option, bound) for bound in value.split("-"))
    if least > most:
        raise ValueError
    return f"{least}-{most}"


def _choice(option: Option, value: Any) -> str:
    if not isinstance(value, str) or value not in option.keys:
        raise ValueError
    return value


def _colors(_option: Option, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(color_code, _items(value))))


def _ignored(_option: Option, value: Any) -> tuple[str, ...]:
    items = (_named(item) or color_code(item) for item in _items(value))
    return tuple(dict.fromkeys(items))


def _named(item: Any) -> str:
    """Return the name of a color that can be ignored by name, or an empty text."""
    return item if isinstance(item, str) and item in NAMED else ""


def _items(value: Any) -> Iterable[Any]:
    """Return the items of a list, or of a text with commas or spaces between them."""
    return re.findall(r"[^,\s]+", value) if isinstance(value, str) else iter(value)


def color_code(value: Any) -> str:
    """Return a color as ``#rrggbb``; ``#rgb`` and three numbers are taken, too."""
    if not isinstance(value, str):
        red, green, blue = map(operator.index, value)
        return f"#{bytes((red, green, blue)).hex()}"
    return format_hex(parse_hex(value))


def _frames(option: Option, value: Any) -> int | str:
    """Return ``first``, ``all``, a number from 1, or a range such as ``3-10``."""
    if not isinstance(value, str) or value.isdecimal():
        return _integer(option, value)
    if value in FRAME_WORDS:
        return value
    first, last = (_integer(option, bound) for bound in value.split("-"))
    if first > last:
        raise ValueError
    return f"{first}-{last}"


def frame_bounds(frames: int | str) -> tuple[int, int | None]:
    """Return the numbers of the first and the last frame of a choice; None is the last of all."""
    if isinstance(frames, int):
        return (frames, frames)
    if frames in FRAME_WORDS:
        return (1, 1 if frames == "first" else None)
    first, last = map(int, frames.split("-"))
    return (first, last)


def _region(_option: Option, value: Any) -> Region | None:
    """Return four numbers, all whole or all parts; None for an empty value."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    items = value.split(",") if isinstance(value, str) else list(value)
    left, top, width, height = map(_length, items)
    region = (left, top, width, height)
    if any(isinstance(length, float) for length in region):
        region = (float(left), float(top), float(width), float(height))
        if min(region) >= 0 and (left + width > 1 + 1e-9 or top + height > 1 + 1e-9):
            raise OptionError(
                "region reaches beyond the picture: as parts of it, left and width, and top and "
                "height, are at most 1 together."
            )
    if min(region) < 0 or not (width and height):
        raise ValueError
    return region


def _length(value: Any) -> float:
    """Return a whole number unchanged, and any other or a percentage as a part."""
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str):
        text = value.strip()
        if text.endswith("%"):
            return _finite(float(text[:-1]) / 100)
        return int(text) if text.isdecimal() else _finite(float(text))
    try:
        return operator.index(value)
    except TypeError:
        return _finite(float(value))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError
    return number


_BOUNDS = "from {minimum:,} to {maximum:,}"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("integer", _integer, f"a whole number {_BOUNDS}", is_bounded=True),
        Kind("number", _number, f"a number {_BOUNDS}", is_bounded=True),
        Kind(
            "count",
            _count,
            f"a whole number {_BOUNDS}, auto, or bounds for that such as 3-12",
            is_bounded=True,
            named=("auto",),
        ),
        Kind("choice", _choice, "{choices}"),
        Kind(
            "colors",
            _colors,
            "colors like #e6194b, separated by commas",
            reason=Reason.NOT_A_COLOR,
            is_list=True,
        ),
        Kind(
            "ignored",
            _ignored,
            "white, black or colors like #f4ecd8, separated by commas",
            reason=Reason.NOT_A_COLOR,
            is_list=True,
            named=NAMED,
        ),
        Kind(
            "frames",
            _frames,
            "first, all, the number of a frame, or a range such as 3-10",
            named=FRAME_WORDS,
        ),
        Kind(
            "region",
            _region,
            "left,top,width,height in pixels, or as parts such as 0.1,0,0.5,1.0",
        ),
    )
}
"""Every kind of option by its name. Each interface has one widget for each kind."""
