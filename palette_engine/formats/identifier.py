"""Identifier: swatch names as stylesheets and token files can carry them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from palette_engine.palette.value import Swatch, plain_text

__all__ = ["comment", "identifiers", "slug", "unique"]

LONGEST = 48
NAME_BYTES = 200

_KEYWORDS = {"current", "inherit", "transparent"}
"""Colors that Tailwind CSS has whatever a theme says, such as ``bg-inherit``."""

_UNSAFE = re.compile(r"""[^\w ().,+%&'’“”!?-]""")


def slug(name: str) -> str:
    """Return a name as ASCII letters, digits and single hyphens in lower case; may be empty.

    Accents are dropped, and letters that are not Latin are too.
    """
    folded = unicodedata.normalize("NFKD", name[: 4 * LONGEST]).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", folded.lower()))[:LONGEST].strip("-")


def identifiers(swatches: Iterable[Swatch], before_number: str = "") -> list[str]:
    """Return one slug a swatch: its name's, or its number in the palette; no two are equal.

    None is a keyword of Tailwind's. Those that are only digits begin with `before_number`.
    """
    stems = []
    for number, swatch in enumerate(swatches, start=1):
        stem = slug(swatch.name) or str(number)
        stems.append(before_number + stem if stem.isdigit() else stem)
    return unique(stems, "{}-{}", _KEYWORDS)


def unique(names: Iterable[str], numbered: str, taken: Collection[str] = ()) -> list[str]:
    """Return the names, of which those that are taken or have been before get a number.

    `numbered` is a format of the name and its number, which counts from 2.
    """
    found: dict[str, None] = {}
    count: dict[str, int] = {}
    for stem in names:
        name = stem
        while name in found or name in taken:
            count[stem] = count.get(stem, 1) + 1
            name = numbered.format(stem, count[stem])
        found[name] = None
    return list(found)


def comment(name: str) -> str:
    """Return a name as text that means nothing to any stylesheet, or to a page around one.

    That it has no colon matters to GIMP, which takes ``color`` and a colon for a color wherever
    they stand.
    """
    return plain_text(_UNSAFE.sub(" ", plain_text(name, NAME_BYTES)), NAME_BYTES)
