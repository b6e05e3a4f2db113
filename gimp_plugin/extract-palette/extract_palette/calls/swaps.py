"""Swaps: which colors of a picture become others, as scripts and the command line write it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gi.repository import Gimp

from extract_palette.calls import arguments
from extract_palette.translation import _

NAMES = {"white": "#ffffff", "black": "#000000"}
"""The names of colors that the engine knows."""

HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


def swaps_in(text: str) -> dict[str, str]:
    """Return the hex value that each color becomes, from a text such as “#e6194b=#2050d0, …”.

    Raises `ArgumentError`.
    """
    found: dict[str, str] = {}
    for part in re.split(r"[\s,]+", re.sub(r"\s*=\s*", "=", text.strip())):
        old, equals, new = part.partition("=")
        codes = _code(old), _code(new)
        if not part:
            continue
        if not (equals and all(codes)):
            sentence = _("Swaps are like #e6194b=#2050d0, separated by commas, not “{text}”.")
            raise arguments.ArgumentError(sentence.format(text=part))
        if codes[0] in found:
            sentence = _("{color} is swapped twice. Give it one new color.")
            raise arguments.ArgumentError(sentence.format(color=codes[0]))
        found[codes[0]] = codes[1]
    return found


def text_of(swaps: Mapping[str, str]) -> str:
    """Return the text of swaps."""
    return ", ".join(f"{old}={new}" for old, new in swaps.items())


def _code(text: str) -> str:
    """Return a color as a hex value of six digits; empty if it is none."""
    word = text.lower()
    match = HEX.fullmatch(NAMES.get(word, word))
    if match is None:
        return ""
    digits = match[1]
    return f"#{digits if len(digits) == 6 else ''.join(2 * digit for digit in digits)}"


def chosen_swaps(config: Gimp.ProcedureConfig) -> dict[str, str]:
    """Return the hex value that each color becomes; raises `ArgumentError`."""
    return swaps_in(arguments.value(config, arguments.SWAPS))
