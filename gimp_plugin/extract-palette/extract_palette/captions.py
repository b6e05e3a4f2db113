"""Captions: the number of colors of a palette, and how well they fit a picture.

Standard library only.
"""

from __future__ import annotations

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
    count, asked = len(document["swatches"]), document["asked"]
    fit = document["difference"]
    sentences = [caption_of(count, fit and fit["mean"])]
    if fit:
        p95 = decimal(fit["p95"])
        sentences.append(_("95 % of the area within ΔE {p95}").format(p95=p95))
    if count < asked:
        lacking = ngettext(
            "only {count} was found, {asked} were asked for",
            "only {count} were found, {asked} were asked for",
            count,
        )
        sentences.append(lacking.format(count=count, asked=asked))
    return "; ".join(sentences)
