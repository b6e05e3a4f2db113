"""Stylesheets: the colors in CSS, SCSS and Less, as their variables name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from palette_engine.errors import InputError
from palette_engine.formats.color_notation import Notation, check_functions, parse_color
from palette_engine.formats.color_text import codes_in
from palette_engine.formats.limits import check_count
from palette_engine.formats.remarks import alpha_left_out, clipped, colors
from palette_engine.formats.safe_names import slug
from palette_engine.formats.text_file import decode, is_text
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["can_be", "loads"]

NAME_BYTES = 200

_PIECE = re.compile(
    r"""/\*(?P<comment>.*?)(?:\*/|\Z)
    |(?<![:\w])//(?P<line>[^\n]*)
    |(?<![\w$@-])(?P<map>[$]?[\w-]{1,200}|"[^"\n]*"|'[^'\n]*')\s*:\s*\(
    |(?<![\w$@-])(?P<key>[$@]?[\w-]{1,200}|"[^"\n]*"|'[^'\n]*')\s*:\s*
        (?P<value>(?:[^;{},()"'/\n]|\n(?!\s{0,40}[$"'}]))*(?:\([^(){};]*\)[^;{},()"'/\n]*)*)
    |(?P<close>\))
    |"[^"\n]*"|'[^'\n]*'""",
    re.DOTALL | re.VERBOSE,
)
_END = re.compile(r"[;{}]")
_NO_CODES = re.compile(
    r"""/\*.*?(?:\*/|\Z)|//[^\n]*|"[^"\n]*"|'[^'\n]*'|url\([^)]*\)""", re.DOTALL | re.IGNORECASE
)
"""Comments, texts and addresses, in which a code is no color."""

_ALIAS = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,[^()]*)?\)|([$@][\w-]+)")
_PROPERTY = re.compile(
    r"(?:[\w-]+-)?(?:color|background|fill|stroke|shadow)|border(?:-\w+)*|outline"
)
_MAX_DEPTH = 10


@dataclass(frozen=True)
class _Declaration:
    """A key and its value; `groups` are the maps around it, `comment` the one before it.

    `rest` is what follows the value up to the end of the declaration, as in a list with commas.
    """

    key: str
    value: str
    groups: tuple[str, ...]
    comment: str
    rest: str = ""

    @property
    def is_variable(self) -> bool:
        """Whether it defines a variable, or an entry of a map."""
        return self.key[0] in "$@" or self.key.startswith("--") or bool(self.groups)


def loads(data: bytes) -> Palette:
    """Return the palette in a stylesheet: its variables that are colors, with their names.

    Entries of SCSS maps are groups if there are several maps. A stylesheet without such variables
    is the palette of all different colors in it. Remarks tell of what was left out or clipped.
    Raises `InputError` if the bytes are no text or have no colors.
    """
    if not is_text(data):
        raise InputError("This is not a stylesheet: it is not plain text.")
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    check_functions(text)
    declarations = list(_declarations(text))
    values = {each.key: each.value for each in declarations if each.is_variable}
    swatches: list[Swatch] = []
    used: list[Notation] = []
    for each in declarations:
        notation = _notation(each, values) if each.is_variable else None
        if notation:
            used.append(notation)
            check_count(len(used))
            group = " ".join(map(_plain_key, each.groups))
            swatches.append(
                Swatch(notation.color, name=_name(each), group=group, wide=notation.wide)
            )
    others = _colors_of_rules(declarations)
    remarks: list[Remark] = []
    if not swatches:
        used = list({notation.color: notation for notation in others}.values())
        swatches = [Swatch(notation.color, wide=notation.wide) for notation in used]
    elif beside := {notation.color for notation in others} - {each.color for each in swatches}:
        were = "was" if len(beside) == 1 else "were"
        sentence = f"{colors(len(beside))} outside of variables {were} left out."
        remarks.append(Remark(sentence, len(beside)))
    if not swatches:
        raise InputError("The stylesheet has no colors; write each as --color-red: #e6194b.")
    if count := sum(notation.alpha < 1 for notation in used):
        remarks.append(alpha_left_out(count))
    if count := sum(notation.is_clipped for notation in used):
        remarks.append(clipped(count))
    groups = {swatch.group for swatch in swatches}
    name = next(iter(groups)) if len(groups) == 1 else ""
    if name:
        swatches = [replace(swatch, group="") for swatch in swatches]
    return Palette(tuple(swatches), name, remarks=tuple(remarks))


def can_be(data: bytes) -> bool:
    """Return whether bytes can be a stylesheet."""
    return is_text(data)


def _declarations(text: str) -> Iterator[_Declaration]:
    """Yield the declarations of a stylesheet."""
    groups: list[str] = []
    comment = ""
    last: _Declaration | None = None
    end = 0
    for match in _PIECE.finditer(text):
        is_next = match["comment"] is None and (match["map"] or match["key"])
        if last and is_next:
            yield replace(last, rest=_rest(text[end : match.start()]))
            last = None
        if match["comment"] is not None or match["line"] is not None:
            comment = match["comment"] or match["line"] or ""
        elif match["map"]:
            groups = [*groups, match["map"]][:_MAX_DEPTH]
        elif match["close"]:
            groups = groups[:-1]
        elif match["key"]:
            # Without “!default” or “!important”.
            value = match["value"].partition("!")[0].strip()
            last, end = _Declaration(match["key"], value, tuple(groups), comment), match.end()
            comment = ""
    if last:
        yield replace(last, rest=_rest(text[end:]))


def _rest(text: str) -> str:
    """Return what of a text still belongs to a declaration; nothing if it was a selector."""
    match = _END.search(text)
    if match and match[0] == "{":
        return ""
    return _NO_CODES.sub(" ", text[: match.start()] if match else text)


def _notation(declaration: _Declaration, values: Mapping[str, str]) -> Notation | None:
    """Return the color of a variable, that of another variable if it is an alias.

    An alias in a map is none, as its color is there already.
    """
    value = declaration.value
    for _ in range(_MAX_DEPTH):
        if notation := parse_color(value):
            return notation
        match = _ALIAS.fullmatch(value)
        if not match or declaration.groups:
            return None
        value = values.get(match[1] or match[2], "")
    return None


def _colors_of_rules(declarations: list[_Declaration]) -> list[Notation]:
    """Return the colors in declarations that are no variables."""
    found = []
    for each in declarations:
        if each.is_variable:
            continue
        found += codes_in(f"{each.value} {each.rest}")
        check_count(len(found))
        if _PROPERTY.fullmatch(each.key.lower()):
            whole = f"{each.value} {each.rest}".lower()
            words = re.findall(r"(?<![\w(#-])[a-z]{3,20}(?![\w(-])", whole)
            found += [notation for word in words if (notation := parse_color(word))]
    return found


def _name(declaration: _Declaration) -> str:
    """Return the name of a variable's color: the comment before it if that is its name in full."""
    stem = _plain_key(declaration.key)
    comment = plain_text(declaration.comment, NAME_BYTES)
    folded = slug(comment)
    if comment and (stem.startswith(folded) if folded else stem.isdecimal()):
        return comment
    return "" if stem.isdecimal() and not declaration.groups else stem


def _plain_key(key: str) -> str:
    """Return a key without what marks it as a variable or a color."""
    text = key.strip("\"'")
    return plain_text(re.sub(r"^(?:--|[$@])?(?:colou?rs?[-_])?", "", text), NAME_BYTES) or text
