"""CSV: a palette as a table (RFC 4180), in UTF-8 without a byte order mark."""

from __future__ import annotations

import csv
import re
from io import StringIO

from palette_engine.palette.value import Palette, plain_text

__all__ = ["dumps"]

NAME_BYTES = 200

# See docs/decisions.md#names-cleaned-by-format.
_FORMULA = re.compile(r"((?:^|[,;|])[\s\"'“”]*)(?=[=+\-@＝＋－＠])")
"""Where a formula may begin for a spreadsheet, whatever separator it assumes."""


def dumps(palette: Palette) -> bytes:
    """Return a palette as CSV: name, hex value, red, green and blue (0 to 255), share (0 to 1).

    An apostrophe is put before any part of a name that a spreadsheet could take for a formula.
    """
    text = StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    table.writerow(("name", "hex", "red", "green", "blue", "share"))
    for swatch in palette.swatches:
        name = _FORMULA.sub(r"\1'", plain_text(swatch.name, NAME_BYTES))
        table.writerow((name, swatch.hex, *swatch.color, swatch.share))
    return text.getvalue().encode()
