"""JSON of other programs: colors in whatever lists and objects people and programs keep them.

Known are lists of colors (Lospec), objects with a name and a hex value (Coolors, Adobe), objects of
names (Tailwind CSS, Material UI), channels (``.sketchpalette``, Figma variables) and lists of three
numbers. Strings are colors if they are hex codes with ``#`` or CSS functions; hex digits alone and
names of CSS only where the key says that a color is meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from palette_engine.errors import InputError
from palette_engine.formats import color_models
from palette_engine.formats.color_notation import Notation, check_functions, parse_color
from palette_engine.formats.limits import check_count
from palette_engine.formats.remarks import alpha_left_out, clipped
from palette_engine.formats.text_file import decode
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["parse_json", "read_colors", "text_of"]

NAME_BYTES = 200

MAX_DEPTH = 50

_COLOR_KEYS = (
    "hex",
    "hexvalue",
    "hexstring",
    "hexcode",
    "value",
    "$value",
    "color",
    "colour",
    "code",
    "rgb",
    "rgba",
    "css",
    "web",
    "main",
)
"""The keys of an object that may hold its one color, the most exact first."""

_LIST_KEYS = {"colors", "colours", "palette", "swatches", "hexes", "values", "palettes"}
"""The keys of lists of colors."""

_NAME_KEYS = ("name", "title", "label", "colorname", "colourname", "swatchname")
"""The keys of an object that may hold its name."""

_CONTAINERS = {
    *_LIST_KEYS,
    *_COLOR_KEYS,
    *("theme", "themes", "extend", "data", "meta", "variables", "valuesbymode", "collections"),
    "default",
} - {"main"}
"""The keys that are no part of a color's name."""

_CHANNELS = (("r", "g", "b", "a"), ("red", "green", "blue", "alpha"))

_BARE = re.compile(r"[0-9a-fA-F]{6}|[0-9a-fA-F]{8}|[0-9a-fA-F]{3}")


@dataclass(frozen=True)
class _Found:
    """A color, or its channels if their range is not known yet, with the keys that lead to it."""

    path: tuple[str, ...]
    notation: Notation | None = None
    channels: tuple[float, ...] = ()
    name: str = ""


def parse_json(data: bytes) -> Any:
    """Return the values in JSON text, or raise `InputError`."""
    text = decode(data)
    check_functions(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("The palette is not valid JSON.") from error


def read_colors(content: object) -> Palette:
    """Return the palette in the values of a JSON file.

    Remarks tell of alpha that was left out, of colors that were clipped, and of values that are no
    colors though their keys say so. Raises `InputError` if no color is found.
    """
    found = list(_limited(_walk(content, (), "", 0)))
    unread = sum(each.notation is None and not each.channels for each in found)
    full = 255 if any(value > 1 for each in found for value in each.channels[:3]) else 1
    swatches: list[Swatch] = []
    alphas = clips = 0
    for each in found:
        notation = each.notation or (_of_channels(each.channels, full) if each.channels else None)
        if notation is None:
            continue
        alphas += notation.alpha < 1
        clips += notation.is_clipped
        swatches.append(_swatch(each, notation))
    if not swatches:
        raise InputError("The JSON has no colors; write each as #e6194b, or in an object with hex.")
    remarks: list[Remark] = []
    if unread:
        were = "was" if unread == 1 else "were"
        sentence = f"{unread:,} of the values that should be colors {were} left out."
        remarks.append(Remark(sentence, unread))
    if alphas:
        remarks.append(alpha_left_out(alphas))
    if clips:
        remarks.append(clipped(clips))
    name = _text(content, _NAME_KEYS) if isinstance(content, dict) else ""
    return Palette(tuple(swatches), name, remarks=tuple(remarks))


def text_of(value: object) -> str:
    """Return a text as one line; surrogates, which cannot be encoded, become “?”."""
    if not isinstance(value, str):
        return ""
    return plain_text(value.encode(errors="replace").decode(), NAME_BYTES)


def _limited(found: Iterator[_Found]) -> Iterator[_Found]:
    for count, each in enumerate(found, start=1):
        check_count(count)
        yield each


def _walk(value: object, path: tuple[str, ...], key: str, depth: int) -> Iterator[_Found]:
    """Yield the colors in a value; `key` is the key that leads to it, in lower case."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, str):
        notation = _color(value, key)
        if notation or key in ("hex", "hexvalue"):
            yield _Found(path, notation)
    elif isinstance(value, list):
        if key in _COLOR_KEYS and (channels := _numbers(value)):
            yield _Found(path, channels=channels)
        elif (key in _LIST_KEYS or not key) and _are_rows(value):
            yield from (_Found((*path, ""), channels=_numbers(row)) for row in value)
        else:
            are_bare = (key in _LIST_KEYS or not key) and _are_bare(value)
            for each in value:
                inner = "hex" if are_bare else key if key in _LIST_KEYS else ""
                yield from _walk(each, (*path, ""), inner or "item", depth + 1)
    elif isinstance(value, dict):
        yield from _walk_object(value, path, depth)


def _walk_object(row: Mapping[str, Any], path: tuple[str, ...], depth: int) -> Iterator[_Found]:
    name = _text(row, _NAME_KEYS)
    lower = {key.lower(): value for key, value in row.items()}
    for keys in _CHANNELS:
        channels = _numbers([lower.get(key) for key in keys[:3]])
        if channels:
            alpha = lower.get(keys[3])
            channels = _numbers([*channels, alpha]) or channels
            yield _Found(path, channels=channels, name=name)
            return
    own = _own_color(lower)
    if own:
        yield replace(own, path=path, name=name)
        return
    # A name stands for the key, which may be an identifier; at the top it is that of the palette.
    inner = (*path[:-1], name) if name and depth else path
    for key, value in row.items():
        lowered = key.lower()
        if lowered in _NAME_KEYS and isinstance(value, str):
            continue
        step = () if lowered in _CONTAINERS or _is_only_mode(lowered, path, row) else (key,)
        yield from _walk(value, inner + step, lowered, depth + 1)


def _is_only_mode(key: str, path: tuple[str, ...], row: Mapping[str, Any]) -> bool:
    """Return whether a key such as ``1:0`` is the only mode of a variable of Figma."""
    return len(row) == 1 and re.fullmatch(r"\d+:\d+", key) is not None and bool(path)


def _own_color(row: Mapping[str, Any]) -> _Found | None:
    """Return the one color of an object, in whatever notations; None if it has none or several."""
    found: list[_Found] = []
    for key in _COLOR_KEYS:
        value = row.get(key)
        if isinstance(value, str) and (notation := _color(value, key)):
            found.append(_Found((), notation))
        elif isinstance(value, list) and (channels := _numbers(value)):
            found.append(_Found((), channels=channels))
    others = [
        notation
        for key, value in row.items()
        if isinstance(value, str)
        and key not in (*_COLOR_KEYS, *_NAME_KEYS)
        and (notation := _color(value, ""))
    ]
    first = found[0] if found else None
    if first is None or first.notation is None:
        return first if not others else None
    same = [other for other in others if _is_near(first.notation, other)]
    return first if len(same) == len(others) and "main" not in row else None


def _is_near(first: Notation, second: Notation) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(first.color, second.color, strict=True))


def _color(text: str, key: str) -> Notation | None:
    """Return the color of a string; `key` says whether a bare code or a name is meant."""
    text = text.strip()
    if text[:1] == "#" or "(" in text:
        return parse_color(text)
    if key not in _COLOR_KEYS and key not in _LIST_KEYS:
        return None
    return parse_color(f"#{text}") if _BARE.fullmatch(text) else parse_color(text)


def _are_bare(values: Sequence[object]) -> bool:
    """Return whether all of a list are hex digits."""
    return bool(values) and all(isinstance(each, str) and _BARE.fullmatch(each) for each in values)


def _are_rows(values: Sequence[object]) -> bool:
    """Return whether all of a list are lists of three or four numbers."""
    return bool(values) and all(isinstance(each, list) and _numbers(each) for each in values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 255


def _numbers(values: Sequence[Any]) -> tuple[float, ...]:
    """Return three or four numbers from 0 to 255, or nothing."""
    if len(values) not in (3, 4) or not all(map(_is_number, values)):
        return ()
    return tuple(float(value) for value in values)


def _of_channels(channels: Sequence[float], full: int) -> Notation:
    red, green, blue, *alpha = channels
    color = color_models.rgb(red / full, green / full, blue / full)
    opaque = not alpha or alpha[0] in (1, 255) or (full == 255 and alpha[0] == full)
    return Notation(color, 1.0 if opaque else 0.5)


def _swatch(found: _Found, notation: Notation) -> Swatch:
    """Return a color with its name, or else the last key that leads to it.

    The other keys are its group.
    """
    *groups, key = map(text_of, found.path or ("",))
    group = " ".join(part for part in groups if part)
    return Swatch(notation.color, name=found.name or key, group=group, wide=notation.wide)


def _text(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the text with the first of some keys, which are in lower case."""
    lower = {key.lower(): value for key, value in row.items()}
    return next((text for key in keys if (text := text_of(lower.get(key)))), "")
