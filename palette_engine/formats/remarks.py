"""Remarks: sentences about what was left out, cut or clipped when a palette file was read."""

from __future__ import annotations

from collections.abc import Sequence

from palette_engine.palette.value import Remark

__all__ = ["alpha_left_out", "clipped", "colors", "lines_left_out"]


def colors(count: int) -> str:
    """Return a number of colors in words."""
    return "1 color" if count == 1 else f"{count:,} colors"


def lines_left_out(numbers: Sequence[int]) -> tuple[Remark, ...]:
    """Return a remark about lines that are not colors, by their numbers from 1; none if none."""
    if not numbers:
        return ()
    if len(numbers) == 1:
        sentence = f"Line {numbers[0]:,} is not a color and was left out."
    else:
        sentence = (
            f"{len(numbers):,} lines are not colors and were left out, as line {numbers[0]:,}."
        )
    return (Remark(sentence, len(numbers)),)


def alpha_left_out(count: int) -> Remark:
    """Return a remark about colors whose alpha was left out."""
    return Remark(f"The alpha of {colors(count)} was left out.", count)


def clipped(count: int) -> Remark:
    """Return a remark about colors beyond sRGB."""
    are, were = ("is", "was") if count == 1 else ("are", "were")
    return Remark(f"{colors(count)} {are} beyond sRGB and {were} clipped.", count)
