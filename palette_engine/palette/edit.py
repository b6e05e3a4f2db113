"""Edit: palettes changed by hand, one swatch at a time, and the history of such changes.

All functions return a new palette. Swatches are named by their index, from 0. What is changed in
color or name is marked as edited, so that the next extraction can keep it
(`edited_colors`). Shares stay what they were until `extraction.shares.measure_shares` measures
them anew, and the difference from the picture is dropped with the first changed color. See
docs/decisions.md#edited-palettes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from palette_engine.color.oklch import color_of, oklch_of
from palette_engine.color.srgb import Color
from palette_engine.errors import OptionError
from palette_engine.option_kinds import color_code, rgb_of
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = [
    "EDITS",
    "History",
    "carry_edits",
    "edited_colors",
    "merge_swatches",
    "move_swatch",
    "nudge_color",
    "remove_swatch",
    "rename_swatch",
    "replace_color",
]

NAME_BYTES = 200
"""The length of a name, at most, in bytes of UTF-8."""


def remove_swatch(palette: Palette, index: int) -> Palette:
    """Return the palette without a swatch; the shares of the others stay.

    Raises `OptionError` if there is no such swatch, or no other.
    """
    _check_index(palette, index)
    if len(palette.swatches) == 1:
        raise OptionError("The last swatch cannot be removed; replace its color instead.")
    swatches = palette.swatches[:index] + palette.swatches[index + 1 :]
    return _with_other_count(palette, swatches)


def replace_color(palette: Palette, index: int, color: str | Color) -> Palette:
    """Return the palette with another color in place of a swatch's.

    `color` is a code such as ``"#e6194b"``, or red, green and blue from 0 to 255. The swatch keeps
    its share and loses its name, which was that of the other color. Another swatch may have the
    same color. Raises `OptionError` if there is no such swatch, or for something else than a color.
    """
    swatch = _swatch_at(palette, index)
    new = _color(color)
    if new == swatch.color:
        return _with_swatch(palette, index, replace(swatch, is_edited=True))
    return _with_color(palette, index, Swatch(new, swatch.share, is_edited=True))


def merge_swatches(palette: Palette, index: int, other: int, name: str | None = None) -> Palette:
    """Return the palette with two swatches merged into one, in the place of the first named.

    Its color is the mean of both in CIELAB, weighed by their shares (equally, if both are 0); its
    share is their sum. It gets the name of the one with the larger share, or `name`. Raises
    `OptionError` if there is no such swatch, both are the same, or the name is no text.
    """
    one, two = _swatch_at(palette, index), _swatch_at(palette, other)
    if index == other:
        raise OptionError("A swatch cannot be merged with itself; choose two swatches.")
    larger = two if two.share > one.share else one
    seen = [each.first_seen for each in (one, two) if each.first_seen is not None]
    merged = Swatch(
        _mean(one, two),
        min(one.share + two.share, 1.0),
        larger.name if name is None else _name(name),
        min(seen) if seen else None,
        is_edited=True,
    )
    swatches = [*palette.swatches]
    swatches[index] = merged
    del swatches[other]
    return _with_other_count(palette, tuple(swatches))


def move_swatch(palette: Palette, index: int, to: int) -> Palette:
    """Return the palette with a swatch moved, so that its index becomes `to`.

    Raises `OptionError` if there is no such swatch or index.
    """
    _check_index(palette, index)
    _check_index(palette, to)
    swatches = [*palette.swatches]
    swatches.insert(to, swatches.pop(index))
    return replace(palette, swatches=tuple(swatches))


def rename_swatch(palette: Palette, index: int, name: str) -> Palette:
    """Return the palette with another name on a swatch, as one line of at most 200 bytes.

    An empty name removes it. Raises `OptionError` if there is no such swatch, or for something else
    than text.
    """
    swatch = _swatch_at(palette, index)
    named = replace(swatch, name=_name(name), is_edited=True)
    return _with_swatch(palette, index, named)


def nudge_color(
    palette: Palette,
    index: int,
    *,
    lightness: float = 0.0,
    chroma: float = 0.0,
    hue: float = 0.0,
) -> Palette:
    """Return the palette with the color of a swatch changed a little in OKLCH.

    `lightness` and `chroma` are added to those of the color, where lightness is from 0 to 1 and
    chroma from 0 to about 0.3; `hue` is in degrees. What sRGB does not have becomes as vivid as it
    can be (`color.oklch.color_of`). The swatch keeps its share, and its name, too. Raises
    `OptionError` if there is no such swatch, or for something else than finite numbers.
    """
    swatch = _swatch_at(palette, index)
    steps = [_number(step) for step in (lightness, chroma, hue)]
    if not any(steps):
        return palette
    old = oklch_of(swatch.color)
    color = color_of((old[0] + steps[0], old[1] + steps[1], (old[2] + steps[2]) % 360))
    return _with_color(palette, index, replace(swatch, color=color, is_edited=True))


EDITS: Mapping[str, Callable[..., Palette]] = {
    "remove": remove_swatch,
    "replace": replace_color,
    "merge": merge_swatches,
    "move": move_swatch,
    "rename": rename_swatch,
    "nudge": nudge_color,
}
"""Every edit by its name, for interfaces; all take a palette and the index of a swatch first."""


def edited_colors(palette: Palette) -> tuple[str, ...]:
    """Return the colors that were changed by hand, as codes for the option `keep`, each once."""
    return tuple(dict.fromkeys(swatch.hex for swatch in palette.swatches if swatch.is_edited))


def carry_edits(palette: Palette, before: Palette) -> Palette:
    """Return a new palette in which the colors edited `before` are marked, and have their names.

    For a palette that was extracted with `edited_colors` of the one before as kept colors.
    """
    edited = {swatch.color: swatch for swatch in before.swatches if swatch.is_edited}
    swatches = tuple(_carried(swatch, edited.get(swatch.color)) for swatch in palette.swatches)
    return replace(palette, swatches=swatches)


@dataclass(frozen=True)
class History:
    """Palettes, one for each step, of which the one at `position` is current.

    Guarantee: after any step, `undo` gives the palette before, and `redo` the one after, exactly.
    """

    palettes: tuple[Palette, ...]
    position: int = 0

    @classmethod
    def of(cls, palette: Palette) -> History:
        """Return the history that begins with a palette."""
        return cls((palette,))

    @property
    def current(self) -> Palette:
        """The palette after all steps that are not undone."""
        return self.palettes[self.position]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone, and none was made since."""
        return self.position + 1 < len(self.palettes)

    def add(self, palette: Palette) -> History:
        """Return the history with one more step; what was undone is dropped.

        A palette that is the current one is no step.
        """
        if palette == self.current:
            return self
        return History((*self.palettes[: self.position + 1], palette), self.position + 1)

    def undo(self) -> History:
        """Return the history one step back; raises `OptionError` if there is none."""
        if not self.can_undo:
            raise OptionError("There is nothing to undo.")
        return replace(self, position=self.position - 1)

    def redo(self) -> History:
        """Return the history one step on; raises `OptionError` if there is none."""
        if not self.can_redo:
            raise OptionError("There is nothing to redo.")
        return replace(self, position=self.position + 1)


def _check_index(palette: Palette, index: object) -> None:
    """Raise `OptionError` unless a palette has a swatch of an index."""
    count = len(palette.swatches)
    if type(index) is int and 0 <= index < count:
        return
    if not count:
        raise OptionError("The palette has no swatches; take one that has.")
    raise OptionError(
        f"There is no swatch with index {index!r}; the palette has the indexes 0 to {count - 1}."
    )


def _swatch_at(palette: Palette, index: int) -> Swatch:
    _check_index(palette, index)
    return palette.swatches[index]


def _with_swatch(palette: Palette, index: int, swatch: Swatch) -> Palette:
    swatches = (*palette.swatches[:index], swatch, *palette.swatches[index + 1 :])
    return replace(palette, swatches=swatches)


def _with_color(palette: Palette, index: int, swatch: Swatch) -> Palette:
    """Return the palette with a swatch of another color, whose difference is not known."""
    return replace(_with_swatch(palette, index, swatch), difference=None)


def _with_other_count(palette: Palette, swatches: tuple[Swatch, ...]) -> Palette:
    """Return the palette with another number of swatches, of which nobody asked for more."""
    return replace(palette, swatches=swatches, difference=None, asked=0, needed=0)


def _mean(one: Swatch, two: Swatch) -> Color:
    """Return the mean color of two swatches in CIELAB, weighed by their shares."""
    import numpy as np

    from palette_engine.color.cielab import lab_of, nearest_rgb

    lab = lab_of(np.array([one.color, two.color], np.uint8))
    total = one.share + two.share
    part = one.share / total if total else 0.5
    red, green, blue = nearest_rgb((part * lab[:1]) + (1 - part) * lab[1:])[0].tolist()
    return red, green, blue


def _color(color: object) -> Color:
    """Return a color, or raise `OptionError`."""
    try:
        return rgb_of(color_code(color))
    except (TypeError, ValueError, OverflowError) as error:
        raise OptionError(f"The color must be one like #e6194b, not {color!r}.") from error


def _name(name: object) -> str:
    """Return a name as one line, or raise `OptionError`."""
    if not isinstance(name, str):
        raise OptionError("The name of a swatch must be text.")
    return plain_text(name, NAME_BYTES)


def _number(value: Any) -> float:
    """Return a finite number, or raise `OptionError`."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) <= 1e6:  # false for NaN, too
        raise OptionError(f"Lightness, chroma and hue must be changed by numbers, not {value!r}.")
    return float(value)


def _carried(swatch: Swatch, edited: Swatch | None) -> Swatch:
    if edited is None:
        return swatch
    return replace(swatch, name=edited.name or swatch.name, is_edited=True)
