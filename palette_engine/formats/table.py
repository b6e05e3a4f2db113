"""Table: a palette as CSV (RFC 4180), in UTF-8 without a byte order mark."""

from __future__ import annotations

import csv
import re
from io import StringIO

from palette_engine.palette.value import Palette, plain_text

__all__ = ["dumps"]

NAME_BYTES = 200

_FORMULA = re.compile(r"((?:^|[,;|])[\s\"'“”]*)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet may see the beginning of a formula, whatever it takes for a separator."""


def dumps(palette: Palette) -> bytes:
    """Return the palette as CSV: name, hex value, red, green and blue from 0 to 255, share.

    What a spreadsheet could take for a formula in a name gets an apostrophe before it.
    """
    text = StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    table.writerow(("name", "hex", "red", "green", "blue", "share"))
    for swatch in palette.swatches:
        name = _FORMULA.sub(r"\1'", plain_text(swatch.name, NAME_BYTES))
        table.writerow((name, swatch.hex, *swatch.color, swatch.share))
    return text.getvalue().encode()
