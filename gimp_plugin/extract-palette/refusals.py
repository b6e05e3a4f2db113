"""Refusals: why the engine cannot do what was asked for, in the user's language.

Standard library only. The engine says it in English, and gives some reasons a name and numbers
(see palette_engine/session/server.py); those are worded here.
"""

from __future__ import annotations

from typing import Any

from texts import _

SENTENCES = {
    "transparent": _(
        "There are no colors: all pixels are fully transparent. "
        "Choose a layer or a part with something visible."
    ),
    "all-ignored": _(
        "All colors are within ΔE {distance:g} of those to be ignored. "
        "Ignore fewer, or lower “Ignore within”."
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
    "memory": _("The picture does not fit into memory. Select a part of it, or make it smaller."),
}
"""What to say for each reason; the numbers are those of the engine's sentence."""


def sentence_of(answer: dict[str, Any]) -> str:
    """Return why the engine refuses something: the engine's own sentence if the reason is new."""
    told = str(answer["error"])
    reason, values = answer.get("reason"), answer.get("values")
    sentence = SENTENCES.get(reason, told) if isinstance(reason, str) else told
    if sentence is told or not isinstance(values, dict):
        return told
    try:
        return sentence.format(**values)
    except (KeyError, TypeError, ValueError):  # another version's numbers
        return told
