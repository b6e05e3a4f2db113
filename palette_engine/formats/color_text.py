"""Colors in text: lists of colors as people write them, and text pasted from a page.

What counts as a color, so that prose is never taken for one:

- ``#`` with 3, 4, 6 or 8 hex digits, ``0x`` with 6 or 8, and the color functions of CSS count
  anywhere except in comments and addresses. After a word such as “issue”, and in a sentence,
  digits alone (``#123456``) are a number; so is a hashtag that is a word (``#add more``).
- 3, 6 or 8 hex digits alone count where lines are made of them: at one end of every line, or
  alone on a line.
- Names of CSS count only where every item of the text is a color.

See docs/decisions.md#colors-in-text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise

from palette_engine.errors import InputError
from palette_engine.formats.color_notation import FUNCTION, Notation, check_functions, parse_color
from palette_engine.formats.limits import MAX_COLORS, check_count
from palette_engine.formats.remarks import alpha_left_out, clipped, lines_left_out
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["codes_in", "loads_text"]

NAME_BYTES = 200

MAX_WORD = 40
"""How many characters before a code are looked at for a word such as “issue”."""

MAX_LINES = 2 * MAX_COLORS
"""How many lines are read: a name and a code for each color."""

PROSE_WORDS = 7
"""From this many words beside its colors on, a line is a sentence and not a name."""

_HEX = r"[0-9a-fA-F]"
_CODE = re.compile(
    rf"(?<![\w&#])#({_HEX}{{8}}|{_HEX}{{6}}|{_HEX}{{3,4}})(?!\w|-\w)"
    rf"|(?<!\w)0[xX]({_HEX}{{8}}|{_HEX}{{6}})(?!\w)"
    rf"|(?<![\w-])({FUNCTION})",
    re.IGNORECASE,
)
_BARE = re.compile(rf"{_HEX}{{8}}|{_HEX}{{6}}|{_HEX}{{3}}")
_SEPARATOR = re.compile(r"""[\s,;|"'“”‘’`()\[\]{}<>:=]+""")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://\S+", re.IGNORECASE)
_CODES_IN_ADDRESS = re.compile(rf"(?<!\w){_HEX}{{6}}(?:-{_HEX}{{6}}){{2,}}(?!\w)")
"""As in an address of coolors.co: at least three codes with hyphens between."""

_COMMENT = re.compile(r"//|;|--(?![\w-])|#(?!\w)|%")
"""What begins a line that is a comment, if it is not a code."""

_BLOCK = re.compile(r"/\*(.*?)(?:\*/|\Z)|<!--(.*?)(?:-->|\Z)", re.DOTALL)
_MARKED = re.compile(r"\0([^\0]*)\0")
_TRAILING = re.compile(r"(?<!:)//|\s--(?=\s)|\s#(?=\s)|;;")
_TITLE = re.compile(r"\W*(?:palette\s+)?name:\s*(\S.*)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:issues?|bugs?|tickets?|tasks?|pr|prs|pull|request|merge|commit|fix|fixe[sd]|close[sd]?|"
    r"resolve[sd]?|refs?|see|no|nr|number|item|order|invoice|case|gh|part|version|step|page|"
    r"chapter|room|id)\W*$",
    re.IGNORECASE,
)
"""A word before a number."""

_WORD = re.compile(
    r"abed|accede|ace|aced|add|added|babe|bad|bade|bead|beaded|bed|bedded|bee|beef|cab|cabbed|"
    r"cad|cafe|dab|dabbed|dad|dead|deaf|decade|deed|deeded|deface|ebb|ebbed|efface|fab|facade|"
    r"face|faced|fad|fade|faded|fed|fee|feed"
)
"""English words that are hex digits."""

_LABEL = re.compile(r"(?:hex|rgba?|hsla?|oklch|css|colou?rs?|code|value|web|html)", re.IGNORECASE)
"""What stands before a color without being its name."""

_BULLET = re.compile(r"^(?:\(?\d{1,3}[.):](?:\s|$)|[-–—*•·+>‣▪#$@]+\s*)")


@dataclass(frozen=True)
class _Found:
    """A color on a line: where it begins and ends, and the kind of notation."""

    start: int
    end: int
    kind: str
    notation: Notation
    digits: str = ""


@dataclass(frozen=True)
class _Line:
    """A line of the text, without comments; `number` counts from 1."""

    number: int
    text: str
    comment: str = ""
    found: tuple[_Found, ...] = ()

    @cached_property
    def words(self) -> list[str]:
        """The words beside the colors."""
        ends = [0, *(each.end for each in self.found)]
        starts = [*(each.start for each in self.found), len(self.text)]
        rest = " ".join(self.text[end:start] for end, start in zip(ends, starts, strict=True))
        return re.findall(r"[^\W_]+", rest)

    @property
    def is_prose(self) -> bool:
        """Whether the line is a sentence with colors in it."""
        return len(self.words) >= PROSE_WORDS


def loads_text(text: str) -> Palette:
    """Return the palette in a text, with a remark about each kind of thing that was left out.

    Raises `InputError` if it has no colors.
    """
    check_functions(text)
    title, lines = _content(text.replace("\0", " "))
    lines = _with_bare(_with_codes(lines)) if lines else []
    if lines and _are_names_colors(lines):
        lines = [_with_names(line) for line in lines]
    lines = _with_alpha_first(lines)
    titles = _titles(lines)
    used = {line.number for line in titles.values()}
    unread = [line for line in lines if not line.found and line.number not in used]
    swatches = [
        swatch for line in lines for swatch in _swatches_of(line, _text_of(titles.get(line.number)))
    ]
    if not swatches:
        raise InputError(
            "The text has no colors; write each as #e6194b, rgb(230, 25, 75) or a CSS name."
        )
    return Palette(tuple(swatches), title, remarks=tuple(_remarks(lines, unread)))


def codes_in(text: str) -> list[Notation]:
    """Return the colors in a text that are marked as such: hex codes and CSS functions."""
    return [each.notation for each in _codes(text)]


# Lines


def _content(text: str) -> tuple[str, list[_Line]]:
    """Return any title in the comments, and the lines that are neither empty nor comments."""
    title = ""
    lines: list[_Line] = []
    if text.count("\n") > MAX_LINES:
        raise InputError(f"A list of colors has at most {MAX_LINES:,} lines; this text has more.")
    for number, whole in enumerate(_BLOCK.sub(_mark_comment, text).split("\n"), start=1):
        line = _MARKED.sub(" ", whole).strip("\r\f\x1a\ufeff\t ")
        comment = " ".join(_MARKED.findall(whole))
        if (_COMMENT.match(line) and not _CODE.match(line)) or not line:
            match = _TITLE.match(line or comment)
            title = title or (plain_text(match[1], NAME_BYTES) if match else "")
            continue
        kept = _ADDRESS.sub(_keep_codes, line)
        if re.search(r"\w", kept):
            lines.append(_Line(number, kept, comment.strip()))
    return title, lines


def _mark_comment(match: re.Match[str]) -> str:
    """Return a comment of one line between NULs, and only the line ends of a longer one."""
    content = match[1] if match[1] is not None else match[2]
    lines = content.count("\n")
    return "\n" * lines if lines or "\0" in content else f"\0{content}\0"


def _keep_codes(match: re.Match[str]) -> str:
    """Return an address as white space, or as the codes that are its path."""
    codes = _CODES_IN_ADDRESS.search(match[0])
    return " ".join(f"#{code}" for code in codes[0].split("-")) if codes else " "


# Colors on lines


def _with_codes(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines with the colors that are marked as such."""
    read = []
    count = 0
    for line in lines:
        codes = list(islice(_codes(line.text), MAX_COLORS + 1))
        count += len(codes)
        check_count(count)
        line = replace(line, found=tuple(codes))
        if line.found and (match := _TRAILING.search(line.text, line.found[0].end)):
            # Colors in a comment after a color are not meant.
            found = tuple(each for each in line.found if each.end <= match.start())
            comment = line.comment or line.text[match.end() :].strip()
            line = _Line(line.number, line.text[: match.start()], comment, found)
        found = tuple(each for each in line.found if not _is_number(line, each))
        read.append(replace(line, found=found))
    return read


def _codes(text: str) -> Iterator[_Found]:
    for match in _CODE.finditer(text):
        marked, number, function = match.groups()
        if function:
            notation = parse_color(function)
            if notation:
                yield _Found(match.start(), match.end(), "function", notation)
            continue
        digits = (marked or number).lower()
        notation = parse_color(f"#{digits}")
        if notation:
            kind = "marked" if marked else "0x"
            yield _Found(match.start(), match.end(), kind, notation, digits)


def _is_number(line: _Line, found: _Found) -> bool:
    """Return whether a code is the number of something, or a hashtag."""
    if found.kind != "marked":
        return False
    if found.digits.isdecimal():
        before = line.text[max(0, found.start - MAX_WORD) : found.start]
        return line.is_prose or bool(_NUMBERED.search(before))
    return (
        _WORD.fullmatch(found.digits) is not None and len(line.found) == 1 and len(line.words) > 1
    )


def _with_bare(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines with the colors that are hex digits alone, where those are colors."""
    candidates: dict[int, list[_Found]] = {}
    count = 0
    for line in lines:
        if not line.found:
            candidates[line.number] = _bare(line)
            count += len(candidates[line.number])
            check_count(count)
    shaped = [line for line in lines if line.found or candidates[line.number]]
    codes = [found.digits for each in candidates.values() for found in each]
    if not codes:
        return list(lines)
    every = len(shaped) == len(lines) and _are_codes(lines, candidates)
    # Once, and not for each line: a list may have a hundred thousand.
    mostly = 2 * len(shaped) >= len(lines) and _has_mixed(codes)
    read = []
    for line in lines:
        found = tuple(candidates.get(line.number, ()))
        if found and not every:
            alone = len(found) == len(_items(line.text)) and len(found[0].digits) != 3
            mixed = all(_is_mixed(each.digits) for each in found)
            found = found if alone and (mixed or mostly) else ()
        read.append(replace(line, found=line.found or found))
    return read


def _bare(line: _Line) -> list[_Found]:
    """Return the hex digits that are all items of a line, or its first or last item."""
    items = _items(line.text)
    codes = [item for item in items if _BARE.fullmatch(item[2])]
    check_count(len(codes))
    if len(codes) < len(items):
        codes = [item for item in (items[0], items[-1]) if item in codes][:1]
    if any(len(code[2]) == 3 for code in codes) and len({len(code[2]) for code in codes}) > 1:
        return []
    found = []
    for start, end, digits in codes:
        notation = parse_color(f"#{digits}")
        if notation:
            found.append(_Found(start, end, "bare", notation, digits.lower()))
    return found


def _items(text: str) -> list[tuple[int, int, str]]:
    """Return the start, end and text of what separators part."""
    items, start = [], 0
    for match in _SEPARATOR.finditer(text):
        if match.start() > start:
            items.append((start, match.start(), text[start : match.start()]))
        start = match.end()
    if start < len(text):
        items.append((start, len(text), text[start:]))
    return items


def _are_codes(lines: Sequence[_Line], candidates: dict[int, list[_Found]]) -> bool:
    """Return whether hex digits on every line are colors, and not words or numbers."""
    codes = [found.digits for each in candidates.values() for found in each]
    if any(len(code) == 3 for code in codes):
        return len({*map(len, codes)}) == 1 and _has_mixed(["".join(codes)])
    is_named = any(
        len(candidates[line.number]) < len(_items(line.text)) for line in lines if not line.found
    )
    if is_named:
        return _has_mixed(codes)
    if all(code.isdecimal() and len(code) == 8 for code in codes):
        return False  # days, such as 20240131
    return not all(map(_WORD.fullmatch, codes))


def _has_mixed(codes: Sequence[str]) -> bool:
    return any(map(_is_mixed, codes))


def _is_mixed(code: str) -> bool:
    """Return whether a code has letters and digits, as neither words nor numbers have."""
    return not code.isalpha() and not code.isdecimal()


def _are_names_colors(lines: Sequence[_Line]) -> bool:
    """Return whether every item of the text is a color, so that names of CSS are meant.

    Not if each code follows a line with a name: then that is what the color is called.
    """
    plain = [line for line in lines if not line.found]
    if not plain:
        return False
    if any(line.found and line.words for line in lines):
        return False
    items: list[str] = []
    for line in plain:
        items += [item[2] for item in _items(line.text)]
        check_count(len(items))
    if not all(item.isalpha() and parse_color(item) for item in items):
        return False
    are_pairs = len(lines) == 2 * len(plain) and not any(line.found for line in lines[::2])
    return not are_pairs or not any(line.found for line in lines)


def _with_names(line: _Line) -> _Line:
    """Return a line with the colors of CSS names that it consists of."""
    if line.found:
        return line
    found = []
    for start, end, name in _items(line.text):
        notation = parse_color(name)
        if notation:
            found.append(_Found(start, end, "name", notation))
    return replace(line, found=tuple(found))


# Alpha


def _with_alpha_first(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines with eight digits read as alpha first, where all are meant so.

    After ``0x`` that is usual (Android, Flutter), elsewhere last, as in CSS; but if all codes have
    ``ff`` at one end only, that end is the alpha.
    """
    for kinds, is_usual in ((("0x",), True), (("marked", "bare"), False)):
        codes = [
            each.digits
            for line in lines
            for each in line.found
            if each.kind in kinds and len(each.digits) == 8
        ]
        first = all(code.startswith("ff") for code in codes)
        last = all(code.endswith("ff") for code in codes)
        if codes and (first if first != last else is_usual):
            lines = [
                replace(line, found=tuple(_turned(each, kinds) for each in line.found))
                for line in lines
            ]
    return list(lines)


def _turned(found: _Found, kinds: Sequence[str]) -> _Found:
    if found.kind not in kinds or len(found.digits) != 8:
        return found
    notation = parse_color(f"#{found.digits[2:]}{found.digits[:2]}")
    return replace(found, notation=notation) if notation else found


# Names


def _swatches_of(line: _Line, title: str) -> Iterator[Swatch]:
    """Yield the swatches of a line; `title` is the text of the line before, if it is a name."""
    groups = _same_colors(line)
    names = [""] * len(groups) if line.is_prose else _names(line, groups)
    if len(groups) == 1 and not names[0]:
        names = [_clean(line.comment) or title]
    for group, name in zip(groups, names, strict=True):
        yield Swatch(group[0].notation.color, name=name, wide=group[0].notation.wide)


def _same_colors(line: _Line) -> list[list[_Found]]:
    """Return the colors of a line; one in several notations, as in a style guide, is one."""
    groups: list[list[_Found]] = []
    for each in line.found:
        kinds = {(other.kind, len(other.digits)) for other in groups[-1]} if groups else set()
        if groups and (each.kind, len(each.digits)) not in kinds:
            color = groups[-1][0].notation.color
            if all(abs(a - b) <= 2 for a, b in zip(color, each.notation.color, strict=True)):
                groups[-1].append(each)
                continue
        groups.append([each])
    return groups


def _names(line: _Line, groups: Sequence[Sequence[_Found]]) -> list[str]:
    """Return the text before each color, or else the one after it."""
    starts = [group[0].start for group in groups]
    ends = [group[-1].end for group in groups]
    gaps = [
        _clean(line.text[end:start])
        for end, start in zip([0, *ends], [*starts, len(line.text)], strict=True)
    ]
    if gaps[0]:
        names = gaps[:-1]
        if len(groups) == 1 and gaps[1] and not names[0]:
            names = gaps[1:]
        return names
    return gaps[1:]


def _clean(text: str) -> str:
    """Return a name without bullets, quotes, brackets and labels such as “hex”."""
    text = plain_text(text, NAME_BYTES)
    previous = None
    while text != previous:
        previous = text
        text = text.strip("\"'“”‘’`()[]{}<>,;:=|/\\ \t–—-•*")
        text = _BULLET.sub("", text)
    words = text.split()
    while words and _LABEL.fullmatch(words[-1].strip(":=()")):
        words.pop()
    text = " ".join(words).strip("\"'“”‘’`()[]{}<>,;:=|/\\ –—-•*")
    return "" if _LABEL.fullmatch(text) or not re.search(r"\w", text) else text


def _titles(lines: Sequence[_Line]) -> dict[int, _Line]:
    """Return the line without colors before each line with them, by the number of the latter.

    Empty unless most lines with colors have one: else it is a heading.
    """
    titles = {
        line.number: before
        for before, line in pairwise(lines)
        if line.found and not before.found and not before.is_prose
    }
    return titles if 2 * len(titles) > sum(bool(line.found) for line in lines) else {}


def _text_of(line: _Line | None) -> str:
    """Return a line without colors as the name of the next color."""
    return _clean(line.text) if line else ""


# Remarks


def _remarks(lines: Sequence[_Line], unread: Sequence[_Line]) -> Iterator[Remark]:
    """Yield what was left out of a text."""
    yield from lines_left_out([line.number for line in unread])
    found = [each for line in lines for each in line.found]
    if count := sum(len(each.digits) == 8 or each.notation.alpha < 1 for each in found):
        yield alpha_left_out(count)
    if count := sum(each.notation.is_clipped for each in found):
        yield clipped(count)
