"""Texts: what the plug-in says, in the user's language, and the error that says it.

Standard library only. The catalogs are in locale/; where there is none, it speaks English.
"""

from __future__ import annotations

import gettext
import locale
from pathlib import Path

DOMAIN = "extract-palette"

_catalog = gettext.translation(DOMAIN, Path(__file__).with_name("locale"), fallback=True)

_ = _catalog.gettext
ngettext = _catalog.ngettext

translated = _catalog.gettext
"""For texts that are not in the plug-in's own files: nothing is collected where it is called."""


def decimal(number: float) -> str:
    """Return a number with one digit after the decimal point, or comma, as the user writes it."""
    return locale.format_string("%.1f", number)


def defect(error: Exception) -> str:
    """Return what to say of an error that nobody expected."""
    sentence = _("Extract Palette has a defect: {kind}: {error}")
    return sentence.format(kind=type(error).__name__, error=error)


class Problem(Exception):
    """Why something cannot be done: one sentence for the user, and what to do."""
