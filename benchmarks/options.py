"""Options: whether any option is a trap, which makes a palette take much longer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.pictures import PICTURES, Picture, photograph
from benchmarks.report import circumstances, table
from palette_engine.errors import PaletteError
from palette_engine.extraction.pipeline import palette_of
from palette_engine.extraction.summary import Summary
from palette_engine.libraries import preload
from palette_engine.option_kinds import NAMED, Option
from palette_engine.options import OPTIONS, Options
from palette_engine.pictures.reading import read_pixels

__all__ = ["SMALL", "Cost", "Drawn", "drawn", "options_section", "without"]

SIDE = 500
"""The pictures have as many pixels as a square of this side: a quarter of a megapixel."""

FACTOR = 2.0
"""An option is a trap if a palette takes more than this many times the time without it,"""

FLOOR = 0.02
"""and takes more than this many seconds longer."""

AGAIN = 3
"""What looks like a trap is measured as many times again; the least time counts."""

CHANCE = 0.4
"""How likely each option is drawn."""

SHOWN = 25
"""The number of options in the table: those that cost most."""

Values = dict[str, Any]
"""Options by name that are not the default."""


ALONE: Mapping[str, Callable[[Values], bool]] = {
    "tolerance": lambda values: isinstance(values["colors"], str),
    "ignore_distance": lambda values: "ignore" in values,
}
"""Options that change nothing unless others are chosen, and whether they are."""


@dataclass(frozen=True)
class Drawn:
    """A picture by name, and options that were drawn for it."""

    picture: str
    values: Values


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time that a palette takes, and those without one of its options."""

    drawn: Drawn
    option: str
    seconds: float
    without: float

    @property
    def ratio(self) -> float:
        """The seconds as a multiple of those without the option; small differences do not count."""
        return (self.seconds - FLOOR) / self.without

    @property
    def is_trap(self) -> bool:
        """Whether the option makes a palette take much longer."""
        return self.ratio > FACTOR


def options_section(count: int, seed: int) -> tuple[str, str]:
    """Return title and text of the section on `count` combinations of options.

    Prints a line for each trap as soon as it is found.
    """
    preload()
    costs = []
    for number, some in enumerate(drawn(count, seed), 1):
        for cost in measured(some, _summary(some.picture)):
            costs.append(cost)
            if cost.is_trap:
                line = f"{number} of {count}: {'  '.join(_row(cost))}"
                print(line, file=sys.stderr, flush=True)
    traps = sum(cost.is_trap for cost in costs)
    worst = sorted(costs, key=lambda cost: -cost.ratio)[:SHOWN]
    header = ["picture", "option", "ratio", "seconds", "without it", "other options"]
    rows = [_row(cost) for cost in worst]
    text = (
        f"{circumstances()} {count} combinations, seed {seed}: {len(costs)} options, of which "
        f"{traps} are traps.\n\n{table(header, rows, ('option', 'other options'))}"
    )
    return "Options that cost most", text


def _row(cost: Cost) -> list[str]:
    own = {name: value for name, value in cost.drawn.values.items() if name != cost.option}
    return [
        cost.drawn.picture,
        f"{cost.option}={_shown(cost.drawn.values[cost.option])}",
        f"{cost.ratio:.2f}x",
        f"{cost.seconds:.3f}",
        f"{cost.without:.3f}",
        ", ".join(f"{name}={_shown(value)}" for name, value in own.items()),
    ]


def _shown(value: object) -> str:
    if isinstance(value, tuple) and len(value) > 2:
        return f"{len(value)} colors"
    return " ".join(value) if isinstance(value, tuple) else f"{value}"


def measured(some: Drawn, summary: Summary) -> Iterator[Cost]:
    """Yield the cost of each of the options that were drawn."""
    try:
        seconds, found = cost_of(summary, some.values)
    except PaletteError:  # as all of it is ignored
        return
    for option in some.values:
        fewer = without(some.values, option, found)
        if fewer is None:
            continue
        try:
            cost = Cost(some, option, seconds, cost_of(summary, fewer)[0])
            for _ in range(AGAIN if cost.is_trap else 0):
                again, plain = (cost_of(summary, each)[0] for each in (some.values, fewer))
                cost = Cost(some, option, min(cost.seconds, again), max(cost.without, plain))
        except PaletteError:
            continue
        yield cost


def cost_of(summary: Summary, values: Values) -> tuple[float, int]:
    """Return the seconds of processor time that a palette takes, and its number of swatches.

    What is worked out once for a picture does not count.
    """
    options = Options.of(values)
    start = time.process_time()
    palette = palette_of(summary, options)
    return time.process_time() - start, len(palette.swatches)


def without(values: Values, option: str, found: int) -> Values | None:
    """Return the values without an option; None if it changes nothing.

    Without `auto` or bounds, the number of colors is what was `found`, and a number of colors
    stays.
    """
    if option == "colors":
        if isinstance(values["colors"], int):
            return None
        return {**values, "colors": max(found, len(values.get("keep", ())))}
    return {name: value for name, value in values.items() if name != option}


def drawn(count: int, seed: int) -> Iterator[Drawn]:
    """Yield combinations of options, each with a picture."""
    random = Random(seed)
    names = list(SMALL)
    for number in range(count):
        name = names[number % len(names)]
        values = {"colors": _colors_drawn(random)}
        asked = Options(colors=values["colors"]).bounds[1]
        for option in OPTIONS.values():
            if option.name != "colors" and option.scope == "any" and random.random() < CHANCE:
                value = DRAW[option.kind](random, option, _picture(name), asked)
                if value != option.default:
                    values[option.name] = value
        for option_name, other in ALONE.items():
            if not other(values):
                values.pop(option_name, None)
        yield Drawn(name, values)


def _colors_drawn(random: Random) -> int | str:
    """Return a number of colors, or ``auto``, or bounds for that."""
    kind = random.randrange(6)
    if kind == 0:
        return "auto"
    if kind == 1:
        least, most = sorted(random.choices((1, 2, 3, 5, 8, 12, 24, 40, 64, 256), k=2))
        return f"{least}-{most}"
    if kind == 2:
        return 256
    return round(2 ** random.uniform(0, 8))


def _number_drawn(random: Random, option: Option, _picture: Picture, _asked: int) -> float:
    """Return a number, often a small one, sometimes the least or greatest."""
    if random.random() < 0.2:
        return random.choice((option.minimum, option.maximum))
    span = option.maximum - option.minimum
    return round(option.minimum + span * random.random() ** 3, 2)


def _choice_drawn(random: Random, option: Option, _picture: Picture, _asked: int) -> str:
    return random.choice(option.keys)


def _kept_drawn(random: Random, _option: Option, picture: Picture, asked: int) -> tuple[str, ...]:
    """Return colors, some of them the picture's."""
    count = random.choice((1, 2, 3, asked // 4, asked // 2, asked))
    return tuple(dict.fromkeys(_color_drawn(random, picture) for _ in range(min(count, asked))))


def _ignored_drawn(random: Random, _option: Option, picture: Picture, _: int) -> tuple[str, ...]:
    some = [random.choice((*NAMED, _color_drawn(random, picture))) for _ in range(3)]
    return tuple(dict.fromkeys(some[: random.randint(1, 3)]))


def _color_drawn(random: Random, picture: Picture) -> str:
    """Return the color of a pixel, or any color."""
    if random.random() < 0.5:
        return f"#{random.randrange(2**24):06x}"
    height, width, _ = picture.shape
    return f"#{bytes(picture[random.randrange(height), random.randrange(width)]).hex()}"


DRAW: Mapping[str, Callable[[Random, Option, Picture, int], Any]] = {
    "number": _number_drawn,
    "choice": _choice_drawn,
    "colors": _kept_drawn,
    "ignored": _ignored_drawn,
}
"""How the values of each kind of option are drawn, except the number of colors."""


def _resized(picture: Picture, resample: Image.Resampling) -> Picture:
    """Return a picture with a quarter of a megapixel."""
    height, width, _ = picture.shape
    scale = SIDE / (height * width) ** 0.5
    size = (round(width * scale), round(height * scale))
    return np.asarray(Image.fromarray(picture).resize(size, resample))


def _grayed(picture: Picture) -> Picture:
    return np.asarray(Image.fromarray(picture).convert("L").convert("RGB"))


def _darkened(picture: Picture) -> Picture:
    return (picture // 12).astype(np.uint8)


_SMOOTH, _SHARP = Image.Resampling.LANCZOS, Image.Resampling.NEAREST

SMALL: Mapping[str, Callable[[], Picture]] = {
    "photo": lambda: photograph(SIDE, SIDE),
    "gray photo": lambda: _grayed(_resized(PICTURES["coffee"](), _SMOOTH)),
    "gradient": lambda: _resized(PICTURES["gradient"](), _SMOOTH),
    "screenshot": lambda: _resized(PICTURES["screenshot"](), _SMOOTH),
    "noise": lambda: PICTURES["noise"]()[:SIDE, :SIDE],
    "flat art": lambda: _resized(PICTURES["illustration"](), _SHARP),
    "nearly black": lambda: _darkened(_resized(PICTURES["hubble"](), _SMOOTH)),
}
"""Pictures of a quarter of a megapixel by name."""


@cache
def _picture(name: str) -> Picture:
    return SMALL[name]()


@cache
def _summary(name: str) -> Summary:
    """Return the summary of a picture, with tiles for the order in which colors appear."""
    summary = Summary.of(read_pixels(_picture(name)), "image")
    # Worked out once for a picture, as in a dialog.
    assert len(summary.points.area)
    assert len(summary.sharpened.points.area)
    return summary
