"""Collection: the table that the page shows, what is looked for in it, and its page."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from palette_engine.collections.contact_sheet import path_of
from palette_engine.collections.find import Found, Query, describe, find, find_facets
from palette_engine.collections.index import Index, index_of
from palette_engine.color.hex_code import parse_hex
from palette_engine.errors import OptionError
from palette_engine.palette.value import Palette, Swatch, percent

__all__ = ["PAGE_SIZE", "Collection", "Search"]

PAGE_SIZE = 60
"""How many pictures one page shows."""

LAST_PAGE = 10_000

FACET = 0.05
"""The share with which a picture counts for a family, as for the command facets."""


@dataclass(frozen=True)
class Search:
    """What the form of the page has: text as people write it, checked by `query`.

    `like` is the number of a picture in the table, from 0.
    """

    color: str = ""
    within: str = "10"
    family: str = ""
    least: str = "1"
    like: str = ""
    page: str = "1"

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Search:
        """Return the search of a request's fields; others than these are left out."""
        known = cls.__dataclass_fields__
        return cls(**{name: value[:200] for name, value in fields.items() if name in known})

    def query(self, index: Index) -> Query | None:
        """Return what is looked for; None if that is nothing. Raises `OptionError`."""
        colors = tuple(map(_color, self.color.replace(",", " ").split()))
        if not (colors or self.family or self.like):
            return None
        return Query(
            colors,
            within=_number("The distance", self.within, 0, 100),
            least=_number("The least share", self.least, 0, 100) / 100,
            families=(self.family,) if self.family else (),
            like=_palette(index, self.like) if self.like else None,
        )

    @property
    def number(self) -> int:
        """The number of the page, from 1; raises `OptionError`."""
        return int(_number("The page", self.page, 1, LAST_PAGE))

    def address(self, page: int) -> str:
        """Return the address of another page of the same search."""
        fields = {"color": self.color, "within": self.within, "family": self.family}
        fields |= {"least": self.least, "like": self.like, "page": str(page)}
        return f"/collection?{urlencode({name: value for name, value in fields.items() if value})}"


class Collection:
    """A table that is searched; `title` names it. Several threads may use it."""

    def __init__(self, table: Path) -> None:
        self.title = table.name
        self._index = index_of(table)
        self._searching = threading.Lock()
        self._template = Environment(
            loader=PackageLoader("palette_engine.web", "page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("collection.html")

    def path(self, number: int) -> str | None:
        """Return the source of a picture by its number; None if there is none."""
        if not 0 <= number < len(self._index):
            return None
        source, raw = self._index.name(number)
        return path_of({"source": source, "raw": raw})

    def page(self, search: Search, token: str) -> str:
        """Return the page of a search as HTML; raises `OptionError` for what does not fit."""
        query, number = search.query(self._index), search.number
        start = (number - 1) * PAGE_SIZE
        with self._searching:  # as each takes all of a processor
            found = self._found(query, start)
        shown = found[:PAGE_SIZE]
        many = "More than " if len(found) > PAGE_SIZE else ""
        count = f"{many}{start + len(shown):,} of {len(self._index):,} pictures"
        return self._rendered(
            search,
            token,
            status=count if query else f"{len(self._index):,} pictures",
            pictures=self._cards(shown),
            previous=search.address(number - 1) if number > 1 else "",
            next=search.address(number + 1) if len(found) > PAGE_SIZE else "",
        )

    def error_page(self, search: Search, token: str, error: str) -> str:
        """Return the page that says what is wrong with a search."""
        return self._rendered(
            search, token, status="", pictures=[], previous="", next="", error=error
        )

    def _rendered(self, search: Search, token: str, **values: Any) -> str:
        return self._template.render(
            {"error": "", **values},
            title=f"{self.title} – Palette Engine",
            table=self.title,
            search=search,
            families=self._families,
            token=token,
        )

    def _found(self, query: Query | None, start: int) -> list[Found]:
        """Return the pictures of a page, and one more if there is another page."""
        if query is not None:
            return find(self._index, query, PAGE_SIZE + 1, start)
        end = min(start + PAGE_SIZE + 1, len(self._index))
        return [Found(each, 0.0) for each in range(start, end)]

    def _cards(self, found: Sequence[Found]) -> list[dict[str, Any]]:
        """Return what the page shows of pictures."""
        cards = []
        for each, told in zip(found, describe(self._index, found), strict=True):
            bands, x = [], 0.0
            for swatch in told["swatches"]:
                title = f"{swatch['hex']} {percent(swatch['share'])}"
                band = {"x": round(x, 6), "width": swatch["share"], "hex": swatch["hex"]}
                bands.append({**band, "title": title})
                x += swatch["share"]
            score = percent(each.area) if each.area else ""
            if each.distance is not None:
                score = f"ΔE {each.distance:.1f}"
            label = ", ".join(band["title"] for band in bands)
            card = {"number": each.picture, "source": told["source"], "score": score}
            cards.append({**card, "bands": bands, "label": label})
        return cards

    @cached_property
    def _families(self) -> list[tuple[str, int]]:
        return [*find_facets(self._index, FACET)["families"].items()]


def _number(name: str, text: str, least: float, most: float) -> float:
    """Return a number that somebody wrote, or raise `OptionError`."""
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        raise OptionError(f"{name} must be a number from {least:g} to {most:g}, not {text!r}.")
    return number


def _color(text: str) -> tuple[int, int, int]:
    try:
        return parse_hex(text)
    except ValueError as error:
        raise OptionError(f"{text!r} is not a color; write it like #e6194b.") from error


def _palette(index: Index, text: str) -> Palette:
    """Return the palette of a picture by its number; raises `OptionError`."""
    number = int(_number("The picture", text, 0, len(index) - 1))
    part = index.swatches(number)
    return Palette(
        tuple(
            Swatch((red, green, blue), float(share))
            for (red, green, blue), share in zip(
                index.rgb[part].tolist(), index.share[part].tolist(), strict=True
            )
        )
    )
