"""Errors: why something cannot be done, in the user's language.

Standard library only. The engine's own sentences are English. Some of its errors also have a
reason and numbers (see palette_engine/session/server.py), and get a translated sentence here.
"""

from __future__ import annotations

from typing import Any

from extract_palette.translation import _


class Problem(Exception):
    """Why something cannot be done: one sentence for the user that says what to do.

    `is_outside` is whether something outside of the dialog has to change, so that looking at the
    image again can help; `is_argument` is whether the caller passed a wrong value.
    """

    is_outside = False
    is_argument = False


SENTENCES = {
    "transparent": _(
        "There are no colors: all pixels are fully transparent. "
        "Choose a layer or a part with something visible."
    ),
    "all-ignored": _(
        "All colors are within ΔE {distance:g} of those to be left out. "
        "Leave out fewer, or lower “Leave out within”."
    ),
    "not-a-color": _("Keep and Ignore take colors like #e6194b, separated by commas."),
    "too-many-kept": _(
        "More colors are to be kept ({kept}) than the palette may have ({colors}). "
        "Raise the number of colors, or keep fewer."
    ),
    "no-colors": _("The palette has no colors. Choose one that has."),
    "too-many-colors": _(
        "The palette has {colors} colors; at most {most} are possible here. Choose a smaller one."
    ),
    "too-wide": _(
        "A swatch strip can be at most {most} pixels wide. "
        "Make the image smaller, or choose no strip."
    ),
    "not-a-palette": _("This is no palette that can be read. Choose another file."),
    "palette-too-large": _("A palette file has at most {most:g} MB. Choose another file."),
    "memory": _("The picture does not fit into memory. Select a part of it, or make it smaller."),
}
"""The sentence for each reason of the engine; the names in braces are those of its numbers."""


OUTSIDE = frozenset({"transparent", "too-wide", "memory"})
"""The reasons that no option in a dialog can change."""

COLORLESS = frozenset({"transparent", "all-ignored"})
"""The reasons that say that a picture has no colors that count."""

ARGUMENTS = frozenset({"not-a-color", "too-many-kept"})
"""The reasons that are wrong arguments."""


def sentence_of(answer: dict[str, Any]) -> str:
    """Return the sentence for an error of the engine: the engine's own if the reason is new."""
    english = str(answer["error"])
    reason, values = answer.get("reason"), answer.get("values")
    sentence = SENTENCES.get(reason) if isinstance(reason, str) else None
    if sentence is None or not isinstance(values, dict):
        return english
    try:
        return sentence.format(**values)
    except (KeyError, TypeError, ValueError):  # the numbers of another version
        return english


def defect(error: Exception) -> str:
    """Return the sentence for an error that nobody expected."""
    sentence = _("Extract Palette has a defect: {kind}: {error}")
    return sentence.format(kind=type(error).__name__, error=error)
