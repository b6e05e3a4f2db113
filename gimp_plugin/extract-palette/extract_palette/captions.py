"""Captions: the number of colors of a palette, and how well they fit a picture.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extract_palette.translation import _, decimal, ngettext


def caption_of(count: int, difference: float | None = None) -> str:
    """Return the number of colors, and the mean difference of the picture from them."""
    words = ngettext("{count} color", "{count} colors", count).format(count=count)
    if difference is None:
        return words
    return _("{colors}, mean ΔE {mean}").format(colors=words, mean=decimal(difference))


def fit_of(document: dict[str, Any]) -> str:
    """Return how well a palette fits its picture, and whether it has fewer colors than asked.

    See docs/decisions.md#fewer-colors-than-asked-for.
    """
    fit = document["difference"]
    sentences = [caption_of(len(document["swatches"]), fit and fit["mean"])]
    if fit:
        p95 = decimal(fit["p95"])
        sentences.append(_("95 % of the area within ΔE {p95}").format(p95=p95))
    return "; ".join([*sentences, *lacking_of(document)])


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
