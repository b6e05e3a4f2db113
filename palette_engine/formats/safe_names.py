"""Safe names: swatch names as slugs and comments that cannot break out of the file around them.

See docs/decisions.md#names-cleaned-by-format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from palette_engine.palette.value import Swatch, plain_text

__all__ = ["comment_text", "slug", "slugs", "unique_names"]

MAX_SLUG_LENGTH = 48
NAME_BYTES = 200

_KEYWORDS = {"current", "inherit", "transparent"}
"""Colors that Tailwind CSS has in every theme, such as ``bg-inherit``."""

_UNSAFE = re.compile(r"""[^\w ().,+%&'’“”!?-]""")


def slug(name: str) -> str:
    """Return a name as lower-case ASCII letters, digits and single hyphens; may be empty.

    Accents and letters outside the Latin alphabet are dropped. The result has at most
    `MAX_SLUG_LENGTH` characters.
    """
    folded = unicodedata.normalize("NFKD", name[: 4 * MAX_SLUG_LENGTH])
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode().lower())
    return "-".join(words)[:MAX_SLUG_LENGTH].strip("-")


def slugs(swatches: Iterable[Swatch], number_prefix: str = "") -> list[str]:
    """Return a different slug for each swatch: of its name, or else its number from 1.

    No slug is a keyword of Tailwind CSS. `number_prefix` is put before those of digits only.
    """
    stems = []
    for number, swatch in enumerate(swatches, start=1):
        stem = slug(swatch.name) or str(number)
        stems.append(number_prefix + stem if stem.isdigit() else stem)
    return unique_names(stems, "{}-{}", _KEYWORDS)


def unique_names(names: Iterable[str], template: str, taken: Collection[str] = ()) -> list[str]:
    """Return the names with a number on those that are taken or have occurred before.

    `template` formats a name and its number, which counts from 2.
    """
    found: dict[str, None] = {}
    count: dict[str, int] = {}
    for stem in names:
        name = stem
        while name in found or name in taken:
            count[stem] = count.get(stem, 1) + 1
            name = template.format(stem, count[stem])
        found[name] = None
    return list(found)


def comment_text(name: str) -> str:
    """Return a name without the characters that have a meaning in stylesheets or HTML.

    A colon has none inside a comment, but GIMP reads ``color`` and a colon as a color anywhere.
    """
    return plain_text(_UNSAFE.sub(" ", plain_text(name, NAME_BYTES)), NAME_BYTES)
