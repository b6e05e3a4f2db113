"""Options: what a user may choose, in one table that every interface reads.

Standard library only, so that help texts and dialogs need no heavy import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from palette_engine.errors import OptionError, Reason
from palette_engine.option_kinds import Choice, Option, Region

__all__ = ["DITHER", "OPTIONS", "READING", "Options"]

AUTO = (1, 24)
"""The least and the greatest number of colors that ``auto`` gives.

See docs/decisions.md#the-number-of-colors.
"""

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
            label="_Balance",
            help="From 0 (colors count by area) to 1 (every significant color counts).",
        ),
        Option(
            name="mood",
            kind="choice",
            default="none",
            choices=(
                Choice("none", "None", "The colors that represent the picture best."),
                Choice("people", "As people choose", "Vivid and varied, as people choose colors."),
                Choice("colorful", "Colorful", "More of the most vivid colors."),
                Choice("bright", "Bright", "More of the light and vivid colors."),
                Choice("muted", "Muted", "More of the colors near gray."),
                Choice("deep", "Deep", "More of the dark and vivid colors."),
                Choice("dark", "Dark", "More of the dark colors."),
            ),
            label="Mood",
            help="Which of the picture's colors are preferred; none means the best difference.",
        ),
        Option(
            name="order",
            kind="choice",
            default="share",
            choices=(
                Choice("share", "Area", "Largest area first."),
                Choice("lightness", "Lightness", "From light to dark."),
                Choice("hue", "Hue", "Around the color circle from red, then the grays."),
                Choice("image", "Image", "As they appear in the picture, from the top left."),
                Choice(
                    "smooth", "Smooth", "Each color beside those most like it, from the light end."
                ),
            ),
            label="Sort b_y",
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
            label="Na_mes",
            help="The list of names: each color gets the nearest one, and none comes twice.",
        ),
        Option(
            name="swatch",
            kind="choice",
            default="auto",
            choices=(
                Choice("auto", "Best fit", "Flat colors exactly, means of all others."),
                Choice(
                    "mean", "Averages", "The color that differs least from all that it represents."
                ),
                Choice("real", "Picked from the picture", "Only colors that are in the picture."),
            ),
            label="Colors are",
            help="The color that represents a group of similar colors.",
        ),
        Option(
            name="tolerance",
            kind="number",
            default=12.0,  # see docs/decisions.md#the-number-of-colors
            minimum=1,
            maximum=50,
            label="Accuracy",
            help="With auto: 95 % of the area is within this ΔE2000 of its color.",
        ),
        Option(
            name="min_distance",
            kind="number",
            default=0.0,
            minimum=0,
            maximum=100,
            label="K_eep colors apart",
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
            label="Lea_ve out",
            help="Colors that do not count, such as the paper.",
        ),
        Option(
            name="ignore_distance",
            kind="number",
            default=5.0,
            minimum=0,
            maximum=100,
            label="Leave out within",
            help="Colors within this ΔE2000 of an ignored color do not count either.",
        ),
        Option(
            name="effort",
            kind="choice",
            default="full",  # see docs/decisions.md#quick-palettes
            choices=(
                Choice("full", "Full", "The best palette."),
                Choice("quick", "Quick", "A good palette in less than half of the time."),
            ),
            label="E_ffort",
            help="How much work: quick takes half the time for a JPEG photo (error 1 % larger, at "
            "worst 25 %; up to 9 % of its colors lost).",
            scope="headless",
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
            name="frames",
            kind="frames",
            default="first",
            minimum=1,
            maximum=10**6,
            label="_Frames",
            help="The frames of an animation: first, all, a number, or a range such as 3-10.",
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
        Option(
            name="max_memory",
            kind="integer",
            default=1000,  # see docs/decisions.md#limits-on-decoding
            minimum=1,
            maximum=10**6,
            label="Most _memory",
            help="Refuse a picture that takes more megabytes of memory than this to decode.",
            scope="headless",
        ),
        Option(
            name="damaged",
            kind="choice",
            default="read",  # see docs/decisions.md#damaged-pictures
            choices=(
                Choice("read", "Read", "What can be decoded counts, with a warning."),
                Choice("refuse", "Refuse", "A picture of which anything is missing is an error."),
            ),
            label="_Damaged pictures",
            help="What to do with a JPEG or PNG that is damaged or cut short.",
            scope="headless",
        ),
    )
}
"""Every option of extraction by its name, in the order in which interfaces show them."""

READING = ("max_pixels", "max_memory", "damaged")
"""The options that say how a picture is read, whatever is made of it."""

DITHER = Option(
    name="dither",
    kind="choice",
    default="none",
    choices=(
        Choice("none", "None", "Every pixel gets the color nearest to it."),
        Choice("floyd-steinberg", "Floyd–Steinberg", "Fine and irregular, for photos."),
        Choice("ordered", "Ordered", "A regular pattern, for pixel art."),
    ),
    label="_Dithering",
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
    mood: str = _default("mood")
    order: str = _default("order")
    names: str = _default("names")
    swatch: str = _default("swatch")
    tolerance: float = _default("tolerance")
    min_distance: float = _default("min_distance")
    keep: tuple[str, ...] = _default("keep")
    ignore: tuple[str, ...] = _default("ignore")
    ignore_distance: float = _default("ignore_distance")
    effort: str = _default("effort")
    region: Region | None = None
    frames: int | str = _default("frames")
    max_pixels: int = _default("max_pixels")
    max_memory: int = _default("max_memory")
    damaged: str = _default("damaged")

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

    @classmethod
    def of_call(cls, options: Options | None, arguments: Mapping[str, object]) -> Options:
        """Return the options of a call, given as one value or among its arguments by name.

        Raises `OptionError` if both are given, or `options` is something else.
        """
        keywords = cls.of({name: value for name, value in arguments.items() if name in OPTIONS})
        if options is None:
            return keywords
        if not isinstance(options, Options):
            raise OptionError(f"options must be an Options value, not {type(options).__name__}.")
        if keywords != Options():
            raise OptionError("Give the options as one value or as keywords, not both.")
        return options
