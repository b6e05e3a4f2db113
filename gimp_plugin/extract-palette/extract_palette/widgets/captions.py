"""Captions: the number of colors of a palette, and how well they fit a picture.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extract_palette.translation import _, decimal, ngettext

MATCHES = (
    (3.0, _("a very good match")),
    (6.0, _("a good match")),
    (10.0, _("a fair match")),
    (float("inf"), _("a rough match")),
)
"""The greatest mean ΔE2000 of each match, and its words."""


def caption_of(count: int, difference: float | None = None) -> str:
    """Return the number of colors, and how well they match the picture, by the mean ΔE2000."""
    words = ngettext("{count} color", "{count} colors", count).format(count=count)
    if difference is None:
        return words
    return _("{colors}: {match}").format(colors=words, match=match_of(difference))


def match_of(mean: float) -> str:
    """Return a mean ΔE2000 in words.

    See docs/decisions.md#a-match-in-words.
    """
    return next(words for most, words in MATCHES if mean <= most)


def fit_of(document: dict[str, Any]) -> str:
    """Return how well a palette fits its picture, and whether it has fewer colors than asked.

    See docs/decisions.md#fewer-colors-than-asked-for.
    """
    fit = document["difference"]
    sentence = caption_of(len(document["swatches"]), fit and fit["mean"])
    return "; ".join([sentence, *lacking_of(document)])


def sentences(*parts: str) -> str:
    """Return sentences one after the other; empty ones are left out."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def numbers_of(mean: float | None, p95: float | None = None) -> str:
    """Return the numbers behind a match in words, and what they mean; empty if there are none."""
    if mean is None:
        return ""
    sentences = [_("Mean difference from the picture: ΔE {mean}.").format(mean=decimal(mean))]
    if p95 is not None:
        sentences.append(_("95 % of the area is within ΔE {p95}.").format(p95=decimal(p95)))
    sentences.append(
        _(
            "ΔE (CIEDE2000) is how different two colors look: 1 can hardly be seen, "
            "and above 10 they are clearly two colors."
        )
    )
    return "\n".join(sentences)


def lacking_of(document: dict[str, Any]) -> Iterator[str]:
    """Yield the words for fewer colors than asked for or needed, if there are, as in the engine."""
    count, asked, needed = len(document["swatches"]), document["asked"], document["needed"]
    if count < asked:
        found = _kept_and_found if document["kept"] else _found
        words = _("at least {asked} were asked for") if needed else _("{asked} were asked for")
        yield f"{found(count)}, {words.format(asked=asked)}"
    elif count < needed and document["min_distance"]:
        words = _("only {count} with the minimum difference, the picture needs {needed}")
        yield words.format(count=count, needed=needed)


def _found(count: int) -> str:
    return ngettext("only {count} was found", "only {count} were found", count).format(count=count)


def _kept_and_found(count: int) -> str:
    """Return the number of colors if some of them were not found, but kept."""
    return _("only {count} with the kept ones").format(count=count)
