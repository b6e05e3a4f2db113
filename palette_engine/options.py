"""Options: what a user may choose, in one table that every interface reads.

Standard library only, so that help texts and dialogs need no heavy import.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from numbers import Integral
from typing import Any, Literal, TypeAlias

from palette_engine.color.hex_code import format_hex, parse_hex
from palette_engine.errors import OptionError, Reason

__all__ = [
    "DITHER",
    "KINDS",
    "NAMED",
    "OPTIONS",
    "Choice",
    "Kind",
    "Option",
    "Options",
    "Region",
    "rgb_of",
]

Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height: whole numbers are pixels, others parts of the picture."""

AUTO = (1, 24)
"""The least and the greatest number of colors that ``auto`` gives.

See docs/decisions.md#the-number-of-colors.
"""

NAMED = ("white", "black")
"""The colors that can be ignored by name."""


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
    return tuple(dict.fromkeys(map(_color, _items(value))))


def _ignored(_option: Option, value: Any) -> tuple[str, ...]:
    items = (_named(item) or _color(item) for item in _items(value))
    return tuple(dict.fromkeys(items))


def _named(item: Any) -> str:
    """Return the name of a color that can be ignored by name, or an empty text."""
    return item if isinstance(item, str) and item in NAMED else ""


def _items(value: Any) -> Iterable[Any]:
    """Return the items of a list, or of a text with commas or spaces between them."""
    return re.findall(r"[^,\s]+", value) if isinstance(value, str) else iter(value)


def _color(value: Any) -> str:
    """Return a color as ``#rrggbb``; ``#rgb`` and three numbers are taken, too."""
    if not isinstance(value, str):
        red, green, blue = map(operator.index, value)
        return f"#{bytes((red, green, blue)).hex()}"
    return format_hex(parse_hex(value))


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
            "region",
            _region,
            "left,top,width,height in pixels, or as parts such as 0.1,0,0.5,1.0",
        ),
    )
}
"""Every kind of option by its name. Each interface has one widget for each kind."""

OPTIONS: Mapping[str, Option] = {
    option.name: option
    for option in (
        Option(
            name="colors",
            kind="count",
            default=10,
            minimum=1,
            maximum=256,
            label="_Number of colors",
            help="How many colors the palette has; fewer if the picture has fewer.",
            flag="-n",
        ),
        Option(
            name="emphasis",
            kind="number",
            default=0.25,  # see docs/decisions.md#emphasis-of-a-quarter
            minimum=0,
            maximum=1,
            label="_Emphasis",
            help="From 0 (colors count by area) to 1 (every significant color counts).",
        ),
        Option(
            name="order",
            kind="choice",
            default="share",
            choices=(
                Choice("share", "Share", "Largest area first."),
                Choice("lightness", "Lightness", "From light to dark."),
                Choice("hue", "Hue", "Around the color circle from red, then the grays."),
                Choice("image", "Image", "As they appear in the picture, from the top left."),
                Choice(
                    "smooth", "Smooth", "Each color beside those most like it, from the light end."
                ),
            ),
            label="Or_der",
            help="The order of the colors.",
        ),
        Option(
            name="names",
            kind="choice",
            default="none",
            choices=(
                Choice("none", "None", "No names; programs show the hex value and the share."),
                Choice("css", "CSS", "The 139 colors that browsers know by name."),
                Choice("xkcd", "xkcd survey", "920 everyday names, as people call colors."),
                Choice("meodai", "Poetic", "4,893 inventive names; one is always near."),
            ),
            label="N_ames",
            help="The list of names: each color gets the nearest one, and none comes twice.",
        ),
        Option(
            name="swatch",
            kind="choice",
            default="auto",
            choices=(
                Choice("auto", "Automatic", "Flat colors exactly, means of all others."),
                Choice(
                    "mean", "Means", "The color that differs least from all that it represents."
                ),
                Choice("real", "Real colors", "Only colors that are in the picture."),
            ),
            label="S_watch colors",
            help="The color that represents a group of similar colors.",
        ),
        Option(
            name="tolerance",
            kind="number",
            default=12.0,  # see docs/decisions.md#the-number-of-colors
            minimum=1,
            maximum=50,
            label="_Tolerance",
            help="With auto: 95 % of the area is within this ΔE2000 of its color.",
        ),
        Option(
            name="min_distance",
            kind="number",
            default=0.0,
            minimum=0,
            maximum=100,
            label="M_inimum difference",
            help="The least ΔE2000 between two colors; 10 keeps them clearly apart.",
        ),
        Option(
            name="keep",
            kind="colors",
            default=(),
            label="_Keep",
            help="Colors that must be in the palette; the others are found around them.",
        ),
        Option(
            name="ignore",
            kind="ignored",
            default=(),
            label="I_gnore",
            help="Colors that do not count, such as the paper.",
        ),
        Option(
            name="ignore_distance",
            kind="number",
            default=5.0,
            minimum=0,
            maximum=100,
            label="Ignore _within",
            help="Colors within this ΔE2000 of an ignored color do not count either.",
        ),
        Option(
            name="region",
            kind="region",
            default=None,
            label="Re_gion",
            help="The part of the picture to use.",
            scope="headless",
        ),
        Option(
            name="max_pixels",
            kind="integer",
            default=100_000_000,
            minimum=1,
            maximum=2**31 - 1,
            label="_Largest picture",
            help="Refuse a picture with more pixels than this before decoding it.",
            scope="headless",
        ),
    )
}
"""Every option of extraction by its name, in the order in which interfaces show them."""

DITHER = Option(
    name="dither",
    kind="choice",
    default="none",
    choices=(
        Choice("none", "None", "Every pixel gets the color nearest to it."),
        Choice("floyd-steinberg", "Floyd–Steinberg", "Fine and irregular, for photos."),
        Choice("ordered", "Ordered", "A regular pattern, for pixel art."),
    ),
    label="Di_thering",
    help="How neighboring pixels mix to colors that are not in the palette.",
)
"""The option of recoloring; a palette's own options do not include it."""


def _default(name: str) -> Any:
    return OPTIONS[name].default


@dataclass(frozen=True)
class Options:
    """The options that a user chose, checked against the table.

    Raises `OptionError` for a value that its option does not take, and for two values that
    contradict each other.
    """

    colors: int | str = _default("colors")
    emphasis: float = _default("emphasis")
    order: str = _default("order")
    names: str = _default("names")
    swatch: str = _default("swatch")
    tolerance: float = _default("tolerance")
    min_distance: float = _default("min_distance")
    keep: tuple[str, ...] = _default("keep")
    ignore: tuple[str, ...] = _default("ignore")
    ignore_distance: float = _default("ignore_distance")
    region: Region | None = None
    max_pixels: int = _default("max_pixels")

    def __post_init__(self) -> None:
        for field in fields(self):
            value = OPTIONS[field.name].read(getattr(self, field.name))
            object.__setattr__(self, field.name, value)
        most = self.bounds[1]
        if len(self.keep) > most:
            raise OptionError(
                f"keep names {len(self.keep)} colors, more than the palette may have ({most}); "
                "ask for more colors.",
                Reason.TOO_MANY_KEPT,
                kept=len(self.keep),
                colors=most,
            )

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number of colors that the palette may have."""
        if isinstance(self.colors, int):
            return (self.colors, self.colors)
        if self.colors == "auto":
            return (AUTO[0], max(AUTO[1], len(self.keep)))
        least, most = map(int, self.colors.split("-"))
        return (least, most)

    @property
    def automatic(self) -> bool:
        """Whether the picture decides the number of colors."""
        return not isinstance(self.colors, int)

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Options:
        """Return options from names and values; other options keep their defaults.

        Raises `OptionError` for a name that is not in the table or a value that does not fit.
        """
        for name in values:
            if name not in OPTIONS:
                raise OptionError(
                    f"There is no option {name!r}; the options are {', '.join(OPTIONS)}."
                )
        return cls(**values)  # type: ignore[arg-type]  # __post_init__ checks each value
