"""Translation: what the plug-in says, in the user's language.

Standard library only. The catalogs are in locale/; without one for the user's language, the
plug-in speaks English.

See docs/decisions.md#translations-by-gettext.
"""

from __future__ import annotations

import gettext
import locale

from extract_palette.installed_files import FOLDER

DOMAIN = "extract-palette"

_catalog = gettext.translation(DOMAIN, FOLDER / "locale", fallback=True)

_ = _catalog.gettext
ngettext = _catalog.ngettext

translated = _catalog.gettext
"""Translates texts that are not in the plug-in's own files: it marks nothing for collection."""


def decimal(number: float) -> str:
    """Return a number with one digit after the decimal point, or comma, as the user writes it."""
    return locale.format_string("%.1f", number)
