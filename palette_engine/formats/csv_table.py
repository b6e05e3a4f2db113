"""CSV: a palette as a table (RFC 4180), in UTF-8 without a byte order mark."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO

from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.color_notation import check_functions, parse_color
from palette_engine.formats.color_text import loads_text
from palette_engine.formats.remarks import lines_left_out
from palette_engine.formats.text_file import decode, is_text
from palette_engine.palette.value import Palette, Swatch, plain_text

__all__ = ["MAGIC", "can_be", "dumps", "loads"]

NAME_BYTES = 200

MAGIC = rb'"?name"?[,;\t]"?hex"?[,;\t]'
"""Matches the beginning of our tables."""

# See docs/decisions.md#names-cleaned-by-format.
_FORMULA = re.compile(r"((?:^|[,;|])[\s\"'“”]*)(?=[=+\-@＝＋－＠])")
"""Where a formula may begin for a spreadsheet, whatever separator it assumes."""

_ADDED = re.compile(r"((?:^|[,;|])[\s\"'“”]*)'(?=[=+\-@＝＋－＠])")
"""The apostrophe that `dumps` puts there."""

_COLOR_HEADINGS = ("hex", "hexcode", "hexvalue", "color", "colour", "code", "value", "rgb", "css")
_NAME_HEADINGS = ("name", "title", "label", "colorname", "colourname", "swatch")
_CHANNEL_HEADINGS = (("red", "green", "blue"), ("r", "g", "b"))


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


def loads(data: bytes) -> Palette:
    """Return the palette in a table with headings, of any separator, or else in its text.

    The colors are in a column “hex”, “color” or the like, or in three of red, green and blue (0 to
    255). A remark tells of rows without a color. Raises `InputError` if the bytes are no text or
    have no color.
    """
    if not is_text(data):
        raise InputError("This is not a table: it is not plain text.")
    text = decode(data)
    check_functions(text)
    rows = _rows(text)
    headings = [re.sub(r"[^a-z]", "", cell.lower()) for cell in rows[0]] if rows else []
    columns = {name: index for index, name in reversed([*enumerate(headings)])}
    if not any(name in columns for name in _COLOR_HEADINGS) and not _channels(columns):
        return loads_text(text.replace("\r\n", "\n").replace("\r", "\n"))
    swatches: list[Swatch] = []
    unread = []
    for number, row in enumerate(rows[1:], start=2):
        if swatch := _swatch(row, columns):
            swatches.append(swatch)
        elif any(cell.strip() for cell in row):
            unread.append(number)
    if not swatches:
        raise InputError("The table has no colors; write each as #e6194b in a column “hex”.")
    return Palette(tuple(swatches), "", remarks=lines_left_out(unread))


def can_be(data: bytes) -> bool:
    """Return whether bytes are a text with colors."""
    try:
        loads(data)
    except InputError:
        return False
    return True


def _rows(text: str) -> list[list[str]]:
    """Return the cells of a table, whose separator is the most frequent one of its first line."""
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InputError("The table is damaged: it has a cell of more than 100 kB.") from error


def _channels(columns: Mapping[str, int]) -> tuple[int, ...]:
    """Return the columns of red, green and blue, if there are any."""
    for names in _CHANNEL_HEADINGS:
        if all(name in columns for name in names):
            return tuple(columns[name] for name in names)
    return ()


def _swatch(row: Sequence[str], columns: Mapping[str, int]) -> Swatch | None:
    """Return the swatch of a row; None if it has no color."""
    name = next(
        (row[columns[key]] for key in _NAME_HEADINGS if key in columns and columns[key] < len(row)),
        "",
    )
    label = plain_text(_ADDED.sub(r"\1", name), NAME_BYTES)
    share = _number(row, columns.get("share"))
    for key in _COLOR_HEADINGS:
        text = row[columns[key]].strip() if key in columns and columns[key] < len(row) else ""
        notation = parse_color(text) or (parse_color(f"#{text}") if len(text) in (6, 8) else None)
        if notation:
            return Swatch(
                notation.color, share if 0 <= share <= 1 else 0.0, label, wide=notation.wide
            )
    values = [_number(row, index) for index in _channels(columns)]
    if not values or not all(0 <= value <= 255 for value in values):
        return None
    color = color_models.rgb(*(value / 255 for value in values))
    return Swatch(color, share if 0 <= share <= 1 else 0.0, label)


def _number(row: Sequence[str], index: int | None) -> float:
    """Return a number in a row; -1 if there is none."""
    try:
        return float(row[index]) if index is not None and index < len(row) else -1.0
    except ValueError:
        return -1.0
