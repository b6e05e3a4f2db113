"""Tokens: design tokens in the format of the Design Tokens Community Group (DTCG 2025.10).

https://www.designtokens.org/TR/2025.10/format/
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from palette_engine.errors import InputError
from palette_engine.formats.color_notation import (
    SPACES,
    Notation,
    coordinates_in,
    of_coordinates,
    parse_color,
)
from palette_engine.formats.json_colors import parse_json, text_of
from palette_engine.formats.remarks import alpha_left_out, clipped
from palette_engine.formats.safe_names import slug, slugs, unique_names
from palette_engine.palette.value import Palette, Remark, Swatch, plain_text

__all__ = ["LEGACY_MAGIC", "MAGIC", "VENDOR", "dumps", "dumps_legacy", "loads"]

VENDOR = "palette-engine"
"""Our key under ``$extensions``."""

NAME_BYTES = 200

MAGIC = rb'\s*\{(?=[\s\S]*"\$value"\s*:(?!\s*"#))'
LEGACY_MAGIC = rb'\s*\{(?=[\s\S]*"\$value"\s*:\s*"#)'
"""Matches JSON with the key of a token's value."""

MAX_DEPTH = 50

# See docs/decisions.md#names-cleaned-by-format.
_UNSAFE = re.compile(r"[{}*<>]")


def dumps(palette: Palette) -> bytes:
    """Return a palette as a token file: a group of colors, each with its share."""
    return _dumps(palette, _value)


def dumps_legacy(palette: Palette) -> bytes:
    """Return a palette as a token file with hex values, as the drafts before 2025 had them.

    The CSS transforms of Style Dictionary need this form.
    """
    return _dumps(palette, lambda swatch: swatch.hex)


def loads(data: bytes) -> Palette:
    """Return the palette in a token file: its color tokens, those that are aliases included.

    Values are those of DTCG 2025.10 in any of its color spaces, or CSS colors, as in drafts. A
    group around all tokens is the palette, others are the groups of the swatches; names are the
    descriptions that we write, or else the keys. Remarks tell of alpha, of colors that were
    clipped, and of tokens whose colors cannot be read. Raises `InputError` if no color is found.
    """
    content = parse_json(data)
    if not isinstance(content, dict):
        raise InputError("This is not a token file: it is no JSON object.")
    tokens = list(_tokens(content, (), "", 0))
    values = {".".join(token.path): token.value for token in tokens}
    read = [(token, _notation(token.value, values)) for token in tokens if token.is_color]
    found = [(token, notation) for token, notation in read if notation]
    if not found:
        raise InputError("The token file has no tokens of the type color.")
    remarks: list[Remark] = []
    if missing := len(read) - len(found):
        were = "was" if missing == 1 else "were"
        sentence = f"{missing:,} of {len(read):,} color tokens {were} not readable and left out."
        remarks.append(Remark(sentence, missing))
    if count := sum(notation.alpha < 1 for _, notation in found):
        remarks.append(alpha_left_out(count))
    if count := sum(notation.is_clipped for _, notation in found):
        remarks.append(clipped(count))
    paths = {token.path[:1] for token, _ in found if len(token.path) > 1}
    is_one = len(paths) == 1 and all(len(token.path) > 1 for token, _ in found)
    swatches = tuple(_swatch(token, notation, int(is_one)) for token, notation in found)
    name = _name_of_group(content, found[0][0].path[0]) if is_one else ""
    return Palette(swatches, name, remarks=tuple(remarks))


@dataclass(frozen=True)
class _Token:
    """A token: the keys that lead to it, its value, type, description and share."""

    path: tuple[str, ...]
    value: object
    kind: str
    description: str
    share: float

    @property
    def is_color(self) -> bool:
        """Whether its type is color, or is left out and the value can be a color."""
        if self.kind:
            return self.kind == "color"
        return isinstance(self.value, dict) or (
            isinstance(self.value, str) and parse_color(self.value) is not None
        )


def _tokens(
    row: Mapping[str, Any], path: tuple[str, ...], kind: str, depth: int
) -> Iterator[_Token]:
    """Yield the tokens in a group, with the types that they inherit."""
    own = row.get("$type")
    kind = own.lower() if isinstance(own, str) else kind
    if "$value" in row:
        shares = row.get("$extensions")
        vendor = shares.get(VENDOR) if isinstance(shares, dict) else None
        share = vendor.get("share") if isinstance(vendor, dict) else None
        is_share = isinstance(share, int | float) and 0 <= share <= 1
        description = text_of(row.get("$description"))
        yield _Token(path, row["$value"], kind, description, float(share or 0) if is_share else 0.0)
    elif depth < MAX_DEPTH:
        for key, value in row.items():
            if isinstance(value, dict) and not key.startswith("$"):
                yield from _tokens(value, (*path, key), kind, depth + 1)


def _notation(value: object, values: Mapping[str, object]) -> Notation | None:
    """Return the color of a token's value, following aliases such as ``{brand.red}``."""
    for _ in range(MAX_DEPTH):
        if not isinstance(value, str):
            break
        match = re.fullmatch(r"\s*\{([^{}]+)\}\s*", value)
        if not match:
            return parse_color(value)
        value = values.get(match[1].removesuffix(".$value"))
    if not isinstance(value, dict):
        return None
    alpha = value.get("alpha", 1)
    notation = _of_components(value.get("colorSpace"), value.get("components"))
    if notation is None:
        # The hex value is there for tools that know no color spaces.
        notation = parse_color(text_of(value.get("hex")))
    is_alpha = isinstance(alpha, int | float) and 0 <= alpha < 1
    return replace(notation, alpha=float(alpha)) if notation and is_alpha else notation


def _of_components(space: object, components: object) -> Notation | None:
    """Return the color of components, 0 for ``none``; None if they are malformed."""
    if space not in SPACES or not isinstance(components, list) or len(components) != 3:
        return None
    values = [0 if component == "none" else component for component in components]
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
        return None
    if max(map(abs, values)) > 1000:
        return None
    if space in _PERCENT:
        values = [
            value / 100 if percent else value
            for value, percent in zip(values, _PERCENT[space], strict=True)
        ]
    return of_coordinates(str(space), values)


_PERCENT = {"hsl": (False, True, True), "hwb": (False, True, True)}
"""The components that have a range to 100 in tokens, and to 1 in coloraide."""


def _swatch(token: _Token, notation: Notation, level: int) -> Swatch:
    """Return the swatch of a token; the first `level` keys are those of the palette."""
    *groups, key = token.path[level:] or token.path
    own = slug(token.description)
    is_name = token.description and (key.startswith(own) if own else key.startswith("color-"))
    number = re.fullmatch(r"color-\d+", key)
    name = token.description if is_name else "" if number else text_of(key)
    group = " ".join(map(text_of, groups))
    return Swatch(notation.color, token.share, name, group=group, wide=notation.wide)


def _name_of_group(content: Mapping[str, Any], key: str) -> str:
    """Return the description of a group if its key is made of it, or else the key."""
    group = content.get(key)
    description = text_of(group.get("$description")) if isinstance(group, dict) else ""
    return description if slug(description) in (key, "") and description else text_of(key)


def _dumps(palette: Palette, value_of: Callable[[Swatch], object]) -> bytes:
    """Return a palette as a token file with the value that `value_of` returns for each swatch."""
    group: dict[str, Any] = {"$type": "color"}
    if text := _description(palette.name):
        group["$description"] = text
    for name, swatches in _groups(palette):
        inner = group if not name else group.setdefault(name, {})
        # Numeric keys would lose their order, as JavaScript puts them first.
        keys = slugs(swatches, number_prefix="color-")
        for swatch, key in zip(swatches, keys, strict=True):
            inner[key] = _token(swatch, value_of(swatch))
    text = json.dumps({slug(palette.name) or "palette": group}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def _groups(palette: Palette) -> Iterator[tuple[str, list[Swatch]]]:
    """Yield the key and the swatches of each group, those without a group first."""
    names = list(dict.fromkeys(["", *(swatch.group for swatch in palette.swatches)]))
    taken = slugs([swatch for swatch in palette.swatches if not swatch.group], "color-")
    keys = unique_names([f"{slug(name) or 'group'}" for name in names[1:]], "{}-{}", taken)
    for name, key in zip(names, ["", *keys], strict=True):
        yield key, [swatch for swatch in palette.swatches if swatch.group == name]


def _description(name: str) -> str:
    """Return a name without the characters that have a meaning to tools or in their output.

    Style Dictionary resolves braces as references even in descriptions, and many tools write
    descriptions into comments.
    """
    return plain_text(_UNSAFE.sub(" ", name), NAME_BYTES)


def _token(swatch: Swatch, value: object) -> dict[str, Any]:
    """Return the token of a swatch."""
    token: dict[str, Any] = {"$value": value}
    if text := _description(swatch.name):
        token["$description"] = text
    if swatch.share:
        token["$extensions"] = {VENDOR: {"share": swatch.share}}
    return token


def _value(swatch: Swatch) -> dict[str, Any]:
    """Return a color as the value of a color token (DTCG 2025.10, Color Module)."""
    if not swatch.wide:
        components = [channel / 255 for channel in swatch.color]
        return {"colorSpace": "srgb", "components": components, "hex": swatch.hex}
    space = swatch.wide.space
    if space in _PERCENT:  # in their spaces, beyond sRGB has no meaning to other programs
        space = "display-p3"
    components = [round(value, 6) for value in coordinates_in(swatch, space)]
    return {"colorSpace": space, "components": components, "hex": swatch.hex}
